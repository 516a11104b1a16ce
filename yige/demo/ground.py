"""Metres around the city's seat, and their longitude and latitude."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Shapes = npt.NDArray[Any]  # of shapely geometries

SEAT = (119.94, 37.18)
METRES_PER_DEGREE = (111_320 * float(np.cos(np.radians(SEAT[1]))), 110_990.0)
DECIMALS = 7  # of a degree: about a centimetre


def to_degrees(metres: Floats) -> Floats:
    """Turn metres east and north of the seat into longitude and latitude, to a centimetre."""
    degrees: Floats = np.round(metres / METRES_PER_DEGREE + SEAT, DECIMALS)
    return degrees


def to_metres(degrees: Floats) -> Floats:
    return (np.asarray(degrees) - SEAT) * METRES_PER_DEGREE


def shapes_to_degrees(shapes: Shapes | Sequence[Any]) -> Shapes:
    moved: Shapes = shapely.transform(np.asarray(shapes, dtype=object), to_degrees)
    return moved


def shapes_to_metres(shapes: Shapes | Sequence[Any]) -> Shapes:
    moved: Shapes = shapely.transform(np.asarray(shapes, dtype=object), to_metres)
    return moved
