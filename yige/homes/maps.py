"""The household map (联户图): doors by stairwell and floor, and what they add up to."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.db.models import Count, Q, Sum

from yige.base.access import Actor
from yige.homes import access, contacts
from yige.homes.models import Door, Stairwell
from yige.kernel.codes import DIGITS, Level, level_of
from yige.territory import queries
from yige.territory.locate import area_of_unit
from yige.territory.models import Unit

STATES: Final = tuple(state for state, _ in Door.STATES)
_PARTS: Final = re.compile(r"\d+|\D+")


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door as the map shows it."""

    number: str
    state: str

    @property
    def label(self) -> object:
        """The state in words."""
        return dict(Door.STATES)[self.state]


@dataclass(frozen=True, slots=True)
class Floor:
    """A floor with its doors."""

    floor: int
    doors: tuple[DoorRow, ...]


@dataclass(frozen=True)
class StairwellMap:
    """A unit with its doors from the top floor down, and whether they fit its households."""

    unit_code: str
    name: str
    households: int
    floors: tuple[Floor, ...]
    counts: Mapping[str, int]
    version: int
    source: str
    listed_at: datetime | None
    people: tuple[str, ...]

    @property
    def doors(self) -> int:
        """How many doors are listed."""
        return sum(self.counts.values())

    @property
    def homes(self) -> int:
        """How many doors somebody lives behind: their own home, or let."""
        return self.counts[Door.OCCUPIED] + self.counts[Door.LET]

    @property
    def more(self) -> int:
        """How many more homes there are than households were counted (less: below zero)."""
        return self.homes - self.households if self.doors else 0

    @property
    def less(self) -> int:
        """How many fewer homes there are than households."""
        return -self.more

    @property
    def source_name(self) -> object:
        """Where the list came from, in words."""
        return dict(Stairwell.SOURCES).get(self.source, "")


@dataclass(frozen=True)
class BuildingMap:
    """A building, or a unit that stands alone, as far as it lies in the reader's area."""

    name: str
    grid_code: str
    grid_name: str
    stairwells: tuple[StairwellMap, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """Doors by how they stand."""
        return {state: sum(s.counts[state] for s in self.stairwells) for state in STATES}

    @property
    def doors(self) -> int:
        """How many doors are listed."""
        return sum(s.doors for s in self.stairwells)

    @property
    def households(self) -> int:
        """How many households were counted."""
        return sum(s.households for s in self.stairwells)


@dataclass(frozen=True, slots=True)
class BuildingRow:
    """A building on a list, with its units and how far their doors are listed."""

    unit_code: str
    name: str
    units: int
    listed: int
    households: int
    doors: int


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area on a list: how many of its units have their doors listed."""

    code: str
    name: str
    units: int
    listed: int
    households: int
    doors: int


def building_map(actor: Actor, unit_code: str, *, at: datetime) -> BuildingMap:
    """Return the map of the building that a unit is in, or raise UnitMissing."""
    unit = access.unit_for(actor, unit_code)
    same = Q(building=unit.building_id) if unit.building_id else Q(id=unit.id)
    units = list(access.visible_units(actor).filter(same).order_by("code"))
    grid = area_of_unit(unit.code, at)
    name = address_of(unit) if unit.building_id else unit.address or unit.code
    return BuildingMap(name, grid, queries.name_of(grid), tuple(stairwells_of(units, at=at)))


def stairwells_of(units: Sequence[Unit], *, at: datetime) -> Iterable[StairwellMap]:
    """Draw up the stairwells of units, in their order."""
    ids = [unit.id for unit in units]
    known = {each.unit_id: each for each in Stairwell.objects.filter(unit__in=ids)}
    doors: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    there = Door.objects.filter(stairwell__unit__in=ids)
    for stairwell, *door in there.values_list("stairwell_id", "floor", "number", "state"):
        doors[stairwell].append(tuple(door))  # type: ignore[arg-type]
    people = contacts.households_of({unit.code for unit in units}, at=at)
    for unit in units:
        held = known.get(unit.id)
        listed = doors[held.pk] if held else []
        yield StairwellMap(
            unit_code=unit.code,
            name=unit.name or unit.address or unit.code[12:],
            households=unit.households,
            floors=tuple(floors_of(listed)),
            counts=_counted(state for _, _, state in listed),
            version=held.version if held else 0,
            source=held.source if held else "",
            listed_at=held.listed_at if held else None,
            people=tuple(people[unit.code]),
        )


def floors_of(doors: Iterable[tuple[int, str, str]]) -> Iterable[Floor]:
    """Put doors on their floors, the top one first, by number from left to right."""
    ordered = sorted(doors, key=lambda door: (-door[0], natural(door[1])))
    for floor, there in groupby(ordered, key=lambda door: door[0]):
        yield Floor(floor, tuple(DoorRow(number, state) for _, number, state in there))


def natural(number: str) -> list[tuple[int, int, str]]:
    """Order numbers as people do: 2 before 10, 东 after both."""
    parts = _PARTS.findall(number)
    return [(0, int(p), "") if p.isascii() and p.isdigit() else (1, 0, p) for p in parts]


def address_of(unit: Unit) -> str:
    """Name the building of a unit: its address without its own name."""
    return (unit.address or unit.code).removesuffix(unit.name) if unit.name else unit.address


def areas(actor: Actor, area: str) -> list[AreaRow]:
    """List the towns or communities of an area with how far their doors are listed."""
    below = queries.children_of(area)
    if not below or level_of(below[0].code) is Level.GRID:
        return []
    digits = DIGITS[below[0].level]
    there = access.visible_units(actor).filter(access.units_in(area)).order_by()
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    counted = there.values_list("community_code").annotate(
        Count("id"), Count("stairwell"), Sum("households"), Sum("stairwell__doors")
    )
    for community, *numbers in counted:
        own = sums[community[:digits]]
        for place, number in enumerate(numbers):
            own[place] += number or 0
    return [AreaRow(a.code, a.name, *sums[a.code]) for a in below if sums[a.code][0]]


def buildings(actor: Actor, area: str) -> list[BuildingRow]:
    """List the buildings of a community or grid."""
    there = access.visible_units(actor).filter(access.units_in(area))
    rows = there.select_related("building", "building__compound").values_list(
        "building_id", "code", "name", "address", "households", "stairwell__doors"
    )
    grouped: dict[Any, list[Any]] = defaultdict(list)
    for building, *row in rows.order_by("code"):
        grouped[building or row[0]].append(row)
    return [_building_row(building, units) for building, units in grouped.items()]


def counts_in(actor: Actor, area: str) -> Mapping[str, int]:
    """Count the doors of an area by how they stand."""
    units = access.visible_units(actor).filter(access.units_in(area))
    there = Door.objects.filter(stairwell__unit__in=units.order_by().values("id")).order_by()
    return defaultdict(int, there.values_list("state").annotate(Count("id")))


def _building_row(building: Any, units: Sequence[Any]) -> BuildingRow:
    code, name, address, *_ = units[0]
    is_alone = building == code
    return BuildingRow(
        unit_code=code,
        name=(address if is_alone or not name else address.removesuffix(name)) or code,
        units=len(units),
        listed=sum(doors is not None for *_, doors in units),
        households=sum(households for *_, households, _ in units),
        doors=sum(doors or 0 for *_, doors in units),
    )


def _counted(states: Iterable[str]) -> Mapping[str, int]:
    return dict.fromkeys(STATES, 0) | Counter(states)
