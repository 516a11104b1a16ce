"""The version of the net: what every cache of places is keyed by."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import F

from yige.base.commands import Stale
from yige.kernel.ids import new_id
from yige.territory.models import Net


@dataclass(frozen=True, slots=True)
class Stamp:
    """Which net is in force: a number to show, and an id that no other net ever has."""

    version: int
    id: UUID | str | None


def stamp() -> Stamp:
    """Read which net is in force (one row by its key)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, stamp FROM territory_net WHERE id = 1")
        found = cursor.fetchone()
    return Stamp(*found) if found else Stamp(0, None)


def version() -> int:
    """Tell the number of the net in force; 0 where there was none yet."""
    return stamp().version


def bump(*, at: datetime, based_on: int | None = None) -> int:
    """Count the net up in the caller's transaction and return its new number.

    Whoever moves a border, a unit or a division calls this, bulk loads too. Raises Stale when
    the net is not the one that the change was based on: of two who change it at once, one wins.
    """
    Net.objects.get_or_create(id=1)
    mine = Net.objects.filter(id=1)
    if based_on is not None:
        mine = mine.filter(version=based_on)
    if not mine.update(version=F("version") + 1, stamp=new_id(), changed_at=at):
        raise Stale(version=version())
    return version()
