"""Old nets in the browser: nobody is kept out, at both sizes and in both languages."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser import DESK, PHONE, Watch, barriers
from tests.cases.offices import Offices, open_offices
from tests.city import CODE
from tests.nets.old_nets import bring, held_by, propose, row, transfers
from yige.base.access import Role
from yige.base.models import Account
from yige.kernel import clock
from yige.nets.models import LegacyDuty, LegacyNet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]
SIZES = {"phone": PHONE, "desk": DESK}
WRONG = "网格编号,职责,责任人,小区\nA,调解,甲,书香院\nB,普法,乙,书香苑\n"


@pytest.fixture
def offices(transactional_db: None) -> Offices:
    offices = open_offices()
    offices.seat("planner", Role.PLANNER, CODE)
    Account.objects.update(password_changed_at=clock.now())
    return offices


@pytest.fixture
def net(offices: Offices) -> LegacyNet:
    net = bring([
        row("A", "调解；普法", "老调解员", 社区="文昌社区", 值班电话="0535-2211001"),
        row("B", "调解", "乙", 小区="东关小区"),
        row("C", "调解", "丙", 小区="书香苑"),
    ], organisation="lamps")  # fmt: skip
    held_by(net, None)
    LegacyDuty.objects.filter(cell__code="A").update(person=offices["official"].person)
    propose(net)
    return net


@pytest.fixture
def page_of(offices: Offices, open_browser: Open, live_server: LiveServer) -> Callable[..., Page]:
    """Open pages as one of the offices."""

    def start(name: str, size: tuple[int, int] = DESK, **more: str) -> Page:
        client = Client()
        client.force_login(Account.objects.get(id=offices[name].account))
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
def test_nobody_is_kept_out_of_the_merging(
    net: LegacyNet, page_of: Callable[..., Page], live_server: LiveServer, size: str, locale: str
) -> None:
    duty = LegacyDuty.objects.get(name="普法")
    of_net = {name: reverse(f"nets:{name}", args=[net.id]) for name in ("net", "crosswalk")}
    pages = {
        "planner": ["/nets/", "/nets/new", *of_net.values(), f"/nets/duties/{duty.id}"],
        "official": ["/nets/signing", f"/nets/duties/{duty.id}"],
        "station": ["/nets/signing", f"/nets/{net.id}/signing"],
        "commander": ["/nets/signing"],
    }

    for who, paths in pages.items():
        page = page_of(who, SIZES[size], locale=locale)
        for path in paths:
            page.goto(live_server.url + path)
            for summary in page.locator("main summary").all():
                summary.click()

            assert barriers(page) == [], path
            assert fits(page), path


def test_a_planner_brings_a_net_in_past_a_wrong_row_and_proposes(
    offices: Offices, page_of: Callable[..., Page], live_server: LiveServer, watch: Watch
) -> None:
    page = page_of("planner", locale="zh-CN")
    page.goto(f"{live_server.url}/nets/")
    page.get_by_role("link", name="导入旧网").click()
    page.locator("input[name=file]").set_input_files(
        {"name": "旧网.csv", "mimeType": "text/csv", "buffer": WRONG.encode()}
    )
    page.get_by_label("旧网名称").fill("司法网")
    page.get_by_label("类别").select_option("justice")
    page.get_by_role("button", name="导入").click()

    expect(page.get_by_text("书香院")).to_be_visible()
    assert barriers(page) == []
    assert fits(page)
    page.get_by_label("不导入这 1 行有误的数据").check()
    page.get_by_role("button", name="导入").click()
    expect(page.get_by_role("heading", name="司法网")).to_be_visible()
    page.get_by_role("button", name="拟定").click()

    expect(page.get_by_text("已拟定 1 项移交")).to_be_visible()
    watch.expect("422")
    assert len(transfers(LegacyNet.objects.get())) == 1


def test_a_worker_signs_on_the_phone(
    net: LegacyNet, offices: Offices, page_of: Callable[..., Page], live_server: LiveServer
) -> None:
    page = page_of("neighbour", PHONE, locale="zh-CN")
    page.goto(f"{live_server.url}/inbox/")
    page.get_by_role("link", name="司法网").first.click()

    page.get_by_role("button", name="签字：以上已接手").click()

    expect(page.get_by_text("没有等待您签字的移交")).to_be_visible()
    mine = [each for each in transfers(net) if each.post_id == offices["neighbour"].post]
    assert mine
    assert all(each.taken_at for each in mine)
