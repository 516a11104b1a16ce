"""Why no plan can be in range, and the smallest changes that would help."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from yige.engines.division.check import Violation
from yige.engines.division.hanging import held_together
from yige.engines.division.parts import possible_grids
from yige.engines.division.plan import Plan
from yige.engines.division.problem import Bools, Ints, Problem
from yige.engines.division.report import Reason
from yige.engines.division.solve import divide
from yige.kernel.results import Facts

Change = Reason


@dataclass(frozen=True)
class Obstacle:
    """What makes a community impossible, and changes of which each alone would help.

    proved: no plan exists as the problem stands; otherwise none was found.
    """

    code: str
    community: int
    facts: Facts
    changes: list[Change]
    proved: bool


def explain_infeasible(problem: Problem, *, seed: int = 1) -> list[Obstacle]:
    """List what keeps the problem from having an allowed plan; empty where one was found."""
    view = _View(problem)
    found = [obstacle for place in range(len(view.names)) for obstacle in _proved(view, place)]
    hopeless = {obstacle.community for obstacle in found}
    rest = _without(problem, hopeless)
    if rest is not None:
        plan = divide(rest, seed=seed, effort="quick")
        found += _not_found(view, plan, seed)
    return sorted(found, key=lambda obstacle: obstacle.community)


class _View:
    """The problem by community: its free units, connected pieces and neighbours."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.names, self.community = np.unique(problem.community, return_inverse=True)
        order = np.argsort(self.community, kind="stable")
        self.order = order
        self.first = np.searchsorted(self.community[order], np.arange(len(self.names) + 1))
        self.free: Bools = np.ones(problem.units, np.bool_)
        if problem.pinned is not None:
            self.free = problem.pinned < 0
        self.held = np.bincount(self.community, problem.households, len(self.names))
        self.near = self._near()

    def _near(self) -> list[list[int]]:
        near: list[list[int]] = [[] for _ in range(self.problem.units)]
        for a, b in self.problem.edges.tolist():
            if self.community[a] == self.community[b]:
                near[a].append(b)
                near[b].append(a)
        return near

    def members(self, place: int) -> Ints:
        return self.order[self.first[place] : self.first[place + 1]]

    def pieces(self, units: Ints) -> list[Ints]:
        """Split units into connected pieces, the one with most households first."""
        left, found = set(units.tolist()), []
        while left:
            piece = [left.pop()]
            for unit in piece:
                for other in self.near[unit]:
                    if other in left:
                        left.discard(other)
                        piece.append(other)
            found.append(np.array(sorted(piece)))
        weights = self.problem.households
        return sorted(found, key=lambda piece: (-int(weights[piece].sum()), int(piece[0])))

    def grids(self, place: int) -> int | None:
        """Return the grids left for free units, where their number is given."""
        if self.problem.grids_per_community is None:
            return None
        given = int(self.problem.grids_per_community[place])
        if self.problem.pinned is None:
            return given
        pins = self.problem.pinned[self.members(place)]
        return given - len(np.unique(pins[pins >= 0]))


def _proved(view: _View, place: int) -> Iterator[Obstacle]:
    """Yield every obstacle of one community that can be proved."""
    problem, name = view.problem, int(view.names[place])
    members = view.members(place)
    free = members[view.free[members]]
    yield from _pins(view, place)
    for unit in free[problem.households[free] > problem.upper].tolist():
        many = int(problem.households[unit])
        facts = _of_unit(problem, unit) | {"households": many, "upper": problem.upper}
        changes = [_widen(problem, upper=many), Change("division.split_unit", {"unit": unit})]
        yield Obstacle("division.unit_above_upper", name, facts, changes, proved=True)
    pieces = view.pieces(free)
    yield from _short(view, place, pieces)
    yield from _number(view, place, pieces)
    for piece in pieces:
        yield from _together(view, place, piece)


def _of_unit(problem: Problem, unit: int) -> Facts:
    facts: Facts = {"unit": unit}
    if problem.compound is not None and problem.compound[unit] >= 0:
        facts["compound"] = int(problem.compound[unit])
    return facts


def _widen(problem: Problem, *, lower: int | None = None, upper: int | None = None) -> Change:
    facts: Facts = {
        "lower": problem.lower if lower is None else lower,
        "upper": problem.upper if upper is None else upper,
    }
    return Change("division.widen_range", facts)


def _pins(view: _View, place: int) -> Iterator[Obstacle]:
    """Yield pinned grids that break a rule by themselves."""
    problem, name = view.problem, int(view.names[place])
    if problem.pinned is None:
        return
    members = view.members(place)
    for pin in np.unique(problem.pinned[members]).tolist():
        if pin < 0:
            continue
        units = members[problem.pinned[members] == pin]
        many = int(problem.households[units].sum())
        facts: Facts = {"pin": pin, "households": many}
        release = Change("division.release_pin", {"pin": pin})
        if not problem.lower <= many <= problem.upper:
            wider = _widen(problem, lower=min(many, problem.lower), upper=max(many, problem.upper))
            yield Obstacle("division.pin_out_of_range", name, facts, [release, wider], proved=True)
        if len(view.pieces(units)) > 1:
            yield Obstacle("division.pin_not_connected", name, facts, [release], proved=True)
    grids = view.grids(place)
    left = int(view.free[members].sum())
    if grids is not None and (grids < 0 or (grids == 0) != (left == 0)):
        facts = {"grids_left": grids, "units_left": left}
        more = _change_grids(view, place, max(1, -grids if grids < 0 else 1))
        yield Obstacle("division.pins_use_all_grids", name, facts, [more], proved=True)


def _change_grids(view: _View, place: int, by: int) -> Change:
    now = view.problem.grids_per_community
    grids = by if now is None else int(now[place]) + by
    return Change("division.change_grids", {"community": int(view.names[place]), "grids": grids})


def _short(view: _View, place: int, pieces: list[Ints]) -> Iterator[Obstacle]:
    """Yield pieces of the community that no whole number of grids fits."""
    problem, name = view.problem, int(view.names[place])
    for piece in pieces:
        many = int(problem.households[piece].sum())
        least, most = possible_grids(problem, many)
        if least <= most:
            continue
        alone = len(pieces) == 1
        facts: Facts = {
            "households": many,
            "units": len(piece),
            "lower": problem.lower,
            "upper": problem.upper,
        }
        changes = [_widen_to_fit(problem, many)]
        if alone:
            changes += _join(view, place)
        else:
            facts["unit"] = int(piece[0])
            changes += _link(view, piece, pieces)
        kind = "community" if alone else "piece"
        word = "below_lower" if many < problem.lower else "fits_no_number"
        yield Obstacle(f"division.{kind}_{word}", name, facts, changes, proved=True)


def _widen_to_fit(problem: Problem, many: int) -> Change:
    """Move the one limit that has to move least for some whole number of grids."""
    over = max(1, -(-many // problem.upper))
    under = max(1, over - 1)
    lower, upper = many // over, -(-many // under)
    if problem.lower - lower <= upper - problem.upper or many < problem.lower:
        return _widen(problem, lower=lower)
    return _widen(problem, upper=upper)


def _join(view: _View, place: int) -> list[Change]:
    """Offer the neighbouring communities that would fit together with this one."""
    problem = view.problem
    ends = view.community[problem.edges]
    touching = ends[(ends == place).any(axis=1) & (ends[:, 0] != ends[:, 1])]
    others, shared = np.unique(touching[touching != place], return_counts=True)
    fits = []
    for other, many in zip(others.tolist(), shared.tolist(), strict=True):
        total = int(view.held[place] + view.held[other])
        least, most = possible_grids(problem, total)
        if least <= most:
            facts: Facts = {
                "community": int(view.names[place]),
                "with": int(view.names[other]),
                "households": total,
                "shared_edges": many,
                "grids": min(max(round(2 * total / (problem.lower + problem.upper)), least), most),
            }
            fits.append(Change("division.join_communities", facts))
    return sorted(fits, key=lambda change: -int(str(change.facts["shared_edges"])))[:3]


def _link(view: _View, piece: Ints, pieces: list[Ints]) -> list[Change]:
    """Offer the shortest new link between a cut-off piece and the rest of its community."""
    problem = view.problem
    rest = np.concatenate([other for other in pieces if other[0] != piece[0]])
    facts: Facts = {"unit": int(piece[0]), "to": int(rest[0])}
    if problem.x is not None and problem.y is not None:
        best = np.inf
        for unit in piece.tolist():
            far = np.hypot(problem.x[rest] - problem.x[unit], problem.y[rest] - problem.y[unit])
            if far.min() < best:
                best = float(far.min())
                facts = {"unit": unit, "to": int(rest[far.argmin()]), "metres": round(best, 1)}
    return [Change("division.link_units", facts)]


def _number(view: _View, place: int, pieces: list[Ints]) -> Iterator[Obstacle]:
    """Yield a given number of grids that the households do not allow."""
    problem, name = view.problem, int(view.names[place])
    grids = view.grids(place)
    if grids is None or grids < 1 or not pieces:
        return
    spans = [possible_grids(problem, int(problem.households[piece].sum())) for piece in pieces]
    if any(least > most for least, most in spans):
        return
    least, most = sum(span[0] for span in spans), sum(span[1] for span in spans)
    most = min(most, sum(len(piece) for piece in pieces))
    many = int(sum(problem.households[piece].sum() for piece in pieces))
    facts: Facts = {"households": many, "grids": grids, "least": least, "most": most}
    if grids > most:
        changes = [_change_grids(view, place, most - grids)]
        if grids <= sum(len(piece) for piece in pieces):
            changes.append(_widen(problem, lower=many // grids))
        yield Obstacle("division.too_many_grids", name, facts, changes, proved=True)
    elif grids < least:
        changes = [_change_grids(view, place, least - grids)]
        if grids >= len(pieces):
            changes.append(_widen(problem, upper=-(-many // grids)))
        yield Obstacle("division.too_few_grids", name, facts, changes, proved=True)


def _together(view: _View, place: int, piece: Ints) -> Iterator[Obstacle]:
    """Yield units that carry so much behind them that all must be one grid above the range."""
    problem = view.problem
    for unit, many, behind in held_together(view.near, piece, problem.households, problem.lower):
        if many > problem.upper and problem.households[unit] <= problem.upper:
            facts = _of_unit(problem, unit) | {
                "households": many,
                "units_behind": behind,
                "upper": problem.upper,
            }
            changes = [
                _widen(problem, upper=many),
                Change("division.link_behind", {"unit": unit}),
            ]
            name = int(view.names[place])
            yield Obstacle("division.held_together", name, facts, changes, proved=True)


def _without(problem: Problem, communities: set[int]) -> Problem | None:
    """Return the problem without some communities, or None where nothing is left."""
    if not communities:
        return problem if problem.units else None
    keep: Bools = np.isin(problem.community, list(communities), invert=True)
    if not keep.any():
        return None
    number = np.cumsum(keep) - 1
    inner: Bools = keep[problem.edges[:, 0]] & keep[problem.edges[:, 1]]
    names = np.unique(problem.community)
    changes: dict[str, object] = {"edges": number[problem.edges[inner]]}
    for field in ("households", "community", "compound", "building", "firm"):
        changes[field] = _taken(getattr(problem, field), keep)
    for field in ("x", "y", "load", "previous", "pinned"):
        changes[field] = _taken(getattr(problem, field), keep)
    for field in ("edge_length", "barrier"):
        changes[field] = _taken(getattr(problem, field), inner)
    left: Bools = np.isin(names, list(communities), invert=True)
    changes["grids_per_community"] = _taken(problem.grids_per_community, left)
    return replace(problem, **changes)  # type: ignore[arg-type]


def _taken(array: Ints | None, keep: Bools) -> Ints | None:
    return None if array is None else array[keep]


def _not_found(view: _View, plan: Plan, seed: int) -> Iterator[Obstacle]:
    """Yield the communities for which the search came to no allowed plan, without proof."""
    problem = plan.problem
    worst: dict[int, list[Violation]] = {}
    for violation in plan.violations:
        if violation.grid >= 0:
            unit = int(np.flatnonzero(plan.labels == violation.grid)[0])
            worst.setdefault(int(problem.community[unit]), []).append(violation)
    for name, violations in worst.items():
        here = problem.community == name
        held = np.bincount(plan.labels[here], problem.households[here]).astype(int)
        held = held[np.unique(plan.labels[here])]
        facts: Facts = {
            "grids": len(held),
            "smallest": int(held.min()),
            "largest": int(held.max()),
            "wrong": len(violations),
        }
        wider = _widen(
            problem,
            lower=min(problem.lower, int(held.min())),
            upper=max(problem.upper, int(held.max())),
        )
        place = int(np.searchsorted(view.names, name))
        changes = [*_other_number(problem, name, len(held), seed), wider, *_join(view, place)]
        yield Obstacle("division.none_found", name, facts, changes, proved=False)


def _other_number(problem: Problem, name: int, grids: int, seed: int) -> list[Change]:
    """Try one grid less and one more; offer what was seen to work."""
    others = {int(other) for other in np.unique(problem.community)} - {name}
    alone = _without(problem, others)
    if alone is None:
        return []
    found = []
    for number in (grids - 1, grids + 1):
        if number < 1:
            continue
        wanted = np.array([number])
        plan = divide(replace(alone, grids_per_community=wanted), seed=seed, effort="quick")
        if not plan.violations:
            facts: Facts = {"community": name, "grids": number}
            found.append(Change("division.change_grids", facts))
    return found
