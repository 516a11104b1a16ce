"""Household maps and cards in a browser: on a phone and at a desk, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import DESK, PHONE, Watch, barriers
from tests.cases.offices import Offices
from tests.city import CODE, WENCHANG
from tests.homes import papers
from tests.web.rooms import client_of, enter, lived_in
from yige.base.crypto import lock
from yige.homes.cards import token_of
from yige.homes.models import Card, Door
from yige.kernel import clock
from yige.people.models import Person
from yige.people.posts import PHONE_KEY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Come = Callable[..., Page]
GRID = f"{WENCHANG}001"
UNIT = f"{WENCHANG}000001"
OPEN_ALL = "document.querySelectorAll('main details').forEach(each => { each.open = true })"
SCREENS = {
    "": ["CARD", "/k/nosuchcard"],
    "worker": ["/homes/", f"/homes/units/{UNIT}", "/homes/import"],
    "station": ["/homes/prints/", "/homes/cards/", "/homes/"],
    "planner": ["/homes/", f"/homes/units/{UNIT}"],
}


@pytest.fixture
def offices(transactional_db: None) -> Offices:
    found, now = lived_in(), clock.now()
    person = found["worker"].person
    Person.objects.filter(id=person).update(name="程舟", phone=lock("05352211001", key=PHONE_KEY))
    papers.listed(at=now)
    papers.printed(area=CODE, at=now)
    return found


@pytest.fixture
def come(
    open_browser: Callable[..., BrowserContext], live_server: LiveServer, offices: Offices
) -> Come:
    """Open a page as somebody; `""` is a resident."""

    def start(who: str = "", size: tuple[int, int] = DESK, **more: object) -> Page:
        context = open_browser(size, **more)
        return enter(context, live_server, client_of(offices, who)).new_page()

    return start


def card_page() -> str:
    return f"/k/{token_of(Card.objects.get(grid_code=GRID, revoked_at=None).id)}"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_no_screen_keeps_anybody_out(
    come: Come, watch: Watch, size: tuple[int, int], locale: str
) -> None:
    found = []
    for who, paths in SCREENS.items():
        page = come(who, size, locale=locale)
        for path in paths:
            address = card_page() if path == "CARD" else path
            page.goto(address)
            page.evaluate(OPEN_ALL)
            wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            found += [f"{who} {path}: {each}" for each in barriers(page)]
            found += [f"{who} {path}: {wide} px too wide"] if wide > 0 else []
    watch.expect("404")

    assert found == []


def test_a_resident_of_78_reads_the_card_in_large_print_and_calls_with_one_tap(
    come: Come,
) -> None:
    phone = come("", PHONE, has_touch=True, is_mobile=True)
    phone.goto(card_page())
    phone.get_by_role("button", name="大字版").first.tap()

    expect(phone.locator("html")).to_have_attribute("data-size", "large")
    expect(phone.locator("h1")).to_contain_text("今日值守")
    call = phone.get_by_role("link", name="05352211001")
    assert call.get_attribute("href") == "tel:05352211001"
    heights = phone.locator(".on-duty .button:visible").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(heights) >= 60
    assert phone.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert barriers(phone) == []


def test_a_worker_marks_doors_as_empty_on_a_phone(come: Come) -> None:
    phone = come("worker", PHONE, has_touch=True, is_mobile=True)
    phone.goto("/homes/")
    phone.get_by_role("link", name="文昌花园1号楼").tap()
    well = phone.locator(".stairwell").first

    well.locator(".door", has_text="302").tap()
    well.locator(".door", has_text="403").tap()
    well.get_by_role("button", name="空置").tap()

    expect(phone.get_by_text("已更改 2 户")).to_be_visible()
    expect(phone.locator(".door[data-state=empty]")).to_have_count(2)
    assert set(Door.objects.filter(state="empty").values_list("number", flat=True)) == {
        "302", "403",
    }  # fmt: skip
