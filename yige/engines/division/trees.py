"""Random spanning trees of a region that finish a compound before leaving it, and their cuts."""

import numpy as np

from yige.engines.division.model import (
    FAR,
    Ground,
    Rule,
    State,
    Tree,
    bad,
    compiled,
    draw,
    grid_price,
    move,
)
from yige.engines.division.problem import Ints

BRIDGES = 256


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
def strain(rule: Rule, held: int, grids: int, mean: float) -> int:
    """Charge a region whose households do not fit its grids, or leave them little room."""
    miss = max(0, grids * rule.lower - held) + max(0, held - grids * rule.upper)
    room = (rule.upper - rule.lower) / 4.0
    tight = max(0.0, abs(held / grids - mean) - room) if grids > 1 else 0.0
    return int(miss * 1_000_000 + tight * 1000)


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
                cost = tree.price[node] + strain(rule, inside, share, mean)
                cost += strain(rule, rest, grids - share, mean)
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
