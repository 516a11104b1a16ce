"""Bring a survey in, see what was found, accept it or lay it aside."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base import files
from yige.base.access import Role
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, refused, run_posted
from yige.edge.safety import only
from yige.edge.told import sentence_told
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.kernel.places import Datum
from yige.territory import plan_queries
from yige.territory.findings import in_words
from yige.territory.plan_queries import SurveyRow
from yige.territory.survey_columns import LONGEST_MAPPING, SurveyMapping, mapping_in
from yige.territory.survey_template import survey_template
from yige.web.shell.forms import Form
from yige.web.territory.areas import area_choices

BRINGERS = (Role.PLANNER, Role.SYSTEM_ADMIN)
MOST_BYTES = 256 << 20
SHOWN = 200
KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "csv": "text/csv; charset=utf-8"}  # fmt: skip
STATE_SIGNS = {
    "reading": ("brand", "▶"), "checked": ("caution", "!"), "storing": ("brand", "▶"),
    "stored": ("ok", "✓"), "refused": ("bad", "✕"), "dropped": ("", "="),
}  # fmt: skip


@only(*BRINGERS)
@require_http_methods(("GET", "HEAD", "POST"))
def surveys(request: HttpRequest) -> HttpResponse:
    """List surveys, and take a file in."""
    actor = actor_of(request)
    form = Form.fresh(area=actor.area)
    status = 200
    if request.method == "POST":
        tried = _brought(request)
        if tried.outcome:
            return redirect("territory:survey", survey=tried.outcome.id)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    shown = {
        "rows": [(row, *STATE_SIGNS[row.state]) for row in plan_queries.surveys(actor)],
        "form": form,
        "areas": area_choices(actor.area),
        "datums": datum_choices(),
    }
    return render(request, "territory/surveys.html", shown, status=status)


@only(*BRINGERS)
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the empty survey to be filled in."""
    if kind not in KINDS:
        raise Http404(kind)
    content = survey_template(get_language() or "zh-hans", kind=kind)
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="yige-survey.{kind}"'
    return answer


@only(*BRINGERS)
@require_safe
def survey(request: HttpRequest, survey: UUID) -> HttpResponse:
    """Show what is in a survey's file: counts, what to look at, and every wrong row."""
    return _page(request, survey, Form.fresh())


@only(*BRINGERS)
@require_POST
def accept(request: HttpRequest, survey: UUID) -> HttpResponse:
    """Accept a survey, with the listed rows left out where that was said."""
    tried = run_posted(request, "territory.accept_survey", survey=survey)
    return _then(request, survey, tried, _("The survey is being stored."))


@only(*BRINGERS)
@require_POST
def drop(request: HttpRequest, survey: UUID) -> HttpResponse:
    """Lay a survey aside."""
    tried = run_posted(request, "territory.drop_survey", survey=survey)
    return _then(request, survey, tried, _("The survey was laid aside; nothing was stored."))


def _brought(request: HttpRequest) -> Tried:
    """Keep the file that came with the form, and have it read."""
    upload: Any = request.FILES.get("file")
    known: dict[str, Any] = {}
    if upload is not None:
        try:
            kept = files.keep(
                _chunks(upload), name=upload.name or "", kind="survey", most=MOST_BYTES,
                at=clock.now(), account=actor_of(request).account,
            )  # fmt: skip
        except Refusal as refusal:
            return refused(request, refusal)
        known = {"file": kept.digest, "source": kept.name}
    try:
        known |= _mapping(request)
    except Refusal as refusal:
        return refused(request, refusal)
    return run_posted(request, "territory.import_survey", **known)


def _mapping(request: HttpRequest) -> dict[str, Any]:
    """Read the mapping file that came with the form, if any, and see that it is one."""
    upload: Any = request.FILES.get("mapping")
    if upload is None:
        return {}
    read = mapping_in(upload.read(LONGEST_MAPPING + 1), name=upload.name or "")
    SurveyMapping.of(read)
    return {"mapping": read}


def _chunks(upload: Any) -> Iterator[bytes]:
    yield from upload.chunks()


def _then(request: HttpRequest, survey: UUID, tried: Tried, done: str) -> HttpResponse:
    if tried.is_done:
        messages.success(request, done)
        return redirect("territory:survey", survey=survey)
    return _page(request, survey, Form.refused(request.POST, **tried.for_form()), tried.status)


def _page(request: HttpRequest, survey: UUID, form: Form, status: int = 200) -> HttpResponse:
    row = plan_queries.survey(actor_of(request), survey)
    report = row.report
    tone, sign = STATE_SIGNS[row.state]
    errors = report.get("errors", [])
    found = (*report.get("warnings", ()), *report.get("assumptions", ()))
    shown = {
        "survey": row,
        "tone": tone,
        "sign": sign,
        "form": form,
        "report": report,
        "is_busy": row.state in ("reading", "storing"),
        "refusal": _refusal(row),
        "notices": [_said(each) for each in found],
        "errors": [(e, *in_words(e["code"], e["facts"])) for e in errors[:SHOWN]],
        "more_errors": max(report.get("error_count", 0) - SHOWN, 0),
        "bad_rows": len(report.get("bad_rows", ())),
        "may_drop": row.state in ("reading", "checked", "refused"),
    }
    return render(request, "territory/survey.html", shown, status=status)


def _refusal(row: SurveyRow) -> str:
    said = row.report.get("refusal")
    return sentence_told(said["code"], said["facts"]) if said else ""


def _said(notice: dict[str, Any]) -> dict[str, Any]:
    what, advice = in_words(notice["code"], notice["facts"])
    rows = notice["rows"]
    return {"what": what, "advice": advice, "rows": rows[:20], "more": max(len(rows) - 20, 0)}


def datum_choices() -> list[tuple[str, str]]:
    """Name the datums in which coordinates may come."""
    words = {
        Datum.CGCS2000: _("CGCS2000 (surveying and planning offices)"),
        Datum.WGS84: _("WGS 84 (GPS)"),
        Datum.GCJ02: _("GCJ-02 (Amap, Tencent and other web maps)"),
        Datum.BD09: _("BD-09 (Baidu maps)"),
    }
    return [(datum.value, word) for datum, word in words.items()]
