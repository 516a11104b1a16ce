from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from tests.vectortile import layers_at, open_tiles
from yige.demo.basemap import ZOOMS
from yige.demo.city import City

MIDDLE = {8: (213, 99), 12: (3412, 1591), 14: (13650, 6365)}
pytestmark = pytest.mark.slow
LAYERS = ["land", "sea", "park", "water", "road", "building", "community", "town", "label"]


def test_the_basemap_is_small_and_has_every_layer(basemap: Path) -> None:
    reader, file = open_tiles(basemap)
    with closing(file):
        header, about = reader.header(), reader.metadata()

    assert basemap.stat().st_size < 25_000_000
    assert (header["min_zoom"], header["max_zoom"]) == ZOOMS
    assert [layer["id"] for layer in about["vector_layers"]] == LAYERS
    assert all(
        {"name", "kind", "rank"} == set(layer["fields"]) for layer in about["vector_layers"]
    )


@pytest.mark.parametrize(
    ("zoom", "shown"),
    [
        (8, {"land", "sea", "road", "town", "label", "water"}),
        (12, {"land", "park", "road", "community", "town", "label"}),
        (14, {"land", "park", "road", "building", "community", "label"}),
    ],
)
def test_the_middle_of_the_city_is_drawn_at_every_zoom(
    basemap: Path, zoom: int, shown: set[str]
) -> None:
    reader, file = open_tiles(basemap)
    with closing(file):
        layers = layers_at(reader, zoom, *MIDDLE[zoom])

    assert shown <= set(layers)
    assert "building" in layers or zoom < 14


def test_names_on_the_map_are_those_of_the_city(laizhou: City, basemap: Path) -> None:
    reader, file = open_tiles(basemap)
    with closing(file):
        labels = layers_at(reader, 8, *MIDDLE[8])["label"]

    assert {label.facts["name"] for label in labels} <= set(laizhou.towns.name)
    assert Counter(label.facts["kind"] for label in labels) == {"town": len(labels)}
    assert len(labels) >= 10
