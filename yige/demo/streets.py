"""Streets and country roads as one table, the larger ones with names."""

import numpy as np
import shapely

from yige.demo.ground import Floats, Ints
from yige.demo.quarters import Quarters
from yige.demo.roads import Roads
from yige.demo.seeds import stream
from yige.demo.tables import Streets
from yige.demo.words import STREET, Namer

KINDS = ("primary", "secondary", "tertiary", "residential")
COUNTRY = {"motorway": "高速", "primary": "线", "secondary": "线"}


def name_streets(seed: int, quarters: Quarters, roads: Roads) -> Streets:
    """Name streets 路 when they run north and south and 街 otherwise; lanes have no name."""
    names = Namer(stream(seed, "streets"), STREET)
    name: list[str] = []
    kind: list[str] = []
    for rank, north_south, _ in quarters.streets:
        kind.append(KINDS[rank])
        name.append(names.next("路" if north_south else "街") if rank < 3 else "")
    routes = {
        (road, route): names.next(COUNTRY[road])
        for road, route in sorted(set(zip(roads.kind, roads.route, strict=True)))
        if road in COUNTRY
    }
    for road, route in zip(roads.kind, roads.route, strict=True):
        kind.append(road)
        name.append(routes.get((road, route), ""))
    lines = [line for *_, line in quarters.streets] + roads.line
    return Streets(name, kind, np.array(lines, dtype=object))


def nearest_named(streets: Streets, points: Floats) -> Ints:
    """Return the row of the named street nearest to each point."""
    named = np.array([i for i, name in enumerate(streets.name) if name])
    tree = shapely.STRtree(streets.line[named])
    nearest: Ints = named[tree.nearest(shapely.points(points))]
    return nearest
