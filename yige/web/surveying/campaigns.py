"""The planner's desk: open campaigns, see how far they are, freeze and compare them."""

from io import BytesIO
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base.tables.write import csv_text, write_xlsx
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.codes import Level
from yige.surveying import compare, queries
from yige.surveying.access import DESKS, KEEPERS
from yige.surveying.columns import heading
from yige.web.places.ground import ground
from yige.web.shell.forms import Form
from yige.web.surveying.signs import CAMPAIGNS, SHEETS, tone_of
from yige.web.territory.areas import area_choices

KINDS: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}
MOST_SHOWN: Final = 200


@only(*DESKS)
@require_http_methods(("GET", "HEAD", "POST"))
def campaigns(request: HttpRequest) -> HttpResponse:
    """List campaigns, and open one."""
    actor, today = actor_of(request), clock.now().date()
    may_open = actor.holds(*KEEPERS)
    form = Form.fresh(area=actor.area, vintage=today, opens_on=today)
    status = 200
    if request.method == "POST":
        tried = run_posted(request, "surveying.open_campaign")
        if tried.outcome:
            messages.success(request, _("The campaign is open. Hand its sheets out next."))
            return redirect("surveying:campaign", campaign=tried.outcome.id)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    shown = {
        "rows": [(row, *CAMPAIGNS[row.state]) for row in queries.campaigns(actor)],
        "form": form,
        "areas": area_choices(actor.area) if may_open else [],
        "may_open": may_open,
    }
    return render(request, "surveying/campaigns.html", shown, status=status)


@only(*DESKS)
@require_safe
def campaign(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Show how far a campaign has come in each community, the worst first."""
    return page_of(request, campaign, Form.fresh())


def page_of(request: HttpRequest, campaign: UUID, form: Form, status: int = 200) -> HttpResponse:
    """Draw a campaign's page, with a form that was refused."""
    actor = actor_of(request)
    row = queries.campaign(actor, campaign)
    covered = queries.coverage(actor, campaign)
    shown = {
        "campaign": row,
        "sign": CAMPAIGNS[row.state],
        "form": form,
        "rows": [(each, tone_of(each.percent), _states(each.in_states)) for each in covered],
        "states": _states([(s, row.sheets.get(s, 0)) for s in queries.WORST]),
        "homes": sum(each.homes for each in covered),
        "counted": sum(each.counted for each in covered),
        "findings": sum(each.findings for each in covered),
        "without_group": sum(each.without_group for each in covered),
        "open": row.total - row.checked,
        "may_keep": actor.holds(*KEEPERS),
    }
    return render(request, "surveying/campaign.html", shown, status=status)


@only(*DESKS)
@require_safe
def on_the_map(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Show how far each grid has come, on the map and as a table beside it."""
    actor = actor_of(request)
    covered, where = queries.coverage(actor, campaign, level=Level.GRID), ground()
    shown = {
        "campaign": queries.campaign(actor, campaign),
        "rows": [(each, tone_of(each.percent)) for each in covered],
        "ground": where,
        "bounds": queries.bounds(actor, campaign) or where.bounds,
        "may_keep": actor.holds(*KEEPERS),
    }
    return render(request, "surveying/map.html", shown)


@only(*KEEPERS)
@require_POST
def freeze(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Freeze a campaign."""
    tried = run_posted(request, "surveying.freeze", campaign=campaign)
    if tried.is_done:
        messages.success(request, _("The campaign is frozen. Its counts are being taken over."))
        return redirect("surveying:campaign", campaign=campaign)
    return page_of(request, campaign, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*DESKS)
@require_safe
def compared(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """Show households then and now, the biggest changes first."""
    actor = actor_of(request)
    found = compare.comparison(actor, campaign)
    shown = {
        "campaign": queries.campaign(actor, campaign),
        "found": found,
        "buildings": found.buildings[:MOST_SHOWN],
        "more": max(len(found.buildings) - MOST_SHOWN, 0),
        "may_keep": actor.holds(*KEEPERS),
    }
    return render(request, "surveying/compare.html", shown)


@only(*DESKS)
@require_safe
def compared_file(request: HttpRequest, campaign: UUID, kind: str) -> HttpResponse:
    """Hand the comparison out as a file."""
    if kind not in KINDS:
        raise Http404(kind)
    found = compare.comparison(actor_of(request), campaign)
    return as_file(_columns(), found.table(), name=f"yige-survey-changes.{kind}", kind=kind)


def as_file(columns: list[str], rows: Any, *, name: str, kind: str) -> HttpResponse:
    """Write a table as an answer that is saved."""
    if kind == "csv":
        content = csv_text(columns, rows).encode("utf-8-sig")
    else:
        out = BytesIO()
        write_xlsx(out, columns, rows)
        content = out.getvalue()
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _columns() -> list[str]:
    language = get_language() or "zh-hans"
    return [
        _("Community code"), heading("community", language), heading("compound", language),
        heading("building", language), _("Households then"), _("Households now"), _("Change"),
        _("New units"), _("Units gone"),
    ]  # fmt: skip


def _states(states: list[tuple[str, int]]) -> list[tuple[str, int, str, str, str]]:
    """Add to each state its word and signs."""
    words = {state: str(word) for state, word in queries.STATE_NAMES.items()}
    return [(state, many, words[state], *SHEETS[state]) for state, many in states]
