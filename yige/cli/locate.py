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
from yige.kernel.places import datum_named, to_storage
from yige.territory.locate import LocatedMany, locate_many
from yige.territory.survey_columns import ColumnsMissing

LON = ("lon", "longitude", "lng", "long", "x", "经度")
LAT = ("lat", "latitude", "y", "纬度")


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

    Writes CSV: the file's columns, then unit_code and area_code. A row whose point cannot be
    read falls to the city, like any other place that is not known.
    """
    table = read_table(file, part=sheet)
    x, y = to_storage(
        _numbers(table, lon, LON), _numbers(table, lat, LAT), datum=datum_named(datum)
    )
    began = perf_counter()
    found = locate_many(x, y, at=at.replace(tzinfo=UTC) if at else None)
    seconds = perf_counter() - began
    with (
        output.open("w", newline="", encoding="utf-8")
        if output
        else nullcontext(sys.stdout) as out
    ):
        _write(out, table, found)
    _tell(found, seconds)


def _numbers(table: Table, named: str | None, usual: tuple[str, ...]) -> NDArray[np.float64]:
    plain = {heading.strip().casefold(): heading for heading in table.columns}
    wanted = (named.strip().casefold(),) if named else usual
    heading = next((plain[name] for name in wanted if name in plain), None)
    if heading is None:
        raise ColumnsMissing(missing=[named or usual[0]], columns=table.columns)
    return np.array([_number(cell) for cell in table.column(heading)], dtype=float)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _write(out: IO[str], table: Table, found: LocatedMany) -> None:
    writer = csv.writer(out)
    writer.writerow([*table.columns, "unit_code", "area_code"])
    codes = zip(table.rows, found.unit_code.tolist(), found.area_code.tolist(), strict=True)
    writer.writerows([*row, unit, area] for row, unit, area in codes)


def _tell(found: LocatedMany, seconds: float) -> None:
    """Say on stderr how fine the points were found."""
    digits = np.char.str_len(found.areas)[found.area] if len(found.area) else np.zeros(0)
    parts = [
        f"{int((digits == number).sum())} {level}"
        for number, level in ((15, "grid"), (12, "community"), (9, "town"), (6, "city"))
    ]
    click.echo(f"{len(found.area)} points in {seconds:.2f} s: {', '.join(parts)}.", err=True)
