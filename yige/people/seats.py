"""The posts an account's person holds at a moment: the one source of rights."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from yige.base import rows
from yige.base.access import Actor, Role

# Asked before every command and page: plain SQL costs a tenth of the same query by the ORM.
HELD: Final = """
    SELECT person.id, person.name, post.id, post.name, post.role, post.area_code,
           post.organisation_id
    FROM people_person person
    JOIN people_appointment held ON held.person_id = person.id
    JOIN people_post post ON post.id = held.post_id
    WHERE person.account_id = %s AND held.held_from <= %s
      AND (held.held_until IS NULL OR held.held_until > %s)
    ORDER BY held.held_from, held.id
"""


@dataclass(frozen=True, slots=True)
class Seat:
    """A post with its holder, as far as acting from it goes."""

    post: UUID
    actor: Actor


def seats_of(account: UUID, *, at: datetime) -> list[Seat]:
    """List the posts that the person of an account holds at an instant, the eldest first."""
    now = rows.as_instant(at)
    with connection.cursor() as cursor:
        cursor.execute(HELD, [rows.as_key(account), now, now])
        return [_seat(account, *found) for found in cursor.fetchall()]


def seat_at(account: UUID, post: UUID, *, at: datetime) -> Seat | None:
    """Return the seat of one post if the account's person held it at that instant."""
    return next((seat for seat in seats_of(account, at=at) if seat.post == post), None)


def _seat(
    account: UUID,
    person: UUID,
    name: str,
    post: UUID,
    title: str,
    role: str,
    area: str,
    organisation: UUID | None,
) -> Seat:
    actor = Actor(
        role=Role(role),
        area=area,
        account=account,
        person=rows.as_id(person),
        post=rows.as_id(post),
        organisation=rows.as_id(organisation) if organisation else None,
        name=name,
        title=title,
    )
    return Seat(rows.as_id(post), actor)
