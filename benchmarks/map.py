"""The map of a plan in a browser that draws by software: 4,850 units as tiles, and as GeoJSON.

A planner opens the plan of the demo city in Chromium without a graphics card. The time runs from
the navigation until the map is drawn and at rest. The reference is the very same page in the same
browser, whose units come as one GeoJSON file instead.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure
from benchmarks.http import _free_port, _serve

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
SOFTWARE = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-gpu")
NAMES = ("chromium", "chromium-browser", "google-chrome")
NOTE_READY = "addEventListener('map:ready', () => { window.drawnAt = performance.now(); });"


def run() -> list[Figure]:
    """Measure the page of a plan both ways, in turns."""
    with tempfile.TemporaryDirectory(prefix="yige-map-") as home:
        env = {**os.environ, "YIGE_HOME": home, "PYTHONPATH": str(ROOT),
               "DJANGO_SETTINGS_MODULE": "yige.config.settings"}  # fmt: skip
        command = [sys.executable, "-m", "benchmarks.map", "prepare"]
        said = subprocess.run(
            command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
        )
        city = json.loads(said.stdout.splitlines()[-1])
        port = _free_port()
        server = _serve(env, port)
        try:
            tiles, whole = _drawn(f"http://127.0.0.1:{port}", city)
        finally:
            server.terminate()
            server.wait(timeout=60)
    return [
        Figure(
            f"map page drawn with {city['units']:,} units, software rendering",
            f"{tiles / 1000:.2f} s",
            f"the same page with its units as GeoJSON {whole / 1000:.2f} s",
            tiles / whole,
            "< 1 s",
        )
    ]


def _drawn(address: str, city: dict[str, Any]) -> tuple[float, float]:
    """Open the page both ways in turns; return the medians in milliseconds."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        raise SystemExit("Chromium is missing: install it to measure the map")
    with sync_playwright() as playwright:
        rooted = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=[*SOFTWARE, *rooted])
        pages = [_page(browser, address, city, how) for how in (None, _as_geojson(city))]
        for page in pages:
            _time(page)
        took = [[_time(page) for page in pages] for _ in range(ROUNDS)]
        browser.close()
    tiles, whole = zip(*took, strict=True)
    return median(tiles), median(whole)


def _page(
    browser: Any, address: str, city: dict[str, Any], change: Callable[[Any], None] | None
) -> Any:
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": city["cookie"], "value": city["session"], "url": address}])
    page = context.new_page()
    page.add_init_script(NOTE_READY)
    if change:
        change(page)
    page.path = f"/plans/{city['plan']}"
    return page


def _as_geojson(city: dict[str, Any]) -> Callable[[Any], None]:
    """Make a page ask for no outlines apart, and answer it with units that have theirs."""

    def whole(route: Any) -> None:
        answer = route.fetch()
        html = re.sub(r' data-outlines="[^"]*"', "", answer.text())
        route.fulfill(response=answer, body=html)

    def change(page: Any) -> None:
        page.route(f"**/plans/{city['plan']}", whole)
        page.route("**/units.json*", lambda route: route.fulfill(path=city["geojson"]))

    return change


def _time(page: Any) -> float:
    page.goto(page.path)
    page.locator("[data-map][data-ready]").wait_for(timeout=120_000)
    return float(page.evaluate("window.drawnAt"))


def _prepare() -> dict[str, Any]:
    """Found the demo city with its grids, and let a planner in."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from yige.cli.founding import found_city
    from yige.demo import load
    from yige.demo.city import build_city
    from yige.kernel import clock
    from yige.territory.drawing import plan_geojson
    from yige.territory.models import Plan, Unit

    call_command("migrate", verbosity=0)
    city, now = build_city(1), clock.now()
    found_city(city.code, city.name, at=now - load.BEFORE_THE_YEAR)
    load.load_territory(city, at=now - load.BEFORE_THE_YEAR)
    plan = Plan.objects.get()
    geojson = Path(settings.YIGE_HOME) / "units.geojson"
    geojson.write_text(plan_geojson(plan), "utf-8")
    client = Client()
    client.force_login(_planner(city.code))
    return {
        "plan": str(plan.id),
        "units": Unit.objects.count(),
        "geojson": str(geojson),
        "cookie": settings.SESSION_COOKIE_NAME,
        "session": client.cookies[settings.SESSION_COOKIE_NAME].value,
    }


def _planner(area: str) -> Any:
    from yige.base.access import Role
    from yige.base.accounts import make_account
    from yige.base.models import Account
    from yige.kernel import clock
    from yige.people.models import Appointment, Person, Post

    account = make_account(username="planner", name="规划员", password=None, at=clock.now())
    Account.objects.filter(id=account.id).update(password_changed_at=clock.now())
    person = Person.objects.create(name="规划员", account=account)
    post = Post.objects.create(role=Role.PLANNER, area_code=area, name="规划岗")
    Appointment.objects.create(person=person, post=post, held_from=clock.now())
    return account


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(_prepare()))
