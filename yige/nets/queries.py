"""What pages and the API may know of old nets: frozen rows, nothing hidden behind them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from json import loads
from typing import Final
from uuid import UUID

from yige.base.access import Actor
from yige.nets import access
from yige.nets.ground import Piece
from yige.nets.models import LegacyNet
from yige.nets.standing import Clash, Duty, Figures, Standing, standing_of
from yige.territory.queries import names_of

PAGE: Final = 50
SHOWN: Final = 100
"""Findings of a kind that a page lists; all of them are counted."""


@dataclass(frozen=True)
class NetRow:
    """An old net, and how far its merging has come."""

    id: UUID
    name: str
    kind: str
    area_code: str
    area_name: str
    organisation: str
    state: str
    source: str
    left_out: int
    imported_at: datetime
    ended_at: datetime | None
    figures: Figures

    @property
    def kind_name(self) -> object:
        """The kind in words."""
        return dict(LegacyNet.KINDS)[self.kind]

    @property
    def state_name(self) -> object:
        """The state in words."""
        return dict(LegacyNet.STATES)[self.state]

    @property
    def is_open(self) -> bool:
        """Tell whether its duties are still being handed over."""
        return self.state == LegacyNet.OPEN


@dataclass(frozen=True, slots=True)
class Finding:
    """Units of an area of which no cell, or more than one, has charge."""

    area: str
    name: str
    units: int
    households: int


@dataclass(frozen=True, slots=True)
class ClashRow:
    """A duty that several people had in one area, by their households there."""

    duty: str
    area: str
    name: str
    holders: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class CrosswalkRow:
    """What a cell and an area have in common."""

    cell_code: str
    cell: str
    area: str
    name: str
    units: int
    households: int
    share_of_cell: float
    share_of_area: float

    @property
    def percent_of_cell(self) -> str:
        """The share of the cell's households."""
        return f"{self.share_of_cell:.1%}"

    @property
    def percent_of_area(self) -> str:
        """The share of the area's households."""
        return f"{self.share_of_area:.1%}"


@dataclass(frozen=True)
class NetView:
    """A net with everything that was found in it."""

    row: NetRow
    standing: Standing

    @cached_property
    def gaps(self) -> list[Finding]:
        """Areas with households that lie in no cell, the most first."""
        return _findings(self.standing.overlay.gaps)

    @cached_property
    def doubled(self) -> list[Finding]:
        """Areas with households that lie in several cells."""
        return _findings(self.standing.overlay.doubled)

    @cached_property
    def clashes(self) -> list[ClashRow]:
        """Duties that several people have in one area."""
        return _clashes(self.standing.clashes[:SHOWN])

    @property
    def clash_count(self) -> int:
        """How many clashes there are."""
        return len(self.standing.clashes)

    def duties(self, *, state: str = "", start: int = 0) -> list[Duty]:
        """List duties, the worst first, from a place on."""
        mine = [d for d in self.standing.worst_first if state in ("", d.state)]
        return mine[start : start + PAGE]

    def count(self, state: str) -> int:
        """Count the duties of a state ("" is all)."""
        return sum(state in ("", duty.state) for duty in self.standing.duties)


def nets(actor: Actor) -> list[NetRow]:
    """List the nets that are or were handed over, those with most open duties first."""
    mine = access.visible_nets(actor).exclude(state=LegacyNet.SUPERSEDED)
    rows = [_row(net, standing_of(net)) for net in mine.select_related("organisation")]
    return sorted(rows, key=lambda row: (not row.is_open, -row.figures.open, row.name, row.id))


def total(rows: Sequence[NetRow]) -> Figures:
    """Add up how far several nets have come; households of the largest area stand for all."""
    every = [row.figures for row in rows]
    return Figures(
        cells=sum(each.cells for each in every),
        duties=sum(each.duties for each in every),
        signed=sum(each.signed for each in every),
        decided=sum(each.decided for each in every),
        waiting=sum(each.waiting for each in every),
        without=sum(each.without for each in every),
        households=max((each.households for each in every), default=0),
        covered=max((each.covered for each in every), default=0),
    )


def net(actor: Actor, net_id: UUID) -> NetView:
    """Return a net as it stands, or raise NetMissing."""
    found = access.net_for(actor, net_id)
    standing = standing_of(found)
    return NetView(_row(found, standing), standing)


def crosswalk(view: NetView) -> Iterator[CrosswalkRow]:
    """List each cell with the areas it lies in and the shares of both, cell by cell."""
    rows = view.standing.crosswalk
    names = names_of({row.area for row in rows})
    for row in rows:
        cell = view.standing.cells[row.cell]
        yield CrosswalkRow(
            cell.code,
            cell.name or cell.code,
            row.area,
            names[row.area],
            row.units,
            row.households,
            row.share_of_cell,
            row.share_of_area,
        )


def _row(found: LegacyNet, standing: Standing) -> NetRow:
    body = found.organisation
    return NetRow(
        found.id,
        found.name,
        found.kind,
        found.area_code,
        names_of([found.area_code])[found.area_code],
        body.name if body else "",
        found.state,
        found.source,
        len(loads(found.left_out)),
        found.imported_at,
        found.ended_at,
        standing.figures,
    )


def _findings(pieces: Sequence[Piece]) -> list[Finding]:
    names = names_of({piece.area for piece in pieces})
    return [Finding(p.area, names[p.area], p.units, p.households) for p in pieces]


def _clashes(some: Sequence[Clash]) -> list[ClashRow]:
    names = names_of({clash.area for clash in some})
    return [ClashRow(c.name, c.area, names[c.area], c.holders) for c in some]
