"""A campaign in the browser: nobody is kept out, and no count is lost with the network."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import city as small
from tests.browser import DESK, PHONE, barriers
from tests.city import CODE, WENCHANG, City
from tests.surveying.counting import checked, do, group_of, handed_in, opened, sheets_of
from tests.surveying.test_pages import client_of
from tests.surveying.test_uploads import brought, rows_of
from tests.web.rooms import enter
from yige.base.access import Actor, Role
from yige.surveying.models import Sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]
Start = Callable[..., tuple[Page, Actor]]
SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def town(transactional_db: None) -> City:
    return small.build()


@pytest.fixture
def seated(town: City, open_browser: Open, live_server: LiveServer) -> Start:
    """Open pages as somebody of a role."""

    def start(role: Role, area: str, size: str, **more: str) -> tuple[Page, Actor]:
        client, actor = client_of(f"{role.value} {area}", role, area)
        context = enter(open_browser(SIZES[size], **more), live_server, client)
        return context.new_page(), actor

    return start


def look_at(page: Page, address: str) -> None:
    """Open a page, and see that it keeps nobody out and fits the window."""
    page.goto(address)
    assert barriers(page) == [], address
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address


@pytest.mark.parametrize(("size", "locale"), [("phone", "zh-CN"), ("desk", "en-GB")])
def test_nobody_is_kept_out_of_the_planners_campaign(
    seated: Start, size: str, locale: str
) -> None:
    page, _ = seated(Role.PLANNER, CODE, size, locale=locale)
    campaign = opened()
    first, second, third, *_ = sheets_of(campaign)
    handed_in(first, 40, 3, 20, 20)
    checked(second, 25)
    wrong = rows_of(third)
    wrong[1][4] = "很多"
    upload = brought(campaign, wrong)

    look_at(page, reverse("surveying:campaigns"))
    for name in ("campaign", "map", "sheets", "groups", "files", "compare", "print"):
        look_at(page, reverse(f"surveying:{name}", args=[campaign.id]))
    look_at(page, reverse("surveying:file", args=[upload.id]))
    look_at(page, reverse("surveying:sheet", args=[first.id]))


@pytest.mark.parametrize(("size", "locale"), [("phone", "zh-CN"), ("desk", "zh-CN")])
def test_nobody_is_kept_out_of_the_surveyors_sheets(seated: Start, size: str, locale: str) -> None:
    page, actor = seated(Role.GRID_WORKER, f"{WENCHANG}001", size, locale=locale)
    campaign = opened()
    group = group_of(campaign, actor)
    do("hand_out", campaign=campaign.id, group=group.id, area=WENCHANG)
    returned, done, *_, waiting = sheets_of(campaign)
    for sheet in (returned, done):
        handed_in(sheet)
    do("send_back", sheet=returned.id, reason="请重数三单元")

    look_at(page, reverse("surveying:mine"))
    for sheet in (returned, done, waiting):
        look_at(page, reverse("surveying:sheet", args=[sheet.id]))


def test_counts_survive_a_lost_network_and_are_handed_in_from_the_phone(seated: Start) -> None:
    page, actor = seated(Role.GRID_WORKER, f"{WENCHANG}001", "phone", locale="zh-CN")
    campaign = opened()
    group = group_of(campaign, actor)
    sheet = sheets_of(campaign)[0]
    do("hand_out", campaign=campaign.id, group=group.id, sheets=[sheet.id])
    page.goto(reverse("surveying:mine"))
    page.get_by_role("link", name=f"{sheet.compound}{sheet.building}").click()
    for place in range(4):
        page.locator(f"[name='counts.{place}.households']").fill(str(20 + place))

    page.context.set_offline(True)
    page.get_by_role("button", name="提交").click()
    page.context.set_offline(False)
    page.goto(reverse("surveying:sheet", args=[sheet.id]))

    for place in range(4):
        expect(page.locator(f"[name='counts.{place}.households']")).to_have_value(str(20 + place))
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("status").or_(page.locator("[data-draft-done]")).first).to_be_visible()
    assert Sheet.objects.get(id=sheet.id).households == 86
    page.goto(reverse("surveying:sheet", args=[sheet.id]) + "?edit=1")
    expect(page.locator("[name='counts.0.residents']")).to_have_value("0")


def test_the_map_tells_the_same_as_its_table(seated: Start) -> None:
    page, _ = seated(Role.PLANNER, CODE, "desk", locale="zh-CN")
    campaign = opened()
    for sheet in sheets_of(campaign):
        if sheet.area_code.endswith("001"):
            checked(sheet)

    page.goto(reverse("surveying:map", args=[campaign.id]))

    rows = page.locator("[data-map-twin] tbody tr")
    expect(rows).to_have_count(2)
    told = [
        (row.get_attribute("data-code"), row.get_attribute("data-tone"),
         row.locator("td").first.inner_text())
        for row in rows.all()
    ]  # fmt: skip
    assert told == [(f"{WENCHANG}002", "bad", "! 0 %"), (f"{WENCHANG}001", "ok", "✓ 100 %")]
