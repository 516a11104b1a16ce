"""Re-splitting two grids of at most 64 units, with sets of units held as bits of one word."""

import numpy as np

from yige.engines.division.model import (
    FAR,
    ONE,
    WIDE,
    Ground,
    Pair,
    Rule,
    State,
    Tree,
    bad,
    compiled,
    draw,
    grid_price,
    move,
)

NONE = np.uint64(0)
FIRST = np.uint64(1)


@compiled
def many(bits: np.uint64) -> int:
    """Count the members of a set."""
    pairs = bits - ((bits >> np.uint64(1)) & np.uint64(0x5555555555555555))
    fours = (pairs & np.uint64(0x3333333333333333)) + (
        (pairs >> np.uint64(2)) & np.uint64(0x3333333333333333)
    )
    bytes_ = (fours + (fours >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int(np.int64((bytes_ * np.uint64(0x0101010101010101)) >> np.uint64(56)))


@compiled
def lowest(bits: np.uint64) -> int:
    """Return the lowest member of a set that is not empty."""
    return many((bits & (~bits + FIRST)) - FIRST)


@compiled
def some(bits: np.uint64, turn: np.uint64) -> int:
    """Return a random member of a set that is not empty; turn is in [0, 2**16)."""
    skip = (np.uint64(many(bits)) * turn) >> np.uint64(16)
    while skip != NONE:
        bits &= bits - FIRST
        skip -= FIRST
    return lowest(bits)


@compiled
def gather(
    ground: Ground, state: State, tree: Tree, pair: Pair, one: int, two: int, root: int
) -> int:
    """List the units of two grids and who is beside whom; 0 when they are too many."""
    label = state.label
    state.tally[2] += 1
    tick = np.int32(state.tally[2])
    tree.stamp[root] = tick
    tree.place[root] = 0
    pair.unit[0] = root
    size, at = 1, 0
    while at < size:
        unit = pair.unit[at]
        beside = NONE
        for e in range(ground.start[unit], ground.start[unit + 1]):
            other = ground.near[e]
            there = label[other]
            if (there == one) | (there == two):
                if tree.stamp[other] != tick:
                    if size == WIDE:
                        return 0
                    tree.stamp[other] = tick
                    tree.place[other] = size
                    pair.unit[size] = other
                    size += 1
                beside |= FIRST << np.uint64(tree.place[other])
        pair.near[at] = beside
        at += 1
    return size


@compiled
def sort_groups(ground: Ground, tree: Tree, pair: Pair, size: int, tick: np.int32) -> int:
    """Make a set of every group among the units; the first kind's set is noted by unit."""
    slots = 0
    for kind in range(ground.groups.shape[1]):
        for i in range(size):
            group = ground.groups[pair.unit[i], kind]
            slot = -1
            if group >= 0:
                if tree.top_stamp[group] != tick:
                    tree.top_stamp[group] = tick
                    tree.top[group] = slots
                    pair.members[slots] = NONE
                    pair.price[slots] = ground.group_price[group]
                    slots += 1
                slot = tree.top[group]
                pair.members[slot] |= FIRST << np.uint64(i)
            if kind == 0:
                pair.slot[i] = slot
    return slots


@compiled
def border(pair: Pair, slots: int, inside: np.uint64, outside: np.uint64) -> int:
    """Return the edges between two sets, and the pieces made, as a price."""
    edges = 0
    left = inside
    while left != NONE:
        i = lowest(left)
        left &= left - FIRST
        edges += many(pair.near[i] & outside)
    price = ONE * edges
    for slot in range(slots):
        members = pair.members[slot]
        if members & inside != NONE and members & outside != NONE:
            price += pair.price[slot]
    return price


@compiled
def wander(ground: Ground, state: State, pair: Pair, size: int) -> None:
    """Grow a random tree over the units that finishes a compound before leaving it."""
    compounds = ground.groups.shape[1] > 0
    unit = draw(state.random, size)
    visited = FIRST << np.uint64(unit)
    front = pair.near[unit]
    group, inner = NONE, NONE
    if compounds and pair.slot[unit] >= 0:
        group = pair.members[pair.slot[unit]]
        inner = front & group
    pair.visit[0] = unit
    pair.parent[unit] = -1
    word = state.random[0]
    for step in range(1, size):
        word ^= word >> np.uint64(12)
        word ^= word << np.uint64(25)
        word ^= word >> np.uint64(27)
        turns = word * np.uint64(2685821657736338717)
        pool = inner & ~visited
        among = visited
        if pool == NONE:
            pool = front & ~visited
            group = NONE
        else:
            among &= group
        unit = some(pool, turns >> np.uint64(48))
        pair.parent[unit] = some(
            pair.near[unit] & among, (turns >> np.uint64(32)) & np.uint64(0xFFFF)
        )
        pair.visit[step] = unit
        if group == NONE:
            inner = NONE
            if compounds and pair.slot[unit] >= 0:
                group = pair.members[pair.slot[unit]]
        visited |= FIRST << np.uint64(unit)
        front |= pair.near[unit]
        inner |= pair.near[unit] & group
    state.random[0] = word


@compiled
def at_home(
    ground: Ground, state: State, pair: Pair, size: int, inside: np.uint64, one: int, two: int
) -> int:
    """Count the households that stay if the set becomes grid one and the rest grid two."""
    kept = 0
    for i in range(size):
        unit = pair.unit[i]
        grid = one if (inside >> np.uint64(i)) & FIRST != NONE else two
        if ground.home[unit] == state.anchor[grid]:
            kept += ground.households[unit]
    return kept


@compiled
def resplit_bits(  # noqa: C901 - compiled
    ground: Ground,
    rule: Rule,
    state: State,
    tree: Tree,
    pair: Pair,
    root: int,
    two: int,
    limit: float,
) -> bool:
    """Merge two grids, grow a new tree and cut it at its cheapest edge, if cheap enough.

    Returns False where the grids are too large for this way.
    """
    one = int(state.label[root])
    size = gather(ground, state, tree, pair, one, two, root)
    if size == 0:
        return False
    slots = sort_groups(ground, tree, pair, size, np.int32(state.tally[2]))
    mine, whole = NONE, NONE
    for i in range(size):
        unit = pair.unit[i]
        bit = FIRST << np.uint64(i)
        whole |= bit
        if state.label[unit] == one:
            mine |= bit
        pair.below[i] = bit
        pair.held[i] = ground.households[unit]
        pair.carried[i] = ground.load[unit]
    held, carried = state.held[one] + state.held[two], state.carried[one] + state.carried[two]
    today = border(pair, slots, mine, whole & ~mine)
    today += grid_price(rule, state.held[one], state.carried[one])
    today += grid_price(rule, state.held[two], state.carried[two])
    if rule.moved > 0:
        today -= rule.moved * at_home(ground, state, pair, size, mine, one, two)
    wander(ground, state, pair, size)
    best, chosen, chosen_held, chosen_carried = FAR, NONE, 0, 0
    bar = int(today + limit)
    for step in range(size - 1, 0, -1):
        i = pair.visit[step]
        above = pair.parent[i]
        pair.held[above] += pair.held[i]
        pair.carried[above] += pair.carried[i]
        pair.below[above] |= pair.below[i]
        cost = grid_price(rule, pair.held[i], pair.carried[i])
        cost += grid_price(rule, held - pair.held[i], carried - pair.carried[i])
        if rule.moved > 0:
            stays = at_home(ground, state, pair, size, pair.below[i], one, two)
            swaps = at_home(ground, state, pair, size, pair.below[i], two, one)
            cost -= rule.moved * max(stays, swaps)
        if cost >= best or cost > bar:
            continue
        cost += border(pair, slots, pair.below[i], whole & ~pair.below[i])
        if cost < best:
            best, chosen = cost, pair.below[i]
            chosen_held, chosen_carried = pair.held[i], pair.carried[i]
    if best > bar:
        return True
    turned = 2 * many(chosen & mine) < many(chosen)
    if rule.moved > 0:
        stays = at_home(ground, state, pair, size, chosen, one, two)
        turned = at_home(ground, state, pair, size, chosen, two, one) > stays
    state.tally[1] -= bad(rule, state.held[one]) + bad(rule, state.held[two])
    if turned:
        chosen = whole & ~chosen
        chosen_held, chosen_carried = held - chosen_held, carried - chosen_carried
    left = chosen ^ mine
    while left != NONE:
        i = lowest(left)
        left &= left - FIRST
        move(ground, state, pair.unit[i], two if (mine >> np.uint64(i)) & FIRST != NONE else one)
    state.held[one], state.carried[one] = chosen_held, chosen_carried
    state.held[two], state.carried[two] = held - chosen_held, carried - chosen_carried
    state.tally[0] += best - today
    state.tally[1] += bad(rule, state.held[one]) + bad(rule, state.held[two])
    return True
