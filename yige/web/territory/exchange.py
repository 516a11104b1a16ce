"""Take a plan out as a file, and bring one in as a new draft."""

from collections.abc import Iterator
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yige.base import files
from yige.base.access import Actor, Role
from yige.base.city import setting
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, refused, run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.kernel.ids import is_id
from yige.territory import access
from yige.territory.models import Plan
from yige.territory.plan_files import opened, plan_to_write
from yige.territory.plan_reading import read_assignment
from yige.web.shell.forms import Form
from yige.web.territory.areas import area_choices

SEERS = (Role.PLANNER, Role.SYSTEM_ADMIN, Role.PLATFORM)
DRAFTERS = (Role.PLANNER, Role.SYSTEM_ADMIN)
MOST_BYTES = 256 << 20


@only(*SEERS)
@require_safe
def export_plan(request: HttpRequest, plan: UUID, kind: str) -> HttpResponse:
    """Give a plan as a file of a kind."""
    row, how = plan_to_write(actor_of(request), plan, kind)
    answer = FileResponse(
        opened(row, how, at=clock.now()),
        as_attachment=True,
        filename=f"{row.name}.{how.suffix}",
        content_type=how.media_type,
    )
    return cast(HttpResponse, answer)


@only(*DRAFTERS)
@require_http_methods(("GET", "HEAD", "POST"))
def import_plan(request: HttpRequest) -> HttpResponse:
    """Bring a plan in; what is odd in the file is shown, and may then be accepted."""
    actor, status = actor_of(request), 200
    base = _base(actor, request.GET.get("plan", "") or request.POST.get("base", ""))
    form, odd, file = _fresh(actor, base), (), ""
    if request.method == "POST":
        tried, file = _brought(request)
        if tried.outcome:
            messages.success(request, _("The plan was brought in as a new draft."))
            return redirect("territory:plan", plan=tried.outcome.id)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
        odd = tried.facts.get("odd", ())
    shown = {"form": form, "areas": area_choices(actor.area), "base": base, "odd": odd,
             "file": file if odd else ""}  # fmt: skip
    return render(request, "territory/import_plan.html", shown, status=status)


def _base(actor: Actor, plan: str) -> Plan | None:
    return access.plan_for(actor, UUID(plan)) if is_id(plan) else None


def _fresh(actor: Actor, base: Plan | None) -> Form:
    if base is not None:
        return Form.fresh(area=base.area_code, lower=base.lower, upper=base.upper, base=base.id)
    lower, upper = setting("territory.lower"), setting("territory.upper")
    return Form.fresh(area=actor.area, lower=lower, upper=upper)


def _brought(request: HttpRequest) -> tuple[Tried, str]:
    """Read the file that came, or was kept when it came, and make a draft of it."""
    # A browser sends its empty file field after the digest that the page held.
    digest, source = next(filter(None, map(str, request.POST.getlist("file"))), ""), ""
    upload: Any = request.FILES.get("file")
    try:
        if upload is not None:
            kept = files.keep(
                _chunks(upload), name=upload.name or "", kind="plan", most=MOST_BYTES,
                at=clock.now(), account=actor_of(request).account,
            )  # fmt: skip
            digest, source = kept.digest, kept.name
        body = read_assignment(digest).as_body()
    except Refusal as refusal:
        return refused(request, refusal), ""
    return run_posted(request, "territory.import_plan", source=source, **body), digest


def _chunks(upload: Any) -> Iterator[bytes]:
    yield from upload.chunks()
