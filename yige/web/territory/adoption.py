"""The day of the change: what adoption does, by numbers and names, before somebody approves it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from yige.base.access import DESKS, Actor, Role
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, refused, run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.codes import DIGITS, Level
from yige.kernel.errors import Refusal
from yige.people import moves
from yige.people.moves import Moving
from yige.territory import access, queries
from yige.territory.models import Plan
from yige.territory.previews import Preview, preview
from yige.web.shell.forms import Form

DRAFTERS = (Role.PLANNER, Role.SYSTEM_ADMIN)
MOST_ROWS = 500
"""How many rows of a table one page shows; the numbers above it count all."""
ROWS = {
    "place": gettext_lazy("places"),
    "post": gettext_lazy("posts"),
    "organisation": gettext_lazy("organisations"),
    "case": gettext_lazy("open cases"),
    "workorder": gettext_lazy("work orders"),
    "deferral": gettext_lazy("records that came late"),
    "cards_to_reprint": gettext_lazy("contact cards to print again"),
    "maps_to_reprint": gettext_lazy("household maps to print again"),
    "sheet": gettext_lazy("survey sheets"),
    "duty_of_old_nets": gettext_lazy("duties of old nets"),
}
SEEN: tuple[tuple[str, str | Promise], ...] = (
    ("begun", gettext_lazy("new grids")),
    ("ended", gettext_lazy("grids that end")),
    ("moved", gettext_lazy("households with other neighbours")),
    ("renamed", gettext_lazy("households whose grid has a new code")),
)
"""The figures that are sent along when somebody approves, so that a change of them is shown."""


@dataclass(frozen=True, slots=True)
class Passes:
    """A line of the successor table, with names."""

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    households: int
    percent: float


@dataclass(frozen=True, slots=True)
class Moves:
    """A post that moves, and the grid it comes to lie in."""

    post: Moving
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class Differs:
    """A figure that is another one by now."""

    name: str | Promise
    was: str
    now: int


@only(*DRAFTERS)
@require_http_methods(("GET", "HEAD", "POST"))
def adopt(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Show what adoption would change, by numbers and names; then do it."""
    form, status, tried = Form.fresh(), 200, None
    if request.method == "POST":
        tried = run_posted(request, "territory.adopt_plan", plan=plan)
        if tried.is_done:
            messages.success(request, _("The plan is the net in force now."))
            return redirect("territory:plan", plan=plan)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    actor = actor_of(request)
    drawn = access.plan_for(actor, plan)
    seen, stopped = _preview(request, drawn)
    shown = {
        "plan": drawn.id,
        "name": drawn.name,
        "area": queries.name_of(drawn.area_code),
        "version": drawn.version,
        "grids": seen.kept + len(seen.begun) if seen else 0,
        "form": form,
        "seen": seen,
        "stopped": stopped,
        "differs": _differs(form, seen) if tried and tried.is_stale and seen else [],
        "facts": _changed(tried),
        "may_adopt": access.is_of_city(actor) and drawn.state in (Plan.DRAFT, Plan.PROPOSED),
    }
    shown |= _by_name(actor, seen) if seen else {}
    return render(request, "territory/adopt.html", shown, status=status)


def _preview(request: HttpRequest, plan: Plan) -> tuple[Preview | None, str]:
    """Work the change out, or say why it cannot be."""
    try:
        return preview(plan, at=clock.now()), ""
    except Refusal as refusal:
        return None, refused(request, refusal).refusal


def _by_name(actor: Actor, seen: Preview) -> dict[str, object]:
    """Put names to what moves, ends and begins."""
    begun = {grid.code: grid.name for grid in seen.begun}
    names = queries.names_of([*seen.retired, *(p.new_code for p in seen.passings)]) | begun
    desks = {code[: DIGITS[level]] for code in seen.communities
             for level in (Level.COMMUNITY, Level.TOWN, Level.CITY)}  # fmt: skip
    here = moves.posts_in(actor, desks | {*seen.retired}, at=clock.now())
    posts = [post for post in here if post.area_code in names]
    heirs = seen.main_heir
    moved = [Moves(p, names[p.area_code], names[heirs[p.area_code]]) for p in posts]
    filled = {heirs[p.area_code] for p in posts if p.role is Role.GRID_WORKER and p.holders}
    vacant = [grid for grid in seen.begun if grid.code not in filled]
    return {
        "rooms": _rooms(seen),
        "passings": [
            Passes(p.old_code, names[p.old_code], p.new_code, names[p.new_code], p.households,
                   round(100 * p.share, 1))
            for p in seen.passings[:MOST_ROWS]
        ],
        "begun": seen.begun[:MOST_ROWS],
        "posts": moved[:MOST_ROWS],
        "posts_more": len(moved) - MOST_ROWS,
        "holders": sum(len(p.holders) for p in posts),
        "told": sum(p.told for p in posts),
        "desks": sum(p.told for p in here if p.area_code in desks and p.role in DESKS),
        "vacant": vacant[:MOST_ROWS],
        "seen_figures": _figures(seen),
    }  # fmt: skip


def _figures(seen: Preview) -> dict[str, int]:
    return {
        "begun": len(seen.begun),
        "ended": len(seen.retired),
        "moved": seen.moved_households,
        "renamed": seen.renamed_households,
    }


def _differs(form: Form, seen: Preview) -> list[Differs]:
    """List the figures that are not those the person had seen."""
    now = _figures(seen)
    return [
        Differs(word, form.value(f"seen_{name}"), now[name])
        for name, word in SEEN
        if form.value(f"seen_{name}") not in ("", str(now[name]))
    ]


def _changed(tried: Tried | None) -> dict[str, object]:
    """Say when and by what the plan or the net was changed, if it was."""
    if tried is None or not tried.is_stale:
        return {}
    said = tried.facts.get("changed_at")
    at = datetime.fromisoformat(said) if said else None
    return {"changed_at": at, "plan": tried.facts.get("plan", "")}


def _rooms(seen: Preview) -> list[tuple[str, int]]:
    """Name what moves along; a table that has no word here is named as it is."""
    found = [(name, n) for counts in seen.rooms.values() for name, n in counts.items()]
    return [(str(ROWS.get(name, name)), number) for name, number in sorted(found)]
