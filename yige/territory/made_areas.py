"""Areas of a scratch city, made from the districts that a table names.

A table from elsewhere brings names of districts and no division codes: these are invented here,
in the valid scheme, and whoever has a city made is told so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sized
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from yige.base.tables.shape import Table
from yige.kernel.errors import Invalid

MOST_BELOW: Final = 999
"""Areas that a code has room for below another."""


class TooManyAreas(Invalid):
    """A column names more areas than codes have room for below one area."""

    code = "territory.too_many_areas"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AreaColumn(_Part):
    """A column whose values become areas, and how they are called; without one, a single area."""

    column: str = ""
    name: str = Field(default="{value}", min_length=1, max_length=100)


class MadeCity(_Part):
    """A scratch city made from the file's own districts; asked for, never guessed."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    name: str
    town: AreaColumn | None = None
    community: AreaColumn | None = None


class MadeAreas:
    """Towns and communities made from two columns: numbered in the order of their names."""

    def __init__(self, table: Table, city: str, made: MadeCity | None) -> None:
        self.made: list[dict[str, Any]] = []
        self.codes: dict[tuple[str, str], str] = {}
        self.mapping, self.city = made, city
        if self.mapping is None:
            return
        self.made.append({"code": city, "name": self.mapping.name})
        pairs = self._pairs(table)
        _refuse_too_many([pairs, *pairs.values()])
        for town, communities in sorted(pairs.items(), key=lambda p: _natural(p[0])):
            self._make(town, communities)

    def of(self, cells: Mapping[str, str]) -> tuple[str, bool]:
        """Return the smallest area that a row names, and whether it named one at all."""
        town, community = self._named(cells)
        code = self.codes.get((town, community)) or self.codes.get((town, "")) or self.city
        return code, bool(town)

    def _pairs(self, table: Table) -> dict[str, set[str]]:
        pairs: dict[str, set[str]] = defaultdict(set)
        for cells in table.rows:
            town, community = self._named(dict(zip(table.columns, cells, strict=False)))
            if town:
                pairs[town].add(community)
        return pairs

    def _named(self, cells: Mapping[str, str]) -> tuple[str, str]:
        parts = (self.mapping.town, self.mapping.community) if self.mapping else (None, None)
        town, community = (_value(part, cells) if part else "" for part in parts)
        return town, community

    def _make(self, town: str, communities: set[str]) -> None:
        serial = sum(len(area["code"]) == 9 for area in self.made) + 1
        code = f"{self.city}{serial:03d}"
        self._add(code, town, "", self.mapping.town if self.mapping else None)
        for number, community in enumerate(sorted(communities - {""}, key=_natural), start=1):
            part = self.mapping.community if self.mapping else None
            self._add(f"{code}{number:03d}", town, community, part)

    def _add(self, code: str, town: str, community: str, part: AreaColumn | None) -> None:
        self.codes[town, community] = code
        name = part.name if part else "{value}"
        self.made.append({"code": code, "name": called(name, community or town)})


def called(name: str, value: str) -> str:
    """Give the name of the area that is made from a value."""
    return name.replace("{value}", value)


def _refuse_too_many(groups: Iterable[Sized]) -> None:
    most = max(map(len, groups), default=0)
    if most > MOST_BELOW:
        raise TooManyAreas(count=most, most=MOST_BELOW)


def _value(part: AreaColumn, cells: Mapping[str, str]) -> str:
    return cells.get(part.column, "").strip() if part.column else part.name


def _natural(text: str) -> tuple[int, str]:
    return (int(text), text) if text.isdigit() else (1 << 62, text)
