"""A plan as it is handed back: the labels, and what follows from them when asked for."""

from dataclasses import dataclass
from functools import cached_property

from yige.engines.division.problem import Ints, Problem
from yige.engines.division.score import Objective, score


@dataclass(frozen=True, eq=False)
class Plan:
    """A division of the whole city; everything beside the labels is computed once, on demand."""

    problem: Problem
    labels: Ints
    cancelled: str | None = None

    @cached_property
    def objective(self) -> Objective:
        return score(self.problem, self.labels)
