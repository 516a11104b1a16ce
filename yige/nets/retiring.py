"""Retire an old net of which nothing is left open."""

from typing import Final
from uuid import UUID

from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.nets import access
from yige.nets.errors import StillOpen
from yige.nets.holding import hold
from yige.nets.models import LegacyDuty, LegacyNet
from yige.nets.standing import DONE, worked_out

NAMED: Final = 8
"""Open duties that a refusal names."""


class NetNamed(Body):
    """The net that is meant."""

    net: UUID


@command("nets.retire", may=access.may_keep_net)
def retire(call: Call, named: NetNamed) -> LegacyNet:
    """Retire an old net and erase the duty numbers of its people.

    Raises StillOpen with the duties that nobody goes on with yet, the worst first.
    """
    net = hold(call, [access.net_for(call.actor, named.net).id])[named.net]
    standing = worked_out(net)
    still_open = [duty for duty in standing.worst_first if duty.state != DONE]
    if still_open:
        raise StillOpen(
            count=len(still_open),
            duties=[f"{duty.cell.name or duty.cell.code} {duty.name}" for duty in
                    still_open[:NAMED]],
            households=sum(duty.open_households for duty in still_open),
        )  # fmt: skip
    net.state, net.ended_at = LegacyNet.RETIRED, call.at
    net.save()
    LegacyDuty.objects.filter(cell__net=net).update(phone=None)
    call.tell("nets.net_retired", subject=net.id, area=net.area_code,
              duties=len(standing.duties))  # fmt: skip
    return net
