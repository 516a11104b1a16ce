"""The net in force: its number to show, and the stamp that every cache of places is keyed by."""

from datetime import datetime
from typing import Final

from django.db.models import F

from yige.base import snapshot
from yige.base.reading import forget
from yige.kernel.ids import new_id
from yige.territory.errors import NetMovedOn
from yige.territory.models import Net, Plan

NET: Final = "territory.net"


def stamp() -> str:
    """Return what no other net ever has; it is read with the city's values."""
    return snapshot.take().stamp(NET)


def version() -> int:
    """Tell the number of the net in force; 0 where there was none yet."""
    return Net.objects.filter(id=1).values_list("version", flat=True).first() or 0


def last_change() -> dict[str, str | int]:
    """Tell the net's number, when it last changed, and which plan was adopted then, if one was."""
    number, at = Net.objects.filter(id=1).values_list("version", "changed_at").get()
    plan = Plan.objects.filter(adopted_at=at).values_list("name", flat=True).first()
    return {"version": number, "changed_at": at.isoformat() if at else "", "plan": plan or ""}


def hold(*, based_on: int | None = None) -> None:
    """Keep all others from changing the net until this transaction ends.

    Raises NetMovedOn when the net is not the one that the change was based on: of two who change
    it at once, the first wins.
    """
    Net.objects.get_or_create(id=1)
    mine = Net.objects.filter(id=1)
    if based_on is not None:
        mine = mine.filter(version=based_on)
    if not mine.update(version=F("version")):
        raise NetMovedOn(**last_change())
    # Whoever was waited for may have left another net.
    forget()


def bump(*, at: datetime) -> None:
    """Count the net up and stamp it anew: the last thing a change of the net does.

    Whoever moves a border, a unit or a division calls this, bulk loads too. What is read between
    a bump and the end of a change would be kept as if it were the new net.
    """
    Net.objects.get_or_create(id=1)
    Net.objects.filter(id=1).update(version=F("version") + 1, changed_at=at)
    snapshot.stamp(NET, by=new_id())
