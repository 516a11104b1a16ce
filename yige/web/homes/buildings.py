"""The household map: areas, buildings, and the doors of one building by stairwell."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base.access import Actor
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.homes import maps
from yige.homes.access import KEEPERS, PRINTERS, READERS
from yige.homes.models import Door
from yige.kernel import clock
from yige.territory import queries
from yige.web.shell.forms import Form

SIGNS = {Door.OCCUPIED: ("ok", "●"), Door.EMPTY: ("", "○"), Door.LET: ("brand", "◐")}
"""A door by sign and word: colour never tells alone."""


@only(*READERS)
@require_safe
def buildings(request: HttpRequest) -> HttpResponse:
    """List the areas below, or the buildings, with how far their doors are listed."""
    return _area_page(request, Form.fresh())


@only(*KEEPERS)
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """List doors from floors, for units of an area or for one building."""
    actor = actor_of(request)
    tried = run_posted(request, "homes.make_doors", area=request.POST.get("area") or actor.area)
    if tried.outcome is None:
        return _area_page(request, Form.refused(request.POST, **tried.for_form()), tried.status)
    made = tried.outcome.result
    messages.success(
        request,
        _("{doors} doors of {units} units were listed; {kept} units kept theirs.").format(**made),
    )
    unit = request.POST.get("units", "")
    where = reverse("homes:building", args=[unit]) if unit else reverse("homes:buildings")
    return redirect(where if unit else f"{where}?area={_area(request, actor)}")


@only(*READERS)
@require_http_methods(("GET", "HEAD", "POST"))
def building(request: HttpRequest, unit: str) -> HttpResponse:
    """Show the doors of a building by stairwell, and change how some of them stand."""
    actor, form, status = actor_of(request), Form.fresh(), 200
    if request.method == "POST":
        of = request.POST.get("unit", unit)
        tried = run_posted(request, "homes.set_doors", unit=of)
        if tried.is_done:
            number = len(request.POST.getlist("numbers"))
            messages.success(
                request,
                ngettext("{n} door was changed.", "{n} doors were changed.", number)
                .format(n=number),
            )  # fmt: skip
            return redirect("homes:building", unit=unit)
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    found = maps.building_map(actor, unit, at=clock.now())
    shown = {
        "building": found,
        "unit": unit,
        "form": form,
        "signs": SIGNS,
        "stairwells": [(stairwell, _floors(stairwell)) for stairwell in found.stairwells],
        "counts": _counts(found.counts),
        "states": [(state, word, SIGNS[state][1]) for state, word in Door.STATES],
        "may_keep": actor.holds(*KEEPERS),
        "may_print": actor.holds(*PRINTERS),
    }
    return render(request, "homes/building.html", shown, status=status)


def _area_page(request: HttpRequest, form: Form, status: int = 200) -> HttpResponse:
    actor = actor_of(request)
    area = _area(request, actor)
    below = maps.areas(actor, area)
    rows = [] if below else maps.buildings(actor, area)
    shown = {
        "area": area,
        "name": queries.name_of(area),
        "above": _above(area, actor),
        "areas": below,
        "grids": [] if below else queries.children_of(area),
        "buildings": rows,
        "is_pending": any(a.listed < a.units for a in below)
        or any(b.listed < b.units for b in rows),
        "counts": _counts(maps.counts_in(actor, area)),
        "form": form,
        "may_keep": actor.holds(*KEEPERS),
        "may_print": actor.holds(*PRINTERS),
    }
    return render(request, "homes/buildings.html", shown, status=status)


def _area(request: HttpRequest, actor: Actor) -> str:
    """Return the area that was asked for, if it lies in one's own."""
    asked = request.POST.get("area") or request.GET.get("area", "")
    return asked if queries.is_area(asked) and actor.covers(asked) else actor.area


def _above(area: str, actor: Actor) -> list[tuple[str, str]]:
    codes = [area[:digits] for digits in (6, 9, 12) if len(actor.area) <= digits < len(area)]
    return [(code, queries.name_of(code)) for code in codes]


def _counts(counts: Mapping[str, int]) -> list[tuple[str, str, object, int]]:
    """Give tone, sign, word and number of each way a door may stand."""
    return [(*SIGNS[state], word, counts[state]) for state, word in Door.STATES]


def _floors(
    stairwell: maps.StairwellMap,
) -> list[tuple[int, list[tuple[maps.DoorRow, str, str]]]]:
    return [
        (floor.floor, [(door, *SIGNS[door.state]) for door in floor.doors])
        for floor in stairwell.floors
    ]
