"""Enter very many posts with their holders at once: a city's staff list, or the demo's.

Leaves the same rows and the same journal as `people.set_person`, `people.set_post` and
`people.appoint` would, one after the other; a test compares both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from yige.base import commands, crypto, journal, rows
from yige.base.access import Actor
from yige.base.journal import Told
from yige.kernel.ids import new_id
from yige.people.models import Appointment, Person, Post
from yige.people.organisations import organisation_coded
from yige.people.posts import PHONE_KEY, AppointmentSaid, PersonSaid, PostSaid

Entered = tuple[dict[str, Any], list[Told]]


@dataclass(frozen=True, slots=True)
class Filled:
    """A new post and the new person who holds it from now on."""

    person: PersonSaid
    post: PostSaid
    appointment: AppointmentSaid


def fill_posts(filled: Sequence[Filled], *, actor: Actor, at: datetime) -> int:
    """Enter posts with their holders in one transaction; return how many commands that is.

    For an area that has none of these persons and posts yet: nothing is looked up or replaced.
    """
    organisations = _organisations(filled)
    ids = [(new_id(), new_id(), new_id()) for _ in filled]
    with transaction.atomic():
        rows.load(Person, (_person(f.person, organisations) for f in filled))
        rows.load(Post, (_post(f.post, organisations) for f in filled))
        rows.load(Appointment, (_appointment(f.appointment, at) for f in filled))
        journal.append_many(_entries(filled, ids, actor, at))
    return 3 * len(filled)


def _entries(
    filled: Sequence[Filled], ids: Sequence[tuple[UUID, UUID, UUID]], actor: Actor, at: datetime
) -> Iterator[Entered]:
    for one, (first, second, third) in zip(filled, ids, strict=True):
        person, post, appointment = one.person, one.post, one.appointment
        yield (
            _entry("people.set_person", person, first, actor, at),
            [Told("people.person_set", person.id)],
        )
        yield (
            _entry("people.set_post", post, second, actor, at),
            [Told("people.post_set", post.id, "", post.area_code, {"role": post.role.value})],
        )
        told = Told("people.appointed", post.id, "", post.area_code, {"person": str(person.id)})
        yield _entry("people.appoint", appointment, third, actor, at), [told]


def _entry(
    name: str, said: PersonSaid | PostSaid | AppointmentSaid, command: UUID, actor: Actor,
    at: datetime,
) -> dict[str, Any]:  # fmt: skip
    return commands.entry_for_bulk(
        name,
        said.model_dump(mode="json"),
        id=command,
        actor=actor,
        at=at,
        result={"id": str(said.id)},
    )


def _organisations(filled: Iterable[Filled]) -> dict[str | None, UUID | None]:
    said = {code for f in filled for code in (f.person.organisation, f.post.organisation) if code}
    return {None: None} | {code: organisation_coded(code).id for code in said}


def _person(said: PersonSaid, organisations: dict[str | None, UUID | None]) -> dict[str, Any]:
    return {
        "id": said.id,
        "name": said.name,
        "phone": crypto.lock(said.phone, key=PHONE_KEY) if said.phone else None,
        "organisation_id": organisations[said.organisation],
    }


def _post(said: PostSaid, organisations: dict[str | None, UUID | None]) -> dict[str, Any]:
    return {
        "id": said.id,
        "role": said.role.value,
        "area_code": said.area_code,
        "name": said.name,
        "organisation_id": organisations[said.organisation],
        "wanted": said.wanted,
    }


def _appointment(said: AppointmentSaid, at: datetime) -> dict[str, Any]:
    return {
        "id": said.id,
        "person_id": said.person,
        "post_id": said.post,
        "held_from": said.held_from or at,
        "held_until": said.held_until,
    }
