"""Driving out what is out of range: a lack wanders until it meets a surplus, or grids swap."""

import numpy as np
from numpy.typing import NDArray

from yige.engines.division.model import (
    ONE,
    Ground,
    Pair,
    Rule,
    State,
    Tree,
    bad,
    compiled,
    draw,
    keep_best,
    move,
    settle,
)
from yige.engines.division.search import border_pair, flip, resplit
from yige.engines.division.trees import cheapest_split, grow, mark_inside

WANDERING = 6.0
TRIES = 48
TORN = 1_000_000


@compiled
def swap_place(
    ground: Ground, rule: Rule, state: State, tree: Tree, unit: int, two: int, donor: int
) -> bool:
    """Merge a unit's grid with grid two, split the donor's in their stead, all in range."""
    one = int(state.label[unit])
    grid = int(state.label[donor])
    if (grid == one) | (grid == two) or state.held[one] + state.held[two] > rule.upper:
        return False
    if state.held[grid] < 2 * rule.lower:
        return False
    size, _today = grow(ground, state, tree, grid, grid, donor)
    cost, node, _share = cheapest_split(rule, tree, size, 2)
    if node < 0 or cost >= TORN:
        return False
    mark_inside(tree, size, node)
    for other in range(len(ground.households)):
        if state.label[other] == two:
            move(ground, state, other, one)
    for i in range(size):
        if tree.inside[i]:
            move(ground, state, int(tree.order[i]), two)
    settle(ground, rule, state)
    return True


@compiled
def relieve(ground: Ground, rule: Rule, state: State, tree: Tree, unit: int, two: int) -> None:
    """Try to swap places for a grid that lacks households, or for one with too many."""
    lacks = state.held[state.label[unit]] < rule.lower
    for _ in range(TRIES):
        if lacks:
            donor = draw(state.random, len(ground.households))
            if swap_place(ground, rule, state, tree, unit, two, donor):
                return
        else:
            at, beside = border_pair(ground, state)
            if at >= 0 and swap_place(ground, rule, state, tree, at, beside, unit):
                return


@compiled
def repair(
    ground: Ground,
    rule: Rule,
    state: State,
    tree: Tree,
    pair: Pair,
    rounds: int,
    logs: NDArray[np.float64],
) -> None:
    """Work on the grids out of range only, until none is left or the rounds are over.

    What one grid lacks wanders from neighbour to neighbour until it meets a grid with too much.
    """
    units = len(ground.households)
    wrong = np.empty(units, dtype=np.int32)
    state.label[:] = state.best
    settle(ground, rule, state)
    state.tally[3], state.tally[4] = state.tally[0], state.tally[1]
    for _ in range(rounds):
        found = 0
        for unit in range(units):
            if bad(rule, state.held[state.label[unit]]) > 0:
                wrong[found] = unit
                found += 1
        if found == 0:
            break
        for _again in range(found):
            unit = int(wrong[draw(state.random, found)])
            degree = ground.start[unit + 1] - ground.start[unit]
            if bad(rule, state.held[state.label[unit]]) == 0 or degree == 0:
                continue
            other = ground.near[ground.start[unit] + draw(state.random, degree)]
            two = int(state.label[other])
            if two == state.label[unit]:
                continue
            if draw(state.random, 8) == 0:
                relieve(ground, rule, state, tree, unit, two)
                continue
            limit = WANDERING * ONE * logs[draw(state.random, 4096)]
            if draw(state.random, 2) == 0:
                resplit(ground, rule, state, tree, pair, unit, two, limit)
            else:
                flip(ground, rule, state, tree, unit, two, limit)
        keep_best(state)
