"""A surveyor's sheets, and one sheet: counted on the phone, checked at the desk."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.edge.actors import actor_of
from yige.edge.forms import Tried, run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.ids import is_id
from yige.surveying import queries
from yige.surveying.access import DESKS, SURVEYORS
from yige.surveying.counting import COUNTS
from yige.surveying.models import Sheet
from yige.surveying.queries import LineRow, SheetRow
from yige.web.shell.forms import Form
from yige.web.surveying.signs import SHEETS

COUNTERS = tuple(dict.fromkeys((*SURVEYORS, *DESKS)))
LABELS: Final = {
    "households": gettext_lazy("Households"),
    "residents": gettext_lazy("Residents"),
    "occupied": gettext_lazy("Doors lived in by owners"),
    "let": gettext_lazy("Doors let"),
    "empty": gettext_lazy("Doors empty"),
    "age_0_6": gettext_lazy("Aged 0 to 6"),
    "age_7_17": gettext_lazy("Aged 7 to 17"),
    "age_18_59": gettext_lazy("Aged 18 to 59"),
    "age_60_79": gettext_lazy("Aged 60 to 79"),
    "age_80_up": gettext_lazy("Aged 80 and over"),
}
FIRST: Final = ("households", "residents", "occupied", "let", "empty")
AGES: Final = ("age_0_6", "age_7_17", "age_18_59", "age_60_79", "age_80_up")


@only(*SURVEYORS)
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """List one's sheets: what is to be counted first, by the day it is due."""
    actor = actor_of(request)
    rows = queries.own_sheets(actor)
    today = clock.now().date()
    waiting = [row for row in rows if row.is_to_count]
    done = request.GET.get("done", "")
    shown = {
        "waiting": [(r, *SHEETS[r.state], r.due_on is not None and r.due_on < today)
                    for r in waiting],
        "handed_in": [(row, *SHEETS[row.state]) for row in rows if not row.is_to_count],
        "late": sum(r.due_on is not None and r.due_on < today for r in waiting),
        "returned": sum(row.state == Sheet.RETURNED for row in waiting),
        "done": done if is_id(done) else "",
        "has_desk": actor.holds(*DESKS),
    }  # fmt: skip
    return render(request, "surveying/mine.html", shown)


@only(*COUNTERS)
@require_http_methods(("GET", "HEAD", "POST"))
def sheet(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Show a sheet; hand its counts in."""
    if request.method != "POST":
        return _page(request, sheet, Form.fresh())
    row = queries.sheet(actor_of(request), sheet)
    counts = _counts(request.POST, row.lines)
    tried = run_posted(request, "surveying.hand_in", sheet=sheet, counts=counts)
    if tried.is_done:
        messages.success(request, _("Sheet %(number)s was handed in.") % {"number": row.number})
        return redirect(_after(request, sheet))
    return _page(request, sheet, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*COUNTERS)
@require_POST
def begin(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Begin to count a sheet."""
    return _then(request, sheet, run_posted(request, "surveying.begin", sheet=sheet))


@only(*DESKS)
@require_POST
def check(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Take a sheet as it was handed in."""
    return _then(request, sheet, run_posted(request, "surveying.check", sheets=[str(sheet)]))


@only(*DESKS)
@require_POST
def send_back(request: HttpRequest, sheet: UUID) -> HttpResponse:
    """Return a sheet to those who counted it."""
    return _then(request, sheet, run_posted(request, "surveying.send_back", sheet=sheet))


def _then(request: HttpRequest, sheet: UUID, tried: Tried) -> HttpResponse:
    if tried.is_done:
        return redirect("surveying:sheet", sheet=sheet)
    return _page(request, sheet, Form.refused(request.POST, **tried.for_form()), tried.status)


def _after(request: HttpRequest, sheet: UUID) -> str:
    """Lead a surveyor to the next sheet, and the desk back to this one."""
    if actor_of(request).holds(*SURVEYORS):
        return f"{reverse('surveying:mine')}?done={sheet}"
    return f"{reverse('surveying:sheet', args=[sheet])}?done={sheet}"


def _page(request: HttpRequest, sheet: UUID, form: Form, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    row = queries.sheet(actor, sheet)
    is_editing = row.is_open and (
        row.is_to_count or "edit" in request.GET or "counts.0.households" in request.POST
    )
    shown = {
        "sheet": row,
        "sign": SHEETS[row.state],
        "form": form,
        "parts": _parts(row, form) if is_editing else [],
        "is_editing": is_editing,
        "may_check": actor.holds(*DESKS) and row.campaign_state == "open",
        "steps": [(step, *SHEETS[step.state]) for step in row.steps],
        "done": request.GET.get("done", ""),
        "first": [(name, LABELS[name]) for name in FIRST],
        "ages": [(name, LABELS[name]) for name in AGES],
    }
    return render(request, "surveying/sheet.html", shown, status=status)


def _parts(row: SheetRow, form: Form) -> list[dict[str, Any]]:
    """Say for each unit which fields it has; one more part takes a unit that nobody knew."""
    parts = [_part(n, line, form) for n, line in enumerate(row.lines)]
    return [*parts, _part(len(parts), None, form)]


def _part(place: int, line: LineRow | None, form: Form) -> dict[str, Any]:
    def field(name: str) -> dict[str, Any]:
        key = f"counts.{place}.{name}"
        known = str(line.counts[name]) if line and line.is_counted and not line.is_gone else ""
        value = form.value(key) if form.values else known
        return {"key": key, "id": form.id_of(key), "label": LABELS[name], "value": value,
                "error": form.errors.get(key, "")}  # fmt: skip

    gone, name = f"counts.{place}.is_gone", f"counts.{place}.name"
    is_gone = bool(form.value(gone)) if form.values else bool(line and line.is_gone)
    return {
        "line": line,
        "is_new": line is None or line.is_found,
        "name": form.value(name) if form.values else (line.name if line else ""),
        "name_key": name,
        "gone_key": gone,
        "is_gone": is_gone,
        "first": [field(each) for each in FIRST],
        "ages": [field(each) for each in AGES],
        "is_wrong": any(key.startswith(f"counts.{place}.") for key in form.errors),
    }


def _counts(typed: QueryDict, lines: tuple[LineRow, ...]) -> list[dict[str, Any]]:
    """Read the counts of each unit as they were typed, in the order of the fields."""
    found = [_count(typed, place, line) for place, line in enumerate(lines)]
    new = _count(typed, len(lines), None)
    return [count for count in (*found, new) if count is not None]


def _count(typed: QueryDict, place: int, line: LineRow | None) -> dict[str, Any] | None:
    said = {name: typed.get(f"counts.{place}.{name}", "").strip() for name in COUNTS}
    name = typed.get(f"counts.{place}.name", "")
    is_new = line is None or line.is_found
    if is_new and not name.strip() and not any(said.values()):
        return None
    is_gone = typed.get(f"counts.{place}.is_gone") == "on"
    numbers = {key: value for key, value in said.items() if value or key == "households"}
    who: dict[str, Any] = {"line": 0, "name": name} if is_new else {"line": line.n if line else 0}
    return who | ({"is_gone": True} if is_gone else numbers)
