"""How far the long work on a plan is, beside the plan itself: its division, and its proof."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.territory import plan_jobs, proving
from yige.web.shell.forms import Form
from yige.web.territory.plans import page_of
from yige.web.territory.seats import DRAFTERS, SEERS
from yige.web.territory.working import shown_work


@only(*SEERS)
@require_safe
def piece(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Give the piece of the page that is polled while a plan is divided."""
    actor = actor_of(request)
    work = plan_jobs.work_on(actor, plan)
    shown = {"plan_id": plan, "may_stop": actor.holds(*DRAFTERS)} | shown_work(work)
    return render(request, "territory/_plan_job.html", shown)


@only(*DRAFTERS)
@require_POST
def stop(request: HttpRequest, plan: UUID) -> HttpResponse:
    """End the division that still runs; the grids stay as they were."""
    tried = run_posted(request, "territory.stop_division", plan=plan)
    if tried.is_done:
        return redirect("territory:plan", plan=plan)
    return page_of(request, plan, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*SEERS)
@require_safe
def proof(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Give the piece of the page that says how far the plan is from the best."""
    actor = actor_of(request)
    shown = {
        "plan_id": plan,
        "proof": proving.proof_of(actor, plan),
        "may_prove": actor.holds(*DRAFTERS),
    }
    return render(request, "territory/_plan_proof.html", shown)


@only(*DRAFTERS)
@require_POST
def prove(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Have it proved how far the plan is from the best."""
    tried = run_posted(request, "territory.prove_plan", plan=plan)
    if tried.is_done:
        return redirect("territory:plan", plan=plan)
    return page_of(request, plan, Form.refused(request.POST, **tried.for_form()), tried.status)
