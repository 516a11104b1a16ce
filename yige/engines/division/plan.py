"""A plan as it is handed back: the labels, and what follows from them when asked for."""

from dataclasses import dataclass, field
from functools import cached_property

from yige.engines.division.bounds import Bounds, bound
from yige.engines.division.check import Violation, check
from yige.engines.division.problem import Ints, Problem
from yige.engines.division.report import GridReport, report
from yige.engines.division.score import Objective, score


@dataclass(frozen=True, eq=False)
class Plan:
    """A division of the whole city; everything beside the labels is computed once, on demand.

    interrupted: why the search ended early ("cancelled", or what the progress callback raised).
    proofs: lower bounds of J by community, from `prove`.
    """

    problem: Problem
    labels: Ints
    interrupted: str | None = None
    proofs: dict[int, float] = field(default_factory=dict)

    @cached_property
    def objective(self) -> Objective:
        return score(self.problem, self.labels)

    @cached_property
    def violations(self) -> list[Violation]:
        return check(self.problem, self.labels)

    @cached_property
    def bounds(self) -> Bounds:
        return bound(self.problem, self.labels, self.proofs)

    @cached_property
    def report(self) -> list[GridReport]:
        return report(self.problem, self.labels, self.bounds, self.violations)
