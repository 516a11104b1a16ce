"""The planner's pages in the browser: nobody is kept out, and the map and the table agree."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests import city as small
from tests.api.seats import seat
from tests.browser import DESK, PHONE, barriers
from tests.city import WENCHANG, City
from tests.territory.planning import drafted, halves
from tests.territory.survey_files import as_csv, brought, changed, rows_of
from yige.base.access import Role
from yige.base.models import Account
from yige.kernel import clock
from yige.territory.models import Plan, PlanGrid

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]
SIZES = {"phone": PHONE, "desk": DESK}


@pytest.fixture
def town(transactional_db: None) -> City:
    return small.build()


@pytest.fixture
def planner(town: City, open_browser: Open, live_server: LiveServer) -> Callable[..., Page]:
    """Open pages as the city's planner."""
    account, _ = seat("规划员", Role.PLANNER)
    Account.objects.update(password_changed_at=clock.now())
    client = Client()
    client.force_login(account)

    def start(size: tuple[int, int] = DESK, **more: str) -> Page:
        context = open_browser(size, **more)
        context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in client.cookies.items()
            ]
        )
        return context.new_page()

    return start


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize(("size", "locale"), [("phone", "zh-CN"), ("desk", "en-GB")])
def test_nobody_is_kept_out_of_planning(
    town: City, planner: Callable[..., Page], size: str, locale: str
) -> None:
    lines = rows_of(WENCHANG)
    lines[2] = changed(lines[2], {5: "很多"})
    survey = brought(as_csv(lines))
    plan = drafted({u: n // 2 if n < 2 else n for u, n in halves().items()})
    page = planner(SIZES[size], locale=locale)

    for address in (
        reverse("territory:surveys"),
        reverse("territory:survey", args=[survey.id]),
        reverse("territory:plans"),
        reverse("territory:new_plan"),
        reverse("territory:plan", args=[plan.id]),
        reverse("territory:plan_grid", args=[plan.id, 1]),
        reverse("territory:adopt_plan", args=[plan.id]),
        reverse("territory:my_grid") + "?q=文昌花园1号楼",
    ):
        page.goto(address)

        assert barriers(page) == [], address
        assert fits(page), address
        assert page.locator("h1").count() == 1


def test_a_grid_chosen_in_the_table_is_chosen_on_the_map(
    town: City, planner: Callable[..., Page]
) -> None:
    plan = drafted(halves())
    page = planner()
    page.goto(reverse("territory:plan", args=[plan.id]))
    page.locator("[data-map][data-ready]").wait_for(timeout=30_000)

    page.locator("tr[data-code='3'] td").first.click()

    expect(page.locator("tr[aria-selected=true]")).to_have_attribute("data-code", "3")


def test_units_are_ticked_and_moved_to_the_next_grid(
    town: City, planner: Callable[..., Page]
) -> None:
    plan = drafted(halves())
    page = planner()
    page.goto(reverse("territory:plan_grid", args=[plan.id, 1]))

    page.get_by_label("调整 文昌花园3号楼1单元").check()
    page.get_by_role("button", name="调整所选单元").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("方案")
    assert PlanGrid.objects.get(plan=plan, label=2).households == 260


def test_a_plan_is_adopted_after_a_look_at_what_it_changes(
    town: City, planner: Callable[..., Page]
) -> None:
    turned = halves() | {u: 90 + p // 12 for p, u in enumerate(town.units(WENCHANG))}
    plan = drafted(turned)
    page = planner()
    page.goto(reverse("territory:plan", args=[plan.id]))

    page.get_by_role("link", name="采用后的变化").click()
    page.get_by_role("button", name="采用这 6 个网格").click()

    expect(page.get_by_text("本方案已成为现行网格。")).to_be_visible()
    assert Plan.objects.get().state == Plan.ADOPTED


def test_a_file_is_chosen_by_a_button_of_our_own_language(planner: Callable[..., Page]) -> None:
    page = planner(DESK, locale="zh-CN")
    page.goto(reverse("territory:surveys"))
    picker = page.locator(".picker", has_text="选择文件")

    page.set_input_files(
        "input[type=file]", {"name": "普查.csv", "mimeType": "text/csv", "buffer": b"x"}
    )

    expect(picker).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="普查.csv")).to_be_visible()
    assert page.locator("input[type=file]").evaluate("each => getComputedStyle(each).opacity") == (
        "0"
    )
