"""What may happen between assignment and decision. An episode answers whether the life goes on."""

from collections.abc import Callable
from datetime import timedelta

from contracts.dossier import intake, processing, routing
from contracts.national_status import Status
from motcua.client import Json
from motcua.play.consulting import reply_by
from motcua.play.life import Player
from motcua.play.office import Office

REPLY_WITHIN = timedelta(hours=6)


def supplement(player: Player, office: Office, leg: int) -> bool:
    """The agency wishes one, the one-stop passes it on, the applicant completes."""
    part = player.life.procedure.components[0].code
    items = [{"component": part, "defect": "expired", "reason": "Giấy tờ đã hết hạn."}]
    why = "Cần bản còn hiệu lực để giải quyết."
    player.accepted("wish", lambda: office.leader.processing.need_supplement(player.dossier, leg, items, why))
    player.note(processing.SupplementNeeded)
    player.accepted("passing on", lambda: player.receiving.one_stop.intake.pass_supplement_on(player.dossier))
    player.note(intake.SupplementRequested, status=Status.SUPPLEMENT)
    player.amend()
    player.note(intake.Supplemented, status=Status.PROCESSING)
    return True


def consultation(player: Player, office: Office, leg: int) -> bool:
    """Another agency is asked and answers in time."""
    asked = Office(player.client, player.another_agency)
    specialist = office.specialist.routing

    def ask() -> Json:
        by = reply_by(player.now(), specialist.dossier(player.dossier)["due_at"], REPLY_WITHIN)
        return specialist.consult(player.dossier, office.agency, asked.agency, "Đề nghị cho ý kiến về hồ sơ này.", by.isoformat())

    asking = player.accepted("transfer in routing", ask)
    player.note(routing.ConsultationRequested)
    number = int(asking.get("consultation", 1))
    player.accepted("question", lambda: asked.specialist.routing.answer_consultation(player.dossier, number, "Nhất trí."))
    player.note(routing.ConsultationAnswered)
    return True


def extension(player: Player, office: Office, leg: int) -> bool:
    """Apology and new date in one slip; the one-stop changes the date."""
    dates = office.leader.processing.extension_dates(player.dossier)["dates"]
    letter = {
        "fault": "settling",
        "new_date": dates[0],
        "name": player.applicant_name,
        "dossier_type": player.life.procedure.name[:200],
        "receipt_number": player.received["code"],
        "state": "Đang thẩm định",
        "reason": "Cần thêm thời gian xác minh thực địa.",
    }
    player.accepted("apology", lambda: office.leader.processing.apologise(player.dossier, letter))
    player.note(processing.Apologised, processing.ExtensionProposed)
    player.accepted("extension", lambda: player.receiving.one_stop.processing.extend(player.dossier))
    player.note(processing.Extended)
    return True


def _stop(player: Player, office: Office, grant: bool) -> bool:
    player.applicant.intake.request_stop(player.dossier, "stop", "Tôi không còn nhu cầu.")
    player.note(intake.StopRequested, status=Status.WITHDRAWING)
    why = None if grant else "Việc giải quyết ảnh hưởng đến quyền lợi của người khác."
    player.accepted("stop request", lambda: office.leader.processing.answer_stop(player.dossier, grant, why))
    return grant


def stop_granted(player: Player, office: Office, leg: int) -> bool:
    """The applicant stops after reception, and the holder agrees."""
    _stop(player, office, True)
    player.note(processing.Stopped, status=Status.STOPPED)
    return False


def stop_declined(player: Player, office: Office, leg: int) -> bool:
    """The holder says no, and the work goes on."""
    _stop(player, office, False)
    player.note(processing.StopDeclined, status=Status.PROCESSING)
    return True


def obligation(player: Player, office: Office, leg: int) -> bool:
    """Something is owed and paid through the bank before the work goes on."""
    amount = 1000 * player.dice.randint(50, 5000)
    basis = "Thông báo nghĩa vụ tài chính"
    raised = player.accepted("obligation", lambda: office.specialist.processing.raise_obligation(player.dossier, amount, basis))
    player.note(processing.ObligationRaised, status=Status.OBLIGATION)
    player.pay(str(raised["obligation"]), amount)
    player.ledger.add(player.dossier, status=Status.PROCESSING)
    return True


def draft_returned(player: Player, office: Office, leg: int) -> bool:
    """The leader sends the first draft back with an opinion."""
    player.draft(office, leg)
    opinion = "Bổ sung căn cứ pháp lý."
    player.accepted("draft on the leader's desk", lambda: office.leader.processing.return_draft(player.dossier, leg, opinion))
    player.note(processing.DraftReturned)
    return True


EPISODES: dict[str, Callable[[Player, Office, int], bool]] = {
    "supplement": supplement,
    "consultation": consultation,
    "extension": extension,
    "stop-granted": stop_granted,
    "stop-declined": stop_declined,
    "obligation": obligation,
    "draft-returned": draft_returned,
}
