"""Files of a campaign: lists of buildings, filled sheets, lists of property firms."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base import files as store
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, refused, run_posted
from yige.edge.safety import only
from yige.edge.told import sentence_told
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.kernel.places import Datum
from yige.surveying import queries
from yige.surveying.access import DESKS, KEEPERS
from yige.surveying.columns import BUILDINGS, FILLED, FIRM, heading
from yige.surveying.findings import in_words
from yige.surveying.models import Upload
from yige.territory.queries import names_of
from yige.web.shell.forms import Form
from yige.web.surveying.campaigns import KINDS, as_file
from yige.web.surveying.signs import UPLOADS

MOST_BYTES: Final = 64 << 20
SHOWN: Final = 200
BLANKS: Final = {"buildings": BUILDINGS, "filled": FILLED, "firm": FIRM}


@only(*KEEPERS)
@require_http_methods(("GET", "HEAD", "POST"))
def files(request: HttpRequest, campaign: UUID) -> HttpResponse:
    """List a campaign's files, and take one in."""
    actor, form, status = actor_of(request), Form.fresh(kind="filled"), 200
    if request.method == "POST":
        tried = _brought(request, campaign)
        if tried.outcome:
            return redirect("surveying:file", upload=tried.outcome.id)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    shown = {
        "campaign": queries.campaign(actor, campaign),
        "rows": [(row, *UPLOADS[row.state]) for row in queries.uploads(actor, campaign)],
        "form": form,
        "kinds": Upload.KINDS,
        "may_keep": True,
        "datums": [("", "—"), *((datum.value, datum.value.upper()) for datum in Datum)],
    }
    return render(request, "surveying/files.html", shown, status=status)


@only(*DESKS)
@require_safe
def blank(request: HttpRequest, campaign: UUID, what: str, kind: str) -> HttpResponse:
    """Hand out a file to be filled in: of sheets with a row for each unit still to be counted."""
    if kind not in KINDS or what not in BLANKS:
        raise Http404(kind)
    actor, language = actor_of(request), get_language() or "zh-hans"
    row = queries.campaign(actor, campaign)
    columns = [heading(key, language) for key in BLANKS[what]]
    rows: Any = _to_fill(request, campaign, row.vintage.isoformat()) if what == "filled" else []
    return as_file(columns, rows, name=f"yige-survey-{what}.{kind}", kind=kind)


@only(*KEEPERS)
@require_safe
def file(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Show what is in a file, and every row that cannot be right."""
    return _page(request, upload, Form.fresh())


@only(*KEEPERS)
@require_POST
def accept(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Take a file over without the rows that are wrong."""
    tried = run_posted(request, "surveying.accept_file", upload=upload)
    return _then(request, upload, tried, _("The file is being taken over."))


@only(*KEEPERS)
@require_POST
def drop(request: HttpRequest, upload: UUID) -> HttpResponse:
    """Lay a file aside."""
    tried = run_posted(request, "surveying.drop_file", upload=upload)
    return _then(request, upload, tried, _("The file was laid aside; nothing was changed."))


def _to_fill(request: HttpRequest, campaign: UUID, day: str) -> Iterator[list[Any]]:
    lines = list(queries.lines_to_fill(actor_of(request), campaign))
    names = names_of({sheet.area_code[:12] for sheet, _line in lines})
    empty = [None] * (len(FILLED) - 7)
    for sheet, line in lines:
        yield [day, str(sheet.number), line.unit_code, names[sheet.area_code[:12]],
               sheet.compound, sheet.building, line.name, *empty]  # fmt: skip


def _brought(request: HttpRequest, campaign: UUID) -> Tried:
    upload: Any = request.FILES.get("file")
    known: dict[str, Any] = {}
    if upload is not None:
        try:
            kept = store.keep(
                upload.chunks(), name=upload.name or "", kind="survey", most=MOST_BYTES,
                at=clock.now(), account=actor_of(request).account,
            )  # fmt: skip
        except Refusal as refusal:
            return refused(request, refusal)
        known = {"file": kept.digest, "source": kept.name}
    return run_posted(request, "surveying.bring_file", campaign=campaign, **known)


def _then(request: HttpRequest, upload: UUID, tried: Tried, done: str) -> HttpResponse:
    if tried.is_done:
        messages.success(request, done)
        return redirect("surveying:file", upload=upload)
    return _page(request, upload, Form.refused(request.POST, **tried.for_form()), tried.status)


def _page(request: HttpRequest, upload: UUID, form: Form, status: int = 200) -> HttpResponse:
    row = queries.upload(actor_of(request), upload)
    report = row.report
    said = report.get("refusal")
    shown = {
        "upload": row,
        "sign": UPLOADS[row.state],
        "form": form,
        "report": report,
        "is_busy": row.state in ("reading", "storing"),
        "refusal": sentence_told(said["code"], said["facts"]) if said else "",
        "errors": [(e, *in_words(e["code"], e["facts"]))
                   for e in report.get("errors", ())[:SHOWN]],
        "more": max(report.get("error_count", 0) - SHOWN, 0),
        "may_drop": row.state in ("reading", "checked", "refused"),
    }  # fmt: skip
    return render(request, "surveying/file.html", shown, status=status)
