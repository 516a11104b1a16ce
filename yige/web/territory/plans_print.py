"""A plan on paper: the drawing beside its grids, numbered and dated, made for A3."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yige.edge.actors import actor_of
from yige.edge.safety import only
from yige.kernel import clock
from yige.territory import access, plan_queries
from yige.territory.sheets import sheet_of
from yige.web.territory.seats import SEERS


@only(*SEERS)
@require_safe
def printed(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Lay a plan, or one community of it, out for paper."""
    actor = actor_of(request)
    community = request.GET.get("community", "")
    row, grids = plan_queries.plan(actor, plan, community=community)
    names = {grid.community for grid in grids} if community else set()
    shown = {
        "plan": row,
        "grids": sorted(grids, key=lambda grid: grid.label),
        "where": "、".join(sorted(names)) or row.area_name,
        "sheet": sheet_of(access.plan_for(actor, plan), community=community),
        "number": f"{str(row.id)[-8:].upper()}-{row.version}",
        "printed_at": clock.now(),
        "households": sum(grid.households for grid in grids),
    }
    return render(request, "territory/print_plan.html", shown)
