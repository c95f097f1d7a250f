"""What anybody may ask before filing: the guidance of a procedure, and its blank form (Đ16)."""

from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import Query

import forms
from chassis.http import Api, Pdf, answers
from chassis.http.moments import Day
from chassis.http.problem import ProblemError
from chassis.service import Parts
from contracts.catalogue import Procedure
from intake.answers import Guidance
from intake.domain.submission import CHANNEL_NAMES
from worktime import VN, Term, in_viet_nam

On = Annotated[Day | None, Query()]


def add_guidance_routes(api: Api, parts: Parts) -> None:
    """Guidance and blank forms; of the version in force on a date (today)."""

    def known(code: str, on: date | None) -> Procedure:
        procedure = parts.catalogue.procedure_in_force(code, on or in_viet_nam(api.clock.now()).date())
        if procedure is None:
            raise ProblemError(404, "Thủ tục không có hoặc chưa công bố.")
        return procedure

    @api.app.get("/procedures/{code}/guidance", tags=["guidance"])
    @answers(Guidance)
    def guidance(code: str, on: On = None) -> dict[str, Any]:
        """Papers, time, fee, channels and conditions, in words (Đ16)."""
        procedure = known(code, on)
        return {
            "name": procedure.name,
            "version": procedure.version,
            "papers": [msgspec.to_builtins(component) for component in procedure.components],
            "sets": procedure.sets,
            "time": Term.parse(procedure.term).say(),
            "time_online": Term.parse(procedure.term_for("online")).say(),
            "fee": {"amount_vnd": procedure.fee.amount_vnd, "when": procedure.fee.when, "note": procedure.fee.note},
            "channels": [CHANNEL_NAMES[channel] for channel in procedure.channels],
            "conditions": procedure.conditions,
            "fields": [{"label": field.label, "required": field.required} for field in procedure.form.fields],
        }

    @api.app.get("/procedures/{code}/blank-form", tags=["guidance"], response_class=Pdf)
    def blank(code: str, on: On = None) -> Pdf:
        """The form to print and fill in by hand; older versions by date."""
        procedure = known(code, on)
        began = procedure.valid_from
        printed = forms.BlankForm(
            issuer=forms.Issuer(agency="Bộ phận Một cửa", place="…………"),
            issued_at=in_viet_nam(api.clock.now()).replace(year=began.year, month=began.month, day=began.day, tzinfo=VN),
            procedure=procedure.name,
            procedure_code=procedure.code,
            version=procedure.form.version,
            valid_from=f"{began:%d/%m/%Y}",
            fields=tuple(
                forms.BlankField(label=field.label, required=field.required, choices=field.choices) for field in procedure.form.fields
            ),
        )
        return Pdf(forms.render(printed))
