"""How long a server, or a client, may be silent. Without it a network that swallows everything holds a caller for two hours,
and the server holds the locks of a caller that is gone as long: no relay of that service would send."""

from typing import Any

import psycopg

OURS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""How we connect: a server that does not even acknowledge is given up after about 25 s; a slow one that does is waited for."""
THEIRS = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET tcp_user_timeout = 20000"
"""The same for the server's end of the session: then it gives us up, and with us our locks."""


async def leader_connection(dsn: str) -> psycopg.AsyncConnection[Any]:
    """A connection that holds a lock for as long as both ends hear of each other."""
    conn = await psycopg.AsyncConnection.connect(dsn, autocommit=True, **OURS)
    await conn.execute(THEIRS)
    return conn
