"""The map in the browser: drawn from our own files, chosen by hand, by key and by table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser import PHONE, barriers
from tests.web.specimens import GRIDS, SOUTH, STEP, WEST, cell
from yige.base.tiles import Layer, Net, write_net, write_tiles

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("tests.web.specimens"),
]
MIDDLE = (WEST + 2 * STEP, SOUTH + STEP / 2)

Open = Callable[..., BrowserContext]


@pytest.fixture(scope="module", autouse=True)
def _maps() -> None:
    """Draw a basemap of one field and one label, and a net of four grids."""
    folder = Path(settings.YIGE_HOME) / "map"
    folder.mkdir(parents=True, exist_ok=True)
    whole = shapely.box(WEST - STEP, SOUTH - STEP, WEST + 5 * STEP, SOUTH + 2 * STEP)
    plain: dict[str, Any] = {"name": ["文昌社区"], "kind": ["urban"], "rank": [0]}
    write_tiles(
        folder / "basemap.pmtiles",
        [Layer("land", [whole], plain), Layer("label", [shapely.Point(MIDDLE)], plain)],
        zooms=(8, 15),
        name="field",
    )
    shapes = np.array([shapely.Polygon(cell(number)) for number in range(4)], dtype=object)
    write_net(folder / "net.pmtiles", Net(GRIDS, shapes, {}), Net(GRIDS, shapes, {}))


def ready(page: Page) -> Page:
    page.locator("[data-map][data-ready]").wait_for(timeout=30_000)
    return page


def spot(page: Page, share: float) -> dict[str, float]:
    """Return a point of the map's middle line, as a share of its width."""
    box = page.locator("[data-map]").bounding_box()
    assert box
    return {"x": box["width"] * share, "y": box["height"] / 2}


def test_a_grid_clicked_on_the_map_is_marked_in_the_table(page: Page) -> None:
    page.goto("/specimens/net")
    ready(page)

    page.locator("[data-map] canvas").click(position=spot(page, 0.2))

    chosen = page.locator("tr[aria-selected=true]")
    expect(chosen).to_have_count(1)
    expect(chosen).to_have_text(GRIDS[0])
    assert barriers(page) == []


def test_a_row_chosen_by_key_is_told_to_the_page(page: Page) -> None:
    page.goto("/specimens/net")
    ready(page)
    page.evaluate(
        "window.told = []; document.addEventListener('map:choose', e => told.push(e.detail.code))"
    )

    page.locator(f"tr[data-code='{GRIDS[2]}']").focus()
    page.keyboard.press("Enter")

    assert page.evaluate("told") == [GRIDS[2]]
    expect(page.locator(f"tr[data-code='{GRIDS[2]}']")).to_have_attribute("aria-selected", "true")


def test_a_draft_is_recoloured_without_loading_its_shapes_again(page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/specimens/plan")
    ready(page)

    page.evaluate(
        "document.querySelector('[data-map]').dispatchEvent("
        "new CustomEvent('map:assign', {detail: {units: {u2: '001', u3: '001'}}}))"
    )
    page.locator("[data-map] canvas").click(position=spot(page, 0.85))

    expect(page.locator("tr[aria-selected=true]")).to_have_text("001")
    assert sum("units.geojson" in url for url in asked) == 1


def test_a_tap_on_the_map_sets_the_place_and_says_it_in_words(phone: Page) -> None:
    phone.goto("/specimens/pick")
    ready(phone)

    phone.locator("[data-map] canvas").tap(position=spot(phone, 0.5))

    expect(phone.locator("[data-picked]")).to_have_text("文昌社区 3号楼附近")
    longitude = float(phone.locator("[name='place.lon']").input_value())
    assert abs(longitude - MIDDLE[0]) < STEP
    assert barriers(phone) == []


def test_the_keyboard_sets_the_place_too(page: Page) -> None:
    page.goto("/specimens/pick")
    ready(page)

    page.locator("[data-map] canvas").focus()
    page.keyboard.press("Enter")
    at_middle = page.locator("[name='place.lon']").input_value()
    page.get_by_role("button", name="文昌社区3号楼").press("Enter")

    assert abs(float(at_middle) - MIDDLE[0]) < STEP
    assert page.locator("[name='place.lon']").input_value() == "119.950000"
    expect(page.locator("[data-picked]")).to_have_text("文昌社区3号楼")


def test_the_devices_place_is_used_at_a_tap_only(open_browser: Open) -> None:
    context = open_browser(
        PHONE, geolocation={"longitude": 119.951, "latitude": 37.172}, permissions=["geolocation"]
    )
    page = context.new_page()
    page.goto("/specimens/pick")
    ready(page)
    before = page.locator("[name='place.lon']").input_value()

    page.get_by_role("button", name="用我的位置").click()

    expect(page.locator("[name='place.lon']")).to_have_value("119.951000")
    assert before == ""


def test_without_a_canvas_the_table_still_says_everything(open_browser: Open) -> None:
    context = open_browser()
    context.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page = context.new_page()

    page.goto("/specimens/net")

    expect(page.locator(".map-unable")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(len(GRIDS))
