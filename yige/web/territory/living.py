"""The grid one lives in, and whom to turn to there. For everybody, without log-in."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yige.edge.limits import knock
from yige.kernel import clock
from yige.kernel.codes import level_of, parents
from yige.people.holders import Holder, holder_of
from yige.people.roles import DESK_ROLES
from yige.territory import queries
from yige.territory.locate import locate
from yige.territory.queries import Area
from yige.web.places.ground import ground


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
    found = None
    if words or (lon is not None and lat is not None):
        knock(request, "ask")
        found = locate(lon=lon, lat=lat, address=words)
    is_known = found is not None and found.how != "city" and bool(found.area_code)
    shown = {
        "words": words,
        "lon": lon,
        "lat": lat,
        "was_asked": found is not None,
        "rungs": _rungs(found.area_code) if found and is_known else [],
        "ground": ground(),
    }
    return render(request, "territory/my_grid.html", shown)


def _rungs(code: str) -> list[Rung]:
    """List the areas from the smallest up, each with the desk that answers for it."""
    at = clock.now()
    return [
        Rung(queries.area(area), holder_of(area, role=DESK_ROLES[level_of(area)], at=at))
        for area in parents(code)
        if queries.is_area(area)
    ]


def _degrees(request: HttpRequest, name: str) -> float | None:
    try:
        value = float(request.GET.get(name, ""))
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
