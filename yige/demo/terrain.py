"""The invented ground: a coast to the north-west, hills to the south-east, rivers between."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from yige.demo.ground import Floats, Shapes
from yige.demo.seeds import stream

# Metres east and north of the seat. The coast runs from the far south-west to the north-east.
COAST = (
    (-52_000, -19_000),
    (-39_000, -15_500),
    (-31_500, -13_800),
    (-27_000, -9_500),
    (-23_500, -8_200),
    (-20_000, -3_600),
    (-15_500, -1_900),
    (-12_500, 2_400),
    (-13_600, 5_800),
    (-10_400, 9_300),
    (-11_800, 13_600),
    (-9_200, 17_300),
    (-3_800, 18_200),
    (-1_900, 21_600),
    (1_600, 22_300),
    (4_400, 19_900),
    (8_600, 22_800),
    (13_800, 27_600),
    (19_500, 30_400),
    (27_500, 35_800),
    (38_000, 44_000),
    (52_000, 52_000),
)
INLAND = (
    (19_500, 33_000),
    (21_500, 24_500),
    (27_000, 20_800),
    (29_500, 14_000),
    (26_400, 8_600),
    (30_500, 2_500),
    (28_000, -4_800),
    (31_000, -11_500),
    (25_500, -18_200),
    (18_500, -20_000),
    (12_400, -18_200),
    (5_800, -21_000),
    (-2_500, -19_600),
    (-9_500, -21_800),
    (-17_000, -19_500),
    (-23_800, -20_400),
    (-30_500, -17_800),
    (-33_000, -13_000),
)
RIVERS = (
    (
        "澜清河",
        34.0,
        (
            (19_000, -13_000),
            (13_500, -9_200),
            (8_200, -5_600),
            (4_600, -3_300),
            (2_600, -2_500),
            (600, -2_250),
            (-1_300, -2_350),
            (-3_300, -1_900),
            (-5_800, -1_200),
            (-9_000, 1_600),
            (-13_500, 4_300),
        ),
    ),
    (
        "白榆河",
        26.0,
        (
            (24_500, 5_800),
            (17_600, 6_900),
            (12_500, 9_800),
            (8_600, 13_900),
            (6_200, 18_000),
            (4_400, 21_500),
        ),
    ),
    (
        "双汀河",
        30.0,
        (
            (-3_500, -18_500),
            (-8_200, -14_800),
            (-13_500, -12_600),
            (-17_200, -8_800),
            (-21_500, -6_800),
        ),
    ),
)
RESERVOIRS = (
    ("鹿鸣水库", (14_200, -9_800), 900.0),
    ("青屿水库", (20_800, 6_200), 650.0),
    ("栖云湖", (-7_400, -15_200), 520.0),
)
FRAME = (-46_000, -34_000, 46_000, 46_000)


@dataclass(frozen=True)
class Terrain:
    """Shapes in metres. `land` is all dry ground in the frame, `city` the part that is ours."""

    sea: Any
    land: Any
    city: Any
    rivers: tuple[str, ...]
    river_lines: Shapes
    water: Shapes
    water_names: tuple[str, ...]
    hills: Shapes
    hill_names: tuple[str, ...]


def shape_terrain(seed: int) -> Terrain:
    """Draw coast, border, rivers and hills."""
    rng = stream(seed, "terrain")
    coast = roughen(rng, np.array(COAST, dtype=float), 0.16, 6)
    west, south, east, north = FRAME
    frame = shapely.box(west, south, east, north)
    corner = np.array([(coast[-1][0], 90_000), (-90_000, 90_000), (-90_000, coast[0][1])])
    sea = shapely.make_valid(shapely.polygons(np.vstack([coast, corner]))).intersection(frame)
    land = frame.difference(sea)
    border = roughen(rng, np.array(INLAND, dtype=float), 0.22, 4)
    seaward = np.array([(-33_000, 40_000), (19_500, 40_000)])
    inside = shapely.make_valid(shapely.polygons(np.vstack([border, seaward])))
    city = _largest(land.intersection(inside))
    lines = np.array([_river(rng, points) for _, _, points in RIVERS], dtype=object)
    widths = [width for _, width, _ in RIVERS]
    lakes = [_blob(rng, middle, radius, 0.28) for _, middle, radius in RESERVOIRS]
    rivers = [line.buffer(width, quad_segs=2) for line, width in zip(lines, widths, strict=True)]
    hills, hill_names = _hills(rng)
    return Terrain(
        sea,
        land,
        city,
        rivers=tuple(name for name, _, _ in RIVERS),
        river_lines=lines,
        water=np.array([shape.intersection(land) for shape in (*rivers, *lakes)], dtype=object),
        water_names=tuple(name for name, *_ in (*RIVERS, *RESERVOIRS)),
        hills=hills,
        hill_names=hill_names,
    )


def roughen(rng: np.random.Generator, line: Floats, roughness: float, rounds: int) -> Floats:
    """Break every segment in its middle again and again, as a coast is broken."""
    for _ in range(rounds):
        start, end = line[:-1], line[1:]
        along = end - start
        across = np.column_stack([-along[:, 1], along[:, 0]])
        push = rng.uniform(-roughness, roughness, (len(along), 1))
        middle = (start + end) / 2 + across * push
        joined = np.empty((len(line) + len(middle), 2))
        joined[0::2], joined[1::2] = line, middle
        line = joined
    return line


def _river(rng: np.random.Generator, points: tuple[tuple[int, int], ...]) -> Any:
    bends = roughen(rng, np.array(points, dtype=float), 0.14, 3)
    return shapely.linestrings(smooth(smooth(bends)))


def smooth(line: Floats) -> Floats:
    """Cut the corners of a line (Chaikin)."""
    start, end = line[:-1], line[1:]
    cut = np.empty((2 * len(start), 2))
    cut[0::2], cut[1::2] = start * 0.75 + end * 0.25, start * 0.25 + end * 0.75
    return np.vstack([line[:1], cut, line[-1:]])


def _blob(
    rng: np.random.Generator, middle: tuple[float, float], radius: float, wobble: float
) -> Any:
    angle = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    reach = np.ones_like(angle)
    for wave in (2, 3, 4, 5, 7):
        reach += (
            wobble / wave**0.7 * rng.normal() * np.cos(wave * angle + rng.uniform(0, 6.3)) * 0.7
        )
    reach = np.maximum(reach, 0.35) * radius
    return shapely.polygons(
        np.column_stack([np.cos(angle) * reach, np.sin(angle) * reach]) + middle
    )


HILLS = (
    ("大泽屏山", (21_500, -13_500), 4_300),
    ("云岫岭", (25_000, -4_500), 3_000),
    ("鹤栖山", (10_500, -15_500), 3_100),
    ("松涛岭", (23_500, 9_500), 2_600),
    ("望海岗", (11_500, 22_800), 1_500),
    ("榆岭", (2_200, -11_600), 2_000),
    ("青栎山", (15_800, -3_600), 1_700),
    ("石笋岗", (-13_500, -17_200), 1_500),
)


def _hills(rng: np.random.Generator) -> tuple[Shapes, tuple[str, ...]]:
    """Wooded hills, larger to the south-east, each with a few foothills."""
    shapes = []
    for _, (x, y), radius in HILLS:
        parts = [_blob(rng, (x, y), radius, 0.42)]
        for _ in range(5):
            away, angle = rng.uniform(0.8, 1.6) * radius, rng.uniform(0, 2 * np.pi)
            foot = (x + away * np.cos(angle), y + away * np.sin(angle))
            parts.append(_blob(rng, foot, radius * rng.uniform(0.16, 0.38), 0.4))
        shapes.append(shapely.union_all(parts))
    return np.array(shapes, dtype=object), tuple(name for name, _, _ in HILLS)


def _largest(shape: Any) -> Any:
    return max(shapely.get_parts(shape), key=shapely.area)
