"""Lay the cells of an old net over the units: who covers what, and what nobody covers.

No database in here. A unit lies in a cell when its place lies in the cell's outline, or when the
cell names it, its building, its compound or its community.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from json import loads
from typing import Any, Self
from uuid import UUID

import numpy as np
import shapely

from yige.nets.ground import Ground, Ints, Piece


@dataclass(frozen=True, eq=False)
class Extent:
    """What a cell covers, as its file said it."""

    units: Sequence[str] = ()
    buildings: Sequence[UUID] = ()
    compounds: Sequence[UUID] = ()
    communities: Sequence[str] = ()
    outline: shapely.Geometry | None = None

    @classmethod
    def stored(cls, lists: str, outline: str) -> Self:
        """Take an extent back from how it is stored."""
        said: Mapping[str, Any] = loads(lists)
        return cls(
            units=said.get("units", ()),
            buildings=[UUID(each) for each in said.get("buildings", ())],
            compounds=[UUID(each) for each in said.get("compounds", ())],
            communities=said.get("communities", ()),
            outline=shapely.from_geojson(outline) if outline else None,
        )

    def as_lists(self) -> dict[str, list[str]]:
        """Give the lists as they are stored; empty ones are left out."""
        every = {
            "units": self.units,
            "buildings": self.buildings,
            "compounds": self.compounds,
            "communities": self.communities,
        }
        return {name: sorted(map(str, each)) for name, each in every.items() if each}

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing at all was said."""
        return self.outline is None and not self.as_lists()


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a cell and an area have in common, as a share of both."""

    cell: int
    area: str
    units: int
    households: int
    share_of_cell: float
    share_of_area: float


@dataclass(frozen=True, eq=False)
class Overlay:
    """The units of each cell, by their places in the ground."""

    ground: Ground
    held: Sequence[Ints]

    @cached_property
    def times(self) -> Ints:
        """In how many cells each unit lies."""
        found = np.zeros(len(self.ground), dtype=np.int64)
        for units in self.held:
            found[units] += 1
        return found

    @property
    def households(self) -> int:
        """All households of the net's area."""
        return int(self.ground.households.sum())

    @property
    def covered(self) -> int:
        """The households that lie in a cell at all."""
        return int(self.ground.households[self.times > 0].sum())

    @cached_property
    def gaps(self) -> list[Piece]:
        """Units that lie in no cell, by area, the most households first."""
        return self._worst_first(np.flatnonzero(self.times == 0))

    @cached_property
    def doubled(self) -> list[Piece]:
        """Units that lie in several cells of the net, by area, the most households first."""
        return self._worst_first(np.flatnonzero(self.times > 1))

    def _worst_first(self, units: Ints) -> list[Piece]:
        return sorted(
            pieces(self.ground, units), key=lambda piece: (-piece.households, piece.area)
        )


def lay(cells: Sequence[Extent], ground: Ground) -> Overlay:
    """Find the units of every cell."""
    found: list[set[int]] = [_listed(cell, ground) for cell in cells]
    for cell, unit in _drawn(cells, ground):
        found[cell].add(unit)
    return Overlay(ground, [np.array(sorted(units), dtype=np.int64) for units in found])


def crosswalk(overlay: Overlay) -> list[Crossing]:
    """Share every cell out over the areas, and every area over the cells, by households.

    Where nobody lives the units are counted instead, so that the shares of a cell sum to 1.
    """
    return [
        row
        for cell, units in enumerate(overlay.held)
        for row in _crossings(overlay.ground, cell, pieces(overlay.ground, units))
    ]


def _crossings(ground: Ground, cell: int, common: Sequence[Piece]) -> Iterator[Crossing]:
    homes = sum(piece.households for piece in common)
    units = sum(piece.units for piece in common)
    for piece in common:
        whole = ground.whole[piece.area]
        yield Crossing(
            cell,
            piece.area,
            piece.units,
            piece.households,
            piece.households / homes if homes else piece.units / units,
            piece.households / whole.households if whole.households else piece.units / whole.units,
        )


def pieces(ground: Ground, units: Ints) -> list[Piece]:
    """Count some units by the area that holds them, in the order of the areas."""
    if not len(units):
        return []
    area, many = ground.area[units], len(ground.areas)
    number = np.bincount(area, minlength=many)
    homes = np.bincount(area, weights=ground.households[units], minlength=many)
    return [
        Piece(ground.areas[place], int(number[place]), int(homes[place]))
        for place in np.flatnonzero(number).tolist()
    ]


def _listed(cell: Extent, ground: Ground) -> set[int]:
    found = {ground.place[code] for code in cell.units if code in ground.place}
    for keys, places in (
        (cell.buildings, ground.by_building),
        (cell.compounds, ground.by_compound),
        (cell.communities, ground.by_community),
    ):
        found.update(place for key in keys for place in places.get(key, ()))  # type: ignore[arg-type]
    return found


def _drawn(cells: Sequence[Extent], ground: Ground) -> Iterator[tuple[int, int]]:
    """Find the units whose place lies in a cell's outline."""
    drawn = [number for number, cell in enumerate(cells) if cell.outline is not None]
    placed = np.flatnonzero(np.isfinite(ground.lon) & np.isfinite(ground.lat))
    if not drawn or not len(placed):
        return
    tree = shapely.STRtree(shapely.points(ground.lon[placed], ground.lat[placed]))
    outlines = np.array([cells[number].outline for number in drawn], dtype=object)
    cell, unit = tree.query(outlines, predicate="covers")
    yield from zip((drawn[number] for number in cell.tolist()), placed[unit].tolist(), strict=True)
