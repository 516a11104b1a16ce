"""The cheapest set of units in range for given prices, by a sweep along the community.

Units are taken one after another. Of those taken only the frontier still has neighbours ahead, so
that a state is: which of the frontier are in, which compounds begun are paid for, and how many
households are in. On a map of 150 units the frontier is some 14 wide. Exact, but for connection.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from yige.engines.division.model import ONE, Small, compiled
from yige.engines.division.problem import Ints

MOST_STATES = 20_000
"""The most states at once that are swept, each for every number of households up to the range."""
MOST_HOUSEHOLDS = 1_000
NEVER = 1 << 29
HALF_EDGE = ONE // 2

Costs = NDArray[np.int32]
Choices = NDArray[np.uint8]
Slot = tuple[str, int]
UNIT, GROUP = "unit", "group"


class Step(NamedTuple):
    """One step: a unit or group gets the next bit of the frontier, or a bit is forgotten.

    near: bits of the unit's neighbours; paid: the bit of its group, or -1.
    """

    slot: Slot
    bit: int
    is_forgotten: bool
    near: Small
    paid: int


class Sweep:
    """A community's units in an order of small frontiers, to be priced again and again."""

    def __init__(self, households: Ints, edges: Ints, group: Ints, group_price: int) -> None:
        self.households, self.group_price = households, group_price
        order = _Order(len(households), edges, group)
        self.states, slots = order.best()
        self.steps = list(_steps(slots, order))

    @property
    def is_feasible(self) -> bool:
        """Tell whether the frontier is small enough to be swept at all."""
        return self.states <= MOST_STATES

    def price(self, profit: Ints, upper: int) -> "Priced":
        """Find the cheapest set for each number of households up to `upper`.

        A set costs ONE / 2 for each edge that leaves it and the group's price for each group it
        touches, less the profit of its units.
        """
        costs = np.full((1, upper + 1), NEVER, dtype=np.int32)
        costs[0, 0] = 0
        states = np.zeros(1, dtype=np.int64)
        choices: list[tuple[Ints, Choices]] = []
        for step in self.steps:
            if step.is_forgotten:
                states, costs, choice = _forgotten(states, costs, step.bit)
                choices.append((states, choice))
            elif step.slot[0] == GROUP:
                states, costs = take(states, costs, step.bit, self.group_price, 0, step.near, -1)
            else:
                unit = step.slot[1]
                states, costs = take(states, costs, step.bit, -int(profit[unit]),
                                     int(self.households[unit]), step.near, step.paid)  # fmt: skip
        return Priced(self, costs[0], choices)


class Priced:
    """What a sweep came to: the least cost for each number of households."""

    def __init__(self, sweep: Sweep, cost: Costs, choices: list[tuple[Ints, Choices]]) -> None:
        self.sweep, self.cost, self.choices = sweep, cost, choices

    def units(self, households: int) -> list[int]:
        """Return the units of the cheapest set with so many households."""
        state, chosen, left = 0, [], len(self.choices)
        for step in reversed(self.sweep.steps):
            if step.is_forgotten:
                left -= 1
                states, choice = self.choices[left]
                row = int(np.searchsorted(states, state))
                taken = int(choice[row, households >> 3] >> (households & 7) & 1)
                low = (1 << step.bit) - 1
                state = (state & low) | ((state & ~low) << 1) | (taken << step.bit)
                continue
            is_in = state >> step.bit & 1
            state &= (1 << step.bit) - 1
            if is_in and step.slot[0] == UNIT:
                chosen.append(step.slot[1])
                households -= int(self.sweep.households[step.slot[1]])
        return sorted(chosen)


@compiled
def take(
    states: Ints, old: Costs, bit: int, price: int, households: int, near: Small, paid: int
) -> tuple[Ints, Costs]:
    """Add a bit above all others: the unit (or group) is out, or in at its price.

    A unit is in only where its group is paid for. States stay in order.
    """
    many, most = old.shape
    may = 0
    for state in states:
        may += paid < 0 or (state >> paid) & 1
    found = np.empty(many + may, dtype=np.int64)
    new = np.empty((many + may, most), dtype=np.int32)
    row = many
    for place in range(many):
        state = states[place]
        inside = 0
        for other in near:
            inside += (state >> other) & 1
        out = HALF_EDGE * inside
        found[place] = state
        for h in range(most):
            new[place, h] = min(old[place, h] + out, NEVER)
        if paid >= 0 and not (state >> paid) & 1:
            continue
        cost = price + HALF_EDGE * (len(near) - inside)
        found[row] = state | (1 << bit)
        for h in range(min(households, most)):
            new[row, h] = NEVER
        for h in range(households, most):
            before = old[place, h - households]
            new[row, h] = before + cost if before < NEVER else NEVER
        row += 1
    return found, new


def _forgotten(states: Ints, old: Costs, bit: int) -> tuple[Ints, Costs, Choices]:
    """Drop a bit of all states; return them with their costs, and which of both was cheaper."""
    low = (1 << bit) - 1
    left = (states & low) | ((states >> 1) & ~low)
    found, place = np.unique(left, return_inverse=True)
    rows = np.full((2, len(found)), -1, dtype=np.int64)
    rows[states >> bit & 1, place.reshape(-1)] = np.arange(len(states))
    return found, *forget(old, rows)


@compiled
def forget(old: Costs, rows: Ints) -> tuple[Costs, Choices]:
    """Keep the cheaper of two rows, without and with a bit, and which it was, 8 to a byte."""
    many, most = rows.shape[1], old.shape[1]
    new = np.empty((many, most), dtype=np.int32)
    choice = np.zeros((many, (most + 7) // 8), dtype=np.uint8)
    for place in range(many):
        out, inside = rows[0, place], rows[1, place]
        if inside < 0:
            new[place] = old[out]
            continue
        if out < 0:
            new[place] = old[inside]
            choice[place] = 255
            continue
        for h in range(most):
            new[place, h] = min(old[out, h], old[inside, h])
        for h in range(most):
            if old[inside, h] < old[out, h]:
                choice[place, h >> 3] |= np.uint8(1 << (h & 7))
    return new, choice


class _Order:
    """Orders of the units: from each first unit, always on to where the frontier grows least."""

    def __init__(self, units: int, edges: Ints, group: Ints) -> None:
        self.units, self.group = units, group.tolist()
        self.near: list[set[int]] = [set() for _ in range(units)]
        for a, b in edges.tolist():
            self.near[a].add(b)
            self.near[b].add(a)
        self.members: dict[int, set[int]] = {}
        for unit, name in enumerate(self.group):
            if name >= 0:
                self.members.setdefault(name, set()).add(unit)

    def best(self) -> tuple[int, list[tuple[Slot, bool]]]:
        """Return the most states at once, and the slots as they come and are forgotten."""
        found: tuple[int, int, list[tuple[Slot, bool]]] | None = None
        for first in range(self.units):
            tried = self._from(first, MOST_STATES if found is None else found[0])
            if tried and (found is None or tried[:2] < found[:2]):
                found = tried
        return (found[0], found[2]) if found else (MOST_STATES + 1, [])

    def _from(self, first: int, limit: int) -> tuple[int, int, list[tuple[Slot, bool]]] | None:
        place: dict[int, int] = {}
        ahead, slots = {first}, list[Slot]()
        left = {name: len(members) for name, members in self.members.items()}
        told: list[tuple[Slot, bool]] = []
        widest = work = 0
        while len(place) < self.units:
            if not ahead:
                ahead = {next(unit for unit in range(self.units) if unit not in place)}
            unit = min(ahead, key=lambda u: (self._growth(u, place, left), self._age(u, place), u))
            name = self.group[unit]
            if name >= 0 and left[name] == len(self.members[name]):
                slots.append((GROUP, name))
                told.append((slots[-1], False))
            slots.append((UNIT, unit))
            told.append((slots[-1], False))
            states = self._states(slots)
            widest, work = max(widest, states), work + states
            if widest > limit:
                return None
            place[unit] = len(place)
            ahead = (ahead | self.near[unit]) - place.keys()
            if name >= 0:
                left[name] -= 1
            for slot in [slot for slot in slots if self._is_over(slot, place, left)]:
                slots.remove(slot)
                told.append((slot, True))
        return widest, work, told

    def _states(self, slots: Sequence[Slot]) -> int:
        """Count the states: while its group is there, no unit is in unless that is paid for."""
        many = {name: 0 for kind, name in slots if kind == GROUP}
        states = 1
        for kind, unit in slots:
            if kind == UNIT and self.group[unit] in many:
                many[self.group[unit]] += 1
            elif kind == UNIT:
                states *= 2
        for held in many.values():
            states *= 1 + (1 << held)
        return states

    def _growth(self, unit: int, place: dict[int, int], left: dict[int, int]) -> int:
        """Say by how many bits the frontier grows when a unit is taken."""
        grown = 0 if self.near[unit] <= place.keys() else 1
        for other in self.near[unit]:
            if other in place and self.near[other] - {unit} <= place.keys():
                grown -= 1
        name = self.group[unit]
        if name >= 0 and len(self.members[name]) > 1:
            grown += int(left[name] == len(self.members[name])) - int(left[name] == 1)
        return grown

    def _age(self, unit: int, place: dict[int, int]) -> int:
        return min((place[other] for other in self.near[unit] if other in place), default=0)

    def _is_over(self, slot: Slot, place: dict[int, int], left: dict[int, int]) -> bool:
        if slot[0] == GROUP:
            return left[slot[1]] == 0
        return self.near[slot[1]] <= place.keys()


def _steps(told: Sequence[tuple[Slot, bool]], order: _Order) -> Iterator[Step]:
    """Give every slot its bit, from the lowest on as they come; later ones close the gaps."""
    slots: list[Slot] = []
    nothing = np.zeros(0, dtype=np.int32)
    for slot, is_forgotten in told:
        if is_forgotten:
            yield Step(slot, slots.index(slot), is_forgotten=True, near=nothing, paid=-1)
            slots.remove(slot)
            continue
        near, paid = nothing, -1
        if slot[0] == UNIT:
            bits = [slots.index((UNIT, u)) for u in order.near[slot[1]] if (UNIT, u) in slots]
            near = np.array(sorted(bits), dtype=np.int32)
            name = order.group[slot[1]]
            paid = slots.index((GROUP, name)) if name >= 0 else -1
        yield Step(slot, len(slots), is_forgotten=False, near=near, paid=paid)
        slots.append(slot)
