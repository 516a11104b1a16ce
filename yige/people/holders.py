"""Who holds which post at an instant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from yige.base.access import Role, within
from yige.kernel.codes import level_of, parents
from yige.people.models import Appointment
from yige.people.roles import DESK_ROLES


@dataclass(frozen=True, slots=True)
class Holder:
    """A person on a post."""

    post: UUID
    person: UUID
    account: UUID | None
    name: str
    title: str
    role: Role
    area_code: str
    organisation: UUID | None


def holder_of(area: str, *, role: Role, at: datetime) -> Holder | None:
    """Return who has held a post of this role in exactly this area for longest, if anybody."""
    held = _held(at).filter(post__area_code=area, post__role=role)
    first = held.order_by("held_from", "id").first()
    return _holder(first) if first else None


def desk_of(area: str, *, at: datetime) -> Holder | None:
    """Return who answers for an area: its own desk, or the next one above that is filled.

    The desks are the grid worker, the community station, the town intake and the city platform.
    None only when the city has not filled its own platform.
    """
    desks = Q()
    for code in parents(area):
        desks |= Q(post__area_code=code, post__role=DESK_ROLES[level_of(code)])
    filled = list(_held(at).filter(desks))
    lowest = min(filled, key=lambda a: (-len(a.post.area_code), a.held_from, a.id), default=None)
    return _holder(lowest) if lowest else None


def holders_within(
    area: str, *, at: datetime, roles: tuple[Role, ...] = (), organisation: UUID | None = None
) -> list[Holder]:
    """List the holders of posts in an area and below it, by area and role."""
    held = _held(at).filter(within(area, field="post__area_code"))
    if roles:
        held = held.filter(post__role__in=roles)
    if organisation:
        held = held.filter(post__organisation=organisation)
    return [_holder(a) for a in held.order_by("post__area_code", "post__role", "held_from", "id")]


def holders_of_organisation(organisation: UUID, *, at: datetime) -> list[Holder]:
    """List who handles for an organisation."""
    held = _held(at).filter(post__organisation=organisation, post__role=Role.HANDLER)
    return [_holder(a) for a in held.order_by("held_from", "id")]


def _held(at: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.filter(
        Q(held_until=None) | Q(held_until__gt=at), held_from__lte=at
    ).select_related("post", "person")


def _holder(appointment: Appointment) -> Holder:
    post, person = appointment.post, appointment.person
    return Holder(
        post=post.id,
        person=person.id,
        account=person.account_id,
        name=person.name,
        title=post.name,
        role=Role(post.role),
        area_code=post.area_code,
        organisation=post.organisation_id,
    )
