"""Who acts, from which post, over which area; and the ranges that scope every query.

Rights come from one place: the post a person holds at that time (a role and an area), read by
`people`. An area code nests by prefix, so a scope is a range, on every database the same.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.db.models import Q

from yige.kernel.codes import is_within


class Role(StrEnum):
    """What a post is for. The words on screen are in `people.roles`."""

    RESIDENT = "resident"
    GRID_WORKER = "grid_worker"
    STATION = "station"
    INTAKE = "intake"
    PLATFORM = "platform"
    COMMANDER = "commander"
    PLANNER = "planner"
    ANALYST = "analyst"
    HANDLER = "handler"
    POLICE = "police"
    PROPERTY_MANAGER = "property_manager"
    OFFICIAL = "official"
    VOLUNTEER = "volunteer"
    BUILDING_HEAD = "building_head"
    CONTACT_HOUSEHOLD = "contact_household"
    ORGANISATION = "organisation"
    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDIT_ADMIN = "audit_admin"
    SYSTEM = "system"


ADMINISTRATORS: Final = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
DESKS: Final = frozenset({Role.STATION, Role.INTAKE, Role.PLATFORM})
"""The three levels of desks above the grid: community, town, city."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting from one post; a resident or the system itself has neither.

    `area` is the code of the post's area: the actor's scope is that area and all below it.
    """

    role: Role
    area: str = ""
    account: UUID | None = None
    person: UUID | None = None
    post: UUID | None = None
    organisation: UUID | None = None
    name: str = ""
    title: str = ""

    def holds(self, *roles: Role) -> bool:
        """Tell whether the acting post is one of these."""
        return self.role in roles

    def covers(self, code: str) -> bool:
        """Tell whether an area or unit lies in the actor's scope."""
        return self.role is Role.SYSTEM or is_within(code, self.area)


RESIDENT: Final = Actor(role=Role.RESIDENT)
SYSTEM: Final = Actor(role=Role.SYSTEM, name="Yige")
NOTHING: Final = Q(pk__in=())


def after(area: str) -> str:
    """Return what sorts right behind all codes that begin with `area` (digits, any collation).

    Without its trailing zeros: behind grid 999 of one community comes the next community itself.
    """
    return str(int(area) + 1).zfill(len(area)).rstrip("0")


def within(area: str, *, field: str = "area_code") -> Q:
    """Select the rows whose code begins with an area's code, as a range over the index.

    No area selects nothing. The upper end is made of digits too, since ':' sorts before digits
    under most of PostgreSQL's collations.
    """
    if not area:
        return NOTHING
    return Q(**{f"{field}__gte": area, f"{field}__lt": after(area)})


def scope(actor: Actor, *, field: str = "area_code") -> Q:
    """Select the rows of the actor's area and all below it (the system sees every row)."""
    return Q() if actor.role is Role.SYSTEM else within(actor.area, field=field)
