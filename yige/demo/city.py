"""A whole synthetic city from one seed: territory, households, places, ground."""

import hashlib
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import shapely

from yige.demo.countryside import Countryside, settle
from yige.demo.divisions import codes_within, read_divisions
from yige.demo.ground import Floats, Shapes, shapes_to_degrees, shapes_to_metres, to_degrees
from yige.demo.hamlets import Hamlets, build_hamlets
from yige.demo.housing import build_housing
from yige.demo.places import find_places
from yige.demo.quarters import Quarters, build_quarters
from yige.demo.residents import PER_VILLAGE_HOUSEHOLD, RURAL, grids_of, residents_of
from yige.demo.roads import build_roads
from yige.demo.scenery import Scenery, paint_scenery
from yige.demo.seeds import stream
from yige.demo.streets import name_streets
from yige.demo.tables import (
    Buildings,
    Communities,
    Compounds,
    Ground,
    Lots,
    Places,
    Streets,
    Towns,
    Units,
    Villages,
)
from yige.demo.terrain import Terrain, shape_terrain
from yige.demo.words import COMMUNITY, VILLAGE, Namer

FIRST_COMMUNITY, FIRST_VILLAGE = 1, 201
VILLAGE_HOUSEHOLDS = (45, 190)


@dataclass(frozen=True)
class City:
    seed: int
    code: str
    name: str
    towns: Towns
    communities: Communities
    villages: Villages
    firms: list[str]
    compounds: Compounds
    buildings: Buildings
    units: Units
    streets: Streets
    lots: Lots
    places: Places
    ground: Ground

    def address(self, unit: int) -> tuple[str, str, str, str, str]:
        """Return town, community, compound, building and stairwell of a unit as written."""
        units, community = self.units, int(self.units.community[unit])
        return (
            self.towns.name[self.communities.town[community]],
            self.communities.name[community],
            self.compounds.name[units.compound[unit]],
            f"{self.buildings.number[units.building[unit]]}幢",
            f"{units.number[unit]}单元",
        )

    def fingerprint(self) -> str:
        """Return a digest of everything in the city: the same for the same seed."""
        return fingerprint(self)


def build_city(seed: int = 1) -> City:
    """Make the city of a seed."""
    terrain = shape_terrain(seed)
    quarters = build_quarters(seed)
    country = settle(seed, terrain, quarters.outlines, quarters.towns)
    core = shapes_to_metres([shapely.coverage_union_all(quarters.outlines)])[0]
    roads = build_roads(seed, terrain, core, country, quarters.gates)
    streets = name_streets(seed, quarters, roads)
    codes = codes_within(quarters.towns, FIRST_COMMUNITY, 3)
    housing = build_housing(seed, quarters.homes, codes, streets)
    communities = _communities(seed, quarters, codes, housing.units)
    villages = _villages(seed, country)
    hamlets = build_hamlets(seed, country.seeds, villages.households)
    towns = _towns(communities, villages)
    scenery = paint_scenery(seed, terrain, quarters.plans, core)
    places = find_places(
        seed, towns, communities, villages, housing.compounds, streets, quarters.lots
    )
    (code, name), _ = read_divisions()
    return City(
        seed,
        code,
        name,
        towns,
        communities,
        villages,
        housing.firms,
        housing.compounds,
        housing.buildings,
        housing.units,
        streets,
        quarters.lots,
        places,
        _ground(terrain, hamlets, towns, scenery),
    )


def _communities(seed: int, quarters: Quarters, codes: list[str], units: Units) -> Communities:
    return Communities(
        code=codes,
        name=Namer(stream(seed, "communities"), COMMUNITY).take(len(codes)),
        town=_town_rows(quarters.towns),
        grids=grids_of(np.bincount(units.community, units.households)),
        outline=quarters.outlines,
        seat=_inner_points(quarters.outlines),
    )


def _villages(seed: int, country: Countryside) -> Villages:
    rng = stream(seed, "village people")
    count = len(country.town)
    low, high = VILLAGE_HOUSEHOLDS
    households = np.round(rng.triangular(low, low + 35, high, count)).astype(np.int64)
    households[country.is_seat] *= 3
    return Villages(
        code=codes_within(country.town, FIRST_VILLAGE, 3),
        name=Namer(rng, VILLAGE).take(count),
        town=_town_rows(country.town),
        outline=country.cells,
        seat=to_degrees(country.seeds),
        households=households,
        residents=residents_of(rng, households, np.tile(RURAL, (count, 1)), PER_VILLAGE_HOUSEHOLD),
        is_town_seat=country.is_seat,
    )


def _towns(communities: Communities, villages: Villages) -> Towns:
    """Put towns together from their communities and villages."""
    _, names = read_divisions()
    parts = np.concatenate([communities.outline, villages.outline])
    owner = np.concatenate([communities.town, villages.town])
    outline = np.array(
        [shapely.coverage_union_all(parts[owner == row]) for row in range(len(names))],
        dtype=object,
    )
    seat = _inner_points(outline)
    for row in np.unique(communities.town):
        homes = shapely.multipoints(communities.seat[communities.town == row])
        seat[row] = np.round(shapely.get_coordinates(homes.centroid)[0], 7)
    seat[villages.town[villages.is_town_seat]] = villages.seat[villages.is_town_seat]
    return Towns(list(names), list(names.values()), outline, seat)


def _town_rows(codes: list[str]) -> Any:
    rows = {code: row for row, code in enumerate(read_divisions()[1])}
    return np.array([rows[code] for code in codes], dtype=np.int64)


def _inner_points(shapes: Shapes) -> Floats:
    points: Floats = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return np.round(points, 7)


def _ground(terrain: Terrain, hamlets: Hamlets, towns: Towns, scenery: Scenery) -> Ground:
    return Ground(
        sea=shapes_to_degrees([terrain.sea])[0],
        land=shapes_to_degrees([terrain.land])[0],
        city=shapely.coverage_union_all(towns.outline),
        water=shapes_to_degrees(terrain.water),
        water_name=list(terrain.water_names),
        hills=shapes_to_degrees(terrain.hills),
        hill_name=list(terrain.hill_names),
        scenery_kind=scenery.kind,
        scenery=scenery.outline,
        scenery_buildings=scenery.buildings,
        houses=hamlets.houses,
        built=hamlets.built,
    )


def fingerprint(thing: Any) -> str:
    """Return a digest of a dataclass of arrays, shapes, lists and plain values."""
    digest = hashlib.sha256()
    for part in _flat(thing):
        digest.update(part)
    return digest.hexdigest()


def _flat(thing: Any) -> list[bytes]:
    if is_dataclass(thing):
        return [part for field in fields(thing) for part in _flat(getattr(thing, field.name))]
    if isinstance(thing, np.ndarray) and thing.dtype == object:
        return [bytes(wkb) for wkb in shapely.to_wkb(thing, byte_order=1)]
    if isinstance(thing, np.ndarray):
        return [np.ascontiguousarray(thing).tobytes()]
    return [repr(thing).encode()]
