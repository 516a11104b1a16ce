"""The watch over the pages must itself be seen to catch what it is there for."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from tests.browser import PHONE, RESULTS, Watch, barriers, look

pytestmark = pytest.mark.browser

SOUND = """<!doctype html><html lang="zh-CN"><head><title>一格</title></head>
<body><main><h1>文昌七格</h1><label>姓名 <input></label></main></body></html>"""
UNSOUND = """<!doctype html><html><head><title></title></head>
<body><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><input>
<p style="color:#aaa;background:#fff">看不清的字</p></body></html>"""


@pytest.fixture
def own_watch(
    chromium: Browser, live_server: LiveServer
) -> Iterator[tuple[BrowserContext, Watch]]:
    context = chromium.new_context()
    watching = Watch(origin=live_server.url)
    watching.over(context)
    yield context, watching
    context.close()


def test_a_page_that_asks_another_origin_is_caught(
    own_watch: tuple[BrowserContext, Watch],
) -> None:
    context, watching = own_watch
    page = context.new_page()

    page.set_content('<img src="http://127.0.0.1:9/track.gif">')

    assert any("asked another origin: http://127.0.0.1:9" in fault for fault in watching.faults)


def test_an_error_on_the_console_is_caught(own_watch: tuple[BrowserContext, Watch]) -> None:
    context, watching = own_watch
    page = context.new_page()

    page.set_content("<script>console.error('网格丢了')</script>")

    assert any("网格丢了" in fault for fault in watching.faults)


def test_a_script_that_fails_is_caught(own_watch: tuple[BrowserContext, Watch]) -> None:
    context, watching = own_watch
    page = context.new_page()

    page.set_content("<script>nowhere()</script>")

    assert any("nowhere is not defined" in fault for fault in watching.faults)


def test_what_the_page_policy_forbids_is_caught(own_watch: tuple[BrowserContext, Watch]) -> None:
    context, watching = own_watch
    page = context.new_page()

    page.set_content(
        """<meta http-equiv="Content-Security-Policy" content="script-src 'self'">
        <script>1</script>"""
    )

    assert any("Content Security Policy" in fault for fault in watching.faults)


def test_barriers_are_found_on_a_page_full_of_them(page: Page) -> None:
    page.set_content(UNSOUND)

    found = " ".join(barriers(page))

    for rule in ("document-title", "html-has-lang", "image-alt", "label", "color-contrast"):
        assert rule in found


def test_no_barriers_are_found_on_a_sound_page(page: Page) -> None:
    page.set_content(SOUND)

    assert barriers(page) == []


def test_pictures_are_kept_at_both_sizes(phone: Page) -> None:
    phone.set_content(SOUND)

    look(phone, "control")

    assert {path.name for path in Path(RESULTS).glob("control-*.png")} == {
        "control-390x844.png",
        "control-1280x800.png",
    }
    assert phone.viewport_size == {"width": PHONE[0], "height": PHONE[1]}
