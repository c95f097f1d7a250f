"""Our recorder under the `eventsourcing` library: its save and load, our one round trip."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.persistence import ApplicationRecorder, Notification, StoredEvent, Subscription

from chassis.store.fact_rows import FACT_COLUMNS, stored_fact
from chassis.store.postgres_session import PostgresSession
from chassis.store.session import Changes
from chassis.store.statements import query

if TYPE_CHECKING:
    from chassis.store.postgres import PostgresDatabase


class PostgresFactRecorder(ApplicationRecorder):
    """Gap-safe: the append function holds the shared advisory lock until its transaction ends."""

    def __init__(self, database: "PostgresDatabase") -> None:
        self._database = database

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Append with the rows of `changes` in `session`'s transaction, or alone in one of its own."""
        if "session" in kwargs:
            ids: list[int] = kwargs["session"].execute(stored_events, kwargs["changes"])
            return ids
        with self._database.connection() as conn:
            session = PostgresSession(self._database.log, self._database.together, lambda: conn)
            return session.execute(stored_events, Changes())  # type: ignore[arg-type]

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        text = f"SELECT {FACT_COLUMNS} FROM facts WHERE originator_id = %s AND originator_version > %s AND originator_version <= %s"
        text += f" ORDER BY originator_version {'DESC' if desc else 'ASC'} LIMIT %s"
        with self._database.connection() as conn:
            rows = conn.execute(query(text), (originator_id, gt or 0, lte if lte is not None else 2**62, limit)).fetchall()
        return [stored_fact(row) for row in rows]

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = (start or 1) - (1 if inclusive_of_start else 0)
        page = self._database.page(after, limit)
        return [
            Notification(
                originator_id=fact.envelope.subject,
                originator_version=fact.envelope.sequence,
                topic=fact.envelope.type,
                state=fact.value,
                id=fact.position,
            )
            for fact in page
            if (stop is None or fact.position <= stop) and (not topics or fact.envelope.type in topics)
        ]

    def max_notification_id(self) -> int | None:
        with self._database.connection() as conn:
            row = conn.execute("SELECT max(position) FROM facts").fetchone()
        return int(row[0]) if row and row[0] is not None else None

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        """Facts leave through the relay; nobody else tails the log."""
        raise RuntimeError("subscribe to the bus, not to a service's log")
