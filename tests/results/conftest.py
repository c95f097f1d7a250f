"""The service of results that its tests at the desks share."""

import pytest

from results.main import BLUEPRINT
from tests.harness import Service, World, certificates


@pytest.fixture
def service() -> Service:
    return World().add(BLUEPRINT, certificates=certificates())
