"""Locate points in the polygons of a city of the bulletin's size, against shapely's own tree."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.figures import Figure
from yige.engines.location import Raster

UNITS, POINTS, ROUNDS = 4_850, 1_000_000, 3


def run() -> list[Figure]:
    """Measure a million points in 4,850 polygons, and the two interleaved."""
    from django import setup

    setup()
    from yige.territory.atlas import edges_of

    shapes, x, y = _city()
    began = time.perf_counter()
    raster = Raster.over(edges_of(shapes))
    build = time.perf_counter() - began
    tree, points = shapely.STRtree(shapes), shapely.points(x, y)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: raster.find(x, y)))
        theirs.append(_timed(lambda: tree.query(points, predicate="within")))
    rate, reference = POINTS / median(ours), POINTS / median(theirs)
    return [
        Figure(
            "points located in 4,850 units, one core",
            f"{rate / 1e6:.1f} M/s",
            f"STRtree.query {reference / 1e6:.2f} M/s",
            rate / reference,
            "1 M/s",
        ),
        Figure(
            "raster over 4,850 units made",
            f"{build * 1000:.0f} ms",
            "a million look-ups in it",
            build / median(ours),
        ),
    ]


def _city() -> tuple[NDArray[np.object_], NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(1)
    whole = shapely.box(0, 0, 8_000, 8_000)
    seeds = shapely.multipoints(rng.random((UNITS, 2)) * 8_000)
    cells = shapely.get_parts(shapely.voronoi_polygons(seeds, extend_to=whole))
    x, y = rng.random((2, POINTS)) * 8_000
    return shapely.intersection(cells, whole), x, y


def _timed(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
