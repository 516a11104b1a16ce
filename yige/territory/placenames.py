"""Places in words, for those who have to confirm where something is."""

from dataclasses import dataclass

from yige.territory import queries
from yige.territory.models import Unit


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A place with its name and a point of it."""

    name: str
    lon: float
    lat: float


def place_name(area: str, unit: str = "") -> str:
    """Name a place by its area and, where known, its address."""
    known = queries.names_of([area], full=True)[area] if area else ""
    return f"{known} {_address(unit)}".strip()


def point_of(area: str, unit: str = "") -> NamedPoint | None:
    """Return a point of a unit, or else of its area; None where the survey has none."""
    name = place_name(area, unit)
    found = Unit.objects.filter(code=unit).values_list("lon", "lat").first() if unit else None
    if not found and area and queries.is_area(area):
        known = queries.area(area)
        found = (known.lon, known.lat)
    if not found or found[0] is None or found[1] is None:
        return None
    return NamedPoint(name, found[0], found[1])


def _address(unit: str) -> str:
    if not unit:
        return ""
    return Unit.objects.filter(code=unit).values_list("address", flat=True).first() or ""
