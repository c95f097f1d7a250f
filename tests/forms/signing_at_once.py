"""A process whose first signatures are made, read and judged by several threads at once; prints what went wrong.

    python -m tests.forms.signing_at_once FOLDER

The library fills the tables of its types slowly here, so that threads meet in them every time.
"""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from asn1crypto import core

from forms import development_certificate, render, sign, verify
from forms.signing import signer_certificate
from tests.forms.samples import result

AT_ONCE = 6
MOMENT = 0.0003


def main(folder: Path) -> None:
    """The verdicts, each once."""
    signer, pdf = development_certificate(folder), render(result())
    _slow_down()

    def settle(_: int) -> str:
        signed = sign(pdf, signer, reason="", location="")
        assert signer_certificate(signed) == signer.certificate
        return verify(signed, signer.trust_roots).why or "whole"

    with ThreadPoolExecutor(AT_ONCE) as threads:
        print(*sorted(set(threads.map(settle, range(AT_ONCE)))), sep="\n")


def _slow_down() -> None:
    fast = core._build_id_tuple

    def slow(*given: Any) -> Any:
        time.sleep(MOMENT)
        return fast(*given)

    core._build_id_tuple = slow


if __name__ == "__main__":
    main(Path(sys.argv[1]))
