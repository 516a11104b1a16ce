"""The grid one lives in, and whom to turn to there. For everybody, without log-in."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from yige.edge.limits import knock
from yige.kernel import clock
from yige.kernel.codes import level_of, parents
from yige.people.holders import Holder, holder_of
from yige.people.roles import DESK_ROLES
from yige.territory import queries
from yige.territory.locate import locate
from yige.territory.queries import Area
from yige.territory.successions import Before, became_of, before_of_unit, names_at
from yige.web.places.ground import ground

FIRST_DAY: Final = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class Rung:
    """An area that holds the place, and who answers for it (no personal telephone)."""

    area: Area
    holder: Holder | None


@require_safe
def my_grid(request: HttpRequest) -> HttpResponse:
    """Find the grid of an address or a point."""
    words = request.GET.get("q", "").strip()[:200]
    lon, lat = _degrees(request, "lon"), _degrees(request, "lat")
    found, on = None, _past_day(request)
    if words or (lon is not None and lat is not None):
        knock(request, "ask")
        found = locate(lon=lon, lat=lat, address=words, at=on)
    is_known = found is not None and found.how != "city" and bool(found.area_code)
    shown = {
        "words": words,
        "lon": lon,
        "lat": lat,
        "was_asked": found is not None,
        "on": on,
        "today": timezone.localdate(clock.now()),
        "rungs": _rungs(found.area_code, on) if found and is_known else [],
        "before": _before(found.unit_code) if found and is_known and on is None else None,
        "became": became_of(found.area_code) if found and is_known and on is not None else [],
        "ground": ground(),
    }
    return render(request, "territory/my_grid.html", shown)


def _rungs(code: str, on: datetime | None) -> list[Rung]:
    """List the areas from the smallest up: today each with its desk, of a past day with its name.

    Who held a post then is no question of the public's.
    """
    codes = [area for area in parents(code) if queries.is_area(area)]
    if on is not None:
        names = names_at(codes, on)
        return [Rung(replace(queries.area(area), name=names[area]), None) for area in codes]
    at = clock.now()
    return [
        Rung(queries.area(area), holder_of(area, role=DESK_ROLES[level_of(area)], at=at))
        for area in codes
    ]


def _before(unit_code: str) -> Before | None:
    """Tell what a home's grid was before, if it has changed at all."""
    return before_of_unit(unit_code) if unit_code else None


def _past_day(request: HttpRequest) -> datetime | None:
    """Read the day that is asked for: its end, so that a change on that day is seen."""
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None
    if not FIRST_DAY <= day < timezone.localdate(clock.now()):
        return None
    zone = timezone.get_default_timezone()
    return datetime.combine(day, time.max, zone)


def _degrees(request: HttpRequest, name: str) -> float | None:
    try:
        value = float(request.GET.get(name, ""))
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
