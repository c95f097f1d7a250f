"""The store's conformance suite against memory and against PostgreSQL."""

import os
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from chassis.store.silence import leader_connection
from tests.chassis.conformance.store import StoreConformance
from tests.chassis.sample import CASES, postgres_store
from tests.chassis.stores import InMemory, OnPostgres

if TYPE_CHECKING:
    from motcua_stack import Servers


class TestInMemory(InMemory, StoreConformance):
    pass


class TestOnPostgres(OnPostgres, StoreConformance):
    pass


def test_threads_that_need_a_second_connection_do_not_wait_for_one_another(stack: "Servers", database: str) -> None:
    with postgres_store(stack, database, pool_size=2) as store:
        ready = threading.Barrier(2)

        def nested(_: int) -> int:
            with store.session() as outer:
                outer.count(CASES)
                ready.wait()
                with store.session() as inner:
                    return inner.count(CASES)

        with ThreadPoolExecutor(2) as pool:
            assert list(pool.map(nested, range(2))) == [0, 0]


async def test_neither_end_of_a_connection_waits_long_for_one_that_has_fallen_silent(stack: "Servers", database: str) -> None:
    """Regression: without these a network that swallows everything held a command, and the relay's lock, for two hours."""
    with postgres_store(stack, database) as store:
        async with await leader_connection(store.dsn) as leader:
            found = [await (await leader.execute(f"SHOW {name}".encode())).fetchone() for name in SERVERS_END]
            ours = [_option(leader.fileno(), name) for name in ("TCP_KEEPIDLE", "TCP_USER_TIMEOUT")]
        with store.connection() as conn:
            also = [conn.execute(f"SHOW {name}".encode()).fetchone() for name in SERVERS_END]
            ours += [_option(conn.fileno(), name) for name in ("TCP_KEEPIDLE", "TCP_USER_TIMEOUT")]
    assert found == also == [("10",), ("5",), ("3",), ("20000",)]
    assert ours == [10, 20_000] * 2


SERVERS_END = ("tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count", "tcp_user_timeout")


def _option(descriptor: int, name: str) -> int:
    with socket.socket(fileno=os.dup(descriptor)) as again:
        return again.getsockopt(socket.IPPROTO_TCP, getattr(socket, name))
