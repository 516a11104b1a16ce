"""Bring doors in from a file: looked at first, stored when nothing is wrong or it was accepted."""

from functools import lru_cache
from typing import Any, Final

from pydantic import Field

from yige.base import files
from yige.base.commands import Call, command
from yige.base.fields import AreaCode, Body
from yige.base.tables.read import read_table
from yige.base.tables.shape import Limits
from yige.homes import access
from yige.homes.door_reader import Found, read_doors
from yige.homes.doors import Listed, store
from yige.homes.errors import DoorRowsWrong, NoDoorInFile
from yige.homes.models import Stairwell
from yige.territory import net, queries
from yige.territory.models import Unit

LIMITS: Final = Limits(rows=400_000, file_bytes=64 << 20, cpu_seconds=60, wall_seconds=90)
SHOWN: Final = 100


class DoorFile(Body):
    """A file with doors of an area; its wrong rows stay out only where that was said."""

    area: AreaCode
    file: str = Field(pattern=r"^[0-9a-f]{64}$")
    without_listed: bool = False


@command("homes.import_doors", may=access.may_keep_doors)
def import_doors(call: Call, said: DoorFile) -> dict[str, int]:
    """Store the doors of a file: a unit that it names gets exactly these.

    Raises DoorRowsWrong with the rows that cannot be right, unless they are to be left out.
    """
    found = doors_in(said.file, said.area)
    if found.errors and not said.without_listed:
        raise DoorRowsWrong(rows=found.bad_rows[:SHOWN], count=len(found.bad_rows))
    if not found.doors:
        raise NoDoorInFile(file=said.file[:12])
    lists = [Listed(unit, doors) for unit, doors in found.doors.items()]
    doors, left_out = store(call, lists, source=Stairwell.IMPORTED), len(found.bad_rows)
    call.tell("homes.doors_imported", area=said.area, units=len(lists), doors=doors,
              left_out=left_out)  # fmt: skip
    return {"units": len(lists), "doors": doors, "left_out": left_out}


def doors_in(file: str, area: str) -> Found:
    """Read the doors of a file (kept for a second look)."""
    return _found(file, area, net.stamp())


@lru_cache(maxsize=4)
def _found(file: str, area: str, stamp: str) -> Found:
    """Read by everything that the answer depends on."""
    table = read_table(files.path_of(file), limits=LIMITS)
    return read_doors(table, _units(area), area=queries.name_of(area))


def _units(area: str) -> dict[str, Any]:
    """Know the units of an area by address, by the survey's own id, and above all by code."""
    there = Unit.objects.filter(access.units_in(area), valid_until=None)
    rows: list[Any] = list(there.values_list("id", "address", "source_id", "code"))
    known: dict[str, Any] = {}
    for name in (1, 2, 3):
        known |= {row[name]: row[0] for row in rows if row[name]}
    return known
