"""Branch a plan, have it divided anew, and set it beside another."""

from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from orjson import dumps

from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.ids import is_id
from yige.territory import access, plan_map, plan_queries, queries
from yige.territory.plan_compare import Comparison, compare
from yige.web.places.ground import ground
from yige.web.shell.forms import Form
from yige.web.territory.plans import page_of
from yige.web.territory.plans_map import tiles_address
from yige.web.territory.seats import DRAFTERS, SEERS

MOST_FLOWS: Final = 500
MOST_UNITS_DRAWN: Final = 25_000


@only(*DRAFTERS)
@require_POST
def branch(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Copy a plan into a draft of its own."""
    tried = run_posted(request, "territory.branch_plan", plan=plan)
    if tried.outcome:
        messages.success(request, _("This is the copy; the plan it was made from stays as it is."))
        return redirect("territory:plan", plan=tried.outcome.id)
    return page_of(request, plan, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*DRAFTERS)
@require_POST
def divide(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Have the draft divided anew around what is locked."""
    tried = run_posted(request, "territory.divide_again", plan=plan)
    if tried.is_done:
        messages.success(request, _("The draft is being divided anew; what is locked stays."))
        return redirect("territory:plan", plan=plan)
    return page_of(request, plan, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*SEERS)
@require_safe
def compared(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Show which households change grid between two plans, or from the net in force."""
    actor = actor_of(request)
    found = _compared(request, plan)
    row = access.plan_for(actor, plan)
    others = [
        (str(each.id), each.name)
        for each in plan_queries.plans(actor)
        if each.area_code == row.area_code and each.id != plan and each.grids
    ]
    drawn = _drawn(request, found)
    shown = {
        "plan": row,
        "found": found,
        "flows": found.flows[:MOST_FLOWS],
        "left_out": max(len(found.flows) - MOST_FLOWS, 0),
        "others": others,
        "other": request.GET.get("with", ""),
        "asked": urlencode({"with": request.GET.get("with", ""), "community": drawn}),
        "outlines": tiles_address(plan, drawn),
        "drawn": drawn,
        "drawn_name": queries.name_of(drawn) if drawn else "",
        "ground": ground(),
    }
    return render(request, "territory/compare.html", shown)


@only(*SEERS)
@require_safe
def compared_units(request: HttpRequest, plan: UUID, side: str) -> HttpResponse:
    """Give the grid of each unit on one side of a comparison, and which units change."""
    if side not in ("before", "after"):
        raise Http404(side)
    found = _compared(request, plan)
    row = access.plan_for(actor_of(request), plan)
    community = request.GET.get("community", "")
    is_before = side == "before"
    columns = plan_map.columns_of(
        row, community=community, grids=found.before if is_before else None
    )
    columns["changed"] = {
        unit: name for unit, name in found.units.items() if unit.startswith(community)
    }
    if is_before:
        columns["tinted"] = found.heirs
    return HttpResponse(dumps(columns), content_type="application/json")


def _compared(request: HttpRequest, plan: UUID) -> Comparison:
    other = request.GET.get("with", "")
    old = UUID(other) if is_id(other) else None
    return compare(actor_of(request), old, plan, at=clock.now())


def _drawn(request: HttpRequest, found: Comparison) -> str:
    """Say which community is drawn: all of them, unless they are too many or one was asked for."""
    asked = request.GET.get("community", "")
    if asked or len(found.before) <= MOST_UNITS_DRAWN or not found.flows:
        return asked
    return found.flows[0].community_code
