"""What `yige divide` reads: units, neighbours, an earlier plan, and the dirt that was found."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from yige.base.tables.read import read_table
from yige.base.tables.shape import Table
from yige.kernel.errors import Invalid
from yige.kernel.places import Datum, DatumMissing, Plane
from yige.kernel.results import Facts
from yige.territory.adjacency import Adjacency, joined
from yige.territory.survey_columns import EdgeColumns, SurveyMapping, plain
from yige.territory.survey_rows import (
    ColumnsMissing,
    Notice,
    RowError,
    Survey,
    SurveyRows,
    read_survey,
)

WHOLE_CITY = "all"
_ENDS = (("a", "b"), ("from", "to"), ("source", "target"), ("u", "v"), ("id1", "id2"))
_LENGTHS = ("shared_m", "length_m", "border_m", "length", "shared", "border", "metres", "meters")
_SHOWN = 60


class EdgesUnreadable(Invalid):
    """The file of neighbours does not have the columns that are named, or not two at all."""

    code = "territory.edges_unreadable"


class NothingLeft(Invalid):
    """Every row of the file has an error, so there is nothing to divide."""

    code = "territory.nothing_left"


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The neighbours that hold, and what was left aside on the way."""

    adjacency: Adjacency
    source: str
    errors: list[RowError] = field(default_factory=list)
    aside: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Everything the division is made of."""

    table: Table
    survey: Survey
    neighbours: Neighbours
    assumptions: list[Notice]
    x: NDArray[np.float64] | None
    y: NDArray[np.float64] | None
    previous: NDArray[np.int64] | None


def read_inputs(
    units: Path,
    *,
    mapping: SurveyMapping,
    datum: Datum | None,
    edges: Path | None,
    previous: Path | None,
    part: str | None,
    lower: int,
    repair: bool,
) -> Inputs:
    """Read and check the files; raises what makes a division impossible."""
    table = read_table(units, part=part)
    datum = datum or mapping.datum
    assumed: list[Notice] = []
    if datum is None and edges is not None:
        # With neighbours given, places only say what lies west of what: any datum will do.
        datum = Datum.WGS84
        assumed.append(Notice("territory.divide_datum_unused", {}))
    survey, note = _surveyed(table, mapping, datum, edges is None, lower, repair)
    if not len(survey.rows):
        raise NothingLeft(rows=len(table), errors=_most_common(survey.errors))
    x, y = _metres(survey.rows)
    neighbours = _neighbours(survey, edges, mapping.edges, x, y)
    return Inputs(
        table=table,
        survey=survey,
        neighbours=neighbours,
        assumptions=[*survey.assumptions, *note, *(assumed if x is not None else [])],
        x=x,
        y=y,
        previous=None if previous is None else _previous(previous, survey.rows.code),
    )


def _surveyed(
    table: Table,
    mapping: SurveyMapping,
    datum: Datum | None,
    needs_place: bool,  # noqa: FBT001
    lower: int,
    repair: bool,  # noqa: FBT001
) -> tuple[Survey, list[Notice]]:
    def read(with_mapping: SurveyMapping) -> Survey:
        return read_survey(
            table,
            datum=datum,
            mapping=with_mapping,
            lower=lower,
            repair=repair,
            needs_place=needs_place,
            find_neighbours=needs_place,
        )

    try:
        return read(mapping), []
    except ColumnsMissing as missing:
        lacks = missing.facts.get("missing")
        if "community" in mapping.columns or not (
            isinstance(lacks, list) and "community" in lacks
        ):
            raise
    one = replace(mapping, fixed={**mapping.fixed, "community": WHOLE_CITY})
    return read(one), []


def _metres(
    rows: SurveyRows,
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    if not rows.has_places:
        return None, None
    return Plane.around(rows.lon, rows.lat).metres(rows.lon, rows.lat)


def _neighbours(
    survey: Survey,
    edges: Path | None,
    columns: EdgeColumns,
    x: NDArray[np.float64] | None,
    y: NDArray[np.float64] | None,
) -> Neighbours:
    if edges is not None:
        return _listed(read_table(edges), survey, columns, x, y)
    if survey.adjacency is None:
        raise DatumMissing(known=[datum.value for datum in Datum])
    drawn = any(shape is not None for shape in survey.rows.shapes)
    return Neighbours(survey.adjacency, source="shapes" if drawn else "points")


def _listed(
    table: Table,
    survey: Survey,
    columns: EdgeColumns,
    x: NDArray[np.float64] | None,
    y: NDArray[np.float64] | None,
) -> Neighbours:
    a, b = _ends(table, columns)
    length = _length_column(table, columns)
    keep = {
        table.columns.index(_named(table, name)): value for name, value in columns.keep.items()
    }
    place = {code: index for index, code in enumerate(survey.rows.code)}
    out = survey.codes_left_out
    pairs: dict[tuple[int, int], float] = {}
    aside: Counter[str] = Counter()
    errors: list[RowError] = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        ends = [row[a].strip(), row[b].strip()]
        unknown = [k for k in (0, 1) if ends[k] not in place]
        metres = _border(row[length]) if length is not None else 0.0
        if any(row[k].strip() != value for k, value in keep.items()):
            aside["not_kept"] += 1
        elif unknown and all(ends[k] in out for k in unknown):
            aside["of_rows_left_out"] += 1
        elif unknown:
            heading = table.columns[(a, b)[unknown[0]]]
            value = ends[unknown[0]][:_SHOWN]
            errors.append(RowError(number, heading, value, "territory.row_edge_unknown"))
        elif ends[0] == ends[1]:
            aside["to_itself"] += 1
        elif metres is None:
            heading = table.columns[length or 0]
            value = row[length or 0][:_SHOWN]
            errors.append(RowError(number, heading, value, "territory.row_not_a_number"))
        elif length is not None and metres <= 0:
            aside["corner_only"] += 1
        else:
            first, second = sorted((place[ends[0]], place[ends[1]]))
            aside["twice"] += (first, second) in pairs
            pairs[first, second] = metres
    adjacency = joined(
        np.array(list(pairs), np.int64).reshape(-1, 2),
        np.array(list(pairs.values()), float),
        x=x,
        y=y,
        community=survey.rows.community_index(),
    )
    return Neighbours(adjacency, "file", errors, {name: n for name, n in aside.items() if n})


def _ends(table: Table, columns: EdgeColumns) -> tuple[int, int]:
    if columns.a and columns.b:
        names = _named(table, columns.a), _named(table, columns.b)
        return table.columns.index(names[0]), table.columns.index(names[1])
    reduced = [plain(name) for name in table.columns]
    for a, b in _ENDS:
        if a in reduced and b in reduced:
            return reduced.index(a), reduced.index(b)
    if len(table.columns) < 2:
        raise EdgesUnreadable(found=table.columns)
    return 0, 1


def _length_column(table: Table, columns: EdgeColumns) -> int | None:
    if columns.length:
        return table.columns.index(_named(table, columns.length))
    reduced = [name.strip().casefold() for name in table.columns]
    return next((reduced.index(name) for name in _LENGTHS if name in reduced), None)


def _named(table: Table, name: str) -> str:
    if name not in table.columns:
        raise EdgesUnreadable(wanted=name, found=table.columns[:40])
    return name


def _border(cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if np.isfinite(value) else None


def _previous(path: Path, codes: list[str]) -> NDArray[np.int64]:
    """Read an earlier plan: a unit's code and its grid, as `yige divide` writes them."""
    table = read_table(path)
    reduced = [plain(name) for name in table.columns]
    unit = next((reduced.index(name) for name in ("id", "code", "unit") if name in reduced), 0)
    grid = next((reduced.index(name) for name in ("grid", "网格") if name in reduced), 1)
    if len(table.columns) < 2:
        raise EdgesUnreadable(found=table.columns)
    held = {row[unit].strip(): row[grid].strip() for row in table.rows if row[grid].strip()}
    number = {name: index for index, name in enumerate(sorted(set(held.values())))}
    old = [number[held[code]] if code in held else -1 for code in codes]
    return np.array(old, dtype=np.int64)


def _most_common(errors: list[RowError]) -> list[str]:
    return [f"{code} ({count})" for code, count in Counter(e.code for e in errors).most_common(3)]


def chosen_bridges(
    adjacency: Adjacency, rows: SurveyRows, *, lower: int, upper: int
) -> NDArray[np.bool_]:
    """Pick the bridges without which a piece could not become grids in range."""
    community = rows.community_index()
    pieces = int(community.max(initial=-1)) + 1
    piece = community.copy()
    for number, lesser in enumerate(adjacency.pieces, start=pieces):
        piece[lesser.units] = number
    held = np.bincount(piece, rows.households)
    fits = (held > 0) & (np.ceil(held / upper) <= held // max(lower, 1))
    alone = fits[piece]
    a, b = adjacency.edges.T
    return np.asarray(adjacency.bridge & ~(alone[a] & alone[b]))


def facts_of(neighbours: Neighbours, used: NDArray[np.bool_]) -> Facts:
    """Say in figures where the neighbours come from."""
    return {
        "source": neighbours.source,
        "neighbours": int((~neighbours.adjacency.bridge).sum()),
        "bridges_used": int(used.sum()),
        "left_aside": dict(neighbours.aside),
    }
