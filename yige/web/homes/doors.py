"""Bring doors in from a file: look at what is in it, then take it or leave it."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yige.base import files
from yige.base.commands import NotAllowed
from yige.base.models import StoredFile
from yige.edge.actors import actor_of
from yige.edge.forms import command_id_of, refused, run_posted
from yige.edge.safety import only
from yige.homes.access import KEEPERS
from yige.homes.door_imports import LIMITS, doors_in
from yige.homes.door_reader import Found
from yige.homes.door_reasons import in_words
from yige.homes.door_template import door_template
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.territory import queries
from yige.web.shell.forms import Form

SHOWN = 200
KINDS = {"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "csv": "text/csv; charset=utf-8"}  # fmt: skip


@only(*KEEPERS)
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the empty list of doors."""
    if kind not in KINDS:
        raise Http404(kind)
    content = door_template(get_language() or "zh-hans", kind=kind)
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="yige-doors.{kind}"'
    return answer


@only(*KEEPERS)
@require_http_methods(("GET", "HEAD", "POST"))
def import_doors(request: HttpRequest) -> HttpResponse:
    """Take a file in; nothing of it is stored before somebody has seen what is in it."""
    actor, form, status = actor_of(request), Form.fresh(), 200
    upload: Any = request.FILES.get("file")
    if request.method == "POST" and upload is None:
        errors = {"file": _("Please choose a file.")}
        form, status = Form.refused(request.POST, errors=errors), 422
    elif request.method == "POST":
        try:
            kept = files.keep(
                _chunks(upload), name=upload.name or "", kind="doors", most=LIMITS.file_bytes,
                at=clock.now(), account=actor.account, sent_with=command_id_of(request),
            )  # fmt: skip
            return redirect("homes:imported", file=kept.id)
        except Refusal as refusal:
            tried = refused(request, refusal)
            form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    shown = {"form": form, "area": queries.name_of(actor.area)}
    return render(request, "homes/import.html", shown, status=status)


@only(*KEEPERS)
@require_http_methods(("GET", "HEAD", "POST"))
def imported(request: HttpRequest, file: UUID) -> HttpResponse:
    """Show what is in a file of doors, and store it when that is accepted."""
    actor, kept = actor_of(request), _own(request, file)
    known = {"area": actor.area, "file": kept.digest}
    form, found, status = Form.fresh(), Found(), 200
    try:
        found = doors_in(kept.digest, actor.area)
        if request.method == "POST":
            tried = run_posted(request, "homes.import_doors", **known)
            if tried.outcome is not None:
                said = _("{doors} doors of {units} units were stored; {left_out} rows stayed out.")
                messages.success(request, said.format(**tried.outcome.result))
                return redirect(f"{reverse('homes:buildings')}?area={actor.area}")
            form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    except Refusal as refusal:
        tried = refused(request, refusal)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    shown = {
        "file": kept,
        "form": form,
        "found": found,
        "errors": [(e, *in_words(e.code, e.facts)) for e in found.errors[:SHOWN]],
        "more_errors": max(len(found.errors) - SHOWN, 0),
        "bad_rows": len(found.bad_rows),
    }
    return render(request, "homes/imported.html", shown, status=status)


def _own(request: HttpRequest, file: UUID) -> StoredFile:
    """Return a file that one has brought in oneself."""
    kept, actor = files.file_of(file), actor_of(request)
    if kept.kind != "doors" or kept.account != actor.account:
        raise NotAllowed(page=request.path, role=actor.role, area=actor.area)
    return kept


def _chunks(upload: Any) -> Iterator[bytes]:
    yield from upload.chunks()
