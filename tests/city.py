"""A small city that tests live in: three communities on a lattice, a village without units.

Each community has 4 x 6 square units of 40 m with 20 households; each half of it (a compound of
3 buildings, each of 4 stairwells) is a grid of 240 households.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from math import cos, radians

from yige.base import rows
from yige.kernel.ids import new_id
from yige.territory import net
from yige.territory.models import Border, Building, Compound, Division, Grid, Membership, Unit

SETTLED = datetime(2026, 1, 1, tzinfo=UTC)
"""When the city's divisions and units came into force."""

CODE = "370683"
WENCHANG, DONGGUAN, YONGAN = "370683001001", "370683001002", "370683002001"
COMMUNITIES = {WENCHANG: "文昌社区", DONGGUAN: "东关社区", YONGAN: "永安社区"}
TOWNS = {"370683001": "文昌路街道", "370683002": "永安路街道", "370683101": "沙河镇"}
VILLAGE = "370683101201"
COMPOUNDS = {WENCHANG: ("文昌花园", "书香苑"), DONGGUAN: ("东关小区", "莱州府邸"),
             YONGAN: ("永安家园", "滨海新村")}  # fmt: skip
WEST, SOUTH, SIDE = 119.94, 37.18, 40.0
ROWS, COLUMNS = 4, 6
HOUSEHOLDS = 20
_NORTH = SIDE / 111_195.0
_EAST = _NORTH / cos(radians(SOUTH))


@dataclass
class City:
    """The city, and where its things lie."""

    at: datetime = SETTLED

    def unit(self, community: str, place: int) -> str:
        """Return the code of a community's unit; places run west to east, then north."""
        return f"{community}{place + 1:06d}"

    def units(self, community: str) -> list[str]:
        """List the codes of a community's units."""
        return [self.unit(community, place) for place in range(ROWS * COLUMNS)]

    def grid(self, community: str, serial: int) -> str:
        """Return the code of a community's grid."""
        return f"{community}{serial:03d}"

    def middle(self, unit: str) -> tuple[float, float]:
        """Return the longitude and latitude of the middle of a unit."""
        west, south = corner(unit[:12], int(unit[12:]) - 1)
        return west + _EAST / 2, south + _NORTH / 2


def corner(community: str, place: int) -> tuple[float, float]:
    """Return the south-west corner of a unit."""
    row, column = divmod(place, COLUMNS)
    block = list(COMMUNITIES).index(community)
    return WEST + (column + block * (COLUMNS + 2)) * _EAST, SOUTH + row * _NORTH


def square(west: float, south: float, *, columns: int = 1, rows: int = 1) -> str:
    """Write a rectangle of lattice cells as GeoJSON."""
    east, north = west + columns * _EAST, south + rows * _NORTH
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def build(*, with_grids: bool = True, at: datetime = SETTLED) -> City:
    """Put the city into the database, with its grids or (as after a first survey) without."""
    _divisions(at)
    for community in COMMUNITIES:
        units = _units(community, at)
        if with_grids:
            _grids(community, units, at)
    net.bump(at=at)
    return City(at)


def _divisions(at: datetime) -> None:
    outlines = {c: square(*corner(c, 0), columns=COLUMNS, rows=ROWS) for c in COMMUNITIES}
    outlines[VILLAGE] = square(WEST, SOUTH + 0.1, columns=20, rows=20)
    outlines["370683101"] = square(WEST, SOUTH + 0.08, columns=60, rows=120)
    every = [(CODE, "莱州市", "city", "")]
    every += [(code, name, "town", "") for code, name in TOWNS.items()]
    every += [(code, name, "community", "community") for code, name in COMMUNITIES.items()]
    every += [(VILLAGE, "河西村", "community", "village")]
    rows.insert(
        Division,
        [
            {"code": code, "name": name, "level": level, "kind": kind, "valid_from": at}
            | {"outline": outlines.get(code, "")}
            for code, name, level, kind in every
        ],
    )


def _units(community: str, at: datetime) -> list[dict[str, object]]:
    compounds = [
        {"id": new_id(), "community_code": community, "name": name}
        for name in COMPOUNDS[community]
    ]
    buildings = [
        {
            "id": new_id(),
            "community_code": community,
            "compound_id": compounds[column // 3]["id"],
            "name": f"{column % 3 + 1}号楼",
            "serial": column + 1,
        }
        for column in range(COLUMNS)
    ]
    units = [_unit(community, place, compounds, buildings, at) for place in range(ROWS * COLUMNS)]
    rows.insert(Compound, compounds)
    rows.insert(Building, buildings)
    rows.insert(Unit, units)
    rows.insert(Border, _borders(units))
    return units


def _unit(
    community: str,
    place: int,
    compounds: list[dict[str, object]],
    buildings: list[dict[str, object]],
    at: datetime,
) -> dict[str, object]:
    row, column = divmod(place, COLUMNS)
    west, south = corner(community, place)
    compound, building = compounds[column // 3], buildings[column]
    return {
        "id": new_id(),
        "code": f"{community}{place + 1:06d}",
        "community_code": community,
        "source_id": f"{community}-{place}",
        "compound_id": compound["id"],
        "building_id": building["id"],
        "name": f"{row + 1}单元",
        "address": f"{compound['name']}{building['name']}{row + 1}单元",
        "households": HOUSEHOLDS,
        "residents": HOUSEHOLDS * 3,
        "lon": west + _EAST / 2,
        "lat": south + _NORTH / 2,
        "outline": square(west, south),
        "valid_from": at,
    }


def _borders(units: list[dict[str, object]]) -> list[dict[str, object]]:
    beside = [(p, p + 1) for p in range(len(units)) if p % COLUMNS < COLUMNS - 1]
    above = [(p, p + COLUMNS) for p in range(len(units) - COLUMNS)]
    return [
        {"a_id": units[a]["id"], "b_id": units[b]["id"], "metres": SIDE}
        for a, b in (*beside, *above)
    ]


def _grids(community: str, units: list[dict[str, object]], at: datetime) -> None:
    short = COMMUNITIES[community].removesuffix("社区")
    grids = [
        {
            "id": new_id(),
            "code": f"{community}{serial:03d}",
            "community_code": community,
            "name": f"{short}{serial:02d}网格",
            "households": HOUSEHOLDS * ROWS * COLUMNS // 2,
            "valid_from": at,
        }
        for serial in (1, 2)
    ]
    rows.insert(Grid, grids)
    rows.insert(
        Membership,
        [
            {"unit_id": u["id"], "grid_id": grids[p % COLUMNS // 3]["id"], "valid_from": at}
            for p, u in enumerate(units)
        ],
    )
