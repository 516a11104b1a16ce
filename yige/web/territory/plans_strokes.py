"""Strokes on a draft: the brush of the map sends them, and hears what has changed in answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from yige.base.access import Role
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, run_posted
from yige.edge.safety import only
from yige.territory import stroke_queries
from yige.territory.models import Plan

DRAFTERS = (Role.PLANNER, Role.SYSTEM_ADMIN)


@only(*DRAFTERS)
@require_POST
def stroke(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Move the units of one stroke."""
    return _answered(request, plan, run_posted(request, "territory.move_units", plan=plan))


@only(*DRAFTERS)
@require_POST
def undo(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Take one's own last stroke back."""
    return _answered(request, plan, run_posted(request, "territory.undo_stroke", plan=plan))


@only(*DRAFTERS)
@require_POST
def redo(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Do again what one took back last."""
    return _answered(request, plan, run_posted(request, "territory.redo_stroke", plan=plan))


@only(*DRAFTERS)
@require_POST
def locks(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Lock or free units and grids."""
    tried = run_posted(request, "territory.set_locks", plan=plan)
    if not tried.is_done:
        messages.error(request, tried.refusal)
    return redirect(_back(request, plan))


@only(*DRAFTERS)
@require_safe
def changes(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Tell what has changed in a draft since a version."""
    return JsonResponse(_changes(request, plan))


def _answered(request: HttpRequest, plan: UUID, tried: Tried) -> HttpResponse:
    """Answer a script with what has changed, and a form with its page."""
    if "application/json" not in request.headers.get("Accept", ""):
        if not tried.is_done:
            messages.error(request, tried.refusal)
        return redirect("territory:plan", plan=plan)
    if not tried.is_done:
        said = {"refusal": tried.refusal, "quote": tried.quote}
        return JsonResponse(said, status=tried.status)
    return JsonResponse(_changes(request, plan) | {"note": _note(tried)})


def _note(tried: Tried) -> str:
    """Say how many units of a stroke that was taken back or done again stay where they are."""
    stay = int(str(tried.outcome.result.get("stay", 0))) if tried.outcome else 0
    words = ngettext(
        "{number} unit stays where it is: somebody else has moved or locked it since.",
        "{number} units stay where they are: somebody else has moved or locked them since.",
        stay,
    )
    return words.format(number=stay) if stay else ""


def _changes(request: HttpRequest, plan: UUID) -> dict[str, Any]:
    said = request.POST.get("based_on") or request.GET.get("since", "")
    actor = actor_of(request)
    found = stroke_queries.changes_since(actor, plan, int(said) if said.isdigit() else 0)
    shown = {"plan": found.plan, "may_edit": found.plan.state == Plan.DRAFT}
    steps = stroke_queries.steps_of(actor, plan)
    return {
        "version": found.plan.version,
        "reload": found.is_whole or found.plan.state != Plan.DRAFT,
        "units": {code: str(label or "") for code, label in found.units.items()},
        "communities": found.communities,
        "rows": {
            str(grid.label): render_to_string(
                "territory/_plan_row.html", shown | {"grid": grid}, request
            )
            for grid in found.grids
        },
        "summary": render_to_string("territory/_plan_tiles.html", shown, request),
        "undo": steps.undo,
        "redo": steps.redo,
        "said": _("{names} drew on this draft as well.").format(names="、".join(found.authors))
        if found.authors
        else "",
    }


def _back(request: HttpRequest, plan: UUID) -> str:
    label = request.POST.get("back", "")
    return f"/plans/{plan}/grids/{label}" if label.isdigit() else f"/plans/{plan}"
