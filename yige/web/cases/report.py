"""Report a matter: on the public page without log-in, or at a desk for somebody who calls."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base.access import DESKS, Role
from yige.base.city import setting
from yige.base.commands import Outcome
from yige.cases import queries
from yige.cases.detail import tracking
from yige.cases.matters import matters_in_force
from yige.cases.tracking import secret_of
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, refused, run_posted
from yige.edge.limits import knock
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.territory.locate import locate
from yige.territory.queries import children_of, city
from yige.web.cases.photos import photos_of
from yige.web.places.ground import ground
from yige.web.shell.forms import Form

FORM_OR_PAGE: Final = ("GET", "HEAD", "POST")


@require_http_methods(FORM_OR_PAGE)
def report(request: HttpRequest) -> HttpResponse:
    """Take a report from anybody and hand out its number and secret."""
    if request.method != "POST":
        form = Form.fresh(category=request.GET.get("category", ""))
        return render(request, "cases/report.html", _shown(form))
    if actor_of(request).role is Role.RESIDENT:
        knock(request, "report")
    tried = _open(request)
    if tried.outcome is None:
        form = Form.refused(request.POST, **tried.for_form())
        return render(request, "cases/report.html", _shown(form), status=tried.status)
    return _receipt(request, tried)


@only(*DESKS)
@require_http_methods(FORM_OR_PAGE)
def new(request: HttpRequest) -> HttpResponse:
    """Take a report at a desk; the next one begins where this one ends."""
    if request.method != "POST":
        return render(request, "cases/new.html", _shown(Form.fresh(source=_usual(request))))
    tried = _open(request)
    if tried.outcome is None:
        form = Form.refused(request.POST, **tried.for_form())
        return render(request, "cases/new.html", _shown(form), status=tried.status)
    messages.success(request, _("The case is open: %s") % tried.outcome.result["number"])
    return redirect("cases:new" if "another" in request.POST else _address_of(tried.outcome))


@require_safe
def near(request: HttpRequest) -> HttpResponse:
    """Show open cases about the same close to a place, so that nobody reports twice."""
    knock(request, "ask")
    category = request.GET.get("category", "")
    lon, lat = _degree(request, "place.lon"), _degree(request, "place.lat")
    address = request.GET.get("place.address", "")[:200]
    rows = _nearby(category, lon, lat, address) if category else []
    return render(request, "cases/_near.html", {"rows": rows[:3]})


@require_POST
def echo(request: HttpRequest, case: UUID) -> HttpResponse:
    """Join a case that is open already instead of reporting it again."""
    knock(request, "report")
    tried = run_posted(request, "cases.echo", case=case)
    if tried.outcome is None:
        return render(request, "cases/echoed.html", {"tried": tried}, status=tried.status)
    return render(request, "cases/echoed.html", {"result": tried.outcome.result})


@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """Show what can be reported, and in which time it is answered and finished."""
    return render(request, "cases/matters.html", {"groups": matters_in_force()})


def _open(request: HttpRequest) -> Tried:
    try:
        photos = photos_of(request)
    except Refusal as refusal:
        return refused(request, refusal)
    language = "en" if get_language() == "en" else "zh-hans"
    return run_posted(request, "cases.open", photos=photos, language=language)


def _receipt(request: HttpRequest, tried: Tried) -> HttpResponse:
    if tried.outcome is None or tried.outcome.outcome != "done":
        return render(request, "cases/handed_on.html", status=202)
    case = tried.outcome.id
    shown = {
        "number": tried.outcome.result["number"],
        "secret": secret_of(case),
        "tracking": tracking(case, now=clock.now()),
        "case": case,
    }
    return render(request, "cases/receipt.html", shown, status=201)


def _shown(form: Form) -> dict[str, Any]:
    known = city()
    below = children_of(known.code) if known else []
    return {
        "form": form,
        "lon": form.value("place.lon"),
        "lat": form.value("place.lat"),
        "address": form.value("place.address"),
        "ground": ground(),
        "groups": [
            (group.name, [(leaf.code, leaf.name) for leaf in group.leaves])
            for group in queries.tree()
        ],
        "areas": [("", _("I do not know")), *((area.code, area.name) for area in below)],
        "city": known,
        "phone": setting("city.phone"),
        "sources": (("desk", _("At the desk")), ("hotline", _("By telephone")),
                    ("grid", _("Found by the grid"))),
    }  # fmt: skip


def _address_of(opened: Outcome) -> str:
    return reverse("cases:case", args=[opened.id])


def _usual(request: HttpRequest) -> str:
    return "hotline" if actor_of(request).role is Role.PLATFORM else "desk"


def _nearby(
    category: str, lon: float | None, lat: float | None, address: str
) -> list[queries.Nearby]:
    at = clock.now()
    place = locate(lon=lon, lat=lat, address=address, at=at)
    return queries.nearby(
        category=category, area=place.area_code, at=at, unit=place.unit_code, lon=lon, lat=lat
    )


def _degree(request: HttpRequest, name: str) -> float | None:
    try:
        return float(request.GET.get(name, ""))
    except ValueError:
        return None
