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
from tests.territory.planning import do, drafted, halves
from tests.territory.survey_files import as_csv, brought, changed, rows_of
from tests.web.rooms import enter
from yige.base.access import Role
from yige.base.models import Account
from yige.kernel import clock
from yige.territory.models import Plan, PlanComment, PlanGrid

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
    asked = drafted(halves())
    do("territory.propose_plan", plan=asked.id)
    do("territory.consult_plan", plan=asked.id, until="2099-01-01")
    for unit in (None, town.unit(WENCHANG, 2)):
        do("territory.comment_plan", plan=asked.id, text="太散", label=1, unit=unit)
    page = planner(SIZES[size], locale=locale)

    for address in (
        reverse("territory:surveys"),
        reverse("territory:survey", args=[survey.id]),
        reverse("territory:plans"),
        reverse("territory:new_plan"),
        reverse("territory:plan", args=[plan.id]),
        reverse("territory:plan_grid", args=[plan.id, 1]),
        reverse("territory:adopt_plan", args=[plan.id]),
        reverse("territory:compare_plan", args=[plan.id]),
        reverse("territory:compare_plan", args=[plan.id]) + f"?with={asked.id}",
        reverse("territory:plan", args=[asked.id]),
        reverse("territory:consultation", args=[asked.id]),
        reverse("territory:print_plan", args=[plan.id]),
        reverse("territory:my_grid") + "?q=文昌花园1号楼",
    ):
        page.goto(address)

        assert barriers(page) == [], address
        assert fits(page), address
        assert page.locator("h1").count() == 1


def test_two_maps_of_a_comparison_move_and_choose_together(
    town: City, planner: Callable[..., Page]
) -> None:
    plan = drafted(halves())
    turned = drafted(halves(split="rows"))
    page = planner()
    page.goto(reverse("territory:compare_plan", args=[turned.id]) + f"?with={plan.id}")
    for side in ("before", "after"):
        page.locator(f"#compare-{side}[data-grounded]").wait_for(timeout=30_000)

    before = page.locator("#compare-before").screenshot()
    page.locator("#compare-after canvas").focus()
    page.keyboard.press("+")
    page.locator("tbody tr").first.click()

    expect(page.locator("tbody tr").first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#compare-before")).to_be_visible()
    assert page.locator("#compare-before").screenshot() != before


def test_a_station_looks_at_its_part_of_a_proposal_and_objects(
    town: City, planner: Callable[..., Page], open_browser: Open, live_server: LiveServer
) -> None:
    plan = drafted(halves())
    do("territory.propose_plan", plan=plan.id)
    do("territory.consult_plan", plan=plan.id, until="2099-01-01")
    account, _ = seat("站长", Role.STATION, WENCHANG)
    Account.objects.update(password_changed_at=clock.now())
    client = Client()
    client.force_login(account)
    page = enter(open_browser(PHONE), live_server, client).new_page()

    page.goto(reverse("territory:consultation", args=[plan.id]))
    page.locator("[data-map][data-ready]").wait_for(timeout=30_000)
    assert page.locator("tbody tr").count() == 2
    page.get_by_label("您的意见").fill("3号楼在河对岸")
    page.get_by_label("不同意").check()
    page.get_by_role("button", name="提交").click()

    expect(page.get_by_text("谢谢，规划人员会看到您的意见。")).to_be_visible()
    said = PlanComment.objects.get()
    assert (said.stance, said.area_code, said.text) == ("object", WENCHANG, "3号楼在河对岸")


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
    picker = page.locator(".picker", has_text="选择文件").first
    field = page.locator("input[type=file]").first

    field.set_input_files({"name": "普查.csv", "mimeType": "text/csv", "buffer": b"x"})

    expect(picker).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="普查.csv")).to_be_visible()
    assert field.evaluate("each => getComputedStyle(each).opacity") == "0"


def press(page: Page, *, east: int) -> None:
    """Press the map beside its middle."""
    canvas = page.locator("[data-map] canvas")
    canvas.evaluate("each => each.scrollIntoView({block: 'center'})")
    box = canvas.bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 + east, box["y"] + box["height"] / 2 - 12)


def test_a_stroke_of_the_brush_moves_a_building_and_is_taken_back(
    town: City, planner: Callable[..., Page]
) -> None:
    plan = drafted(halves())
    page = planner()
    page.goto(reverse("territory:plan", args=[plan.id]) + f"?community={WENCHANG}")
    page.locator("[data-map][data-ready]").wait_for(timeout=30_000)

    # The community fills the map: east of its middle lies grid 2, west of it a building of grid 1.
    press(page, east=12)
    page.get_by_label("楼栋").check()
    expect(page.get_by_text("刷子刷入网格 2。")).to_be_visible()
    press(page, east=-12)

    expect(page.get_by_role("button", name="撤销 1")).to_be_enabled()
    expect(page.locator("tr[data-code='2']")).to_contain_text("320")
    assert PlanGrid.objects.get(plan=plan, label=1).households == 160
    page.keyboard.press("Control+z")
    expect(page.get_by_role("button", name="重做 1")).to_be_enabled()
    expect(page.locator("tr[data-code='2']")).to_contain_text("240")
    assert PlanGrid.objects.get(plan=plan, label=1).households == 240


def test_two_planners_on_one_draft_see_each_others_strokes(
    town: City, planner: Callable[..., Page]
) -> None:
    plan = drafted(halves())
    page = planner()
    page.goto(reverse("territory:plan", args=[plan.id]))
    page.locator("[data-map][data-ready]").wait_for(timeout=30_000)

    do("territory.move_units", plan=plan.id, units=[town.unit(WENCHANG, 2)], label=2)

    expect(page.locator("tr[data-code='2']")).to_contain_text("260", timeout=15_000)
    expect(page.get_by_text("规划员 也在本草案上调整。")).to_be_visible()


def test_the_way_that_mends_a_grid_is_taken_at_a_tap(
    town: City, planner: Callable[..., Page]
) -> None:
    plan = drafted(halves())
    units = [town.unit(WENCHANG, place) for place in (2, 8, 14)]
    do("territory.move_units", plan=plan.id, units=units, label=2)
    page = planner()
    page.goto(reverse("territory:plan", args=[plan.id]))
    assert barriers(page) == []

    page.get_by_role("button", name="照此调整").click()

    expect(page.get_by_role("button", name="照此调整")).to_have_count(0)
    assert PlanGrid.objects.get(plan=plan, label=1).households == 200
