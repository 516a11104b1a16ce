import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.api.seats import seat
from yige.base.access import Role
from yige.base.models import Account, Entry
from yige.edge.actors import ACTING_POST

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker(client: Client) -> Client:
    account, _ = seat("孙玉梅", Role.GRID_WORKER, "370683001001001")
    client.force_login(account)
    return client


def test_one_sees_ones_name_and_posts(worker: Client) -> None:
    page = worker.get("/account/").content.decode()

    assert "孙玉梅" in page
    assert "370683001001001" in page


def test_a_stranger_is_led_to_log_in(client: Client) -> None:
    assert client.get("/account/").status_code == 302


def test_no_page_of_the_log_in_changes_an_address_past_the_journal(worker: Client) -> None:
    said = {"email": "a@example.org", "action_add": ""}

    answers = [worker.get("/accounts/email/"), worker.post("/accounts/email/", said)]

    assert [answer["Location"] for answer in answers] == ["/account/", "/account/"]
    assert not EmailAddress.objects.exists()


def test_a_choice_is_remembered_on_this_machine_and_in_the_account(worker: Client) -> None:
    answer = worker.post("/account/", {"language": "en", "is_large_print": "on"})

    account = Account.objects.get(username="孙玉梅")
    assert answer.status_code == 302
    assert (account.language, account.is_large_print) == ("en", True)
    assert answer.cookies["yige_language"].value == "en"
    assert answer.cookies["yige_size"].value == "large"
    assert Entry.objects.get().command == "base.set_preferences"
    assert 'data-size="large"' in worker.get("/account/").content.decode()


def test_a_language_that_is_none_is_refused_and_named(worker: Client) -> None:
    answer = worker.post("/account/", {"language": "tlh"})

    assert answer.status_code == 422
    assert "请从以下选项中选择" in answer.content.decode()
    assert Account.objects.get(username="孙玉梅").language == "zh-hans"


def test_one_acts_from_another_of_ones_posts(worker: Client) -> None:
    _, station = seat("孙玉梅", Role.STATION, "370683001001")

    answer = worker.post("/account/post", {"post": str(station.id)})

    assert answer.status_code == 302
    assert worker.session[ACTING_POST] == str(station.id)


@pytest.mark.parametrize("post", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_nobody_acts_from_a_post_that_is_not_ones_own(worker: Client, post: str) -> None:
    assert worker.post("/account/post", {"post": post}).status_code == 403
    assert ACTING_POST not in worker.session


def test_a_post_of_somebody_else_is_not_ones_own(worker: Client) -> None:
    _, other = seat("滕建国", Role.SYSTEM_ADMIN)

    assert worker.post("/account/post", {"post": str(other.id)}).status_code == 403
