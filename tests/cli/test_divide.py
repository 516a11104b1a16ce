import csv
import json
import socket
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from yige.cli.divide import divide

COLUMNS = ["id", "community", "compound", "households", "lon", "lat"]
EXAMPLES = Path(__file__).parents[2] / "examples"


def ask(*arguments: object) -> Result:
    return CliRunner().invoke(divide, [str(argument) for argument in arguments])


def written(path: Path, columns: list[str], rows: list[list[object]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([columns, *rows])
    return path


def town(wide: int = 12, high: int = 10, households: int = 25) -> list[list[object]]:
    """Give a town of stairwells on a lattice, two communities side by side."""
    return [
        [
            f"{x:02d}{y:02d}",
            "370683001012" if x < wide // 2 else "370683001013",
            f"{x // 3}号院",
            households,
            round(119.94 + x * 5e-4, 6),
            round(37.18 + y * 4e-4, 6),
        ]
        for x in range(wide)
        for y in range(high)
    ]


def lattice_edges(wide: int = 12, high: int = 10) -> list[list[object]]:
    across = [
        [f"{x:02d}{y:02d}", f"{x + 1:02d}{y:02d}", 40.0]
        for x in range(wide - 1)
        for y in range(high)
    ]
    up = [
        [f"{x:02d}{y:02d}", f"{x:02d}{y + 1:02d}", 40.0]
        for x in range(wide)
        for y in range(high - 1)
    ]
    return across + up


def plan_of(path: Path) -> dict[str, str]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row["grid"] for row in csv.DictReader(file)}


def report_of(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return report


def torn_grids(grid: dict[str, str], pairs: list[list[object]]) -> list[str]:
    """List the grids that the pairs do not hold together."""
    place = {code: index for index, code in enumerate(grid)}
    inside = [(place[str(a)], place[str(b)]) for a, b, *_ in pairs
              if str(a) in grid and str(b) in grid and grid[str(a)] == grid[str(b)]]  # fmt: skip
    a, b = np.array(inside, int).reshape(-1, 2).T
    links = coo_array((np.ones(len(a)), (a, b)), (len(place), len(place)))
    piece = connected_components(links, directed=False)[1]
    pieces = defaultdict(set)
    for code, index in place.items():
        pieces[grid[code]].add(int(piece[index]))
    return [name for name, found in pieces.items() if len(found) > 1]


def test_a_town_with_known_neighbours_falls_into_grids_in_range(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())
    edges = written(tmp_path / "edges.csv", ["a", "b", "shared_m"], lattice_edges())

    done = ask(units, "--edges", edges, "--effort", "quick", "-o", tmp_path / "plan.csv",
               "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    grid = plan_of(tmp_path / "plan.csv")
    assert list(grid) == [str(row[0]) for row in town()]
    held: dict[str, int] = defaultdict(int)
    for code, *_rest, households, _lon, _lat in town():
        held[grid[str(code)]] += int(str(households))
    assert all(200 <= households <= 400 for households in held.values())
    assert torn_grids(grid, lattice_edges()) == []
    report = report_of(tmp_path / "report.json")
    assert report["violations"] == []
    assert report["totals"]["households"] == 3_000
    assert {row["grid"]: row["households"] for row in report["grids"]} == held
    assert all(name.startswith(("370683001012", "370683001013")) for name in held)


def test_a_planner_who_asks_is_told_how_far_the_plan_is_from_the_best(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())
    edges = written(tmp_path / "edges.csv", ["a", "b", "shared_m"], lattice_edges())

    done = ask(units, "--edges", edges, "--effort", "quick", "--prove", "2", "-o",
               tmp_path / "plan.csv", "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    report = report_of(tmp_path / "report.json")
    assert report["asked"]["prove"] == 2
    for community in report["communities"]:
        assert 0 < community["lower_bound"] <= community["j"]


def test_neighbours_are_found_from_points_once_the_datum_is_stated(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())

    silent = ask(units, "-o", tmp_path / "plan.csv")
    stated = ask(units, "--datum", "gcj02", "--effort", "quick", "-o", tmp_path / "plan.csv")

    assert silent.exit_code == 1
    assert "kernel.datum_missing" in silent.output
    assert stated.exit_code == 0, stated.output
    assert torn_grids(plan_of(tmp_path / "plan.csv"), lattice_edges()) == []


def test_dirty_rows_are_told_and_left_out(tmp_path: Path) -> None:
    rows = town()
    rows[7][3] = -25
    rows[8][0] = rows[9][0]
    units = written(tmp_path / "units.csv", COLUMNS, rows)
    edges = written(tmp_path / "edges.csv", ["a", "b"], [row[:2] for row in lattice_edges()])

    done = ask(units, "--edges", edges, "--effort", "quick", "-o", tmp_path / "plan.csv",
               "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    report = report_of(tmp_path / "report.json")
    told = {(row["row"], row["code"]) for row in report["left_out"]}
    assert (9, "territory.row_negative") in told
    assert (11, "territory.row_code_twice") in told
    assert all(row["what"] and row["advice"] for row in report["left_out"])
    assert "Left out" in done.stderr
    assert rows[7][0] not in plan_of(tmp_path / "plan.csv")


def test_a_strict_planner_divides_nothing_while_a_row_is_wrong(tmp_path: Path) -> None:
    rows = town()
    rows[7][3] = 10**9
    units = written(tmp_path / "units.csv", COLUMNS, rows)

    done = ask(units, "--datum", "wgs84", "--strict", "-o", tmp_path / "plan.csv")

    assert done.exit_code == 1
    assert "row 9, households “1000000000”" in done.output
    assert not (tmp_path / "plan.csv").exists()


def test_people_become_households_only_by_a_stated_assumption(tmp_path: Path) -> None:
    columns = ["id", "community", "pop", "lon", "lat"]
    rows = [[row[0], row[1], 60, row[4], row[5]] for row in town()]
    units = written(tmp_path / "units.csv", columns, rows)
    common = [units, "--datum", "wgs84", "--effort", "quick", "-o", tmp_path / "plan.csv"]

    silent = ask(*common)
    stated = ask(*common, "--people-per-household", 2.4, "--report", tmp_path / "report.json")

    alone = written(tmp_path / "alone.csv", ["id", "pop"], [[row[0], 60] for row in rows])
    without_community = ask(alone, "-o", tmp_path / "plan.csv")

    assert silent.exit_code == without_community.exit_code == 1
    assert "--people-per-household" in silent.output
    assert "--people-per-household" in without_community.output
    assert stated.exit_code == 0, stated.output
    assumption = report_of(tmp_path / "report.json")["assumptions"][0]
    assert assumption["facts"] == {"ratio": 2.4, "people": 7_200, "households": 3_000}


def test_a_file_without_communities_is_one_community_and_says_so(tmp_path: Path) -> None:
    columns = ["id", "households", "lon", "lat"]
    rows = [[row[0], *row[3:]] for row in town()]
    units = written(tmp_path / "units.csv", columns, rows)

    done = ask(units, "--datum", "wgs84", "--effort", "quick", "-o", tmp_path / "plan.csv",
               "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    report = report_of(tmp_path / "report.json")
    assert report["totals"]["communities"] == 1
    assert [row["code"] for row in report["assumptions"]] == ["territory.survey_community_fixed"]


def test_an_old_plan_is_kept_where_households_are_dear(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())
    common = [units, "--datum", "wgs84", "--effort", "quick"]
    ask(*common, "-o", tmp_path / "old.csv")

    done = ask(*common, "--previous", tmp_path / "old.csv", "--keep", 50, "--seed", 9,
               "-o", tmp_path / "plan.csv", "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    assert report_of(tmp_path / "report.json")["objective"]["moved"] == 0
    assert len(set(zip(plan_of(tmp_path / "old.csv").values(),
                       plan_of(tmp_path / "plan.csv").values(), strict=True))) == len(
        set(plan_of(tmp_path / "plan.csv").values())
    )  # fmt: skip


def test_the_same_seed_gives_the_same_plan(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())

    for name in ("one.csv", "two.csv"):
        ask(units, "--datum", "wgs84", "--effort", "quick", "--seed", 4, "-o", tmp_path / name)

    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_neighbours_nobody_knows_are_told_with_their_row(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())
    pairs = [
        *lattice_edges(),
        ["0000", "9999", 12.0],
        ["0000", "0000", 3.0],
        ["0001", "0102", 0.0],
    ]
    edges = written(tmp_path / "edges.csv", ["a", "b", "shared_m"], pairs)

    done = ask(units, "--edges", edges, "--effort", "quick", "-o", tmp_path / "plan.csv",
               "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    report = report_of(tmp_path / "report.json")
    wrong = report["left_out"][0]
    assert (wrong["row"], wrong["value"], wrong["code"]) == (
        len(lattice_edges()) + 2, "9999", "territory.row_edge_unknown",
    )  # fmt: skip
    assert report["input"]["neighbours"]["left_aside"] == {"to_itself": 1, "corner_only": 1}


def test_a_unit_too_large_for_any_grid_is_named(tmp_path: Path) -> None:
    rows = town()
    rows[30][3] = 900
    units = written(tmp_path / "units.csv", COLUMNS, rows)

    done = ask(units, "--datum", "wgs84", "--effort", "quick", "-o", tmp_path / "plan.csv",
               "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    above = [row for row in report_of(tmp_path / "report.json")["violations"]
             if row["code"] == "division.above_range"]  # fmt: skip
    assert len(above) == 1
    assert rows[30][0] in above[0]["units"]
    assert "Not as asked" in done.stderr


def test_a_file_with_nothing_usable_is_refused_with_a_way_out(tmp_path: Path) -> None:
    units = written(
        tmp_path / "units.csv", COLUMNS, [[*row[:3], "many", *row[4:]] for row in town()]
    )

    done = ask(units, "--datum", "wgs84", "-o", tmp_path / "plan.csv")

    assert done.exit_code == 1
    assert "territory.nothing_left" in done.output
    assert not (tmp_path / "plan.csv").exists()


@pytest.mark.outside
@pytest.mark.slow
def test_denver_is_divided_from_its_own_borders(tmp_path: Path, outside_data: Path) -> None:
    edges = outside_data / "denver-blocks-2020-edges.csv.gz"

    done = ask(outside_data / "denver-blocks-2020-nodes.csv.gz", "--edges", edges,
               "--mapping", EXAMPLES / "denver-blocks.yaml", "--effort", "quick",
               "-o", tmp_path / "plan.csv", "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    report = report_of(tmp_path / "report.json")
    assert len(plan_of(tmp_path / "plan.csv")) == 10_149
    assert report["left_out"] == []
    assert report["input"]["neighbours"]["neighbours"] == 23_039
    told = {row["grid"] for row in report["violations"]}
    assert report["totals"]["grids_in_range"] >= 0.9 * report["totals"]["grids"]
    assert len(told) <= 0.1 * report["totals"]["grids"]


@pytest.mark.outside
@pytest.mark.slow
def test_singapores_housing_is_divided_from_points(tmp_path: Path, outside_data: Path) -> None:
    done = ask(outside_data / "singapore-hdb-blocks-14-towns.csv.gz",
               "--mapping", EXAMPLES / "singapore-hdb.yaml", "--effort", "quick",
               "-o", tmp_path / "plan.csv", "--report", tmp_path / "report.json")  # fmt: skip

    assert done.exit_code == 0, done.output
    report = report_of(tmp_path / "report.json")
    assert report["totals"]["households"] == 608_550
    assert [(row["row"], row["column"]) for row in report["left_out"]] == [(983, "subzone")]
    assert report["totals"]["grids_in_range"] >= 0.95 * report["totals"]["grids"]


@pytest.mark.slow
def test_processes_write_the_very_plan_of_one(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())
    plain, spread = tmp_path / "plain.csv", tmp_path / "spread.csv"

    alone = ask(units, "--datum", "wgs84", "-o", plain)
    several = ask(units, "--datum", "wgs84", "--processes", 2, "-o", spread)

    assert (alone.exit_code, several.exit_code) == (0, 0), several.output
    assert spread.read_bytes() == plain.read_bytes()


def test_a_scheduler_that_does_not_answer_is_named(tmp_path: Path) -> None:
    units = written(tmp_path / "units.csv", COLUMNS, town())
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{nobody.getsockname()[1]}"

    refused = ask(units, "--datum", "wgs84", "--scheduler", address, "-o", tmp_path / "plan.csv")

    assert refused.exit_code == 1
    assert f"The scheduler at {address} did not answer" in refused.stderr
    assert not (tmp_path / "plan.csv").exists()
