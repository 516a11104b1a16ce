"""The houses of villages, drawn on the map and never counted."""

from dataclasses import dataclass

import numpy as np
import shapely

from yige.demo.ground import Floats, Ints, Shapes, shapes_to_degrees
from yige.demo.seeds import stream

PLOT = (22.0, 27.0)  # metres a house takes with its yard and its share of the lane


@dataclass(frozen=True)
class Hamlets:
    houses: Shapes  # degrees
    village: Ints  # of each house
    built: Shapes  # (villages,) degrees


def build_hamlets(seed: int, seats: Floats, households: Ints) -> Hamlets:
    """Set the houses of each village in rows around its seat (metres), turned a little."""
    rng = stream(seed, "hamlets")
    turn = rng.normal(0.0, 0.16, len(seats))
    columns = np.maximum(3, np.round(np.sqrt(households * rng.uniform(1.2, 2.4, len(seats)))))
    village = np.repeat(np.arange(len(seats)), households)
    number = np.arange(len(village)) - np.repeat(np.cumsum(households) - households, households)
    row, column = np.divmod(number, columns[village].astype(int))
    rows = np.ceil(households / columns)
    lane = row // 4 * 6.0
    middle = np.column_stack([(columns - 1) / 2 * PLOT[0], (rows - 1) / 2 * PLOT[1]])
    flat = np.column_stack([column * PLOT[0], row * PLOT[1] + lane]) - middle[village]
    flat += rng.normal(0, 1.2, flat.shape)
    size = rng.uniform((12, 8), (17, 12), flat.shape)
    kept = rng.random(len(flat)) > 0.06
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)])
    around = flat[:, None] + corners * size[:, None]
    houses = shapely.polygons(_turned(around, turn[village]) + seats[village][:, None])[kept]
    hulls = shapely.convex_hull(shapely.multipolygons(houses, indices=village[kept]))
    built = shapely.buffer(hulls, 22, quad_segs=2)
    return Hamlets(shapes_to_degrees(houses), village[kept], shapes_to_degrees(built))


def _turned(points: Floats, angle: Floats) -> Floats:
    cos, sin = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y = points[..., 0], points[..., 1]
    return np.stack([x * cos - y * sin, x * sin + y * cos], axis=-1)
