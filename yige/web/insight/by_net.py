"""Figures by grid, in today's net or in that of an earlier day."""

from datetime import date, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from yige.base.access import Actor
from yige.base.tables.write import Value, csv_text
from yige.edge.actors import actor_of
from yige.edge.safety import only
from yige.insight import by_net
from yige.insight.by_net import READERS, ByNet
from yige.kernel import clock
from yige.territory import queries, successions
from yige.territory.successions import Day
from yige.web.territory.areas import area_choices

COLUMNS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("received", pgettext_lazy("figure", "received")),
    ("found", pgettext_lazy("figure", "found by the grid")),
    ("handled", pgettext_lazy("figure", "handled")),
    ("due", pgettext_lazy("figure", "due")),
    ("on_time", pgettext_lazy("figure", "in time")),
    ("closed", pgettext_lazy("figure", "closed")),
    ("reopened", pgettext_lazy("figure", "reopened")),
)
MOST_ROWS: Final = 500


@only(*READERS)
@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Show a month of an area by grid, in the net of the day that is chosen."""
    actor = actor_of(request)
    found, month, day = _asked(request, actor)
    area = _area(request, actor)
    shown: dict[str, Any] = {
        "area": area,
        "area_name": queries.name_of(area),
        "areas": area_choices(actor.area),
        "month": month,
        "nets": successions.days(area),
        "net": day,
        "columns": [word for _name, word in COLUMNS],
        "rows": [(row.name, row.code, _cells(row.figures)) for row in found.rows[:MOST_ROWS]],
        "more": max(0, len(found.rows) - MOST_ROWS),
        "total": _cells(found.total),
    }
    return render(request, "insight/figures.html", shown)


@only(*READERS)
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    """Give the same as a file."""
    found, month, _day = _asked(request, actor_of(request))
    lines: list[list[Value]] = [[row.code, row.name, *_cells(row.figures)] for row in found.rows]
    lines.append(["", _("Sum"), *_cells(found.total)])
    text = csv_text([_("Code"), _("Area"), *(str(word) for _name, word in COLUMNS)], lines)
    answer = HttpResponse(("﻿" + text).encode(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="figures-{month:%Y-%m}.csv"'
    return answer


def _asked(request: HttpRequest, actor: Actor) -> tuple[ByNet, date, Day | None]:
    """Work out what a page or a file was asked for: area, month, and the net of a day."""
    area, month = _area(request, actor), _month(request)
    until = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    day = _day(request, area)
    at = day.before if day else clock.now()
    return by_net.by_net(area, since=month, until=until, at=at), month, day


def _area(request: HttpRequest, actor: Actor) -> str:
    asked = request.GET.get("area", "")
    return asked if queries.is_area(asked) and by_net.may_see(actor, asked) else actor.area


def _month(request: HttpRequest) -> date:
    try:
        return datetime.strptime(request.GET.get("month", ""), "%Y-%m").date()  # noqa: DTZ007
    except ValueError:
        return timezone.localdate(clock.now()).replace(day=1)


def _day(request: HttpRequest, area: str) -> Day | None:
    """Return the change before which the net is asked for; None for today's net."""
    asked = request.GET.get("before", "")
    return next((day for day in successions.days(area) if day.key == asked), None)


def _cells(numbers: dict[str, int]) -> list[int]:
    return [numbers[name] for name, _word in COLUMNS]
