"""Who may read how much of a dossier (TR-15): its owner, those who work on it, and everybody else."""

from typing import Literal

from chassis.tokens import Caller
from tracking.domain import Dossier

Depth = Literal["staff", "owner", "anonymous"]
STAFF = ("one-stop", "one-stop-head", "department-head", "specialist", "leader", "clerk")


def depth(caller: Caller, dossier: Dossier) -> Depth:
    """Staff of an agency the dossier passed through, and operators, see all; the owner the state; others what anybody sees."""
    if "operator" in caller.roles or _works_on(caller, dossier):
        return "staff"
    return "owner" if caller.subject == dossier.applicant and dossier.applicant else "anonymous"


def may_see_slip(caller: Caller, dossier: Dossier) -> bool:
    """The control slip goes with the dossier and stays with the one-stop (RT-04): its holder and the receiving agency."""
    places = {dossier.holder, dossier.receiving}
    return "operator" in caller.roles or any(caller.may(role, place) for role in STAFF for place in places)


def _works_on(caller: Caller, dossier: Dossier) -> bool:
    places = {dossier.receiving, dossier.settling, dossier.holder, *dossier.involved} - {""}
    return any(caller.may(role, place) for role in STAFF for place in places)
