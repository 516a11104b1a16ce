"""What pages and the API may know of organisations, persons and posts."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count, Q

from yige.base.access import Actor, Role, within
from yige.people import access
from yige.people.holders import Holder, holders_within
from yige.people.models import Appointment, Organisation, Person, Post
from yige.people.roles import ROLE_NAMES

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """An organisation on a list."""

    id: UUID
    code: str
    name: str
    kind: str
    area_code: str
    persons: int

    @property
    def label(self) -> object:
        """The kind in words."""
        return dict(Organisation.KINDS).get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with its holders of a day."""

    id: UUID
    role: Role
    name: str
    area_code: str
    organisation: str
    wanted: int
    holders: tuple[Holder, ...]

    @property
    def label(self) -> object:
        """The role in words."""
        return ROLE_NAMES[self.role]

    @property
    def vacant(self) -> int:
        """How many seats nobody holds."""
        return max(0, self.wanted - len(self.holders))


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person with a duty, and the posts of a day."""

    id: UUID
    name: str
    organisation: str
    username: str
    has_access: bool
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody's time on a post."""

    appointment: UUID
    name: str
    held_from: datetime
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many seats of a role are wanted and held in an area."""

    role: Role
    wanted: int
    held: int

    @property
    def label(self) -> object:
        """The role in words."""
        return ROLE_NAMES[self.role]

    @property
    def vacant(self) -> int:
        """How many wanted seats nobody holds."""
        return max(0, self.wanted - self.held)


def organisations(actor: Actor, *, kind: str = "") -> list[OrganisationRow]:
    """List the open organisations, by name."""
    rows = access.visible_organisations(actor).filter(ended_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    counted = rows.annotate(number=Count("persons")).order_by("kind", "name")
    return [OrganisationRow(o.id, o.code, o.name, o.kind, o.area_code, o.number) for o in counted]


def organisations_that_handle(city: str) -> list[OrganisationRow]:
    """List the bodies of a city that somebody handles cases for, by name."""
    roles = (Role.HANDLER, Role.PROPERTY_MANAGER, Role.ORGANISATION)
    posts = Post.objects.filter(within(city), ended_at=None, role__in=roles)
    rows = Organisation.objects.filter(id__in=posts.values("organisation"), ended_at=None)
    return [
        OrganisationRow(o.id, o.code, o.name, o.kind, o.area_code, 0)
        for o in rows.order_by("kind", "name")
    ]


def posts(actor: Actor, *, area: str, at: datetime, role: str = "", after: str = "",
          most: int = PAGE) -> list[PostRow]:  # fmt: skip
    """List posts of an area by (area, role, id), with who holds them; keyset by area and id."""
    rows = access.visible_posts(actor).filter(within(area), ended_at=None)
    if role:
        rows = rows.filter(role=role)
    if after:
        code, _, last = after.partition("~")
        rows = rows.filter(Q(area_code__gt=code) | Q(area_code=code, id__gt=last))
    page = list(rows.select_related("organisation").order_by("area_code", "id")[:most])
    holders = _holders_by_post([post.id for post in page], at=at)
    return [_post_row(post, holders[post.id]) for post in page]


def post(actor: Actor, post_id: UUID, *, at: datetime) -> PostRow | None:
    """Return one post with its holders, if the actor may see it."""
    found = access.visible_posts(actor).select_related("organisation").filter(id=post_id).first()
    return _post_row(found, _holders_by_post([found.id], at=at)[found.id]) if found else None


def history_of_post(actor: Actor, post_id: UUID) -> list[Held]:
    """List who has held a post, the latest first."""
    rows = access.visible_appointments(actor).filter(post=post_id).select_related("person")
    return [
        Held(a.id, a.person.name, a.held_from, a.held_until)
        for a in rows.order_by("-held_from", "id")[:100]
    ]


def person(actor: Actor, person_id: UUID, *, at: datetime) -> PersonRow | None:
    """Return one person, if the actor may see it."""
    rows = access.visible_persons(actor).select_related("account", "organisation")
    found = rows.filter(id=person_id).first()
    return _person_row(found, _titles_by_person([found.id], at=at)[found.id]) if found else None


def persons(actor: Actor, *, at: datetime, word: str = "", most: int = 50) -> list[PersonRow]:
    """List persons whose name, user name or organisation contains a word."""
    rows = access.visible_persons(actor).filter(left_at=None)
    if word:
        rows = rows.filter(
            Q(name__contains=word)
            | Q(account__username__startswith=word)
            | Q(organisation__name__contains=word)
        )
    page = list(rows.select_related("account", "organisation").order_by("name", "id")[:most])
    titles = _titles_by_person([person.id for person in page], at=at)
    return [_person_row(person, titles[person.id]) for person in page]


def coverage(area: str, *, at: datetime) -> list[Coverage]:
    """Count wanted and held seats by role at a day, in an area and below it."""
    wanted: dict[str, int] = defaultdict(int)
    for role, number in Post.objects.filter(within(area), ended_at=None).values_list(
        "role", "wanted"
    ):
        wanted[role] += number
    held: dict[str, int] = defaultdict(int)
    for holder in holders_within(area, at=at):
        held[holder.role] += 1
    return [Coverage(Role(role), wanted[role], held[role]) for role in sorted(wanted)]


def _holders_by_post(ids: list[UUID], *, at: datetime) -> dict[UUID, list[Holder]]:
    found: dict[UUID, list[Holder]] = defaultdict(list)
    current = Q(held_until=None) | Q(held_until__gt=at)
    rows = Appointment.objects.filter(current, post__in=ids, held_from__lte=at)
    for a in rows.select_related("post", "person").order_by("held_from", "id"):
        found[a.post_id].append(
            Holder(a.post_id, a.person_id, a.person.account_id, a.person.name, a.post.name,
                   Role(a.post.role), a.post.area_code, a.post.organisation_id)
        )  # fmt: skip
    return found


def _titles_by_person(ids: list[UUID], *, at: datetime) -> dict[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    current = Q(held_until=None) | Q(held_until__gt=at)
    rows = Appointment.objects.filter(current, person__in=ids, held_from__lte=at)
    for person, title in rows.order_by("held_from").values_list("person_id", "post__name"):
        found[person].append(title)
    return found


def _post_row(post: Post, holders: list[Holder]) -> PostRow:
    organisation = post.organisation.name if post.organisation else ""
    return PostRow(
        post.id, Role(post.role), post.name, post.area_code, organisation, post.wanted,
        tuple(holders),
    )  # fmt: skip


def _person_row(person: Person, titles: list[str]) -> PersonRow:
    account = person.account
    return PersonRow(
        person.id,
        person.name,
        person.organisation.name if person.organisation else "",
        account.username if account else "",
        bool(account and account.is_active),
        tuple(titles),
    )
