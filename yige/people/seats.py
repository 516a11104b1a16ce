"""The posts an account's person holds at a moment: the one source of rights."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from yige.base.access import Actor, Role
from yige.people.models import Appointment


@dataclass(frozen=True, slots=True)
class Seat:
    """A post with its holder, as far as acting from it goes."""

    post: UUID
    actor: Actor


def seats_of(account: UUID, *, at: datetime) -> list[Seat]:
    """List the posts that the person of an account holds at an instant, the eldest first."""
    held = Appointment.objects.filter(
        Q(held_until=None) | Q(held_until__gt=at), person__account=account, held_from__lte=at
    )
    return [_seat(a) for a in held.select_related("post", "person").order_by("held_from", "id")]


def seat_at(account: UUID, post: UUID, *, at: datetime) -> Seat | None:
    """Return the seat of one post if the account's person held it at that instant."""
    return next((seat for seat in seats_of(account, at=at) if seat.post == post), None)


def _seat(appointment: Appointment) -> Seat:
    post, person = appointment.post, appointment.person
    actor = Actor(
        role=Role(post.role),
        area=post.area_code,
        account=person.account_id,
        person=person.id,
        post=post.id,
        organisation=post.organisation_id,
        name=person.name,
        title=post.name,
    )
    return Seat(post.id, actor)
