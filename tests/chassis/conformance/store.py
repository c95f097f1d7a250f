"""The store's whole suite."""

from tests.chassis.conformance.facts import Facts
from tests.chassis.conformance.pages import Pages
from tests.chassis.conformance.positions import Positions
from tests.chassis.conformance.rows import Rows
from tests.chassis.conformance.timers import Timers
from tests.chassis.conformance.transactions import Transactions


class StoreConformance(Facts, Rows, Transactions, Positions, Pages, Timers):
    """Needs a fixture `store`: an empty `Database` of the sample service."""
