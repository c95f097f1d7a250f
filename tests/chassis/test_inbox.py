"""The inbox's conformance suite against memory and against PostgreSQL."""

from tests.chassis.inbox_conformance import InboxConformance
from tests.chassis.stores import InMemory, OnPostgres


class TestInMemory(InMemory, InboxConformance):
    pass


class TestOnPostgres(OnPostgres, InboxConformance):
    pass
