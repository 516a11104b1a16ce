"""Areas of a scratch city, made from the districts that a table of cases names."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from yige.base.tables.shape import Table
from yige.cases.mapping import AreaColumn, MadeCity
from yige.territory.locate import Located


class MadeAreas:
    """Towns and communities made from two columns: numbered in the order of their names."""

    def __init__(self, table: Table, city: str, made: MadeCity | None) -> None:
        self.made: list[dict[str, Any]] = []
        self.codes: dict[tuple[str, str], str] = {}
        self.mapping, self.city = made, city
        if self.mapping is None:
            return
        self.made.append({"code": city, "name": self.mapping.name})
        for town, communities in sorted(self._pairs(table).items(), key=lambda p: _natural(p[0])):
            self._make(town, communities)

    def of(self, cells: Mapping[str, str]) -> Located:
        """Return the smallest area that a row names."""
        town, community = self._named(cells)
        code = self.codes.get((town, community)) or self.codes.get((town, "")) or self.city
        return Located("", code, "area" if town else "city")

    def _pairs(self, table: Table) -> dict[str, set[str]]:
        pairs: dict[str, set[str]] = defaultdict(set)
        for cells in table.rows:
            town, community = self._named(dict(zip(table.columns, cells, strict=False)))
            if town:
                pairs[town].add(community)
        return pairs

    def _named(self, cells: Mapping[str, str]) -> tuple[str, str]:
        parts = (self.mapping.town, self.mapping.community) if self.mapping else (None, None)
        town, community = (cells.get(part.column, "").strip() if part else "" for part in parts)
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
        self.made.append({"code": code, "name": name.format(value=community or town)})


def _natural(text: str) -> tuple[int, str]:
    return (int(text), "") if text.isdigit() else (1 << 62, text)
