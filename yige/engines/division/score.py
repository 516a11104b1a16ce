"""What a plan costs, term by term, counted anew from the labels."""

from dataclasses import dataclass

import numpy as np
import scipy

from yige.engines.division.problem import Ints, Problem


@dataclass(frozen=True)
class Objective:
    """J and its parts, each counted in its own unit; `total` applies the weights to all."""

    j: float
    total: float
    cut_edges: int
    compound_pieces: int
    building_pieces: int
    firm_pieces: int
    barriers: int
    balance: float
    moved: int
    load: float
    border_metres: float


def score(problem: Problem, labels: Ints) -> Objective:
    """Count every term of the objective for a labelling of all units."""
    weights = problem.weights
    a, b = problem.edges[:, 0], problem.edges[:, 1]
    inside = problem.community[a] == problem.community[b]
    cut = inside & (labels[a] != labels[b])
    kept = inside & ~cut
    pieces = [
        excess_pieces(values, labels)
        for values in (problem.compound, problem.building, problem.firm)
    ]
    barriers = 0 if problem.barrier is None else int((problem.barrier & kept).sum())
    border = 0.0 if problem.edge_length is None else float(problem.edge_length[cut].sum())
    balance, load = _balance(problem, labels)
    moved = moved_households(problem, labels)
    j = float(cut.sum() + weights.compound * pieces[0])
    extra = (
        weights.building * pieces[1]
        + weights.firm * pieces[2]
        + weights.barrier * barriers
        + weights.balance * balance
        + weights.moved * int(moved.sum())
        + weights.load * load
        + weights.border * border / 100
    )
    return Objective(
        j=j,
        total=j + extra,
        cut_edges=int(cut.sum()),
        compound_pieces=pieces[0],
        building_pieces=pieces[1],
        firm_pieces=pieces[2],
        barriers=barriers,
        balance=balance,
        moved=int(moved.sum()),
        load=load,
        border_metres=border,
    )


def excess_pieces(values: Ints | None, labels: Ints) -> int:
    """Count p - 1 for every group that lies in p grids."""
    if values is None:
        return 0
    known = values >= 0
    pairs = np.unique(np.column_stack((values[known], labels[known])), axis=0)
    return len(pairs) - len(np.unique(pairs[:, 0]))


def _balance(problem: Problem, labels: Ints) -> tuple[float, float]:
    """Sum the squared distances of grids from their community's mean: households and load."""
    if not problem.units:
        return 0.0, 0.0
    grids = int(labels.max()) + 1
    home = np.zeros(grids, dtype=np.int64)
    _names, community = np.unique(problem.community, return_inverse=True)
    home[labels] = community
    used = np.bincount(labels, minlength=grids) > 0
    scale = max(1, problem.upper - problem.lower) / 2
    result = []
    for values, unit in ((problem.households, scale), (problem.load, None)):
        if values is None:
            result.append(0.0)
            continue
        held = np.bincount(labels, weights=values, minlength=grids)[used]
        where = home[used]
        mean = (np.bincount(where, weights=held) / np.maximum(np.bincount(where), 1))[where]
        half = mean / 2 if unit is None else np.full(len(mean), float(unit))
        off = np.divide(held - mean, half, out=np.zeros_like(held), where=half > 0)
        result.append(float((off**2).sum()))
    return result[0], result[1]


def successors(problem: Problem, labels: Ints) -> Ints:
    """Match each grid with the old grid it continues, so that fewest households move; -1: new."""
    grids = int(labels.max()) + 1 if len(labels) else 0
    follows = np.full(grids, -1, dtype=np.int64)
    if problem.previous is None:
        return follows
    known = np.flatnonzero(problem.previous >= 0)
    homes, home = np.unique(problem.previous[known], return_inverse=True)
    community = problem.community[known]
    for where in np.unique(community):
        here = np.flatnonzero(community == where)
        rows, row = np.unique(labels[known[here]], return_inverse=True)
        columns, column = np.unique(home[here], return_inverse=True)
        shared = np.zeros((len(rows), len(columns)))
        np.add.at(shared, (row, column), problem.households[known[here]])
        for i, j in zip(*scipy.optimize.linear_sum_assignment(-shared), strict=True):
            if shared[i, j] > 0:
                follows[rows[i]] = homes[columns[j]]
    return follows


def moved_households(problem: Problem, labels: Ints) -> Ints:
    """Count per grid the households whose old grid is continued elsewhere or not at all."""
    grids = int(labels.max()) + 1 if len(labels) else 0
    if problem.previous is None:
        return np.zeros(grids, dtype=np.int64)
    left = (problem.previous >= 0) & (problem.previous != successors(problem, labels)[labels])
    moved = np.bincount(labels[left], weights=problem.households[left], minlength=grids)
    return moved.astype(np.int64)
