"""What the map of a plan is drawn from: outlines by byte range, and the grids of their units."""

import re
from typing import Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from orjson import dumps

from yige.edge.actors import actor_of
from yige.edge.safety import only
from yige.territory import access, plan_map
from yige.web.shell.tiles import file_answer
from yige.web.territory.seats import SEERS

DIGITS_ONLY: Final = re.compile(r"[0-9]{6,12}")
A_YEAR: Final = 365 * 24 * 3600


@only(*SEERS)
@require_safe
def units(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Give the grid of each unit, in columns."""
    row = access.plan_for(actor_of(request), plan)
    columns = plan_map.columns_of(row, community=request.GET.get("community", ""))
    return HttpResponse(dumps(columns), content_type="application/json")


@only(*SEERS)
@require_safe
def tiles(request: HttpRequest, plan: UUID) -> HttpResponseBase:
    """Hand out the outlines of the plan's area, or of one community, by byte range.

    Their address names what they are kept by, so that a browser keeps them as well.
    """
    row = access.plan_for(actor_of(request), plan)
    community = request.GET.get("community", "")
    is_inside = bool(DIGITS_ONLY.fullmatch(community)) and community.startswith(row.area_code)
    path = plan_map.unit_tiles(community if is_inside else row.area_code)
    if path is None:
        raise Http404(row.area_code)
    answer = file_answer(request, path)
    patch_cache_control(answer, private=True, max_age=A_YEAR, immutable=True)
    return answer


def tiles_address(plan: UUID, community: str = "") -> str:
    """Return where the outlines lie, by what they are kept by."""
    address = reverse("territory:plan_tiles", args=[plan])
    return f"{address}?community={community}&of={plan_map.stamp()}"
