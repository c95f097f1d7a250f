"""A whole one-stop shop in memory: all services of the walk, and people who act in it."""

from pathlib import Path
from typing import Any
from uuid import UUID

import forms
from intake.main import BLUEPRINT as INTAKE
from processing.main import BLUEPRINT as PROCESSING
from results.main import BLUEPRINT as RESULTS
from routing.main import BLUEPRINT as ROUTING
from tests.harness import Service, World, token, types
from tests.intake.cases import HERE, OFFICER, PDF, attachments, filing
from tracking.main import BLUEPRINT as TRACKING

HEAD, SPECIALIST = token("head-1", "department-head"), token("specialist-1", "specialist")
LEADER, CLERK = token("leader-1", "leader"), token("clerk-1", "clerk")
ONE_STOP = token("officer-1", "one-stop", "one-stop-head")


class Town:
    """Five services over one bus and one clock."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        place = str(folder / "certificates")
        self.intake, self.routing, self.processing, self.results, self.tracking = (
            self.world.add(blueprint, certificates=place) for blueprint in (INTAKE, ROUTING, PROCESSING, RESULTS, TRACKING)
        )

    def done(self, answer: Any) -> Any:
        """A command that must succeed; everything then settles."""
        assert answer.status_code < 300, answer.text
        self.world.settle()
        return answer.json()

    def received(self) -> str:
        """A received dossier's id."""
        dossier: str = self.done(self.intake.post("/dossiers", OFFICER, filing(self.intake, online=False)))["id"]
        self.done(self.intake.post(f"/dossiers/{dossier}/reception", OFFICER))
        return dossier

    def upload(self, service: Service, who: str, content: bytes) -> Any:
        answer = service.client.post("/files", files={"file": ("f.pdf", content)}, headers={"Authorization": f"Bearer {who}"})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def drafted(self, dossier: str) -> None:
        self.done(self.processing.post(f"/dossiers/{dossier}/assignments", HEAD, {"leg": 1, "assignee": "specialist-1"}))
        draft = self.upload(self.processing, SPECIALIST, PDF)
        self.done(self.processing.post(f"/dossiers/{dossier}/drafts", SPECIALIST, {"leg": 1, "file": draft}))

    def approved(self, dossier: str) -> None:
        self.drafted(dossier)
        self.done(self.processing.post(f"/dossiers/{dossier}/approval", LEADER, {"leg": 1}))

    def issued(self, dossier: str) -> None:
        self.approved(dossier)
        file = self.upload(self.results, CLERK, self.paper())
        self.done(self.results.post(f"/dossiers/{dossier}/result", CLERK, {"number": "12/QĐ-UBND", "file": file}))

    def paper(self) -> bytes:
        return forms.render(
            forms.ResultDocument(
                issuer=forms.Issuer(agency=HERE.name, place="Hà Giang"),
                issued_at=self.world.clock.now(),
                number="12/QĐ-UBND",
                code="H60",
                procedure="Thử",
                applicant=forms.Party(name="Nguyễn Thị Ngọc Ánh"),
                decision="Đồng ý.",
                head=forms.Signature(title="CHỦ TỊCH", name="Trần Văn Bình"),
            )
        )

    def supplement(self, dossier: str) -> Any:
        return self.intake.post(f"/dossiers/{dossier}/amendments", OFFICER, {"attachments": attachments(self.intake, OFFICER)[:1]})

    def story(self, dossier: str) -> list[str]:
        return types(self.world.history(UUID(dossier)))

    def seen(self, dossier: str) -> Any:
        return self.tracking.get(f"/dossiers/{dossier}", ONE_STOP).json()
