"""Keep others from changing an old net meanwhile, and close what is handed over."""

from collections.abc import Iterable, Sequence
from uuid import UUID

import numpy as np
from django.db.models import F

from yige.base import rows
from yige.base.commands import Call
from yige.kernel.codes import is_within
from yige.nets.errors import NetEnded, TransferClosed
from yige.nets.models import DutyTransfer, HandedUnit, LegacyDuty, LegacyNet
from yige.nets.standing import remaining
from yige.territory import net as net_in_force


def hold(call: Call, nets: Iterable[UUID]) -> dict[UUID, LegacyNet]:
    """Keep all others from changing these nets until this command ends; they count up.

    The net in force stays as it is meanwhile: whoever signs while it changes signs before or
    after, never between two. Raises NetEnded when one of them is retired or superseded.
    """
    net_in_force.hold()
    held = sorted(set(nets), key=str)
    mine = LegacyNet.objects.filter(id__in=held, state=LegacyNet.OPEN)
    for net in held:
        if not mine.filter(id=net).update(version=F("version") + 1, changed_by=call.id):
            raise NetEnded(net=LegacyNet.objects.get(id=net).name)
    return {net.id: net for net in mine}


def held_transfers(call: Call, transfers: Sequence[UUID]) -> list[DutyTransfer]:
    """Hold the nets of some open hand-overs and read them; raise TransferClosed where one is not.

    They come in an order of their own, so that two who sign many at once wait for each other.
    """
    mine = DutyTransfer.objects.filter(id__in=transfers).order_by("id")
    hold(call, mine.order_by().values_list("duty__cell__net", flat=True))
    found = list(mine.select_related("duty__cell", "duty__person__account", "post"))
    closed = [transfer for transfer in found if transfer.state != DutyTransfer.OPEN]
    if closed:
        raise TransferClosed(duty=closed[0].duty.name, state=closed[0].state, count=len(closed))
    return found


def close_signed(call: Call, transfers: Sequence[DutyTransfer]) -> int:
    """Close those that both sides have answered for; return how many that are.

    Each takes over what is left in its post's area today, and be it nothing: a new division may
    have brought two posts into one grid, of which the first has taken all.
    """
    both = [each for each in transfers if each.given_at and each.taken_at]
    for net, mine in _by_net(both).items():
        left = Left(net, [each.duty for each in mine])
        for transfer in mine:
            left.take(call, transfer, transfer.post.area_code if transfer.post else "")
            transfer.state = DutyTransfer.DONE
        left.write()
    return len(both)


class Left:
    """What is left of some duties of a net, while one after the other is closed."""

    def __init__(self, net: LegacyNet, duties: Sequence[LegacyDuty]) -> None:
        self.ground, self.places = remaining(net, duties)
        self.handed: list[dict[str, object]] = []

    def units(self, duty: UUID, area: str) -> list[str]:
        """Name the units that are left of a duty in an area ("" is everywhere)."""
        return [self.ground.codes[place] for place in self._there(duty, area)]

    def take(self, call: Call, transfer: DutyTransfer, area: str) -> int:
        """Let a hand-over close a duty for what is left in an area; return how many units."""
        there = self._there(transfer.duty_id, area)
        self.handed += [
            {
                "duty_id": transfer.duty_id,
                "transfer_id": transfer.id,
                "unit_code": self.ground.codes[place],
            }
            for place in there
        ]
        left = self.places[transfer.duty_id]
        self.places[transfer.duty_id] = left[~np.isin(left, there)]
        transfer.closed_at = call.at
        return len(there)

    def write(self) -> None:
        """Write down which units were handed over."""
        rows.insert(HandedUnit, self.handed)

    def _there(self, duty: UUID, area: str) -> list[int]:
        ground = self.ground
        return [
            place
            for place in self.places[duty].tolist()
            if not area or is_within(ground.areas[ground.area[place]], area)
        ]


def _by_net(transfers: Iterable[DutyTransfer]) -> dict[LegacyNet, list[DutyTransfer]]:
    found: dict[UUID, list[DutyTransfer]] = {}
    for transfer in transfers:
        found.setdefault(transfer.duty.cell.net_id, []).append(transfer)
    return {net: found[net.id] for net in LegacyNet.objects.filter(id__in=found)}
