"""The pages of whoever works outdoors: today's work, and one's own reports."""

from datetime import timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localtime
from django.views.decorators.http import require_safe

from yige.base.access import Role
from yige.cases import queries
from yige.cases.access import UNIT_ROLES
from yige.edge.actors import actor_of
from yige.edge.safety import only
from yige.kernel import clock
from yige.territory.queries import names_of
from yige.web.cases.frame import REPORTERS

OUTDOORS: Final = (Role.GRID_WORKER, *sorted(UNIT_ROLES))


@only(*OUTDOORS)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Show what is with one's own grid or unit: overdue, due today, and the rest."""
    actor, now = actor_of(request), clock.now()
    until = localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    shown = {
        "work": queries.today(actor, now=now, until=until),
        "area": names_of([actor.area])[actor.area],
    }
    return render(request, "cases/today.html", shown)


@only(*(role for role in REPORTERS if role is not Role.RESIDENT))
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """Show the cases one has reported oneself."""
    rows = queries.reported_by(actor_of(request), now=clock.now())
    return render(request, "cases/mine.html", {"rows": rows})
