"""A short fuzz of every service over a real PostgreSQL; `make fuzz` is the long one, over the running system."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from tests.fuzz.feeding import Feed
from tests.fuzz.judging import Judge, not_stored
from tests.fuzz.known import known
from tests.fuzz.town import ROOT, RealTown, real_town
from tests.harness import keys_folder

if TYPE_CHECKING:
    from motcua_stack import Servers

MARK = "fuzz"
VARIANTS = 13
"""Requests a route; there are about a hundred and sixty routes."""


@pytest.fixture(scope="module")
def town(stack: "Servers", tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealTown]:
    with real_town(stack, tmp_path_factory.mktemp("fuzz")) as town:
        for stage in (town.received, lambda: town.drafted(town.received()), lambda: town.issued(town.received())):
            stage()
        yield town


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.req("OP-05")
def test_bad_input_breaks_no_service_and_what_is_accepted_is_stored(town: RealTown) -> None:
    what = known(town.owner, keys_folder())
    judges: dict[str, Judge] = {}
    for name, service in town.all.items():
        client = TestClient(service.client.app, raise_server_exceptions=False)
        judge = judges[name] = Judge(
            lambda sent, client=client: client.request(sent.method, sent.path, headers=sent.raw_headers, content=sent.content)  # type: ignore[misc]
        )
        feed = Feed(name, json.loads((ROOT / "contracts" / "openapi" / f"{name}.json").read_text("utf-8")), what, MARK, 1)
        feed.glance(VARIANTS, judge)
    wrong = [f"{name}: {example}" for judge in judges.values() for name, example in judge.wrong.items()]
    assert wrong == []
    accepted = {name: judge.accepted[name] for name, judge in judges.items() if name in judge.accepted}
    assert not_stored(town.owner, MARK, accepted) == []
    assert sum(judge.requests for judge in judges.values()) >= 1_900
    assert len(accepted) >= 3
