"""The units that an old net is laid over: where they lie, and in which grid, at present."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any, Final, TypeAlias, TypeVar
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from yige.base import rows
from yige.base.access import after
from yige.kernel.codes import Level, is_within, part
from yige.territory import net
from yige.territory.models import CommunityBefore

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]

UNITS: Final = """
    SELECT u.code, u.community_code, u.building_id, u.compound_id, u.households, u.lon, u.lat,
           g.code
    FROM territory_unit u
    LEFT JOIN territory_membership m ON m.unit_id = u.id AND m.valid_until IS NULL
    LEFT JOIN territory_grid g ON g.id = m.grid_id
    WHERE u.community_code >= %s AND u.community_code < %s AND u.valid_until IS NULL
    ORDER BY u.code
"""
"""Plain SQL: to make objects of 5,000 units' keys took longer than everything else here."""

K = TypeVar("K", UUID | None, str)


@dataclass(frozen=True, slots=True)
class Piece:
    """Units of one area, counted."""

    area: str
    units: int
    households: int


@dataclass(frozen=True, eq=False)
class Ground:
    """Units in the order of their codes; `area` is the place of each one's area in `areas`.

    The area of a unit is its grid, or its community where no grid holds it; `communities` are
    those of the day that is asked for.
    """

    codes: Sequence[str]
    communities: Sequence[str]
    buildings: Sequence[UUID | None]
    compounds: Sequence[UUID | None]
    households: Ints
    lon: Floats
    lat: Floats
    areas: Sequence[str]
    area: Ints

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Where each unit stands, by its code."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def by_building(self) -> Mapping[UUID | None, list[int]]:
        """The units of each building."""
        return _grouped(self.buildings)

    @cached_property
    def by_compound(self) -> Mapping[UUID | None, list[int]]:
        """The units of each compound."""
        return _grouped(self.compounds)

    @cached_property
    def by_community(self) -> Mapping[str, list[int]]:
        """The units of each community."""
        return _grouped(self.communities)

    @cached_property
    def whole(self) -> Mapping[str, Piece]:
        """Each area with all its units and households."""
        units = np.bincount(self.area, minlength=len(self.areas)).tolist()
        homes = np.bincount(self.area, weights=self.households, minlength=len(self.areas))
        return {
            area: Piece(area, many, int(households))
            for area, many, households in zip(self.areas, units, homes.tolist(), strict=True)
        }


def ground_of(area: str, since: datetime) -> Ground:
    """Read the units that lay in an area at an instant, or would have, as they are now.

    A unit that the state has put into another community since is still one of the old one here:
    whatever was said of that community then was said of it. Kept until the net in force changes.
    """
    stamp = net.stamp()
    return _ground(area, stamp, _moved(since, stamp))


@lru_cache(maxsize=16)
def _moved(since: datetime, stamp: str) -> tuple[tuple[str, str], ...]:
    """Give the community of then of each unit that has left it."""
    left = CommunityBefore.objects.filter(valid_until__gt=since).order_by("-valid_until")
    return tuple(sorted(dict(left.values_list("unit__code", "community_code")).items()))


@lru_cache(maxsize=4)
def _ground(area: str, stamp: str, moved: tuple[tuple[str, str], ...]) -> Ground:
    city, then = part(area, Level.CITY), dict(moved)
    with connection.cursor() as cursor:
        cursor.execute(UNITS, [city, after(city)])
        there = [(then.get(unit[0], unit[1]), unit) for unit in cursor.fetchall()]
    mine = [(community, unit) for community, unit in there if is_within(community, area)]
    columns: list[Any] = list(zip(*(unit for _, unit in mine), strict=True)) or [()] * 8
    codes, current, buildings, compounds, households, lon, lat, grids = columns
    held = [grid or community for grid, community in zip(grids, current, strict=True)]
    areas = sorted(set(held))
    number = {code: place for place, code in enumerate(areas)}
    return Ground(
        codes=codes,
        communities=[community for community, _ in mine],
        buildings=_ids(buildings),
        compounds=_ids(compounds),
        households=np.array(households, dtype=np.int64),
        lon=np.array(lon, dtype=float),
        lat=np.array(lat, dtype=float),
        areas=areas,
        area=np.array([number[code] for code in held], dtype=np.int64),
    )


def _ids(keys: Sequence[Any]) -> list[UUID | None]:
    """Read keys that plain SQL has found; each of them stands there many times."""
    known = {key: rows.as_id(key) if key else None for key in set(keys)}
    return [known[key] for key in keys]


def _grouped(keys: Sequence[K]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        found[key].append(place)
    return found
