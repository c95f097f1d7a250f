"""Processing's commands: load, ask the domain, record. One function a command."""

from processing.application.act import Act, begin, law_of

__all__ = ["Act", "begin", "law_of"]
