"""What `yige divide` writes: the plan as a table, the report as JSON, a few lines for the eye."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from yige.base.tables.write import write_csv, write_xlsx
from yige.cli.divide_input import Inputs, facts_of
from yige.engines import division
from yige.territory.survey_rows import REASONS, Notice, RowError, SurveyRows

Labels = NDArray[np.int64]
PLAN_COLUMNS = ("id", "grid", "community", "households")
_DIGITS = 15


@dataclasses.dataclass(frozen=True, eq=False)
class Outcome:
    """A finished division with what led to it."""

    inputs: Inputs
    plan: division.Plan
    bridges: NDArray[np.bool_]
    violations: list[division.Violation]
    names: list[str]
    communities: list[str]
    compounds: list[str]
    asked: dict[str, Any]
    seconds: float


def grid_names(rows: SurveyRows, labels: Labels, x: NDArray[np.float64] | None) -> list[str]:
    """Name the grids inside their community from west to east: community code and a serial."""
    grids = int(labels.max()) + 1
    size = np.maximum(np.bincount(labels, minlength=grids), 1)
    west = np.arange(grids, dtype=float) if x is None else np.bincount(labels, x, grids) / size
    first = np.zeros(grids, np.int64)
    first[labels[::-1]] = np.arange(len(labels))[::-1]
    serial: Counter[str] = Counter()
    names = [""] * grids
    for grid in np.argsort(west, kind="stable").tolist():
        community = rows.community[int(first[grid])]
        serial[community] += 1
        joint = "" if len(community) == _DIGITS - 3 and community.isdigit() else "-"
        names[grid] = f"{community}{joint}{serial[community]:03d}"
    return names


def write_plan(path: Path, outcome: Outcome) -> None:
    """Write one line a unit, in the order of the units' file."""
    rows = outcome.inputs.survey.rows
    lines = [
        (code, outcome.names[grid], community, households)
        for code, grid, community, households in zip(
            rows.code,
            outcome.plan.labels.tolist(),
            rows.community,
            rows.households.tolist(),
            strict=True,
        )
    ]
    if path.suffix.lower() == ".xlsx":
        write_xlsx(path, PLAN_COLUMNS, lines, sheet="plan")
    else:
        write_csv(path, PLAN_COLUMNS, lines, for_programs=True)


def write_report(path: Path, outcome: Outcome) -> None:
    """Write everything there is to say about the plan."""
    text = json.dumps(report_of(outcome), ensure_ascii=False, indent=1, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def report_of(outcome: Outcome) -> dict[str, Any]:
    """Put the report together: what was asked, what came out, and what was found on the way."""
    inputs, plan = outcome.inputs, outcome.plan
    survey, neighbours = inputs.survey, inputs.neighbours
    errors = [*survey.errors, *neighbours.errors]
    warnings = [notice for notice in survey.warnings if notice.code.startswith("territory.survey")]
    return {
        "asked": outcome.asked,
        "input": {
            "kind": inputs.table.kind,
            "encoding": inputs.table.encoding,
            "rows": len(inputs.table),
            "units": len(survey.rows),
            "rows_left_out": len(survey.bad_rows),
            "neighbours": facts_of(neighbours, outcome.bridges),
        },
        "totals": totals_of(outcome),
        "objective": dataclasses.asdict(plan.objective),
        "assumptions": [_notice(notice) for notice in inputs.assumptions],
        "warnings": [_notice(notice) for notice in warnings],
        "left_out": [_row(error) for error in errors],
        "bridges": _bridges(outcome),
        "violations": [
            {**_violation(wrong, outcome), "units": _units_in(wrong, outcome)}
            for wrong in outcome.violations
        ],
        "grids": [_grid(row, outcome) for row in plan.report],
        "communities": [_community(row, outcome) for row in plan.bounds.communities],
        "forced_splits": [_forced(row, outcome) for row in plan.bounds.forced],
        "seconds": round(outcome.seconds, 3),
    }


def totals_of(outcome: Outcome) -> dict[str, int]:
    """Count what a reader looks for first."""
    wrong = Counter(violation.code for violation in outcome.violations)
    out = wrong["division.below_range"] + wrong["division.above_range"]
    rows = outcome.inputs.survey.rows
    grids = len(outcome.names)
    return {
        "units": len(rows),
        "households": int(rows.households.sum()),
        "communities": len(set(rows.community)),
        "grids": grids,
        "grids_in_range": grids - out,
        "grids_connected": grids - wrong["division.not_connected"],
        "violations": len(outcome.violations),
    }


def _grid(row: Any, outcome: Outcome) -> dict[str, Any]:
    pieces = [
        {**dataclasses.asdict(piece), "compound": outcome.compounds[piece.compound]}
        for piece in row.pieces
        if piece.grids > 1
    ]
    return {
        "grid": outcome.names[row.grid],
        "community": outcome.communities[row.community],
        "households": row.households,
        "units": row.units,
        "shared_compounds": pieces,
        "neighbours": [outcome.names[other] for other in row.neighbours],
        "moved_households": row.moved_households,
        "reasons": [
            {"code": reason.code, "facts": _named_facts(reason.facts, outcome)}
            for reason in row.reasons
        ],
    }


def _community(row: Any, outcome: Outcome) -> dict[str, Any]:
    return {**dataclasses.asdict(row), "community": outcome.communities[row.community]}


def _forced(row: Any, outcome: Outcome) -> dict[str, Any]:
    return {
        **dataclasses.asdict(row),
        "community": outcome.communities[row.community],
        "compound": outcome.compounds[row.compound],
    }


def _violation(wrong: division.Violation, outcome: Outcome) -> dict[str, Any]:
    return {
        "code": wrong.code,
        "grid": outcome.names[wrong.grid] if wrong.grid >= 0 else None,
        "facts": _named_facts(wrong.facts, outcome),
    }


def _units_in(wrong: division.Violation, outcome: Outcome) -> list[str]:
    members = np.flatnonzero(outcome.plan.labels == wrong.grid)[:50]
    return [outcome.inputs.survey.rows.code[int(unit)] for unit in members]


def _named_facts(facts: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """Give units, compounds, communities and grids the names the reader knows."""
    rows = outcome.inputs.survey.rows
    named: dict[str, Any] = {}
    for name, value in facts.items():
        one = isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if one and name == "unit":
            named[name] = rows.code[value]
        elif one and name == "compound":
            named[name] = outcome.compounds[value]
        elif one and name == "community":
            named[name] = outcome.communities[value]
        elif one and name == "grid":
            named[name] = outcome.names[value]
        else:
            named[name] = value
    return named


def _bridges(outcome: Outcome) -> list[dict[str, Any]]:
    inputs = outcome.inputs
    code = inputs.survey.rows.code
    told = []
    for a, b in inputs.neighbours.adjacency.edges[outcome.bridges].tolist():
        apart = None
        if inputs.x is not None and inputs.y is not None:
            apart = round(float(np.hypot(inputs.x[a] - inputs.x[b], inputs.y[a] - inputs.y[b])), 1)
        crossed = [outcome.names[int(outcome.plan.labels[unit])] for unit in (a, b)]
        grid = crossed[0] if crossed[0] == crossed[1] else None
        told.append({"a": code[a], "b": code[b], "metres_apart": apart, "joins_grid": grid})
    return told


def _notice(notice: Notice) -> dict[str, Any]:
    what, advice = said(notice.code, notice.facts)
    return {
        "code": notice.code,
        "what": what,
        "advice": advice,
        "facts": notice.facts,
        "rows": notice.rows,
    }


def _row(error: RowError) -> dict[str, Any]:
    what, advice = said(error.code, error.facts)
    return {**dataclasses.asdict(error), "what": what, "advice": advice}


def said(code: str, facts: dict[str, Any]) -> tuple[str, str]:
    """Say a finding in English: what is wrong and what to do."""
    shown = {name: _shown(value) for name, value in facts.items()}
    what, advice = REASONS[code]
    return str(what).format_map(shown), str(advice).format_map(shown)


def _shown(value: Any) -> Any:
    return ", ".join(map(str, value[:8])) if isinstance(value, list) else value


def _plain(value: Any) -> Any:
    """Turn numpy's numbers into JSON's."""
    if isinstance(value, np.generic):
        return value.item()
    return value.tolist() if isinstance(value, np.ndarray) else str(value)


def lines_for_the_eye(outcome: Outcome) -> Iterable[str]:
    """Say in a few lines what came out and what to look at."""
    total = totals_of(outcome)
    yield (
        f"{total['units']:,} units with {total['households']:,} households in "
        f"{total['communities']:,} communities: {total['grids']:,} grids, "
        f"{total['grids_in_range']:,} in range, {total['grids_connected']:,} connected "
        f"({outcome.seconds:.1f} s)."
    )
    inputs = outcome.inputs
    for notice in inputs.assumptions:
        yield f"Assumed: {said(notice.code, notice.facts)[0]}"
    errors = [*inputs.survey.errors, *inputs.neighbours.errors]
    kinds = Counter((error.code, error.column) for error in errors)
    for (code, column), count in kinds.most_common():
        alike = [error for error in errors if (error.code, error.column) == (code, column)]
        rows = ", ".join(str(error.row) for error in alike[:5]) + (", …" if count > 5 else "")
        yield f"Left out ({count}): {column}: {said(code, alike[0].facts)[0]} Row {rows}."
    for notice in inputs.survey.warnings:
        yield f"Look at: {said(notice.code, notice.facts)[0]}"
    for name, number in inputs.neighbours.aside.items():
        yield f"Neighbours left aside ({name.replace('_', ' ')}): {number:,}"
    if outcome.violations:
        counted = Counter(violation.code for violation in outcome.violations)
        told = ", ".join(f"{count} × {code}" for code, count in counted.most_common())
        yield f"Not as asked: {told}. The report names the grids, their units and the reasons."
