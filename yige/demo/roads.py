"""Country roads: between neighbouring villages, better ones between town seats, one motorway."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy import sparse
from scipy.sparse import csgraph
from scipy.spatial import Delaunay

from yige.demo.countryside import Countryside
from yige.demo.ground import Floats, Ints, shapes_to_degrees
from yige.demo.seeds import stream
from yige.demo.terrain import Terrain, roughen, smooth

MOTORWAY = (
    (-46_000, -23_500),
    (-34_000, -18_000),
    (-20_000, -11_400),
    (-8_000, -7_600),
    (2_500, -6_900),
    (7_800, -1_800),
    (9_600, 6_500),
    (14_500, 15_800),
    (22_500, 25_500),
    (34_000, 37_000),
    (46_000, 45_000),
)


@dataclass(frozen=True)
class Roads:
    kind: list[str]  # motorway, primary, secondary, village
    route: list[int]  # roads of one route share a name; -1 for village roads
    line: list[Any]


def build_roads(
    seed: int, terrain: Terrain, core: Any, country: Countryside, gates: Floats
) -> Roads:
    """Join villages, seats and the gates of the built-up centres (metres) by roads (degrees)."""
    rng = stream(seed, "roads")
    villages = country.seeds
    nodes = np.vstack([villages, gates])
    edges = _edges(nodes, len(villages), terrain, core)
    rank, route = _routes(
        nodes, edges, np.flatnonzero(country.is_seat), np.arange(len(villages), len(nodes))
    )
    lines = [shapely.linestrings(smooth(roughen(rng, nodes[edge], 0.07, 2))) for edge in edges]
    motorway = np.array(MOTORWAY, dtype=float)
    for _ in range(4):
        motorway = smooth(motorway)
    kinds = [("primary", "secondary", "village")[r] for r in rank]
    everything = shapes_to_degrees([*lines, shapely.linestrings(motorway)])
    return Roads([*kinds, "motorway"], [*map(int, route), len(nodes)], list(everything))


def _edges(nodes: Floats, villages: int, terrain: Terrain, core: Any) -> Ints:
    """Return the pairs of neighbours with no place between them and dry ground all the way."""
    triangles = Delaunay(nodes).simplices
    pairs = np.sort(
        np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]]), axis=1
    )
    pairs = np.unique(pairs, axis=0)
    pairs = pairs[pairs[:, 0] < villages]
    lines = shapely.linestrings(nodes[pairs])
    blocked = shapely.union_all([core.buffer(-40), terrain.sea.buffer(150), *terrain.water[-3:]])
    pairs = pairs[~shapely.intersects(lines, blocked)]
    away = np.hypot(*(nodes[:, None] - nodes[None]).transpose(2, 0, 1))
    length = away[pairs[:, 0], pairs[:, 1]]
    third = np.maximum(away[pairs[:, 0]], away[pairs[:, 1]])
    between = (third < length[:, None] * 0.97).any(axis=1)
    kept: Ints = pairs[~between]
    return kept


def _routes(nodes: Floats, edges: Ints, seats: Ints, gates: Ints) -> tuple[Ints, Ints]:
    """Raise the shortest ways: from a gate to a near seat (0), between near seats (1); rest 2.

    Return the rank of each edge and the place its route starts from.
    """
    length = np.hypot(*(nodes[edges[:, 0]] - nodes[edges[:, 1]]).T)
    graph = sparse.csr_array((length, edges.T), shape=(len(nodes), len(nodes)))
    hubs = np.concatenate([seats, gates])
    reach, before = csgraph.dijkstra(graph, directed=False, indices=hubs, return_predecessors=True)
    rank, route = np.full(len(edges), 2), np.full(len(edges), -1)
    number = {(int(a), int(b)): i for i, (a, b) in enumerate(edges)}
    for i, hub in enumerate(hubs):
        for j in np.argsort(reach[i][seats])[:4]:
            if not np.isfinite(reach[i][seats[j]]):
                continue
            step = int(seats[j])
            while step != hub:
                prior = int(before[i][step])
                edge = number[min(prior, step), max(prior, step)]
                raised = 0 if i >= len(seats) else 1
                if raised < rank[edge]:
                    rank[edge], route[edge] = raised, hub
                step = prior
    return rank, route
