"""`yige import cases`: bring past cases of this or another city in, through a mapping file."""

import json
import os
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import click

from yige.base.tables.read import read_table
from yige.cases import bulk
from yige.cases.errors import NoCityYet
from yige.cases.foreign import Foreign, Reader
from yige.cases.mapping import CaseMapping, read_mapping
from yige.cli.founding import bring_up_to_date, make_city, refuse_other_city
from yige.territory import queries

A_DAY = timedelta(days=1)


@click.command("cases")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the columns mean (see examples/boston-311.yaml).",
)
@click.option(
    "--report",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what was read and what was wrong as JSON.",
)
@click.option("--workers", type=int, help="Processes to use beside this one; as many as cores.")
def cases_command(file: Path, mapping: Path, report: Path | None, workers: int | None) -> None:
    """Load past cases with how they ended. Every wrong row is counted and listed."""
    said = read_mapping(mapping.read_text("utf-8"))
    code = _city_of(said)
    click.echo(f"Reading {file.name} …")
    found = Reader(read_table(file), said, city=code).read()
    _tell(found)
    if report:
        report.write_text(_as_json(found), "utf-8")
    if not found.cases:
        return
    if said.make_city:
        since = found.cases[0].at - A_DAY
        make_city(said.make_city, found.areas, source=said.name, at=since)
        click.echo(f"{len(found.areas) - 1} areas made from the file's own districts.")
    with click.progressbar(length=1000, label="Loading") as bar:
        loaded = bulk.load(
            found.cases,
            workers=workers or len(os.sched_getaffinity(0)),
            progress=lambda share: bar.update(int(share * 1000) - bar.pos),
        )
    click.echo(
        f"{loaded.cases:,} cases with {loaded.entries:,} steps, journal {loaded.position:,}."
    )


def _city_of(said: CaseMapping) -> str:
    """Return the city to load into; a made one must not mix with a real one."""
    if said.make_city is None:
        known = queries.city()
        if known is None:
            raise NoCityYet()
        return known.code
    bring_up_to_date()
    refuse_other_city(said.make_city)
    return said.make_city.code


def _tell(found: Foreign) -> None:
    click.echo(f"{found.read:,} rows: {len(found.cases):,} cases, {found.left_out:,} left out.")
    for finding in sorted(found.findings.values(), key=lambda f: -f.count):
        first = ", ".join(map(str, finding.rows[:5]))
        click.echo(f"  {finding.kind}: {finding.count:,} ({finding.rule}), rows {first} …")


def _as_json(found: Foreign) -> str:
    said = {
        "read": found.read,
        "cases": len(found.cases),
        "left_out": found.left_out,
        "findings": [asdict(finding) for finding in found.findings.values()],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)
