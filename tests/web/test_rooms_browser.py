"""Journeys in the browser: a resident on a phone, a clerk at a desk, a worker outdoors."""

import json
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import DESK, PHONE, Watch, barriers
from tests.cases.offices import Offices, step
from tests.web.rooms import case_of, client_of, enter, lived_in
from yige.base.models import StoredFile
from yige.cases.models import Attachment, Case
from yige.cases.tracking import secret_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]
Enter = Callable[..., Page]
LANGUAGES = ("zh-CN", "en-GB")
SCREENS = {
    "": ["/report/", "/report/?category=0502", "/track/", "/matters/"],
    "worker": ["/today/", "CASE", "/mine/", "/cases/late/", "/search/?q=旧家具"],
    "lamps": ["/today/", "/cases/"],
    "station": ["/cases/", "CASE", "/cases/?view=parked", "/cases/new", "/cases/late/", "/inbox/",
                "/search/?q=no"],
    "platform": ["/cases/?view=all", "CASE"],
    "system": ["/people/posts/", "/people/posts/new", "/people/persons/", "/people/persons/new",
               "/people/organisations/", "/people/organisations/new", "/settings/", "/jobs/"],
    "security": ["/people/posts/", "/people/persons/", "PERSON", "POST"],
}  # fmt: skip
OPEN_ALL = "document.querySelectorAll('main details').forEach(each => { each.open = true })"


@pytest.fixture
def offices(transactional_db: None) -> Offices:
    return lived_in()


@pytest.fixture
def come(open_browser: Open, live_server: LiveServer, offices: Offices) -> Enter:
    """Open a page as somebody: `come("station", DESK)`; `""` is a resident."""

    def start(who: str = "", size: tuple[int, int] = DESK, **more: object) -> Page:
        context = open_browser(size, **more)
        return enter(context, live_server, client_of(offices, who)).new_page()

    return start


def address(path: str, offices: Offices) -> str:
    if path == "CASE":
        return f"/cases/{case_of('旧家具', state='received').id}"
    if path == "PERSON":
        return f"/people/persons/{offices['worker'].person}"
    if path == "POST":
        return f"/people/posts/{offices['worker'].post}?word=worker"
    return path


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def photo() -> bytes:
    into = BytesIO()
    Image.new("RGB", (64, 48), (120, 80, 40)).save(into, "PNG")
    return into.getvalue()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("who", SCREENS, ids=lambda who: who or "resident")
def test_nobody_is_kept_out_of_a_screen(
    come: Enter, offices: Offices, who: str, size: tuple[int, int]
) -> None:
    for locale in LANGUAGES:
        page = come(who, size, locale=locale)
        for path in SCREENS[who]:
            page.goto(address(path, offices))
            page.evaluate(OPEN_ALL)

            assert barriers(page) == [], path
            assert fits(page), path
            assert page.locator("h1").count() == 1, path


@pytest.mark.parametrize(
    ("who", "path"),
    [("", "/report/"), ("worker", "/today/"), ("worker", "CASE"), ("station", "/cases/")],
)
def test_in_large_print_it_is_one_column_with_large_targets(
    come: Enter, offices: Offices, who: str, path: str
) -> None:
    page = come(who, PHONE)
    page.goto(address(path, offices))

    page.get_by_role("button", name="大字版").click()

    assert fits(page)
    assert barriers(page) == []
    heights = page.locator("main .button:visible").evaluate_all(
        "all => all.map(each => each.getBoundingClientRect().height)"
    )
    assert min(heights) >= 60


def test_a_resident_reports_on_a_phone_and_follows_it_to_the_end(
    come: Enter, offices: Offices
) -> None:
    phone = come("", PHONE, has_touch=True, is_mobile=True)
    phone.goto("/")
    phone.get_by_role("link", name="我要上报").first.click()
    phone.get_by_label("出了什么事？").fill("文昌花园门口的路灯不亮")
    phone.get_by_label("地址或标志物").fill("文昌花园1号楼1单元")
    phone.get_by_label("电话").fill("13512345678")
    phone.locator("input[type=file]").set_input_files(
        {"name": "灯.png", "mimeType": "image/png", "buffer": photo()}
    )
    expect(phone.get_by_role("button", name="文昌花园1号楼1单元")).to_be_visible()
    phone.get_by_role("button", name="提交").click()
    expect(phone.get_by_role("heading", name="您报的事已收到")).to_be_visible()
    assert barriers(phone) == []
    assert phone.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('draft'))") == []
    case = case_of("路灯不亮")
    kept = StoredFile.objects.get(id=Attachment.objects.get(case=case).file)
    assert (kept.kind, case.unit_code[-6:]) == ("image/jpeg", "000001")

    phone.get_by_role("button", name="查看进度").click()
    expect(phone.get_by_text("还没有人看过您的电话或邮箱")).to_be_visible()
    assert barriers(phone) == []
    phone.get_by_text("补充情况").click()
    phone.get_by_label("您想补充什么？").fill("晚上更暗")
    phone.get_by_role("button", name="提交补充").click()
    expect(phone.get_by_role("status").filter(has_text="已送到经办人手里")).to_be_visible()

    step("accept", case, offices["worker"])
    step("settle", case, offices["worker"], text="换了灯泡")
    phone.goto("/track/")
    phone.get_by_label("编号").fill(case.number)
    phone.get_by_label("查询码").fill(secret_of(case.id).lower())
    phone.locator("main").get_by_role("button", name="查看").click()
    expect(phone.get_by_text("换了灯泡")).to_be_visible()
    phone.get_by_text("4 满意").click()
    phone.get_by_role("button", name="解决了").click()
    expect(phone.get_by_role("status").filter(has_text="您的评价已记下")).to_be_visible()
    assert barriers(phone) == []
    case.refresh_from_db()
    assert (case.state, case.rating) == ("rated", 4)


def test_who_met_the_same_joins_with_one_tap(come: Enter, offices: Offices) -> None:
    phone = come("", PHONE)
    phone.goto("/report/")
    phone.get_by_label("出了什么事？").fill("楼道又堆了东西")
    phone.get_by_label("地址或标志物").fill("文昌花园1号楼1单元")
    phone.get_by_label("像是").select_option("0502")

    phone.get_by_role("button", name="我也遇到").first.click()

    expect(phone.get_by_role("heading", name="谢谢，已记下")).to_be_visible()
    assert Case.objects.filter(echoes=1).count() == 1
    assert barriers(phone) == []


def test_the_wrong_secret_is_said_and_the_number_stays(come: Enter, watch: Watch) -> None:
    page = come("", PHONE)
    page.goto("/track/")
    page.get_by_label("编号").fill("2026-000001")
    page.get_by_label("查询码").fill("AAAAAAAAAA")

    page.locator("main").get_by_role("button", name="查看").click()

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("编号")).to_have_value("2026-000001")
    watch.expect("404")


def test_what_was_typed_stays_when_a_report_is_refused(come: Enter, watch: Watch) -> None:
    page = come("", DESK)
    page.goto("/report/")
    page.get_by_label("出了什么事？").fill("井盖丢了")
    page.get_by_label("电话").fill("没有电话")
    page.locator("input[type=file]").set_input_files(
        {"name": "井.png", "mimeType": "image/png", "buffer": photo()}
    )

    page.get_by_role("button", name="提交").click()

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("出了什么事？")).to_have_value("井盖丢了")
    expect(page.get_by_text("已存 1 张照片")).to_be_visible()
    watch.expect("422")
    page.get_by_label("电话").fill("13512345678")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name="您报的事已收到")).to_be_visible()
    assert Attachment.objects.filter(case=case_of("井盖")).count() == 1


def test_a_clerk_dispatches_by_keys_and_the_next_case_is_one_key_away(
    come: Enter, offices: Offices
) -> None:
    page = come("station", DESK)
    page.goto("/cases/?view=open&q=旧家具")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#detail [data-heading]")).to_be_focused()
    first = page.locator("[data-row][aria-current] .number").inner_text()

    page.keyboard.press("a")
    unit = page.get_by_label("派给哪个单位？")
    expect(unit).to_be_focused()
    unit.select_option(str(offices["lamps"].organisation))
    unit.press("Tab")
    page.locator("form[action*=dispatch] button").click()

    expect(page.locator("#detail [role=status]").first).to_contain_text("已派单")
    expect(page.locator("[data-row][aria-current]")).to_contain_text("待签收")
    assert Case.objects.get(number__endswith=first).organisation == offices["lamps"].organisation
    page.keyboard.press("j")
    expect(page.locator("#detail [data-heading] .number")).not_to_contain_text(first)
    assert barriers(page) == []
    page.keyboard.press("u")
    expect(page.locator("[data-row][aria-current] [data-open]")).to_be_focused()


def test_anothers_change_never_wipes_what_a_clerk_wrote(
    come: Enter, offices: Offices, watch: Watch
) -> None:
    case = case_of("旧家具", state="received")
    page = come("station", DESK)
    page.goto(f"/cases/{case.id}")
    page.get_by_text("更多操作").click()
    page.locator("summary", has_text="不予受理").click()
    page.locator("#decline-text").fill("不属于网格事项，请找物业")
    step("accept", case, offices["worker"])

    with page.expect_response(
        lambda answer: answer.url.split("?")[0].endswith("/decline")
    ) as sent:
        page.locator("form[action*=decline] button").click()

    assert sent.value.status == 409
    expect(page.locator("#detail")).to_contain_text("不属于网格事项，请找物业")
    expect(page.locator("#detail .badge").first).to_contain_text("已受理")
    watch.expect("409")
    assert barriers(page) == []


def test_a_worker_outdoors_takes_a_case_on_with_one_tap(come: Enter, offices: Offices) -> None:
    phone = come("worker", PHONE, has_touch=True, is_mobile=True)
    phone.goto("/today/")
    phone.locator(".work-link").first.tap()
    big = phone.locator(".case-next .button:visible")
    assert big.count() <= 2

    phone.get_by_role("button", name="受理", exact=True).tap()

    expect(phone.locator("#detail [role=status]").first).to_contain_text("已受理")
    heights = big.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")
    assert min(heights) >= 56


def test_a_contact_is_shown_for_a_purpose_and_its_owner_reads_of_it(
    come: Enter, offices: Offices
) -> None:
    case = case_of("旧家具", state="received")
    page = come("station", DESK)
    page.goto(f"/cases/{case.id}")
    assert "13512345678" not in page.content()

    page.get_by_text("查看完整联系方式").click()
    page.get_by_text("约定时间").click()
    page.get_by_role("button", name="查看并记录").click()

    expect(page.get_by_role("link", name="13512345678")).to_be_visible()
    resident = come("", PHONE)
    resident.goto("/track/")
    resident.get_by_label("编号").fill(case.number)
    resident.get_by_label("查询码").fill(secret_of(case.id))
    resident.locator("main").get_by_role("button", name="查看").click()
    expect(resident.locator("#looks")).to_contain_text("社区服务站 · 约定时间")
    assert "station" not in resident.locator("#looks").inner_text()


def test_a_day_typed_at_the_desk_is_a_day_of_the_city(come: Enter, offices: Offices) -> None:
    case = case_of("旧家具", state="received")
    step("accept", case, offices["worker"])
    page = come("platform", DESK)
    page.goto(f"/cases/{case.id}")
    page.get_by_text("更多操作").click()
    page.locator("summary", has_text="挂账").click()
    day = case.received_at.astimezone().strftime("%Y-12-31")
    page.locator("#park-until").fill(f"{day}T17:00")
    page.locator("#park-text").fill("等天暖再铺路")

    page.locator("form[action*=park] button").click()

    expect(page.locator("#detail .badge").first).to_contain_text("挂账")
    case.refresh_from_db()
    assert case.parked_until
    assert case.parked_until.isoformat() == f"{day}T09:00:00+00:00"


def test_a_page_without_a_map_keeps_to_its_budget(come: Enter) -> None:
    page = come("station", DESK)
    sizes: dict[str, int] = {}
    page.on("response", lambda r: sizes.update({r.url: len(r.body())}) if "/built/" in r.url
            else None)  # fmt: skip

    page.goto("/cases/")
    page.wait_for_load_state("networkidle")

    assert any("cases" in url for url in sizes), json.dumps(sizes)
    assert not any("map" in url for url in sizes)
