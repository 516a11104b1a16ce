"""The annealing of one part: re-splits of two grids and flips of single units."""

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
    grid_price,
    keep_best,
    move,
    settle,
)
from yige.engines.division.pairs import resplit_bits
from yige.engines.division.trees import resplit_pair

COOLING = 0.85
PICKS = 64


@compiled
def stays_whole(  # noqa: C901 - compiled
    ground: Ground, state: State, tree: Tree, unit: int, friends: int
) -> bool:
    """Tell whether a unit's grid stays connected without it; friends: its neighbours there."""
    if friends == 1:
        return True
    own = state.label[unit]
    state.tally[2] += 1
    tick = np.int32(state.tally[2])
    tree.stamp[unit] = tick
    wanted = friends
    head, tail = 0, 0
    for e in range(ground.start[unit], ground.start[unit + 1]):
        other = ground.near[e]
        if state.label[other] == own:
            if tail == 0:
                tree.stamp[other] = tick
                tree.order[0] = other
                tail = 1
                wanted -= 1
            else:
                tree.place[other] = -unit - 2
    met = wanted == 0
    while head < tail and not met:
        here = tree.order[head]
        head += 1
        for e in range(ground.start[here], ground.start[here + 1]):
            other = ground.near[e]
            if state.label[other] == own and tree.stamp[other] != tick:
                tree.stamp[other] = tick
                tree.order[tail] = other
                tail += 1
                if tree.place[other] == -unit - 2:
                    wanted -= 1
                    if wanted == 0:
                        met = True
                        break
    for e in range(ground.start[unit], ground.start[unit + 1]):
        tree.place[ground.near[e]] = 0
    return met


@compiled
def flip(  # noqa: C901 - compiled
    ground: Ground, rule: Rule, state: State, tree: Tree, unit: int, to: int, limit: float
) -> None:
    """Move one unit into a neighbouring grid unless it costs more than `limit` or tears."""
    own = int(state.label[unit])
    grids = len(state.held)
    change, friends = 0, 0
    for e in range(ground.start[unit], ground.start[unit + 1]):
        there = state.label[ground.near[e]]
        if there == own:
            change += ground.price[e]
            friends += 1
        elif there == to:
            change -= ground.price[e]
    if friends == 0:
        return
    for kind in range(ground.groups.shape[1]):
        group = ground.groups[unit, kind]
        if group >= 0:
            if state.counts[group * grids + own] == 1:
                change -= ground.group_price[group]
            if state.counts[group * grids + to] == 0:
                change += ground.group_price[group]
    many, work = ground.households[unit], ground.load[unit]
    left, joined = state.held[own] - many, state.held[to] + many
    change += grid_price(rule, left, state.carried[own] - work)
    change += grid_price(rule, joined, state.carried[to] + work)
    change -= grid_price(rule, state.held[own], state.carried[own])
    change -= grid_price(rule, state.held[to], state.carried[to])
    if rule.moved > 0:
        if ground.home[unit] == state.anchor[own]:
            change += rule.moved * many
        elif ground.home[unit] == state.anchor[to]:
            change -= rule.moved * many
    if change > limit or not stays_whole(ground, state, tree, unit, friends):
        return
    state.tally[1] += bad(rule, left) + bad(rule, joined)
    state.tally[1] -= bad(rule, state.held[own]) + bad(rule, state.held[to])
    move(ground, state, unit, to)
    state.held[own], state.held[to] = left, joined
    state.carried[own] -= work
    state.carried[to] += work
    state.tally[0] += change


@compiled
def border_pair(ground: Ground, state: State) -> tuple[int, int]:
    """Pick a unit at a border and the grid across; -1 where none was met."""
    for _ in range(PICKS):
        unit = draw(state.random, len(ground.households))
        degree = ground.start[unit + 1] - ground.start[unit]
        if degree == 0:
            continue
        other = ground.near[ground.start[unit] + draw(state.random, degree)]
        if state.label[other] != state.label[unit]:
            return unit, int(state.label[other])
    return -1, -1


@compiled
def resplit(
    ground: Ground,
    rule: Rule,
    state: State,
    tree: Tree,
    pair: Pair,
    unit: int,
    two: int,
    limit: float,
) -> None:
    """Re-split a unit's grid together with another, by bits where that is possible."""
    if not rule.plain or not resplit_bits(ground, rule, state, tree, pair, unit, two, limit):
        resplit_pair(ground, rule, state, tree, unit, two, limit)


@compiled
def anneal(
    ground: Ground,
    rule: Rule,
    state: State,
    tree: Tree,
    pair: Pair,
    done: int,
    until: int,
    total: int,
    flips: int,
    hot: float,
    cold: float,
    logs: NDArray[np.float64],
) -> None:
    """Run steps done..until of total: one re-split and some flips each, cooling all the while."""
    turn = int(total * COOLING)
    check = max(16, len(ground.households) // 16)
    if done == 0:
        state.tally[5] = 0
    for step in range(done, until):
        if step >= turn and state.tally[5] == 0:
            state.tally[5] = 1
            keep_best(state)
            state.label[:] = state.best
            settle(ground, rule, state)
        warmth = 0.0
        if step < turn:
            warmth = ONE * (hot + (cold - hot) * step / turn)
        unit, two = border_pair(ground, state)
        if unit < 0:
            continue
        limit = warmth * logs[draw(state.random, 4096)]
        resplit(ground, rule, state, tree, pair, unit, two, limit)
        for _ in range(flips):
            unit, two = border_pair(ground, state)
            if unit >= 0:
                limit = warmth * logs[draw(state.random, 4096)]
                flip(ground, rule, state, tree, unit, two, limit)
        if step % check == 0:
            keep_best(state)
    if until == total:
        keep_best(state)
