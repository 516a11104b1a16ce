"""Whom a change of the net would move: the posts of grids that end, with their holders."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q

from yige.base.access import Actor, Role
from yige.people import access
from yige.people.models import Appointment
from yige.people.roles import ROLE_NAMES

AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Moving:
    """A post in an area that ends, and who holds it."""

    post: UUID
    title: str
    role: Role
    area_code: str
    holders: tuple[str, ...]
    told: int
    """How many of its holders have an inbox."""

    @property
    def label(self) -> object:
        """The role in words."""
        return ROLE_NAMES[self.role]


def posts_in(actor: Actor, areas: Collection[str], *, at: datetime) -> list[Moving]:
    """List the open posts of exactly these areas, by area and role."""
    return [post for some in _in_parts(sorted(areas)) for post in _posts(actor, some, at)]


def _posts(actor: Actor, areas: Sequence[str], at: datetime) -> list[Moving]:
    posts = access.visible_posts(actor).filter(ended_at=None, area_code__in=areas)
    current = Q(held_until=None) | Q(held_until__gt=at)
    held = Appointment.objects.filter(current, post__in=posts, held_from__lte=at)
    names: dict[UUID, list[tuple[str, bool]]] = defaultdict(list)
    for post, name, account in held.order_by("held_from", "id").values_list(
        "post_id", "person__name", "person__account_id"
    ):
        names[post].append((name, account is not None))
    return [
        Moving(
            post.id,
            post.name,
            Role(post.role),
            post.area_code,
            tuple(name for name, _ in names[post.id]),
            sum(has_inbox for _, has_inbox in names[post.id]),
        )
        for post in posts.order_by("area_code", "role", "id")
    ]


def _in_parts(areas: Sequence[str]) -> Iterator[Sequence[str]]:
    return (areas[start : start + AT_ONCE] for start in range(0, len(areas), AT_ONCE))
