"""`yige divide`: units of a file into grids, without a database."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from yige.cli import divide_report
from yige.cli.divide_input import Inputs, chosen_bridges, read_inputs
from yige.cli.divide_pool import executor_of
from yige.engines import division
from yige.kernel.errors import Refusal
from yige.kernel.places import datum_named
from yige.territory.survey_rows import SurveyMapping

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(dir_okay=False, path_type=Path)
_EVERY_SECONDS = 0.5
_COLUMN_OPTIONS = (
    ("id", "code", "The unit's id, kept as text with its zeros."),
    ("households", "households", "The number of households."),
    ("people", "residents", "The number of residents, where households are not known."),
    ("community", "community", "The community; without one the whole file is one community."),
    ("compound", "compound", "The residential compound, kept in one grid where possible."),
    ("building", "building", "The building."),
    ("firm", "firm", "The property firm."),
    ("lon", "lon", "Longitude in degrees."),
    ("lat", "lat", "Latitude in degrees."),
)


def _columns(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command one option for each column that can be named."""
    for option, key, text in reversed(_COLUMN_OPTIONS):
        decorate = click.option(f"--{option}", f"column_{key}", metavar="COLUMN", help=text)
        command = decorate(command)
    return command


@click.command("divide")
@click.argument("units", type=_FILE)
@click.option("--edges", type=_FILE, help="Pairs of neighbours; else found from shapes or points.")
@click.option("--mapping", type=_FILE, help="YAML saying which column is what.")
@_columns
@click.option("--people-per-household", type=float, help="Assume households from people; stated.")
@click.option("--datum", help="wgs84, cgcs2000, gcj02 or bd09: what the coordinates are in.")
@click.option("--sheet", help="The sheet, layer or file in an archive to read.")
@click.option("--lower", type=click.IntRange(0), default=200, show_default=True)
@click.option("--upper", type=click.IntRange(1), default=400, show_default=True)
@click.option("--previous", type=_FILE, help="An earlier plan: columns id and grid.")
@click.option("--keep", type=click.FloatRange(0), default=1.0, show_default=True,
              help="With --previous: what a household that leaves its grid costs.")  # fmt: skip
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--effort", type=click.Choice(["quick", "normal", "best"]), default="normal")
@click.option("--seconds", type=click.FloatRange(0), help="Stop after so many seconds.")
@click.option("--threads", type=click.IntRange(1))
@click.option("--processes", type=click.IntRange(1),
              help="Divide communities in so many processes; for a province at once.")  # fmt: skip
@click.option("--scheduler", envvar="YIGE_SCHEDULER", metavar="ADDRESS",
              help="Divide communities on the Dask cluster of this scheduler.")  # fmt: skip
@click.option("--prove", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
              help="Prove how good the plan is, so long for each community; small ones exactly "
                   "where the extra yige[prove] is installed.")  # fmt: skip
@click.option("--repair", is_flag=True, help="Mend outlines that cross themselves.")
@click.option("--bridges/--no-bridges", default=None,
              help="Join pieces too small for a grid by a bridge. Default: only where the "
                   "neighbours were found here and not listed in a file.")  # fmt: skip
@click.option("--strict", is_flag=True, help="Divide nothing while a row has an error.")
@click.option("-o", "--output", type=_OUT, required=True, help="The plan: .csv or .xlsx.")
@click.option("--report", type=_OUT, help="The report as JSON.")
def divide(units: Path, output: Path, report: Path | None, **asked: Any) -> None:
    """Divide the UNITS of a file into grids and write the plan.

    UNITS is xlsx, CSV, GeoJSON, GeoPackage or a shapefile, also packed. A row with an error is
    left out and told, never dropped silently; the exit code is 0 when a plan was written.
    """
    _speak_english()
    try:
        outcome = _divided(units, asked)
        divide_report.write_plan(output, outcome)
        if report is not None:
            divide_report.write_report(report, outcome)
    except Refusal as refusal:
        raise click.ClickException(_told(refusal)) from refusal
    for line in divide_report.lines_for_the_eye(outcome):
        click.echo(line, err=True)


def _divided(units: Path, asked: dict[str, Any]) -> divide_report.Outcome:
    inputs = read_inputs(
        units,
        mapping=_mapping(asked),
        datum=datum_named(asked["datum"]) if asked["datum"] else None,
        edges=asked["edges"],
        previous=asked["previous"],
        part=asked["sheet"],
        lower=asked["lower"],
        repair=asked["repair"],
    )
    if asked["strict"] and inputs.survey.errors:
        raise click.ClickException(_first_errors(inputs))
    wanted = asked["bridges"]
    if wanted is None:
        wanted = inputs.neighbours.source != "file"
    bridges = np.zeros(len(inputs.neighbours.adjacency), bool)
    if wanted:
        bridges = chosen_bridges(
            inputs.neighbours.adjacency,
            inputs.survey.rows,
            lower=asked["lower"],
            upper=asked["upper"],
        )
    problem, compounds = _problem(inputs, bridges, asked)
    began = time.monotonic()
    with executor_of(processes=asked["processes"], scheduler=asked["scheduler"]) as executor:
        plan = division.divide(
            problem,
            seed=asked["seed"],
            effort=asked["effort"],
            seconds=asked["seconds"],
            threads=asked["threads"],
            progress=_Progress(),
            executor=executor,
        )
    if asked["prove"]:
        plan = division.prove(plan, seconds=asked["prove"], progress=_told_proving)
    return divide_report.Outcome(
        inputs=inputs,
        plan=plan,
        bridges=bridges,
        violations=division.check(problem, plan.labels),
        names=divide_report.grid_names(inputs.survey.rows, plan.labels, inputs.x),
        communities=sorted(set(inputs.survey.rows.community)),
        compounds=compounds,
        asked=_said(units, asked),
        seconds=time.monotonic() - began,
    )


def _mapping(asked: dict[str, Any]) -> SurveyMapping:
    mapping = SurveyMapping.read(asked["mapping"]) if asked["mapping"] else SurveyMapping()
    named = {
        key: asked[f"column_{key}"]
        for _option, key, _text in _COLUMN_OPTIONS
        if asked[f"column_{key}"]
    }
    given = SurveyMapping.of({"people_per_household": asked["people_per_household"]})
    return replace(
        mapping,
        columns={**mapping.columns, **named},
        fixed={key: value for key, value in mapping.fixed.items() if key not in named},
        people_per_household=given.people_per_household or mapping.people_per_household,
    )


def _problem(
    inputs: Inputs, bridges: NDArray[np.bool_], asked: dict[str, Any]
) -> tuple[division.Problem, list[str]]:
    rows, adjacency = inputs.survey.rows, inputs.neighbours.adjacency
    held = ~adjacency.bridge | bridges
    compound, compounds = _numbered(rows.community, rows.compound)
    building, _buildings = _numbered(rows.community, rows.compound, rows.building)
    firm, _firms = _numbered(rows.firm)
    problem = division.Problem(
        households=rows.households,
        edges=adjacency.edges[held],
        edge_length=adjacency.length[held],
        community=rows.community_index(),
        compound=compound,
        building=building,
        firm=firm,
        x=inputs.x,
        y=inputs.y,
        lower=asked["lower"],
        upper=asked["upper"],
        previous=inputs.previous,
        weights=division.Weights(moved=asked["keep"] if inputs.previous is not None else 0),
    )
    return problem, compounds


def _numbered(*parts: Sequence[str]) -> tuple[NDArray[np.int64], list[str]]:
    """Number the groups that the last part names, each inside those before; -1 without a name."""
    number: dict[tuple[str, ...], int] = {}
    labels = [
        number.setdefault(key, len(number)) if key[-1] else -1 for key in zip(*parts, strict=True)
    ]
    return np.array(labels, np.int64), [key[-1] for key in number]


class _Progress:
    """Says on stderr how far the search has come, twice a second on a terminal."""

    def __init__(self) -> None:
        self.shown = time.monotonic()
        self.live = sys.stderr.isatty()

    def __call__(self, share: float, best: float) -> bool:
        now = time.monotonic()
        if share >= 1 or now - self.shown >= (_EVERY_SECONDS if self.live else 10):
            self.shown = now
            end = "\n" if not self.live or share >= 1 else ""
            click.echo(f"\rdividing {share:4.0%}, J {best:,.0f}{end}", nl=False, err=True)
        return True


def _told_proving(done: float) -> None:
    if sys.stderr.isatty():
        click.echo(f"\rproving {done:4.0%}", nl=False, err=True)


def _said(units: Path, asked: dict[str, Any]) -> dict[str, Any]:
    """Repeat what was asked for, files by their names only."""
    kept = {name: value for name, value in asked.items() if value not in (None, False)}
    return {
        "units": units.name,
        **{name: value.name if isinstance(value, Path) else value for name, value in kept.items()},
    }


def _first_errors(inputs: Inputs) -> str:
    told = [
        f"row {error.row}, {error.column} “{error.value}”: "
        + " ".join(divide_report.said(error.code, error.facts))
        for error in inputs.survey.errors[:10]
    ]
    more = len(inputs.survey.errors) - len(told)
    return "\n".join(["Nothing was divided:", *told, *([f"and {more} more"] if more > 0 else [])])


def _speak_english() -> None:
    """Let sentences stand in English: no installation, and so no language, is set up here."""
    from django.conf import settings

    if not settings.configured:
        settings.configure(USE_I18N=False)


def _told(refusal: Refusal) -> str:
    from yige.edge.sentences import words_of

    words = words_of(refusal)
    return f"{words.sentence} {words.advice}{_way_out(refusal)} [{refusal.code}]"


def _way_out(refusal: Refusal) -> str:
    """Name the option of this command that would help."""
    if refusal.code == "kernel.datum_missing":
        return " Give it with --datum, or list the neighbours with --edges."
    people = refusal.facts.get("people_column")
    if people and refusal.facts.get("missing") == ["households"]:
        return f" The column “{people}” counts people: --people-per-household takes it instead."
    return ""
