"""A plan as a drawing for paper: outlines of units, tinted by grid, one number on each grid."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from yige.base.access import within
from yige.kernel.places import Plane
from yige.territory.drawing import shapes_of
from yige.territory.models import Plan

WIDTH: Final = 1000.0
TINTS: Final = 7
"""How many tints the style sheet has; grids next to each other have near numbers."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape with its tint."""

    path: str
    tint: int


@dataclass(frozen=True, slots=True)
class Number:
    """The number of a grid and where it stands."""

    text: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """The drawing: its size, its shapes (one a grid), and its numbers."""

    width: float
    height: float
    shapes: tuple[Drawn, ...]
    numbers: tuple[Number, ...]


def sheet_of(plan: Plan, *, community: str = "") -> Sheet | None:
    """Draw a plan, or one community of it; None where no unit has a place."""
    there = plan.units.order_by("label", "unit__code")
    if community:
        there = there.filter(within(community, field="unit__community_code"))
    rows = [
        (label, outline, lon, lat)
        for label, outline, lon, lat in there.values_list(
            "label", "unit__outline", "unit__lon", "unit__lat"
        )
        if outline or lon is not None
    ]
    if not rows:
        return None
    shapes = shapes_of([(outline, lon, lat) for _, outline, lon, lat in rows])
    west, south, east, north = shapely.total_bounds(shapes)
    plane = Plane.around(np.array([west, east]), np.array([south, north]))
    corners = plane.metres(np.array([west, east]), np.array([south, north]))
    (left, right), (low, high) = (np.asarray(side, dtype=float).tolist() for side in corners)
    scale = WIDTH / max(right - left, high - low, 1e-9)

    def placed(xy: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> object:
        x, y = plane.metres(xy[:, 0], xy[:, 1])
        return np.column_stack(((x - left) * scale, (high - y) * scale))

    flat = shapely.transform(shapes, placed)
    labels = np.array([label for label, *_ in rows])
    return Sheet(
        width=round((right - left) * scale, 1),
        height=round((high - low) * scale, 1),
        shapes=tuple(
            Drawn("".join(_path(shape) for shape in flat[labels == label]), int(label) % TINTS)
            for label in np.unique(labels).tolist()
        ),
        numbers=tuple(_number(label, flat[labels == label]) for label in np.unique(labels)),
    )


def _path(shape: shapely.Geometry) -> str:
    """Write a shape's rings as SVG."""
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ring.coords) + "Z"
        for part in shapely.get_parts(shape)
        if part.geom_type == "Polygon"
        for ring in (part.exterior, *part.interiors)
    )


def _number(label: int, shapes: "np.ndarray[tuple[int], np.dtype[np.object_]]") -> Number:
    """Put a grid's number on the unit nearest to the middle of its units."""
    middles = shapely.get_coordinates(shapely.centroid(shapes))
    nearest = int(np.argmin(((middles - middles.mean(axis=0)) ** 2).sum(axis=1)))
    x, y = middles[nearest].tolist()
    return Number(str(label), round(x, 1), round(y, 1))
