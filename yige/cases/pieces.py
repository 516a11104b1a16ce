"""What hangs on a case: photos, what reporters answered, their contacts, cases merged into it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import models
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Cast

from yige.base.access import Actor
from yige.cases import access
from yige.cases.letters import Locked, contact_in
from yige.cases.models import Attachment, Case, FollowUp, Reporter


@dataclass(frozen=True, slots=True)
class Photo:
    """A file of a case."""

    file: UUID
    stage: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reporter said when asked."""

    at: datetime
    is_reached: bool
    is_solved: bool | None
    rating: int | None


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a reporter; masked unless it was revealed."""

    name: str
    phone: str
    email: str
    is_anonymous: bool


@dataclass(frozen=True, slots=True)
class Pieces:
    """All that hangs on a case, the first first; the contacts are masked."""

    photos: tuple[Photo, ...]
    answers: tuple[Answer, ...]
    contacts: tuple[Contact, ...]
    merged: tuple[tuple[UUID, str], ...]


COLUMNS: Final[dict[str, "models.Field[Any, Any]"]] = {
    "kind": models.CharField(max_length=8),
    "since": models.DateTimeField(),
    "ref": models.UUIDField(),
    "figure": models.BigIntegerField(),
    "words": models.CharField(max_length=16),
    "is_one": models.BooleanField(),
    "is_other": models.BooleanField(),
    "locked": models.BinaryField(),
}
"""What the four tables give; each leaves out what it does not have."""


def pieces_of(case: Case, actor: Actor) -> Pieces:
    """Read all that hangs on a case by one question."""
    photos = _asked(
        Attachment.objects.filter(case=case), "photo",
        since="at", ref="file", figure="id", words="stage",
    )  # fmt: skip
    answers = _asked(
        FollowUp.objects.filter(case=case), "answer",
        since="at", ref="id", figure="rating", is_one="is_reached", is_other="is_solved",
    )  # fmt: skip
    reporters = _asked(
        reporters_of(case, actor), "contact",
        since="at", ref="id", is_one="is_anonymous", locked="contact",
    )  # fmt: skip
    merged = _asked(
        Case.objects.filter(merged_into=case.id), "merged",
        since="received_at", ref="id", words="number",
    )  # fmt: skip
    found = defaultdict(list)
    for piece in photos.union(answers, reporters, merged, all=True):
        found[piece["kind"]].append(piece)
    return Pieces(
        photos=tuple(
            Photo(p["ref"], p["words"], p["since"])
            for p in sorted(found["photo"], key=lambda p: (p["since"], p["figure"]))
        ),
        answers=tuple(
            Answer(p["since"], p["is_one"], p["is_other"], p["figure"])
            for p in sorted(found["answer"], key=_in_time)
        ),
        contacts=tuple(
            masked(in_full(p["locked"], is_anonymous=p["is_one"]))
            for p in sorted(found["contact"], key=_in_time)
        ),
        merged=tuple(sorted(((p["ref"], p["words"]) for p in found["merged"]), key=_by_number)),
    )


def reporters_of(case: Case, actor: Actor) -> QuerySet[Reporter]:
    """Select who left a contact; for a unit, not those who wish to stay unnamed."""
    found = Reporter.objects.filter(case=case).exclude(contact=None)
    return found.filter(is_anonymous=False) if actor.role in access.UNIT_ROLES else found


def in_full(locked: Locked, *, is_anonymous: bool) -> Contact:
    """Read a contact as it was given."""
    said = contact_in(locked)
    return Contact(said["name"], said["phone"], said["email"], is_anonymous)


def masked(full: Contact) -> Contact:
    """Show of a contact only what tells one from another."""
    name, _, host = full.email.partition("@")
    return Contact(
        full.name[:1] + "**" if full.name else "",
        f"{full.phone[:3]}****{full.phone[-4:]}"
        if len(full.phone) > 7
        else "****" * bool(full.phone),
        f"{name[:1]}***@{host}" if host else "",
        full.is_anonymous,
    )


def _asked(rows: QuerySet[Any], kind: str, **columns: str) -> QuerySet[Any, dict[str, Any]]:
    """Select the columns of one table under the names that all four share."""
    own: dict[str, Any] = {name: F(column) for name, column in columns.items()}
    none = {name: Cast(Value(None), form) for name, form in COLUMNS.items()}
    asked = none | {"kind": Value(kind, models.CharField())} | own
    return rows.order_by().values(**{name: asked[name] for name in COLUMNS})


def _in_time(piece: dict[str, Any]) -> tuple[datetime, UUID]:
    return piece["since"], piece["ref"]


def _by_number(merged: tuple[UUID, str]) -> str:
    return merged[1]
