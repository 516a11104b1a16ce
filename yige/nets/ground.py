"""The units that an old net is laid over: where they lie, and in which grid, at present."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias, TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from yige.base.access import within
from yige.territory import net
from yige.territory.models import Membership, Unit

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
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

    The area of a unit is its grid, or its community where no grid holds it.
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


def ground_of(area: str) -> Ground:
    """Read the units of an area as they are now (kept until the net in force changes)."""
    return _ground(area, net.stamp())


@lru_cache(maxsize=4)
def _ground(area: str, stamp: str) -> Ground:
    grid_of = dict(
        Membership.objects.filter(
            within(area, field="unit__community_code"), valid_until=None
        ).values_list("unit_id", "grid__code")
    )
    units = list(
        Unit.objects.filter(within(area, field="community_code"), valid_until=None)
        .order_by("code")
        .values_list(
            "code", "community_code", "building_id", "compound_id", "households", "lon", "lat",
            "id",
        )
    )  # fmt: skip
    held = [grid_of.get(unit[7], unit[1]) for unit in units]
    areas = sorted(set(held))
    number = {code: place for place, code in enumerate(areas)}
    return Ground(
        codes=[unit[0] for unit in units],
        communities=[unit[1] for unit in units],
        buildings=[unit[2] for unit in units],
        compounds=[unit[3] for unit in units],
        households=np.array([unit[4] for unit in units], dtype=np.int64),
        lon=np.array([unit[5] for unit in units], dtype=float),
        lat=np.array([unit[6] for unit in units], dtype=float),
        areas=areas,
        area=np.array([number[code] for code in held], dtype=np.int64),
    )


def _grouped(keys: Sequence[K]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = defaultdict(list)
    for place, key in enumerate(keys):
        found[key].append(place)
    return found
