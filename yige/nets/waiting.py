"""Hand-overs as those see them who sign: who gives, who takes, and what the reader may do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q, QuerySet

from yige.base import crypto
from yige.base.access import Actor, Role
from yige.kernel.codes import parents
from yige.nets import access
from yige.nets.handing import can_sign, holder_of_duty
from yige.nets.models import DutyTransfer, LegacyNet
from yige.nets.standing import Duty, standing_of
from yige.people.models import Appointment, Person, Post
from yige.people.posts import PHONE_KEY
from yige.people.roles import ROLE_NAMES
from yige.territory.queries import names_of

MOST: Final = 200
CANDIDATES: Final = 60
BY_AREA: Final = ("duty__cell__net__name", "duty__cell__code", "post__area_code", "duty__name",
                  "id")  # fmt: skip


@dataclass(frozen=True)
class TransferRow:
    """A hand-over: from whom, to which post, how far it is, and what the reader may do."""

    id: UUID
    net: str
    duty: UUID
    duty_name: str
    cell: str
    giver: str
    post: str
    taker: str
    area_name: str
    state: str
    households: int
    given_at: datetime | None
    is_given_by_decision: bool
    taken_at: datetime | None
    is_taken_by_decision: bool
    decided_by: str
    reason: str
    closed_at: datetime | None
    may_give: bool
    may_take: bool
    may_decide: bool

    @property
    def state_name(self) -> object:
        """The state in words."""
        return dict(DutyTransfer.STATES)[self.state]

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for signatures."""
        return self.state == DutyTransfer.OPEN


@dataclass(frozen=True, slots=True)
class OpenArea:
    """An area in which a duty is open, and whether a successor is proposed there."""

    name: str
    households: int
    is_proposed: bool


@dataclass(frozen=True)
class DutyView:
    """A duty with its cell, who had it, what is open of it, and every hand-over of it."""

    duty: Duty
    net: UUID
    net_name: str
    is_net_open: bool
    holder: str
    phone: str
    organisation: str
    open_areas: Sequence[OpenArea]
    transfers: Sequence[TransferRow]
    candidates: Sequence[tuple[UUID, str]]
    may_keep: bool
    may_end: bool


def waiting(actor: Actor, *, at: datetime, net: UUID | None = None) -> list[TransferRow]:
    """List the open hand-overs that the actor can sign or decide now."""
    mine = access.visible_transfers(actor).filter(state=DutyTransfer.OPEN)
    if net:
        mine = mine.filter(duty__cell__net=net)
    rows = _rows(actor, mine.order_by(*BY_AREA), at)
    return [row for row in rows if row.may_give or row.may_take or row.may_decide][:MOST]


def duty(actor: Actor, duty_id: UUID, *, at: datetime) -> DutyView:
    """Return a duty with all that is known of it, or raise DutyMissing."""
    found = access.duty_for(actor, duty_id)
    net = found.cell.net
    standing = next(each for each in standing_of(net).duties if each.id == found.id)
    names = names_of(part.area for part in standing.parts)
    mine = DutyTransfer.objects.filter(duty=found).order_by("proposed_at", *BY_AREA)
    keeps = actor.holds(*access.KEEPERS) and net.state == LegacyNet.OPEN
    return DutyView(
        standing,
        net.id,
        net.name,
        net.state == LegacyNet.OPEN,
        holder_of_duty(found),
        crypto.unlock(found.phone, key=PHONE_KEY) if found.phone else "",
        net.organisation.name if net.organisation else "",
        [OpenArea(names[p.area], p.households, p.transfer is not None) for p in standing.parts],
        _rows(actor, mine, at),
        _candidates(standing, at) if keeps and standing.parts else [],
        keeps,
        net.state == LegacyNet.OPEN and access.ends(actor, found),
    )


def _rows(actor: Actor, some: "QuerySet[DutyTransfer]", at: datetime) -> list[TransferRow]:
    found = list(
        some.select_related("duty__cell__net", "duty__person__account", "post")[: 5 * MOST]
    )
    holders = _holders({each.post_id for each in found}, at)
    names = names_of({each.post.area_code for each in found if each.post})
    homes = _households(found)
    allowed = _decidable(actor, found)
    return [
        _row(each, actor, holders.get(each.post_id, ()), names, homes.get(each.id, 0),
             is_decider=each.id in allowed)
        for each in found
    ]  # fmt: skip


def _row(
    each: DutyTransfer, actor: Actor, holders: Sequence[Person], names: Mapping[str, str],
    households: int, *, is_decider: bool,
) -> TransferRow:  # fmt: skip
    duty, post = each.duty, each.post
    is_open = each.state == DutyTransfer.OPEN
    is_old = bool(duty.person and actor.account and duty.person.account_id == actor.account)
    lacks_old = each.given_at is None and not can_sign(duty.person)
    lacks_new = each.taken_at is None and bool(holders) and not any(map(can_sign, holders))
    return TransferRow(
        id=each.id,
        net=duty.cell.net.name,
        duty=duty.id,
        duty_name=duty.name,
        cell=duty.cell.name or duty.cell.code,
        giver=holder_of_duty(duty),
        post=post.name if post else "",
        taker="、".join(person.name for person in holders),
        area_name=names[post.area_code] if post else "",
        state=each.state,
        households=households,
        given_at=each.given_at,
        is_given_by_decision=each.given_at is not None and each.given_by_id is None,
        taken_at=each.taken_at,
        is_taken_by_decision=each.taken_at is not None and each.taken_by_id is None,
        decided_by=each.decided_by,
        reason=each.reason,
        closed_at=each.closed_at,
        may_give=is_open and is_old and each.given_at is None,
        may_take=is_open and each.post_id == actor.post is not None and each.taken_at is None,
        may_decide=is_open and is_decider and (lacks_old or lacks_new),
    )


def _decidable(actor: Actor, some: Iterable[DutyTransfer]) -> set[UUID]:
    ids = [each.id for each in some if each.state == DutyTransfer.OPEN]
    return set(access.decidable(actor).filter(id__in=ids).values_list("id", flat=True))


def _households(some: Iterable[DutyTransfer]) -> dict[UUID, int]:
    """Count what is left of each hand-over's duty where it waits."""
    nets = {each.duty.cell.net_id: each.duty.cell.net for each in some}
    found: dict[UUID, int] = {}
    for net in nets.values():
        for standing in standing_of(net).duties:
            for part in standing.parts:
                if part.transfer:
                    found[part.transfer] = found.get(part.transfer, 0) + part.households
    return found


def _holders(posts: Iterable[UUID | None], at: datetime) -> dict[UUID | None, list[Person]]:
    held = Appointment.objects.filter(
        Q(held_until=None) | Q(held_until__gt=at), post__in=[p for p in posts if p],
        held_from__lte=at,
    )  # fmt: skip
    found: dict[UUID | None, list[Person]] = {}
    for each in held.select_related("person__account").order_by("held_from", "id"):
        found.setdefault(each.post_id, []).append(each.person)
    return found


def _candidates(standing: Duty, at: datetime) -> list[tuple[UUID, str]]:
    """List the posts that could go on with what is open: in its areas and above them."""
    areas = {code for part in standing.parts for code in parents(part.area)}
    posts = list(
        Post.objects.filter(area_code__in=areas, ended_at=None).order_by(
            "-area_code", "role", "id"
        )[:CANDIDATES]
    )
    holders = _holders([post.id for post in posts], at)
    return [(post.id, _called(post, holders.get(post.id, ()))) for post in posts]


def _called(post: Post, holders: Sequence[Person]) -> str:
    who = "、".join(person.name for person in holders)
    role = str(ROLE_NAMES[Role(post.role)])
    return " · ".join(part for part in (post.name, role, who or "—") if part)
