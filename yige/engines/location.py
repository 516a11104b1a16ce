"""Find the polygon that each point lies in.

A raster over the polygons knows most answers: a cell that no edge crosses belongs to one polygon
or to none. Only where an edge crosses the cell is the point tested against the few candidates.
Rings are taken by the even-odd rule, so holes and several parts need no care. Where polygons
overlap, the one that comes first holds the point.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NOWHERE = -1
_FEWEST_CELLS, _MOST_CELLS, _CELLS_A_POLYGON = 1 << 14, 1 << 22, 128
_AT_ONCE = 1 << 15
_SLACK = 1e-6


@dataclass(frozen=True, eq=False)
class Edges:
    """The sides of all polygons, those of one polygon together and in the polygons' order."""

    x0: Floats
    y0: Floats
    x1: Floats
    y1: Floats
    owner: Ints
    polygons: int

    def __len__(self) -> int:
        return len(self.owner)


@dataclass(frozen=True, eq=False)
class Raster:
    """What each cell knows: a polygon, nothing, or (as -2 - k) that list k has to be tested."""

    west: float
    south: float
    width: float
    height: float
    columns: int
    rows: int
    cells: NDArray[np.int32]
    list_start: Ints
    listed: NDArray[np.int32]
    edges: Edges
    edge_start: Ints
    slope: Floats

    @classmethod
    def over(cls, edges: Edges, *, cells_a_polygon: int = _CELLS_A_POLYGON) -> Self:
        """Lay a raster over the polygons, fine enough for their number."""
        west, south, width, height, columns, rows = _frame(edges, cells_a_polygon)
        u0, v0 = (edges.x0 - west) / width, (edges.y0 - south) / height
        u1, v1 = (edges.x1 - west) / width, (edges.y1 - south) / height
        crossed = _crossed_cells(u0, v0, u1, v1, edges, columns, rows)
        filled = _filled_cells(u0, v0, u1, v1, edges, columns, rows)
        cells, starts, listed = _settle(crossed, filled, edges.polygons, columns * rows)
        counts = np.bincount(edges.owner, minlength=edges.polygons)
        rise = edges.y1 - edges.y0
        run = edges.x1 - edges.x0
        return cls(
            west=west,
            south=south,
            width=width,
            height=height,
            columns=columns,
            rows=rows,
            cells=cells,
            list_start=starts,
            listed=listed,
            edges=edges,
            edge_start=np.concatenate(([0], np.cumsum(counts))),
            slope=np.divide(run, rise, out=np.zeros_like(run), where=rise != 0),
        )

    def find(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.int32]:
        """Give each point's polygon, or NOWHERE."""
        x, y = np.asarray(x, float), np.asarray(y, float)
        found = self._looked_up(x, y)
        open_points = np.flatnonzero(found < NOWHERE)
        for start in range(0, len(open_points), _AT_ONCE):
            some = open_points[start : start + _AT_ONCE]
            found[some] = self._tested(x[some], y[some], -2 - found[some].astype(np.int64))
        return found

    def _looked_up(self, x: Floats, y: Floats) -> NDArray[np.int32]:
        with np.errstate(invalid="ignore"):
            column = np.floor((x - self.west) / self.width)
            row = np.floor((y - self.south) / self.height)
            inside = (column >= 0) & (column < self.columns) & (row >= 0) & (row < self.rows)
        if inside.all():
            place = row.astype(np.int32) * self.columns + column.astype(np.int32)
            known: NDArray[np.int32] = self.cells[place]
            return known
        found = np.full(x.shape, NOWHERE, dtype=np.int32)
        place = row[inside].astype(np.int32) * self.columns + column[inside].astype(np.int32)
        found[inside] = self.cells[place]
        return found

    def _tested(self, x: Floats, y: Floats, lists: Ints) -> NDArray[np.int32]:
        first, number = self.list_start[lists], self.list_start[lists + 1] - self.list_start[lists]
        point, place = _spread(first, number)
        polygon = self.listed[place]
        holds = self._holds(x[point], y[point], polygon.astype(np.int64))
        found = np.full(x.shape, NOWHERE, dtype=np.int32)
        found[point[holds][::-1]] = polygon[holds][::-1]
        return found

    def _holds(self, x: Floats, y: Floats, polygon: Ints) -> NDArray[np.bool_]:
        first = self.edge_start[polygon]
        number = self.edge_start[polygon + 1] - first
        test, edge = _spread(first, number)
        y_there, y0 = y[test], self.edges.y0[edge]
        spans = (y0 > y_there) != (self.edges.y1[edge] > y_there)
        test, edge = test[spans], edge[spans]
        crossing = self.edges.x0[edge] + self.slope[edge] * (y_there - y0)[spans]
        odd: NDArray[np.bool_] = np.bincount(test[x[test] < crossing], minlength=len(x)) % 2 == 1
        return odd


def _frame(edges: Edges, cells_a_polygon: int) -> tuple[float, float, float, float, int, int]:
    if not len(edges):
        return 0.0, 0.0, 1.0, 1.0, 1, 1
    west, east = min(edges.x0.min(), edges.x1.min()), max(edges.x0.max(), edges.x1.max())
    south, north = min(edges.y0.min(), edges.y1.min()), max(edges.y0.max(), edges.y1.max())
    wide, high = max(east - west, 1e-9), max(north - south, 1e-9)
    cells = int(np.clip(cells_a_polygon * edges.polygons, _FEWEST_CELLS, _MOST_CELLS))
    columns = int(np.clip(round((cells * wide / high) ** 0.5), 1, cells))
    rows = max(1, cells // columns)
    slack = 1.0 + 1e-9
    return float(west), float(south), wide / columns * slack, high / rows * slack, columns, rows


def _crossed_cells(
    u0: Floats, v0: Floats, u1: Floats, v1: Floats, edges: Edges, columns: int, rows: int
) -> Ints:
    """Give cell * polygons + polygon for each cell that an edge of the polygon touches."""
    turned = u0 > u1
    u0, u1 = np.where(turned, u1, u0), np.where(turned, u0, u1)
    v0, v1 = np.where(turned, v1, v0), np.where(turned, v0, v1)
    first = _cell(u0 - _SLACK, columns)
    edge, column = _spread(first, _cell(u1 + _SLACK, columns) - first + 1)
    low, high = np.maximum(u0[edge], column), np.minimum(u1[edge], column + 1.0)
    run = u1 - u0
    rate = np.divide(v1 - v0, run, out=np.zeros_like(run), where=run > _SLACK)[edge]
    steep = (run <= _SLACK)[edge]
    at_low = np.where(steep, v0[edge], v0[edge] + rate * (low - u0[edge]))
    at_high = np.where(steep, v1[edge], v0[edge] + rate * (high - u0[edge]))
    bottom = _cell(np.minimum(at_low, at_high) - _SLACK, rows)
    top = _cell(np.maximum(at_low, at_high) + _SLACK, rows)
    place, row = _spread(bottom, top - bottom + 1)
    return _once((row * columns + column[place]) * edges.polygons + edges.owner[edge[place]])


def _filled_cells(
    u0: Floats, v0: Floats, u1: Floats, v1: Floats, edges: Edges, columns: int, rows: int
) -> Ints:
    """Give cell * polygons + polygon for each cell whose middle lies in the polygon."""
    low, high = np.minimum(v0, v1), np.maximum(v0, v1)
    first = np.ceil(low - 0.5).astype(np.int64)
    edge, row = _spread(first, np.ceil(high - 0.5).astype(np.int64) - first)
    share = (row + 0.5 - v0[edge]) / (v1 - v0)[edge]
    at = u0[edge] + share * (u1 - u0)[edge]
    line = edges.owner[edge] * rows + row
    order = np.lexsort((at, line))
    at, line = at[order], line[order]
    left = np.ceil(at[0::2] - 0.5).astype(np.int64)
    right = np.ceil(at[1::2] - 0.5).astype(np.int64)
    span, column = _spread(left, right - left)
    owner, row = np.divmod(line[0::2][span], rows)
    return _once((row * columns + column) * edges.polygons + owner)


def _settle(
    crossed: Ints, filled: Ints, polygons: int, cells: int
) -> tuple[NDArray[np.int32], Ints, NDArray[np.int32]]:
    every = _once(np.concatenate((crossed, filled)))
    whole = np.ones(len(every), dtype=bool)
    whole[np.searchsorted(every, crossed)] = False
    cell, owner = np.divmod(every, max(polygons, 1))
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    places, number = cell[first], np.diff(first, append=len(cell))
    known = (number == 1) & whole[first]
    raster = np.full(cells, NOWHERE, dtype=np.int32)
    raster[places[known]] = owner[first[known]]
    unsure = ~known
    raster[places[unsure]] = -2 - np.arange(unsure.sum(), dtype=np.int32)
    _, place = _spread(first[unsure], number[unsure])
    starts = np.concatenate(([0], np.cumsum(number[unsure])))
    return raster, starts, owner[place].astype(np.int32)


def _cell(value: Floats, cells: int) -> Ints:
    return np.clip(np.floor(value).astype(np.int64), 0, cells - 1)


def _once(keys: Ints) -> Ints:
    """Sort and drop repeats (numpy's own way hashes, which is far slower here)."""
    keys = np.sort(keys)
    return keys[np.diff(keys, prepend=-1) > 0]


def _spread(first: Ints, number: Ints) -> tuple[Ints, Ints]:
    """Write out the ranges first .. first + number: (which range, the number in it)."""
    number = np.maximum(number, 0)
    which = np.repeat(np.arange(len(first)), number)
    before = np.cumsum(number) - number
    return which, np.arange(len(which)) - before[which] + first[which]
