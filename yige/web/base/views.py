"""Show jobs and let their owners end them; show and change the city's settings."""

import re
from json import dumps
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base.access import Role
from yige.base.city import DECLARED, settings_in_force
from yige.base.commands import NotAllowed
from yige.base.joblist import JobRow, job_of, jobs_of
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.edge.told import sentence_told
from yige.web.base.sources import in_words
from yige.web.shell.forms import Form

BETWEEN: Final = re.compile(r"[、,，;；\n]")
"""What may stand between the texts of a list, as it is typed."""


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """List one's own jobs."""
    actor = actor_of(request)
    if actor.account is None:
        raise NotAllowed(page=request.path, role=actor.role, area="")
    return render(request, "base/jobs.html", {"rows": [_shown(row) for row in jobs_of(actor)]})


@require_safe
def job(request: HttpRequest, job: UUID) -> HttpResponse:
    """Show one job; the page follows it while it is open."""
    return render(request, "base/job.html", {"row": _shown(job_of(actor_of(request), job))})


@require_safe
def job_piece(request: HttpRequest, job: UUID) -> HttpResponse:
    """Give the piece of the page that is polled while a job is open."""
    return render(request, "base/_job.html", {"row": _shown(job_of(actor_of(request), job))})


@require_POST
def cancel_job(request: HttpRequest, job: UUID) -> HttpResponse:
    """Ask a job to end."""
    tried = run_posted(request, "base.cancel_job", job=job)
    if tried.is_done:
        messages.success(request, _("The job was asked to end."))
    else:
        messages.error(request, f"{tried.refusal} ({tried.quote})")
    return redirect("job", job=job)


@only(Role.SYSTEM_ADMIN)
@require_http_methods(("GET", "HEAD", "POST"))
def settings(request: HttpRequest) -> HttpResponse:
    """Show every setting of the city with its default and source; change one."""
    form = Form.fresh()
    if request.method == "POST":
        tried = run_posted(request, "base.set", value=_as_json(request))
        if tried.is_done:
            messages.success(request, _("The setting is in force."))
            return redirect("settings")
        form = Form.refused(request.POST, **tried.for_form())
    in_force = settings_in_force()
    rows = [
        (said, _as_typed(in_force[name].value), in_words(in_force[name].source))
        for name, said in sorted(DECLARED.items())
    ]
    shown = {"rows": rows, "form": form, "tried": form.value("name")}
    return render(request, "base/settings.html", shown, status=422 if form.is_refused else 200)


def _as_json(request: HttpRequest) -> str:
    """Read what was typed for a setting: texts need no quotation marks, all else is JSON."""
    typed = str(request.POST.get("value", ""))
    known = DECLARED.get(str(request.POST.get("name", "")))
    if known and isinstance(known.default, str):
        return dumps(typed)
    if known and _is_list_of_texts(known.default):
        return dumps([part.strip() for part in BETWEEN.split(typed) if part.strip()])
    return typed


def _as_typed(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "、".join(value) if _is_list_of_texts(value) else dumps(value, ensure_ascii=False)


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(part, str) for part in value)


def _shown(row: JobRow) -> dict[str, object]:
    """Put a job and the words of its refusal together."""
    refused = sentence_told(row.refusal["code"], row.refusal["facts"]) if row.refusal else ""
    return {"job": row, "refusal": refused or row.error}
