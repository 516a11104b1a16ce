"""Draft a plan, mend it grid by grid, propose and adopt it."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base.city import setting
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.territory import (
    access,
    consult_queries,
    plan_jobs,
    plan_queries,
    queries,
    stroke_queries,
    work,
)
from yige.territory.errors import LabelUnknown
from yige.territory.models import Plan
from yige.territory.plan_queries import PlanGridRow, PlanRow
from yige.web.places.ground import ground
from yige.web.shell.forms import Form
from yige.web.territory.areas import area_choices
from yige.web.territory.plans_map import tiles_address
from yige.web.territory.seats import DRAFTERS, SEERS
from yige.web.territory.working import shown_replies, shown_work

FORM_OR_PAGE = ("GET", "HEAD", "POST")
STATE_SIGNS = {"draft": ("", "○"), "proposed": ("caution", "◔"), "adopted": ("ok", "✓"),
               "retired": ("", "=")}  # fmt: skip
ROWS_AT_ONCE: Final = 500
"""How many grids a page lists."""
MOST_DRAWN: Final = 1_500
"""How many grids one map draws; of a plan with more it draws one community at a time."""
KEEP = (
    ("none", gettext_lazy("Divide freely")),
    ("some", gettext_lazy("Stay near the present net")),
    ("most", gettext_lazy("Change as little as possible")),
)
EVEN = (
    ("none", gettext_lazy("Look at households only")),
    ("some", gettext_lazy("Share the work out somewhat")),
    ("most", gettext_lazy("Share the work out as evenly as can be")),
)
EFFORT = (
    ("quick", pgettext_lazy("effort", "Quick")),
    ("normal", pgettext_lazy("effort", "Normal")),
    ("best", pgettext_lazy("effort", "As good as can be (takes longer)")),
)


@only(*SEERS)
@require_safe
def plans(request: HttpRequest) -> HttpResponse:
    """List plans."""
    actor = actor_of(request)
    rows = [(row, *STATE_SIGNS[row.state]) for row in plan_queries.plans(actor)]
    shown = {"rows": rows, "may_draft": actor.holds(*DRAFTERS)}
    return render(request, "territory/plans.html", shown)


@only(*DRAFTERS)
@require_http_methods(FORM_OR_PAGE)
def new_plan(request: HttpRequest) -> HttpResponse:
    """Begin a plan: area, range, and how much of the present net is kept."""
    actor, status = actor_of(request), 200
    lower, upper = setting("territory.lower"), setting("territory.upper")
    form = Form.fresh(
        area=actor.area, lower=lower, upper=upper, seed=1, keep="none", even="none",
        effort="normal",
    )  # fmt: skip
    if request.method == "POST":
        tried = run_posted(request, "territory.draft_plan")
        if tried.outcome:
            return redirect("territory:plan", plan=tried.outcome.result["id"])
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    shown = {"form": form, "areas": area_choices(actor.area), "keep": KEEP, "effort": EFFORT,
             "even": EVEN, "work_hint": _work_hint(),
             "is_surveyed": queries.is_surveyed(actor.area)}  # fmt: skip
    return render(request, "territory/new_plan.html", shown, status=status)


@only(*SEERS)
@require_safe
def plan(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Show a plan: the map beside its grids, the worst first."""
    return page_of(request, plan, Form.fresh())


@only(*SEERS)
@require_http_methods(FORM_OR_PAGE)
def grid(request: HttpRequest, plan: UUID, label: int) -> HttpResponse:
    """Show one grid's units, and move some of them to another grid."""
    actor, form, status = actor_of(request), Form.fresh(), 200
    if request.method == "POST":
        tried = run_posted(request, "territory.move_units", plan=plan)
        if tried.is_done:
            messages.success(request, _("The units were moved."))
            return redirect("territory:plan", plan=plan)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    row = access.plan_for(actor, plan)
    grids = plan_queries.grids_beside(row, label)
    mine = next((each for each in grids if each.label == label), None)
    if mine is None:
        raise LabelUnknown(labels=[label])
    others = [each for each in grids if each != mine]
    shown = {
        "plan": row,
        "grid": mine,
        "units": plan_queries.plan_units(actor, plan, label),
        "targets": [(each.label, _target_word(each)) for each in others],
        "form": form,
        "outlines": tiles_address(plan, mine.community_code),
        "ground": ground(),
        "may_edit": row.state == Plan.DRAFT and actor.holds(*DRAFTERS),
    }
    return render(request, "territory/plan_grid.html", shown, status=status)


@only(*DRAFTERS)
@require_POST
def reason(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Write down why grids may be out of range."""
    return _then(request, plan, run_posted(request, "territory.set_reason", plan=plan))


@only(*DRAFTERS)
@require_POST
def propose(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Put a draft forward."""
    return _then(request, plan, run_posted(request, "territory.propose_plan", plan=plan))


@only(*DRAFTERS)
@require_POST
def withdraw(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Take a proposal back."""
    return _then(request, plan, run_posted(request, "territory.withdraw_plan", plan=plan))


@only(*DRAFTERS)
@require_POST
def delete(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Throw a draft away."""
    tried = run_posted(request, "territory.delete_plan", plan=plan)
    if tried.is_done:
        messages.success(request, _("The draft was deleted."))
        return redirect("territory:plans")
    return page_of(request, plan, Form.refused(request.POST, **tried.for_form()), tried.status)


def _obstacles(plan: PlanRow) -> list[str]:
    """Name the communities that no division brings into the range."""
    codes = sorted({each["community"] for each in plan.objective.get("obstacles", ())})
    return list(queries.names_of(codes).values()) if codes else []


def _target_word(grid: PlanGridRow) -> str:
    return _("Grid {label}: {households} households").format(
        label=grid.label, households=grid.households
    )


def _then(request: HttpRequest, plan: UUID, tried: Tried) -> HttpResponse:
    if tried.is_done:
        return redirect("territory:plan", plan=plan)
    return page_of(request, plan, Form.refused(request.POST, **tried.for_form()), tried.status)


def page_of(request: HttpRequest, plan: UUID, form: Form, status: int = 200) -> HttpResponse:
    """Show a plan, with a form that was refused where there is one."""
    actor = actor_of(request)
    community = request.GET.get("community", "")
    part = request.GET.get("part", "")
    first = ROWS_AT_ONCE * int(part) if part.isdigit() and len(part) < 6 else 0
    read = access.plan_for(actor, plan)
    row, grids = plan_queries.plan_of(read, community=community, first=first, most=ROWS_AT_ONCE)
    tone, sign = STATE_SIGNS[row.state]
    may_edit = row.state == Plan.DRAFT and actor.holds(*DRAFTERS)
    drawn = community or _drawn(row, grids)
    comments = consult_queries.comments_of(actor, read)
    loose, units = stroke_queries.unassigned(read, at=clock.now())
    shown = {
        "plan": row,
        "tone": tone,
        "sign": sign,
        "form": form,
        "grids": grids,
        "worst": grids[0] if grids and grids[0].is_wrong and not first else None,
        "obstacles": _obstacles(row),
        "communities": list(queries.names_of(row.communities).items()),
        "community": community,
        "drawn": drawn,
        "outlines": tiles_address(plan, drawn),
        "weights": work.weights(),
        "earlier": first // ROWS_AT_ONCE - 1 if first else None,
        "later": first // ROWS_AT_ONCE + 1 if len(grids) == ROWS_AT_ONCE else None,
        "first": first,
        "loose": loose,
        "loose_units": units,
        "ground": ground(),
        "may_edit": may_edit,
        "steps": stroke_queries.steps_of(actor, plan) if may_edit else None,
        "may_move_on": actor.holds(*DRAFTERS),
        "may_adopt": actor.holds(*DRAFTERS) and access.is_of_city(actor),
        "comments": comments,
        "plan_id": plan,
        "may_stop": may_edit,
    }
    shown |= shown_work(plan_jobs.job_of_plan(row.job)) | shown_replies(row, comments)
    return render(request, "territory/plan.html", shown, status=status)


def _work_hint() -> str:
    """Say how the work of a unit is reckoned: the weights of the city."""
    said = " · ".join(f"{weight.label} {weight.minutes}" for weight in work.weights())
    return _(
        "Reckoned with weights that an administrator changes under settings: {weights}"
    ).format(weights=said)


def _drawn(plan: PlanRow, grids: list[PlanGridRow]) -> str:
    """Say which community the map begins with where all of them are too many to draw."""
    return grids[0].community_code if grids and plan.grids > MOST_DRAWN else ""
