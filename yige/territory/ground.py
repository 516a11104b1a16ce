"""The units of an area as arrays, and what a division of them comes to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from yige.base.access import within
from yige.base.crypto import digest
from yige.kernel.places import Plane
from yige.territory.models import Border, Membership, Unit
from yige.territory.queries import in_force

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Ground:
    """Units in the order of their codes; groups are numbered, -1 is none."""

    ids: Sequence[UUID]
    codes: Sequence[str]
    communities: Sequence[str]
    community: Ints
    compounds: Sequence[str]
    compound: Ints
    building: Ints
    firm: Ints
    households: Ints
    lon: Floats
    lat: Floats
    edges: Ints
    metres: Floats
    grids: Sequence[str]
    grid: Ints

    def __len__(self) -> int:
        return len(self.codes)

    @cached_property
    def place(self) -> dict[str, int]:
        """Where each unit stands, by its code."""
        return {code: place for place, code in enumerate(self.codes)}

    @cached_property
    def fingerprint(self) -> str:
        """What tells that the units are still those a plan was drawn for."""
        return digest("\n".join(self.codes))

    def metric(self) -> tuple[Floats, Floats]:
        """Give the units' places in metres."""
        x, y = Plane.around(self.lon, self.lat).metres(self.lon, self.lat)
        return np.nan_to_num(x), np.nan_to_num(y)


@dataclass(frozen=True, slots=True)
class Figures:
    """One planned grid in numbers. `pieces` above 1 means that it is not connected."""

    label: int
    community: str
    units: int
    households: int
    pieces: int
    compounds: int
    split_compounds: tuple[str, ...]
    lon: float
    lat: float


def ground_of(area: str, at: datetime) -> Ground:
    """Read the units of an area that are in force, with their borders and their present grids."""
    units = list(
        Unit.objects.filter(within(area, field="community_code"), in_force(at))
        .order_by("code")
        .values_list(
            "id", "code", "community_code", "compound_id", "compound__name", "building_id",
            "firm", "households", "lon", "lat",
        )
    )  # fmt: skip
    columns: list[tuple[Any, ...]] = list(zip(*units, strict=True)) or [()] * 10
    ids, codes, communities, compound, names, building, firm, households, lon, lat = columns
    of_unit = dict(
        Membership.objects.filter(
            within(area, field="unit__community_code"), in_force(at)
        ).values_list("unit__code", "grid__code")
    )
    community_names, community = _numbered(communities)
    _, compounds = _numbered(compound)
    grids, grid = _numbered([of_unit.get(code) for code in codes])
    edges, metres = _borders(area, codes)
    return Ground(
        ids=ids,
        codes=codes,
        communities=community_names,
        community=community,
        compounds=_names(names, compounds),
        compound=compounds,
        building=_numbered(building)[1],
        firm=_numbered([name or None for name in firm])[1],
        households=np.array(households, dtype=np.int64),
        lon=np.array(lon, dtype=float),
        lat=np.array(lat, dtype=float),
        edges=edges,
        metres=metres,
        grids=grids,
        grid=grid,
    )


def figures_of(ground: Ground, labels: Ints) -> list[Figures]:
    """Work out the figures of each grid of a labelling, by label."""
    names, index = np.unique(labels, return_inverse=True)
    index = index.reshape(-1)
    many = len(names)
    units = np.bincount(index, minlength=many)
    homes = np.bincount(index, weights=ground.households, minlength=many).astype(np.int64)
    lon = np.bincount(index, weights=np.nan_to_num(ground.lon), minlength=many) / units
    lat = np.bincount(index, weights=np.nan_to_num(ground.lat), minlength=many) / units
    first = np.unique(index, return_index=True)[1]
    pieces = pieces_of(ground, index)
    held = _compounds(ground, index)
    return [
        Figures(
            label=int(names[g]),
            community=ground.communities[ground.community[first[g]]],
            units=int(units[g]),
            households=int(homes[g]),
            pieces=int(pieces[g]),
            compounds=len(held[g][0]),
            split_compounds=held[g][1],
            lon=float(lon[g]),
            lat=float(lat[g]),
        )
        for g in range(many)
    ]


def pieces_of(ground: Ground, index: Ints) -> Ints:
    """Count the connected pieces of each grid (labels numbered from 0)."""
    a, b = ground.edges[:, 0], ground.edges[:, 1]
    same = index[a] == index[b]
    links = coo_array(
        (np.ones(int(same.sum()), np.int8), (a[same], b[same])), (len(ground), len(ground))
    )
    many, piece = connected_components(links.tocsr(), directed=False)
    owner = np.zeros(many, dtype=np.int64)
    owner[piece] = index
    return np.bincount(owner, minlength=int(index.max(initial=-1)) + 1)


def _compounds(ground: Ground, index: Ints) -> list[tuple[set[int], tuple[str, ...]]]:
    """List each grid's compounds, and the names of those it shares with another grid."""
    many = int(index.max(initial=-1)) + 1
    known = ground.compound >= 0
    pairs = np.unique(np.column_stack((index[known], ground.compound[known])), axis=0)
    times = np.bincount(pairs[:, 1], minlength=len(ground.compounds))
    held: list[set[int]] = [set() for _ in range(many)]
    for grid, compound in pairs.tolist():
        held[grid].add(compound)
    return [
        (here, tuple(sorted(ground.compounds[c] for c in here if times[c] > 1))) for here in held
    ]


def _borders(area: str, codes: Sequence[str]) -> tuple[Ints, Floats]:
    place = {code: number for number, code in enumerate(codes)}
    rows = [
        (place[a], place[b], metres)
        for a, b, metres in Border.objects.filter(
            within(area, field="a__community_code")
        ).values_list("a__code", "b__code", "metres")
        if a in place and b in place
    ]
    if not rows:
        return np.zeros((0, 2), np.int64), np.zeros(0)
    found = np.array(rows, dtype=float)
    order = np.lexsort((found[:, 1], found[:, 0]))
    return found[order, :2].astype(np.int64), found[order, 2]


def _numbered(values: Sequence[Any]) -> tuple[list[Any], Ints]:
    """Number what occurs in the order of its first occurrence; None is -1."""
    numbers: dict[Any, int] = {}
    index = [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return list(numbers), np.array(index, dtype=np.int64)


def _names(names: Sequence[str | None], index: Ints) -> list[str]:
    found = {int(number): name or "" for number, name in zip(index, names, strict=True)}
    return [found[number] for number in range(int(index.max(initial=-1)) + 1)]
