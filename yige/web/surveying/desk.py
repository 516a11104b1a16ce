"""Sheets at the desk: handed out many at once, checked many at once, printed for paper."""

from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base.access import Actor
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.ids import is_id
from yige.people.holders import holders_within
from yige.surveying import queries
from yige.surveying.access import DESKS, KEEPERS, SURVEYORS
from yige.territory.queries import names_of
from yige.web.shell.forms import Form
from yige.web.surveying.signs import SHEETS

FORM_OR_PAGE = ("GET", "HEAD", "POST")
MOST_PERSONS: Final = 300


@only(*DESKS)
@require_http_methods(FORM_OR_PAGE)
def sheets(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """List sheets by area, state and group, and hand those chosen to a group."""
    form, status = Form.fresh(), 200
    if request.method == "POST":
        tried = run_posted(request, "surveying.hand_out", campaign=campaign)
        if tried.outcome:
            messages.success(request, _("%(sheets)s sheets were handed out.")
                             % tried.outcome.result)  # fmt: skip
            return redirect(request.get_full_path())
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    return _list(request, campaign, form, status)


@only(*DESKS)
@require_POST
def check_many(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Take the chosen sheets as they were handed in."""
    tried = run_posted(request, "surveying.check")
    if tried.outcome:
        messages.success(request, _("The sheets are checked."))
        return redirect("surveying:sheets", campaign=campaign)
    return _list(request, campaign, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*DESKS)
@require_http_methods(FORM_OR_PAGE)
def groups(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """List the groups of a campaign, and make one."""
    actor, form, status = actor_of(request), Form.fresh(), 200
    if request.method == "POST":
        tried = run_posted(request, "surveying.set_group", campaign=campaign)
        if tried.is_done:
            messages.success(request, _("The group was made. Hand sheets to it next."))
            return redirect("surveying:groups", campaign=campaign)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    row = queries.campaign(actor, campaign)
    shown = {
        "campaign": row,
        "groups": queries.groups(actor, campaign),
        "form": form,
        "persons": _persons(actor, row.area_code),
        "may_keep": actor.holds(*KEEPERS),
    }
    return render(request, "surveying/groups.html", shown, status=status)


@only(*DESKS)
@require_POST
def by_grid(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Hand every sheet without a group to the worker of its grid."""
    tried = run_posted(request, "surveying.hand_out_by_grid", campaign=campaign)
    if tried.outcome:
        said = tried.outcome.result
        done = _("%(sheets)s sheets were handed to the workers of their grids, %(left)s are left.")
        messages.success(request, done % said)
        return redirect("surveying:sheets", campaign=campaign)
    return _list(request, campaign, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*DESKS)
@require_safe
def printed(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Lay sheets out for paper, one building a page."""
    actor = actor_of(request)
    row = queries.campaign(actor, campaign)
    area, group = request.GET.get("area", "") or row.area_code, request.GET.get("group", "")
    found = queries.printed(actor, campaign, area=area, group=group if is_id(group) else "")
    shown = {"campaign": row, "sheets": found, "printed_at": clock.now()}
    return render(request, "surveying/print.html", shown)


def _list(request: HttpRequest, campaign: UUID, form: Form, status: int) -> HttpResponse:
    actor = actor_of(request)
    wanted = {name: request.GET.get(name, "") for name in ("area", "state", "group")}
    after = request.GET.get("after", "")
    if wanted["group"] not in ("", "none") and not is_id(wanted["group"]):
        wanted["group"] = ""
    area = wanted["area"] if wanted["area"].isdecimal() and len(wanted["area"]) <= 15 else ""
    row = queries.campaign(actor, campaign)
    rows = queries.sheets(
        actor, campaign, area=area, state=wanted["state"], group=wanted["group"],
        after=int(after) if after.isdecimal() and len(after) < 9 else 0,
    )  # fmt: skip
    codes = sorted({each.code for each in queries.coverage(actor, campaign)})
    names = names_of(codes)
    shown: dict[str, Any] = {
        "campaign": row,
        "rows": [(each, *SHEETS[each.state]) for each in rows],
        "form": form,
        "groups": queries.groups(actor, campaign),
        "wanted": wanted,
        "areas": [(code, names[code]) for code in codes],
        "states": list(queries.STATE_NAMES.items()),
        "may_keep": actor.holds(*KEEPERS),
        "next": _next(wanted, rows[-1].number) if len(rows) == queries.PAGE else "",
    }
    return render(request, "surveying/sheets.html", shown, status=status)


def _next(wanted: dict[str, str], last: int) -> str:
    return "?" + urlencode({name: v for name, v in wanted.items() if v} | {"after": last})


def _persons(actor: Actor, area: str) -> list[tuple[str, str]]:
    """List who may count: holders of posts in the part of the area that is the actor's."""
    where = actor.area if len(actor.area) > len(area) else area
    held = holders_within(where, at=clock.now(), roles=SURVEYORS)[:MOST_PERSONS]
    return [(str(h.person), f"{h.name} · {h.title}") for h in held]
