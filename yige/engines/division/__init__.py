"""Dividing a city into grids: `divide(Problem(...))` gives a Plan, `check` proves it allowed.

The words: a unit has households and belongs to one community; units of one compound, building
or firm should stay together; a grid is a connected set of units of one community whose
households lie in the range. Called by territory and the command line.

The search is compiled on first use, so it is loaded only when a plan is asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from yige.engines.division.check import Violation, check
from yige.engines.division.problem import InvalidProblem, Problem, Weights

if TYPE_CHECKING:
    from yige.engines.division.exact import prove
    from yige.engines.division.explain import Obstacle, explain_infeasible
    from yige.engines.division.plan import Plan
    from yige.engines.division.solve import divide, resplit

_LATE = {
    "Obstacle": "explain",
    "Plan": "plan",
    "divide": "solve",
    "explain_infeasible": "explain",
    "prove": "exact",
    "resplit": "solve",
}

__all__ = [
    "InvalidProblem",
    "Obstacle",
    "Plan",
    "Problem",
    "Violation",
    "Weights",
    "check",
    "divide",
    "explain_infeasible",
    "prove",
    "resplit",
]


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(name)
    return getattr(import_module(f"yige.engines.division.{_LATE[name]}"), name)
