import time

import pytest
from django.test import Client

from tests.api.seats import seat
from tests.base.orders import do
from yige.base.access import Role
from yige.edge import etag
from yige.edge.actors import ACTING_POST

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edge.rooms")]

BOARD = "/tests/board"


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test fall between two minutes."""
    monkeypatch.setattr(etag, "GOOD_SECONDS", 10**9)


@pytest.fixture
def keeper(client: Client) -> Client:
    account, _ = seat("滕建国", Role.SYSTEM_ADMIN)
    client.force_login(account)
    return client


def ask(client: Client, tag: str = "") -> tuple[int, str]:
    answer = client.get(BOARD, headers={"If-None-Match": tag} if tag else {})
    return answer.status_code, answer.get("ETag", "")


def test_a_board_that_has_not_changed_is_not_sent_again(keeper: Client) -> None:
    first, tag = ask(keeper)
    second, same = ask(keeper, tag)

    assert (first, second) == (200, 304)
    assert same == tag


def test_nothing_new_needs_one_select_and_no_session(
    keeper: Client, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    _, tag = ask(keeper)

    with django_assert_num_queries(1) as said:  # type: ignore[operator]
        status, _ = ask(keeper, tag)

    assert status == 304
    assert "base_head" in said.captured_queries[0]["sql"]


def test_nothing_new_never_prolongs_the_session(keeper: Client) -> None:
    _, tag = ask(keeper)

    answer = keeper.get(BOARD, headers={"If-None-Match": tag})

    assert not answer.cookies


def test_a_command_anywhere_makes_the_board_new(keeper: Client) -> None:
    _, tag = ask(keeper)

    do("tests.pin", name="停水")

    assert ask(keeper, tag)[0] == 200


def test_the_next_minute_makes_the_board_new(
    keeper: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, tag = ask(keeper)

    monkeypatch.setattr(etag, "GOOD_SECONDS", 10**8)

    assert ask(keeper, tag)[0] == 200


def test_anothers_tag_is_worth_nothing(keeper: Client) -> None:
    _, tag = ask(keeper)
    account, _ = seat("孙玉梅", Role.PLATFORM)
    other = Client()
    other.force_login(account)

    assert ask(other, tag)[0] == 200
    assert ask(Client(), tag)[0] == 200


def test_a_tag_made_up_is_worth_nothing(keeper: Client) -> None:
    position = ask(keeper)[1].strip('"').partition("-")[0]

    assert ask(keeper, f'"{position}-{"0" * 24}"')[0] == 200


def test_another_language_is_another_board(keeper: Client) -> None:
    _, tag = ask(keeper)

    keeper.cookies["yige_language"] = "en"

    assert ask(keeper, tag)[0] == 200


def test_who_acts_from_another_post_sees_another_board(keeper: Client) -> None:
    _, other_post = seat("滕建国", Role.AUDIT_ADMIN)
    _, tag = ask(keeper)

    keeper.post("/account/post", {"post": str(other_post.id)})

    assert keeper.session[ACTING_POST] == str(other_post.id)
    assert ask(keeper, tag)[0] == 200


def test_a_weak_tag_from_a_proxy_is_understood(keeper: Client) -> None:
    _, tag = ask(keeper)

    assert ask(keeper, f"W/{tag}")[0] == 304


def test_nothing_new_costs_little(keeper: Client) -> None:
    """A coarse guard, ten times the goal: something heavy before the answer would show."""
    _, tag = ask(keeper)
    began = time.process_time()

    for _ in range(50):
        ask(keeper, tag)

    assert (time.process_time() - began) / 50 < 0.010
