"""The saved views of a desk, as conditions on rows that the reader may see anyway."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yige.base.access import NOTHING, Actor, Role
from yige.cases.access import UNIT_ROLES
from yige.cases.models import OPEN

LEVEL_OF_ROLE: Final = {
    Role.GRID_WORKER: "grid",
    Role.STATION: "community",
    Role.INTAKE: "town",
    Role.PLATFORM: "city",
}
WORKING: Final = ("accepted", "checking", "filed", "handling", "rework")
Condition = Callable[[Actor, datetime], Q]


def with_me(actor: Actor) -> Q:
    """Select the open cases that are with the actor's own desk or unit."""
    if actor.role in UNIT_ROLES and actor.organisation:
        return OPEN & Q(level="unit", organisation=actor.organisation)
    level = LEVEL_OF_ROLE.get(actor.role)
    return OPEN & Q(level=level) if level else NOTHING


def overdue(now: datetime) -> Q:
    """Select the open cases that are not handled and past their time."""
    return OPEN & Q(handled_at=None, finish_by__lt=now)


def _in_state(*states: str) -> Condition:
    return lambda actor, now: with_me(actor) & Q(state__in=states)


VIEWS: Final[Mapping[str, Condition]] = {
    "mine": lambda actor, now: with_me(actor),
    "received": _in_state("received"),
    "to_dispatch": _in_state("to_dispatch"),
    "to_sign": _in_state("to_sign"),
    "working": _in_state(*WORKING),
    "to_verify": _in_state("to_verify"),
    "to_follow_up": _in_state("to_follow_up"),
    "due_soon": lambda actor, now: OPEN & Q(handled_at=None, attention=1, finish_by__gte=now),
    "overdue": lambda actor, now: overdue(now),
    "again": lambda actor, now: OPEN & (Q(reworks__gt=0) | Q(reopened__gt=0)),
    "supervised": lambda actor, now: OPEN & Q(is_supervised=True),
    "parked": lambda actor, now: OPEN & Q(state="parked"),
    "open": lambda actor, now: OPEN,
    "ended": lambda actor, now: Q(closed_at__isnull=False),
    "all": lambda actor, now: Q(),
}
LONG: Final = ("ended", "all")
"""Views that grow with the years; they are not counted."""
COUNTED: Final = tuple(name for name in VIEWS if name not in LONG)
VIEW_NAMES: Final = {
    "mine": _("With me"),
    "received": _("To be accepted"),
    "to_dispatch": _("To be dispatched"),
    "to_sign": _("To be signed for"),
    "working": _("In hand"),
    "to_verify": _("To be verified"),
    "to_follow_up": _("To be followed up"),
    "due_soon": _("Due soon"),
    "overdue": _("Overdue"),
    "again": _("Again: sent back or reopened"),
    "supervised": _("Supervised"),
    "parked": _("Parked"),
    "open": _("All open"),
    "ended": pgettext_lazy("cases", "Ended"),
    "all": pgettext_lazy("cases", "All"),
}
