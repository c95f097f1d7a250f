"""Who may see and who may act."""

from chassis.http.auth import must_be_in
from chassis.http.problem import ProblemError
from chassis.tokens import Caller
from intake.domain import Dossier

OFFICERS = ("one-stop", "one-stop-head")


def may_see(state: Dossier, caller: Caller) -> bool:
    submitted = state.submitted
    if caller.may("service") or caller.may("operator") or caller.subject == submitted.applicant:
        return True
    return any(caller.may(role, agency) for role in OFFICERS for agency in (submitted.receiving, submitted.settling))


def must_own(state: Dossier, caller: Caller) -> None:
    """The applicant, or an officer of the receiving one-stop on the applicant's behalf; to others it does not exist."""
    if caller.subject != state.submitted.applicant and not any(caller.may(role, state.submitted.receiving) for role in OFFICERS):
        raise ProblemError(404, "Không tìm thấy hồ sơ.")


def must_serve(state: Dossier, caller: Caller) -> None:
    must_be_in(caller, OFFICERS, state.submitted.receiving)
