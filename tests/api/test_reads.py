import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.test import Client

from tests.api.seats import seat
from yige.base.access import Role
from yige.base.jobs import enqueue
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def test_one_learns_who_one_is_and_from_which_posts_one_may_act(client: Client) -> None:
    account, post = seat("孙玉梅", Role.GRID_WORKER, "370683001001001")
    _, second = seat("孙玉梅", Role.STATION, "370683001001")
    client.force_login(account)

    me = client.get("/api/v1/me").json()

    assert (me["name"], me["role"], me["area_code"]) == (
        "孙玉梅",
        "grid_worker",
        "370683001001001",
    )
    assert {held["post"] for held in me["posts"]} == {str(post.id), str(second.id)}


def test_a_stranger_is_a_resident(client: Client) -> None:
    me = client.get("/api/v1/me").json()

    assert (me["role"], me["account"], me["posts"]) == ("resident", None, [])


def test_ones_own_job_is_read_and_anothers_is_not_there(client: Client) -> None:
    account, _ = seat("孙玉梅", Role.PLANNER)
    client.force_login(account)
    mine = enqueue("tests.greet", at=LONG_AGO)
    mine.account = account.id
    mine.save()
    others = enqueue("tests.greet", at=LONG_AGO)

    own, other = (client.get(f"/api/v1/jobs/{job.id}") for job in (mine, others))

    assert own.json()["state"] == "waiting"
    assert (other.status_code, other.json()["code"]) == (404, "base.no_such_job")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("/api/v1/cases?limit=0", "base.body_invalid"),
        ("/api/v1/cases?limit=many", "base.body_invalid"),
        ("/api/v1/cases?area=37x", "base.body_invalid"),
        ("/api/v1/cases?cursor=abc", "edge.bad_cursor"),
        ("/api/v1/locate?lon=nan", "base.body_invalid"),
        ("/api/v1/locate?lon=500", "base.body_invalid"),
        ("/api/v1/locate?at=2026-11-24T09:00:00", "base.body_invalid"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused_by_name(
    client: Client, address: str, code: str
) -> None:
    answer = client.get(address)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    if code == "base.body_invalid":
        name = address.partition("?")[2].partition("=")[0]
        assert answer.json()["errors"][0]["field"].startswith(name)
        assert answer.json()["errors"][0]["sentence"]


def test_an_area_that_nobody_knows_is_missing(client: Client) -> None:
    answer = client.get("/api/v1/areas/999999")

    assert (answer.status_code, answer.json()["code"]) == (404, "territory.area_unknown")


def test_an_address_that_is_none_is_a_problem_too(client: Client) -> None:
    assert client.get(f"/api/v1/cases/{UUID(int=1)}").status_code == 404
    assert client.get(f"/api/v1/jobs/{new_id()}").json()["code"] == "base.no_such_job"


def test_the_document_says_what_reads_give(client: Client) -> None:
    document = client.get("/api/v1/openapi.json").json()

    answer = document["paths"]["/api/v1/me"]["get"]["responses"]["200"]
    schema = answer["content"]["application/json"]["schema"]
    assert set(schema["properties"]) >= {"account", "role", "posts"}
    assert "PostHeld" in json.dumps(schema)
