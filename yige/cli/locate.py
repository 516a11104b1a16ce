"""`yige locate`: find the unit and the area of each point of a file."""

import csv
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import IO

import click
import numpy as np
from numpy.typing import NDArray

from yige.base.tables.read import read_table
from yige.base.tables.shape import Table
from yige.kernel.codes import DIGITS, Level
from yige.kernel.places import datum_named, to_storage
from yige.territory.locate import LocatedMany, locate_many
from yige.territory.reach import metres_outside
from yige.territory.survey_columns import ColumnsMissing

LON = ("lon", "longitude", "lng", "long", "x", "经度")
LAT = ("lat", "latitude", "y", "纬度")
LEVELS = ("grid", "community", "town", "city")
CITY, OUTSIDE, NO_POINT = "city", "outside", "no_point"
SHOWN = 5


@click.command("locate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--datum", required=True, help="wgs84, cgcs2000, gcj02 or bd09.")
@click.option("--lon", help="The column with the longitude.")
@click.option("--lat", help="The column with the latitude.")
@click.option("--sheet", help="The sheet, layer or file in an archive to read.")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="As the city lay on that day.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path))
def locate(
    file: Path,
    datum: str,
    lon: str | None,
    lat: str | None,
    sheet: str | None,
    at: datetime | None,
    output: Path | None,
) -> None:
    """Add the unit and the smallest area known to hold it to each row of a FILE of points.

    Writes CSV: the file's columns, then unit_code, area_code and found: grid, community, town,
    city, outside or no_point. What is not known, lies outside or cannot be read falls to the city.
    """
    table = read_table(file, part=sheet)
    x, y = to_storage(
        _numbers(table, lon, LON), _numbers(table, lat, LAT), datum=datum_named(datum)
    )
    began = perf_counter()
    when = at.replace(tzinfo=UTC) if at else None
    found = locate_many(x, y, at=when)
    seconds = perf_counter() - began
    far = metres_outside(x, y, at=when)
    levels = _levels(found, x + y, far)
    with (
        output.open("w", newline="", encoding="utf-8")
        if output
        else nullcontext(sys.stdout) as out
    ):
        _write(out, table, found, levels)
    _tell(levels, seconds)
    _warn(table, levels, far)


def _numbers(table: Table, named: str | None, usual: tuple[str, ...]) -> NDArray[np.float64]:
    plain = {heading.strip().casefold(): heading for heading in table.columns}
    wanted = (named.strip().casefold(),) if named else usual
    heading = next((plain[name] for name in wanted if name in plain), None)
    if heading is None:
        raise ColumnsMissing(missing=[named or usual[0]], found=table.columns[:40])
    return np.array([_number(cell) for cell in table.column(heading)], dtype=float)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _levels(
    found: LocatedMany, places: NDArray[np.float64], far: NDArray[np.float64] | None
) -> NDArray[np.str_]:
    """Tell for each point how fine it was found, or that it lies outside or is none."""
    digits = np.char.str_len(found.area_code)
    levels = np.full(len(digits), CITY, dtype="U9")
    for level in LEVELS:
        levels[digits == DIGITS[Level(level)]] = level
    levels[~np.isfinite(places)] = NO_POINT
    if far is not None:
        levels[(levels == CITY) & (far > 0)] = OUTSIDE
    return levels


def _write(out: IO[str], table: Table, found: LocatedMany, levels: NDArray[np.str_]) -> None:
    writer = csv.writer(out)
    writer.writerow([*table.columns, "unit_code", "area_code", "found"])
    added = (found.unit_code.tolist(), found.area_code.tolist(), levels.tolist())
    writer.writerows([*row, *more] for row, *more in zip(table.rows, *added, strict=True))


def _tell(levels: NDArray[np.str_], seconds: float) -> None:
    """Say on stderr how fine the points were found."""
    parts = [f"{int((levels == level).sum())} {level}" for level in LEVELS]
    click.echo(f"{len(levels)} points in {seconds:.2f} s: {', '.join(parts)}.", err=True)


def _warn(table: Table, levels: NDArray[np.str_], far: NDArray[np.float64] | None) -> None:
    """Say on stderr which rows lie outside or have no point, and what may be the matter."""
    if far is None:
        click.echo("! This city has no outline and no surveyed unit, so that no point can be "
                   "placed: import a survey, or divisions with outlines.", err=True)  # fmt: skip
    outside = np.flatnonzero(levels == OUTSIDE)
    if far is not None and len(outside):
        near = float(far[outside].min()) / 1000
        advice = (
            " Look at the datum, the columns and the city." if len(outside) == len(levels) else ""
        )
        click.echo(f"! {len(outside)} points lie outside the city, the nearest {near:,.1f} km "
                   f"away (rows {_rows(table, outside)}).{advice}", err=True)  # fmt: skip
    none = np.flatnonzero(levels == NO_POINT)
    if len(none):
        click.echo(f"! {len(none)} rows have no readable point (rows {_rows(table, none)}).",
                   err=True)  # fmt: skip


def _rows(table: Table, places: NDArray[np.int64]) -> str:
    first = ", ".join(str(table.numbers[place]) for place in places[:SHOWN].tolist())
    return first + ("…" if len(places) > SHOWN else "")
