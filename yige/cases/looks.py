"""Who has looked at how to reach a reporter: told to the reporter, with role and purpose."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.base.models import Entry, Event
from yige.people.roles import ROLE_NAMES

REVEALED: Final = "cases.contact_revealed"
PURPOSE_NAMES: Final[Mapping[str, str | Promise]] = {
    "ask": _("to ask back"),
    "appointment": _("to agree on a time"),
    "result": _("to tell the result"),
}


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a contact: when, from which post, what for. Never by whom in person."""

    at: datetime
    role_name: str
    purpose: str


def looks_at(case: UUID) -> tuple[Look, ...]:
    """List each journalled reading of the contacts of a case, the latest first."""
    events = Event.objects.filter(subject=case, kind=REVEALED).order_by("-position", "-n")
    found = list(events[:200])
    roles = dict(
        Entry.objects.filter(position__in={event.position for event in found}).values_list(
            "position", "role"
        )
    )
    return tuple(
        Look(
            event.at,
            str(ROLE_NAMES[Role(roles[event.position])]),
            _in_words(str(loads(event.facts).get("purpose", ""))),
        )
        for event in found
    )


def _in_words(purpose: str) -> str:
    return str(PURPOSE_NAMES.get(purpose, purpose))
