"""The pages of the ground floor in a browser: without barriers, and as somebody uses them."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.api.seats import seat
from tests.browser import DESK, PHONE, barriers, look
from yige.base.access import Actor, Role
from yige.base.commands import run
from yige.kernel.ids import new_id

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Open = Callable[..., BrowserContext]


def page_of(
    open_browser: Open, live_server: LiveServer, role: Role, size: tuple[int, int] = DESK
) -> Page:
    """Open a browser in which the holder of a post of this role is signed in."""
    account, _ = seat("滕建国", role)
    client = Client()
    client.force_login(account)
    context = open_browser(size)
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
    )
    return context.new_page()


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.GRID_WORKER, "/account/"),
        (Role.AUDIT_ADMIN, "/audit/"),
        (Role.AUDIT_ADMIN, "/audit/1"),
        (Role.AUDIT_ADMIN, "/audit/health"),
        (Role.SECURITY_ADMIN, "/tokens/?username=滕建国"),
    ],
)
def test_nobody_is_kept_out(
    open_browser: Open, live_server: LiveServer, role: Role, path: str, size: tuple[int, int]
) -> None:
    page = page_of(open_browser, live_server, role, size)
    keeper, post = seat("刘芳", Role.SYSTEM_ADMIN)
    token = {"account": str(keeper.id), "post": str(post.id), "label": "12345 网关"}
    giver = Actor(role=Role.SECURITY_ADMIN, area="370683", account=keeper.id)
    run("base.give_token", token, id=new_id(), actor=giver)

    page.goto(path)

    look(page, f"ground-{urlsplit(path).path.strip('/').replace('/', '-')}")
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_somebody_acts_from_another_post_and_sees_its_menu(
    open_browser: Open, live_server: LiveServer
) -> None:
    page = page_of(open_browser, live_server, Role.SYSTEM_ADMIN)
    seat("滕建国", Role.AUDIT_ADMIN)
    page.goto("/account/")

    page.get_by_role("button", name="切换到此岗位").click()

    expect(page.get_by_role("navigation", name="主菜单").get_by_text("日志")).to_be_visible()


def test_large_print_holds_from_the_next_page_on(
    open_browser: Open, live_server: LiveServer
) -> None:
    page = page_of(open_browser, live_server, Role.GRID_WORKER)
    page.goto("/account/")

    page.get_by_label("大字版：文字和按钮放大，单列显示").check()
    page.get_by_role("button", name="保存").click()

    expect(page.get_by_text("您的选择已生效")).to_be_visible()
    assert page.locator("html").get_attribute("data-size") == "large"


def test_the_auditor_narrows_the_journal_down(open_browser: Open, live_server: LiveServer) -> None:
    page = page_of(open_browser, live_server, Role.AUDIT_ADMIN)
    client = Client()
    account, _ = seat("滕建国", Role.AUDIT_ADMIN)
    client.force_login(account)
    client.post("/account/", {"language": "zh-hans"})
    page.goto("/audit/")

    page.get_by_text("筛选", exact=True).click()
    page.get_by_label("命令").select_option("base.set")
    page.get_by_role("button", name="查看", exact=True).click()
    expect(page.get_by_text("没有符合筛选条件的记录。")).to_be_visible()
    page.get_by_role("link", name="显示全部").first.click()

    expect(page.get_by_role("cell", name="设置个人偏好")).to_be_visible()
