"""Say where a point lies, and find a point for an address. For everybody; nothing is kept."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yige.edge.limits import knock
from yige.kernel import clock
from yige.territory import placenames
from yige.territory.locate import locate


@require_safe
def name(request: HttpRequest) -> HttpResponse:
    """Name the place of a point: `{"text": "…"}`."""
    knock(request, "ask")
    lon, lat = _degrees(request, "lon"), _degrees(request, "lat")
    if lon is None or lat is None:
        return JsonResponse({"text": ""}, status=422)
    found = locate(lon=lon, lat=lat, at=clock.now())
    if found.how == "city" and found.area_code:
        text = _("outside the known communities; the city platform takes it")
    else:
        text = placenames.place_name(found.area_code, found.unit_code)
    return JsonResponse({"text": text})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Offer the place that an address names, as a choice for the picker."""
    knock(request, "ask")
    words = (request.GET.get("q") or request.GET.get("place.address", "")).strip()[:200]
    found = locate(address=words, at=clock.now()) if words else None
    place = None
    if found and found.how == "address":
        place = placenames.point_of(found.area_code, found.unit_code)
    return render(request, "places/_found.html", {"words": words, "place": place})


def _degrees(request: HttpRequest, name: str) -> float | None:
    try:
        value = float(request.GET.get(name, ""))
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
