"""What surrounds the homes on the map and is not counted: outskirts, fields, river banks."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from yige.demo.ground import Floats, Shapes, shapes_to_degrees
from yige.demo.lattice import outlines
from yige.demo.lots import buildings_on
from yige.demo.seeds import stream
from yige.demo.terrain import Terrain
from yige.demo.urban import Plan

OUTSKIRTS = ("works", "works", "shops", "green", "offices", "orchard", "market", "works")
FIELDS = ("farm", "farm", "farm", "farm", "orchard", "greenhouse", "fallow", "fallow")
FIELD = 720.0  # metres between the middles of two fields
BANK, BANK_REACH = 150.0, 3_600.0


@dataclass(frozen=True)
class Scenery:
    kind: list[str]
    outline: Shapes  # degrees
    buildings: Shapes  # degrees, one multipolygon each


def paint_scenery(seed: int, terrain: Terrain, plans: list[Plan], core: Any) -> Scenery:
    """Surround the centres with works and yards, and cover open country with fields."""
    rng = stream(seed, "scenery")
    water = shapely.union_all(terrain.water)
    banks = water.buffer(BANK, quad_segs=2)
    middle = max(shapely.get_parts(core), key=shapely.area).centroid
    kinds, built = ["park"], [shapely.MultiPolygon()]
    shapes = [banks.intersection(middle.buffer(BANK_REACH)).difference(water).difference(core)]
    free = terrain.city.difference(banks)
    shapely.prepare(free)
    for plan in plans:
        for kind, outline, buildings in _outskirts(rng, plan):
            if free.contains(outline) and not shapely.intersects(shapes, outline).any():
                kinds.append(kind)
                shapes.append(outline)
                built.append(buildings)
    for kind, outline in _fields(rng, terrain):
        kinds.append(kind)
        shapes.append(outline)
        built.append(shapely.MultiPolygon())
    return Scenery(kinds, shapes_to_degrees(shapes), shapes_to_degrees(built))


def _outskirts(rng: np.random.Generator, plan: Plan) -> list[tuple[str, Any, Any]]:
    """Lay yards of uneven depth along the four edges of a centre, one row or two."""
    found: list[tuple[str, Any, Any]] = []
    for rect in _yards(rng, plan):
        kind = OUTSKIRTS[int(rng.integers(len(OUTSKIRTS)))]
        bend, origin = plan.centre.bend, plan.origin
        built = outlines(buildings_on(kind, np.round(rect).astype(np.int64)), bend, origin)
        outline = outlines(rect[None], bend, origin)[0]
        found.append((kind, outline, shapely.multipolygons(built)))
    return found


def _yards(rng: np.random.Generator, plan: Plan) -> list[Floats]:
    width, depth = plan.size
    gap = 22.0
    yards: list[Floats] = []
    for side in range(4):
        length = width if side % 2 == 0 else depth
        along = -200.0 if side < 2 else 0.0
        while along < length:
            stretch, reach = rng.uniform(130, 330), rng.uniform(110, 330)
            rows = [(gap, reach)]
            if rng.random() < 0.45:
                rows.append((reach + gap, reach + rng.uniform(90, 260)))
            if rng.random() < 0.82:
                yards += [_yard(plan, side, along, along + stretch, *row) for row in rows]
            along += stretch + 20
    return yards


def _yard(plan: Plan, side: int, start: float, end: float, near: float, far: float) -> Floats:
    """Return the rectangle beyond a side (south, east, north, west) of the plan."""
    width, depth = plan.size
    return np.array(
        (
            (start, -far, end, -near),
            (width + near, start, width + far, end),
            (start, depth + near, end, depth + far),
            (-far, start, -near, end),
        )[side]
    )


def _fields(rng: np.random.Generator, terrain: Terrain) -> list[tuple[str, Any]]:
    """Cut the country into fields with narrow lanes between; some of it lies fallow.

    Whatever else is drawn lies on top of them.
    """
    west, south, east, north = terrain.city.bounds
    x, y = np.meshgrid(np.arange(west, east, FIELD), np.arange(south, north, FIELD * 0.8))
    points = np.column_stack([x.ravel(), y.ravel()]) + rng.uniform(-210, 210, (x.size, 2))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(points), ordered=True))
    kinds = [FIELDS[i] for i in rng.integers(0, len(FIELDS), len(cells))]
    cells = shapely.buffer(cells, -rng.uniform(8, 40, len(cells)), join_style="mitre")
    shapely.prepare(terrain.city)
    kept = shapely.contains(terrain.city, cells)
    for hill in terrain.hills:
        shapely.prepare(hill)
        kept &= ~shapely.contains(hill, cells)
    return [
        (kind, cell)
        for kind, cell, is_kept in zip(kinds, cells, kept, strict=True)
        if is_kept and kind != "fallow"
    ]
