"""The demo's own basemap as vector tiles: ground, water, roads, buildings, borders and names.

Every feature has `name`, `kind` and `rank`; a lower rank is more important. Labels from rank 6 on
are for views nearer than zoom 15.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from yige.base.tiles import Layer, write_tiles
from yige.demo.city import City
from yige.demo.ground import Shapes

ZOOMS = (8, 14)
"""A tile of zoom 14 is exact to half a metre: nearer views draw it larger."""
GREEN = ("park", "green", "square")
ROADS = {  # first zoom, rank
    "motorway": (8, 0),
    "primary": (8, 1),
    "secondary": (9, 2),
    "village": (11, 4),
    "tertiary": (12, 3),
    "residential": (13, 5),
}
PLACES = {  # first zoom, rank
    "hospital": (13, 4),
    "park": (13, 4),
    "school": (14, 5),
    "market": (14, 5),
    "station": (14, 5),
    "square": (14, 5),
    "kindergarten": (14, 6),
    "clinic": (14, 6),
    "canteen": (14, 6),
    "pharmacy": (14, 7),
    "shop": (14, 7),
}


@dataclass
class _Sheet:
    """A layer while it is being filled."""

    shapes: list[Any] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    ranks: list[int] = field(default_factory=list)
    zooms: list[int] = field(default_factory=list)

    def add(
        self,
        shapes: Sequence[Any] | Shapes,
        kind: str | Sequence[str],
        *,
        zoom: int,
        rank: int = 0,
        names: Sequence[str] | None = None,
    ) -> None:
        self.shapes += list(shapes)
        self.names += list(names) if names is not None else [""] * len(shapes)
        self.kinds += [kind] * len(shapes) if isinstance(kind, str) else list(kind)
        self.ranks += [rank] * len(shapes)
        self.zooms += [zoom] * len(shapes)

    def layer(self, name: str) -> Layer:
        fields: dict[str, list[Any]] = {"name": self.names, "kind": self.kinds, "rank": self.ranks}
        return Layer(name, np.array(self.shapes, dtype=object), fields, self.zooms)


def write_basemap(path: Path, city: City) -> None:
    """Draw the city into one PMTiles file."""
    sheets = {
        "land": _land(city),
        "sea": _sea(city),
        "park": _park(city),
        "water": _water(city),
        "road": _road(city),
        "building": _building(city),
        "community": _community(city),
        "town": _town(city),
        "label": _label(city),
    }
    layers = [sheet.layer(name) for name, sheet in sheets.items()]
    write_tiles(path, layers, zooms=ZOOMS, name=f"{city.name}演示底图")


def _land(city: City) -> _Sheet:
    ground, lots, sheet = city.ground, city.lots, _Sheet()
    sheet.add([ground.land], "beyond", zoom=8)
    sheet.add([ground.city], "city", zoom=8)
    scenery_kinds = np.array(ground.scenery_kind)
    for kind in ("farm", "orchard", "greenhouse"):
        sheet.add(ground.scenery[scenery_kinds == kind], kind, zoom=11)
    sheet.add(ground.hills, "wood", zoom=8, names=ground.hill_name)
    sheet.add(ground.built, "village", zoom=11, names=city.villages.name)
    sheet.add(city.communities.outline, "urban", zoom=8)
    for kind in ("works", "shops", "offices", "market"):
        sheet.add(ground.scenery[scenery_kinds == kind], kind, zoom=12)
    kinds = np.array(lots.kind)
    for kind in sorted(set(lots.kind) - set(GREEN)):
        sheet.add(lots.outline[kinds == kind], kind, zoom=12)
    return sheet


def _sea(city: City) -> _Sheet:
    sheet = _Sheet()
    sheet.add([city.ground.sea], "sea", zoom=8, names=["大海"])
    return sheet


def _park(city: City) -> _Sheet:
    ground, lots, sheet = city.ground, city.lots, _Sheet()
    for kinds, shapes in ((ground.scenery_kind, ground.scenery), (lots.kind, lots.outline)):
        green = [i for i, kind in enumerate(kinds) if kind in GREEN]
        sheet.add(shapes[green], [kinds[i] for i in green], zoom=11)
    return sheet


def _water(city: City) -> _Sheet:
    ground, sheet = city.ground, _Sheet()
    is_lake = [name[-1] in "库湖" for name in ground.water_name]
    kinds = ["lake" if lake else "river" for lake in is_lake]
    sheet.add(ground.water, kinds, zoom=8, names=ground.water_name)
    return sheet


def _road(city: City) -> _Sheet:
    streets, sheet = city.streets, _Sheet()
    kinds = np.array(streets.kind)
    for kind, (zoom, rank) in ROADS.items():
        rows = np.flatnonzero(kinds == kind)
        names = [streets.name[row] for row in rows]
        sheet.add(streets.line[rows], kind, zoom=zoom, rank=rank, names=names)
    return sheet


def _building(city: City) -> _Sheet:
    """Homes, other buildings and village houses: too many to draw before zoom 14."""
    sheet = _Sheet()
    sheet.add(city.units.footprint, "home", zoom=14)
    for buildings in (city.lots.buildings, city.ground.scenery_buildings):
        built = shapely.get_parts(buildings)
        sheet.add(built, "other", zoom=14, rank=1)
    sheet.add(city.ground.houses, "house", zoom=14, rank=2)
    return sheet


def _community(city: City) -> _Sheet:
    sheet = _Sheet()
    sheet.add(city.communities.outline, "community", zoom=10, names=city.communities.name)
    sheet.add(city.villages.outline, "village", zoom=11, rank=1, names=city.villages.name)
    return sheet


def _town(city: City) -> _Sheet:
    sheet = _Sheet()
    sheet.add(city.towns.outline, "town", zoom=8, names=city.towns.name)
    return sheet


def _label(city: City) -> _Sheet:
    """Points that carry a name; names of streets run along the roads themselves."""
    ground, places, sheet = city.ground, city.places, _Sheet()
    sheet.add(shapely.points(city.towns.seat), "town", zoom=8, names=city.towns.name)
    sheet.add(_middles(city.communities.outline), "community", zoom=12, rank=1,
              names=city.communities.name)  # fmt: skip
    sheet.add(shapely.points(city.villages.seat), "village", zoom=11, rank=2,
              names=city.villages.name)  # fmt: skip
    sheet.add(_middles(city.compounds.outline), "compound", zoom=14, rank=6,
              names=city.compounds.name)  # fmt: skip
    sheet.add(_middles(ground.hills), "hill", zoom=10, rank=2, names=ground.hill_name)
    sheet.add(_middles(ground.water), "water", zoom=10, rank=3, names=ground.water_name)
    for kind, (zoom, rank) in PLACES.items():
        rows = [i for i, other in enumerate(places.kind) if other == kind]
        sheet.add(shapely.points(places.point[rows]), kind, zoom=zoom, rank=rank,
                  names=[places.name[i] for i in rows])  # fmt: skip
    return sheet


def _middles(shapes: Shapes) -> Shapes:
    middles: Shapes = shapely.point_on_surface(shapes)
    return middles
