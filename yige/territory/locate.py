"""Say which unit and which smallest area a place lies in, on any day. Never refuses."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike

from yige.kernel import clock
from yige.kernel.codes import LEVELS, Level, parents
from yige.territory import queries
from yige.territory.atlas import Atlas, Names, Places, atlas
from yige.territory.models import Succession


@dataclass(frozen=True, slots=True)
class Located:
    """Where something is: its unit where known, the smallest area that holds it, and how we know.

    `how` is unit, point, near, address, area or city.
    """

    unit_code: str
    area_code: str
    how: str

    @property
    def level(self) -> Level | None:
        """How far down the area lies; None only before a city was set up."""
        return LEVELS.get(len(self.area_code))

    @property
    def name(self) -> str:
        """The area's name."""
        return queries.name_of(self.area_code)


@dataclass(frozen=True, eq=False)
class LocatedMany:
    """Where many points are: indices into two lists of codes, and the codes on demand."""

    unit: Places
    area: Places
    units: Names
    areas: Names

    @property
    def unit_code(self) -> Names:
        """The unit of each point, "" where it lies in none."""
        return np.append(self.units, "")[self.unit]

    @property
    def area_code(self) -> Names:
        """The smallest area known to hold each point."""
        codes: Names = self.areas[self.area]
        return codes


def locate(
    *,
    lon: float | None = None,
    lat: float | None = None,
    address: str = "",
    unit_code: str = "",
    area_code: str = "",
    at: datetime | None = None,
) -> Located:
    """Find the smallest area known to hold a place, from all that is said of it.

    Falls from the grid to the community or village, the town, at last the city: no place is
    refused. Without `at` it answers for now.
    """
    city = atlas(at, now=clock.now())
    found = _by_unit(city, unit_code)
    if found is None:
        tried = [_by_point(city, lon, lat), _by_address(city, address), _by_area(city, area_code)]
        known = [answer for answer in tried if answer is not None]
        found = max(known, key=_fineness, default=("", city.city, "city"))
    unit, area, how = found
    return Located(unit, area, how)


def locate_many(lon: ArrayLike, lat: ArrayLike, *, at: datetime | None = None) -> LocatedMany:
    """Find the unit and the smallest area of many points at once."""
    city = atlas(at, now=clock.now())
    x, y = np.asarray(lon, float), np.asarray(lat, float)
    units = city.find_units(x, y)
    return LocatedMany(units, city.find_areas(x, y, units), city.unit_codes, city.area_codes)


def area_of_unit(unit_code: str, at: datetime | None = None) -> str:
    """Return the grid that held a unit, or its community where no grid did."""
    return atlas(at, now=clock.now()).area_of(unit_code)


Found = tuple[str, str, str]


def _fineness(found: Found) -> tuple[int, int]:
    unit, area, _ = found
    return len(area), len(unit)


def _by_unit(city: Atlas, unit: str) -> Found | None:
    if unit not in city.community_of:
        return None
    return unit, city.area_of(unit), "unit"


def _by_point(city: Atlas, lon: float | None, lat: float | None) -> Found | None:
    if lon is None or lat is None:
        return None
    x, y = np.array([lon], float), np.array([lat], float)
    held = city.outlines.find(x, y)
    units = held if held[0] >= 0 else city.find_units(x, y)
    area = str(city.area_codes[city.find_areas(x, y, units)[0]])
    if units[0] >= 0:
        return str(city.unit_codes[units[0]]), area, "point" if held[0] >= 0 else "near"
    return "", area, "city" if area == city.city else "point"


def _by_address(city: Atlas, address: str) -> Found | None:
    match = city.book.find(address) if address.strip() else None
    if match is None:
        return None
    if len(match.units) == 1:
        return match.units[0], city.area_of(match.units[0]), "address"
    areas = [city.area_of(unit) for unit in match.units] or list(match.communities)
    common = _common_area(areas)
    return ("", common, "address") if common else None


def _by_area(city: Atlas, area: str) -> Found | None:
    """Take an area as said; one that has ended is followed to what became of most of it."""
    if not area:
        return None
    followed = area
    for _ in range(20):
        if followed in city.areas:
            return "", followed, "area"
        later = Succession.objects.filter(old_code=followed, at__lte=city.at)
        heir = later.order_by("-at", "-share").values_list("new_code", flat=True).first()
        if heir is None:
            break
        followed = heir
    above = next((code for code in parents(area) if code in city.areas), None)
    return ("", above, "area") if above else None


def _common_area(areas: list[str]) -> str:
    """Return the smallest area that holds all of these ("" when they share none)."""
    shared = set.intersection(*(set(parents(area)) for area in areas)) if areas else set()
    return max(shared, key=len, default="")
