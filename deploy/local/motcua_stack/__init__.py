"""The stack that starts by itself: real PostgreSQL, real Kafka and every service on one machine."""

from .database import prepare_postgres
from .home import motcua_home
from .problem import StackProblem
from .servers import Servers, servers
from .topics import create_topics

__all__ = ["Servers", "StackProblem", "create_topics", "motcua_home", "prepare_postgres", "servers"]
