"""Compile the search once, for the installation: `python -m yige.engines.division.warm`."""

import numpy as np

from yige.engines.division.problem import Problem, Weights
from yige.engines.division.solve import divide


def warm() -> None:
    """Divide two tiny communities so that every compiled function lies on disk."""
    side = np.arange(36).reshape(6, 6)
    pairs = [(side[:, :-1], side[:, 1:]), (side[:-1], side[1:])]
    edges = np.concatenate([np.column_stack((a.ravel(), b.ravel())) for a, b in pairs])
    facts = Problem(
        households=np.full(36, 10),
        edges=edges,
        community=np.repeat([0, 1], 18),
        compound=np.arange(36) // 4,
        previous=np.arange(36) // 6,
        lower=40,
        upper=80,
        weights=Weights(moved=1),
    )
    divide(facts, effort="quick", threads=1)
    divide(
        Problem(
            households=facts.households, edges=edges, community=facts.community,
            lower=40, upper=80,
        ),
        effort="quick",
        threads=1,
    )  # fmt: skip


if __name__ == "__main__":
    warm()
