"""Which cells of a town centre become stairwells, so that each community hangs together."""

from collections import deque

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from yige.demo.ground import Ints
from yige.demo.urban import Fabric


def choose_homes(rng: np.random.Generator, fabric: Fabric, wanted: list[int]) -> Ints:
    """Return the cells that become units: whole compounds, nearest first, as many as wanted.

    Some blocks stay open for schools, parks and shops. The units of a community touch one another
    all the way: its last compound is filled from the side where it meets the others.
    """
    graph = neighbours(fabric.cells)
    chosen: list[Ints] = []
    for community, need in enumerate(wanted):
        own = np.flatnonzero(fabric.community == community)
        if len(own) < need:
            raise ValueError("the community is drawn too small for its units")
        chosen.append(_homes_of(fabric, graph, _leave_open(rng, fabric, graph, own, need), need))
    return np.concatenate(chosen)


def _leave_open(
    rng: np.random.Generator, fabric: Fabric, graph: sparse.csr_array, own: Ints, need: int
) -> Ints:
    """Take up to a quarter of a community's blocks away while room is left for its units."""
    blocks = np.unique(fabric.block[own])
    for block in rng.permutation(blocks)[: max(1, len(blocks) // 4)]:
        rest = _largest_piece(graph, own[fabric.block[own] != block])
        if len(rest) >= need * 1.02:
            own = rest
    return own


def neighbours(cells: Ints) -> sparse.csr_array:
    """Return which rectangles of a tiling share a piece of side longer than a metre."""
    pairs = np.concatenate([_facing(cells, 0), _facing(cells, 1)])
    ones = np.ones(len(pairs), dtype=np.int8)
    one_way = sparse.csr_array((ones, pairs.T), shape=(len(cells), len(cells)))
    return sparse.csr_array(one_way + one_way.T)


def _facing(cells: Ints, axis: int) -> Ints:
    """Return the pairs (a, b) where a's high side on the axis lies against b's low side."""
    low, high = cells[:, axis], cells[:, axis + 2]
    start, end = cells[:, 1 - axis], cells[:, 3 - axis]
    order = np.lexsort((start, low))
    lines = low[order]
    found: list[Ints] = []
    for line in np.unique(high):
        left = np.flatnonzero(high == line)
        right = order[np.searchsorted(lines, line) : np.searchsorted(lines, line, "right")]
        shared = np.minimum(end[left][:, None], end[right]) - np.maximum(
            start[left][:, None], start[right]
        )
        a, b = np.nonzero(shared > 1)
        found.append(np.column_stack([left[a], right[b]]))
    return np.concatenate(found)


def _homes_of(fabric: Fabric, graph: sparse.csr_array, own: Ints, need: int) -> Ints:
    compounds, label = np.unique(fabric.compound[own], return_inverse=True)
    within = graph[own][:, own].tocoo()
    touching = {
        (int(a), int(b)) for a, b in zip(label[within.row], label[within.col], strict=True)
    }
    near = _nearest_first(fabric, own, label, len(compounds), touching)
    sizes = np.bincount(label)[near]
    full = int(np.searchsorted(np.cumsum(sizes), need, "right"))
    taken = own[np.isin(label, near[:full])]
    if len(taken) == need:
        return taken
    last = own[label == near[full]]
    return np.concatenate([taken, _grow(graph, taken, last, need - len(taken))])


def _largest_piece(graph: sparse.csr_array, cells: Ints) -> Ints:
    _, piece = csgraph.connected_components(graph[cells][:, cells], directed=False)
    kept: Ints = cells[piece == np.bincount(piece).argmax()]
    return kept


def _nearest_first(
    fabric: Fabric, own: Ints, label: Ints, count: int, touching: set[tuple[int, int]]
) -> list[int]:
    """Order compounds outward from the middle, each touching one before it."""
    middles = fabric.cells[own].reshape(-1, 2, 2).mean(axis=1)
    weights = np.bincount(label, minlength=count)
    centres = np.column_stack([np.bincount(label, middles[:, axis]) / weights for axis in (0, 1)])
    away = np.hypot(*(centres - centres.mean(axis=0)).T)
    order = [int(away.argmin())]
    while len(order) < count:
        reachable = {b for a, b in touching if a in order} - set(order)
        order.append(min(reachable, key=lambda c: (away[c], c)))
    return order


def _grow(graph: sparse.csr_array, taken: Ints, cells: Ints, need: int) -> Ints:
    """Return as many of the cells as needed, each next to one taken before."""
    inside = {int(cell) for cell in cells}
    if len(taken):
        first = [c for c in sorted(inside) if np.isin(_beside(graph, c), taken).any()]
    else:
        first = [min(inside)]
    queue, grown = deque(first[:1]), {first[0]: None}
    while len(grown) < need:
        for cell in _beside(graph, queue.popleft()):
            if int(cell) in inside and int(cell) not in grown and len(grown) < need:
                grown[int(cell)] = None
                queue.append(int(cell))
    return np.fromiter(grown, dtype=np.int64)


def _beside(graph: sparse.csr_array, cell: int) -> Ints:
    return np.asarray(graph.indices[graph.indptr[cell] : graph.indptr[cell + 1]], dtype=np.int64)
