import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from tests.api.seats import seat
from tests.base.orders import an_organisation, do, pinned
from tests.cases.offices import STAIRS, open_offices
from tests.city import WENCHANG
from yige.base.access import Actor, Role
from yige.base.commands import COMMANDS, run
from yige.base.journal import verify
from yige.base.models import Account, Deferral, Entry, Token
from yige.base.tokens import bearer_of
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.people.models import Appointment, Post

pytestmark = pytest.mark.django_db


def item(command: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "command": command, "body": body} | more


def send(client: Client, *items: Any, **more: Any) -> list[dict[str, Any]]:
    answer = client.post(
        "/api/v1/commands",
        json.dumps({"items": items, **more}),
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    answers: list[dict[str, Any]] = answer.json()["items"]
    return answers


@pytest.fixture
def keeper(client: Client) -> Client:
    """Return the browser of a signed-in system administrator."""
    account, _ = seat("滕建国", Role.SYSTEM_ADMIN)
    client.force_login(account)
    return client


def test_each_item_of_a_batch_is_answered_on_its_own(keeper: Client) -> None:
    good = item("tests.pin", {"name": "停水", "text": "九时"})
    faulty = item("tests.count", {"name": "访", "by": 12})
    late = item("tests.pin_here", {"name": "灯", "text": "elsewhere"})

    answers = send(keeper, good, faulty, late, good)

    assert [answer["outcome"] for answer in answers] == ["done", "refused", "deferred", "done"]
    assert [answer["id"] for answer in answers] == [
        good["id"],
        faulty["id"],
        late["id"],
        good["id"],
    ]
    assert answers[0]["result"] == {"length": 2, "name": "停水"}
    assert answers[3]["is_repeat"]
    problem = answers[1]["problem"]
    assert (problem["code"], problem["status"]) == ("base.body_invalid", 422)
    assert problem["errors"][0]["sentence"] == "请填写不大于 9 的数。"
    assert pinned("停水") == "九时"
    assert pinned("灯") is None


def test_a_batch_of_reports_reads_the_values_of_the_city_once(client: Client) -> None:
    open_offices()
    report = {"text": "楼道里堆了旧家具", "category": STAIRS, "place": {"area_code": WENCHANG}}

    with CaptureQueriesContext(connection) as asked:
        answers = send(client, *[item("cases.open", report) for _ in range(4)])

    assert [answer["outcome"] for answer in answers] == ["done"] * 4
    assert len([query for query in asked if "FROM base_setting" in query["sql"]]) == 1


def test_what_is_no_command_at_all_stops_nobody_else(keeper: Client) -> None:
    good = item("tests.pin", {"name": "停水"})
    broken: list[Any] = [
        None,
        7,
        "x",
        [],
        {},
        {"id": "x", "command": "tests.pin", "body": {}},
        item("tests.pin", {"name": "停电"}, more=1),
        item("tests.pin", {"name": "停电"}, made_at="2026-11-24T09:00:00"),
        item("tests.pin", {"name": "停电"}, based_on=-1),
        item("tests.fly", {}),
        {**good, "body": [1]},
    ]

    answers = send(keeper, *broken, good)

    assert [answer["outcome"] for answer in answers] == ["refused"] * len(broken) + ["done"]
    assert {answer["problem"]["status"] for answer in answers[:-1]} == {404, 422}
    assert pinned("停电") is None


def test_a_fault_of_ours_in_one_item_stops_nobody_else(
    keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall(*call: object) -> None:
        raise RuntimeError("a fault of ours")

    broken = item("tests.take", {"values": {}})
    faulty = replace(COMMANDS["tests.take"], handler=fall)
    monkeypatch.setitem(COMMANDS, "tests.take", faulty)

    answers = send(keeper, broken, item("tests.pin", {"name": "停水"}))

    assert [answer["outcome"] for answer in answers] == ["refused", "done"]
    assert answers[0]["problem"]["code"] == "api.fault"
    assert not Entry.objects.filter(id=broken["id"]).exists()


@pytest.mark.django_db(transaction=True)
def test_what_is_found_out_at_the_commit_stops_nobody_else(keeper: Client) -> None:
    good = [item("tests.count", {"name": "访"}) for _ in range(3)]
    orphan = item("tests.orphan", {"values": {}})

    answers = send(keeper, good[0], orphan, good[1], good[0], good[2])

    assert [answer["outcome"] for answer in answers] == [
        "done",
        "refused",
        "done",
        "done",
        "done",
    ]
    assert answers[1]["problem"]["code"] == "base.clash"
    assert pinned("访") == "3"
    assert verify().flaws == ()


def test_a_long_batch_takes_few_commits(keeper: Client) -> None:
    begins: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("SAVEPOINT"):
            begins.append(sql)
        return execute(sql, *rest)

    do("tests.count", name="访")
    items = [item("tests.count", {"name": "访"}) for _ in range(60)]
    with connection.execute_wrapper(note):
        answers = send(keeper, *items)

    assert [answer["result"]["value"] for answer in answers] == list(range(2, 62))
    assert len(begins) == 60 + 3


def test_a_chain_made_offline_arrives_in_one_batch(keeper: Client) -> None:
    station = an_organisation()
    first = item("tests.rename", {"organisation": str(station.id), "name": "一"}, based_on=1)
    second = item(
        "tests.rename", {"organisation": str(station.id), "name": "二"}, based_on=first["id"]
    )

    early, *answers = send(keeper, second, first, second)

    assert early["problem"]["code"] == "base.not_yet_here"
    assert [answer["outcome"] for answer in answers] == ["done", "done"]
    station.refresh_from_db()
    assert station.name == "二"


class TestTheDevicesClock:
    def test_a_clock_a_week_off_is_put_right(self, keeper: Client) -> None:
        device_now = clock.now() - timedelta(days=7)
        made_at = device_now - timedelta(hours=2)
        made = item("tests.pin", {"name": "停水"}, made_at=made_at.isoformat())

        send(keeper, made, sent_at=device_now.isoformat())

        entry = Entry.objects.get(id=made["id"])
        assert abs(entry.received_at - entry.at - timedelta(hours=2)) < timedelta(seconds=5)

    def test_a_clock_ahead_never_makes_a_command_of_tomorrow(self, keeper: Client) -> None:
        ahead = clock.now() + timedelta(days=7)
        made = item("tests.pin", {"name": "停水"}, made_at=ahead.isoformat())

        send(keeper, made)

        entry = Entry.objects.get(id=made["id"])
        assert entry.at == entry.received_at


class TestThePost:
    def test_an_item_is_made_from_the_post_it_names(self, client: Client) -> None:
        account, _ = seat("孙玉梅", Role.GRID_WORKER, "370683001001001")
        _, keepers_post = seat("孙玉梅", Role.SYSTEM_ADMIN)
        client.force_login(account)
        made = item("tests.pin", {"name": "停水"}, post=str(keepers_post.id))

        answers = send(client, item("tests.pin", {"name": "停电"}), made)

        assert [answer["outcome"] for answer in answers] == ["refused", "done"]
        assert Entry.objects.get().post == keepers_post.id

    def test_what_was_made_before_the_post_ended_is_deferred_and_not_lost(
        self, client: Client
    ) -> None:
        an_hour_ago = clock.now() - timedelta(hours=1)
        account, ended = seat("孙玉梅", Role.SYSTEM_ADMIN, until=an_hour_ago)
        client.force_login(account)
        earlier = (an_hour_ago - timedelta(hours=1)).isoformat()
        body = {"name": "灯", "text": "moved"}
        made = item("tests.pin_here", body, made_at=earlier, post=str(ended.id))

        answers = send(client, made, made)

        assert [answer["outcome"] for answer in answers] == ["deferred", "deferred"]
        assert answers[0]["result"]["area"] == "370683002"
        assert Deferral.objects.get().entry_id == UUID(made["id"])

    def test_what_was_made_after_the_post_ended_is_refused(self, client: Client) -> None:
        an_hour_ago = clock.now() - timedelta(hours=1)
        account, ended = seat("孙玉梅", Role.SYSTEM_ADMIN, until=an_hour_ago)
        client.force_login(account)
        made = item("tests.pin_here", {"name": "灯", "text": "moved"}, post=str(ended.id))

        answers = send(client, made)

        assert answers[0]["problem"]["code"] == "api.post_not_held"
        assert not Deferral.objects.exists()

    def test_nobody_acts_from_the_post_of_another(self, client: Client) -> None:
        account, _ = seat("孙玉梅", Role.GRID_WORKER, "370683001001001")
        _, anothers = seat("滕建国", Role.SYSTEM_ADMIN)
        client.force_login(account)

        answers = send(client, item("tests.pin", {"name": "停水"}, post=str(anothers.id)))

        assert answers[0]["problem"]["code"] == "api.post_not_held"
        assert pinned("停水") is None


class TestWhoCalls:
    def test_a_stranger_is_asked_who_it_is(self, client: Client) -> None:
        answers = send(client, item("tests.pin", {"name": "停水"}))

        assert answers[0]["problem"]["status"] == 401
        assert answers[0]["problem"]["code"] == "base.not_allowed"

    def test_a_page_must_show_that_it_is_ours(self) -> None:
        account, _ = seat("滕建国", Role.SYSTEM_ADMIN)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(account)

        answer = post_json(strict, "/api/v1/commands", {"items": [item("tests.pin", {})]})

        assert answer.status_code == 403
        assert answer.json()["code"] == "api.csrf_missing"

    def test_a_page_of_ours_is_let_in(self) -> None:
        account, _ = seat("滕建国", Role.SYSTEM_ADMIN)
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(account)
        strict.cookies["yige_csrf"] = "a" * 32

        answer = strict.post(
            "/api/v1/commands",
            json.dumps({"items": [item("tests.pin", {"name": "停水"})]}),
            content_type="application/json",
            headers={"X-CSRFToken": "a" * 32},
        )

        assert answer.json()["items"][0]["outcome"] == "done"

    def test_a_program_with_a_token_acts_from_its_post(self, client: Client) -> None:
        token, post = a_token()

        answer = post_json(
            client, "/api/v1/commands", {"items": [item("tests.pin", {"name": "停水"})]}, token
        )

        assert answer.json()["items"][0]["outcome"] == "done"
        assert Entry.objects.get(command="tests.pin").post == post.id

    @pytest.mark.parametrize("how", ["revoked", "expired", "closed", "post ended", "forged", "x"])
    def test_a_token_that_is_no_longer_good_opens_nothing(self, client: Client, how: str) -> None:
        token, post = a_token()
        now = clock.now()
        spoil: dict[str, Callable[[], object]] = {
            "revoked": lambda: Token.objects.update(revoked_at=now),
            "expired": lambda: Token.objects.update(expires_at=now),
            "closed": lambda: Account.objects.update(is_active=False),
            "post ended": lambda: Appointment.objects.filter(post=post).update(held_until=now),
        }
        spoil.get(how, lambda: None)()
        shown = {"forged": token[:-1] + "x", "x": "x"}.get(how, token)

        answer = post_json(client, "/api/v1/commands", {"items": [item("tests.pin", {})]}, shown)

        assert answer.status_code == 401
        assert answer.json()["code"] == "api.token_refused"
        assert answer["WWW-Authenticate"].startswith("Bearer")

    def test_a_stranger_who_knocks_too_often_waits(
        self, client: Client, settings: Settings
    ) -> None:
        settings.YIGE_LIMITS = {"api": (5, 10_000)}
        batch = {"items": [item("tests.pin", {"name": "停水"}) for _ in range(3)]}

        first, second = (post_json(client, "/api/v1/commands", batch) for _ in range(2))

        assert (first.status_code, second.status_code) == (200, 429)
        assert second.json()["code"] == "edge.too_many"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "api.not_json"),
        (b"{", 400, "api.not_json"),
        (b"\xff\xfe", 400, "api.not_json"),
        (b'{"items": [NaN]}', 400, "api.not_json"),
        (b"[" * 100_000, 400, "api.not_json"),
        (b"1" * 10_000, 400, "api.not_json"),
        (b"[]", 422, "base.body_invalid"),
        (b'{"items": []}', 422, "base.body_invalid"),
        (b'{"items": [1], "sent_at": "yesterday"}', 422, "base.body_invalid"),
        (b'{"items": [' + b"1," * 200 + b"1]}", 422, "base.body_invalid"),
        (b" " * (2 * 1024 * 1024 + 1), 413, "api.too_large"),
    ],
    ids=["empty", "half", "bytes", "NaN", "deep", "long number", "list", "none", "time", "201",
         "2 MB"],
)  # fmt: skip
def test_a_request_that_cannot_be_read_is_refused_as_a_whole(
    keeper: Client, body: bytes, status: int, code: str
) -> None:
    answer = keeper.post("/api/v1/commands", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Entry.objects.exists()


class TestOneCommand:
    def test_one_command_is_answered_with_its_result(self, keeper: Client) -> None:
        sent = {"id": str(new_id()), "body": {"name": "停水", "text": "九时"}}

        answers = [post_json(keeper, "/api/v1/commands/tests.pin", sent) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].json()["result"] == {"length": 2, "name": "停水"}
        assert [answer.json()["is_repeat"] for answer in answers] == [False, True]

    def test_a_deferred_command_says_so_by_its_status(self, keeper: Client) -> None:
        sent = {"id": str(new_id()), "body": {"name": "灯", "text": "elsewhere"}}

        answer = post_json(keeper, "/api/v1/commands/tests.pin_here", sent)

        assert (answer.status_code, answer.json()["outcome"]) == (202, "deferred")

    @pytest.mark.parametrize(
        ("name", "body", "status", "code"),
        [
            ("tests.fly", {}, 404, "base.unknown_command"),
            ("tests.count", {"name": "访", "by": 0}, 422, "base.body_invalid"),
            ("tests.refuse", {"name": "停水"}, 409, "kernel.conflict"),
        ],
    )
    def test_a_refusal_is_a_problem_with_facts(
        self, keeper: Client, name: str, body: dict[str, Any], status: int, code: str
    ) -> None:
        sent = {"id": str(new_id()), "body": body}

        answer = post_json(keeper, f"/api/v1/commands/{name}", sent)

        problem = answer.json()
        assert (answer.status_code, problem["status"], problem["code"]) == (status, status, code)
        assert problem["type"] == f"urn:yige:refusal:{code}"
        assert problem["title"]
        assert len(problem["number"]) == 8

    def test_another_body_under_the_same_id_is_a_conflict(self, keeper: Client) -> None:
        sent = str(new_id())
        post_json(keeper, "/api/v1/commands/tests.pin", {"id": sent, "body": {"name": "一"}})

        answer = post_json(
            keeper, "/api/v1/commands/tests.pin", {"id": sent, "body": {"name": "二"}}
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "base.id_reused")

    def test_a_stranger_is_asked_for_a_token(self, client: Client) -> None:
        sent = {"id": str(new_id()), "body": {"name": "停水"}}

        answer = post_json(client, "/api/v1/commands/tests.pin", sent)

        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")


def post_json(client: Client, path: str, body: Any, token: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return client.post(path, json.dumps(body), content_type="application/json", headers=headers)


def a_token() -> tuple[str, Post]:
    """Let the security administrator give a hotline gateway its token."""
    account, post = seat("12345 网关", Role.SYSTEM_ADMIN)
    giver = Actor(role=Role.SECURITY_ADMIN, area="370683")
    body = {"account": str(account.id), "post": str(post.id), "label": "12345 网关"}
    outcome = run("base.give_token", body, id=new_id(), actor=giver)
    return bearer_of(UUID(str(outcome.result["id"]))), post
