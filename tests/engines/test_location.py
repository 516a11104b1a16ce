from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from yige.engines.location import NOWHERE, Edges, Raster

WHOLE = shapely.box(0, 0, 1000, 600)


def test_every_point_of_a_tiled_town_is_found_where_geometry_says() -> None:
    rng = np.random.default_rng(7)
    seeds = shapely.multipoints(rng.random((300, 2)) * [1000, 600])
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=WHOLE))
    towns = shapely.intersection(cells, WHOLE)
    points = rng.random((20_000, 2)) * [1200, 800] - 100

    found = Raster.over(edges_of(towns)).find(points[:, 0], points[:, 1])

    assert found.tolist() == by_geometry(towns, points).tolist()
    assert (found == NOWHERE).any()


@pytest.mark.parametrize("cells", [1, 16, 4096])
def test_courts_and_scattered_parts_are_respected_at_any_fineness(cells: int) -> None:
    ring = WHOLE.difference(shapely.box(200, 100, 800, 500))
    islands = shapely.union(shapely.box(300, 200, 350, 250), shapely.box(600, 300, 601, 301))
    shapes = np.array([ring, islands], dtype=object)
    points = np.random.default_rng(3).random((20_000, 2)) * [1000, 600]

    found = Raster.over(edges_of(shapes), cells_a_polygon=cells).find(points[:, 0], points[:, 1])

    assert found.tolist() == by_geometry(shapes, points).tolist()


def test_where_two_overlap_the_first_holds_the_point() -> None:
    shapes = np.array([shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10)], dtype=object)

    found = Raster.over(edges_of(shapes)).find([1.0, 7.0, 12.0], [5.0, 5.0, 5.0])

    assert found.tolist() == [0, 0, 1]


def test_a_point_on_a_common_border_belongs_to_one_side() -> None:
    shapes = np.array([shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)], dtype=object)

    found = Raster.over(edges_of(shapes)).find([10.0] * 3, [0.0, 5.0, 9.0])

    assert set(found.tolist()) == {1}


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e300])
def test_what_is_no_place_is_nowhere(value: float) -> None:
    shapes = np.array([shapely.box(0, 0, 10, 10)], dtype=object)

    found = Raster.over(edges_of(shapes)).find([value, 5.0], [5.0, value])

    assert found.tolist() == [NOWHERE, NOWHERE]


def test_a_town_without_polygons_holds_nothing() -> None:
    none = np.zeros(0)

    found = Raster.over(Edges(none, none, none, none, none.astype(int), 0)).find([1.0], [1.0])

    assert found.tolist() == [NOWHERE]


def edges_of(shapes: NDArray[np.object_]) -> Edges:
    """Take shapes apart ring by ring, in the plainest way."""
    sides: list[tuple[Any, ...]] = []
    for owner, shape in enumerate(shapes):
        for part in shapely.get_parts(shape):
            for ring in [part.exterior, *part.interiors]:
                corners = list(ring.coords)
                pairs = pairwise(corners)
                sides += [(*a, *b, owner) for a, b in pairs]
    x0, y0, x1, y1, owners = np.array(sides).T
    return Edges(x0, y0, x1, y1, owners.astype(np.int64), len(shapes))


def by_geometry(shapes: NDArray[np.object_], points: NDArray[np.float64]) -> NDArray[np.int64]:
    found = np.full(len(points), NOWHERE, dtype=np.int64)
    point, shape = shapely.STRtree(shapes).query(shapely.points(points), predicate="intersects")
    found[point[::-1]] = shape[::-1]
    return found
