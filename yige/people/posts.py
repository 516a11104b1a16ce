"""Persons, their accounts, posts, and who is put on which."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from pydantic import Field

from yige.base import crypto
from yige.base.access import ADMINISTRATORS, Role
from yige.base.accounts import first_password, give_password, make_account
from yige.base.commands import Call, command
from yige.base.fields import AreaCode, Body, Line
from yige.base.models import Account
from yige.people import access
from yige.people.errors import (
    EndsBeforeItBegins,
    NoSuchAppointment,
    NoSuchPerson,
    NoSuchPost,
    PostFixed,
    PostHeld,
    SeatTaken,
    TwoAdministrators,
    UserNameTaken,
)
from yige.people.models import Appointment, Person, Post
from yige.people.organisations import organisation_coded

PHONE_KEY = "staff"


class PersonSaid(Body):
    """A member of staff, volunteer or contact."""

    id: UUID
    name: Line = Field(min_length=1, max_length=60)
    phone: Line = Field(default="", max_length=30)
    organisation: Line | None = None


class AccountSaid(Body):
    """The key a person gets; its first password follows from the command's id."""

    person: UUID
    username: Line = Field(min_length=2, max_length=60)


class AccountClosed(Body):
    """The person whose account is meant."""

    person: UUID


class PostSaid(Body):
    """A seat to be filled."""

    id: UUID
    role: Role
    area_code: AreaCode
    name: Line = Field(min_length=1, max_length=120)
    organisation: Line | None = None
    wanted: int = Field(default=1, ge=1, le=200)


class PostEnds(Body):
    """The post that is given up."""

    post: UUID


class AppointmentSaid(Body):
    """Who is put on which post, from when (now, if left out) and until when."""

    id: UUID
    person: UUID
    post: UUID
    held_from: datetime | None = None
    held_until: datetime | None = None


class AppointmentEnds(Body):
    """The appointment that ends (now, if no time is given)."""

    appointment: UUID
    at: datetime | None = None


@command("people.set_person", may=access.may_keep_persons)
def set_person(call: Call, said: PersonSaid) -> Person:
    """Enter a person with a duty, or correct what is said of one."""
    known = Person.objects.filter(id=said.id).first()
    person = known or Person(id=said.id)
    if known:
        call.expect(known)
        call.touch(known)
    person.name = said.name
    person.phone = crypto.lock(said.phone, key=PHONE_KEY) if said.phone else None
    person.organisation = organisation_coded(said.organisation) if said.organisation else None
    person.save()
    call.tell("people.person_set", subject=person.id)
    return person


@command("people.give_account", may=access.may_keep_accounts)
def give_account(call: Call, said: AccountSaid) -> Person:
    """Give a person an account; it opens what the person's posts open.

    Whoever gives it hands over `first_password(command id)`; the person changes it at once.
    """
    person = _person(said.person)
    if Account.objects.filter(username=said.username).exists():
        raise UserNameTaken(username=said.username)
    person.account = make_account(
        username=said.username, name=person.name, password=first_password(call.id), at=call.at
    )
    call.touch(person)
    person.save()
    call.tell("people.account_given", subject=person.id)
    return person


@command("people.renew_password", may=access.may_keep_accounts)
def renew_password(call: Call, renewed: AccountClosed) -> Person:
    """Give somebody who has forgotten the password a first one again, by this command's id."""
    person = _person(renewed.person)
    if person.account is None:
        raise NoSuchPerson(person=str(renewed.person))
    give_password(person.account, first_password(call.id))
    call.tell("people.password_renewed", subject=person.id)
    return person


@command("people.close_account", may=access.may_keep_accounts)
def close_account(call: Call, closed: AccountClosed) -> Person:
    """Shut a person's account at once."""
    return _switch_account(call, closed.person, is_active=False)


@command("people.open_account", may=access.may_keep_accounts)
def open_account(call: Call, closed: AccountClosed) -> Person:
    """Let a closed account in again."""
    return _switch_account(call, closed.person, is_active=True)


@command("people.set_post", may=access.may_keep_posts)
def set_post(call: Call, said: PostSaid) -> Post:
    """Create a post in an area, or change its name and number of seats.

    Its role and area are for good: whoever holds it would be somebody else overnight.
    """
    known = Post.objects.filter(id=said.id).first()
    post = known or Post(id=said.id)
    if known:
        if (known.role, known.area_code) != (said.role, said.area_code):
            raise PostFixed(role=known.role, area=known.area_code)
        call.expect(known)
        call.touch(known)
    post.role, post.area_code, post.name = said.role, said.area_code, said.name
    post.organisation = organisation_coded(said.organisation) if said.organisation else None
    post.wanted = said.wanted
    post.save()
    call.tell("people.post_set", subject=post.id, area=post.area_code, role=post.role)
    return post


@command("people.end_post", may=access.may_keep_posts)
def end_post(call: Call, ends: PostEnds) -> Post:
    """Give up a post that nobody holds any more."""
    post = _post(ends.post)
    call.expect(post)
    if _held(post, at=call.at).exists():
        raise PostHeld(post=post.name)
    call.touch(post)
    post.ended_at = call.at
    post.save()
    call.tell("people.post_ended", subject=post.id, area=post.area_code)
    return post


@command("people.appoint", may=access.may_appoint)
def appoint(call: Call, said: AppointmentSaid) -> Appointment:
    """Put a person on a free seat of a post."""
    post, person = _post(said.post), _person(said.person)
    begins = said.held_from or call.at
    if said.held_until and said.held_until <= begins:
        raise EndsBeforeItBegins(begins=begins.isoformat(), ends=said.held_until.isoformat())
    _refuse_second_administrator(person, post, at=begins)
    appointment = Appointment.objects.create(
        id=said.id,
        person=person,
        post=post,
        seat=_free_seat(post, begins=begins, ends=said.held_until),
        held_from=begins,
        held_until=said.held_until,
    )
    call.tell("people.appointed", subject=post.id, area=post.area_code, person=str(person.id))
    return appointment


@command("people.end_appointment", may=access.may_end_appointment)
def end_appointment(call: Call, ends: AppointmentEnds) -> Appointment:
    """End a person's time on a post; what was done from it stays on record."""
    appointment = Appointment.objects.filter(id=ends.appointment).select_related("post").first()
    if appointment is None:
        raise NoSuchAppointment(appointment=str(ends.appointment))
    end = ends.at or call.at
    if end <= appointment.held_from:
        raise EndsBeforeItBegins(begins=appointment.held_from.isoformat(), ends=end.isoformat())
    appointment.held_until = end
    appointment.save()
    post = appointment.post
    call.tell("people.appointment_ended", subject=post.id, area=post.area_code,
              person=str(appointment.person_id))  # fmt: skip
    return appointment


def _free_seat(post: Post, *, begins: datetime, ends: datetime | None) -> int:
    """Return the first seat that nobody holds in the period, or raise SeatTaken."""
    overlapping = post.appointments.filter(Q(held_until=None) | Q(held_until__gt=begins))
    if ends:
        overlapping = overlapping.filter(held_from__lt=ends)
    taken = set(overlapping.values_list("seat", flat=True))
    free = next((seat for seat in range(post.wanted) if seat not in taken), None)
    if free is None:
        raise SeatTaken(post=post.name, wanted=post.wanted)
    return free


def _refuse_second_administrator(person: Person, post: Post, *, at: datetime) -> None:
    if Role(post.role) not in ADMINISTRATORS:
        return
    others = ADMINISTRATORS - {Role(post.role)}
    held = person.appointments.filter(Q(held_until=None) | Q(held_until__gt=at))
    if held.filter(post__role__in=others).exists():
        raise TwoAdministrators(person=person.name)


def _held(post: Post, *, at: datetime) -> QuerySet[Appointment]:
    return post.appointments.filter(Q(held_until=None) | Q(held_until__gt=at))


def _switch_account(call: Call, person_id: UUID, *, is_active: bool) -> Person:
    person = _person(person_id)
    if person.account is None:
        raise NoSuchPerson(person=str(person_id))
    person.account.is_active = is_active
    person.account.save(update_fields=["is_active"])
    call.tell("people.account_opened" if is_active else "people.account_closed", subject=person.id)
    return person


def _person(person_id: UUID) -> Person:
    person = Person.objects.filter(id=person_id).select_related("account").first()
    if person is None:
        raise NoSuchPerson(person=str(person_id))
    return person


def _post(post_id: UUID) -> Post:
    post = Post.objects.filter(id=post_id, ended_at=None).first()
    if post is None:
        raise NoSuchPost(post=str(post_id))
    return post
