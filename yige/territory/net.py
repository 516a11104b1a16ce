"""The version of the net: what every cache of places is keyed by."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from yige.base.commands import Stale
from yige.base.reading import once
from yige.kernel.ids import new_id
from yige.territory.models import Net


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which net is in force: a number to show, and an id that no other net ever has."""

    version: int
    id: UUID | str | None


def stamp() -> Stamp:
    """Read which net is in force (one row by its key; once for a page that is read)."""
    return once("territory.net", _stamp)


def _stamp() -> Stamp:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, stamp FROM territory_net WHERE id = 1")
        found = cursor.fetchone()
    return Stamp(*found) if found else Stamp(0, None)


def version() -> int:
    """Tell the number of the net in force; 0 where there was none yet."""
    return stamp().version


def hold(*, based_on: int | None = None) -> None:
    """Keep all others from changing the net until this transaction ends.

    Raises Stale when the net is not the one that the change was based on: of two who change it
    at once, the first wins.
    """
    Net.objects.get_or_create(id=1)
    mine = Net.objects.filter(id=1)
    if based_on is not None:
        mine = mine.filter(version=based_on)
    if not mine.update(version=F("version")):
        raise Stale(version=version())


def bump(*, at: datetime) -> int:
    """Count the net up, and return its new number: the last thing a change of the net does.

    Whoever moves a border, a unit or a division calls this, bulk loads too. What is read between
    a bump and the end of a change would be kept as if it were the new net.
    """
    Net.objects.get_or_create(id=1)
    Net.objects.filter(id=1).update(version=F("version") + 1, stamp=new_id(), changed_at=at)
    return version()
