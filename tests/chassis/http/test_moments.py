"""Moments in answers: with +07:00, whatever zone they were stored in (exact readings 1.10)."""

import json

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from fastapi.testclient import TestClient
from pydantic import BaseModel, TypeAdapter, ValidationError

from chassis.http import failures
from chassis.http.middleware import VietNamTime, in_viet_nam_time
from chassis.http.moments import CalendarMoment, Moment

UTC, HERE = "2026-03-02T17:30:00Z", "2026-03-03T00:30:00+07:00"


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    app.add_middleware(VietNamTime)

    @app.get("/items")
    def items() -> dict[str, object]:
        return {"at": UTC, "items": [{"at": "2026-03-02T17:30:00+00:00"}]}

    @app.get("/problem")
    def problem() -> JSONResponse:
        return JSONResponse({"at": UTC}, 409, headers={"ETag": "1"}, media_type="application/problem+json")

    @app.get("/plain")
    def plain() -> PlainTextResponse:
        return PlainTextResponse(f'"{UTC}"')

    @app.get("/vault")
    @app.get("/vault/1")
    def vault() -> dict[str, str]:
        return {"content": UTC}

    return TestClient(app)


def test_an_answer_in_utc_left_the_reader_to_add_seven_hours(client: TestClient) -> None:
    assert client.get("/items").json() == {"at": HERE, "items": [{"at": HERE}]}
    refused = client.get("/problem")
    assert (refused.status_code, refused.json(), refused.headers["ETag"]) == (409, {"at": HERE}, "1")


def test_what_is_no_json_and_what_people_wrote_stays_as_it_is(client: TestClient) -> None:
    assert client.get("/plain").text == f'"{UTC}"'
    assert client.get("/vault/1").json() == client.get("/vault").json() == {"content": UTC}


@pytest.mark.parametrize(
    "kept",
    [
        HERE,
        f"lúc {UTC}",
        "2026-03-02",
        "2026-13-02T17:30:00Z",
        "9999-12-31T23:59:59Z",
        json.dumps({"at": UTC}),
        "2026-03-02T17:30:00+09:00",
    ],
)
def test_only_a_whole_moment_in_utc_is_another_one_afterwards(kept: str) -> None:
    assert json.loads(in_viet_nam_time(json.dumps({"at": kept}).encode())) == {"at": kept}


def test_parts_of_seconds_stay() -> None:
    assert in_viet_nam_time(b'"2026-03-02T17:30:00.250000Z"') == b'"2026-03-03T00:30:00.250000+07:00"'


@pytest.mark.parametrize("written", ["0001-01-01T00:00:00+07:00", "9999-12-31T23:59:59-14:00", "0001-06-01T00:00:00Z"])
def test_a_moment_that_some_zone_has_no_date_for_is_refused(written: str) -> None:
    """Regression: PostgreSQL keeps it, and no answer that holds it can be read again."""
    with pytest.raises(ValidationError, match="datetime_years"):
        TypeAdapter(Moment).validate_python(written)
    assert TypeAdapter(Moment).validate_python("0002-01-01T07:00:00+07:00").year == 2


def test_a_moment_in_such_a_year_is_refused_over_http_with_its_field_and_the_years_that_count() -> None:
    app = FastAPI()
    failures.install(app)

    class Asked(BaseModel):
        at: Moment

    @app.post("/asked")
    def asked(body: Asked) -> None:
        """Nothing."""

    answer = TestClient(app).post("/asked", json={"at": "9999-12-31T00:00:00Z"})
    assert (answer.status_code, answer.json()["field"]) == (422, "at")
    assert answer.json()["detail"] == "at: Thời điểm phải ở trong các năm 2 đến 9998."


@pytest.mark.parametrize("written", ["1970-01-01T00:00:00Z", "2000-01-01T00:00:00+14:00", "2100-01-01T00:00:00+07:00"])
def test_a_command_names_no_moment_that_no_calendar_counts_and_a_question_may(written: str) -> None:
    app = FastAPI()
    failures.install(app)

    class Said(BaseModel):
        at: CalendarMoment

    @app.post("/said")
    def said(body: Said) -> None:
        """Nothing."""

    answer = TestClient(app).post("/said", json={"at": written})
    assert (answer.status_code, answer.json()["field"]) == (422, "at")
    assert answer.json()["detail"] == "at: Thời điểm phải ở trong các năm 2000 đến 2099."
    assert TypeAdapter(Moment).validate_python(written)
    assert TypeAdapter(CalendarMoment).validate_python("2099-12-31T23:59:59+07:00")


def test_a_command_is_told_its_own_years_also_where_a_question_would_be_refused() -> None:
    """Regression: it was told that the years 2 to 9998 would do."""
    with pytest.raises(ValidationError, match="datetime_calendars"):
        TypeAdapter(CalendarMoment).validate_python("9999-12-31T23:59:59Z")
