"""Is a plan allowed? Checked from the problem alone; shares no code with the search."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from yige.engines.division.problem import Ints, Problem
from yige.kernel.results import Facts


@dataclass(frozen=True)
class Violation:
    """One thing a plan may not have; grid is -1 where a whole community is concerned."""

    code: str
    grid: int
    facts: Facts


def check(problem: Problem, labels: ArrayLike) -> list[Violation]:
    """List what is wrong with a labelling: units, connection, community, range, number, pins."""
    grid = np.asarray(labels)
    if grid.shape != (problem.units,):
        facts: Facts = {"expected": problem.units, "got": list(grid.shape)}
        return [Violation("division.wrong_length", -1, facts)]
    missing = np.flatnonzero(grid < 0)
    if missing.size:
        facts = {"units": int(missing.size), "first": int(missing[0])}
        return [Violation("division.unlabelled", -1, facts)]
    if not problem.units:
        return []
    names, index = np.unique(grid, return_inverse=True)
    names, index = names.astype(np.int64), index.reshape(-1)
    return [
        *_out_of_range(problem, names, index),
        *_torn(problem, names, index),
        *_across(problem, names, index),
        *_miscounted(problem, names, index),
        *_unpinned(problem, names, index),
    ]


def _out_of_range(problem: Problem, names: Ints, index: Ints) -> list[Violation]:
    held = np.bincount(index, weights=problem.households, minlength=len(names)).astype(np.int64)
    wrong = np.flatnonzero((held < problem.lower) | (held > problem.upper))
    return [
        Violation(
            "division.below_range" if held[g] < problem.lower else "division.above_range",
            int(names[g]),
            {"households": int(held[g]), "lower": problem.lower, "upper": problem.upper},
        )
        for g in wrong
    ]


def _torn(problem: Problem, names: Ints, index: Ints) -> list[Violation]:
    a, b = problem.edges[:, 0], problem.edges[:, 1]
    same = index[a] == index[b]
    first = _first_of_piece(problem.units, a[same], b[same])
    owner = index[first == np.arange(problem.units)]
    if len(owner) == len(names):
        return []
    pieces = np.bincount(owner, minlength=len(names))
    return [
        Violation("division.not_connected", int(names[g]), {"pieces": int(pieces[g])})
        for g in np.flatnonzero(pieces > 1)
    ]


def _first_of_piece(units: int, a: Ints, b: Ints) -> Ints:
    """Name every unit's connected piece by its first unit.

    Pieces are trees of pointers; wherever an edge joins two, the later root hangs on the other.
    """
    root = np.arange(units)
    while True:
        ends = root[a], root[b]
        apart = ends[0] != ends[1]
        if not apart.any():
            return root
        a, b = a[apart], b[apart]
        root[np.maximum(*ends)[apart]] = np.minimum(*ends)[apart]
        while True:
            above = root[root]
            if np.array_equal(above, root):
                break
            root = above


def _across(problem: Problem, names: Ints, index: Ints) -> list[Violation]:
    least = np.full(len(names), np.iinfo(np.int64).max)
    most = np.full(len(names), np.iinfo(np.int64).min)
    np.minimum.at(least, index, problem.community)
    np.maximum.at(most, index, problem.community)
    return [
        Violation(
            "division.crosses_community",
            int(names[g]),
            {"communities": np.unique(problem.community[index == g]).tolist()},
        )
        for g in np.flatnonzero(least != most)
    ]


def _miscounted(problem: Problem, names: Ints, index: Ints) -> list[Violation]:
    if problem.grids_per_community is None:
        return []
    labels, community = np.unique(problem.community, return_inverse=True)
    pairs = np.unique(community.astype(np.int64) * len(names) + index)
    made = np.bincount(pairs // len(names), minlength=len(labels))
    return [
        Violation(
            "division.wrong_number",
            -1,
            {
                "community": int(labels[c]),
                "grids": int(made[c]),
                "wanted": int(problem.grids_per_community[c]),
            },
        )
        for c in np.flatnonzero(made != problem.grids_per_community)
    ]


def _unpinned(problem: Problem, names: Ints, index: Ints) -> list[Violation]:
    """A pinned grid must hold exactly its units."""
    if problem.pinned is None:
        return []
    wrong = []
    for pin in np.unique(problem.pinned[problem.pinned >= 0]):
        held = np.unique(index[problem.pinned == pin])
        alone = len(held) == 1 and bool((problem.pinned[index == held[0]] == pin).all())
        if not alone:
            wrong.append(Violation("division.pin_broken", int(names[held[0]]), {"pin": int(pin)}))
    return wrong
