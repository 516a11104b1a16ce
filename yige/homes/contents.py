"""What stands on a print about a grid, and the digest by which a later day is compared with it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from yige.base.city import setting
from yige.base.crypto import canonical, keyed_digest
from yige.homes import cards
from yige.homes.contacts import Contact, contacts_of, households_of
from yige.homes.maps import address_of
from yige.homes.models import Run, Stairwell
from yige.homes.pieces import in_pieces
from yige.territory import queries
from yige.territory.models import Membership, Unit

KEY: Final = "prints"


@dataclass(frozen=True, slots=True)
class Block:
    """A stairwell on paper: its doors by number. How they stand is no business of a wall."""

    unit: UUID
    name: str
    doors: str
    stairwell: int
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class House:
    """A building on paper with its stairwells."""

    name: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Content:
    """All that a print says about a grid."""

    kind: str
    grid_code: str
    name: str
    community: str
    contacts: tuple[Contact, ...]
    phone: str
    card: UUID | None = None
    address: str = ""
    houses: tuple[House, ...] = ()

    @property
    def says(self) -> str:
        """The digest of everything that a reader sees (keyed: names and numbers are in it)."""
        said: dict[str, Any] = {
            "kind": self.kind,
            "grid": [self.grid_code, self.name, self.community],
            "contacts": [[c.role, c.name, c.phone] for c in self.contacts],
            "phone": self.phone,
        }
        if self.kind == Run.CARDS:
            said |= {"card": str(self.card), "address": self.address}
        else:
            said["houses"] = [
                [house.name, [[b.name, b.doors, list(b.people)] for b in house.blocks]]
                for house in self.houses
            ]
        return keyed_digest(canonical(said), key=KEY, purpose="print")


def contents_of(kind: str, grids: Sequence[str], *, at: datetime) -> dict[str, Content]:
    """Draw up what a print about each of these grids would say at an instant."""
    people = contacts_of(grids, at=at)
    names = queries.names_of([*grids, *(grid[:12] for grid in grids)])
    living = cards.living_cards(grids) if kind == Run.CARDS else {}
    houses = _houses(grids, at) if kind == Run.MAPS else {}
    make = partial(_content, kind, names, setting("city.phone"), cards.base_address())
    return {
        grid: make(
            grid,
            people[grid],
            living[grid].id if grid in living else None,
            houses.get(grid, ()),
        )
        for grid in grids
    }


def _content(
    kind: str,
    names: Mapping[str, str],
    phone: str,
    address: str,
    grid: str,
    people: tuple[Contact, ...],
    card: UUID | None,
    houses: tuple[House, ...],
) -> Content:
    return Content(kind, grid, names[grid], names[grid[:12]], people, phone, card, address, houses)


def _houses(grids: Sequence[str], at: datetime) -> dict[str, tuple[House, ...]]:
    """Group the listed stairwells of grids by building, in the order of their codes."""
    grid_of: dict[UUID, str] = {}
    for some in in_pieces(sorted(grids)):
        held = Membership.objects.filter(grid__code__in=some, valid_until=None)
        grid_of |= dict(held.values_list("unit_id", "grid__code"))
    units: list[Unit] = []
    lists: dict[UUID, tuple[int, str]] = {}
    for ids in in_pieces(grid_of):
        units += Unit.objects.filter(id__in=ids, valid_until=None).only(
            "id", "code", "name", "address", "building_id"
        )
        there = Stairwell.objects.filter(unit__in=ids)
        lists |= {u: (pk, n) for u, pk, n in there.values_list("unit_id", "id", "numbers")}
    people = households_of({unit.code for unit in units}, at=at)
    found: dict[str, dict[Any, list[Unit]]] = defaultdict(lambda: defaultdict(list))
    for unit in sorted(units, key=lambda unit: unit.code):
        if unit.id in lists:
            found[grid_of[unit.id]][unit.building_id or unit.id].append(unit)
    return {
        grid: tuple(_house(there, lists, people) for there in buildings.values())
        for grid, buildings in found.items()
    }


def _house(
    units: Sequence[Unit],
    lists: Mapping[UUID, tuple[int, str]],
    people: Mapping[str, list[str]],
) -> House:
    is_alone = units[0].building_id is None
    name = units[0].address if is_alone else address_of(units[0])
    return House(
        name or units[0].code,
        tuple(
            Block(unit.id, unit.name, lists[unit.id][1], lists[unit.id][0],
                  tuple(people.get(unit.code, ())))
            for unit in units
        ),
    )  # fmt: skip
