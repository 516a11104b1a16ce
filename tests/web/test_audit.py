import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client

from tests.api.seats import seat
from tests.base.orders import STRANGER, do, orders_known
from yige.base import proof
from yige.base.access import Role
from yige.base.commands import COMMANDS
from yige.base.jobs import work_once
from yige.base.listeners import hear_all
from yige.base.models import Entry, Head, Job
from yige.web.base.names import COMMAND_NAMES

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _orders() -> Iterator[None]:
    with orders_known():
        yield


@pytest.fixture
def auditor(client: Client) -> Client:
    account, _ = seat("于海", Role.AUDIT_ADMIN)
    client.force_login(account)
    return client


def positions(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'href="/audit/(\d+)"', page)]


def test_the_journal_is_read_page_by_page_and_each_entry_once(auditor: Client) -> None:
    for n in range(120):
        do("tests.pin", name=f"{n}")

    address, read = "/audit/", []
    while address:
        page = auditor.get(address).content.decode()
        read += positions(page)
        older = re.search(r'href="(\?[^"]*before=[^"]+)" rel="next"', page)
        address = f"/audit/{older[1].replace('&amp;', '&')}" if older else ""

    assert read == list(range(120, 0, -1))


def test_a_filter_shows_what_fits_and_nothing_else(auditor: Client) -> None:
    do("tests.pin", name="一")
    do("tests.pin_here", STRANGER, name="灯", text="moved")
    do("tests.count", name="访")

    def shown(query: str) -> list[int]:
        return positions(auditor.get(f"/audit/?{query}").content.decode())

    assert shown("command=tests.count") == [3]
    assert shown("outcome=deferred") == [2]
    assert shown("role=system_admin") == [3, 1]
    assert shown("area=370683001") == [2]
    assert shown("user_name=nobody") == []
    assert shown("from=2026-13-01&until=x&area=abc") == [3, 2, 1]
    assert shown("until=2000-01-01") == []


def test_what_people_typed_is_not_shown(auditor: Client) -> None:
    do("tests.pin", name="电话", text="13800138000")

    page = auditor.get("/audit/1").content.decode()

    assert "13800138000" not in page
    assert "tests.pinned" in page
    assert Entry.objects.get(position=1).seal in page


def test_an_entry_that_is_not_there_is_a_page_that_says_so(auditor: Client) -> None:
    assert auditor.get("/audit/99").status_code == 404


def test_a_list_costs_the_same_few_queries_however_long(
    auditor: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    for n in range(60):
        do("tests.pin", name=f"{n}")

    with django_assert_max_num_queries(12):  # type: ignore[operator]
        auditor.get("/audit/")


def test_the_walk_over_the_journal_is_asked_for_and_its_result_shown(auditor: Client) -> None:
    do("tests.pin", name="一")

    answer = auditor.post("/audit/verify")
    work_once("w1")

    asked = Job.objects.get()
    assert answer["Location"] == f"/jobs/{asked.id}"
    assert asked.state == Job.DONE
    assert "完整" in auditor.get("/audit/health").content.decode()


def test_a_journal_that_does_not_hold_is_seen_with_the_place(auditor: Client) -> None:
    do("tests.pin", name="一")
    Entry.objects.filter(position=1).update(role="platform")

    auditor.post("/audit/verify")
    work_once("w1")

    page = auditor.get("/audit/health").content.decode()
    assert "处异常" in page
    assert "seal" in page


def test_health_tells_how_far_each_listener_is_behind(auditor: Client) -> None:
    hear_all()
    for n in range(3):
        do("tests.pin", name=f"{n}")

    behind = auditor.get("/audit/health").content.decode()
    hear_all()
    caught_up = auditor.get("/audit/health").content.decode()

    assert "追赶中" in behind
    assert "追赶中" not in caught_up


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.PLATFORM])
def test_nobody_else_reads_the_journal(client: Client, role: Role) -> None:
    account, _ = seat("滕建国", role)
    client.force_login(account)

    for address in ("/audit/", "/audit/1", "/audit/health"):
        assert client.get(address).status_code == 403
    assert client.post("/audit/verify").status_code == 403


def test_a_head_is_written_outside_once_and_proves_what_was(auditor: Client) -> None:
    proof.heads_path().unlink(missing_ok=True)
    do("tests.pin", name="一")

    first, again = proof.export_head(), proof.export_head()

    head = Head.objects.get()
    assert first == {"position": 1, "seal": head.seal}
    assert again == {}
    assert proof.known_heads() == {1: head.seal}
    proof.heads_path().unlink()


def test_every_command_has_its_word() -> None:
    ours = {name for name in COMMANDS if not name.startswith("tests.")}

    assert sorted(ours - set(COMMAND_NAMES)) == []
    assert sorted(set(COMMAND_NAMES) - ours) == []


class TestTokens:
    @pytest.fixture
    def security(self, client: Client) -> Client:
        account, _ = seat("刘芳", Role.SECURITY_ADMIN)
        client.force_login(account)
        return client

    def test_a_token_is_shown_once_and_works(self, security: Client) -> None:
        _, post = seat("gateway", Role.PLATFORM)
        form = {"username": "gateway", "post": str(post.id), "label": "12345", "days": "30"}

        page = security.post("/tokens/", form).content.decode()
        later = security.get("/tokens/").content.decode()

        bearer = re.search(r"[0-9a-f]{32}\.[0-9a-f]{64}", page)
        assert bearer
        assert bearer[0] not in later
        assert "12345" in later
        headers = {"Authorization": f"Bearer {bearer[0]}"}
        assert Client().get("/api/v1/me", headers=headers).json()["role"] == "platform"

    def test_a_token_taken_away_opens_nothing(self, security: Client) -> None:
        _, post = seat("gateway", Role.PLATFORM)
        form = {"username": "gateway", "post": str(post.id), "label": "12345", "days": "30"}
        page = security.post("/tokens/", form).content.decode()
        bearer = re.search(r"([0-9a-f]{32})\.[0-9a-f]{64}", page)
        assert bearer

        security.post(f"/tokens/{UUID(bearer[1])}/revoke")

        headers = {"Authorization": f"Bearer {bearer[0]}"}
        assert Client().get("/api/v1/me", headers=headers).status_code == 401

    def test_an_unknown_account_and_one_without_post_are_told_apart(
        self, security: Client
    ) -> None:
        assert "没有此用户名" in security.get("/tokens/?username=nobody").content.decode()

    def test_a_token_for_too_long_is_refused_beside_the_field(self, security: Client) -> None:
        _, post = seat("gateway", Role.PLATFORM)
        form = {"username": "gateway", "post": str(post.id), "label": "12345", "days": "900"}

        answer = security.post("/tokens/", form)

        assert answer.status_code == 422
        assert "请填写不大于 366 的数。" in answer.content.decode()
