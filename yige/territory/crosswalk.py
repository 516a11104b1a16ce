"""From the areas of one day to those of another, by the households that passed between them."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from yige.kernel.codes import Level, is_within, part
from yige.territory import net
from yige.territory.models import Division, Grid, Succession

Shares = Mapping[str, float]
Links = Mapping[str, Sequence[tuple[str, float]]]


@dataclass(frozen=True)
class Step:
    """One change of the net: which shares pass onward, and which came from where."""

    at: datetime
    onward: Links
    back: Links


class Crosswalk:
    """Every area that ever was, as shares of the areas in force at one instant.

    The shares of an area sum to 1. A grid that began where there was none is its community's.
    """

    def __init__(self, at: datetime, history: "History") -> None:
        self.at = at
        self._steps, self._begun, self._ended = history
        self._instants = [step.at for step in self._steps]
        self._now = bisect_right(self._instants, at)
        self._known: dict[tuple[str, int], dict[str, float]] = {}

    def shares(self, code: str, *, on: datetime) -> Shares:
        """Tell what an area of a day is in the net of this crosswalk.

        A figure may come in under a code that has ended: it belongs to the area as it was last.
        """
        begins = bisect_right(self._instants, on)
        ended = self._ended.get(code)
        if ended is not None and ended <= on:
            begins = bisect_left(self._instants, ended)
        key = code, begins
        if key not in self._known:
            self._known[key] = self._walk(code, begins)
        return self._known[key]

    def sources(self, area: str) -> set[str]:
        """List the areas of other days that were, or became, any part of what lies in an area."""
        found: set[str] = set()
        waiting = {code for code in self._linked() if is_within(code, area)}
        while waiting:
            found |= waiting
            beside = {
                other
                for step in self._steps
                for links in (step.onward, step.back)
                for code in waiting
                for other, _ in links.get(code, ())
            }
            waiting = beside - found
        return found

    @property
    def instants(self) -> Sequence[datetime]:
        """When the net changed."""
        return self._instants

    def _linked(self) -> set[str]:
        return {code for step in self._steps for code in (*step.onward, *step.back)}

    def _walk(self, code: str, begins: int) -> dict[str, float]:
        mass = {code: 1.0}
        for step in self._steps[begins : self._now]:
            mass = _passed(mass, step.onward)
        for step in reversed(self._steps[self._now : begins]):
            mass = _passed(mass, step.back)
        found: dict[str, float] = defaultdict(float)
        for area, share in mass.items():
            is_early = area in self._begun and self._begun[area] > self.at
            found[part(area, Level.COMMUNITY) if is_early else area] += share
        return dict(found)


def forerunners(area: str, *, at: datetime, now: datetime) -> set[str]:
    """List the areas of an earlier instant that an area of now is made of; itself as a rule.

    Whoever holds a post in it now held one in them.
    """
    return {code for code in crosswalk(at=at).shares(area, on=now) if len(code) == len(area)}


class History(NamedTuple):
    """All changes of the net, when each grid began, and when what is over ended."""

    steps: Sequence[Step]
    begun: Mapping[str, datetime]
    ended: Mapping[str, datetime]


def crosswalk(*, at: datetime) -> Crosswalk:
    """Return the crosswalk to the net of an instant."""
    return Crosswalk(at, _history(net.stamp()))


@lru_cache(maxsize=2)
def _history(stamp: str) -> History:
    rows: dict[datetime, list[tuple[str, str, int, float]]] = defaultdict(list)
    for old, new, at, households, share in Succession.objects.order_by(
        "at", "old_code", "new_code"
    ).values_list("old_code", "new_code", "at", "households", "share"):
        rows[at].append((old, new, households, share))
    divisions = Division.objects.order_by("valid_from").values_list("code", "valid_until")
    ended = dict(divisions)
    begun: dict[str, datetime] = {}
    for code, since, until in Grid.objects.values_list("code", "valid_from", "valid_until"):
        begun[code], ended[code] = since, until
    over = {code: until for code, until in ended.items() if until is not None}
    return History([_step(at, rows[at]) for at in sorted(rows)], begun, over)


def _step(at: datetime, rows: Iterable[tuple[str, str, int, float]]) -> Step:
    """Read the successions of an instant both ways; by shares where nobody lives."""
    onward: dict[str, list[tuple[str, float]]] = defaultdict(list)
    homes: dict[str, list[tuple[str, float]]] = defaultdict(list)
    plain: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for old, new, households, share in rows:
        onward[old].append((new, share))
        homes[new].append((old, households))
        plain[new].append((old, share))
    back = {
        new: _of_one(homes[new]) if any(n for _, n in homes[new]) else _of_one(plain[new])
        for new in homes
    }
    return Step(at, onward, back)


def _of_one(parts: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    whole = sum(weight for _, weight in parts)
    return [(code, weight / whole) for code, weight in parts if weight]


def _passed(mass: Mapping[str, float], links: Links) -> dict[str, float]:
    after: dict[str, float] = defaultdict(float)
    for code, share in mass.items():
        for other, passes in links.get(code, ((code, 1.0),)):
            after[other] += share * passes
    return dict(after)
