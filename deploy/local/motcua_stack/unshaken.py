"""supervisord that outlives a full disk: `python -P unshaken.py -c supervisord.conf`, run by its path so that nothing else is imported.

Its logger lets the error of a line that cannot be written through, which ends it and leaves every process unwatched. Here such a
line is lost and nothing else; when there is room again, lines are written again.
"""

from contextlib import suppress
from typing import IO, Any

from supervisor import loggers, supervisord

_emit = loggers.RotatingFileHandler.emit


def _emit_or_lose(self: Any, record: Any) -> None:
    with suppress(OSError, ValueError):
        if self.stream.closed:
            self.stream = _opened(self.baseFilename)
        _emit(self, record)


def _opened(log: str) -> IO[bytes]:
    return open(log, "ab")


def main() -> None:
    loggers.RotatingFileHandler.emit = _emit_or_lose
    loggers.Handler.handleError = lambda self: None
    supervisord.main()


if __name__ == "__main__":
    main()
