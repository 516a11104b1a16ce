"""Who holds which post at an instant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from yige.base import rows
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


DESK: Final = """
    SELECT p.id, n.id, n.account_id, n.name, p.name, p.role, p.area_code, p.organisation_id
    FROM people_post p
    JOIN people_appointment a ON a.post_id = p.id
    JOIN people_person n ON n.id = a.person_id
    WHERE ({any_of}) AND a.held_from <= %s AND (a.held_until IS NULL OR a.held_until > %s)
    ORDER BY length(p.area_code) DESC, a.held_from, a.id
    LIMIT 1
"""
"""Plain SQL: asked for every report, and building the query took longer than answering it."""


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
    desks = [(code, DESK_ROLES[level_of(code)].value) for code in parents(area)]
    if not desks:
        return None
    any_of = " OR ".join(["(p.area_code = %s AND p.role = %s)"] * len(desks))
    instant = rows.as_instant(at)
    with connection.cursor() as cursor:
        cursor.execute(
            DESK.format(any_of=any_of),
            [*(word for desk in desks for word in desk), instant, instant],
        )
        found = cursor.fetchone()
    return _desk(*found) if found else None


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


def _desk(
    post: Any, person: Any, account: Any, name: str, title: str, role: str, area: str, body: Any
) -> Holder:
    return Holder(
        post=rows.as_id(post),
        person=rows.as_id(person),
        account=rows.as_id(account) if account else None,
        name=name,
        title=title,
        role=Role(role),
        area_code=area,
        organisation=rows.as_id(body) if body else None,
    )


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
