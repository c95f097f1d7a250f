"""What the tests of tracking's sentences tell, and to whom."""

from datetime import datetime
from typing import Any

from catalogue.province import load_data
from chassis.settings import Settings
from contracts.dossier import intake
from contracts.dossier.parts import SupplementItem
from contracts.fact import Fact
from tests.tracking import story
from tracking.names import Names
from tracking.sentences import article, sentence
from tracking.sentences.background import Background

PROCEDURE = next(p for p in load_data().procedures if p.code == "1.004884")


def told(names: Names, *facts: Fact) -> tuple[str, str | None]:
    """The last fact's sentence and article."""
    background = Background(names, Settings().rules_on)
    for fact in facts:
        background.hear(fact)
    return sentence(facts[-1], background), article(facts[-1], background)


def submitted(**other: Any) -> intake.Submitted:
    return story.submitted(procedure=PROCEDURE.code, procedure_version=PROCEDURE.version, **other)


def received(**other: Any) -> intake.Received:
    return story.received(procedure=PROCEDURE.code, procedure_version=PROCEDURE.version, **other)


def requested(answer_by: datetime) -> intake.SupplementRequested:
    item = SupplementItem(component=PROCEDURE.components[0].code, defect="illegible", reason=story.REF)
    return intake.SupplementRequested(**story.at(5), stage="processing", items=(item,), officer="o", answer_by=answer_by)
