"""Back-entry after an outage: any command may carry the paper's time, a reason and a second person's own token.

A route adds `back_entry: BackEntryIn | None = None` to its body and asks `BackEntries.moment` inside its unit for the time; the domain
decides as of that time, and every fact of the unit keeps both times.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from fastapi import Request
from pydantic import BaseModel, ConfigDict, Field

from chassis.catalogue import Catalogue
from chassis.clock import Clock
from chassis.http.auth import Auth
from chassis.http.bodies import SEEN
from chassis.http.moments import CalendarMoment
from chassis.http.problem import ProblemError
from chassis.store import Unit
from chassis.tokens import Caller
from chassis.vault import Content
from contracts.fact import VaultRef
from contracts.outage import back_entry
from contracts.refusal import Law, Refused

APPROVER = "Motcua-Approver"
"""The header with the second person's token: `Bearer …`."""
Keep = Callable[[str], VaultRef]
"""Puts the reason's words into the vault."""


class BackEntryIn(BaseModel):
    """What stands in the paper book: when the step was taken, and why it is entered late. The header `Motcua-Approver` approves it."""

    model_config = ConfigDict(extra="forbid")

    POINT: ClassVar[str] = "outage"

    effective_at: CalendarMoment
    reason: Annotated[str, Field(min_length=1, max_length=1000, pattern=r"\S"), SEEN]


class BackEntries:
    """Gives commands their time. `approvers` are the roles that may approve an entry, in the acting agency."""

    def __init__(self, auth: Auth, clock: Clock, catalogue: Catalogue, *approvers: str) -> None:
        self._auth = auth
        self._clock = clock
        self._catalogue = catalogue
        self._approvers = approvers

    def moment(
        self,
        unit: Unit,
        request: Request,
        wish: BackEntryIn | None,
        *,
        agency: str,
        keep: Keep,
        law: Law,
        not_before: datetime | None = None,
    ) -> datetime:
        """Now; or, for a back-entry that is allowed, the paper's time. Raises `Refused` with `law`'s article otherwise."""
        now = self._clock.now()
        if wish is None:
            return now
        entry = back_entry(
            wish.effective_at,
            outages=self._catalogue.outages(),
            agency=agency,
            reason=lambda: keep(wish.reason),
            entered_by=unit.because.actor,
            approver=self._approver(request, agency, law).subject,
            now=now,
            law=law,
            not_before=not_before,
        )
        unit.backdate(entry, now)
        return wish.effective_at

    def _approver(self, request: Request, agency: str, law: Law) -> Caller:
        scheme, _, token = request.headers.get(APPROVER, "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            why = f"Ghi bù cần người thứ hai duyệt bằng tài khoản của mình (tiêu đề {APPROVER})."
            raise Refused(why, article=law.article("outage"), field=APPROVER, status=422)
        approver = self._auth.of(token)
        if not any(approver.may(role, agency) for role in self._approvers):
            raise ProblemError(403, f"Người duyệt cần vai trò: {', '.join(self._approvers)} tại cơ quan {agency}.")
        return approver


def vault_keeper(put: Callable[[UUID, str, Content], VaultRef], dossier: UUID) -> Keep:
    """A `Keep` over the vault of another service: `vault_keeper(parts.vault.put, dossier)`."""
    return lambda reason: put(dossier, "back-entry", {"reason": reason})
