"""The audit administrator's pages: who did what, whether the journal holds, how the house is."""

from datetime import datetime, time, timedelta
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from yige.base.access import Role
from yige.base.audit import PAGE, Asked, Line, lines, whole
from yige.base.audit import health as health_of
from yige.base.commands import COMMANDS
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.paging import cursor_of, key_of
from yige.edge.safety import only
from yige.people.roles import ROLE_NAMES
from yige.territory.queries import names_of
from yige.web.base.names import COMMAND_NAMES
from yige.web.shell.forms import Form

OUTCOMES: Final = (("done", _("done")), ("deferred", _("handed on")))
KEPT: Final = ("command", "user_name", "role", "area", "outcome", "from", "until")


@only(Role.AUDIT_ADMIN)
@require_safe
def entries(request: HttpRequest) -> HttpResponse:
    """List the journal, the latest first."""
    cursor = request.GET.get("before", "")
    before = key_of(cursor, int)[0] if cursor else None
    found = lines(actor_of(request), _asked(request), before=before, most=PAGE + 1)
    rows = found[:PAGE]
    names = names_of({row.area_code for row in rows if row.area_code})
    shown = {
        "rows": [
            (row, _name(row.command), names.get(row.area_code, ""), _who(row)) for row in rows
        ],
        "older": _older(request, rows[-1].position) if len(found) > PAGE else "",
        "form": Form(name="filter", values={k: [request.GET.get(k, "")] for k in KEPT}),
        "is_filtered": any(request.GET.get(name) for name in KEPT),
        "commands": [("", _("all")), *_commands()],
        "roles": [("", _("all")), *((role.value, ROLE_NAMES[role]) for role in Role)],
        "outcomes": [("", _("all")), *OUTCOMES],
    }
    return render(request, "base/audit.html", shown)


@only(Role.AUDIT_ADMIN)
@require_safe
def entry(request: HttpRequest, position: int) -> HttpResponse:
    """Show one entry: who, when, what came of it, which facts it told, its seal."""
    found = whole(actor_of(request), position)
    areas = [found.line.area_code, *(told.area_code for told in found.told)]
    shown = {
        "entry": found,
        "name": _name(found.line.command),
        "role": ROLE_NAMES.get(Role(found.line.role), found.line.role),
        "area": names_of([area for area in areas if area], full=True).get(found.line.area_code),
    }
    return render(request, "base/audit_entry.html", shown)


@only(Role.AUDIT_ADMIN)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Show whether the journal held at its last walk, and how listeners and jobs keep up."""
    return render(request, "base/health.html", {"health": health_of()})


@only(Role.AUDIT_ADMIN)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Have the journal walked now, and follow the job."""
    tried = run_posted(request, "base.verify_journal")
    if tried.outcome is None:
        shown = {"health": health_of(), "refusal": tried.refusal}
        return render(request, "base/health.html", shown, status=tried.status)
    return redirect("job", job=tried.outcome.result["id"])


def _who(row: Line) -> str:
    """Name who did it; where no account did, by the role."""
    return row.who or str(ROLE_NAMES.get(Role(row.role), row.role))


def _asked(request: HttpRequest) -> Asked:
    wanted = request.GET
    until = _day(wanted.get("until", ""))
    return Asked(
        command=wanted.get("command", ""),
        user_name=wanted.get("user_name", "").strip(),
        role=wanted.get("role", ""),
        area=wanted.get("area", "") if wanted.get("area", "").isdigit() else "",
        outcome=wanted.get("outcome", ""),
        received_from=_day(wanted.get("from", "")),
        received_until=until + timedelta(days=1) if until else None,
    )


def _day(text: str) -> datetime | None:
    """Read the first instant of a day in the city's time; nothing where there is no such day."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return datetime.combine(day, time.min, tzinfo=get_default_timezone()) if day else None


def _older(request: HttpRequest, position: int) -> str:
    query = request.GET.copy()
    query["before"] = cursor_of((position,))
    return f"?{query.urlencode()}"


def _commands() -> list[tuple[str, object]]:
    return sorted(((name, _name(name)) for name in COMMANDS), key=lambda choice: str(choice[1]))


def _name(command: str) -> object:
    return COMMAND_NAMES.get(command, command)
