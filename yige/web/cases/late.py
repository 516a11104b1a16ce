"""What came too late for its author and waits for somebody to take it over."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yige.base.access import DESKS, Role
from yige.base.deferred import waiting
from yige.cases.words import VERB_NAMES
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, run_posted
from yige.edge.safety import only
from yige.territory.queries import names_of
from yige.web.base.names import COMMAND_NAMES

TAKERS = (*sorted(DESKS), Role.GRID_WORKER)


@only(*TAKERS)
@require_safe
def late(request: HttpRequest) -> HttpResponse:
    """List what waits in one's area."""
    found = waiting(actor_of(request))
    areas = names_of({row.area_code for row in found}, full=True)
    rows = [(row, _named(row.command), areas[row.area_code]) for row in found]
    return render(request, "cases/late.html", {"rows": rows})


@only(*TAKERS)
@require_POST
def take(request: HttpRequest, deferral: UUID) -> HttpResponse:
    """Carry it out in one's own name."""
    tried = run_posted(request, "base.take_over_deferred", deferral=deferral)
    return _back(request, tried, _("Taken over."))


@only(*TAKERS)
@require_POST
def drop(request: HttpRequest, deferral: UUID) -> HttpResponse:
    """Let it go, with a reason."""
    tried = run_posted(request, "base.drop_deferred", deferral=deferral)
    return _back(request, tried, _("Let go; its author reads why."))


def _named(command: str) -> object:
    """Name a step of a case by its verb, a command of another room as the journal does."""
    room, _dot, verb = command.partition(".")
    known = VERB_NAMES.get(verb) if room == "cases" else COMMAND_NAMES.get(command)
    return known or command


def _back(request: HttpRequest, tried: Tried, said: str) -> HttpResponse:
    if tried.is_done:
        messages.success(request, said)
    else:
        messages.error(request, f"{tried.refusal} ({tried.quote})")
    return redirect("cases:late")
