"""The stack that starts by itself: real PostgreSQL, real Kafka and every service on one machine."""

from .database import prepare_postgres
from .home import motcua_home
from .lifecycle import down, run, up
from .problem import StackProblem
from .servers import Servers, servers
from .state import Running
from .state import read as running
from .status import ProcessStatus, nothing_runs, status, status_lines
from .topics import create_topics

__all__ = [
    "ProcessStatus",
    "Running",
    "Servers",
    "StackProblem",
    "create_topics",
    "down",
    "motcua_home",
    "nothing_runs",
    "prepare_postgres",
    "run",
    "running",
    "servers",
    "status",
    "status_lines",
    "up",
]
