"""Read a survey table into rows of units, and find everything that is wrong with it.

Nothing is stored here. Errors belong to a row and keep it out; warnings leave the rows in and are
for a person to judge. The words for both stand in `survey_reasons.py`.
"""

from collections.abc import Collection, Mapping

import numpy as np
import shapely

from yige.base.tables.shape import Table
from yige.kernel.places import Datum, Plane
from yige.territory.adjacency import Adjacency, neighbours_of_points, neighbours_of_polygons
from yige.territory.survey_checks import Checks
from yige.territory.survey_columns import (
    ColumnsMissing,
    ColumnTwice,
    MappingInvalid,
    SurveyMapping,
    found_columns,
)
from yige.territory.survey_found import (
    Notice,
    Outline,
    RowError,
    Survey,
    SurveyEmpty,
    SurveyRows,
    as_shapes,
)
from yige.territory.survey_reader import Reader
from yige.territory.survey_reasons import REASONS

__all__ = [
    "REASONS",
    "ColumnTwice",
    "ColumnsMissing",
    "MappingInvalid",
    "Notice",
    "RowError",
    "Survey",
    "SurveyEmpty",
    "SurveyMapping",
    "SurveyRows",
    "neighbours_of",
    "read_survey",
]


def read_survey(
    table: Table,
    *,
    datum: Datum | None,
    mapping: SurveyMapping | Mapping[str, object] | None = None,
    known_communities: Mapping[str, str] | Collection[str] | None = None,
    city_outline: Outline | None = None,
    community_outlines: Mapping[str, Outline] | None = None,
    accept_without: Collection[int] = (),
    lower: int | None = None,
    repair: bool = False,
    needs_place: bool = True,
    find_neighbours: bool = True,
) -> Survey:
    """Read and check a survey; the rows with errors are told and not among `rows`.

    `accept_without` are source row numbers somebody agreed to leave out: they are not checked.
    `repair` accepts shapes mended by make_valid. `known_communities` is code -> name, or codes.
    Raises SurveyEmpty, ColumnsMissing, ColumnTwice, MappingInvalid, and DatumMissing where there
    are places.
    """
    if not isinstance(mapping, SurveyMapping):
        mapping = SurveyMapping.of(mapping)
    columns = found_columns(table.columns, mapping, has_shapes=table.geometry is not None)
    left_out = sorted(set(accept_without) & set(table.numbers))
    whole = table
    if left_out:
        gone = set(left_out)
        table = table.kept([i for i, number in enumerate(table.numbers) if number not in gone])
    if not len(table):
        raise SurveyEmpty(part=table.part)
    reader = Reader(table, columns, mapping, repair=repair, needs_place=needs_place)
    reader.take_texts()
    reader.take_communities(known_communities)
    reader.take_counts()
    reader.take_places(datum or mapping.datum)
    rows = reader.good_rows()
    checks = Checks(rows, reader.raw_places())
    checks.places(city_outline, community_outlines or {}, datum or mapping.datum)
    checks.communities(known_communities, lower)
    adjacency = None
    if find_neighbours and rows.has_places:
        adjacency = neighbours_of(rows)
        checks.neighbours(adjacency)
    return Survey(
        rows=rows,
        errors=sorted(reader.errors, key=lambda error: (error.row, error.column)),
        warnings=reader.notices + checks.notices,
        assumptions=reader.assumptions,
        left_out=left_out,
        codes_left_out=frozenset(_codes(whole, columns, mapping)) - frozenset(rows.code),
        adjacency=adjacency,
    )


def neighbours_of(rows: SurveyRows) -> Adjacency:
    """Find the neighbours of surveyed units: by their polygons if all have one, else by points."""
    plane = Plane.around(rows.lon, rows.lat)
    community = rows.community_index()
    shapes = as_shapes(rows.shapes)
    if bool((shapely.area(shapes) > 0).all()):
        metric = shapely.transform(shapes, lambda xy: np.column_stack(plane.metres(*xy.T)))
        return neighbours_of_polygons(np.asarray(metric, dtype=object), community)
    return neighbours_of_points(*plane.metres(rows.lon, rows.lat), community)


def _codes(table: Table, columns: Mapping[str, int], mapping: SurveyMapping) -> list[str]:
    if "code" not in columns:
        return [mapping.fixed["code"]]
    return [row[columns["code"]].strip() for row in table.rows]
