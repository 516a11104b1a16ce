"""What is asked of the engine: units, their neighbours, the range and what a good plan is."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yige.kernel.errors import Invalid

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_HOUSEHOLDS = 10_000_000


class InvalidProblem(Invalid, ValueError):
    """A problem whose arrays contradict each other; the facts name the first culprit."""

    code = "division.invalid_problem"


@dataclass(frozen=True)
class Weights:
    """What one unit of each term costs, beside 1 for each cut edge.

    compound, building, firm: a piece beyond the first. barrier: an edge over a barrier kept
    inside one grid. balance: a grid half a range away from its community's mean. moved: a
    household that leaves its old grid. load: a grid whose load is half the mean away from the
    mean (counts only where the problem has loads). border: 100 metres of border between grids.
    """

    compound: float = 10
    building: float = 0
    firm: float = 0
    barrier: float = 0
    balance: float = 0
    moved: float = 0
    load: float = 10
    border: float = 0

    def __post_init__(self) -> None:
        for part in fields(self):
            value = getattr(self, part.name)
            if not (np.isfinite(value) and 0 <= value <= 1_000_000):
                raise InvalidProblem(problem="weight_out_of_bounds", weight=part.name, value=value)


@dataclass(frozen=True, eq=False)
class Problem:
    """Units to be divided. Anything array-like is taken and checked; -1 means "none".

    edges has each pair of neighbours once; grids_per_community goes by sorted community label;
    units with the same pinned value >= 0 are one fixed grid. Raises InvalidProblem.
    """

    households: Ints
    edges: Ints
    community: Ints
    compound: Ints | None = None
    edge_length: Floats | None = None
    building: Ints | None = None
    firm: Ints | None = None
    x: Floats | None = None
    y: Floats | None = None
    lower: int = 200
    upper: int = 400
    load: Ints | None = None
    grids_per_community: Ints | None = None
    previous: Ints | None = None
    pinned: Ints | None = None
    barrier: Bools | None = None
    weights: Weights = field(default_factory=Weights)

    def __post_init__(self) -> None:
        self._settle("households", _whole("households", self.households))
        units = self.units
        self._settle("edges", _pairs(self.edges, units))
        for name in ("community", "compound", "building", "firm", "load", "previous", "pinned"):
            self._settle(name, _sized(name, _optional(_whole, name, getattr(self, name)), units))
        for name in ("x", "y"):
            self._settle(name, _sized(name, _optional(_real, name, getattr(self, name)), units))
        edges = len(self.edges)
        for name, read in (("edge_length", _real), ("barrier", _flags)):
            self._settle(name, _sized(name, _optional(read, name, getattr(self, name)), edges))
        if self.community is None:
            raise InvalidProblem(problem="missing", field="community")
        _bounded("households", self.households)
        _bounded("load", self.load)
        if self.edge_length is not None and (self.edge_length < 0).any():
            place = int(np.flatnonzero(self.edge_length < 0)[0])
            raise InvalidProblem(problem="negative", field="edge_length", edge=place)
        if not 0 <= self.lower <= self.upper <= MOST_HOUSEHOLDS or self.upper == 0:
            raise InvalidProblem(problem="range", lower=self.lower, upper=self.upper)
        self._settle("lower", int(self.lower))
        self._settle("upper", int(self.upper))
        self._check_grids()
        self._check_pins()

    def _settle(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _check_grids(self) -> None:
        grids = _optional(_whole, "grids_per_community", self.grids_per_community)
        if grids is None:
            return
        communities = len(np.unique(self.community))
        if grids.shape != (communities,):
            raise InvalidProblem(
                problem="length",
                field="grids_per_community",
                expected=communities,
                got=int(grids.size),
            )
        if (grids < 1).any():
            place = int(np.flatnonzero(grids < 1)[0])
            raise InvalidProblem(
                problem="no_grid",
                community=int(np.unique(self.community)[place]),
                grids=int(grids[place]),
            )
        self._settle("grids_per_community", grids)

    def _check_pins(self) -> None:
        if self.pinned is None:
            return
        held = self.pinned >= 0
        pairs = np.unique(np.column_stack((self.pinned[held], self.community[held])), axis=0)
        pins, times = np.unique(pairs[:, 0], return_counts=True)
        if (times > 1).any():
            raise InvalidProblem(problem="pin_crosses_communities", pin=int(pins[times > 1][0]))

    @property
    def units(self) -> int:
        return len(self.households)


def _optional(read: Any, name: str, value: object) -> Any:
    return None if value is None else read(name, value)


def _whole(name: str, value: object) -> Ints:
    """Read whole numbers, refusing fractions, text and what does not fit."""
    array = np.asarray(value)
    if array.size == 0:
        return np.zeros(array.shape, dtype=np.int64)
    if array.dtype.kind == "f" and np.isfinite(array).all() and (array == np.rint(array)).all():
        array = array.astype(np.int64)
    if array.dtype.kind not in "iu":
        raise InvalidProblem(problem="not_whole_numbers", field=name)
    return np.ascontiguousarray(array, dtype=np.int64)


def _real(name: str, value: object) -> Floats:
    try:
        array = np.ascontiguousarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidProblem(problem="not_numbers", field=name) from None
    if not np.isfinite(array).all():
        place = int(np.flatnonzero(~np.isfinite(array))[0])
        raise InvalidProblem(problem="not_finite", field=name, place=place)
    return array


def _flags(name: str, value: object) -> Bools:
    array = np.asarray(value)
    if array.size and array.dtype.kind not in "biu":
        raise InvalidProblem(problem="not_flags", field=name)
    return np.ascontiguousarray(array, dtype=np.bool_)


def _sized(name: str, array: Any, length: int) -> Any:
    if array is not None and array.shape != (length,):
        raise InvalidProblem(problem="length", field=name, expected=length, got=list(array.shape))
    return array


def _bounded(name: str, array: Ints | None) -> None:
    """Refuse a unit below zero or beyond any real count."""
    if array is None:
        return
    wrong = np.flatnonzero((array < 0) | (array > MOST_HOUSEHOLDS))
    if wrong.size:
        unit = int(wrong[0])
        what = "negative" if array[unit] < 0 else "too_many"
        raise InvalidProblem(problem=what, field=name, unit=unit, value=int(array[unit]))


def _pairs(value: object, units: int) -> Ints:
    """Read neighbours as sorted pairs: known units, no loops, each pair once."""
    edges = _whole("edges", value)
    if edges.size == 0:
        return np.zeros((0, 2), dtype=np.int64)
    if edges.ndim != 2 or edges.shape[1] != 2:
        raise InvalidProblem(problem="length", field="edges", expected=2, got=list(edges.shape))
    strange = np.flatnonzero((edges < 0).any(axis=1) | (edges >= units).any(axis=1))
    if strange.size:
        raise InvalidProblem(problem="unknown_unit", edge=int(strange[0]), units=units)
    loops = np.flatnonzero(edges[:, 0] == edges[:, 1])
    if loops.size:
        raise InvalidProblem(
            problem="own_neighbour", edge=int(loops[0]), unit=int(edges[loops[0], 0])
        )
    low, high = edges.min(axis=1), edges.max(axis=1)
    order = np.argsort(low * units + high, kind="stable")
    keys = (low * units + high)[order]
    twice = np.flatnonzero(keys[1:] == keys[:-1])
    if twice.size:
        raise InvalidProblem(problem="edge_twice", edge=int(order[twice[0] + 1]))
    return edges
