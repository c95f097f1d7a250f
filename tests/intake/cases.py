"""What the intake tests talk about: one commune, one procedure with a form and components, one officer, one citizen."""

from typing import Any

from catalogue.province import load_data
from contracts.catalogue import Agency, Procedure
from tests.harness import Service, World, token

_RECORDS = load_data()
COMMUNES = [a for a in _RECORDS.agencies if a.level == "commune" and a.valid_to is None]
HERE, THERE = COMMUNES[0], COMMUNES[1]
PROCEDURE = next(
    p
    for p in _RECORDS.procedures
    if p.settling == ("any-commune",)
    and p.process.mode == "single"
    and p.valid_to is None
    and p.term.endswith("wd")
    and "online" in p.channels
)
OFFICER = token("officer-1", "one-stop", agencies=[HERE.code])
HEAD = token("head-1", "one-stop", "one-stop-head", agencies=[HERE.code])
CITIZEN = token("citizen-1", "citizen", agencies=[])
STRANGER = token("citizen-2", "citizen", agencies=[])
PDF = b"%PDF-1.7\n%%EOF\n"
_VALUES = {"date": "1990-04-30", "id-number": "008190001234", "phone": "0912345678", "email": "dan@example.vn", "number": "3"}


def intake() -> Service:
    from intake.main import BLUEPRINT

    return World().add(BLUEPRINT)


def form(procedure: Procedure = PROCEDURE) -> dict[str, Any]:
    return {f.name: f.choices[0] if f.choices else _VALUES.get(f.kind, "Nguyễn Thị Ngọc Ánh") for f in procedure.form.fields}


def upload(service: Service, who: str = CITIZEN, content: bytes = PDF) -> Any:
    answer = service.client.post("/files", files={"file": ("đơn.pdf", content)}, headers={"Authorization": f"Bearer {who}"})
    assert answer.status_code == 201, answer.text
    return answer.json()


def attachments(service: Service, who: str = CITIZEN) -> list[dict[str, Any]]:
    return [{"component": c.code, "file": upload(service, who)} for c in PROCEDURE.components if c.required]


def filing(service: Service, *, online: bool = True, receiving: Agency = HERE, **changes: Any) -> dict[str, Any]:
    who = CITIZEN if online else OFFICER
    body: dict[str, Any] = {
        "procedure": PROCEDURE.code,
        "channel": "online" if online else "counter",
        "receiving": receiving.code,
        "form": form(),
        "attachments": attachments(service, who),
    }
    return {**body, **changes}


def submitted(service: Service, *, online: bool = True, **changes: Any) -> str:
    """A submitted dossier's id."""
    answer = service.post("/dossiers", CITIZEN if online else OFFICER, filing(service, online=online, **changes))
    assert answer.status_code == 201, answer.text
    service.world.settle()
    dossier: str = answer.json()["id"]
    return dossier


def received(service: Service, **changes: Any) -> tuple[str, Any]:
    """A received dossier's id and the answer of the reception."""
    dossier = submitted(service, **changes)
    answer = service.post(f"/dossiers/{dossier}/reception", OFFICER)
    assert answer.status_code == 200, answer.text
    service.world.settle()
    return dossier, answer.json()


def item(reason: str = "Bản chụp mờ, không đọc được số") -> dict[str, str]:
    return {"component": PROCEDURE.components[0].code, "defect": "illegible", "reason": reason}
