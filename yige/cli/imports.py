"""`yige import`: bring in divisions or a survey from a file, with every wrong row named."""

from collections.abc import Iterator
from datetime import UTC, datetime
from json import loads
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from uuid import UUID

import click
import yaml
from django.utils import translation

from yige.base import files
from yige.base.access import SYSTEM
from yige.base.commands import run
from yige.base.tables.read import read_table
from yige.cli.cases import cases_command
from yige.cli.changes import changes_command
from yige.cli.founding import bring_up_to_date, make_city, refuse_other_city
from yige.cli.outlines import Joined, join
from yige.edge.told import sentence_told
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.kernel.places import Datum, datum_named
from yige.territory import queries
from yige.territory.division_rows import DivisionRows, read_divisions
from yige.territory.findings import in_words
from yige.territory.jobs import noted
from yige.territory.made_areas import MadeAreas, MadeCity
from yige.territory.models import Survey
from yige.territory.survey_columns import SurveyMapping

MOST_BYTES = 256 << 20
SHOWN = 50
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_DATUM = click.option("--datum", help="wgs84, cgcs2000, gcj02 or bd09: must be said with places.")
_SHEET = click.option("--sheet", help="The sheet, layer or file in an archive to read.")
_WITHOUT = click.option(
    "--accept-without-rows", is_flag=True, help="Leave out the rows that are listed as wrong."
)


@click.group("import")
@click.pass_context
def import_command(context: click.Context) -> None:
    """Bring in divisions and their changes, a survey or cases from a file."""
    context.with_resource(translation.override("en"))


import_command.add_command(cases_command)
import_command.add_command(changes_command)


@import_command.command("divisions")
@click.argument("file", type=_FILE)
@_DATUM
@_SHEET
@_WITHOUT
@click.option("--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="Since when; default now.")
def divisions(
    file: Path,
    datum: str | None,
    sheet: str | None,
    valid_from: datetime | None,
    *,
    accept_without_rows: bool,
) -> None:
    """Enter the city's towns, communities and villages: columns code, name and what is known."""
    table = read_table(file, part=sheet)
    found = read_divisions(table, datum=_datum(datum))
    _tell_rows(_division_errors(found))
    if found.errors and not accept_without_rows:
        raise SystemExit(1)
    body: dict[str, Any] = {"divisions": found.rows, "source": file.name}
    if valid_from is not None:
        body["valid_from"] = valid_from.replace(tzinfo=UTC).isoformat()
    done = run("territory.set_divisions", body, id=new_id(), actor=SYSTEM).result
    click.echo(f"{done['entered']} entered, {done['same']} known already.")


@import_command.command("survey")
@click.argument("file", type=_FILE)
@_DATUM
@_SHEET
@_WITHOUT
@click.option("--outlines", type=_FILE, help="Outlines in a file of their own, by unit code.")
@click.option("--area", help="The code of the area; default the whole city.")
@click.option("--mapping", type=_FILE, help="YAML saying which column is what.")
@click.option("--name", help="What the survey is called; default the file's name.")
@click.option("--repair", is_flag=True, help="Mend outlines that cross themselves.")
@click.option("--preview", is_flag=True, help="Show what is in the file, and store nothing.")
def survey(
    file: Path,
    datum: str | None,
    sheet: str | None,
    outlines: Path | None,
    area: str | None,
    mapping: Path | None,
    name: str | None,
    *,
    accept_without_rows: bool,
    repair: bool,
    preview: bool,
) -> None:
    """Read a survey, list each row that cannot be right, and store it when all is well.

    With make_city in the mapping file a scratch city is made first, from the file's districts.
    """
    said = SurveyMapping.read(mapping) if mapping else SurveyMapping()
    if said.make_city:
        _make_city(file, sheet, said.make_city)
    with TemporaryDirectory() as folder:
        joined = _joined(file, sheet, outlines, said, Path(folder))
        given = _Given(joined.path if joined else file, sheet if joined is None else None)
        found = _read(given, datum, area, mapping, name or file.stem, file.name, repair=repair)
    report = loads(found.report)
    if found.state == Survey.REFUSED:
        refusal = report["refusal"]
        raise click.ClickException(sentence_told(refusal["code"], refusal["facts"]))
    for line in _lines(report, joined):
        click.echo(line)
    row = joined.row if joined else int
    _tell_rows([(row(e["row"]), e["column"], e["value"], e["code"], e["facts"])
                for e in report["errors"]], total=report["error_count"])  # fmt: skip
    if preview or (report["bad_rows"] and not accept_without_rows):
        _do("territory.drop_survey", survey=found)
        raise SystemExit(0 if preview else 1)
    _do("territory.accept_survey", survey=found, left_out=report["bad_rows"])
    _store(found)
    click.echo(f"Stored: {Survey.objects.get(id=found.id).units} units.")


class _Given(NamedTuple):
    """The file that is read, and the part of it."""

    path: Path
    part: str | None


def _make_city(file: Path, sheet: str | None, made: MadeCity) -> None:
    """Enter the scratch city and the areas that the file names, unless they are known."""
    bring_up_to_date()
    refuse_other_city(made)
    areas = MadeAreas(read_table(file, part=sheet), made.code, made).made
    make_city(made, areas, source=file.name, at=clock.now())
    click.echo(f"{len(areas) - 1} areas made from the file's own districts; codes are invented.")


def _joined(
    file: Path, sheet: str | None, outlines: Path | None, said: SurveyMapping, folder: Path
) -> Joined | None:
    """Put units and their outlines into one file, and tell what had no counterpart."""
    if outlines is None:
        return None
    units, shapes = read_table(file, part=sheet), read_table(outlines)
    made = join(units, shapes, said, folder / f"{file.stem.partition('.')[0]}.geojson")
    if made.outlines_left:
        click.echo(f"! {made.outlines_left} outlines belong to no unit of the file.")
    if made.without_outline:
        rows = ", ".join(map(str, made.without_outline[:10]))
        click.echo(f"! {len(made.without_outline)} units have no outline (rows {rows}).")
    return made


def _read(
    given: _Given,
    datum: str | None,
    area: str | None,
    mapping: Path | None,
    name: str,
    source: str,
    *,
    repair: bool,
) -> Survey:
    """Bring the file in and do the reading job's work at once, by the job's own id."""
    city = queries.city()
    body: dict[str, Any] = {
        "name": name,
        "area": area or (city.code if city else ""),
        "file": _kept(given.path),
        "source": source,
        "part": given.part,
        "mapping": _mapping(mapping),
        "repair": repair,
    }
    if (chosen := _datum(datum)) is not None:
        body["datum"] = chosen.value
    key = new_id()
    run("territory.import_survey", body, id=key, actor=SYSTEM)
    kept = Survey.objects.get(id=key)
    run("territory.note_survey", noted(kept), id=_job(kept), actor=SYSTEM)
    return Survey.objects.get(id=key)


def _store(found: Survey) -> None:
    given = Survey.objects.get(id=found.id)
    run("territory.store_survey", {"survey": str(found.id)}, id=_job(given), actor=SYSTEM)


def _job(given: Survey) -> UUID:
    """Return the id of the job that a worker may do at the same time: the same command, once."""
    assert given.job_id is not None  # noqa: S101 - set when the survey came in
    return given.job_id


def _do(command: str, *, survey: Survey, **more: Any) -> None:
    run(command, {"survey": str(survey.id), **more}, id=new_id(), actor=SYSTEM)


def _kept(file: Path) -> str:
    with file.open("rb") as source:
        chunks = iter(lambda: source.read(files.CHUNK), b"")
        kept = files.keep(chunks, name=file.name, kind="survey", most=MOST_BYTES, at=clock.now())
    return kept.digest


def _mapping(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    SurveyMapping.read(path)
    return dict(yaml.safe_load(path.read_text("utf-8")))


def _datum(name: str | None) -> Datum | None:
    return datum_named(name) if name else None


def _lines(report: dict[str, Any], joined: Joined | None) -> Iterator[str]:
    yield (
        f"{report['units']} units in {report['communities']} communities, "
        f"{report['households']} households: {report['new']} new, {report['known']} known."
    )
    if report["missing"]:
        yield f"{report['missing']} known units of these communities are not named; they stay."
    if report["joining"]:
        yield f"{report['joining']} new units join a neighbour's grid until the next plan."
    for notice in (*report["warnings"], *report["assumptions"]):
        what, advice = in_words(notice["code"], notice["facts"])
        numbers = [joined.row(n) if joined else n for n in notice["rows"][:10]]
        rows = ", ".join(map(str, numbers))
        yield f"! {what} {advice}" + (f" (rows {rows})" if rows else "")


Wrong = tuple[int, str, str, str, dict[str, Any]]


def _division_errors(found: DivisionRows) -> list[Wrong]:
    return [(e.row, e.column, e.value, e.code, dict(e.facts)) for e in found.errors]


def _tell_rows(errors: list[Wrong], *, total: int | None = None) -> None:
    """List wrong rows on stderr: row, column, value, reason, what to do."""
    for row, column, value, code, facts in errors[:SHOWN]:
        what, advice = in_words(code, facts)
        click.echo(f"row {row}, {column} “{value}”: {what} {advice}", err=True)
    more = (len(errors) if total is None else total) - min(len(errors), SHOWN)
    if more > 0:
        click.echo(f"and {more} more", err=True)
