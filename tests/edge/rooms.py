"""Small views that refuse, post and poll: the rooms in which the edge is tried."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from yige.base.commands import NotAllowed, Stale
from yige.config.urls import handler500
from yige.config.urls import urlpatterns as house
from yige.edge import forms
from yige.edge.etag import tagged_by_journal
from yige.edge.limits import knock
from yige.kernel.errors import Conflict, Forbidden, Invalid, Missing, Refusal, Unavailable
from yige.web.shell.forms import Form

__all__ = ["handler500", "urlpatterns"]

KINDS: dict[str, type[Refusal]] = {
    "missing": Missing,
    "forbidden": Forbidden,
    "invalid": Invalid,
    "conflict": Conflict,
    "unavailable": Unavailable,
    "not-allowed": NotAllowed,
    "stale": Stale,
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise KINDS[kind]


def fall(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a fault of ours")


def board(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"board of {request.user}")


def pin(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        tried = forms.run_posted(request, "tests.pin")
        if tried.is_done:
            return redirect("/tests/board")
        form = Form.refused(request.POST, **tried.for_form())
        return render(request, "pieces/error_summary.html", _summary(form), status=tried.status)
    return HttpResponse("a form")


def _summary(form: Form) -> dict[str, object]:
    errors = [(form.id_of(field), sentence) for field, sentence in form.errors.items()]
    return {
        "is_refused": True,
        "errors": errors,
        "refusal": f"{form.refusal} [{form.value('text')}]",
        "quote": form.quote,
    }


def at_the_door(request: HttpRequest) -> HttpResponse:
    knock(request, "report")
    return HttpResponse("come in")


urlpatterns = [
    path("tests/refuse/<str:kind>", refuse),
    path("tests/fall", fall),
    path("tests/board", tagged_by_journal(board)),
    path("tests/pin", pin),
    path("tests/door", at_the_door),
    *house,
]
