"""The steps that may be taken with a case, as forms: the likely ones first, the rest behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext_lazy as _

from yige.cases import workflow
from yige.cases.detail import Detail
from yige.cases.words import VERB_NAMES
from yige.edge.forms import Tried
from yige.web.shell.forms import Form

LIKELY: Final[Mapping[str, tuple[str, ...]]] = {
    "received": ("accept", "dispatch", "settle"),
    "accepted": ("dispatch", "settle", "hand_up"),
    "checking": ("file", "not_file", "hand_up"),
    "filed": ("dispatch", "handle", "hand_up"),
    "to_dispatch": ("dispatch", "hand_down", "handle"),
    "to_sign": ("sign", "send_back", "dispatch"),
    "handling": ("done", "hand_up", "send_back"),
    "rework": ("handle", "hand_up", "send_back"),
    "to_verify": ("verify", "rework"),
    "to_follow_up": ("rate", "close"),
    "parked": ("resume", "note"),
    "closed": ("rate", "reopen"),
}
"""What usually comes next; the first two that the reader may do stand in front."""

IN_FRONT: Final = 2
KEYS: Final = {"dispatch": "a", "send_back": "r", "rework": "r", "merge": "m", "note": "c"}
CHOOSING: Final = frozenset(
    {"dispatch", "hand_down", "reclassify", "merge", "park", "extend", "rate", "close", "note"}
)
WITH_PHOTOS: Final = frozenset({"done", "settle", "note"})
WHAT: Final[Mapping[str, str | Promise]] = {
    "reason": _("Why?"),
    "result": _("What was done?"),
    "": _("In words"),
}
UNSUITED: Final = 422
FIELD_OF: Final = {
    "asks": "text",
    "until": "until",
    "into": "into_number",
    "organisation": "organisation",
    "of": "area_code",
    "first_handler": "area_code",
}
"""The field that a refusal with this fact is about."""


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb as a form. One that asks for nothing is done with one tap."""

    name: str
    label: str
    key: str
    form: Form
    asks: str
    is_open: bool

    @property
    def is_one_tap(self) -> bool:
        """Tell whether the button alone is enough."""
        return not self.asks and self.name not in CHOOSING

    @property
    def text_label(self) -> str | Promise:
        """What the field for words is called."""
        return WHAT[self.asks]

    @property
    def has_photos(self) -> bool:
        return self.name in WITH_PHOTOS


@dataclass(frozen=True, slots=True)
class Verbs:
    """The verbs of a case for one reader."""

    likely: tuple[Verb, ...]
    more: tuple[Verb, ...]

    @property
    def is_more_open(self) -> bool:
        """Tell whether a form behind was refused, so that it has to be seen."""
        return any(verb.is_open for verb in self.more)


def verbs_of(found: Detail, failed: str, form: Form | None) -> Verbs:
    """Put what may be done with a case in order; the refused form keeps what was typed."""
    wanted = LIKELY.get(found.row.state, ())
    front = [verb for verb in wanted if verb in found.may][:IN_FRONT]
    behind = [verb for verb in found.may if verb not in front]
    made = {verb: _verb(verb, form if verb == failed else None) for verb in found.may}
    return Verbs(tuple(made[v] for v in front), tuple(made[v] for v in behind))


def instant_of(request: HttpRequest, name: str) -> str | None:
    """Read a day and minute of the city's time; what is none stays as it was typed."""
    typed = str(request.POST.get(name, ""))
    try:
        at = datetime.fromisoformat(typed)
    except ValueError:
        return typed or None
    return (make_aware(at) if is_naive(at) else at).isoformat()


def words_lost(found: Detail, failed: str, form: Form | None) -> str:
    """Return what was typed for a step that is no longer there to show it."""
    return form.value("text") if form and failed and failed not in found.may else ""


def beside_its_field(tried: Tried) -> dict[str, Any]:
    """Give what the refused form shows, with a refusal about one field beside that field."""
    shown = tried.for_form()
    field = next((FIELD_OF[fact] for fact in tried.facts if fact in FIELD_OF), "")
    if field and not tried.errors and tried.status == UNSUITED:
        shown["errors"] = {field: tried.refusal}
    return shown


def _verb(name: str, form: Form | None) -> Verb:
    rule = workflow.shipped().rules.get(name)
    return Verb(
        name=name,
        label=str(VERB_NAMES.get(name, name)),
        key=KEYS.get(name, ""),
        form=form or Form.fresh(name=name),
        asks=rule.asks if rule else "",
        is_open=form is not None,
    )
