"""People at the desks of results, in memory: a dossier that was decided, its result issued and given back."""

from typing import Any
from uuid import UUID

from tests.harness import Service, token
from tests.results.cases import (
    HERE,
    THERE,
    approved,
    new_dossier,
    pdf,
    received,
    submitted,
)

CLERK = token("clerk-1", "clerk", agencies=(THERE,))
ONE_STOP = token("officer-1", "one-stop", agencies=(HERE,))
OWNER = token("citizen-1", "citizen", agencies=())
FORM = {"full_name": "Nguyễn Thị Ngọc Ánh", "id_number": "008190001234"}
STRANGER = token("citizen-2", "citizen", agencies=())


def decided(service: Service, *more: Any, **reception: Any) -> UUID:
    dossier = opened(service, **reception)
    service.tell(dossier, *(more or (approved(),)))
    return dossier


def opened(service: Service, **reception: Any) -> UUID:
    dossier = new_dossier()
    form = service.world.vault.put(dossier, "form", FORM)
    service.tell(dossier, submitted(form=form), received(**reception))
    return dossier


def upload(service: Service, content: bytes) -> Any:
    return service.client.post("/files", files={"file": ("x.pdf", content)}, headers={"Authorization": f"Bearer {CLERK}"}).json()


def issue(service: Service, dossier: UUID, **more: Any) -> Any:
    body = {"number": "12/QĐ-STP", "file": upload(service, pdf()), **more}
    answer = service.post(f"/dossiers/{dossier}/result", CLERK, body)
    service.world.settle()
    return answer


def give_back(service: Service, dossier: UUID, **body: Any) -> Any:
    return service.post(f"/dossiers/{dossier}/return", ONE_STOP, {"way": "counter", **body})
