"""`make screens`: draw the README's pictures from the demo city, in Chromium."""

import contextlib
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator

from playwright.sync_api import Browser, Page, sync_playwright

from tools.paths import PYTHON, ROOT

IMAGES = ROOT / "docs" / "images"
PASSWORD = "Yige-demo-2026"  # noqa: S105 - the demo says it on its own log-in page
PHONE, DESK = (390, 844), (1280, 800)
PATIENCE_S = 120
MAP_DRAWN_MS = 8_000
CHROMIUM = ["--no-sandbox", "--disable-background-networking", "--enable-unsafe-swiftshader"]

PICTURES = (
    ("home-desk", DESK, "", "/"),
    ("report-phone", PHONE, "", "/report/"),
    ("today-phone", PHONE, "grid-worker", "/today/"),
    ("desk", DESK, "station", "/cases/?view=open"),
    ("plan-desk", DESK, "planner", "/plans/"),
)
"""Name, size, user of the demo ("" without log-in), address; a plan is opened from its list."""


def main() -> None:
    """Serve the demo at a free port and photograph the pages."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _served() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--enable-unsafe-swiftshader",
            ],
        )
        for name, size, user, address in PICTURES:
            _photograph(browser, base, name, size, user, address)
        browser.close()


def _photograph(
    browser: Browser, base: str, name: str, size: tuple[int, int], user: str, address: str
) -> None:
    page = browser.new_page(
        viewport={"width": size[0], "height": size[1]}, locale="zh-CN", device_scale_factor=1
    )
    if user:
        _log_in(page, base, user)
    page.goto(base + address)
    if name == "plan-desk":
        page.locator("main table a").first.click()
        page.locator("[data-map]").scroll_into_view_if_needed()
    elif name == "desk":
        page.locator("[data-open]").first.click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(MAP_DRAWN_MS)
    page.screenshot(path=IMAGES / f"{name}.png")
    print(f"docs/images/{name}.png")
    page.close()


def _log_in(page: Page, base: str, user: str) -> None:
    page.goto(f"{base}/accounts/login/")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", PASSWORD)
    page.locator("#login button").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)


@contextlib.contextmanager
def _served() -> Iterator[str]:
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    command = [str(PYTHON), "-m", "yige.cli", "demo", "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    try:
        _wait_for(base)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(base: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"{base}/healthz", timeout=5)  # noqa: S310 - our own server
            return
        time.sleep(0.5)
    raise SystemExit("the demo did not answer in time")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
