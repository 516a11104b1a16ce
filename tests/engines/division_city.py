"""A made-up city for the division engine: stairwells in buildings, compounds and communities.

Rectangles are cut into communities, compounds, rows of buildings and stairwells; two stairwells
are neighbours where their Voronoi cells share a border. No name and no person in it.
"""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import Delaunay

from yige.engines.division import Problem
from yige.engines.division.problem import Floats, Ints

Box = tuple[float, float, float, float]
METRES_A_SIDE = 22.0


@dataclass(frozen=True)
class City:
    """The arrays of a problem, and the number of grids by community."""

    households: Ints
    edges: Ints
    edge_length: Floats
    community: Ints
    compound: Ints
    building: Ints
    firm: Ints
    x: Floats
    y: Floats
    grids: Ints

    def problem(self, **changes: object) -> Problem:
        facts: dict[str, object] = {
            "households": self.households,
            "edges": self.edges,
            "edge_length": self.edge_length,
            "community": self.community,
            "compound": self.compound,
            "building": self.building,
            "firm": self.firm,
            "x": self.x,
            "y": self.y,
            "grids_per_community": self.grids,
        }
        return Problem(**(facts | changes))  # type: ignore[arg-type]


def build_city(units: int = 4850, communities: int = 34, seed: int = 1) -> City:
    """Build a city whose stairwells hold 12 to 27 households, about 315 a grid."""
    random = np.random.default_rng(seed)
    sizes = _parts(random, units, communities, low=20, high=330, spread=0.65)
    side = METRES_A_SIDE * np.sqrt(units)
    points: list[tuple[float, float]] = []
    rows: list[tuple[int, int, int]] = []
    compounds = buildings = 0
    for community, box in enumerate(_tile(random, sizes, (0.0, 0.0, side, side))):
        for many, inner in _compounds(random, int(sizes[community]), box):
            for stairs, strip in _buildings(random, many, inner):
                x0, y0, x1, y1 = strip
                for stair in range(stairs):
                    points.append((x0 + (x1 - x0) * (stair + 0.5) / stairs, (y0 + y1) / 2))
                    rows.append((community, compounds, buildings))
                buildings += 1
            compounds += 1
    place = np.array(points) + random.normal(0, 1.5, (len(points), 2))
    community_of, compound, building = np.array(rows).T
    households = random.integers(12, 28, len(points))
    edges, length = _neighbours(place)
    total = np.bincount(community_of, weights=households)
    return City(
        households=households,
        edges=edges,
        edge_length=length,
        community=community_of,
        compound=compound,
        building=building,
        firm=_firms(random, compound, place, max(1, round(52 * units / 4850))),
        x=place[:, 0],
        y=place[:, 1],
        grids=np.maximum(1, np.rint(total / 315)).astype(np.int64),
    )


def _parts(
    random: np.random.Generator, total: int, many: int, *, low: int, high: int, spread: float
) -> Ints:
    """Draw sizes between low and high that sum to the total."""
    drawn = np.exp(random.normal(0, spread, many))
    sizes = np.clip(np.rint(drawn / drawn.sum() * total), low, high).astype(np.int64)
    while (off := total - int(sizes.sum())) != 0:
        able = np.flatnonzero((sizes < high) if off > 0 else (sizes > low))
        sizes[random.choice(able)] += 1 if off > 0 else -1
    return np.asarray(sizes)


def _compounds(random: np.random.Generator, units: int, box: Box) -> list[tuple[int, Box]]:
    sizes: list[int] = []
    while (left := units - sum(sizes)) > 0:
        many = int(np.clip(np.rint(np.exp(random.normal(2.25, 0.75))), 2, 60))
        sizes.append(left if left < many + 2 else many)
    return list(zip(sizes, _tile(random, np.array(sizes), box), strict=True))


def _buildings(random: np.random.Generator, units: int, box: Box) -> list[tuple[int, Box]]:
    """Lay rows of buildings of two to five stairwells across a compound."""
    x0, y0, x1, y1 = box
    lanes = max(1, round(np.sqrt(units * (y1 - y0) / max(x1 - x0, 1.0))))
    found = []
    for lane, inside in enumerate(np.array_split(np.arange(units), min(lanes, units))):
        top = y0 + (y1 - y0) * lane / min(lanes, units)
        bottom = y0 + (y1 - y0) * (lane + 1) / min(lanes, units)
        done, many = 0, len(inside)
        while done < many:
            length = min(int(random.integers(2, 6)), many - done)
            left = x0 + (x1 - x0) * done / many
            right = x0 + (x1 - x0) * (done + length) / many
            found.append((length, (left, top, right, bottom)))
            done += length
    return found


def _tile(random: np.random.Generator, sizes: Ints, box: Box) -> list[Box]:
    """Cut a box into boxes with areas in the proportion of the sizes, keeping the order."""
    if len(sizes) == 1:
        return [box]
    x0, y0, x1, y1 = box
    half = int(np.clip(len(sizes) // 2 + random.integers(-1, 2), 1, len(sizes) - 1))
    share = sizes[:half].sum() / sizes.sum()
    if x1 - x0 > y1 - y0:
        middle = x0 + (x1 - x0) * share
        boxes = (x0, y0, middle, y1), (middle, y0, x1, y1)
    else:
        middle = y0 + (y1 - y0) * share
        boxes = (x0, y0, x1, middle), (x0, middle, x1, y1)
    return _tile(random, sizes[:half], boxes[0]) + _tile(random, sizes[half:], boxes[1])


def _neighbours(place: Floats) -> tuple[Ints, Floats]:
    """Pair the points whose Voronoi cells share two metres of border or more."""
    net = Delaunay(place)
    corners = place[net.simplices]
    centres = _circumcentres(corners)
    borders: dict[tuple[int, int], list[int]] = {}
    for triangle, (a, b, c) in enumerate(net.simplices.tolist()):
        for pair in ((a, b), (b, c), (a, c)):
            borders.setdefault((min(pair), max(pair)), []).append(triangle)
    edges, lengths = [], []
    for pair, sides in borders.items():
        gap = place[pair[0]] - place[pair[1]]
        if len(sides) == 2:
            length = float(np.hypot(*(centres[sides[0]] - centres[sides[1]])))
        else:
            length = 10.0
        if length >= 2.0 and float(np.hypot(*gap)) < 12 * METRES_A_SIDE:
            edges.append(pair)
            lengths.append(min(length, 200.0))
    return np.array(edges), np.array(lengths)


def _circumcentres(corners: Floats) -> Floats:
    a, b, c = corners[:, 0], corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    bb, cc = (b**2).sum(axis=1), (c**2).sum(axis=1)
    shift: Floats = np.column_stack(
        ((c[:, 1] * bb - b[:, 1] * cc) / twice, (b[:, 0] * cc - c[:, 0] * bb) / twice)
    )
    return np.asarray(a + shift)


def _firms(random: np.random.Generator, compound: Ints, place: Floats, many: int) -> Ints:
    """Give each compound to the nearest of the firms' offices."""
    many_compounds = int(compound.max()) + 1
    weight = np.bincount(compound)
    centre = np.column_stack([np.bincount(compound, place[:, i]) / weight for i in (0, 1)])
    offices = centre[random.choice(many_compounds, min(many, many_compounds), replace=False)]
    near = ((centre[:, None, :] - offices[None, :, :]) ** 2).sum(axis=2).argmin(axis=1)
    return np.asarray(near[compound])
