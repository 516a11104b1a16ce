"""Survey files for the small city, as somebody might bring them."""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.city import (
    COLUMNS,
    COMPOUNDS,
    HOUSEHOLDS,
    ROWS,
    corner,
    square,
)
from tests.territory.planning import NOON, do
from yige.base import files
from yige.base.jobs import work_once
from yige.territory.models import Survey

HEADINGS = ("单元编号", "社区编码", "小区", "幢", "单元", "户数", "人口数", "范围")


def rows_of(community: str, *, first: int = 0, number: int = ROWS * COLUMNS) -> list[list[Any]]:
    """Write the lines of a community's units, as the small city has them."""
    found = []
    for place in range(first, first + number):
        row, column = divmod(place, COLUMNS)
        found.append([
            f"{community}-{place}", community, COMPOUNDS[community][min(column, 5) // 3],
            f"{column % 3 + 1}号楼", f"{row + 1}单元", HOUSEHOLDS, HOUSEHOLDS * 3,
            square(*corner(community, place)),
        ])  # fmt: skip
    return found


def as_csv(lines: Iterable[list[Any]], *, headings: Iterable[str] = HEADINGS) -> bytes:
    """Write lines as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows([list(headings), *lines])
    return text.getvalue().encode()


def brought(content: bytes, *, at: datetime = NOON, **more: Any) -> Survey:
    """Bring a file in and let the worker read it."""
    kept = files.keep([content], name="普查.csv", kind="csv", most=10_000_000, at=at)
    said = {"name": "普查", "area": "370683", "file": kept.digest, "datum": "wgs84"} | more
    result = do("territory.import_survey", at, **said).result
    work()
    return Survey.objects.get(id=UUID(str(result["id"])))


def accepted(survey: Survey, *, at: datetime = NOON, left_out: Iterable[int] = ()) -> Survey:
    """Accept a survey and let the worker store it."""
    do("territory.accept_survey", at, survey=survey.id, left_out=list(left_out))
    work()
    return Survey.objects.get(id=survey.id)


def work() -> None:
    """Do all jobs that are due."""
    while work_once("tests"):
        pass


def changed(line: list[Any], values: Mapping[int, Any]) -> list[Any]:
    """Return a line with some cells replaced."""
    return [values.get(place, cell) for place, cell in enumerate(line)]
