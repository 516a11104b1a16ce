"""Order prints, follow them, hand the file out; see which paper has gone stale; revoke cards."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base import files
from yige.base.models import Job
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.edge.told import sentence_told
from yige.homes import register, stale
from yige.homes.access import PRINTERS
from yige.homes.errors import RunMissing
from yige.homes.models import Run
from yige.homes.register import RunRow
from yige.kernel import clock
from yige.territory import queries
from yige.web.shell.forms import Form
from yige.web.territory.areas import area_choices

SHOWN = 100
REASONS = {
    stale.CHANGED: ("caution", "!", gettext_lazy("says what is no longer so")),
    stale.ENDED: ("bad", "✕", gettext_lazy("the grid has ended")),
    stale.EXPIRED: ("bad", "✕", gettext_lazy("no longer good")),
    stale.REVOKED: ("bad", "✕", gettext_lazy("the code was revoked")),
}
STATES = {
    Job.WAITING: ("brand", "◔", gettext_lazy("waiting")),
    Job.RUNNING: ("brand", "▶", gettext_lazy("being printed")),
    Job.DONE: ("ok", "✓", gettext_lazy("printed")),
    Job.CANCELLED: ("", "=", gettext_lazy("cancelled: these numbers were not used")),
}
FAILED = ("bad", "✕", gettext_lazy("failed: these numbers were not used"))


@only(*PRINTERS)
@require_http_methods(("GET", "HEAD", "POST"))
def prints(request: HttpRequest) -> HttpResponse:
    """Show what was printed and what has gone stale, and order a print."""
    actor, now = actor_of(request), clock.now()
    form, status = Form.fresh(area=actor.area, kind=Run.CARDS), 200
    if request.method == "POST":
        tried = run_posted(request, "homes.order_prints")
        if tried.outcome is not None:
            return redirect("homes:run", run=tried.outcome.id)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    found = stale.stale_prints(actor.area, at=now)
    shown = {
        "form": form,
        "areas": area_choices(actor.area) or [(actor.area, queries.name_of(actor.area))],
        "kinds": Run.KINDS,
        "area": actor.area,
        "rows": [(row, *STATES.get(row.state, FAILED)) for row in register.runs(actor)],
        "stale": [(each, [REASONS[reason] for reason in each.reasons]) for each in found[:SHOWN]],
        "stale_cards": sum(each.kind == Run.CARDS for each in found),
        "stale_maps": sum(each.kind == Run.MAPS for each in found),
        "more_stale": max(len(found) - SHOWN, 0),
        "never": stale.never_printed(actor.area, Run.CARDS, at=now),
        "labels": dict(Run.KINDS),
    }
    return render(request, "homes/prints.html", shown, status=status)


@only(*PRINTERS)
@require_safe
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show one printing: its numbers, how far it is, and the file."""
    return render(request, "homes/run.html", _shown(register.run(actor_of(request), run)))


@only(*PRINTERS)
@require_safe
def piece(request: HttpRequest, run: UUID) -> HttpResponse:
    """Give the piece of the page that is polled while a printing is on its way."""
    return render(request, "homes/_run.html", _shown(register.run(actor_of(request), run)))


@only(*PRINTERS)
@require_safe
def file(request: HttpRequest, run: UUID) -> HttpResponse:
    """Hand the printed file out."""
    row = register.run(actor_of(request), run)
    if not row.file:
        raise RunMissing(run=str(run))
    name = f"yige-{row.kind}-{row.numbers[0]}.pdf"
    path = files.path_of(row.file)
    answer = FileResponse(
        path.open("rb"), filename=name, as_attachment=True, content_type="application/pdf"
    )
    return cast(HttpResponse, answer)


def _shown(row: RunRow) -> dict[str, object]:
    return {
        "run": row,
        "state": STATES.get(row.state, FAILED),
        "is_busy": row.state in Job.OPEN,
        "percent": round(100 * row.done),
        "refusal": sentence_told(**row.refusal) if row.refusal else "",
    }


@only(*PRINTERS)
@require_safe
def cards(request: HttpRequest) -> HttpResponse:
    """List the living cards, each with its page and the way to revoke it."""
    actor, after = actor_of(request), request.GET.get("after", "")
    rows = register.living(actor, after=after, most=SHOWN)
    now = clock.now()
    shown = {
        "rows": [(row, row.expires_at <= now) for row in rows],
        "older": f"?after={rows[-1].grid_code}" if len(rows) == SHOWN else "",
    }
    return render(request, "homes/cards.html", shown)


@only(*PRINTERS)
@require_POST
def revoke(request: HttpRequest, card: UUID) -> HttpResponse:
    """Revoke a card's code for good."""
    tried = run_posted(request, "homes.revoke_card", card=card)
    if tried.is_done:
        messages.success(request, _("The code was revoked; print the card again for a new one."))
    else:
        messages.error(request, f"{tried.refusal} ({tried.quote})")
    return redirect("homes:cards")
