"""What the map of a plan is drawn from: outlines by byte range, and the grids of their units."""

import re
from typing import Final, cast
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe
from orjson import dumps

from yige.edge.actors import actor_of
from yige.edge.safety import only
from yige.kernel import clock
from yige.territory import access, plan_map
from yige.territory.models import Plan
from yige.web.shell.tiles import file_answer
from yige.web.territory.seats import CONSULTED, SEERS

AN_AREA: Final = re.compile(r"[0-9]{6,12}")
A_YEAR: Final = 365 * 24 * 3600


@only(*SEERS, *CONSULTED)
@require_safe
def units(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Give the grid of each unit, in columns."""
    row, part = _part(request, plan)
    columns = plan_map.columns_of(row, community=part)
    return HttpResponse(dumps(columns), content_type="application/json")


@only(*SEERS, *CONSULTED)
@require_safe
def tiles(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Hand out the outlines of the plan's area, or of one community, by byte range.

    Their address names what they are kept by, so that a browser keeps them as well.
    """
    row, part = _part(request, plan)
    path = plan_map.unit_tiles(part)
    if path is None:
        raise Http404(row.area_code)
    answer = cast(HttpResponse, file_answer(request, path))
    patch_cache_control(answer, private=True, max_age=A_YEAR, immutable=True)
    return answer


def _part(request: HttpRequest, plan: UUID) -> tuple[Plan, str]:
    """Return a plan, and the part of it that was asked for, as far as the actor sees it."""
    actor = actor_of(request)
    row = access.shown_plan_for(actor, plan, at=clock.now())
    mine, asked = access.part_shown(actor, row), request.GET.get("community", "")
    return row, asked if AN_AREA.fullmatch(asked) and asked.startswith(mine) else mine


def tiles_address(plan: UUID, community: str = "") -> str:
    """Return where the outlines lie, by what they are kept by."""
    address = reverse("territory:plan_tiles", args=[plan])
    return f"{address}?community={community}&of={plan_map.stamp()}"
