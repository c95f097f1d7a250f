"""A scenario that takes a network or a disk away does so in namespaces of its own, which nothing else on the machine sees."""

import os
import subprocess
import sys

_MARK = "MOTCUA_CHAOS_INSIDE"
_WORDS = {"net": ["--net"], "mount": ["--mount", "--propagation", "private"]}


def are_we_in(kind: str) -> bool:
    return os.environ.get(_MARK) == kind


def inside(kind: str, arguments: list[str]) -> int:
    """Run this command again with the arguments, inside; its exit code. Says so and gives 2 where that is not permitted."""
    wrapped = ["unshare", *_WORDS[kind]] if kind else []
    if wrapped and subprocess.run([*wrapped, "true"], capture_output=True).returncode:
        print(f"{' '.join(arguments)}: namespaces are not permitted here (unshare {kind}): not run", flush=True)
        return 2
    environment = os.environ | ({_MARK: kind} if kind else {})
    with subprocess.Popen([*wrapped, sys.executable, "-m", "tests.chaos", *arguments], env=environment) as within:
        try:
            return within.wait()
        except BaseException:
            within.terminate()  # and is waited for: its servers go with it
            raise


def run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)
