"""Join units with outlines that come in a file of their own, as open data often does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from yige.base.tables.layers_out import write_geojson
from yige.base.tables.shape import Table
from yige.territory.survey_columns import NAMES, ColumnsMissing, SurveyMapping, plain


@dataclass(frozen=True)
class Joined:
    """The file that units and outlines make together, and what had no counterpart."""

    path: Path
    numbers: Sequence[int]
    without_outline: Sequence[int]
    outlines_left: int

    def row(self, number: int) -> int:
        """Tell which row of the table of units stands in a row of the joined file."""
        return self.numbers[number - 1]


def join(units: Table, outlines: Table, mapping: SurveyMapping, path: Path) -> Joined:
    """Write units with their outlines as GeoJSON; both files name the unit by its code."""
    if outlines.geometry is None:
        raise ColumnsMissing(missing=["geometry"], found=outlines.columns[:40])
    named = mapping.columns.get("code")
    shapes = dict(zip(_codes(outlines, named), outlines.geometry, strict=True))
    codes = _codes(units, named)
    write_geojson(path, units.columns, units.rows, [shapes.get(code) for code in codes])
    without = [n for n, code in zip(units.numbers, codes, strict=True) if not shapes.get(code)]
    return Joined(path, units.numbers, without, len(shapes.keys() - {*codes}))


def _codes(table: Table, named: str | None) -> list[str]:
    """Give the column with the units' codes: as the mapping calls it, else by a usual name."""
    headings: Mapping[str, str] = {plain(heading): heading for heading in table.columns}
    wanted = [named, *NAMES["code"]] if named else NAMES["code"]
    heading = next((headings[plain(name)] for name in wanted if plain(name) in headings), None)
    if heading is None:
        raise ColumnsMissing(missing=["code"], found=table.columns[:40])
    return [cell.strip() for cell in table.column(heading)]
