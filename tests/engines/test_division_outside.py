"""Real blocks of two cities. Denver's data has people only: 2.3 a household are assumed here."""

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial import Delaunay

from yige.engines.division import Problem, divide, explain_infeasible

pytestmark = [pytest.mark.outside, pytest.mark.slow]

PEOPLE_A_HOUSEHOLD = 2.3
FARTHEST_NEIGHBOUR_DEGREES = 0.0045


def rows_of(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_denvers_tracts_are_in_range_except_where_that_is_explained(outside_data: Path) -> None:
    blocks = rows_of(outside_data / "denver-blocks-2020-nodes.csv.gz")
    links = rows_of(outside_data / "denver-blocks-2020-edges.csv.gz")
    place = {block["id"]: i for i, block in enumerate(blocks)}
    borders = [link for link in links if link["kind"] == "rook"]
    people = np.array([int(block["pop"]) for block in blocks])
    problem = Problem(
        households=np.rint(people / PEOPLE_A_HOUSEHOLD).astype(np.int64),
        edges=np.array([(place[link["a"]], place[link["b"]]) for link in borders]),
        edge_length=np.array([float(link["shared_m"]) for link in borders]),
        community=np.array([int(block["tract"]) for block in blocks]),
        compound=np.array([int(block["block_group"]) for block in blocks]),
    )

    plan = divide(problem, effort="quick")
    obstacles = explain_infeasible(problem)

    torn = [v for v in plan.violations if v.code == "division.not_connected"]
    wrong = {plan.report[violation.grid].community for violation in plan.violations}
    assert problem.units == 10_149
    assert len(torn) == 1
    assert wrong <= {obstacle.community for obstacle in obstacles}
    assert sum(not obstacle.proved for obstacle in obstacles) <= 3


def test_singapores_housing_blocks_are_divided_by_town(outside_data: Path) -> None:
    rows = rows_of(outside_data / "singapore-hdb-blocks-14-towns.csv.gz")
    place = np.array([(float(row["lon"]), float(row["lat"])) for row in rows])
    towns = np.unique([row["town"] for row in rows], return_inverse=True)[1]
    spots, spot = np.unique(place, axis=0, return_inverse=True)
    first = np.full(len(spots), -1)
    first[spot[::-1]] = np.arange(len(rows))[::-1]
    corners = first[Delaunay(spots).simplices]
    sides = np.concatenate([corners[:, pair] for pair in ([0, 1], [1, 2], [0, 2])])
    same_spot = np.column_stack((first[spot], np.arange(len(rows))))
    sides = np.concatenate((sides, same_spot[same_spot[:, 0] != same_spot[:, 1]]))
    edges = np.unique(np.sort(sides, axis=1), axis=0)
    far = np.hypot(*(place[edges[:, 0]] - place[edges[:, 1]]).T)
    problem = Problem(
        households=np.array([int(row["units"] or 0) for row in rows]),
        edges=edges[far < FARTHEST_NEIGHBOUR_DEGREES],
        community=towns,
        compound=np.unique([row["street"] for row in rows], return_inverse=True)[1],
        lower=300,
        upper=600,
        x=place[:, 0],
        y=place[:, 1],
    )

    plan = divide(problem, effort="quick")

    held = [grid.households for grid in plan.report]
    in_range = sum(300 <= many <= 600 for many in held)
    assert sum(held) == 608_550
    assert in_range / len(held) > 0.97
    torn = [v for v in plan.violations if v.code == "division.not_connected"]
    assert all(r.reasons for v in torn for r in [plan.report[v.grid]])
