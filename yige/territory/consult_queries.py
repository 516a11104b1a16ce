"""What was said of a plan, and which of those who were asked have answered."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from yige.base.access import Actor, scope
from yige.kernel.codes import DIGITS, Level
from yige.territory import access, queries
from yige.territory.models import Plan, PlanComment, Unit


@dataclass(frozen=True, slots=True)
class CommentRow:
    """A comment with its answer. `what` is the address of the unit that it is about."""

    id: UUID
    text: str
    stance: str
    stance_name: str
    author: str
    title: str
    area_code: str
    area_name: str
    at: datetime
    label: int | None
    what: str
    answer: str
    answered_by: str
    answered_at: datetime | None
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """An area that was asked, and how it stands to the proposal ("" while it is silent)."""

    code: str
    name: str
    stance: str
    at: datetime | None
    comments: int


@dataclass(frozen=True, slots=True)
class ShownPlan:
    """A proposal as those see it who are asked about it: `area` is the part that is theirs."""

    id: UUID
    name: str
    state: str
    state_name: str
    area: str
    area_name: str
    lower: int
    upper: int
    until: datetime | None
    is_asked: bool


def shown_plan(actor: Actor, row: Plan) -> ShownPlan:
    """Return a plan for whoever may see it, or the part of it that concerns them."""
    area = access.part_shown(actor, row)
    return ShownPlan(
        id=row.id,
        name=row.name,
        state=row.state,
        state_name=str(dict(Plan.STATES)[row.state]),
        area=area,
        area_name=queries.name_of(area),
        lower=row.lower,
        upper=row.upper,
        until=row.consulted_until,
        is_asked=actor.holds(*access.CONSULTED),
    )


def comments_of(actor: Actor, row: Plan, *, most: int = 500) -> list[CommentRow]:
    """List what was said of a plan, open comments first; who is asked sees their own area's."""
    there = row.comments.all()
    if actor.holds(*access.CONSULTED):
        there = there.filter(scope(actor))
    unit = Unit.objects.filter(code=OuterRef("unit_code")).values("address")[:1]
    found = list(there.annotate(what=Subquery(unit)).order_by("is_settled", "-at", "-id")[:most])
    names = queries.names_of({each.area_code for each in found if each.area_code})
    return [_row(each, names.get(each.area_code, "")) for each in found]


def replies_to(communities: Iterable[str], comments: Iterable[CommentRow]) -> list[Reply]:
    """Tell for each community of a plan, and its town, how it stands; those that object first."""
    asked = set(communities)
    areas = sorted(asked | {code[: DIGITS[Level.TOWN]] for code in asked})
    names = queries.names_of(areas)
    said: dict[str, list[CommentRow]] = {}
    for comment in sorted(comments, key=lambda each: each.at):
        said.setdefault(comment.area_code, []).append(comment)
    replies = [_reply(code, names[code], said.get(code, [])) for code in areas]
    order = {PlanComment.OBJECT: 0, "": 1, PlanComment.AGREE: 2}
    return sorted(replies, key=lambda reply: (order[reply.stance], reply.code))


def _reply(code: str, name: str, said: list[CommentRow]) -> Reply:
    stands = [comment for comment in said if comment.stance]
    last = stands[-1] if stands else None
    return Reply(code, name, last.stance if last else "", last.at if last else None, len(said))


def _row(comment: PlanComment, area: str) -> CommentRow:
    return CommentRow(
        id=comment.id,
        text=comment.text,
        stance=comment.stance,
        stance_name=str(dict(PlanComment.STANCES).get(comment.stance, "")),
        author=comment.author,
        title=comment.title,
        area_code=comment.area_code,
        area_name=area,
        at=comment.at,
        label=comment.label,
        what=getattr(comment, "what", "") or comment.unit_code,
        answer=comment.answer,
        answered_by=comment.answered_by,
        answered_at=comment.answered_at,
        is_settled=comment.is_settled,
    )
