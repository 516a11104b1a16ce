"""A reporter's own page on a case: by number and secret, without log-in."""

from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from yige.cases.detail import REPORTERS_VERBS, tracking
from yige.cases.errors import TrackingWrong
from yige.cases.looks import looks_at
from yige.cases.tracking import find, proof_of
from yige.edge.forms import command_id_of, refused, run_posted
from yige.edge.limits import knock
from yige.kernel import clock
from yige.kernel.errors import Missing, Refusal
from yige.web.cases.photos import photos_of
from yige.web.shell.forms import Form

DONE: Final = {
    "rate": _("Thank you. What you said is on record."),
    "reopen": _("It was reopened and is with the desk again."),
    "withdraw": _("Your report was taken back."),
    "note": _("What you added is with whoever holds the case."),
}


@require_http_methods(("GET", "HEAD", "POST"))
def track(request: HttpRequest) -> HttpResponse:
    """Ask for number and secret, and show where the matter stands."""
    if request.method != "POST":
        return render(request, "cases/track.html", {"form": Form.fresh()})
    try:
        case = _find(request)
    except TrackingWrong as refusal:
        form = Form.refused(request.POST, **refused(request, refusal).for_form())
        return render(request, "cases/track.html", {"form": form}, status=404)
    return _page(request, case)


@require_POST
def act(request: HttpRequest, verb: str) -> HttpResponse:
    """Take a reporter's step: rate, reopen, withdraw, add."""
    if verb not in REPORTERS_VERBS:
        raise Missing(verb=verb)
    case = _find(request)
    known: dict[str, Any] = {"case": case, "proof": proof_of(case, command_id_of(request))}
    try:
        if verb == "note":
            known["photos"] = photos_of(request)
        tried = run_posted(request, f"cases.{verb}", **known)
    except Refusal as refusal:
        tried = refused(request, refusal)
    if tried.is_done:
        return _page(request, case, said=DONE[verb], done=verb)
    form = Form.refused(request.POST, name=verb, **tried.for_form())
    return _page(request, case, form=form, status=tried.status)


def _find(request: HttpRequest) -> UUID:
    knock(request, "track")
    return find(request.POST.get("number", ""), request.POST.get("secret", ""))


def _page(
    request: HttpRequest,
    case: UUID,
    *,
    form: Form | None = None,
    said: str | Promise = "",
    done: str = "",
    status: int = 200,
) -> HttpResponse:
    shown = {
        "case": tracking(case, now=clock.now()),
        "looks": looks_at(case),
        "number": request.POST.get("number", ""),
        "secret": request.POST.get("secret", ""),
        "form": form or Form.fresh(),
        "blank": {verb: Form.fresh(name=verb) for verb in ("note", "reopen")},
        "said": said,
        "done": done,
    }
    return render(request, "cases/tracking.html", shown, status=status)
