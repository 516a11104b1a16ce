"""Cutting the city into parts that are divided alone: the connected pieces of each community."""

from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from yige.engines.division.model import ONE, Ground, Rule
from yige.engines.division.problem import Ints, Problem


@dataclass(frozen=True, eq=False)
class Part:
    """A connected piece of a community and the number of grids it is cut into.

    others: the rules of other numbers, to try where that one leads to no grid in range.
    """

    community: int
    units: Ints
    households: int
    grids: int
    ground: Ground
    rule: Rule
    homes: Ints
    others: dict[int, Rule]

    def recut(self, grids: int) -> "Part":
        """Return the same piece with another number of grids."""
        return replace(self, grids=grids, rule=self.others[grids], others={})


@dataclass(frozen=True, eq=False)
class Layout:
    """The parts, the pieces too small for a grid of their own, and the pinned grids."""

    parts: list[Part]
    strays: list[tuple[int, Ints]]
    pins: list[tuple[int, Ints]]


def lay_out(problem: Problem, only: int | None = None) -> Layout:
    """Find the parts of every community, or of the one whose index is given."""
    _labels, community = np.unique(problem.community, return_inverse=True)
    free = np.ones(problem.units, dtype=np.bool_)
    if problem.pinned is not None:
        free = problem.pinned < 0
    chosen = free if only is None else free & (community == only)
    a, b = problem.edges[:, 0], problem.edges[:, 1]
    inner = chosen[a] & chosen[b] & (community[a] == community[b])
    pieces = _pieces(problem, a[inner], b[inner], chosen)
    arrays = _Arrays(problem, inner, pieces)
    piece_community = community[arrays.units[arrays.first[:-1]]]
    pins = _pins(problem, community, only)
    grids, strays = _share_grids(problem, arrays, piece_community, pins)
    parts = [
        arrays.part(int(piece), int(piece_community[piece]), int(grids[piece]))
        for piece in np.flatnonzero(grids > 0)
    ]
    lost = [(int(piece_community[piece]), arrays.members(piece)) for piece in strays]
    return Layout(parts=parts, strays=lost, pins=pins)


def _pieces(problem: Problem, a: Ints, b: Ints, chosen: np.ndarray) -> Ints:
    """Number the connected pieces of the chosen units by their first unit; -1 elsewhere."""
    units = problem.units
    links = coo_array((np.ones(len(a), dtype=np.int8), (a, b)), shape=(units, units))
    found = connected_components(links, directed=False)[1].astype(np.int64)
    found[~chosen] = -1
    if chosen.any():
        _names, found[chosen] = np.unique(found[chosen], return_inverse=True)
    return found


def _pins(problem: Problem, community: Ints, only: int | None) -> list[tuple[int, Ints]]:
    if problem.pinned is None:
        return []
    pins = []
    for pin in np.unique(problem.pinned[problem.pinned >= 0]):
        members = np.flatnonzero(problem.pinned == pin)
        where = int(community[members[0]])
        if only is None or where == only:
            pins.append((where, members))
    return pins


class _Arrays:
    """All parts side by side, units sorted by piece, from which each part takes its slice.

    A unit above the range counts as just filling a grid, so that the search leaves it alone.
    """

    def __init__(self, problem: Problem, inner: np.ndarray, pieces: Ints) -> None:
        self.problem = problem
        order = np.argsort(pieces, kind="stable")
        self.units = order[np.searchsorted(pieces[order], 0) :]
        piece_of = pieces[self.units]
        self.count = int(piece_of[-1]) + 1 if len(piece_of) else 0
        self.first = np.searchsorted(piece_of, np.arange(self.count + 1))
        local = np.full(problem.units, -1, dtype=np.int64)
        local[self.units] = np.arange(len(self.units)) - self.first[piece_of]
        place = np.full(problem.units, -1, dtype=np.int64)
        place[self.units] = np.arange(len(self.units))
        self._link(problem.edges[inner], self._edge_prices(inner), place, local)
        self.households = np.minimum(problem.households[self.units], problem.upper)
        load = problem.load
        self.load = np.zeros_like(self.households) if load is None else load[self.units]
        self.total = np.bincount(piece_of, self.households, self.count).astype(np.int64)
        self._group(piece_of)
        self._remember(piece_of)

    def _edge_prices(self, inner: np.ndarray) -> Ints:
        weights = self.problem.weights
        price = np.ones(int(inner.sum()))
        if self.problem.barrier is not None:
            price -= weights.barrier * self.problem.barrier[inner]
        if self.problem.edge_length is not None:
            price += weights.border * self.problem.edge_length[inner] / 100
        return np.rint(price * ONE).astype(np.int64)

    def _link(self, edges: Ints, price: Ints, place: Ints, local: Ints) -> None:
        source = np.concatenate((place[edges[:, 0]], place[edges[:, 1]]))
        target = np.concatenate((edges[:, 1], edges[:, 0]))
        order = np.argsort(source, kind="stable")
        self.near = local[target[order]].astype(np.int32)
        self.price = np.concatenate((price, price))[order]
        self.start = np.searchsorted(source[order], np.arange(len(self.units) + 1))

    def _group(self, piece_of: Ints) -> None:
        """Number the compounds, buildings and firms that count inside each piece from 0."""
        weights, problem = self.problem.weights, self.problem
        kinds = [
            (values, price)
            for values, price in (
                (problem.compound, weights.compound),
                (problem.building, weights.building),
                (problem.firm, weights.firm),
            )
            if values is not None and price > 0
        ]
        self.groups = np.full((len(self.units), len(kinds)), -1, dtype=np.int64)
        self.group_price: list[Ints] = []
        self.group_first: list[Ints] = []
        for kind, (values, price) in enumerate(kinds):
            mine = values[self.units]
            known = np.flatnonzero(mine >= 0)
            pairs, index = np.unique(
                np.column_stack((piece_of[known], mine[known])), axis=0, return_inverse=True
            )
            first = np.searchsorted(pairs[:, 0], np.arange(self.count + 1))
            self.groups[known, kind] = index.reshape(-1) - first[piece_of[known]]
            self.group_first.append(first)
            self.group_price.append(np.full(1, round(price * ONE), dtype=np.int64))

    def _remember(self, piece_of: Ints) -> None:
        self.home = np.full(len(self.units), -1, dtype=np.int64)
        previous = self.problem.previous
        self.homes = np.zeros(0, dtype=np.int64)
        self.home_first = np.zeros(self.count + 1, dtype=np.int64)
        if previous is None:
            return
        mine = previous[self.units]
        known = np.flatnonzero(mine >= 0)
        pairs, index = np.unique(
            np.column_stack((piece_of[known], mine[known])), axis=0, return_inverse=True
        )
        self.home_first = np.searchsorted(pairs[:, 0], np.arange(self.count + 1))
        self.home[known] = index.reshape(-1) - self.home_first[piece_of[known]]
        self.homes = pairs[:, 1]

    def members(self, piece: int) -> Ints:
        return self.units[self.first[piece] : self.first[piece + 1]]

    def part(self, piece: int, community: int, grids: int) -> Part:
        here = slice(self.first[piece], self.first[piece + 1])
        start = self.start[self.first[piece] : self.first[piece + 1] + 1]
        links = slice(start[0], start[-1])
        groups = self.groups[here].copy()
        prices, offset = [], 0
        for kind, first in enumerate(self.group_first):
            many = int(first[piece + 1] - first[piece])
            groups[:, kind] += np.where(groups[:, kind] >= 0, offset, 0)
            offset += many
            prices.append(np.repeat(self.group_price[kind], many))
        ground = Ground(
            start=(start - start[0]).astype(np.int32),
            near=self.near[links],
            price=self.price[links],
            households=self.households[here],
            load=self.load[here],
            groups=groups.astype(np.int32),
            group_price=np.concatenate(prices) if prices else np.zeros(0, dtype=np.int64),
            home=self.home[here].astype(np.int32),
        )
        total, load = int(self.total[piece]), int(ground.load.sum())
        others = _other_grids(self.problem, total, len(ground.households), grids)
        return Part(
            community=community,
            units=self.units[here],
            households=total,
            grids=grids,
            ground=ground,
            rule=rule_for(self.problem, total, load, grids),
            homes=self.homes[self.home_first[piece] : self.home_first[piece + 1]],
            others={n: rule_for(self.problem, total, load, n) for n in others},
        )


def rule_for(problem: Problem, households: int, load: int, grids: int) -> Rule:
    weights = problem.weights
    width = max(1, problem.upper - problem.lower)
    mean, load_mean = households / grids, load / grids
    loads = problem.load is not None and load > 0
    return Rule(
        lower=problem.lower,
        upper=problem.upper,
        outside=5 * ONE,
        excess=max(1, 40 * ONE // width),
        mean=mean,
        balance=ONE * weights.balance / (width / 2) ** 2,
        load_mean=load_mean,
        load_balance=ONE * weights.load / (load_mean / 2) ** 2 if loads else 0.0,
        moved=round(ONE * weights.moved) if problem.previous is not None else 0,
        plain=(problem.barrier is None or not weights.barrier)
        and (problem.edge_length is None or not weights.border),
    )


def possible_grids(problem: Problem, households: int) -> tuple[int, int]:
    """Return the least and the largest number of grids that households allow in the range."""
    least = max(1, -(-households // problem.upper))
    most = households // problem.lower if problem.lower else max(least, households)
    return least, most


def natural_grids(problem: Problem, households: int, units: int) -> int:
    """Choose the number of grids that brings a part nearest to the middle of the range."""
    middle = max(1.0, (problem.lower + problem.upper) / 2)
    least, most = possible_grids(problem, households)
    wanted = round(households / middle)
    wanted = max(least, wanted) if least > most else min(max(least, wanted), most)
    return max(1, min(wanted, units))


def _other_grids(problem: Problem, households: int, units: int, grids: int) -> list[int]:
    """List up to four other numbers of grids in reach, the nearest first, where it is free."""
    if problem.grids_per_community is not None:
        return []
    least, most = possible_grids(problem, households)
    able = [n for n in range(max(1, least), min(most, units) + 1) if n != grids]
    return sorted(able, key=lambda n: (abs(n - grids), n))[:4]


def _share_grids(
    problem: Problem, arrays: _Arrays, piece_community: Ints, pins: list[tuple[int, Ints]]
) -> tuple[Ints, list[int]]:
    """Give each piece its number of grids; list the pieces that cannot hold one."""
    grids = np.zeros(arrays.count, dtype=np.int64)
    strays: list[int] = []
    pinned = [where for where, _members in pins]
    order = np.argsort(piece_community, kind="stable")
    bounds = np.flatnonzero(np.diff(piece_community[order])) + 1
    for pieces in np.split(order, bounds) if arrays.count else []:
        large = [p for p in pieces if arrays.total[p] >= max(problem.lower, 1)]
        if not large:
            large = [max(pieces, key=lambda p: (arrays.total[p], -p))]
        strays += [int(p) for p in pieces if p not in large]
        for piece in large:
            units = len(arrays.members(piece))
            grids[piece] = natural_grids(problem, int(arrays.total[piece]), units)
        if problem.grids_per_community is not None:
            where = int(piece_community[pieces[0]])
            wanted = int(problem.grids_per_community[where]) - pinned.count(where)
            _meet(problem, arrays, grids, large, wanted)
    return grids, strays


def _meet(problem: Problem, arrays: _Arrays, grids: Ints, pieces: list[int], wanted: int) -> None:
    """Change the grids of a community's pieces one by one until their number is as wanted."""
    sizes = {p: int(arrays.first[p + 1] - arrays.first[p]) for p in pieces}
    limits = {p: possible_grids(problem, int(arrays.total[p])) for p in pieces}
    for strict in (True, False):
        while (missing := wanted - int(grids[pieces].sum())) != 0:
            step = 1 if missing > 0 else -1
            able = [
                p
                for p in pieces
                if 1 <= grids[p] + step <= sizes[p]
                and (not strict or limits[p][0] <= grids[p] + step <= limits[p][1])
            ]
            if not able:
                break
            means = {p: step * arrays.total[p] / (grids[p] + step) for p in able}
            grids[max(able, key=lambda p: (means[p], -p))] += step
