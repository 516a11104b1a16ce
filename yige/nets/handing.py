"""Hand duties over: both holders sign, or an office decides for the one who cannot."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from pydantic import Field

from yige.base.commands import Call, command
from yige.base.fields import Body, Line
from yige.nets import access
from yige.nets.errors import PostVacant, SidesCanSign
from yige.nets.holding import Left, close_signed, held_transfers, hold
from yige.nets.models import DutyTransfer, LegacyDuty
from yige.people.models import Appointment, Person

MOST: Final = 500
WRITTEN: Final = (
    "state", "given_at", "given_by_id", "taken_at", "taken_by_id", "decided_at", "decided_by",
    "reason", "closed_at",
)  # fmt: skip
"""What a signature or a decision changes of a hand-over."""


class Signed(Body):
    """The hand-overs that somebody signs."""

    transfers: list[UUID] = Field(min_length=1, max_length=MOST)


class Decided(Signed):
    """The hand-overs that are decided, and why no signature can be had."""

    reason: Line = Field(min_length=2)


class DutyEnds(Body):
    """The duty that nobody goes on with, and why."""

    duty: UUID
    reason: Line = Field(min_length=2)


@command("nets.give", may=access.may_give)
def give(call: Call, signed: Signed) -> dict[str, int]:
    """Sign as the old holder that duties are handed over; signing twice changes nothing."""
    mine = held_transfers(call, signed.transfers)
    some = [transfer for transfer in mine if transfer.given_at is None]
    for transfer in some:
        transfer.given_at, transfer.given_by_id = call.at, transfer.duty.person_id
    return _answered(call, some, "nets.duty_given")


@command("nets.take", may=access.may_take)
def take(call: Call, signed: Signed) -> dict[str, int]:
    """Sign from the post that goes on that duties are taken over; signing twice changes nothing.

    Whoever signs last closes the hand-over, for the units that lie in the post's area that day.
    """
    mine = held_transfers(call, signed.transfers)
    some = [transfer for transfer in mine if transfer.taken_at is None]
    for transfer in some:
        transfer.taken_at, transfer.taken_by_id = call.at, call.actor.person
    return _answered(call, some, "nets.duty_taken")


@command("nets.decide", may=access.may_decide)
def decide(call: Call, decided: Decided) -> dict[str, int]:
    """Decide in the place of whoever has no account to sign with, and say why.

    Whoever has one still signs for himself: raises SidesCanSign when nobody is left to decide
    for, and PostVacant when nobody holds the post.
    """
    some = held_transfers(call, decided.transfers)
    holders = _holders(some, call)
    for transfer in some:
        _decide(call, transfer, holders.get(transfer.post_id, []), decided.reason)
    return _answered(call, some, "nets.duty_decided")


@command("nets.end_duty", may=access.may_end)
def end_duty(call: Call, ends: DutyEnds) -> DutyTransfer:
    """Decide that what is left of a duty ends without a successor, and say why."""
    duty = access.duty_for(call.actor, ends.duty)
    net = hold(call, [duty.cell.net_id])[duty.cell.net_id]
    waiting = duty.transfers.filter(state=DutyTransfer.OPEN)
    waiting.update(state=DutyTransfer.WITHDRAWN, closed_at=call.at, changed_by=call.id)
    ended = DutyTransfer.objects.create(
        duty=duty,
        state=DutyTransfer.ENDED,
        proposed_at=call.at,
        decided_at=call.at,
        decided_by=_decider(call),
        reason=ends.reason,
        closed_at=call.at,
        changed_by=call.id,
    )
    left = Left(net, [duty])
    units = left.take(call, ended, "")
    left.write()
    call.tell("nets.duty_ended", subject=duty.id, area=net.area_code, units=units)
    return ended


def _decide(call: Call, transfer: DutyTransfer, holders: list[Person], reason: str) -> None:
    decides_old = transfer.given_at is None and not can_sign(transfer.duty.person)
    decides_new = transfer.taken_at is None and not any(map(can_sign, holders))
    if decides_new and not holders and not decides_old:
        raise PostVacant(duty=transfer.duty.name, post=str(transfer.post or ""))
    if not decides_old and not decides_new:
        raise SidesCanSign(duty=transfer.duty.name, holder=transfer.duty.holder)
    if decides_old:
        transfer.given_at = call.at
    if decides_new and holders:
        transfer.taken_at = call.at
    transfer.decided_at, transfer.decided_by = call.at, _decider(call)
    transfer.reason = reason


def can_sign(person: Person | None) -> bool:
    """Tell whether a person is still here and has an account that opens."""
    if person is None or person.left_at is not None or person.account is None:
        return False
    return person.account.is_active


def _holders(transfers: Iterable[DutyTransfer], call: Call) -> dict[UUID | None, list[Person]]:
    posts = {transfer.post_id for transfer in transfers}
    held = Appointment.objects.filter(
        Q(held_until=None) | Q(held_until__gt=call.at), post__in=posts, held_from__lte=call.at
    )
    found: dict[UUID | None, list[Person]] = {}
    for appointment in held.select_related("person__account").order_by("held_from", "id"):
        found.setdefault(appointment.post_id, []).append(appointment.person)
    return found


def _decider(call: Call) -> str:
    return " ".join(part for part in (call.actor.title, call.actor.name) if part)[:120]


def _answered(call: Call, some: list[DutyTransfer], kind: str) -> dict[str, int]:
    """Close what both sides have answered for, keep all of it, and tell."""
    closed = close_signed(call, some)
    for transfer in some:
        area = transfer.post.area_code if transfer.post else ""
        call.tell(kind, subject=transfer.id, area=area, duty=str(transfer.duty_id),
                  state=transfer.state)  # fmt: skip
    _write(call, some)
    return {"signed": len(some), "closed": closed}


def _write(call: Call, some: Iterable[DutyTransfer]) -> None:
    """Write hand-overs by what they have become: many are signed alike."""
    alike: dict[tuple[object, ...], list[UUID]] = {}
    for transfer in some:
        become = tuple(getattr(transfer, name) for name in WRITTEN)
        alike.setdefault(become, []).append(transfer.id)
    for become, ids in alike.items():
        DutyTransfer.objects.filter(id__in=ids).update(
            **dict(zip(WRITTEN, become, strict=True)),
            version=F("version") + 1,
            changed_by=call.id,
        )


def holder_of_duty(duty: LegacyDuty) -> str:
    """Name who had a duty."""
    return duty.holder or (duty.person.name if duty.person else "")
