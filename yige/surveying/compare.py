"""A campaign beside the last survey: households then and now, the biggest changes first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from yige.base.access import Actor
from yige.surveying import access
from yige.surveying.models import Campaign, Line, Sheet
from yige.territory import queries

COLUMNS: Final = ("code", "community", "compound", "building", "households_then",
                  "households_now", "change", "units_new", "units_gone")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a community or (with `building`) a building."""

    code: str
    community: str
    compound: str
    building: str
    then: int
    now: int
    new: int
    gone: int
    sheet: UUID | None = None

    @property
    def by(self) -> int:
        """How many households more, or fewer."""
        return self.now - self.then


@dataclass(slots=True)
class _Sum:
    then: int = 0
    now: int = 0
    new: int = 0
    gone: int = 0

    def add(self, line: Line) -> None:
        self.then += line.households_then
        self.now += line.households or 0
        self.new += not line.unit_code
        self.gone += line.is_gone


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes of a campaign. Sheets that are not checked are counted in `left` alone."""

    communities: list[Change] = field(default_factory=list)
    buildings: list[Change] = field(default_factory=list)
    then: int = 0
    now: int = 0
    new: int = 0
    gone: int = 0
    left: int = 0

    @property
    def by(self) -> int:
        """How many households more, or fewer, in all."""
        return self.now - self.then

    def table(self) -> Iterator[list[str | int]]:
        """Write every building as a row of a file."""
        for each in self.buildings:
            yield [each.code, each.community, each.compound, each.building, each.then, each.now,
                   each.by, each.new, each.gone]  # fmt: skip


def comparison(actor: Actor, campaign: UUID) -> Comparison:
    """Compare the checked sheets of a campaign with what was known when it was frozen."""
    found = access.campaign_for(actor, campaign)
    sheets = {s.id: s for s in access.desk_sheets(actor).filter(campaign=found)}
    checked = {key for key, sheet in sheets.items() if sheet.state == Sheet.CHECKED}
    by_sheet = {key: _Sum() for key in checked}
    by_community: dict[str, _Sum] = {}
    for line in _lines(found):
        if line.sheet_id in checked:
            by_sheet[line.sheet_id].add(line)
            code = sheets[line.sheet_id].area_code[:12]
            by_community.setdefault(code, _Sum()).add(line)
    names = queries.names_of(by_community)
    communities = [Change(c, names[c], "", "", s.then, s.now, s.new, s.gone)
                   for c, s in by_community.items()]  # fmt: skip
    buildings = [_of_sheet(sheets[key], s, names) for key, s in by_sheet.items()]
    return Comparison(
        _biggest_first(communities),
        _biggest_first(buildings),
        then=sum(s.then for s in by_community.values()),
        now=sum(s.now for s in by_community.values()),
        new=sum(s.new for s in by_community.values()),
        gone=sum(s.gone for s in by_community.values()),
        left=len(sheets) - len(checked),
    )


def _lines(campaign: Campaign) -> Iterable[Line]:
    return Line.objects.filter(sheet__campaign=campaign, sheet__state=Sheet.CHECKED).only(
        "sheet_id", "unit_code", "households_then", "households", "is_gone"
    )


def _of_sheet(sheet: Sheet, s: _Sum, names: dict[str, str]) -> Change:
    code = sheet.area_code[:12]
    return Change(code, names[code], sheet.compound, sheet.building, s.then, s.now, s.new, s.gone,
                  sheet.id)  # fmt: skip


def _biggest_first(changes: Iterable[Change]) -> list[Change]:
    return sorted(changes, key=lambda c: (-abs(c.by), c.code, c.compound, c.building))
