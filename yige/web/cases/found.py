"""Search: a number, words of a case, a place, a member of staff; only what one may see."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from yige.base.commands import NotAllowed
from yige.cases import queries
from yige.cases.queries import Filter
from yige.edge.actors import actor_of
from yige.kernel import clock
from yige.people.queries import persons
from yige.territory.locate import locate
from yige.territory.placenames import place_name

SHORTEST = 2


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Look a word up in everything the actor may see; a case number leads straight to it."""
    actor, now = actor_of(request), clock.now()
    if actor.account is None:
        raise NotAllowed(page=request.path, role=actor.role, area="")
    word = request.GET.get("q", "").strip()[:100]
    if case := queries.numbered(actor, word) if word else None:
        return redirect("cases:case", case=case)
    is_long_enough = len(word) >= SHORTEST
    place = locate(address=word, at=now) if is_long_enough else None
    shown = {
        "word": word,
        "is_long_enough": is_long_enough,
        "rows": queries.cases(actor, Filter(view="all", text=word), now=now, most=20).rows
        if is_long_enough
        else (),
        "place": place_name(place.area_code, place.unit_code)
        if place and place.how == "address"
        else "",
        "persons": persons(actor, at=now, word=word, most=10) if is_long_enough else [],
    }
    return render(request, "cases/search.html", shown)
