"""The whole system as `make run` starts it: real PostgreSQL, real Kafka, every service its own process."""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

import forms
from chassis.tokens import issue
from contracts.fact import fact_types
from motcua_stack import running, stages, status
from motcua_stack.registry import spec
from motcua_stack.topics import PARTITIONS
from tests.intake.cases import HERE, PDF, PROCEDURE, form
from tests.system.own import own_system

EVERYWHERE = ["*"]
PATIENCE = 60.0


class System:
    """The running system, and a way to act in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.client = httpx.Client(timeout=20)
        found = running(home)
        assert found
        self.kafka = found.kafka

    def token(self, *roles: str) -> str:
        return issue(self.home / "secrets", f"{roles[0]}-1", roles, EVERYWHERE)

    def post(self, service: str, path: str, role: str, body: Any = None, **options: Any) -> Any:
        """A command, sent again with the same key while the service is away."""
        headers = {"Authorization": f"Bearer {self.token(role)}", "Idempotency-Key": str(uuid4())}
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                answer = self.client.post(spec(service).address + path, headers=headers, json=body, **options)
            except httpx.TransportError:
                answer = None
            if answer is not None and "retry-after" not in answer.headers:
                assert answer.status_code < 300, f"{path}: {answer.text}"
                return answer.json()
            assert time.monotonic() < deadline, f"{service} does not answer"
            time.sleep(0.1)

    def upload(self, service: str, role: str, content: bytes) -> Any:
        headers = {"Authorization": f"Bearer {self.token(role)}"}
        answer = self.client.post(f"{spec(service).address}/files", headers=headers, files={"file": ("f.pdf", content)})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def get(self, service: str, path: str, role: str) -> Any:
        answer = self.client.get(spec(service).address + path, headers={"Authorization": f"Bearer {self.token(role)}"})
        return answer.json() if answer.status_code == 200 else {}

    def until(self, condition: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, what
            time.sleep(0.05)

    def status_is(self, dossier: str, wanted: int) -> Callable[[], bool]:
        def check() -> bool:
            try:
                return bool(self.get("tracking", f"/dossiers/{dossier}", "operator").get("status") == wanted)
            except httpx.TransportError:
                return False

        return check

    def received(self) -> str:
        scans = [{"component": c.code, "file": self.upload("intake", "one-stop", PDF)} for c in PROCEDURE.components if c.required]
        body = {"procedure": PROCEDURE.code, "channel": "counter", "receiving": HERE.code, "form": form(), "attachments": scans}
        dossier: str = self.post("intake", "/dossiers", "one-stop", body)["id"]
        self.post("intake", f"/dossiers/{dossier}/reception", "one-stop")
        self.until(self.status_is(dossier, 4), "not transferred")
        return dossier

    def issued(self, dossier: str) -> None:
        self.post("processing", f"/dossiers/{dossier}/assignments", "department-head", {"leg": 1, "assignee": "specialist-1"})
        draft = self.upload("processing", "specialist", PDF)
        self.post("processing", f"/dossiers/{dossier}/drafts", "specialist", {"leg": 1, "file": draft})
        self.post("processing", f"/dossiers/{dossier}/approval", "leader", {"leg": 1})
        result = self.upload("results", "clerk", _paper())
        self.until(lambda: self.get("results", f"/dossiers/{dossier}", "clerk").get("state") == "decided", "results has not heard")
        self.post("results", f"/dossiers/{dossier}/result", "clerk", {"number": "12/QĐ", "file": result})
        self.until(self.status_is(dossier, 9), "result not issued")


def _paper() -> bytes:
    from datetime import UTC, datetime

    return forms.render(
        forms.ResultDocument(
            issuer=forms.Issuer(agency=HERE.name, place="Hà Giang"),
            issued_at=datetime(2026, 3, 2, tzinfo=UTC),
            number="12/QĐ",
            code="H60",
            procedure="Thử",
            applicant=forms.Party(name="Nguyễn Thị Ngọc Ánh"),
            decision="Đồng ý.",
            head=forms.Signature(title="CHỦ TỊCH", name="Trần Văn Bình"),
        )
    )


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    with own_system() as home:
        whole = System(home)
        yield whole
        whole.client.close()


@pytest.mark.req("TR-01", "TR-08", "RT-01", "PR-17", "PR-18", "RS-01", "RS-08")
def test_one_dossier_lives_its_whole_life_over_kafka_and_postgresql(system: System) -> None:
    dossier = system.received()
    system.issued(dossier)
    system.post("results", f"/dossiers/{dossier}/return", "one-stop", {"way": "counter"})
    system.until(system.status_is(dossier, 10), "not returned")
    history = system.get("tracking", f"/dossiers/{dossier}/history", "operator")["items"]
    names = [fact["type"].split(".")[3] for fact in history]
    assert names == [
        "submitted",
        "received",
        "transferred",
        "assigned",
        "draft-submitted",
        "approved",
        "result-issued",
        "early-return-announced",
        "result-returned",
    ]


@pytest.mark.req("TR-08")
@pytest.mark.parametrize("service", ["intake", "routing", "processing", "results", "tracking"])
def test_a_killed_service_comes_back_and_nothing_is_lost_or_doubled(system: System, service: str) -> None:
    dossier = system.received()
    pid = next(process.pid for process in status(home=system.home) if process.name == service)
    assert pid
    os.kill(pid, signal.SIGKILL)
    system.until(lambda: any(p.name == service and p.ready and p.pid != pid for p in status(home=system.home)), f"{service} is not back")
    system.issued(dossier)
    history = system.get("tracking", f"/dossiers/{dossier}/history", "operator")["items"]
    assert len(history) == len({(fact["source"], fact["type"]) for fact in history}) == 8


LETTER = {
    "fault": "settling",
    "name": "Hoàng Thị Mộng Tuyền",
    "state": "Đang chờ bà Tuyền xác nhận nơi sinh",
    "reason": "Sổ gốc của gia đình bà Tuyền bị mờ chữ",
}


def test_no_personal_value_of_a_form_or_a_letter_is_on_a_topic_or_in_a_log_line(system: System) -> None:
    dossier = system.received()
    dates = f"/dossiers/{dossier}/extension-dates"
    system.until(lambda: bool(system.get("processing", dates, "leader")), "processing has not heard")
    date = system.get("processing", dates, "leader")["dates"][0]
    code = system.get("intake", f"/dossiers/{dossier}", "one-stop")["received"]["code"]
    system.post(
        "processing",
        f"/dossiers/{dossier}/apologies",
        "leader",
        LETTER | {"new_date": date, "dossier_type": PROCEDURE.code, "receipt_number": code},
    )
    system.issued(dossier)
    values = [str(value) for value in [*form().values(), *LETTER.values()] if len(str(value)) > 8 and not str(value).startswith("19")]
    secret = [value.encode() for value in values]
    records = asyncio.run(everything_on(system.kafka))
    assert any(dossier.encode() in record for record in records)
    assert not [value for value in secret for record in records if value in record]
    for file in (system.home / "log").glob("*"):
        content = file.read_bytes()
        assert not [value for value in secret if value in content], file


async def everything_on(kafka: str) -> list[bytes]:
    """Each record of each topic as a consumer gets it, unpacked: key, headers and value in one piece."""
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False)
    await consumer.start()
    try:
        places = [TopicPartition(topic, number) for topic in stages.TOPICS for number in range(PARTITIONS)]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends, found = await consumer.end_offsets(places), list[bytes]()
        while [place for place in places if await consumer.position(place) < ends[place]]:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [b"\n".join([r.key, *(b"\n".join([k.encode(), v]) for k, v in r.headers), r.value or b""]) for r in records]
        return found
    finally:
        await consumer.stop()


def test_every_fact_type_is_known_to_the_register() -> None:
    assert len(fact_types()) >= 40
