import pytest

from tests.notifications.stage import FORM, Stage


@pytest.fixture
def stage() -> Stage:
    return Stage(FORM)
