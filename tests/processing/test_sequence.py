"""Agencies one after another: the next leg's staff wait for the transfer, others are told no."""

from uuid import uuid4

import pytest

from tests.processing.cases import (
    HEAD,
    LEAD,
    OTHER_HEAD,
    OTHER_SPECIALIST,
    PART,
    SPECIALIST,
    ok,
    processing,
    received,
    refused,
    transferred,
    upload,
)


@pytest.mark.req("RT-06")
def test_a_leg_that_the_dossier_has_not_come_to_is_refused_until_the_one_before_has_ended() -> None:
    service, dossier = processing(), uuid4()
    service.tell(dossier, received(legs=(LEAD, PART), mode="sequential"))
    assign = f"/dossiers/{dossier}/assignments"
    assert service.post(assign, OTHER_HEAD, {"leg": 2, "assignee": "specialist-3"}).status_code == 404
    service.tell(dossier, transferred(PART))
    refused(service.post(assign, HEAD, {"leg": 1, "assignee": "specialist-1"}))
    refused(service.post(assign, HEAD, {"leg": 9, "assignee": "specialist-1"}), 422)
    ok(service.post(assign, OTHER_HEAD, {"leg": 2, "assignee": "specialist-3"}))
    file = upload(service, OTHER_SPECIALIST)
    ok(service.post(f"/dossiers/{dossier}/partial-results", OTHER_SPECIALIST, {"leg": 2, "file": file}))
    assert service.post(assign, HEAD, {"leg": 1, "assignee": "specialist-1"}).status_code == 404
    service.world.settle()
    service.tell(dossier, transferred(LEAD))
    ok(service.post(assign, HEAD, {"leg": 1, "assignee": "specialist-1"}))
    ok(service.post(f"/dossiers/{dossier}/drafts", SPECIALIST, {"leg": 1, "file": upload(service)}))
    refused(service.post(assign, OTHER_HEAD, {"leg": 2, "assignee": "specialist-3"}))
