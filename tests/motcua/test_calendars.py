"""`motcua calendar` against the services themselves, in memory."""

import asyncio
import json
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from catalogue.main import BLUEPRINT as CATALOGUE
from catalogue.outbound import publish_once
from motcua import calendars
from motcua.cli import app
from motcua.client import Client
from tests.harness import token
from tests.walk.town import Town

RUN = CliRunner(env={"COLUMNS": "200"})
STORM = {"date": "2026-03-06", "reason": "Bão số 5", "source": "Công điện 05/CĐ-UBND"}


class Province(Town):
    """The town, its catalogue, and a client that reaches them."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.catalogue = self.world.add(CATALOGUE)

    def client(self, who: str, *roles: str) -> Client:
        names = {service.database.service: f"http://{service.database.service}" for service in self.world.services}
        known = Client(names, lambda actor: token(actor.subject, *actor.roles), patience=1, transport=httpx.MockTransport(self.answer))
        return known.acting(who, *roles, agencies=("*",))

    def answer(self, request: httpx.Request) -> httpx.Response:
        service = next(known for known in self.world.services if known.database.service == request.url.host)
        headers = {name: value for name, value in request.headers.items() if name in ("authorization", "idempotency-key", "content-type")}
        told = service.client.request(request.method, request.url.raw_path.decode(), content=request.content, headers=headers)
        asyncio.run(publish_once(self.catalogue.database, self.world.bus))
        self.world.settle()
        return httpx.Response(told.status_code, content=told.content, headers={"content-type": told.headers["content-type"]})


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Province:
    province = Province(tmp_path)
    monkeypatch.setattr(calendars, "_client", province.client)
    return province


def test_a_storm_is_drafted_previewed_at_every_owner_and_approved_by_a_second_person(town: Province, tmp_path: Path) -> None:
    dossier = town.received()
    wish = tmp_path / "storm.json"
    wish.write_text(json.dumps({"version": "vn-2026.2", "document": "05/CĐ-UBND", "changes": [{"closures": [STORM]}]}), "utf-8")
    assert RUN.invoke(app, ["calendar", "draft", str(wish), "--as", "an"]).exit_code == 0
    shown = RUN.invoke(app, ["calendar", "preview", "vn-2026.2"])
    code = str(town.seen(dossier)["code"])
    assert shown.exit_code == 0 and code in shown.output and dossier not in shown.output and "Tổng" in shown.output, shown.output
    own = RUN.invoke(app, ["calendar", "approve", "vn-2026.2", "--as", "an", "--yes"])
    assert own.exit_code == 1 and "người thứ hai" in own.output
    approved = RUN.invoke(app, ["calendar", "approve", "vn-2026.2", "--as", "binh", "--yes"])
    assert approved.exit_code == 0 and "thay đổi số 1" in approved.output, approved.output
    left = RUN.invoke(app, ["calendar", "progress", "vn-2026.2"])
    assert left.exit_code == 1, "nothing has been swept yet"
    assert "Đang dùng: vn-2026.2" in RUN.invoke(app, ["calendar", "list"]).output


def test_the_totals_are_gathered_page_by_page(town: Province) -> None:
    town.received()
    body = {"version": "vn-2026.2", "document": "05/CĐ-UBND", "changes": [{"closures": [STORM]}]}
    town.client("an", "catalogue-editor").catalogue.draft_calendar(body)
    totals, moves = calendars.gather(town.client("operator", "operator"), "vn-2026.2")
    assert {owner: counted["moved"] for owner, counted in totals.items()} == {"intake": 0, "routing": 1, "processing": 1}
    assert [owner for owner, _ in moves] == ["routing", "processing"]


def test_an_unknown_version_is_said_and_nothing_is_asked(town: Province) -> None:
    unknown = RUN.invoke(app, ["calendar", "approve", "khong-co"])
    assert unknown.exit_code == 1 and "Duyệt" not in unknown.output


@pytest.mark.parametrize("content", [None, b"[", b"[]", b"\xff"])
def test_a_draft_that_cannot_be_read_is_said_in_a_sentence(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "wish.json"
    if content is not None:
        path.write_bytes(content)
    answer = RUN.invoke(app, ["calendar", "draft", str(path)])
    assert answer.exit_code == 2 and "cannot be read as a JSON object" in answer.output.replace("\n", " ").replace("│", "")
