"""Rectangles on a whole-metre lattice, and the curved ground they are laid on.

The built-up city is one tiling of rectangles. Each polygon also carries the corners of its
neighbours that lie on its sides, so that after bending the tiling still has no gap and no overlap.
"""

from dataclasses import dataclass

import numpy as np
import shapely

from yige.demo.ground import Floats, Ints, Shapes

WIDE = 1 << 20  # more than any coordinate of the lattice


@dataclass(frozen=True)
class Bend:
    """How a flat street plan lies on the ground: gently curved, turned, and moved to its place."""

    centre: tuple[float, float]
    turn: float
    sway: float
    period: float
    phase: tuple[float, float]

    def lay(self, flat: Floats) -> Floats:
        """Return metres around the seat for points of the flat plan (centred on its middle)."""
        wave = 2 * np.pi / self.period
        u = flat[:, 0] + self.sway * np.sin(flat[:, 1] * wave + self.phase[0])
        v = flat[:, 1] + self.sway * np.sin(flat[:, 0] * wave + self.phase[1])
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        return np.column_stack([u * cos - v * sin, u * sin + v * cos]) + self.centre


def tiles(rects: Ints, bend: Bend, origin: tuple[float, float]) -> Shapes:
    """Return bent polygons in metres for rectangles (x0, y0, x1, y1) that tile a plane."""
    points, owner = _rings(rects)
    laid = bend.lay(points - np.asarray(origin))
    rings = shapely.linearrings(laid, indices=owner)
    polygons: Shapes = shapely.polygons(rings)
    return polygons


def outlines(rects: Floats, bend: Bend, origin: tuple[float, float]) -> Shapes:
    """Return plain four-cornered bent polygons in metres, such as footprints of buildings."""
    x0, y0, x1, y1 = rects.T
    corners = np.stack([x0, y0, x1, y0, x1, y1, x0, y1], axis=1).reshape(-1, 2)
    laid = bend.lay(corners - np.asarray(origin)).reshape(-1, 4, 2)
    polygons: Shapes = shapely.polygons(laid)
    return polygons


def _rings(rects: Ints) -> tuple[Floats, Ints]:
    """Walk each rectangle counter-clockwise through every corner that lies on its sides."""
    x0, y0, x1, y1 = rects.T
    corners = np.unique(np.concatenate([rects[:, [a, b]] for a in (0, 2) for b in (1, 3)]), axis=0)
    by_row = np.sort(corners[:, 1] * WIDE + corners[:, 0])
    by_column = np.sort(corners[:, 0] * WIDE + corners[:, 1])
    south = _side(by_row, y0, x0, x1)
    east = _side(by_column, x1, y0, y1)
    north = _side(by_row, y1, x0, x1)
    west = _side(by_column, x0, y0, y1)
    counts = np.column_stack(
        [south[1] - south[0], east[1] - east[0], north[1] - north[0], west[1] - west[0]]
    ).ravel()
    starts = np.column_stack([south[0], east[0], north[1], west[1]]).ravel()
    step = np.tile([1, 1, -1, -1], len(rects))
    side = np.repeat(np.arange(len(counts)), counts)
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    keys_at = starts[side] + step[side] * within
    lies_in_row = (side % 4) % 2 == 0
    key = np.where(lies_in_row, by_row[keys_at], by_column[keys_at])
    major, minor = key // WIDE, key % WIDE
    points = np.column_stack(
        [np.where(lies_in_row, minor, major), np.where(lies_in_row, major, minor)]
    )
    return points.astype(np.float64), side // 4


def _side(keys: Ints, line: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Return the positions in `keys` of a side's first and last corner."""
    return (np.searchsorted(keys, line * WIDE + start), np.searchsorted(keys, line * WIDE + end))
