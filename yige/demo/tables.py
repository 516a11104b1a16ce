"""What a demo city consists of: one frozen table of equally long columns for each kind of thing.

A number in a column such as `community` is a row of the table of that name; -1 means none.
Shapes are shapely geometries in longitude and latitude (CGCS2000). Lists hold text.
"""

from dataclasses import dataclass
from typing import Any

from yige.demo.ground import Flags, Floats, Ints, Shapes

AGE_BANDS = ("0-6", "7-17", "18-59", "60-79", "80+")


@dataclass(frozen=True)
class Towns:
    code: list[str]  # 9 digits, real
    name: list[str]
    outline: Shapes
    seat: Floats  # (n, 2) where its offices stand


@dataclass(frozen=True)
class Communities:
    code: list[str]  # 12 digits
    name: list[str]
    town: Ints
    grids: Ints  # how many grids it is to be divided into; 300 in all
    outline: Shapes
    seat: Floats


@dataclass(frozen=True)
class Villages:
    code: list[str]  # 12 digits
    name: list[str]
    town: Ints
    outline: Shapes
    seat: Floats
    households: Ints
    residents: Ints  # (n, 5) by age band
    is_town_seat: Flags


@dataclass(frozen=True)
class Compounds:
    name: list[str]
    community: Ints
    firm: Ints  # property firm, -1 where the community itself looks after an old estate
    street: Ints  # the street its gate opens to
    outline: Shapes


@dataclass(frozen=True)
class Buildings:
    number: Ints  # 幢, counted inside the compound
    compound: Ints
    floors: Ints
    serial: Ints  # counted inside the community, 5 digits when written


@dataclass(frozen=True)
class Units:
    """Stairwell units: the basic units a grid is made of."""

    code: list[str]  # 18 digits: community and a serial
    community: Ints
    compound: Ints
    building: Ints
    number: Ints  # 单元, counted inside the building
    households: Ints
    residents: Ints  # (n, 5) by age band
    floors: Ints
    firm: Ints
    outline: Shapes  # parcels: together they tile the housing of a community
    footprint: Shapes  # the built part of the parcel


@dataclass(frozen=True)
class Streets:
    name: list[str]  # empty for lanes inside a compound and for farm roads
    kind: list[str]  # motorway, primary, secondary, tertiary, residential, village
    line: Shapes


@dataclass(frozen=True)
class Lots:
    """Ground of a community without homes: parks, schools, shops, works."""

    kind: list[str]  # park, school, hospital, shops, offices, works, square, green
    community: Ints
    outline: Shapes
    buildings: Shapes  # one multipolygon each


@dataclass(frozen=True)
class Places:
    kind: list[str]  # school, kindergarten, clinic, hospital, park, market, shop, station ...
    name: list[str]
    town: Ints
    community: Ints  # -1 in the countryside
    village: Ints  # -1 in town
    compound: Ints  # -1 when it is on a street
    street: Ints
    organisation: list[str]  # who answers for it
    point: Floats  # (n, 2)


@dataclass(frozen=True)
class Ground:
    sea: Any
    land: Any  # all dry ground of the picture
    city: Any  # what belongs to the city: all towns together
    water: Shapes
    water_name: list[str]
    hills: Shapes
    hill_name: list[str]
    scenery_kind: list[str]  # park, works, shops ... around the centres; farm, orchard, greenhouse
    scenery: Shapes
    scenery_buildings: Shapes  # one multipolygon each
    houses: Shapes  # (m,) village houses, drawn but not counted
    built: Shapes  # (villages,) built-up ground of each village
