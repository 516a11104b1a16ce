from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from yige.base.crypto import destroy_key
from yige.base.knocks import KEPT
from yige.base.models import Knock
from yige.kernel import clock

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edge.rooms")]

DOOR = "/tests/door"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _three_tries(settings: Settings) -> None:
    settings.YIGE_LIMITS = {"report": (3, 10_000)}


def knock(client: Client, **more: str) -> int:
    return client.get(DOOR, **more).status_code  # type: ignore[arg-type]


def test_a_door_closes_after_its_number_of_tries(client: Client) -> None:
    assert [knock(client) for _ in range(5)] == [200, 200, 200, 429, 429]


def test_the_page_says_how_long_to_wait_and_whom_to_call(client: Client) -> None:
    for _ in range(3):
        knock(client)

    answer = client.get(DOOR)

    assert "10000 分钟" in answer.content.decode()
    assert "110、119、120" in answer.content.decode()
    assert answer["Retry-After"] == str(10_000 * 60)


def test_one_address_does_not_close_the_door_to_another(client: Client) -> None:
    for _ in range(4):
        knock(client, REMOTE_ADDR="10.0.0.1")

    assert knock(client, REMOTE_ADDR="10.0.0.2") == 200


def test_a_caller_cannot_pretend_to_be_many(client: Client) -> None:
    tries = [knock(client, HTTP_X_FORWARDED_FOR=f"10.0.0.{n}") for n in range(5)]

    assert tries[-1] == 429


def test_behind_a_proxy_of_ours_callers_are_told_apart(client: Client, settings: Settings) -> None:
    settings.YIGE_PROXIES = 1

    tries = [knock(client, HTTP_X_FORWARDED_FOR=f"1.1.1.1, 10.0.0.{n}") for n in range(5)]
    forged = [knock(client, HTTP_X_FORWARDED_FOR=f"10.9.9.{n}, 10.0.0.9") for n in range(5)]

    assert tries == [200] * 5
    assert forged[-1] == 429


def test_the_door_opens_again_when_the_window_ends(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.YIGE_LIMITS = {"report": (3, 10)}
    passed = [timedelta(0)] * 5 + [timedelta(minutes=9, seconds=59), timedelta(minutes=10)]
    answers = []

    for each in passed:
        monkeypatch.setattr(clock, "now", lambda each=each: NOON + each)
        answers.append(knock(client))

    assert answers == [200, 200, 200, 429, 429, 429, 200]


def test_what_was_counted_is_forgotten(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.YIGE_LIMITS = {"report": (3, 10)}
    monkeypatch.setattr(clock, "now", lambda: NOON)
    knock(client)
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(minutes=11) + KEPT)

    knock(client)

    assert Knock.objects.count() == 1


def test_nobody_can_tell_from_the_counts_who_knocked(client: Client) -> None:
    knock(client, REMOTE_ADDR="10.0.0.1")
    first = Knock.objects.get().caller
    Knock.objects.all().delete()
    destroy_key("knocks")

    knock(client, REMOTE_ADDR="10.0.0.1")

    assert Knock.objects.get().caller != first


def test_a_knock_asks_the_database_once(client: Client) -> None:
    knock(client)

    with CaptureQueriesContext(connection) as asked:
        knock(client)

    sent = [query["sql"] for query in asked if "SAVEPOINT" not in query["sql"]]
    assert len(sent) == 1, sent
