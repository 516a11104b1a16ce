"""What came too late for its author: the present holder takes it over, or drops it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from pydantic import Field

from yige.base.access import DESKS, NOTHING, Actor, Role, scope
from yige.base.commands import Call, carry_out_deferred, command
from yige.base.fields import Body, Line
from yige.base.models import Deferral
from yige.kernel.errors import Conflict, Missing

TAKERS: Final = DESKS | {Role.GRID_WORKER}


class NoSuchDeferral(Missing):
    """Nothing of this id was deferred to the actor's area."""

    code = "base.no_such_deferral"


class DeferralClosed(Conflict):
    """Somebody else has taken it over or dropped it already."""

    code = "base.deferral_closed"


class TakeOver(Body):
    """The deferred command, by its own id."""

    deferral: UUID


class Drop(Body):
    """The deferred command, by its own id, and why it is not carried out."""

    deferral: UUID
    reason: Line = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class DeferralRow:
    """Something that waits to be taken over."""

    id: UUID
    command: str
    author: str
    subject: UUID | None
    area_code: str
    made_at: datetime
    received_at: datetime


def visible_deferrals(actor: Actor) -> QuerySet[Deferral]:
    """Select what was deferred to the area of a desk or worker, and what one sent oneself."""
    own = Q(account=actor.account) if actor.account else NOTHING
    area = scope(actor) if actor.role in TAKERS | {Role.SYSTEM} else NOTHING
    return Deferral.objects.filter(area | own)


def waiting(actor: Actor, *, most: int = 50) -> list[DeferralRow]:
    """List what waits in the actor's area, the oldest first."""
    if actor.role not in TAKERS:
        return []
    rows = Deferral.open_rows().filter(scope(actor)).order_by("entry__position")[:most]
    return [
        DeferralRow(d.entry_id, d.command, d.author, d.subject, d.area_code, d.made_at,
                    d.received_at)
        for d in rows
    ]  # fmt: skip


def may_take_over(actor: Actor, body: Any) -> bool:
    """A desk or worker; whether the deferral lies in its area is looked up with it."""
    return actor.role in TAKERS


@command("base.take_over_deferred", may=may_take_over)
def take_over_deferred(call: Call, take: TakeOver) -> dict[str, Any]:
    """Carry out in one's own name what came too late for its author.

    It runs under its first id, so that what was built on it offline finds it.
    """
    deferral = _open(call, take.deferral)
    first = Call(
        id=deferral.entry_id,
        actor=call.actor,
        at=call.at,
        made_at=min(deferral.made_at, call.at),
        told=call.told,
    )
    result = carry_out_deferred(first, deferral)
    _close(call, deferral, Deferral.TAKEN)
    return {"deferral": str(deferral.entry_id), "result": result}


@command("base.drop_deferred", may=may_take_over)
def drop_deferred(call: Call, drop: Drop) -> dict[str, Any]:
    """Let go what came too late, with a reason that its author reads."""
    deferral = _open(call, drop.deferral)
    deferral.reason = drop.reason
    _close(call, deferral, Deferral.DROPPED)
    return {"deferral": str(deferral.entry_id)}


def _open(call: Call, deferral: UUID) -> Deferral:
    found = (
        Deferral.objects.select_related("entry").filter(scope(call.actor), entry=deferral).first()
    )
    if found is None:
        raise NoSuchDeferral(deferral=str(deferral))
    if found.state != Deferral.WAITING:
        raise DeferralClosed(deferral=str(deferral), state=found.state)
    return found


def _close(call: Call, deferral: Deferral, state: str) -> None:
    waiting = Deferral.objects.filter(entry=deferral.entry_id, state=Deferral.WAITING)
    if not waiting.update(state=state, closed_by=call.id, reason=deferral.reason):
        raise DeferralClosed(deferral=str(deferral.entry_id), state=state)
    call.tell(
        "base.deferral_closed",
        subject=deferral.subject,
        area=deferral.area_code,
        unit=deferral.unit_code,
        command=deferral.command,
        state=state,
    )
