"""Divide a city of the bulletin's size, against METIS on the same graph in the same run.

METIS: k-way, contiguous, edges inside a compound weighted 4 more, 20 % imbalance, each community
alone. METIS-60: for each community the best feasible of 60 choices of weight, imbalance, seed.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product
from statistics import median
from typing import TypeVar

import numpy as np
import pymetis

from benchmarks.figures import Figure
from tests.engines.division_city import City, build_city
from yige.engines.division import Plan, Problem, Weights, check, divide, prove, resplit
from yige.engines.division.exact import MOST_UNITS
from yige.engines.division.problem import Ints
from yige.engines.division.warm import warm

Result = TypeVar("Result")
ROUNDS, SEEDS = 3, 20
PROOF_SECONDS = 60.0
LARGE = 150
CHOICES = list(product((1, 2, 4, 6, 9), (100, 150, 200, 250), (1, 2, 3)))
FIRST_ANSWER = "from yige.engines.division.warm import warm; warm()"


def run() -> list[Figure]:
    """Measure quality and speed of the division; each line names its reference."""
    warm()
    city = build_city()
    problem = city.problem()
    graphs = _graphs(city)
    return [
        *_against_metis(problem, graphs),
        *_growth(city),
        *_kept(city, graphs),
        *_workbench(problem),
        *_proved(problem),
    ]


@dataclass(frozen=True)
class Graph:
    """One community as METIS wants it."""

    units: Ints
    adjacency: pymetis.CSRAdjacency
    same_compound: Ints
    households: Ints
    grids: int


def _graphs(city: City) -> list[Graph]:
    found = []
    for community, grids in enumerate(city.grids.tolist()):
        units = np.flatnonzero(city.community == community)
        place = np.full(len(city.community), -1)
        place[units] = np.arange(len(units))
        edges = city.edges[(place[city.edges] >= 0).all(axis=1)]
        source = np.concatenate((edges[:, 0], edges[:, 1]))
        target = np.concatenate((edges[:, 1], edges[:, 0]))
        order = np.argsort(place[source], kind="stable")
        source, target = source[order], target[order]
        start = np.searchsorted(place[source], np.arange(len(units) + 1))
        found.append(
            Graph(
                units=units,
                adjacency=pymetis.CSRAdjacency(start, place[target]),
                same_compound=(city.compound[source] == city.compound[target]).astype(int),
                households=city.households[units],
                grids=grids,
            )
        )
    return found


def _metis(graph: Graph, weight: int = 4, imbalance: int = 200, seed: int = 0) -> Ints:
    if graph.grids == 1:
        return np.zeros(len(graph.units), dtype=np.int64)
    _cut, part = pymetis.part_graph(
        graph.grids,
        graph.adjacency,
        vweights=graph.households,
        eweights=1 + weight * graph.same_compound,
        recursive=False,
        options=pymetis.Options(contig=1, ufactor=imbalance, seed=seed),
    )
    return np.asarray(part, dtype=np.int64)


def _whole(graphs: list[Graph], parts: list[Ints]) -> Ints:
    labels = np.zeros(sum(len(graph.units) for graph in graphs), dtype=np.int64)
    made = 0
    for graph, part in zip(graphs, parts, strict=True):
        labels[graph.units] = part + made
        made += graph.grids
    return labels


def _best_of_many(problem: Problem, graphs: list[Graph]) -> Ints:
    chosen = []
    for graph in graphs:
        inside = np.full(problem.units, -1)
        inside[graph.units] = np.arange(len(graph.units))
        keep = (inside[problem.edges] >= 0).all(axis=1)
        assert problem.compound is not None
        small = Problem(
            households=graph.households,
            edges=inside[problem.edges[keep]],
            community=np.zeros(len(graph.units), dtype=np.int64),
            compound=problem.compound[graph.units],
        )
        tried = [_metis(graph, *choice) for choice in CHOICES]
        scores = [(len(check(small, part)), Plan(small, part).objective.j) for part in tried]
        chosen.append(tried[scores.index(min(scores))])
    return _whole(graphs, chosen)


def _against_metis(problem: Problem, graphs: list[Graph]) -> list[Figure]:
    times: dict[str, list[float]] = {"metis": [], "quick": [], "normal": []}
    for _ in range(ROUNDS):
        parts, spent = _timed(lambda: [_metis(graph) for graph in graphs])
        times["metis"].append(spent)
        for effort in ("quick", "normal"):
            times[effort].append(_timed(lambda e=effort: divide(problem, effort=e))[1])
    once = Plan(problem, _whole(graphs, parts))
    labels, long = _timed(lambda: _best_of_many(problem, graphs))
    many = Plan(problem, labels)
    half, half_time = _timed(lambda: divide(problem, effort="best", seconds=long / 2))
    plans = {effort: divide(problem, effort=effort) for effort in ("quick", "normal", "best")}
    spent = {name: median(values) for name, values in times.items()}
    reference = f"METIS {once.objective.j:,.0f}, {len(once.violations)} grids wrong"
    sixty = f"METIS-60 {many.objective.j:,.0f}, {len(many.violations)} wrong, {long:.1f} s"
    wrong = sum(len(divide(problem, seed=seed).violations) for seed in range(SEEDS))
    normal = plans["normal"]
    forced = normal.bounds.forced_pieces
    goals = {"quick": "", "normal": "0.82", "best": "0.80"}
    figures = [
        Figure(
            f"J of {effort}",
            f"{plan.objective.j:,.0f}",
            reference,
            plan.objective.j / once.objective.j,
            goals[effort],
        )
        for effort, plan in plans.items()
    ]
    figures += [
        Figure(
            f"seconds of {effort}",
            f"{spent[effort]:.2f} s",
            f"METIS {spent['metis']:.3f} s",
            spent[effort] / spent["metis"],
            "8" if effort == "normal" else "",
        )
        for effort in ("quick", "normal")
    ]
    pieces = normal.objective.compound_pieces
    return [
        *figures,
        Figure(
            "J in half of METIS-60's time",
            f"{half.objective.j:,.0f} in {half_time:.1f} s",
            sixty,
            half.objective.j / many.objective.j,
            "0.90",
        ),
        Figure(
            f"violations, {SEEDS} seeds of normal", f"{wrong}", f"{300 * SEEDS:,} grids",
            wrong / (300 * SEEDS), "0",
        ),
        Figure(
            "excess compound pieces", f"{pieces}", f"unavoidable {forced}", pieces / forced, "1.2"
        ),
    ]  # fmt: skip


def _times(city: City, copies: int) -> Problem:
    """Lay copies of the city side by side, as a province would."""
    units, communities = len(city.households), len(city.grids)
    compounds = int(city.compound.max()) + 1
    step = np.repeat(np.arange(copies), units)
    shift = np.repeat(np.arange(copies), len(city.edges))[:, None]
    return Problem(
        households=np.tile(city.households, copies),
        edges=np.tile(city.edges, (copies, 1)) + shift * units,
        community=np.tile(city.community, copies) + step * communities,
        compound=np.tile(city.compound, copies) + step * compounds,
        grids_per_community=np.tile(city.grids, copies),
    )


def _growth(city: City) -> list[Figure]:
    one = _timed(lambda: divide(_times(city, 1)))[1]
    figures = []
    for copies in (10, 100):
        problem = _times(city, copies)
        plan, spent = _timed(lambda p=problem: divide(p))
        wrong = len(check(problem, plan.labels))
        figures.append(
            Figure(
                f"normal, {problem.units:,} units, {wrong} wrong",
                f"{spent:.1f} s",
                f"{copies} x one city {copies * one:.1f} s",
                spent / (copies * one),
                "1; 20 s" if copies == 100 else "1",
            )
        )
    return figures


def _kept(city: City, graphs: list[Graph]) -> list[Figure]:
    """Search the price at which three quarters of the households keep their old grid."""
    old = _whole(graphs, [_metis(graph) for graph in graphs])
    free = divide(city.problem()).objective.j
    households = int(city.households.sum())
    low, high = 0.0, 0.5
    best: Plan | None = None
    for _ in range(7):
        middle = (low + high) / 2
        plan = divide(city.problem(previous=old, weights=Weights(moved=middle)))
        if plan.objective.moved <= households / 4:
            best, high = plan, middle
        else:
            low = middle
    if best is None:
        return []
    share = 1 - best.objective.moved / households
    return [
        Figure(
            f"J with {share:.0%} of households kept",
            f"{best.objective.j:,.0f}",
            f"free {free:,.0f}",
            best.objective.j / free,
            "1.08",
        )
    ]


def _workbench(problem: Problem) -> list[Figure]:
    plan = divide(problem)
    community = int(np.bincount(problem.community).argsort()[-12])
    units = int((problem.community == community).sum())
    again = median(_timed(lambda: resplit(problem, plan.labels, community))[1] for _ in range(9))
    live = median(_timed(lambda: check(problem, plan.labels))[1] for _ in range(9))
    report = _timed(lambda: Plan(problem, plan.labels).report)[1]
    first = median(
        _timed(lambda: subprocess.run([sys.executable, "-c", FIRST_ANSWER], check=True))[1]
        for _ in range(ROUNDS)
    )
    bare = median(
        _timed(lambda: subprocess.run([sys.executable, "-c", "import numba"], check=True))[1]
        for _ in range(ROUNDS)
    )
    return [
        Figure(f"{units} units divided again", _ms(again), "50 ms", again / 0.05, "1"),
        Figure("live check of the whole plan", _ms(live), "2 ms", live / 0.002, "1"),
        Figure("report and bounds of the whole plan", _ms(report), "the check", report / live),
        Figure("first answer of a new process", f"{first:.1f} s", "3 s", first / 3, "1"),
        Figure("the same", f"{first:.1f} s", f"importing numba {bare:.1f} s", first / bare),
    ]


def _proved(problem: Problem) -> list[Figure]:
    """Prove each community: the small ones to the end, the others to within some per cent."""
    plan = divide(problem)
    proved, spent = _timed(lambda: prove(plan, seconds=PROOF_SECONDS))
    before = {row.community: row.j for row in plan.bounds.communities}
    names, sizes = np.unique(problem.community, return_counts=True)
    size = dict(zip(names.tolist(), sizes.tolist(), strict=True))
    rows = [row for row in proved.bounds.communities if row.grids > 1]
    small = [row for row in rows if size[row.community] <= MOST_UNITS]
    large = [row for row in rows if MOST_UNITS < size[row.community] <= LARGE]
    best = [row for row in small if row.optimal]
    gaps = [1 - (row.lower_bound or 0) / row.j for row in large]
    none = sum(row.optimal for row in large)
    lowest = sum(row.j for row in best)
    return [
        Figure(
            f"communities of up to {MOST_UNITS} units proved best", f"{len(best)}",
            f"{len(small)}, {PROOF_SECONDS:.0f} s each", len(best) / max(1, len(small)), "0.75",
        ),
        Figure("J of normal there", f"{sum(before[row.community] for row in best):,.0f}",
               f"proved {lowest:,.0f}",
               sum(before[row.community] for row in best) / max(1, lowest), "1"),
        Figure(
            f"widest gap at {MOST_UNITS} to {LARGE} units", f"{100 * max(gaps):.1f} %",
            f"{len(large)} communities, {none} proved best", max(gaps) / 0.15, "1",
        ),
        Figure("mean gap there", f"{100 * sum(gaps) / len(gaps):.1f} %", "5 %",
               sum(gaps) / len(gaps) / 0.05),
        Figure("proofs in all", f"{spent:.0f} s", f"{PROOF_SECONDS:.0f} s each",
               spent / PROOF_SECONDS),
    ]  # fmt: skip


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _timed(work: Callable[[], Result]) -> tuple[Result, float]:
    began = time.perf_counter()
    result = work()
    return result, time.perf_counter() - began
