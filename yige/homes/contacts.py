"""Whom residents of a grid call: the posts of a moment, with names and duty numbers of holders."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from yige.base.access import Role
from yige.base.crypto import KeyGone, unlock
from yige.homes.pieces import in_pieces
from yige.kernel.codes import Level, part
from yige.people.models import Appointment
from yige.people.posts import PHONE_KEY
from yige.people.roles import GRID_TEAM, ROLE_NAMES

ON_A_CARD: Final = (*GRID_TEAM, Role.STATION)
"""Duties with an office and a number. A contact household's number is a neighbour's own."""
NAMED: Final = 2
"""Holders of one post who are named; a third one finds no room on a card."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who holds a post for a grid, or the post while it is vacant (no name)."""

    role: Role
    title: str
    name: str = ""
    phone: str = ""

    @property
    def label(self) -> object:
        """The duty in words."""
        return ROLE_NAMES[self.role]


def contacts_of(grids: Collection[str], *, at: datetime) -> dict[str, tuple[Contact, ...]]:
    """Give for each grid one line a duty: who holds it there, or else in its community."""
    areas = set(grids) | {part(grid, Level.COMMUNITY) for grid in grids}
    held: dict[tuple[str, str], list[Contact]] = defaultdict(list)
    for appointment in _held(areas, ON_A_CARD, at):
        post = appointment.post
        held[post.area_code, post.role].append(_contact(appointment))
    return {grid: tuple(_lines(grid, held)) for grid in grids}


def households_of(units: Collection[str], *, at: datetime) -> dict[str, list[str]]:
    """Name the contact households (中心户) and building heads of units, by their posts."""
    found: dict[str, list[str]] = defaultdict(list)
    roles = (Role.CONTACT_HOUSEHOLD, Role.BUILDING_HEAD)
    for some in in_pieces(sorted(units)):
        held = _at(at).filter(post__unit_code__in=some, post__role__in=roles)
        for each in held.select_related("post", "person").order_by("post__role", "held_from"):
            label = ROLE_NAMES[Role(each.post.role)]
            found[each.post.unit_code].append(f"{label} {each.person.name}")
    return found


def _lines(grid: str, held: Mapping[tuple[str, str], list[Contact]]) -> Iterable[Contact]:
    for role in ON_A_CARD:
        there = held.get((grid, role)) or held.get((part(grid, Level.COMMUNITY), role))
        yield from (there or [Contact(role, "")])[:NAMED]


def _held(areas: Collection[str], roles: Collection[Role], at: datetime) -> Iterable[Appointment]:
    for some in in_pieces(sorted(areas)):
        held = _at(at).filter(post__area_code__in=some, post__role__in=roles, post__ended_at=None)
        yield from held.select_related("post", "person").order_by("held_from", "id")


def _at(at: datetime) -> QuerySet[Appointment]:
    now = Q(held_until=None) | Q(held_until__gt=at)
    return Appointment.objects.filter(now, held_from__lte=at)


def _contact(appointment: Appointment) -> Contact:
    post, person = appointment.post, appointment.person
    return Contact(Role(post.role), post.name, person.name, _phone(person.phone))


def _phone(locked: bytes | memoryview | None) -> str:
    """Read a duty number; none where its key was destroyed."""
    try:
        return unlock(locked, key=PHONE_KEY) if locked else ""
    except KeyGone:
        return ""
