"""What pages and the API may know of notices."""

from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Any
from uuid import UUID

from django.db.models import Q

from yige.base.access import Actor
from yige.channels import access
from yige.channels.letters import sentence
from yige.channels.models import Notice


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A line of the inbox, in the reader's language."""

    id: UUID
    about: str
    sentence: str
    subject: UUID | None
    facts: dict[str, Any]
    at: datetime
    is_read: bool
    area_code: str = ""


def inbox(
    actor: Actor, *, before: tuple[datetime, UUID] | None = None, most: int = 50
) -> list[NoticeRow]:
    """List one's own notices, the latest first; `before` is the (at, id) of the last one seen."""
    rows = access.visible_notices(actor)
    if before:
        at, last = before
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=last))
    page = rows.order_by("-at", "-id")[:most]
    return [_row(notice) for notice in page]


def unread(actor: Actor) -> int:
    """Count one's own unread notices (at most 100 are counted)."""
    return access.visible_notices(actor).filter(read_at=None)[:100].count()


def _row(notice: Notice) -> NoticeRow:
    facts = loads(notice.facts)
    return NoticeRow(
        notice.id,
        notice.about,
        sentence(notice.about, facts),
        notice.subject,
        facts,
        notice.at,
        notice.read_at is not None,
        notice.area_code,
    )
