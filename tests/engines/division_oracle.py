"""A plain, slow twin of the division engine: the cost of a labelling, and every allowed one."""

from collections.abc import Iterator
from itertools import product

from yige.engines.division import Problem


def pieces(groups: list[int], labels: list[int]) -> int:
    held: dict[int, set[int]] = {}
    for group, grid in zip(groups, labels, strict=True):
        if group >= 0:
            held.setdefault(group, set()).add(grid)
    return sum(len(grids) - 1 for grids in held.values())


def cost(problem: Problem, labels: list[int]) -> float:
    """Count J with the weights of compound, building, firm, barrier and border."""
    weights = problem.weights
    total = 0.0
    for edge, (a, b) in enumerate(problem.edges.tolist()):
        if problem.community[a] != problem.community[b]:
            continue
        if labels[a] != labels[b]:
            total += 1
            if problem.edge_length is not None:
                total += weights.border * float(problem.edge_length[edge]) / 100
        elif problem.barrier is not None and problem.barrier[edge]:
            total += weights.barrier
    for groups, weight in (
        (problem.compound, weights.compound),
        (problem.building, weights.building),
        (problem.firm, weights.firm),
    ):
        if groups is not None:
            total += weight * pieces(groups.tolist(), labels)
    return total


def is_connected(problem: Problem, units: list[int]) -> bool:
    left = set(units)
    waiting = [left.pop()]
    while waiting:
        unit = waiting.pop()
        for a, b in problem.edges.tolist():
            other = b if a == unit else a if b == unit else None
            if other in left:
                left.discard(other)
                waiting.append(other)
    return not left


def is_allowed(problem: Problem, labels: list[int]) -> bool:
    """Tell whether a labelling is connected, in range and inside communities."""
    for grid in set(labels):
        units = [unit for unit, label in enumerate(labels) if label == grid]
        held = sum(int(problem.households[unit]) for unit in units)
        if not problem.lower <= held <= problem.upper:
            return False
        if len({int(problem.community[unit]) for unit in units}) > 1:
            return False
        if not is_connected(problem, units):
            return False
    return True


def allowed_plans(problem: Problem, grids: int) -> Iterator[list[int]]:
    """Yield every allowed labelling with exactly so many grids, grids named by first unit."""
    for rest in product(range(grids), repeat=problem.units - 1):
        labels = [0, *rest]
        firsts = list(dict.fromkeys(labels))
        if firsts == list(range(grids)) and is_allowed(problem, labels):
            yield labels
