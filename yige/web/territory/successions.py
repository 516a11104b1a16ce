"""What became of grids, communities and towns: for everybody, by the day of the change."""

from datetime import datetime
from io import BytesIO
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from yige.base.tables.write import csv_text, write_xlsx
from yige.edge.limits import knock
from yige.kernel import clock
from yige.kernel.codes import DIGITS, Level, level_of, part
from yige.territory import queries, successions
from yige.territory.drawing import net_geojson
from yige.territory.successions import Day, Passed
from yige.web.places.ground import ground
from yige.web.territory.areas import area_choices

MOST_ROWS: Final = 500
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """List what ended on a day and what took it over; draw a community before and after."""
    city = queries.city()
    area = _area(request) or (city.code if city else "")
    known = successions.days(area) if area else []
    day = _day(request, known)
    rows = successions.passed(area, at=day.at) if day else []
    communities = sorted({code for row in rows for code in _communities(row)})
    drawn = _drawn(area, communities)
    shown: dict[str, Any] = {
        "area": area,
        "area_name": queries.name_of(area) if area else "",
        "areas": area_choices(city.code) if city else [],
        "days": known,
        "day": day,
        "rows": rows[:MOST_ROWS],
        "more": max(0, len(rows) - MOST_ROWS),
        "households": sum(row.households for row in rows if _is_grid(row)),
        "drawn": drawn,
        "drawn_name": queries.name_of(drawn) if drawn else "",
        "net": reverse("territory:net_then"),
        "ground": ground(),
    }
    return render(request, "territory/grid_changes.html", shown)


@require_safe
def table(request: HttpRequest, kind: str) -> HttpResponse:
    """Give the successor table of an area as a file, of one day or of all."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    knock(request, "ask")
    area = _area(request)
    city = queries.city()
    rows = successions.passed(area or (city.code if city else ""), at=_instant(request))
    columns, lines = _columns(), [_line(row) for row in rows]
    if kind == "csv":
        body, media = ("﻿" + csv_text(columns, lines)).encode(), "text/csv; charset=utf-8"
    else:
        file = BytesIO()
        write_xlsx(file, columns, lines, sheet=_("Successor table"))
        body, media = file.getvalue(), XLSX
    answer = HttpResponse(body, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="successors.{kind}"'
    return answer


@require_safe
def drawn_net(request: HttpRequest) -> HttpResponse:
    """Give a community's units with the grid that held each at an instant, without figures."""
    knock(request, "ask")
    community = _area(request)
    is_one = bool(community) and level_of(community) is Level.COMMUNITY
    text = net_geojson(community if is_one else "", at=_instant(request) or clock.now())
    return HttpResponse(text, content_type="application/geo+json")


def _columns() -> list[str]:
    return [
        _("Changed at"), _("Code that ended"), _("Name that ended"), _("Code of the successor"),
        _("Name of the successor"), _("Households"), _("Share"),
    ]  # fmt: skip


def _line(row: Passed) -> list[str | int | float | None]:
    return [
        row.at.isoformat(timespec="seconds"), row.old_code, row.old_name, row.new_code,
        row.new_name, row.households, round(row.share, 6),
    ]  # fmt: skip


def _area(request: HttpRequest) -> str:
    code = request.GET.get("area", "")
    return code if queries.is_area(code) else ""


def _instant(request: HttpRequest) -> datetime | None:
    try:
        at = datetime.fromisoformat(request.GET.get("at", ""))
    except ValueError:
        return None
    return at if at.tzinfo else None


def _day(request: HttpRequest, known: list[Day]) -> Day | None:
    """Return the day that was asked for, or the latest."""
    asked = _instant(request)
    return next((day for day in known if day.at == asked), known[0] if known else None)


def _communities(row: Passed) -> list[str]:
    return [
        code[:12] for code in (row.old_code, row.new_code) if len(code) >= DIGITS[Level.COMMUNITY]
    ]


def _drawn(area: str, communities: list[str]) -> str:
    """Say which community is drawn: the one asked for, or the first that changed."""
    return part(area, Level.COMMUNITY) or next(iter(communities), "")


def _is_grid(row: Passed) -> bool:
    return level_of(row.old_code) is Level.GRID
