"""Punctuality over HTTP. Public: the page citizens read and the numbers agencies read are one answer (RP-07)."""

from typing import Annotated, Any

from fastapi import Query

import worktime
from chassis.http import Api, answers
from chassis.service import Parts
from chassis.store import Condition
from ratings import views
from ratings.answers import Punctuality

NO_DOSSIERS = "không có hồ sơ"


def add_routes(api: Api, parts: Parts) -> None:
    """All routes of ratings."""

    @api.app.get("/punctuality", tags=["public"])
    @answers(Punctuality)
    def punctuality(
        agency: Annotated[str, Query(max_length=64)] = "", month: Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")] = ""
    ) -> dict[str, Any]:
        """Dossiers settled before time, on time and late, by agency and month."""
        where: list[Condition] = [("settling", "=", agency)] if agency else []
        where += [("month", "=", month)] if month else []
        with api.database.session() as session:
            counts = views.punctuality(session, where, api.clock.now())
            known_at = views.data_time(session)
        names = {code: known.name for code, known in parts.catalogue.agencies().items()}
        items = [line(*key, number, names.get(key[0], key[0])) for key, number in sorted(counts.items())]
        if agency and not items:
            items = [line(agency, month or None, {}, names.get(agency, agency))]
        return {"items": items, "data_time": worktime.in_viet_nam(known_at).isoformat() if known_at else None}


def line(agency: str, month: str | None, counts: dict[str, int], name: str) -> dict[str, Any]:
    """One agency in one month. A rate of nothing is absent, with a note, never 100 %."""
    settled = sum(counts.get(kind, 0) for kind in ("early", "on_time", "late"))
    in_time = settled - counts.get("late", 0)
    dossiers = settled + counts.get("open", 0) + counts.get("none", 0)
    return {
        "agency": agency,
        "agency_name": name,
        "month": month,
        "early": counts.get("early", 0),
        "on_time": counts.get("on_time", 0),
        "late": counts.get("late", 0),
        "open": counts.get("open", 0),
        "open_late": counts.get("open_late", 0),
        "not_judged": counts.get("none", 0),
        "in_time_percent": round(100 * in_time / settled, 2) if settled else None,
        "note": None if dossiers else NO_DOSSIERS,
    }
