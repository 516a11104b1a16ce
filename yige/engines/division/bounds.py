"""What no allowed plan can do better: splits that nobody can avoid, and what follows for J."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from yige.engines.division.problem import Bools, Ints, Problem

NEAR = 1e-6


@dataclass(frozen=True)
class CommunityBound:
    """J of one community beside what is proved for plans in range with as many grids.

    lower_bound is None where nothing is proved; forced_pieces is its part in compound pieces.
    """

    community: int
    grids: int
    households: int
    j: float
    lower_bound: float | None
    optimal: bool
    forced_pieces: int


@dataclass(frozen=True)
class ForcedSplit:
    """A compound too large for one grid: it needs so many."""

    compound: int
    community: int
    households: int
    needs: int


@dataclass(frozen=True)
class Bounds:
    """Bounds by community, the compounds that force splits, and how many pieces in all.

    across: pieces that compounds have merely by lying in several communities.
    """

    communities: list[CommunityBound]
    forced: list[ForcedSplit]
    forced_pieces: int
    across: int


def bound(problem: Problem, labels: Ints, proofs: Mapping[int, float]) -> Bounds:
    """Bound every community by packing its compounds into its grids, or by a proof if better.

    A connected community in k grids has k - 1 cut edges at least. proofs: J by community.
    """
    if not problem.units:
        return Bounds([], [], 0, 0)
    names, community = np.unique(problem.community, return_inverse=True)
    edges = community[problem.edges]
    inner = edges[:, 0] == edges[:, 1]
    cut = inner & (labels[problem.edges[:, 0]] != labels[problem.edges[:, 1]])
    cuts = np.bincount(edges[cut, 0], minlength=len(names))
    pieces = _pieces(problem, community, labels, len(names))
    connected = _connected_pieces(problem, community, inner)
    pinned = np.zeros(problem.units, np.bool_) if problem.pinned is None else problem.pinned >= 0
    rows, forced = [], []
    order = np.argsort(community, kind="stable")
    starts = np.searchsorted(community[order], np.arange(len(names) + 1))
    for c, name in enumerate(names.tolist()):
        members = order[starts[c] : starts[c + 1]]
        free = members[~pinned[members]]
        compounds, held = _items(problem, free)
        grids = len(np.unique(labels[members]))
        unavoidable = forced_pieces(problem, held, len(np.unique(labels[free])))
        j = float(cuts[c] + problem.weights.compound * pieces[c])
        lowest = problem.weights.compound * unavoidable + max(0, grids - int(connected[c]))
        lowest = max(lowest, proofs.get(name, 0.0))
        rows.append(
            CommunityBound(
                community=name,
                grids=grids,
                households=int(problem.households[members].sum()),
                j=j,
                lower_bound=lowest if lowest > 0 or grids == 1 else None,
                optimal=abs(j - lowest) < NEAR,
                forced_pieces=unavoidable,
            )
        )
        for place in np.flatnonzero((held > problem.upper) & (compounds >= 0)):
            needs = int(-(-held[place] // problem.upper))
            forced.append(ForcedSplit(int(compounds[place]), name, int(held[place]), needs))
    return Bounds(
        communities=rows,
        forced=forced,
        forced_pieces=sum(row.forced_pieces for row in rows),
        across=_across(problem, community),
    )


def forced_pieces(problem: Problem, items: Ints, grids: int) -> int:
    """Count the extra pieces that packing alone enforces.

    Take compounds and grids as the points of a net, joined where they share units. Each of its
    connected parts has at least as many links as points less one, so there are at least as many
    extra pieces as grids less parts; and the households of a part must fill its grids.
    """
    if grids < 2 or not len(items):
        return 0
    most = len(items)
    if problem.lower:
        large = items >= problem.lower
        most = min(most, int(large.sum()) + int(items[~large].sum()) // problem.lower)
    oversize = int((-(-items // problem.upper) - 1).clip(min=0).sum())
    return max(0, grids - most, oversize)


def _items(problem: Problem, units: Ints) -> tuple[Ints, Ints]:
    """List what is packed: compounds with their households, and units without a compound."""
    compound = np.full(len(units), -1) if problem.compound is None else problem.compound[units]
    households = problem.households[units]
    known = compound >= 0
    names, index = np.unique(compound[known], return_inverse=True)
    held = np.bincount(index, households[known], len(names)).astype(np.int64)
    single = households[~known]
    return (
        np.concatenate((names, np.full(len(single), -1))),
        np.concatenate((held, single)),
    )


def _connected_pieces(problem: Problem, community: Ints, inner: Bools) -> Ints:
    """Count the connected pieces of each community."""
    a, b = problem.edges[inner].T
    links = coo_array((np.ones(len(a), np.int8), (a, b)), (problem.units, problem.units))
    _many, piece = connected_components(links, directed=False)
    firsts = np.unique(piece, return_index=True)[1]
    return np.bincount(community[firsts], minlength=int(community.max()) + 1)


def _pieces(problem: Problem, community: Ints, labels: Ints, communities: int) -> Ints:
    """Count compound pieces beyond the first inside each community."""
    if problem.compound is None:
        return np.zeros(communities, dtype=np.int64)
    known = problem.compound >= 0
    table = np.column_stack((community[known], problem.compound[known], labels[known]))
    rows = np.unique(table, axis=0)
    groups = np.unique(rows[:, :2], axis=0)
    return np.asarray(
        np.bincount(rows[:, 0], minlength=communities)
        - np.bincount(groups[:, 0], minlength=communities)
    )


def _across(problem: Problem, community: Ints) -> int:
    if problem.compound is None:
        return 0
    known = problem.compound >= 0
    pairs = np.unique(np.column_stack((problem.compound[known], community[known])), axis=0)
    return len(pairs) - len(np.unique(pairs[:, 0]))
