"""`yige import changes`: what the state has renamed, merged, split or re-coded."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import click
from django.utils import timezone

from yige.base.access import SYSTEM
from yige.base.commands import run
from yige.base.tables.read import read_table
from yige.kernel import clock
from yige.kernel.codes import Level, level_of
from yige.kernel.ids import new_id
from yige.kernel.places import datum_named
from yige.territory.affected import rows_in
from yige.territory.change_rows import ChangeRows, read_changes, read_units
from yige.territory.division_changes import DivisionsChange, counted, worked_out
from yige.territory.division_rows import read_divisions
from yige.territory.findings import in_words
from yige.territory.previews import Passing
from yige.territory.redrawing import Redrawn

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SHOWN = 50


@click.command("changes")
@click.argument("file", type=_FILE)
@click.option("--units", type=_FILE, help="Which unit goes where: columns unit and new.")
@click.option("--outlines", type=_FILE, help="Outlines of the new divisions: code and name.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02 or bd09: must be said with outlines.")
@click.option("--source", default="", help="Where the decision stands, say its number.")
@click.option("--apply", "is_applied", is_flag=True, help="Do it; else it is only shown.")
def changes_command(
    file: Path,
    units: Path | None,
    outlines: Path | None,
    datum: str | None,
    source: str,
    *,
    is_applied: bool,
) -> None:
    """Rename, merge, split or re-code divisions: columns old, new, and name, kind, date.

    Shows what would move; with --apply it is done, day by day, each day in one transaction.
    """
    found = read_changes(read_table(file), today=timezone.localdate(clock.now()))
    _tell_errors(found)
    if found.errors:
        raise SystemExit(1)
    parts = read_units(read_table(units)) if units else {}
    shapes = _outlines(outlines, datum)
    for day in sorted(found.by_day, key=lambda each: each or date.max):
        body = _body(found.by_day[day], day, parts, shapes, source or file.name)
        _show(body, day)
        if is_applied:
            done = run("territory.change_divisions", body, id=new_id(), actor=SYSTEM).result
            click.echo(f"Done: {done['rows']} open rows moved.")
    if not is_applied:
        click.echo("Nothing was changed. With --apply it is done.")


def _body(
    rows: list[dict[str, Any]],
    day: date | None,
    units: dict[str, list[str]],
    shapes: dict[str, str],
    source: str,
) -> dict[str, Any]:
    changes = [
        row | {"units": units.get(row["new"], []), "outline": shapes.get(row["new"], "")}
        for row in rows
    ]
    body: dict[str, Any] = {"changes": changes, "source": source}
    if day is not None:
        body["valid_from"] = datetime.combine(
            day, time.min, timezone.get_default_timezone()
        ).isoformat()
    return body


def _outlines(file: Path | None, datum: str | None) -> dict[str, str]:
    """Read outlines in the datum that is said."""
    if file is None:
        return {}
    found = read_divisions(read_table(file), datum=datum_named(datum) if datum else None)
    return {row["code"]: row["outline"] for row in found.rows if row.get("outline")}


def _show(body: dict[str, Any], day: date | None) -> None:
    """Say what a day's changes come to."""
    redrawn = worked_out(DivisionsChange.model_validate(body))
    numbers = counted(redrawn)
    rows = rows_in([*redrawn.ended, *redrawn.retired])
    click.echo(
        f"{day or 'now'}: {numbers['divisions']} divisions begin or change, "
        f"{numbers['ended']} end; {numbers['units']} units and {numbers['grids']} grids "
        f"get another community; {sum(rows.values())} open rows lie in what ends."
    )
    for passing in _of_divisions(redrawn)[:SHOWN]:
        click.echo(
            f"  {passing.old_code} > {passing.new_code}: {passing.households} households, "
            f"{100 * passing.share:.1f}%"
        )


def _of_divisions(redrawn: Redrawn) -> list[Passing]:
    return [p for p in redrawn.passings if level_of(p.old_code) is not Level.GRID]


def _tell_errors(found: ChangeRows) -> None:
    for error in found.errors[:SHOWN]:
        what, advice = in_words(error.code, error.facts)
        click.echo(f"row {error.row}, {error.column} “{error.value}”: {what} {advice}", err=True)
