"""The store: facts through the `eventsourcing` library, rows beside them, one transaction for both."""

from chassis.store.recorded import Because, Recorded
from chassis.store.session import Changes, Condition, Database, Session
from chassis.store.tables import Table
from chassis.store.unit import Unit

__all__ = ["Because", "Changes", "Condition", "Database", "Recorded", "Session", "Table", "Unit"]
