"""Log lines are JSON, one a line, and say nothing about a person: ids and codes only."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import ClassVar

from chassis.telemetry.tracing import followed

_OWN = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Time, level, logger, message, the trace that a dossier is followed by, and the fields given as `extra`.

    An exception is named with its place, without its values.
    """

    service: ClassVar[str] = ""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self.service,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if trace := followed.get():
            line["trace"] = trace.split("-")[1]
        line.update({name: str(value) for name, value in vars(record).items() if name not in _OWN})
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
            line["at"] = _place(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _place(exc_info: object) -> list[str]:
    traceback = exc_info[2] if isinstance(exc_info, tuple) else None
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        places.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-6:]


def start_logging(service: str, level: str = "INFO", *filters: logging.Filter) -> None:
    """All loggers of the process write JSON lines to standard error; what a filter keeps back is not written."""
    JsonLines.service = service
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    for kept_back in filters:
        handler.addFilter(kept_back)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("uvicorn.access", "aiokafka", "faststream", "httpx", "httpcore", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)
