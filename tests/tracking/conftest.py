"""What the tests of tracking share."""

import pytest

from chassis.catalogue import Catalogue
from tests.harness import Service, World
from tracking.main import BLUEPRINT
from tracking.names import Names


@pytest.fixture(scope="module")
def names() -> Names:
    service: Service = World().add(BLUEPRINT)
    return Names(Catalogue(service.database))
