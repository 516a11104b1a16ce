"""Pages in Debian's Chromium: what they ask for, complain of and look like is watched."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)
from pytest_django.live_server_helper import LiveServer

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "test-results"
AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE, DESK = (390, 844), (1280, 800)
QUIET = (
    "--disable-background-networking",
    "--disable-quic",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")
INSIDE = {"data", "blob", "about"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium once for a whole test process."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    assert path, "Chromium is missing: make test installs it, -m 'not browser' leaves it out"
    # Playwright's loop runs in this thread, though every call on it is an ordinary one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    args = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else list(QUIET)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=args)
        yield running
        running.close()


@dataclass
class Watch:
    """What went on in the pages of one test that should not."""

    origin: str
    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Note requests to another origin, errors on the console and uncaught exceptions."""
        context.on("request", self._ask)
        context.on("console", self._say)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))

    def expect(self, pattern: str) -> None:
        """Strike out a fault that the test meant to cause; it must have happened."""
        meant = [fault for fault in self.faults if re.search(pattern, fault)]
        assert meant, f"nothing like {pattern!r} in {self.faults}"
        self.faults = [fault for fault in self.faults if fault not in meant]

    def _ask(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in INSIDE and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.faults.append(f"asked another origin: {request.url}")

    def _say(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")


@pytest.fixture
def watch(live_server: LiveServer) -> Iterator[Watch]:
    """Watch over all pages of a test, and fail it if one asked or complained."""
    watching = Watch(origin=live_server.url)
    yield watching
    assert not watching.faults, "\n".join(watching.faults)


@pytest.fixture
def open_browser(
    chromium: Browser, live_server: LiveServer, watch: Watch
) -> Iterator[Callable[..., BrowserContext]]:
    """Give browsers that know nothing yet, each with its own cookies: `open_browser(PHONE)`."""
    contexts: list[BrowserContext] = []

    def start(size: tuple[int, int] = DESK, **more: Any) -> BrowserContext:
        width, height = size
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": width, "height": height},
            locale=more.pop("locale", "zh-CN"),
            timezone_id="Asia/Shanghai",
            **more,
        )
        contexts.append(context)
        watch.over(context)
        return context

    yield start
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_browser: Callable[..., BrowserContext]) -> Page:
    """Return an empty page at desk size."""
    return open_browser(DESK).new_page()


@pytest.fixture
def phone(open_browser: Callable[..., BrowserContext]) -> Page:
    """Return an empty page at phone size."""
    return open_browser(PHONE, has_touch=True, is_mobile=True).new_page()


def barriers(page: Page) -> list[str]:
    """Return what axe-core finds on this page that would keep somebody out."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES
    )
    return [
        f"{each['id']}: {node['target']} {each['help']}"
        for each in found["violations"]
        for node in each["nodes"]
    ]


def look(page: Page, name: str) -> Path:
    """Keep pictures of this page as a phone and as a desk show it."""
    RESULTS.mkdir(exist_ok=True)
    before = page.viewport_size
    for width, height in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=RESULTS / f"{name}-{width}x{height}.png")
    if before:
        page.set_viewport_size(before)
    return RESULTS / f"{name}-{DESK[0]}x{DESK[1]}.png"
