"""Villages and the towns they make up: a net of cells around the built-up centres."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from yige.demo.ground import Flags, Floats, Ints, Shapes, shapes_to_degrees, shapes_to_metres
from yige.demo.seeds import stream
from yige.demo.terrain import Terrain

VILLAGES = 200
# Metres east and north of the seat, in the order of the divisions file. The first six hold the
# built-up centres; four of those share the seat and reach out from it.
TOWN_SEATS = {
    "370683001": (3_000, 2_200),
    "370683002": (3_000, -2_200),
    "370683003": (2_300, 17_600),
    "370683004": (-3_400, 2_600),
    "370683005": (-3_400, -2_400),
    "370683006": (-6_900, 14_300),
    "370683101": (-17_500, -14_300),
    "370683102": (18_200, 19_000),
    "370683103": (22_300, -12_000),
    "370683104": (10_900, 21_500),
    "370683105": (12_300, 12_900),
    "370683106": (21_800, 1_200),
    "370683107": (11_600, 2_400),
    "370683108": (-13_000, -6_000),
    "370683109": (3_600, -12_800),
    "370683110": (-6_400, -14_400),
    "370683111": (-26_400, -14_900),
}
ROOM = {"core": 900.0, "coast": 420.0, "water": 330.0}


@dataclass(frozen=True)
class Countryside:
    """Village cells in degrees, in the order of their towns' codes."""

    seeds: Floats  # (n, 2) metres: where the houses stand
    cells: Shapes  # (n,) degrees
    town: list[str]
    is_seat: Flags  # (n,) true where the town has its offices


def settle(seed: int, terrain: Terrain, communities: Shapes, owners: list[str]) -> Countryside:
    """Spread villages over the land the communities (in degrees) leave; say whose they are."""
    rng = stream(seed, "villages")
    core = shapely.coverage_union_all(communities)
    core_metres = shapes_to_metres([core])[0]
    points = _spread(rng, terrain, core_metres)
    cells = _cells(points, terrain, core)
    town = _towns_of(points, cells, communities, owners)
    is_seat = np.arange(len(points)) < sum(_is_rural(code) for code in TOWN_SEATS)
    order = np.argsort(town, kind="stable")
    return Countryside(points[order], cells[order], [town[i] for i in order], is_seat[order])


def _is_rural(town: str) -> bool:
    return town >= "370683100"


def _spread(rng: np.random.Generator, terrain: Terrain, core: Any) -> Floats:
    """Place villages evenly but not regularly; the seats of the rural towns come first."""
    seats = [seat for code, seat in TOWN_SEATS.items() if _is_rural(code)]
    inland = terrain.city.simplify(40).buffer(-ROOM["coast"], quad_segs=2)
    allowed = inland.difference(core.simplify(10).buffer(ROOM["core"]))
    allowed = allowed.difference(
        shapely.union_all(terrain.water).buffer(ROOM["water"], quad_segs=2)
    )
    shapely.prepare(allowed)
    west, south, east, north = allowed.bounds
    found = np.array(seats, dtype=float)
    tries = rng.uniform((west, south), (east, north), (60_000, 2))
    tries = tries[shapely.contains_xy(allowed, tries)]
    gap = 0.78 * np.sqrt(allowed.area / VILLAGES)
    chosen = list(found)
    tree_step = 0
    while len(chosen) < VILLAGES:
        for point in tries[tree_step:]:
            tree_step += 1
            if np.hypot(*(np.array(chosen) - point).T).min() >= gap:
                chosen.append(point)
                if len(chosen) == VILLAGES:
                    break
        gap, tree_step = gap * 0.96, 0
    return np.array(chosen)


def _cells(points: Floats, terrain: Terrain, core: Any) -> Shapes:
    """Return the cell of each village in degrees, meeting its neighbours corner to corner."""
    diagram = shapely.voronoi_polygons(
        shapely.multipoints(points), extend_to=terrain.city.envelope.buffer(20_000), ordered=True
    )
    city = shapes_to_degrees([terrain.city])[0]
    straight = shapely.segmentize(shapely.get_parts(diagram), 180.0)
    cells = shapes_to_degrees(shapely.transform(straight, _winding))
    cells = shapely.difference(shapely.intersection(cells, city), core)
    pieces, owner = shapely.get_parts(cells, return_index=True)
    return _whole(_join_corners(pieces, core), owner, core)


def _winding(points: Floats) -> Floats:
    """Bend the country a little, so that no border runs straight; too gently to fold it."""
    x, y = points.T
    moved = points.copy()
    for length, reach in ((6_300.0, 230.0), (2_100.0, 75.0), (760.0, 16.0)):
        moved[:, 0] += reach * np.sin(y * 2 * np.pi / length + length)
        moved[:, 1] += reach * np.sin(x * 2 * np.pi / length + length / 2)
    return moved


def _whole(pieces: Shapes, owner: Ints, core: Any) -> Shapes:
    """Put each cell together again; a piece cut off goes to the cell it has most border with."""
    area = shapely.area(pieces)
    best = np.zeros(owner.max() + 1)
    np.maximum.at(best, owner, area)
    is_main = area == best[owner]
    main = np.flatnonzero(is_main)
    tree = shapely.STRtree(pieces[main])
    joined = {int(i): [pieces[i]] for i in main}
    for i in np.flatnonzero(~is_main):
        near = main[tree.query(pieces[i], predicate="intersects")]
        if len(near):
            shared = shapely.length(shapely.intersection(pieces[i], pieces[near]))
            joined[int(near[shared.argmax()])].append(pieces[i])
    return np.array([shapely.coverage_union_all(joined[int(i)]) for i in main], dtype=object)


def _main_part(shape: Any) -> Any:
    return max(shapely.get_parts(shape), key=shapely.area)


def _join_corners(cells: Shapes, core: Any) -> Shapes:
    """Pull the corners that fell between two corners of the core onto the nearer of them."""
    kept = cKDTree(shapely.get_coordinates(core))

    def pull(corners: Floats) -> Floats:
        rounded = np.round(corners, 7)
        on_edge = shapely.distance(shapely.points(rounded), core.boundary) < 1e-6
        nearest = kept.query(rounded[on_edge])[1]
        rounded[on_edge] = kept.data[nearest]
        return rounded

    pulled = shapely.transform(cells, pull)
    return np.array([_main_part(cell) for cell in shapely.make_valid(pulled)], dtype=object)


def _towns_of(points: Floats, cells: Shapes, communities: Shapes, owners: list[str]) -> list[str]:
    """Give every village to the nearest seat, then mend towns that would lie in two pieces."""
    codes = list(TOWN_SEATS)
    seats = np.array(list(TOWN_SEATS.values()), dtype=float)
    nearest: Ints = np.asarray(cKDTree(seats).query(points)[1])
    town = [codes[i] for i in nearest]
    everything = np.concatenate([communities, cells])
    tree = shapely.STRtree(everything)
    a, b = tree.query(everything, predicate="intersects")
    shared = shapely.length(shapely.intersection(everything[a], everything[b]))
    edges = [(int(i), int(j)) for i, j, s in zip(a, b, shared, strict=True) if i != j and s > 1e-6]
    beside: dict[int, list[int]] = {i: [] for i in range(len(everything))}
    for i, j in edges:
        beside[i].append(j)
    return _mended([*owners, *town], beside, anchors=len(owners))[len(owners) :]


def _mended(town: list[str], beside: dict[int, list[int]], anchors: int) -> list[str]:
    """Hand cells cut off from their town's main piece to the town around them."""
    town = list(town)
    for _ in range(8):
        reached = _reached(town, beside, anchors)
        lost = [i for i in range(len(town)) if i not in reached]
        if not lost:
            return town
        for i in lost:
            around = [town[j] for j in beside[i] if j in reached]
            if around:
                town[i] = max(sorted(set(around)), key=around.count)
    raise ValueError("a town lies in pieces")


def _reached(town: list[str], beside: dict[int, list[int]], anchors: int) -> set[int]:
    """Return the cells joined to the first of their town: a community, or a village."""
    first: dict[str, int] = {}
    for i, code in enumerate(town):
        first.setdefault(code, i)
    reached: set[int] = set()
    for code, start in first.items():
        queue = [start]
        while queue:
            i = queue.pop()
            if i not in reached:
                reached.add(i)
                queue += [j for j in beside[i] if town[j] == code and j not in reached]
    return reached
