"""A proposal before those it concerns: they look, comment and take a stand; planners answer."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yige.edge.actors import actor_of
from yige.edge.forms import Tried, run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.territory import access, consult_queries, plan_queries
from yige.web.places.ground import ground
from yige.web.shell.forms import Form
from yige.web.territory.plans import page_of
from yige.web.territory.plans_map import tiles_address
from yige.web.territory.seats import CONSULTED, DRAFTERS, SEERS

MOST_GRIDS: Final = 500


@only(*SEERS, *CONSULTED)
@require_http_methods(("GET", "HEAD", "POST"))
def consultation(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Show a plan, or the part that concerns one's area, to be looked at and commented on."""
    form, status = Form.fresh(), 200
    if request.method == "POST":
        tried = run_posted(request, "territory.comment_plan", plan=plan)
        if tried.is_done:
            messages.success(request, _("Thank you: the planners see what you said."))
            return redirect("territory:consultation", plan=plan)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    actor, now = actor_of(request), clock.now()
    row = access.shown_plan_for(actor, plan, at=now)
    seen = consult_queries.shown_plan(actor, row)
    grids = plan_queries.grids_shown(row, seen.area, most=MOST_GRIDS)
    shown = {
        "plan": seen,
        "until": seen.until - timedelta(seconds=1) if seen.until else None,
        "grids": grids,
        "labels": [(str(grid.label), grid.label) for grid in grids],
        "comments": consult_queries.comments_of(actor, row),
        "outlines": tiles_address(plan, seen.area),
        "form": form,
        "ground": ground(),
    }
    return render(request, "territory/consultation.html", shown, status=status)


@only(*DRAFTERS)
@require_POST
def consult(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Open a proposal to the communities and towns it concerns."""
    tried = run_posted(request, "territory.consult_plan", plan=plan)
    return _then(request, plan, tried, _("The communities and towns were told."))


@only(*SEERS)
@require_POST
def comment(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Say something of a plan, for colleagues."""
    tried = run_posted(request, "territory.comment_plan", plan=plan)
    return _then(request, plan, tried, _("The comment was kept."))


@only(*DRAFTERS)
@require_POST
def answer(request: HttpRequest, plan: UUID, comment: UUID) -> HttpResponse:
    """Answer a comment, or note that it is settled."""
    tried = run_posted(request, "territory.answer_comment", comment=comment)
    return _then(request, plan, tried, _("The answer was kept; its author is told."))


def _then(request: HttpRequest, plan: UUID, tried: Tried, words: str) -> HttpResponse:
    if tried.is_done:
        messages.success(request, words)
        return redirect("territory:plan", plan=plan)
    return page_of(request, plan, Form.refused(request.POST, **tried.for_form()), tried.status)
