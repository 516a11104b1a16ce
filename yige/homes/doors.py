"""List the doors of stairwells: made from floors, or as a file says; and say how doors stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field

from yige.base import rows
from yige.base.commands import Call, Deferred, command
from yige.base.crypto import digest
from yige.base.fields import AreaCode, Body, Line, UnitCode
from yige.homes import access
from yige.homes.errors import DoorsMissing, DoorsThere, NoDoorsToMake, TooManyDoors, UnitMissing
from yige.homes.models import Door, Stairwell
from yige.homes.numbers import FLOORS, MOST, Numbered, made
from yige.homes.pieces import in_pieces
from yige.territory.locate import area_of_unit
from yige.territory.models import Unit

State = Literal["occupied", "empty", "let"]
NAMED: Final = 100
ANEW: Final = """
    ON CONFLICT (unit_id) DO UPDATE SET version = homes_stairwell.version + 1,
      changed_by = excluded.changed_by, source = excluded.source, doors = excluded.doors,
      numbers = excluded.numbers, listed_at = excluded.listed_at
"""
"""A list in the place of another one of the same unit."""


class DoorsMade(Body):
    """Units whose doors are to be made: all of an area, or those named.

    What is not said is taken from the survey: its floors, and its doors or else its households.
    """

    area: AreaCode
    units: list[UnitCode] = Field(default_factory=list, max_length=50_000)
    floors: int | None = Field(default=None, ge=1, le=FLOORS)
    per_floor: int | None = Field(default=None, ge=1, le=400)
    replace: bool = False


class DoorsSet(Body):
    """Doors of one unit that stand in another way from now on."""

    unit: UnitCode
    numbers: list[Line] = Field(min_length=1, max_length=MOST)
    state: State


@dataclass(frozen=True, slots=True)
class Listed:
    """A unit's doors as they are to be stored: floor, number, state ("": as it stands by now)."""

    unit: Any
    doors: Sequence[tuple[int, str, str]]


def late(call: Call, said: DoorsSet) -> Deferred | None:
    """Hand what the worker of a grid noted on to whoever has the unit by now."""
    area = area_of_unit(said.unit, call.made_at)
    if not (call.actor.holds(*access.KEEPERS) and call.actor.covers(area)):
        return None
    return Deferred(area=area_of_unit(said.unit, call.at), unit=said.unit)


@command("homes.make_doors", may=access.may_keep_doors)
def make_doors(call: Call, said: DoorsMade) -> dict[str, int]:
    """List the doors of units from their floors: floor 3, door 2 is 302.

    Units that have their doors already keep them, unless they are named or all are to be made
    anew. Raises NoDoorsToMake with the units of which nobody knows how many doors they have.
    """
    units = _units(call, said)
    there = set(_ids(unit.id for unit in units))
    if said.units and there and not said.replace:
        raise DoorsThere(units=[u.code for u in units if u.id in there][:NAMED])
    new = [unit for unit in units if said.replace or unit.id not in there]
    found = {unit: _numbered(unit, said) for unit in new}
    if said.units and (empty := [unit.code for unit, doors in found.items() if not doors]):
        raise NoDoorsToMake(units=empty[:NAMED])
    lists = [
        Listed(unit.id, [(door.floor, door.number, "") for door in doors])
        for unit, doors in found.items()
        if doors
    ]
    doors, kept = store(call, lists, source=Stairwell.GENERATED), len(units) - len(new)
    call.tell("homes.doors_made", area=said.area, units=len(lists), doors=doors, kept=kept)
    return {"units": len(lists), "doors": doors, "kept": kept, "unknown": len(new) - len(lists)}


@command("homes.set_doors", may=access.may_set_doors, late=late)
def set_doors(call: Call, said: DoorsSet) -> Stairwell:
    """Say that doors of a unit are lived in, empty or let."""
    stairwell = Stairwell.objects.filter(unit__code=said.unit).first()
    if stairwell is None:
        raise UnitMissing(unit=said.unit)
    call.expect(stairwell)
    wanted = set(said.numbers)
    doors = stairwell.rows.filter(number__in=wanted)
    if missing := sorted(wanted - set(doors.values_list("number", flat=True))):
        raise DoorsMissing(unit=said.unit, numbers=missing[:NAMED])
    doors.update(state=said.state)
    call.touch(stairwell)
    stairwell.save()
    call.tell("homes.doors_set", area=area_of_unit(said.unit, call.at), unit=said.unit,
              state=said.state, doors=len(wanted))  # fmt: skip
    return stairwell


def store(call: Call, lists: Sequence[Listed], *, source: str) -> int:
    """Put lists of doors in the place of what is there; return how many doors that are.

    A list that does not say how a door stands leaves that as it is, by the door's number.
    """
    units = [one.unit for one in lists]
    kept = _states(units)
    rows.load(Stairwell, (_row(call, one, source) for one in lists), tail=ANEW)
    ids = _ids(units)
    for some in in_pieces(ids.values()):
        Door.objects.filter(stairwell__in=some).delete()
    rows.load(
        Door,
        (
            {
                "stairwell_id": ids[one.unit],
                "floor": floor,
                "number": number,
                "state": state or kept.get((one.unit, number), Door.OCCUPIED),
            }
            for one in lists
            for floor, number, state in one.doors
        ),
    )
    return sum(len(one.doors) for one in lists)


def _row(call: Call, one: Listed, source: str) -> dict[str, Any]:
    return {
        "unit_id": one.unit,
        "source": source,
        "doors": len(one.doors),
        "numbers": _digest(one),
        "listed_at": call.at,
        "changed_by": call.id,
    }


def _digest(one: Listed) -> str:
    return digest("\n".join(sorted(f"{floor} {number}" for floor, number, _ in one.doors)))


def _units(call: Call, said: DoorsMade) -> list[Unit]:
    there = access.visible_units(call.actor).filter(access.units_in(said.area))
    found = list(there.only("id", "code", "floors", "doors", "households").order_by("code"))
    if not said.units:
        return found
    wanted = set(said.units)
    units = [unit for unit in found if unit.code in wanted]
    if missing := sorted(wanted - {unit.code for unit in units}):
        raise UnitMissing(unit=missing[0], units=missing[:NAMED])
    return units


def _numbered(unit: Unit, said: DoorsMade) -> list[Numbered]:
    floors = said.floors or unit.floors
    total = floors * said.per_floor if said.per_floor and floors else unit.doors or unit.households
    if said.per_floor and not floors:
        total = said.per_floor
    if total > MOST:
        raise TooManyDoors(unit=unit.code, doors=total, most=MOST)
    return made(floors=floors, total=total)


def _ids(units: Iterable[Any]) -> dict[Any, int]:
    """Return the stairwell of each unit whose doors are listed."""
    found: dict[Any, int] = {}
    for some in in_pieces(units):
        there = Stairwell.objects.filter(unit__in=some)
        found |= dict(there.values_list("unit_id", "id"))
    return found


def _states(units: Iterable[Any]) -> dict[tuple[Any, str], str]:
    """Return how doors stand that are not lived in, by unit and number."""
    found: dict[tuple[Any, str], str] = {}
    for some in in_pieces(units):
        there = Door.objects.filter(stairwell__unit__in=some).exclude(state=Door.OCCUPIED)
        for unit, number, state in there.values_list("stairwell__unit_id", "number", "state"):
            found[unit, number] = state
    return found
