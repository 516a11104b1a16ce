"""What the browser sees of the frame, in Chinese and English, on the phone and at the desk."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django import Settings

from tests.browser import DESK, PHONE, Watch, barriers, look
from yige.base.models import Account
from yige.kernel import clock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.web.specimens"),
]
SIZES = {"phone": PHONE, "desk": DESK}
PAGES = ["/", "/accounts/login/", "/specimens/pieces", "/specimens/desk", "/nothing-here"]

Open = Callable[..., BrowserContext]


def fits(page: Page) -> bool:
    """Tell whether the page needs no scrolling sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_kept_out(open_browser: Open, watch: Watch, path: str, size: str) -> None:
    for locale in ("zh-CN", "en-GB"):
        page = open_browser(SIZES[size], locale=locale).new_page()
        page.goto(path)

        assert barriers(page) == []
        assert fits(page)
        assert page.locator("h1").count() == 1

    if path == "/nothing-here":
        watch.expect("404")


@pytest.mark.parametrize("path", PAGES[:4])
def test_in_large_print_everything_fits_and_can_be_hit(open_browser: Open, path: str) -> None:
    context = open_browser(PHONE)
    page = context.new_page()
    page.goto(path)

    page.get_by_role("button", name="大字版").click()

    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
    assert fits(page)
    assert barriers(page) == []
    heights = page.locator(".button:visible").evaluate_all(
        "buttons => buttons.map(button => button.getBoundingClientRect().height)"
    )
    assert all(height >= 60 for height in heights)
    page.reload()
    assert page.evaluate("document.documentElement.dataset.size") == "large"


def test_targets_are_large_enough_for_a_thumb(phone: Page) -> None:
    phone.goto("/specimens/pieces")

    small = phone.locator("main .button:visible, header .tool:visible, main .choice:visible")
    heights = small.evaluate_all("all => all.map(each => each.getBoundingClientRect().height)")

    assert heights
    assert min(heights) >= 44


def test_the_language_is_switched_in_place(page: Page) -> None:
    page.goto("/accounts/login/")

    page.get_by_role("button", name="EN").click()

    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    assert page.url.endswith("/accounts/login/")
    assert page.locator("html").get_attribute("lang") == "en"


def test_keys_walk_the_list_and_help_is_one_key_away(page: Page) -> None:
    page.goto("/specimens/desk")

    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("?")

    assert "124" in focused
    expect(page.locator("[data-keys-dialog]")).to_be_visible()
    assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-keys-dialog]")).to_be_hidden()


def test_a_refused_form_has_the_focus_on_what_is_wrong(page: Page) -> None:
    page.goto("/specimens/pieces")

    expect(page.locator("[data-error-summary]")).to_be_focused()
    page.get_by_role("link", name="电话号码应为 11 位数字。").click()
    expect(page.get_by_label("手机号")).to_be_focused()


def test_a_wide_act_shows_its_number_and_names_first(page: Page) -> None:
    page.goto("/specimens/pieces")

    page.locator("#tell").click()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("将通知 236 人")
    expect(dialog.get_by_role("listitem")).to_have_text(["文昌03", "文昌04"])
    assert barriers(page) == []
    dialog.get_by_role("button", name="取消").click()
    expect(dialog).to_be_hidden()


def test_what_was_typed_is_there_after_a_reload(page: Page) -> None:
    page.goto("/specimens/desk")
    page.evaluate(
        "document.querySelector('main').innerHTML = "
        "'<form data-guard=note><textarea name=text></textarea></form>'"
    )
    page.evaluate("document.dispatchEvent(new Event('htmx:after:swap'))")
    page.locator("textarea").fill("已到场")

    kept = page.evaluate("Object.values({...sessionStorage}).join()")

    assert "已到场" in kept


def test_the_header_says_when_the_network_is_gone(open_browser: Open) -> None:
    context = open_browser(PHONE)
    page = context.new_page()
    page.goto("/")

    context.set_offline(offline=True)
    expect(page.locator("[data-network]")).to_have_text("✕ 离线")
    context.set_offline(offline=False)
    expect(page.locator("[data-network]")).to_have_text("● 在线")


def test_an_exercise_is_marked_on_the_page_and_in_print(page: Page, settings: Settings) -> None:
    settings.YIGE_EXERCISE = True
    page.goto("/specimens/desk")
    band = page.locator(".band[data-level=exercise]")

    expect(band).to_contain_text("演练")
    assert "repeating-linear-gradient" in band.evaluate("e => getComputedStyle(e).backgroundImage")
    assert barriers(page) == []
    page.emulate_media(media="print")
    expect(band).to_be_visible()
    assert band.evaluate("e => getComputedStyle(e).position") == "fixed"
    expect(page.locator("header.top")).to_be_hidden()


def test_the_frame_can_be_looked_at(page: Page) -> None:
    page.goto("/")

    picture: Path = look(page, "home")

    assert picture.stat().st_size > 10_000


def test_a_wrong_password_is_said_and_nothing_else_is(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("用户名").fill("nobody")
    page.get_by_label("密码", exact=True).fill("Wrong-2026-11")

    page.locator("form#login").get_by_role("button", name="登录").click()

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.get_by_label("用户名")).to_have_value("nobody")
    assert barriers(page) == []


def test_the_pages_of_the_two_step_log_in_are_in_our_frame(
    phone: Page, settings: Settings
) -> None:
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "APP_DIRS": True}]
    now = clock.now()
    account = Account(username="wang", name="王芳", created_at=now, password_changed_at=now)
    account.set_password("Yige-2026-wang")
    account.save()
    phone.goto("/accounts/login/")
    phone.get_by_label("用户名").fill("wang")
    phone.get_by_label("密码", exact=True).fill("Yige-2026-wang")
    phone.locator("form#login").get_by_role("button", name="登录").click()
    phone.wait_for_url(lambda url: "login" not in url)

    for path in ("2fa/", "2fa/totp/activate/", "password/change/", "reauthenticate/", "logout/"):
        phone.goto(f"/accounts/{path}")

        expect(phone.locator("header.top")).to_be_visible()
        expect(phone.locator("h1")).to_have_count(1)
        assert barriers(phone) == []
        assert fits(phone)
