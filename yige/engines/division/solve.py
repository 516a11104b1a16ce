"""The engine's front: problem in, plan out; communities side by side in threads or processes."""

from concurrent.futures import Executor
from dataclasses import replace

import numpy as np

from yige.engines.division.parts import Layout, lay_out
from yige.engines.division.plan import Plan
from yige.engines.division.problem import Ints, InvalidProblem, Problem
from yige.engines.division.run import Found, Progress, Run, effort_named
from yige.engines.division.spread import spread


def divide(
    problem: Problem,
    *,
    seed: int = 1,
    effort: str = "normal",
    seconds: float | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Plan:
    """Divide the city: connected grids inside communities, in range wherever one is found.

    The same seed gives the same plan for any number of threads, and over any executor, unless
    `seconds` or `progress` ends the search early. `progress(share, best)` hears the share done and
    the cost so far; when it returns False or raises, the best plan so far is returned, marked as
    cancelled. With an `executor` (a pool of processes, or of machines, that knows this package)
    the communities are divided there; raises what the executor raises when it is broken.
    """
    layout = lay_out(problem)
    labels = np.full(problem.units, -1, dtype=np.int64)
    if executor is None:
        run = Run(layout.parts, effort_named(effort), seed,
                  seconds=seconds, threads=threads, progress=progress)  # fmt: skip
        found, cause = run.go(), run.cause
    else:
        found, cause = spread(layout.parts, effort_named(effort), seed, executor,
                              seconds=seconds, progress=progress)  # fmt: skip
    _write(problem, layout, found, labels)
    return Plan(problem=problem, labels=_renumber(problem, labels), interrupted=cause)


def resplit(
    problem: Problem,
    labels: Ints,
    community: int,
    *,
    seed: int = 1,
    effort: str = "normal",
    grids: int | None = None,
    seconds: float | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Plan:
    """Divide one community again, by its label, and leave all others as they are."""
    names = np.unique(problem.community)
    index = int(np.searchsorted(names, community))
    if index == len(names) or names[index] != community:
        raise InvalidProblem(problem="unknown_community", community=int(community))
    if np.shape(labels) != (problem.units,):
        raise InvalidProblem(problem="length", field="labels", expected=problem.units)
    there = problem
    if grids is not None:
        wanted = np.ones(len(names), dtype=np.int64)
        wanted[index] = grids
        there = replace(problem, grids_per_community=wanted)
    layout = lay_out(there, only=index)
    fresh = np.array(labels, dtype=np.int64)
    fresh[problem.community == community] = -1
    run = Run(layout.parts, effort_named(effort), seed,
              seconds=seconds, threads=threads, progress=progress)  # fmt: skip
    _write(problem, layout, run.go(), fresh)
    return Plan(problem=problem, labels=_renumber(problem, fresh), interrupted=run.cause)


def _write(problem: Problem, layout: Layout, found: list[Found], labels: Ints) -> None:
    """Number the grids of all parts one after another, then place pins and strays."""
    made = int(labels.max(initial=-1)) + 1
    for part, one in zip(layout.parts, found, strict=True):
        labels[part.units] = one.labels + made
        made += one.grids
    for _community, members in layout.pins:
        labels[members] = made
        made += 1
    _names, community = np.unique(problem.community, return_inverse=True)
    pinned = np.zeros(problem.units, dtype=np.bool_)
    if problem.pinned is not None:
        pinned = problem.pinned >= 0
    for where, members in layout.strays:
        hosts = np.flatnonzero((community == where) & (labels >= 0) & ~pinned)
        labels[members] = labels[_nearest(problem, members, hosts)]


def _nearest(problem: Problem, members: Ints, hosts: Ints) -> int:
    """Return the host unit nearest to a stray piece, by place where known, else by number."""
    if problem.x is None or problem.y is None:
        return int(hosts[np.argmin(np.abs(hosts - members[0]))])
    x, y = problem.x[members].mean(), problem.y[members].mean()
    return int(hosts[np.argmin((problem.x[hosts] - x) ** 2 + (problem.y[hosts] - y) ** 2)])


def _renumber(problem: Problem, labels: Ints) -> Ints:
    """Number grids from 0 by community, then by their first unit."""
    names, first, index = np.unique(labels, return_index=True, return_inverse=True)
    order = np.lexsort((first, problem.community[first])) if len(names) else first
    number = np.empty(len(names), dtype=np.int64)
    number[order] = np.arange(len(names))
    return number[index.reshape(-1)]
