"""Show one's own notices and mark them read."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from yige.base.commands import NotAllowed
from yige.channels import queries
from yige.channels.queries import NoticeRow
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.paging import cursor_of, key_of

PAGE = 50
DEFERRED = "base.command_deferred"
OF_CONSULTATIONS = ("territory.plan_consulted", "territory.comment_answered")
OF_THE_NET = ("territory.grid_opened", "territory.net_changed")


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List one's own notices, the latest first."""
    actor = actor_of(request)
    if actor.account is None:
        raise NotAllowed(page=request.path, role=actor.role, area="")
    rows = queries.inbox(actor, before=_before(request.GET.get("before", "")), most=PAGE)
    shown = {
        "rows": [(row, link_of(row)) for row in rows],
        "unread": queries.unread(actor),
        "older": cursor_of((rows[-1].at, rows[-1].id)) if len(rows) == PAGE else "",
    }
    return render(request, "channels/inbox.html", shown)


@require_POST
def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark all of one's own notices, or one, as read."""
    tried = run_posted(request, "channels.mark_read")
    if not tried.is_done:
        messages.error(request, f"{tried.refusal} ({tried.quote})")
    return redirect("inbox")


def link_of(row: NoticeRow) -> str:
    """Say where a notice leads, if its subject has a page."""
    pages = {"cases": "cases:case", "territory": "territory:plan",
             "nets": "nets:signing_of"}  # fmt: skip
    room = row.about.partition(".")[0]
    if row.about == DEFERRED:
        return reverse("cases:late")
    if row.about in OF_THE_NET:
        return f"{reverse('territory:grid_changes')}?area={row.area_code}"
    if row.about in OF_CONSULTATIONS and row.subject:
        return reverse("territory:consultation", args=[row.subject])
    try:
        return reverse(pages[room], args=[row.subject]) if row.subject else ""
    except (KeyError, NoReverseMatch):
        return ""


def _before(cursor: str) -> tuple[datetime, UUID] | None:
    if not cursor:
        return None
    at, last = key_of(cursor, datetime, UUID)
    return at, last
