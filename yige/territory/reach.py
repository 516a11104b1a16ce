"""How far the city is known to reach. What lies outside is told, and still falls to the city."""

from datetime import datetime

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from yige.kernel import clock
from yige.kernel.codes import Level
from yige.territory.atlas import METRES_A_DEGREE, Atlas, atlas
from yige.territory.models import Division
from yige.territory.queries import in_force

MARGIN_METRES = 1_000.0
"""How far beyond everything that is drawn a point may lie and still be the city's."""


def metres_outside(
    lon: ArrayLike, lat: ArrayLike, *, at: datetime | None = None
) -> NDArray[np.float64] | None:
    """Tell how far each point lies outside the city; 0 inside, NaN where there is no point.

    The city is its outline, or else the box around its units and areas. None where the city knows
    no place at all.
    """
    city = atlas(at, now=clock.now())
    x = np.asarray(lon, float) * city.outlines.scale
    y = np.asarray(lat, float) * METRES_A_DEGREE
    outline = _outline(city)
    if outline is None:
        return None
    far = np.full(x.shape, np.nan)
    there = np.isfinite(x) & np.isfinite(y)
    shapely.prepare(outline)
    far[there] = shapely.distance(outline, shapely.points(x[there], y[there]))
    return far


def _outline(city: Atlas) -> shapely.Geometry | None:
    drawn = Division.objects.filter(in_force(city.at), level=Level.CITY).exclude(outline="")
    text = drawn.values_list("outline", flat=True).first()
    if text:
        scales = city.outlines.scale, METRES_A_DEGREE
        return shapely.transform(shapely.from_geojson(text), lambda xy: xy * scales)
    known = np.concatenate(
        [shapes.shapes for shapes in (city.outlines, city.points, *city.divisions)]
    )
    return shapely.box(*shapely.total_bounds(known)).buffer(MARGIN_METRES) if len(known) else None
