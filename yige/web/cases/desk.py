"""The desk: saved views, the list, and one case with what may be done to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from yige.base.access import DESKS, Role
from yige.base.files import FileGone, path_of
from yige.cases import queries
from yige.cases.access import UNIT_ROLES
from yige.cases.detail import Detail, contacts, detail, photo_of
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
from yige.web.cases.photos import photos_of
from yige.web.shell.forms import Form

READERS: Final = (*sorted(DESKS), *sorted(UNIT_ROLES), Role.GRID_WORKER, Role.COMMANDER)
MAIN_VERBS: Final = ("accept", "sign", "handle", "settle", "done", "verify", "file", "dispatch")
KEYS: Final = {"dispatch": "a", "send_back": "r", "rework": "r", "merge": "m", "note": "c"}
SAID: Final = {
    "dispatch": gettext_lazy("The case was dispatched."),
    "note": gettext_lazy("The note is on record."),
}


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as a form: its word, its key, and which fields it needs."""

    name: str
    label: str
    key: str
    is_main: bool
    is_open: bool


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
    """Take a step with a case."""
    if verb not in VERB_NAMES:
        raise Missing(verb=verb)
    try:
        tried = run_posted(request, f"cases.{verb}", **_known(request, case, verb))
    except Refusal as refusal:
        tried = refused(request, refusal)
    if not tried.is_done:
        form = Form.refused(request.POST, name=verb, **tried.for_form())
        return _show(request, case, form=form, verb=verb, tried=tried)
    if request.headers.get("HX-Request") != "true":
        return redirect(f"{request.path.rpartition('/')[0]}?{request.GET.urlencode()}")
    return _show(request, case, said=str(SAID.get(verb, _("Done."))))


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
    if request.FILES:
        known["photos"] = photos_of(request)
    if verb == "merge":
        into = queries.numbered(actor_of(request), request.POST.get("into_number", ""))
        known["into"] = into or case
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
    found = detail(actor, case, now=now)
    shown = {
        "case": found,
        "form": form or Form.fresh(),
        "failed": verb,
        "tried": tried,
        "verbs": _verbs(found, verb),
        "query": _kept(request.GET).urlencode(),
        **more,
        **_choices(found),
    }
    status = tried.status if tried else 200
    if request.headers.get("HX-Request") == "true":
        return render(request, "cases/_detail.html", shown, status=status)
    if actor.role in READERS:
        shown |= _list(request)
        return render(request, "cases/desk.html", shown, status=status)
    return render(request, "cases/case.html", shown, status=status)


def _verbs(found: Detail, failed: str) -> list[Verb]:
    return [
        Verb(
            verb,
            str(VERB_NAMES[verb]),
            KEYS.get(verb, ""),
            is_main=verb in MAIN_VERBS,
            is_open=verb == failed,
        )
        for verb in sorted(found.may, key=lambda verb: verb not in MAIN_VERBS)
    ]


def _choices(found: Detail) -> dict[str, Any]:
    """Fetch what the forms of the verbs offer to choose from, only where they are shown."""
    area = found.row.area_code
    choices: dict[str, Any] = {}
    if "hand_down" in found.may:
        below = children_of(area) or children_of(area[:-3])
        choices["below"] = [(a.code, a.full_name) for a in below]
    if "dispatch" in found.may:
        units = organisations_that_handle(area[:6])
        choices["units"] = [(str(unit.id), unit.name) for unit in units]
    if "reclassify" in found.may:
        choices["categories"] = [
            (leaf.code, leaf.name) for group in queries.tree() for leaf in group.leaves
        ]
    return choices


def _list(request: HttpRequest) -> dict[str, Any]:
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
    return {
        "page": page,
        "wanted": wanted,
        "view_name": VIEW_NAMES.get(wanted.view, wanted.view),
        "older": cursor_of(page.after) if page.after else "",
        "list_query": _kept(request.GET).urlencode(),
        **_views(request),
    }


def _views(request: HttpRequest) -> dict[str, Any]:
    numbers = queries.counts(actor_of(request), now=clock.now())
    current = request.GET.get("view", "mine")
    return {
        "views": [
            (name, label, numbers.get(name) if name in COUNTED else None, name == current)
            for name, label in VIEW_NAMES.items()
            if name in ("mine", "open", "ended", "all") or numbers.get(name)
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
