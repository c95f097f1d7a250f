"""Where each server comes from: an address, else an engine that has the image, else this machine."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from .containers import local_images

Kind = Literal["address", "container", "embedded"]
VARIABLES = {"postgres": "MOTCUA_POSTGRES", "kafka": "MOTCUA_KAFKA"}
IMAGES = {"postgres": "postgres", "kafka": "apache/kafka"}


@dataclass(frozen=True)
class Choice:
    """`detail` is the address or the image; empty when embedded."""

    kind: Kind
    detail: str = ""


def choose(environment: Mapping[str, str] = os.environ, images: Callable[[], Mapping[str, str]] = local_images) -> dict[str, Choice]:
    """`postgres` and `kafka` → where to take it from. The engine is asked only when an address is missing."""
    chosen = {server: Choice("address", environment[name]) for server, name in VARIABLES.items() if environment.get(name)}
    if len(chosen) < len(VARIABLES):
        have = images()
        for server, image in IMAGES.items():
            if server not in chosen:
                chosen[server] = Choice("container", have[image]) if image in have else Choice("embedded")
    return chosen
