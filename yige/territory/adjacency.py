"""Who is whose neighbour: from shared borders of polygons, or from points by nearness.

Arrays in, arrays out, in metres. A community whose units fall into several pieces is told, with
the bridges that would join them, so that a division can work and a planner sees it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components, minimum_spanning_tree
from scipy.spatial import Delaunay, QhullError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Shapes = NDArray[np.object_]

STREET = 30.0
"""Two polygons that face each other over no more than this many metres are neighbours."""
SHORTEST = 0.5
"""A common border shorter than this is a corner, not a border."""
REACH = 4.0
"""Points further apart than this many times their community's usual spacing are no neighbours."""
_TOUCH = 0.05
_SPREAD = 0.5


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of a community that no border joins to the rest."""

    community: int
    units: Ints


@dataclass(frozen=True, eq=False)
class Adjacency:
    """Pairs of neighbours, each once with the smaller index first, and what was odd.

    `length` is the common border in metres (0 for a bridge). `alone` lists units without any
    neighbour in their community; `pieces` the parts of communities that hang together by bridges
    only, the largest part of each left out.
    """

    edges: Ints
    length: Floats
    bridge: Bools
    alone: Ints
    pieces: list[Piece]

    def __len__(self) -> int:
        return len(self.edges)


def neighbours_of_polygons(
    shapes: Shapes,
    community: Ints,
    *,
    street: float = STREET,
    shortest: float = SHORTEST,
) -> Adjacency:
    """Find common borders, and neighbours facing each other over a street.

    Units of different communities are neighbours too (a border is a border), but bridges and
    streets are looked for inside a community only.
    """
    edges, length = _shared_borders(shapes, shortest)
    if street > 0:
        known = _keys(edges, len(shapes))
        over, facing = _facing(shapes, community, street, shortest, known)
        edges, length = np.vstack((edges, over)), np.concatenate((length, facing))
    middle = shapely.point_on_surface(shapes)
    x, y = shapely.get_x(middle), shapely.get_y(middle)
    return joined(edges, length, x=x, y=y, community=community)


def neighbours_of_points(
    x: Floats, y: Floats, community: Ints, *, reach: float | None = None
) -> Adjacency:
    """Find neighbours among points of the same community: no third point lies between them.

    `reach` is the greatest distance in metres; without it each community's own spacing decides.
    The length is an estimate: on a lattice a border is as long as the points are apart.
    """
    x, y = spread(x, y)
    found: list[Ints] = []
    lengths: list[Floats] = []
    for members in _groups(community):
        edges, length = _near(x[members], y[members], reach)
        found.append(members[edges])
        lengths.append(length)
    edges = np.vstack([np.zeros((0, 2), np.int64), *found])
    return joined(edges, np.concatenate([np.zeros(0), *lengths]), x=x, y=y, community=community)


def joined(
    edges: Ints, length: Floats, *, x: Floats | None, y: Floats | None, community: Ints
) -> Adjacency:
    """Put edges in order and add the shortest bridges between the pieces of each community.

    Without coordinates the pieces are told, and no bridge is made.
    """
    edges, length = _in_order(edges, length)
    units = len(community)
    if not units:
        return Adjacency(edges, length, np.zeros(0, bool), np.zeros(0, np.int64), [])
    inside = community[edges[:, 0]] == community[edges[:, 1]]
    piece = _pieces(edges[inside], units)
    neighbours = np.bincount(edges[inside].ravel(), minlength=units)
    members = _members(community)
    alone = np.flatnonzero((neighbours == 0) & (members > 1))
    bridges = np.zeros((0, 2), np.int64)
    if x is not None and y is not None:
        bridges = _bridges(piece, *spread(x, y), community)
    bridge = np.zeros(len(edges) + len(bridges), bool)
    bridge[len(edges) :] = True
    return Adjacency(
        edges=np.vstack((edges, bridges)),
        length=np.concatenate((length, np.zeros(len(bridges)))),
        bridge=bridge,
        alone=alone,
        pieces=_lesser_pieces(piece, community),
    )


def spread(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Set points that lie on one another (stairwells of a building) on a small ring."""
    place = np.round(np.column_stack((x, y)), 2)
    _unique, first, group = np.unique(place, axis=0, return_index=True, return_inverse=True)
    size = np.bincount(group.reshape(-1))[group.reshape(-1)]
    if (size == 1).all():
        return x, y
    order = np.argsort(group.reshape(-1), kind="stable")
    start = np.searchsorted(group.reshape(-1)[order], np.arange(len(first)))
    turn = np.empty(len(x), np.int64)
    turn[order] = np.arange(len(x)) - start[group.reshape(-1)[order]]
    angle = 2 * np.pi * turn / size + 0.1
    radius = np.where(size > 1, _SPREAD, 0.0)
    return x + radius * np.cos(angle), y + radius * np.sin(angle)


def _shared_borders(shapes: Shapes, shortest: float) -> tuple[Ints, Floats]:
    pairs = _pairs_within(shapes, _TOUCH)
    borders = shapely.boundary(shapes)
    length = shapely.length(shapely.intersection(borders[pairs[:, 0]], borders[pairs[:, 1]]))
    short = np.flatnonzero(length < shortest)
    length[short] = _nearly_shared(shapes, borders, pairs[short])
    good = length >= shortest
    return pairs[good], length[good]


def _nearly_shared(shapes: Shapes, borders: Shapes, pairs: Ints) -> Floats:
    """Measure borders that were drawn twice and do not meet exactly, or overlap by a hair."""
    band = shapely.buffer(shapes[pairs[:, 1]], _TOUCH, quad_segs=2)
    near = shapely.length(shapely.intersection(borders[pairs[:, 0]], band))
    inner = shapely.length(
        shapely.intersection(
            borders[pairs[:, 0]], shapely.buffer(shapes[pairs[:, 1]], -_TOUCH, quad_segs=2)
        )
    )
    return np.asarray(near - inner - 4 * _TOUCH, dtype=float)


def _facing(
    shapes: Shapes, community: Ints, street: float, shortest: float, known: Ints
) -> tuple[Ints, Floats]:
    """Find pairs of one community with a street and nothing else between them."""
    pairs = _pairs_within(shapes, street)
    same = community[pairs[:, 0]] == community[pairs[:, 1]]
    pairs = pairs[same & ~np.isin(_keys(pairs, len(shapes)), known)]
    gap = shapely.distance(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    pairs, gap = pairs[gap > _TOUCH], gap[gap > _TOUCH]
    borders = shapely.boundary(shapes[pairs[:, 0]])
    band = shapely.buffer(shapes[pairs[:, 1]], 1.25 * gap + _TOUCH, quad_segs=4)
    # The band reaches round the ends of a facing side; a corner seen across a crossing is no more
    # than that.
    facing = shapely.length(shapely.intersection(borders, band)) - 1.5 * gap
    clear = facing >= shortest
    pairs, facing = pairs[clear], facing[clear]
    free = ~_blocked(shapes, pairs)
    return pairs[free], facing[free]


def _blocked(shapes: Shapes, pairs: Ints) -> Bools:
    """Tell the pairs whose shortest line runs through a third unit."""
    lines = shapely.shortest_line(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    line, third = shapely.STRtree(shapes).query(lines, predicate="intersects")
    other = (third != pairs[line, 0]) & (third != pairs[line, 1])
    blocked = np.zeros(len(pairs), bool)
    blocked[line[other]] = True
    return blocked


def _pairs_within(shapes: Shapes, distance: float) -> Ints:
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="dwithin", distance=distance)
    pairs: Ints = np.column_stack((a, b))[a < b].astype(np.int64)
    return pairs


def _near(x: Floats, y: Floats, reach: float | None) -> tuple[Ints, Floats]:
    edges = _triangulated(x, y)
    if not len(edges):
        return edges, np.zeros(0)
    ends = np.column_stack((x, y))
    distance = np.linalg.norm(ends[edges[:, 0]] - ends[edges[:, 1]], axis=1)
    nearest = np.full(len(x), np.inf)
    np.minimum.at(nearest, edges[:, 0], distance)
    np.minimum.at(nearest, edges[:, 1], distance)
    apart = nearest[nearest > 3 * _SPREAD]
    usual = float(np.median(apart)) if len(apart) else float(np.median(nearest))
    most = reach if reach is not None else max(REACH * usual, STREET)
    keep = _nothing_between(ends, edges) & (distance <= most)
    return edges[keep], distance[keep]


def _nothing_between(ends: Floats, edges: Ints) -> Bools:
    """Keep the Gabriel edges: the circle over the edge holds no other point.

    In a triangulation it is enough to look at the points next to the two ends.
    """
    from_, to = np.concatenate((edges, edges[:, ::-1])).T
    order = np.argsort(from_, kind="stable")
    from_, to = from_[order], to[order]
    start = np.searchsorted(from_, np.arange(len(ends) + 1))
    middle = (ends[edges[:, 0]] + ends[edges[:, 1]]) / 2
    radius = np.linalg.norm(ends[edges[:, 0]] - middle, axis=1) * (1 - 1e-9)
    count = np.diff(start)[edges[:, 0]]
    row = np.repeat(np.arange(len(edges)), count)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
    witness = to[start[edges[row, 0]] + offset]
    inside = np.linalg.norm(ends[witness] - middle[row], axis=1) < radius[row]
    inside &= (witness != edges[row, 0]) & (witness != edges[row, 1])
    free = np.ones(len(edges), bool)
    free[row[inside]] = False
    return free


def _triangulated(x: Floats, y: Floats) -> Ints:
    """Give the edges of the Delaunay triangulation, or a chain where the points lie in a row."""
    if len(x) < 2:
        return np.zeros((0, 2), np.int64)
    points = np.column_stack((x - x.mean(), y - y.mean()))
    if len(x) > 3:
        try:
            corners = Delaunay(points).simplices
        except QhullError:
            return _chain(points)
        sides = np.vstack((corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]))
        edges = np.unique(np.sort(sides, axis=1), axis=0).astype(np.int64)
        return edges if len(np.unique(edges)) == len(x) else _chain(points)
    return np.array([(a, b) for b in range(len(x)) for a in range(b)], np.int64)


def _chain(points: Floats) -> Ints:
    axis = np.linalg.svd(points, full_matrices=False)[2][0]
    order = np.argsort(points @ axis, kind="stable")
    return np.sort(np.column_stack((order[:-1], order[1:])), axis=1).astype(np.int64)


def _bridges(piece: Ints, x: Floats, y: Floats, community: Ints) -> Ints:
    """Give the fewest and shortest pairs that make each community one piece."""
    found = [np.zeros((0, 2), np.int64)]
    for members in _groups(community):
        here = np.unique(piece[members], return_inverse=True)[1].reshape(-1)
        if here.max(initial=0) == 0:
            continue
        edges = _triangulated(x[members], y[members])
        between = edges[here[edges[:, 0]] != here[edges[:, 1]]]
        a, b = here[between[:, 0]], here[between[:, 1]]
        ends = np.column_stack((x[members], y[members]))
        distance = np.linalg.norm(ends[between[:, 0]] - ends[between[:, 1]], axis=1)
        found.append(members[_shortest_joins(a, b, distance, between)])
    return np.vstack(found)


def _shortest_joins(a: Ints, b: Ints, distance: Floats, pairs: Ints) -> Ints:
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((distance, high, low))
    first = np.ones(len(order), bool)
    first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    best = order[first]
    many = int(high.max()) + 1
    # A weight of 0 would be no edge at all.
    weights = distance[best] + 1e-6
    tree = minimum_spanning_tree(coo_array((weights, (low[best], high[best])), (many, many)))
    rows, columns = tree.tocoo().coords
    chosen = np.isin(low[best] * many + high[best], rows.astype(np.int64) * many + columns)
    return np.sort(pairs[best[chosen]], axis=1)


def _pieces(edges: Ints, units: int) -> Ints:
    links = coo_array((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), (units, units))
    return np.asarray(connected_components(links.tocsr(), directed=False)[1], dtype=np.int64)


def _lesser_pieces(piece: Ints, community: Ints) -> list[Piece]:
    size = np.bincount(piece, minlength=1)
    lesser = []
    for members in _groups(community):
        names = np.unique(piece[members])
        if len(names) > 1:
            largest = names[np.argmax(size[names])]
            lesser += [
                Piece(int(community[members[0]]), members[piece[members] == name])
                for name in names
                if name != largest
            ]
    return lesser


def _members(community: Ints) -> Ints:
    """Count, for each unit, the units of its community."""
    _labels, index, count = np.unique(community, return_inverse=True, return_counts=True)
    return np.asarray(count[index.reshape(-1)], dtype=np.int64)


def _groups(community: Ints) -> Iterator[Ints]:
    order = np.argsort(community, kind="stable").astype(np.int64)
    cuts = np.flatnonzero(np.diff(community[order])) + 1
    return iter(part for part in np.split(order, cuts) if len(part))


def _in_order(edges: Ints, length: Floats) -> tuple[Ints, Floats]:
    edges = np.sort(edges.reshape(-1, 2), axis=1).astype(np.int64)
    order = np.lexsort((edges[:, 1], edges[:, 0]))
    return edges[order], np.asarray(length, float)[order]


def _keys(edges: Ints, units: int) -> Ints:
    return edges[:, 0] * units + edges[:, 1]
