"""The desk: saved views, the list, and one case with what may be done to it."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yige.base.access import DESKS, Role
from yige.base.files import FileGone, path_of
from yige.cases import queries
from yige.cases.access import UNIT_ROLES
from yige.cases.detail import Detail, contacts, detail, photo_of
from yige.cases.errors import NoSuchCase
from yige.cases.looks import PURPOSE_NAMES
from yige.cases.queries import Filter
from yige.cases.views import COUNTED, VIEW_NAMES
from yige.cases.words import VERB_NAMES
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, refused, run_posted
from yige.edge.paging import cursor_of, key_of
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.errors import Missing, Refusal
from yige.people.queries import organisations_that_handle
from yige.territory.queries import children_of
from yige.web.cases.items import items, moved_item
from yige.web.cases.photos import photos_of
from yige.web.cases.verbs import beside_its_field, instant_of, verbs_of, words_lost
from yige.web.shell.forms import Form

AT_A_DESK: Final = (*sorted(DESKS), Role.COMMANDER)
READERS: Final = (*AT_A_DESK, *sorted(UNIT_ROLES), Role.GRID_WORKER)
ALWAYS: Final = ("mine", "open", "ended", "all")
SAID: Final = {
    "dispatch": gettext_lazy("The case was dispatched."),
    "note": gettext_lazy("The note is on record."),
    "accept": gettext_lazy("Accepted; the reporter sees it."),
    "sign": gettext_lazy("Signed for; it is under way."),
    "done": gettext_lazy("Reported as done; it will be verified."),
    "verify": gettext_lazy("Verified; the reporter is asked whether it helped."),
}


@only(*READERS)
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """Show a saved view of the cases."""
    return render(request, "cases/desk.html", _list(request))


@only(*READERS)
@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Give the views with their counts, which the desk asks for every few seconds."""
    return render(request, "cases/_views.html", _views(request))


@require_safe
def case(request: HttpRequest, case: UUID) -> HttpResponse:
    """Show a case: beside the list at a desk, alone on a phone or as a piece."""
    return _show(request, case)


@require_POST
def act(request: HttpRequest, case: UUID, verb: str) -> HttpResponse:
    """Take a step with a case; what was typed for a step that is refused stays in its form."""
    if verb not in VERB_NAMES:
        raise Missing(verb=verb)
    try:
        tried = run_posted(request, f"cases.{verb}", **_known(request, case, verb))
    except Refusal as refusal:
        tried = refused(request, refusal)
    if not tried.is_done:
        form = Form.refused(request.POST, name=verb, **beside_its_field(tried))
        return _show(request, case, form=form, verb=verb, tried=tried)
    said = str(SAID.get(verb, _("Done.")))
    if not _is_piece(request):
        messages.success(request, said)
        return redirect(f"{reverse('cases:case', args=[case])}?{_kept(request.GET).urlencode()}")
    try:
        return _show(request, case, said=said, done=verb)
    except NoSuchCase:
        # The step has given it to somebody whose cases this reader does not see.
        return render(request, "cases/_gone.html", {"said": said, "case_id": case})


@require_POST
def contact(request: HttpRequest, case: UUID) -> HttpResponse:
    """Read the reporter's contact in full, for a stated purpose; the journal keeps who and why."""
    tried = run_posted(request, "cases.reveal_contact", case=case)
    if tried.outcome is None:
        form = Form.refused(request.POST, name="contact", **tried.for_form())
        return _show(request, case, form=form, verb="contact", tried=tried)
    rows = contacts(actor_of(request), case, tried.outcome.id, now=clock.now())
    return _show(request, case, revealed=rows)


@require_safe
def photo(request: HttpRequest, case: UUID, file: UUID) -> HttpResponseBase:
    """Give a photo of a case to whoever may read the case."""
    found = photo_of(actor_of(request), case, file)
    if found is None:
        raise FileGone(file=str(file))
    return FileResponse(path_of(found.digest).open("rb"), content_type=found.kind)


def _known(request: HttpRequest, case: UUID, verb: str) -> dict[str, Any]:
    known: dict[str, Any] = {"case": case}
    if photos := photos_of(request):
        known["photos"] = photos
    if "until" in request.POST:
        known["until"] = instant_of(request, "until")
    if verb == "merge":
        number = request.POST.get("into_number", "")
        known["into"] = queries.numbered(actor_of(request), number) or case
    return known


def _show(
    request: HttpRequest,
    case: UUID,
    *,
    form: Form | None = None,
    verb: str = "",
    tried: Tried | None = None,
    **more: Any,
) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    found = detail(actor, case, now=now, with_clocks=False)
    shown = {
        "case": found,
        "form": form or Form.fresh(),
        "failed": verb,
        "tried": tried,
        "verbs": verbs_of(found, verb, form),
        "lost": words_lost(found, verb, form),
        "purposes": PURPOSE_NAMES.items(),
        "query": _kept(request.GET).urlencode(),
        "may_list": actor.role in READERS,
        **more,
        **_choices(found),
    }
    status = tried.status if tried else 200
    if _is_piece(request):
        if more.get("done") and actor.role in READERS:
            shown["moved"] = moved_item(found.row, query=shown["query"])
        return render(request, "cases/_detail.html", shown, status=status)
    if actor.role in AT_A_DESK:
        shown |= _list(request, here=case)
        return render(request, "cases/desk.html", shown, status=status)
    return render(request, "cases/case.html", shown, status=status)


def _is_piece(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _choices(found: Detail) -> dict[str, Any]:
    """Fetch what the forms of the verbs offer to choose from, only where they are shown."""
    area = found.row.area_code
    choices: dict[str, Any] = {}
    if "hand_down" in found.may:
        below = children_of(area) or children_of(area[:-3])
        choices["below"] = [(a.code, a.full_name) for a in below]
    if "dispatch" in found.may:
        units = organisations_that_handle(area[:6])
        choices["units"] = [("", _("Choose")), *((str(unit.id), unit.name) for unit in units)]
    if "reclassify" in found.may:
        choices["groups"] = queries.tree()
    if "merge" in found.may:
        choices["alike"] = queries.nearby(
            category=found.row.category,
            area=area,
            at=clock.now(),
            unit=found.unit_code,
            lon=found.lon,
            lat=found.lat,
            but=found.row.id,
        )[:5]
    return choices


def _list(request: HttpRequest, *, here: UUID | None = None) -> dict[str, Any]:
    actor, now = actor_of(request), clock.now()
    wanted = Filter(
        view=request.GET.get("view", "mine"),
        area=request.GET.get("area", ""),
        text=request.GET.get("q", "")[:100],
    )
    after = request.GET.get("after", "")
    page = queries.cases(
        actor,
        wanted,
        now=now,
        after=key_of(after, datetime, UUID) if after else None,
    )
    numbers = queries.counts(actor, now=now)
    query = _kept(request.GET).urlencode()
    is_whole = not wanted.text and not wanted.area
    return {
        "page": page,
        "items": items(page.rows, query=query, here=here),
        "wanted": wanted,
        "areas": children_of(actor.area),
        "view_name": VIEW_NAMES.get(wanted.view, wanted.view),
        "total": numbers.get(wanted.view) if is_whole else None,
        "older": _with(request.GET, after=cursor_of(page.after)) if page.after else "",
        "list_query": query,
        **_lines(numbers, wanted.view),
    }


def _views(request: HttpRequest) -> dict[str, Any]:
    numbers = queries.counts(actor_of(request), now=clock.now())
    return _lines(numbers, request.GET.get("view", "mine"))


def _lines(numbers: dict[str, int], current: str) -> dict[str, Any]:
    return {
        "views": [
            (name, label, numbers.get(name) if name in COUNTED else None, name == current)
            for name, label in VIEW_NAMES.items()
            if name in ALWAYS or name == current or numbers.get(name)
        ],
        "now": clock.now(),
    }


def _kept(query: QueryDict) -> QueryDict:
    """Keep the place in the list when a case is opened, and nothing else."""
    kept = QueryDict(mutable=True)
    for name in ("view", "area", "q", "after"):
        if query.get(name):
            kept[name] = str(query[name])
    return kept


def _with(query: QueryDict, **more: str) -> str:
    kept = _kept(query)
    for name, value in more.items():
        kept[name] = value
    return kept.urlencode()
