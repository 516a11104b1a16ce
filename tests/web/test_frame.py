"""The frame shows each role its menu, each reader their print size, and no missing page."""

import re
from uuid import UUID

import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries, Settings

from yige.base.access import Actor, Role
from yige.base.models import Setting
from yige.demo.staff import username_of
from yige.web.shell import frame
from yige.web.shell.context import Shell
from yige.web.shell.demo import WITHOUT_KEY
from yige.web.shell.frame import Item, Offers

CLERK = Actor(role=Role.STATION, account=UUID(int=1), area="370683001002")


def page(path: str = "/", actor: Actor | None = None, **cookies: str) -> HttpRequest:
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    if actor:
        request.actor = actor  # type: ignore[attr-defined]
    return request


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Offers:
    """Let the house offer just what a test says."""
    offered = Offers()
    monkeypatch.setattr("yige.web.shell.context.offers", lambda: offered)
    return offered


def test_a_menu_has_at_most_six_lines_and_begins_with_home() -> None:
    items = [Item("home", f"{n}", (Role.STATION,), order=9 - n) for n in range(8)]

    menu = Offers(items=items).menu_of(Role.STATION)

    assert len(menu) == frame.LONGEST_MENU
    assert [item.order for item in menu] == sorted(item.order for item in menu)
    assert menu[-1].url == "more"


def test_what_does_not_fit_into_a_menu_stands_behind_its_last_line(house: Offers) -> None:
    house.items = [Item("home", f"{n}", (Role.STATION,), order=n) for n in range(7)]

    frame_of_page = Shell(page(actor=CLERK))

    assert [line.label for line in frame_of_page.menu()][:5] == list("01234")
    assert [line.label for line in frame_of_page.pages()] == list("0123456")


def test_a_menu_leaves_out_what_another_role_has_and_what_does_not_exist(house: Offers) -> None:
    house.items = [
        Item("home", "首页", (Role.STATION,)),
        Item("no-such-page", "没有", (Role.STATION,)),
        Item("own_home", "别人的", (Role.PLANNER,)),
    ]

    lines = Shell(page(actor=CLERK)).menu()

    assert [line.label for line in lines] == ["首页"]


def test_the_line_that_leads_furthest_is_here(house: Offers) -> None:
    house.items = [
        Item("home", "首页", (Role.STATION,), order=1),
        Item("size", "大字版", (Role.STATION,), order=2),
    ]

    lines = Shell(page("/preferences/size/7", actor=CLERK)).menu()

    assert [line.is_here for line in lines] == [False, True]


def test_a_resident_has_no_inbox_and_is_asked_for_none(house: Offers) -> None:
    house.inbox_count = lambda _actor: 1 // 0

    assert Shell(page()).inbox_count == 0


def test_the_area_is_said_by_its_name(house: Offers) -> None:
    house.area_name = {"370683001002": "文昌社区"}.__getitem__

    assert Shell(page(actor=CLERK)).area == "文昌社区"


def test_large_print_is_remembered_by_the_cookie() -> None:
    assert Shell(page(yige_size="large")).is_large
    assert not Shell(page(yige_size="plain")).is_large
    assert not Shell(page()).is_large


def test_without_scripts_the_size_switch_leads_back_to_the_page(client: Client) -> None:
    answer = client.post("/preferences/size", {"size": "large", "next": "/home/?a=1"})

    assert answer.status_code == 302
    assert answer["Location"] == "/home/?a=1"
    assert answer.cookies["yige_size"].value == "large"


@pytest.mark.parametrize(
    "elsewhere", ["https://other.example/", "//other.example", "javascript:1"]
)
def test_the_way_back_never_leads_out_of_the_house(client: Client, elsewhere: str) -> None:
    answer = client.post("/preferences/size", {"size": "large", "next": elsewhere})

    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_the_demo_offers_a_key_for_each_role_and_a_real_city_none(
    client: Client, settings: Settings
) -> None:
    settings.YIGE_DEMO = True
    in_demo = client.get("/accounts/login/").content.decode()
    settings.YIGE_DEMO = False
    in_a_city = client.get("/accounts/login/").content.decode()

    keys = re.findall(r'data-fill-login="([\w-]+)"', in_demo)
    assert sorted(keys) == sorted(username_of(role) for role in Role if role not in WITHOUT_KEY)
    assert "data-fill-login" not in in_a_city


@pytest.mark.django_db
def test_the_frame_of_a_public_page_asks_for_its_words_alone(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get("/")

    with django_assert_num_queries(1):
        client.get("/")


@pytest.mark.django_db
def test_the_city_is_called_as_its_administrators_say(client: Client, settings: Settings) -> None:
    settings.YIGE_CITY = ""
    Setting.objects.create(name="city.name", value='"莱州"')

    assert "· 莱州</title>" in client.get("/").content.decode()
