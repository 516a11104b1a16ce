"""The search inside one connected part of a community, compiled: trees, cuts, flips.

Costs are whole numbers, ONE to a cut edge, so that the same seed gives the same plan whatever
the number of threads. Every function works on the arrays of one part only.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

from yige.engines.division.problem import Ints

ONE = 1000
BRIDGES = 256
STARTED_HOT = 4.0
ENDED_COLD = 1.0
COOLING = 0.85
PICKS = 64
FAR = 1 << 62

Small = NDArray[np.int32]
Function = TypeVar("Function", bound=Callable[..., object])


def compiled(function: Function) -> Function:
    """Compile a function, release the interpreter's lock, keep the result on disk."""
    return cast(Function, njit(cache=True, nogil=True)(function))


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
    """The range and the prices that are not on an edge or a group."""

    lower: int
    upper: int
    outside: int
    excess: int
    mean: float
    balance: float
    load_mean: float
    load_balance: float
    moved: int


class State(NamedTuple):
    """A division of the part into grids, with its running sums. tally: cost, bad, ticks, best."""

    label: Small
    held: Ints
    carried: Ints
    counts: Small
    anchor: Small
    random: NDArray[np.uint64]
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


@compiled
def draw(random: NDArray[np.uint64], below: int) -> int:
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
def climb_group(ground: Ground, tree: Tree, kind: int, group: int, new: int, bridges: int) -> int:
    """Charge the group's price on the tree edges that join a new unit to its group."""
    price = ground.group_price[group]
    lower_end, root = new, tree.top[group]
    while lower_end != root:
        if lower_end > root:
            if lower_end != new:
                known = ground.groups[tree.order[lower_end], kind] == group
                for b in range(bridges):
                    if tree.bridge[b] == lower_end and tree.bridge_group[b] == group:
                        known = True
                        break
                if known:
                    break
                if bridges < BRIDGES:
                    tree.bridge[bridges] = lower_end
                    tree.bridge_group[bridges] = group
                    bridges += 1
            tree.price[lower_end] += price
            lower_end = tree.parent[lower_end]
        else:
            if ground.groups[tree.order[root], kind] != group and bridges < BRIDGES:
                tree.bridge[bridges] = root
                tree.bridge_group[bridges] = group
                bridges += 1
            tree.price[root] += price
            root = tree.parent[root]
            if ground.groups[tree.order[root], kind] != group and bridges < BRIDGES:
                tree.bridge[bridges] = root
                tree.bridge_group[bridges] = group
                bridges += 1
    tree.top[group] = root
    return bridges


@compiled
def grow(  # noqa: C901 - one loop, so that it stays in registers
    ground: Ground, state: State, tree: Tree, one: int, two: int, root: int
) -> tuple[int, int]:
    """Grow a random tree over grids one and two that finishes a compound before leaving it.

    Leaves in tree.price what cutting above each node would cost in edges and pieces.
    Returns the number of units and what the two grids cost each other today.
    """
    start, near, label = ground.start, ground.near, state.label
    kinds = ground.groups.shape[1]
    grids = len(state.held)
    state.tally[2] += 1
    tick = np.int32(state.tally[2])
    size, inner, outer, today, bridges = 0, 0, 0, 0, 0
    unit, parent = root, -1
    while True:
        node = size
        size += 1
        tree.order[node] = unit
        tree.parent[node] = parent
        tree.stamp[unit] = tick
        tree.place[unit] = node
        tree.price[node] = 0
        tree.held[node] = ground.households[unit]
        tree.carried[node] = ground.load[unit]
        tree.size[node] = 1
        own = label[unit]
        compound = ground.groups[unit, 0] if kinds > 0 else -1
        for e in range(start[unit], start[unit + 1]):
            other = near[e]
            there = label[other]
            if there != one and there != two:
                continue
            if tree.stamp[other] == tick:
                price = ground.price[e]
                if there != own:
                    today += price
                a, b = node, int(tree.place[other])
                while a != b:
                    if a > b:
                        tree.price[a] += price
                        a = int(tree.parent[a])
                    else:
                        tree.price[b] += price
                        b = int(tree.parent[b])
            elif compound >= 0 and ground.groups[other, 0] == compound:
                tree.inner_from[inner] = node
                tree.inner_to[inner] = other
                inner += 1
            else:
                tree.outer_from[outer] = node
                tree.outer_to[outer] = other
                outer += 1
        for kind in range(kinds):
            group = ground.groups[unit, kind]
            if group < 0:
                continue
            if tree.top_stamp[group] != tick:
                tree.top_stamp[group] = tick
                tree.top[group] = node
                if (
                    one != two
                    and state.counts[group * grids + one] > 0
                    and state.counts[group * grids + two] > 0
                ):
                    today += ground.group_price[group]
            elif ground.groups[tree.order[parent], kind] == group:
                tree.price[node] += ground.group_price[group]
            elif bridges < BRIDGES:
                bridges = climb_group(ground, tree, kind, group, node, bridges)
        unit = -1
        while inner > 0 and unit < 0:
            pick = draw(state.random, inner)
            inner -= 1
            if tree.stamp[tree.inner_to[pick]] != tick:
                unit, parent = int(tree.inner_to[pick]), int(tree.inner_from[pick])
            tree.inner_to[pick] = tree.inner_to[inner]
            tree.inner_from[pick] = tree.inner_from[inner]
        while outer > 0 and unit < 0:
            pick = draw(state.random, outer)
            outer -= 1
            if tree.stamp[tree.outer_to[pick]] != tick:
                unit, parent = int(tree.outer_to[pick]), int(tree.outer_from[pick])
            tree.outer_to[pick] = tree.outer_to[outer]
            tree.outer_from[pick] = tree.outer_from[outer]
        if unit < 0:
            break
    for node in range(size - 1, 0, -1):
        above = tree.parent[node]
        tree.held[above] += tree.held[node]
        tree.carried[above] += tree.carried[node]
        tree.size[above] += tree.size[node]
    return size, today


@compiled
def mark_inside(tree: Tree, size: int, cut: int) -> None:
    """Mark the nodes at and below a cut."""
    for node in range(cut):
        tree.inside[node] = 0
    tree.inside[cut] = 1
    for node in range(cut + 1, size):
        tree.inside[node] = tree.inside[tree.parent[node]]


@compiled
def cheapest_split(rule: Rule, tree: Tree, size: int, grids: int) -> tuple[int, int, int]:
    """Find the tree edge to cut a region of several grids at: cost, node, grids below it."""
    held = tree.held[0]
    mean = max(1.0, held / grids)
    least, most = 1, grids - 1
    if grids > 12:
        least, most = grids // 4, grids - grids // 4
    best, best_node, best_grids = FAR, -1, 0
    for widened in range(2):
        for node in range(1, size):
            near = int(tree.held[node] / mean)
            for below in range(near, near + 2):
                share = min(max(below, least), most)
                if tree.size[node] < share or size - tree.size[node] < grids - share:
                    continue
                inside, rest = tree.held[node], held - tree.held[node]
                miss = max(0, share * rule.lower - inside) + max(0, inside - share * rule.upper)
                left = grids - share
                miss += max(0, left * rule.lower - rest) + max(0, rest - left * rule.upper)
                cost = tree.price[node] + miss * 1_000_000
                if cost < best:
                    best, best_node, best_grids = cost, node, share
        if best_node >= 0 and (best < 1_000_000_000 or widened == 1):
            break
        least, most = 1, grids - 1
    return best, best_node, best_grids


@compiled
def construct(
    ground: Ground, rule: Rule, state: State, tree: Tree, share: Ints, tries: int
) -> None:
    """Cut the part's trees in two until every region is one grid; share is scratch."""
    units, grids = len(ground.households), len(state.held)
    state.label[:] = 0
    share[:] = 0
    share[0] = grids
    made = 1
    at = 0
    first = np.zeros(grids, dtype=np.int32)
    while at < made:
        if share[at] == 1:
            at += 1
            continue
        best, best_size, best_share = FAR, 0, 0
        root = first[at]
        kept = np.empty(0, dtype=np.int32)
        size = 0
        for _ in range(tries if made > 1 or units < 2000 else 1):
            size, _today = grow(ground, state, tree, at, at, root)
            cost, node, below = cheapest_split(rule, tree, size, share[at])
            if node >= 0 and cost < best:
                mark_inside(tree, size, node)
                inside = np.empty(size, dtype=np.int32)
                many = 0
                for i in range(size):
                    if tree.inside[i]:
                        inside[many] = tree.order[i]
                        many += 1
                kept = inside[:many]
                best, best_size, best_share = cost, many, below
            root = int(tree.order[draw(state.random, size)])
        for i in range(best_size):
            state.label[kept[i]] = made
        for node in range(size):
            if state.label[tree.order[node]] == at:
                first[at] = tree.order[node]
                break
        first[made] = kept[0]
        share[made] = best_share
        share[at] -= best_share
        made += 1


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
def resplit_pair(  # noqa: C901 - compiled
    ground: Ground, rule: Rule, state: State, tree: Tree, root: int, two: int, limit: float
) -> None:
    """Merge two neighbouring grids, grow a new tree, cut it at its cheapest edge.

    The cut is taken when it costs at most `limit` more than the two grids cost today.
    """
    one = int(state.label[root])
    size, today = grow(ground, state, tree, one, two, root)
    held, carried = tree.held[0], tree.carried[0]
    today += grid_price(rule, state.held[one], state.carried[one])
    today += grid_price(rule, state.held[two], state.carried[two])
    moves = rule.moved > 0
    if moves:
        today += weigh_homes(ground, rule, state, tree, size, one, two)
    best, cut = FAR, -1
    for node in range(1, size):
        cost = tree.price[node]
        if cost >= best:
            continue
        cost += grid_price(rule, tree.held[node], tree.carried[node])
        cost += grid_price(rule, held - tree.held[node], carried - tree.carried[node])
        if moves:
            stays = tree.stays[node] + tree.swaps[0] - tree.swaps[node]
            swaps = tree.swaps[node] + tree.stays[0] - tree.stays[node]
            cost -= rule.moved * max(stays, swaps)
        if cost < best:
            best, cut = cost, node
    if cut < 0 or best - today > limit:
        return
    inside, rest = one, two
    if moves:
        stays = tree.stays[cut] + tree.swaps[0] - tree.swaps[cut]
        swaps = tree.swaps[cut] + tree.stays[0] - tree.stays[cut]
        if swaps > stays:
            inside, rest = two, one
    elif state.label[tree.order[cut]] == two:
        inside, rest = two, one
    mark_inside(tree, size, cut)
    state.tally[1] -= bad(rule, state.held[one]) + bad(rule, state.held[two])
    for node in range(size):
        unit = tree.order[node]
        target = inside if tree.inside[node] else rest
        if state.label[unit] != target:
            move(ground, state, unit, target)
    state.held[inside], state.carried[inside] = tree.held[cut], tree.carried[cut]
    state.held[rest], state.carried[rest] = held - tree.held[cut], carried - tree.carried[cut]
    state.tally[0] += best - today
    state.tally[1] += bad(rule, state.held[one]) + bad(rule, state.held[two])


@compiled
def weigh_homes(
    ground: Ground, rule: Rule, state: State, tree: Tree, size: int, one: int, two: int
) -> int:
    """Sum below each node the households at home in either grid; return today's price."""
    kept = 0
    for node in range(size):
        unit = tree.order[node]
        home, many = ground.home[unit], ground.households[unit]
        tree.stays[node] = many if home == state.anchor[one] else 0
        tree.swaps[node] = many if home == state.anchor[two] else 0
        if home == state.anchor[state.label[unit]]:
            kept += many
    for node in range(size - 1, 0, -1):
        above = tree.parent[node]
        tree.stays[above] += tree.stays[node]
        tree.swaps[above] += tree.swaps[node]
    return -rule.moved * kept


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
def keep_best(state: State) -> None:
    """Remember the state where it beats the best one: first fewer out of range, then cheaper."""
    tally = state.tally
    if tally[1] < tally[4] or (tally[1] == tally[4] and tally[0] < tally[3]):
        tally[3], tally[4] = tally[0], tally[1]
        state.best[:] = state.label


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
def anneal(
    ground: Ground,
    rule: Rule,
    state: State,
    tree: Tree,
    done: int,
    until: int,
    total: int,
    flips: int,
    heat: float,
    logs: NDArray[np.float64],
) -> None:
    """Run steps done..until of total: one re-split and some flips each, cooling all the while."""
    turn = int(total * COOLING)
    check = max(16, len(ground.households) // 16)
    for step in range(done, until):
        if step == turn:
            keep_best(state)
            state.label[:] = state.best
            settle(ground, rule, state)
        warmth = 0.0
        if step < turn:
            warmth = ONE * heat * (STARTED_HOT + (ENDED_COLD - STARTED_HOT) * step / turn)
        unit, two = border_pair(ground, state)
        if unit < 0:
            continue
        limit = warmth * logs[draw(state.random, 4096)]
        resplit_pair(ground, rule, state, tree, unit, two, limit)
        for _ in range(flips):
            unit, two = border_pair(ground, state)
            if unit >= 0:
                limit = warmth * logs[draw(state.random, 4096)]
                flip(ground, rule, state, tree, unit, two, limit)
        if step % check == 0:
            keep_best(state)
    if until == total:
        keep_best(state)
