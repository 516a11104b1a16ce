from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import shapely
from pmtiles.reader import Reader

from tests.vectortile import Feature, layers_at, open_tiles
from yige.base.tilecode import EXTENT
from yige.base.tiles import Layer, Net, write_net, write_tiles

SEAT = (119.94, 37.18)
HOME = shapely.box(119.9400, 37.1800, 119.9404, 37.1803)
NEXT_DOOR = shapely.box(119.9404, 37.1800, 119.9408, 37.1803)
RING = shapely.box(119.90, 37.15, 119.98, 37.21).difference(
    shapely.box(119.93, 37.17, 119.95, 37.19)
)


def tile_of(lon: float, lat: float, zoom: int) -> tuple[int, int]:
    y = 0.5 - np.arcsinh(np.tan(np.radians(lat))) / (2 * np.pi)
    return int((lon / 360 + 0.5) * 2**zoom), int(y * 2**zoom)


def ground(feature: Feature, zoom: int, x: int, y: int) -> shapely.Polygon:
    """Return a polygon of a tile in longitude and latitude."""
    rings = []
    for part in feature.parts:
        east, south = (np.array(part) / EXTENT + (x, y)).T / 2**zoom
        lat = np.degrees(np.arctan(np.sinh((0.5 - south) * 2 * np.pi)))
        rings.append(np.column_stack([(east - 0.5) * 360, lat]))
    return shapely.Polygon(rings[0], rings[1:])


def read(path: Path, layer: str, zoom: int, place: tuple[float, float] = SEAT) -> list[Feature]:
    reader, file = open_tiles(path)
    with closing(file):
        return layers_at(reader, zoom, *tile_of(*place, zoom)).get(layer, [])


def area(part: list[tuple[int, int]]) -> int:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(part))


def test_a_net_shows_grids_from_afar_and_units_from_near(tmp_path: Path) -> None:
    path = tmp_path / "net.pmtiles"
    grid = HOME.union(NEXT_DOOR)

    write_net(
        path,
        Net(["370683001001001"], [grid], {"households": [37]}),
        Net(["370683001001000001", "370683001001000002"], [HOME, NEXT_DOOR],
            {"households": [18, 19]}),
    )  # fmt: skip

    assert read(path, "unit", 11) == []
    assert [f.facts for f in read(path, "grid", 9)] == [
        {"code": "370683001001001", "households": 37}
    ]
    assert [f.facts["code"] for f in read(path, "unit", 12)] == [
        "370683001001000001", "370683001001000002",
    ]  # fmt: skip


def test_shapes_may_come_as_wkb(tmp_path: Path) -> None:
    path = tmp_path / "net.pmtiles"
    codes = ["370683001001000001"]

    write_net(path, Net([], [], {}), Net(codes, [shapely.to_wkb(HOME)], {}))

    assert [f.facts for f in read(path, "unit", 15)] == [{"code": codes[0]}]


def test_an_outline_comes_back_within_half_a_metre(tmp_path: Path) -> None:
    path = tmp_path / "net.pmtiles"
    write_tiles(path, [Layer("unit", [HOME], {"code": ["a"]})], zooms=(15, 15), name="test")

    (feature,) = read(path, "unit", 15)
    found = ground(feature, 15, *tile_of(*SEAT, 15))

    assert found.hausdorff_distance(HOME) * 111_000 < 0.5


def test_a_hole_stays_a_hole_and_turns_the_other_way(tmp_path: Path) -> None:
    path = tmp_path / "ring.pmtiles"
    write_tiles(path, [Layer("ring", [RING], {"code": ["a"]})], zooms=(8, 11), name="test")

    (feature,) = read(path, "ring", 10)
    outer, inner = feature.parts

    assert area(outer) > 0 > area(inner)
    assert outer[0] == outer[-1]


@pytest.mark.parametrize("zoom", [8, 11, 14])
def test_the_pieces_of_a_large_shape_join_without_loss(tmp_path: Path, zoom: int) -> None:
    path = tmp_path / "ring.pmtiles"
    write_tiles(path, [Layer("ring", [RING], {})], zooms=(8, 14), name="test")
    west, north = tile_of(119.90, 37.21, zoom)
    east, south = tile_of(119.98, 37.15, zoom)

    reader, file = open_tiles(path)
    with closing(file):
        pieces = [
            ground(feature, zoom, x, y)
            for x in range(west, east + 1)
            for y in range(north, south + 1)
            for feature in layers_at(reader, zoom, x, y).get("ring", [])
        ]

    lost = shapely.union_all([piece.buffer(0) for piece in pieces]).symmetric_difference(RING)
    assert lost.area / RING.area < 0.02


def test_lines_and_points_are_drawn_too(tmp_path: Path) -> None:
    path = tmp_path / "mixed.pmtiles"
    street = shapely.LineString([(119.939, 37.18), (119.941, 37.1801), (119.941, 37.182)])
    layers = [
        Layer("road", [street], {"name": ["榆岸街"]}),
        Layer("label", [shapely.Point(SEAT)], {"name": ["文昌"]}),
    ]

    write_tiles(path, layers, zooms=(12, 14), name="test")

    (road,), (label,) = read(path, "road", 14), read(path, "label", 14)
    assert (road.kind, len(road.parts[0]), road.facts["name"]) == (2, 3, "榆岸街")
    assert (label.kind, len(label.parts[0]), label.facts["name"]) == (1, 1, "文昌")


def test_a_shape_appears_at_its_own_zoom(tmp_path: Path) -> None:
    path = tmp_path / "late.pmtiles"
    layer = Layer("road", [HOME, NEXT_DOOR], {"name": ["早", "晚"]}, from_zoom=[12, 14])

    write_tiles(path, [layer], zooms=(10, 15), name="test")

    seen = [[f.facts["name"] for f in read(path, "road", zoom)] for zoom in (11, 13, 15)]
    assert seen == [[], ["早"], ["早", "晚"]]


def test_an_unknown_fact_is_left_out_and_a_negative_one_kept(tmp_path: Path) -> None:
    path = tmp_path / "facts.pmtiles"
    fields: dict[str, list[str | int]] = {"name": ["", "有名"], "change": [-20, 300]}

    write_tiles(path, [Layer("grid", [HOME, NEXT_DOOR], fields)], zooms=(14, 14), name="test")

    assert [f.facts for f in read(path, "grid", 14)] == [
        {"change": -20}, {"name": "有名", "change": 300},
    ]  # fmt: skip


def test_the_file_says_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "net.pmtiles"
    write_net(path, Net(["g"], [HOME], {"households": [300]}), Net(["u"], [HOME], {}))

    reader, file = open_tiles(path)
    with closing(file):
        header, about = facts_of(reader)

    assert (header["min_zoom"], header["max_zoom"]) == (9, 15)
    assert header["min_lon_e7"] == 1_199_400_000
    assert [(each["id"], each["minzoom"], each["fields"]) for each in about["vector_layers"]] == [
        ("grid", 9, {"code": "String", "households": "Number"}),
        ("unit", 12, {"code": "String"}),
    ]


def facts_of(reader: Reader) -> tuple[dict[str, int], dict[str, list[dict[str, object]]]]:
    return reader.header(), reader.metadata()


def test_a_new_plan_replaces_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "net.pmtiles"

    for code in ("old", "new"):
        write_net(path, Net([code], [HOME], {}), Net([], [], {}))

    assert [f.facts["code"] for f in read(path, "grid", 15)] == ["new"]
    assert [file.name for file in tmp_path.iterdir()] == ["net.pmtiles"]
