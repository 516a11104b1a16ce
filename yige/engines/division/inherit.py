"""Starting from an old plan: what is left of each old grid is kept, the rest is absorbed."""

import numpy as np

from yige.engines.division.model import Ground, Rule, Small, State, Tree, compiled
from yige.engines.division.problem import Ints
from yige.engines.division.trees import cheapest_split, grow, mark_inside

NOBODY = -2


@compiled
def inherit(ground: Ground, rule: Rule, state: State, tree: Tree, homes: int, tries: int) -> None:
    """Label the part after its old grids and tie each new grid to the one it continues."""
    label, anchor = state.label, state.anchor
    grids = len(state.held)
    kept = largest_pieces(ground, label, homes)
    order = np.argsort(-kept)
    number = np.full(homes, -1, dtype=np.int32)
    made = 0
    anchor[:] = NOBODY
    for i in range(homes):
        if made < grids and kept[order[i]] > 0:
            number[order[i]] = made
            anchor[made] = order[i]
            made += 1
    for unit in range(len(label)):
        label[unit] = number[label[unit]] if label[unit] >= 0 else -1
    if made == 0:
        label[0] = 0
        made = 1
    absorb(ground, label, state.held)
    while made < grids:
        split_largest(ground, rule, state, tree, made, tries)
        made += 1


@compiled
def largest_pieces(ground: Ground, label: Small, homes: int) -> Ints:
    """Label the largest connected piece of each old grid with its number, others with -1."""
    units = len(label)
    piece = np.full(units, -1, dtype=np.int32)
    queue = np.empty(units, dtype=np.int32)
    weight = np.zeros(units, dtype=np.int64)
    kept = np.zeros(homes, dtype=np.int64)
    chosen = np.full(homes, -1, dtype=np.int32)
    for first in range(units):
        home = ground.home[first]
        if home < 0 or piece[first] >= 0:
            continue
        piece[first] = first
        queue[0] = first
        head, tail = 0, 1
        while head < tail:
            here = queue[head]
            head += 1
            weight[first] += ground.households[here] + 1
            for e in range(ground.start[here], ground.start[here + 1]):
                other = ground.near[e]
                if piece[other] < 0 and ground.home[other] == home:
                    piece[other] = first
                    queue[tail] = other
                    tail += 1
        if weight[first] > kept[home]:
            kept[home] = weight[first]
            chosen[home] = first
    for unit in range(units):
        home = ground.home[unit]
        label[unit] = home if home >= 0 and chosen[home] == piece[unit] else -1
    return kept


@compiled
def absorb(ground: Ground, label: Small, held: Ints) -> None:
    """Give every unlabelled unit to the smallest grid beside it, round by round."""
    held[:] = 0
    missing = 0
    for unit in range(len(label)):
        if label[unit] >= 0:
            held[label[unit]] += ground.households[unit]
        else:
            missing += 1
    while missing > 0:
        before = missing
        for unit in range(len(label)):
            if label[unit] >= 0:
                continue
            best = -1
            for e in range(ground.start[unit], ground.start[unit + 1]):
                grid = label[ground.near[e]]
                if grid >= 0 and (best < 0 or held[grid] < held[best]):
                    best = grid
            if best >= 0:
                label[unit] = best
                held[best] += ground.households[unit]
                missing -= 1
        if missing == before:
            return


@compiled
def split_largest(
    ground: Ground, rule: Rule, state: State, tree: Tree, new: int, tries: int
) -> None:
    """Cut the largest grid that has two units or more into two."""
    label = state.label
    many = np.zeros(new, dtype=np.int64)
    state.held[:] = 0
    for unit in range(len(label)):
        many[label[unit]] += 1
        state.held[label[unit]] += ground.households[unit]
    largest = -1
    for grid in range(new):
        if many[grid] > 1 and (largest < 0 or state.held[grid] > state.held[largest]):
            largest = grid
    if largest < 0:
        return
    root = 0
    while label[root] != largest:
        root += 1
    size, _today = grow(ground, state, tree, largest, largest, root)
    _cost, node, _below = cheapest_split(rule, tree, size, 2)
    mark_inside(tree, size, node)
    for i in range(size):
        if tree.inside[i]:
            label[tree.order[i]] = new
