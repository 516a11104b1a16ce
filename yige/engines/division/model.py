"""What the compiled search works on: the arrays of one part, its rule and its state.

Costs are whole numbers, ONE to a cut edge, so that the same seed gives the same plan whatever
the number of threads.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from yige.engines.division.problem import Ints

ONE = 1000
FAR = 1 << 62
WIDE = 64

Small = NDArray[np.int32]
Bits = NDArray[np.uint64]
Function = TypeVar("Function", bound=Callable[..., object])

COMPILED = (
    "inherit.py", "model.py", "pairs.py", "repair.py", "search.py", "sweep.py", "trees.py",
)  # fmt: skip
EDITION = tuple(
    (path.name, path.stat().st_mtime, path.stat().st_size)
    for path in (Path(__file__).with_name(name) for name in COMPILED)
)


def compiled(function: Function) -> Function:
    """Compile a function, release the interpreter's lock, keep the result on disk.

    The stored result is good for one edition of all compiled files: by itself numba notices
    only changes in the function's own file. Where no disk may be written nothing is kept.
    """
    try:
        ready: Any = njit(cache=True, nogil=True)(function)
        ready._cache._cache_file._source_stamp = EDITION
    except RuntimeError:
        ready = njit(nogil=True)(function)
    return cast(Function, ready)


class Ground(NamedTuple):
    """One part: neighbours as slices of `near`, what each unit holds and belongs to."""

    start: Small
    near: Small
    price: Ints
    households: Ints
    load: Ints
    groups: Small
    group_price: Ints
    home: Small


class Rule(NamedTuple):
    """The range and the prices that are not on an edge or a group; plain: each edge costs ONE."""

    lower: int
    upper: int
    outside: int
    excess: int
    mean: float
    balance: float
    load_mean: float
    load_balance: float
    moved: int
    plain: bool


class State(NamedTuple):
    """A division of the part into grids, with its running sums. tally: cost, missed households,
    ticks, best cost, best missed, whether the best was restored."""

    label: Small
    held: Ints
    carried: Ints
    counts: Small
    anchor: Small
    random: Bits
    tally: Ints
    best: Small


class Tree(NamedTuple):
    """A spanning tree of one or two grids in the order of growth: parents come first."""

    order: Small
    parent: Small
    price: Ints
    held: Ints
    carried: Ints
    stays: Ints
    swaps: Ints
    size: Small
    stamp: Small
    place: Small
    inner_from: Small
    inner_to: Small
    outer_from: Small
    outer_to: Small
    top: Small
    top_stamp: Small
    bridge: Small
    bridge_group: Small
    inside: Small


class Pair(NamedTuple):
    """Two neighbouring grids of at most WIDE units as sets of bits."""

    unit: Small
    near: Bits
    below: Bits
    held: Ints
    carried: Ints
    parent: Small
    visit: Small
    slot: Small
    members: Bits
    price: Ints


@compiled
def draw(random: Bits, below: int) -> int:
    """Draw a whole number in [0, below)."""
    word = random[0]
    word ^= word >> np.uint64(12)
    word ^= word << np.uint64(25)
    word ^= word >> np.uint64(27)
    random[0] = word
    high = (word * np.uint64(2685821657736338717)) >> np.uint64(32)
    return int(np.int64((high * np.uint64(below)) >> np.uint64(32)))


@compiled
def bad(rule: Rule, held: int) -> int:
    """Return the households by which a grid misses the range."""
    if held < rule.lower:
        return rule.lower - held
    if held > rule.upper:
        return held - rule.upper
    return 0


@compiled
def grid_price(rule: Rule, held: int, carried: int) -> int:
    """Return what a grid costs by its size alone."""
    price = 0
    if held < rule.lower:
        price = rule.outside + rule.excess * (rule.lower - held)
    elif held > rule.upper:
        price = rule.outside + rule.excess * (held - rule.upper)
    if rule.balance > 0:
        price += int(rule.balance * (held - rule.mean) ** 2)
    if rule.load_balance > 0:
        price += int(rule.load_balance * (carried - rule.load_mean) ** 2)
    return price


@compiled
def settle(ground: Ground, rule: Rule, state: State) -> None:
    """Recompute every running sum of the state from its labels."""
    units, grids = len(ground.households), len(state.held)
    kinds = ground.groups.shape[1]
    state.held[:] = 0
    state.carried[:] = 0
    state.counts[:] = 0
    cost = 0
    for unit in range(units):
        own = state.label[unit]
        state.held[own] += ground.households[unit]
        state.carried[own] += ground.load[unit]
        for e in range(ground.start[unit], ground.start[unit + 1]):
            other = ground.near[e]
            if other > unit and state.label[other] != own:
                cost += ground.price[e]
        for kind in range(kinds):
            group = ground.groups[unit, kind]
            if group >= 0:
                if state.counts[group * grids + own] == 0:
                    cost += ground.group_price[group]
                state.counts[group * grids + own] += 1
        if rule.moved > 0 and ground.home[unit] >= 0 and ground.home[unit] != state.anchor[own]:
            cost += rule.moved * ground.households[unit]
    missed = 0
    for grid in range(grids):
        cost += grid_price(rule, state.held[grid], state.carried[grid])
        missed += bad(rule, state.held[grid])
    state.tally[0] = cost
    state.tally[1] = missed


@compiled
def move(ground: Ground, state: State, unit: int, to: int) -> int:
    """Put a unit into another grid; return the change in the price of pieces."""
    own = state.label[unit]
    grids = len(state.held)
    change = 0
    for kind in range(ground.groups.shape[1]):
        group = ground.groups[unit, kind]
        if group >= 0:
            state.counts[group * grids + own] -= 1
            if state.counts[group * grids + own] == 0:
                change -= ground.group_price[group]
            if state.counts[group * grids + to] == 0:
                change += ground.group_price[group]
            state.counts[group * grids + to] += 1
    state.label[unit] = to
    return change


@compiled
def keep_best(state: State) -> None:
    """Remember the state where it beats the best one: first fewer out of range, then cheaper."""
    tally = state.tally
    if tally[1] < tally[4] or (tally[1] == tally[4] and tally[0] < tally[3]):
        tally[3], tally[4] = tally[0], tally[1]
        state.best[:] = state.label
