"""How an old net stands: of each duty what is handed over, and what is still open, and where.

What is open is worked out from the net in force, never stored: the units of a duty's cell that
have not been handed over, by the grid they lie in today.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Final
from uuid import UUID

import numpy as np

from yige.kernel.codes import is_within
from yige.nets.ground import Ground, Ints, Piece, ground_of
from yige.nets.models import DutyTransfer, HandedUnit, LegacyCell, LegacyDuty, LegacyNet
from yige.nets.overlay import Crossing, Extent, Overlay, crosswalk, lay, pieces
from yige.territory import net as net_in_force
from yige.territory.survey_columns import plain

DONE, WAITING, WITHOUT = "done", "waiting", "without"
SIGNED, DECIDED, ENDED = "signed", "decided", "ended"
WORST_FIRST: Final = {WITHOUT: 0, WAITING: 1, DONE: 2}


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of an old net, in today's units and households."""

    id: UUID
    code: str
    name: str
    units: int
    households: int


@dataclass(frozen=True, slots=True)
class Part:
    """What is open of a duty in one area, and the hand-over that waits there, if any."""

    area: str
    units: int
    households: int
    transfer: UUID | None


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty with its open parts; `ways` says how what is closed was closed."""

    id: UUID
    cell: Cell
    name: str
    holder: str
    person: UUID | None
    parts: tuple[Part, ...]
    ways: frozenset[str]

    @property
    def open_units(self) -> int:
        """The units for which the duty is still the old net's."""
        return sum(part.units for part in self.parts)

    @property
    def open_households(self) -> int:
        """The households for which the duty is still the old net's."""
        return sum(part.households for part in self.parts)

    @property
    def without(self) -> int:
        """The number of areas in which no successor is proposed."""
        return sum(part.transfer is None for part in self.parts)

    @property
    def state(self) -> str:
        """Say done, waiting for signatures, or without a successor somewhere.

        The duty of a cell without units is open until somebody decides that it ends.
        """
        if not self.parts and (self.cell.units or self.ways):
            return DONE
        return WITHOUT if self.without or not self.parts else WAITING


@dataclass(frozen=True, slots=True)
class Clash:
    """One duty in one area that several people had, each with the households he had there."""

    name: str
    area: str
    holders: tuple[tuple[str, int], ...]

    @property
    def households(self) -> int:
        """The households of all but the one who had most."""
        return sum(households for _, households in self.holders[1:])


@dataclass(frozen=True, slots=True)
class Figures:
    """How far a net has come: every duty is counted in exactly one of the last four."""

    cells: int
    duties: int
    signed: int
    decided: int
    waiting: int
    without: int
    households: int
    covered: int

    @property
    def done(self) -> int:
        """The duties that are no longer the old net's."""
        return self.signed + self.decided

    @property
    def open(self) -> int:
        """The duties that still are."""
        return self.waiting + self.without


@dataclass(frozen=True, eq=False)
class Standing:
    """A net as it stands."""

    cells: Sequence[Cell]
    overlay: Overlay
    duties: Sequence[Duty]

    @cached_property
    def crosswalk(self) -> list[Crossing]:
        """Each cell shared out over the areas, in the order of the cells."""
        return crosswalk(self.overlay)

    @cached_property
    def worst_first(self) -> list[Duty]:
        """The duties: those without a successor first, then by open households."""
        return sorted(
            self.duties,
            key=lambda duty: (WORST_FIRST[duty.state], -duty.open_households, duty.cell.code),
        )

    @cached_property
    def clashes(self) -> list[Clash]:
        """Duties that are open in an area and have several holders there, the largest first."""
        return clashes(self)

    @cached_property
    def figures(self) -> Figures:
        """Count the duties by how far they are."""
        done = [duty for duty in self.duties if duty.state == DONE]
        signed = sum(duty.ways <= {SIGNED} for duty in done)
        waiting = sum(duty.state == WAITING for duty in self.duties)
        return Figures(
            cells=len(self.cells),
            duties=len(self.duties),
            signed=signed,
            decided=len(done) - signed,
            waiting=waiting,
            without=len(self.duties) - len(done) - waiting,
            households=self.overlay.households,
            covered=self.overlay.covered,
        )


def standing_of(net: LegacyNet) -> Standing:
    """Work out how a net stands (kept until the net, the city's net or a unit changes)."""
    return _standing(net.id, net.first_area, net.imported_at, net.version, net_in_force.stamp())


def worked_out(net: LegacyNet) -> Standing:
    """Work out how a net stands from what is written now, inside a change of it."""
    return _work_out(net.id, net.first_area, net.imported_at, net_in_force.stamp())


def remaining(net: LegacyNet, duties: Iterable[LegacyDuty]) -> tuple[Ground, dict[UUID, Ints]]:
    """Find the units for which each of some duties is still the old net's, from what is written.

    Gives their places in the ground.
    """
    some = list(duties)
    cells, overlay = _laid(net.id, net.first_area, net.imported_at, net_in_force.stamp())
    number = {cell.id: place for place, cell in enumerate(cells)}
    handed = _handed([duty.id for duty in some])
    return overlay.ground, {
        duty.id: _open(overlay, number[duty.cell_id], handed[duty.id]) for duty in some
    }


def clashes(standing: Standing) -> list[Clash]:
    """Find who had the same duty in the same area."""
    held: dict[tuple[str, str], dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    names: dict[str, str] = {}
    open_in: set[tuple[str, str]] = set()
    common = _pieces_by_cell(standing)
    for duty in standing.duties:
        word = plain(duty.name)
        names.setdefault(word, duty.name)
        open_in.update((word, part.area) for part in duty.parts)
        for piece in common[duty.cell.id] if duty.holder else ():
            held[word, piece.area][duty.holder].append(piece.households)
    found = [
        Clash(
            names[word],
            area,
            tuple(sorted(((who, sum(many)) for who, many in holders.items()),
                         key=lambda each: (-each[1], each[0]))),
        )
        for (word, area), holders in held.items()
        if len(holders) > 1 and (word, area) in open_in
    ]  # fmt: skip
    return sorted(found, key=lambda clash: (-clash.households, clash.area, clash.name))


def _pieces_by_cell(standing: Standing) -> Mapping[UUID, list[Piece]]:
    return {
        cell.id: pieces(standing.overlay.ground, units)
        for cell, units in zip(standing.cells, standing.overlay.held, strict=True)
    }


@lru_cache(maxsize=32)
def _standing(net: UUID, area: str, since: datetime, version: int, stamp: str) -> Standing:
    return _work_out(net, area, since, stamp)


def _work_out(net: UUID, area: str, since: datetime, stamp: str) -> Standing:
    cells, overlay = _laid(net, area, since, stamp)
    number = {cell.id: place for place, cell in enumerate(cells)}
    mine = LegacyDuty.objects.filter(cell__net=net).order_by("cell__code", "name", "holder")
    handed = _handed_in(net)
    transfers = _transfers(net)
    duties = []
    for duty, cell, name, holder, person in mine.values_list(
        "id", "cell_id", "name", "holder", "person_id"
    ):
        units = _open(overlay, number[cell], handed[duty])
        open_ones = [(i, code) for i, state, code, _ in transfers[duty] if state == "open"]
        duties.append(
            Duty(
                duty,
                cells[number[cell]],
                name,
                holder,
                person,
                tuple(_part(piece, open_ones) for piece in pieces(overlay.ground, units)),
                frozenset(
                    _way(state, at) for _, state, _, at in transfers[duty] if state != "open"
                ),
            )
        )
    return Standing(cells, overlay, duties)


def _part(piece: Piece, waiting: Iterable[tuple[UUID, str]]) -> Part:
    """Give a piece the hand-over that waits closest to it."""
    near = [(len(code), str(i), i) for i, code in waiting if is_within(piece.area, code)]
    transfer = max(near)[2] if near else None
    return Part(piece.area, piece.units, piece.households, transfer)


def _way(state: str, decided_at: object) -> str:
    if state == DutyTransfer.ENDED:
        return ENDED
    return DECIDED if decided_at else SIGNED


def _transfers(net: UUID) -> Mapping[UUID, list[tuple[UUID, str, str, object]]]:
    found: dict[UUID, list[tuple[UUID, str, str, object]]] = defaultdict(list)
    rows = DutyTransfer.objects.filter(duty__cell__net=net).exclude(state=DutyTransfer.WITHDRAWN)
    columns = ("duty_id", "id", "state", "post__area_code", "decided_at")
    for duty, transfer, state, code, at in rows.values_list(*columns):
        found[duty].append((transfer, state, code or "", at))
    return found


def _handed_in(net: UUID) -> Mapping[UUID, list[str]]:
    rows = HandedUnit.objects.filter(duty__cell__net=net)
    return _by_duty(rows.values_list("duty_id", "unit_code"))


def _handed(duties: Sequence[UUID]) -> Mapping[UUID, list[str]]:
    rows = HandedUnit.objects.filter(duty__in=duties)
    return _by_duty(rows.values_list("duty_id", "unit_code"))


def _by_duty(rows: Iterable[tuple[UUID, str]]) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for duty, unit in rows:
        found[duty].append(unit)
    return found


def _open(overlay: Overlay, cell: int, handed: Sequence[str]) -> Ints:
    units = overlay.held[cell]
    if not handed:
        return units
    place = overlay.ground.place
    gone = [place[code] for code in handed if code in place]
    return units[~np.isin(units, gone)]


@lru_cache(maxsize=32)
def _laid(net: UUID, area: str, since: datetime, stamp: str) -> tuple[Sequence[Cell], Overlay]:
    """Lay a net's cells over the units; cells never change once they are stored."""
    rows = list(
        LegacyCell.objects.filter(net=net)
        .order_by("code")
        .values_list("id", "code", "name", "extent", "outline")
    )
    overlay = lay([Extent.stored(row[3], row[4]) for row in rows], ground_of(area, since))
    homes = overlay.ground.households
    cells = [
        Cell(row[0], row[1], row[2], len(units), int(homes[units].sum()))
        for row, units in zip(rows, overlay.held, strict=True)
    ]
    return cells, overlay
