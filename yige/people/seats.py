"""The posts an account's person holds at a moment: the one source of rights."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from yige.base import rows
from yige.base.access import Actor, Role
from yige.base.models import Account

# Asked before every command and page: plain SQL costs a tenth of the same query by the ORM.
COLUMNS: Final = """
    person.id AS seat_person, person.name AS seat_name, post.id AS seat_post,
    post.name AS seat_title, post.role AS seat_role, post.area_code AS seat_area,
    post.organisation_id AS seat_organisation
"""
HELD: Final = """
    JOIN people_appointment held ON held.person_id = person.id AND held.held_from <= %s
     AND (held.held_until IS NULL OR held.held_until > %s)
"""
SEATS: Final = f"""
    SELECT {COLUMNS} FROM people_person person {HELD}
    JOIN people_post post ON post.id = held.post_id
    WHERE person.account_id = %s ORDER BY held.held_from, held.id
"""  # noqa: S608 - made of constants
SEATED: Final = f"""
    SELECT account.*, {COLUMNS} FROM base_account account
    LEFT JOIN people_person person ON person.account_id = account.id LEFT {HELD}
    LEFT JOIN people_post post ON post.id = held.post_id
    WHERE account.id = %s ORDER BY held.held_from, held.id
"""  # noqa: S608 - made of constants


@dataclass(frozen=True, slots=True)
class Seat:
    """A post with its holder, as far as acting from it goes."""

    post: UUID
    actor: Actor


def seats_of(account: UUID, *, at: datetime) -> list[Seat]:
    """List the posts that the person of an account holds at an instant, the eldest first."""
    now = rows.as_instant(at)
    with connection.cursor() as cursor:
        cursor.execute(SEATS, [now, now, rows.as_key(account)])
        return [_seat(account, *found) for found in cursor.fetchall()]


def account_with_seats(account: UUID, *, at: datetime) -> tuple[Account, tuple[Seat, ...]] | None:
    """Return an account with its seats at an instant, by one look."""
    now = rows.as_instant(at)
    found: list[Any] = list(Account.objects.raw(SEATED, [now, now, rows.as_key(account)]))
    if not found:
        return None
    seats = [
        _seat(
            account,
            row.seat_person,
            row.seat_name,
            row.seat_post,
            row.seat_title,
            row.seat_role,
            row.seat_area,
            row.seat_organisation,
        )
        for row in found
        if row.seat_post
    ]
    return found[0], tuple(seats)


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
