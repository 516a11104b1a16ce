"""Figures by area in the net of any day: what was counted in another net is shared out by
households, and the parts add up to what was counted."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import Q, Sum
from django.utils.timezone import get_default_timezone_name

from yige.base.access import Actor, Role, within
from yige.insight.counting import WHAT
from yige.insight.models import Counter
from yige.kernel.codes import is_within
from yige.kernel.shares import share_out
from yige.territory.crosswalk import Crosswalk, crosswalk
from yige.territory.queries import grids_at
from yige.territory.successions import names_at

READERS: Final = (
    Role.STATION, Role.INTAKE, Role.PLATFORM, Role.COMMANDER, Role.PLANNER, Role.ANALYST,
)  # fmt: skip
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """The figures of one area, by name."""

    code: str
    name: str
    figures: dict[str, int]


@dataclass(frozen=True)
class ByNet:
    """The areas below one, in the net of an instant, and their sum."""

    at: datetime
    rows: tuple[AreaFigures, ...]
    total: dict[str, int]


def may_see(actor: Actor, area: str) -> bool:
    """Tell whether somebody sees the figures of an area in full: desks and planners, of theirs."""
    return actor.holds(*READERS) and bool(area) and actor.covers(area)


def by_net(area: str, *, since: date, until: date, at: datetime) -> ByNet:
    """Sum up an area's figures from `since` to `until` (excluded) by the areas in force at `at`.

    What was counted for an area as a whole (no grid was known) stands under its own code.
    """
    walk = crosswalk(at=at)
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(WHAT, 0))
    for code, on, numbers in _counted(area, since, until, walk):
        shares = walk.shares(code, on=on)
        codes = sorted(shares)
        weights = [shares[each] for each in codes]
        for what, number in numbers.items():
            for heir, part in zip(codes, share_out(number, weights), strict=True):
                sums[heir][what] += part
    counted = {code for code in sums if is_within(code, area) and any(sums[code].values())}
    there = sorted(counted | {grid.code for grid in grids_at(area, at)})
    names = names_at(there, at)
    rows = tuple(AreaFigures(code, names[code], sums[code]) for code in there)
    return ByNet(at, rows, {what: sum(row.figures[what] for row in rows) for what in WHAT})


def _counted(
    area: str, since: date, until: date, walk: Crosswalk
) -> Iterator[tuple[str, datetime, dict[str, int]]]:
    """Give what was counted in each area that is or was a part of this one, net by net.

    The day of a change belongs to the new net.
    """
    sources = sorted(code for code in walk.sources(area) if not is_within(code, area))
    for first, last in _spans(since, until, walk.instants):
        on = _end_of(last - timedelta(days=1))
        days = Counter.objects.filter(day__gte=first, day__lt=last)
        parts = [within(area)]
        parts += [
            Q(area_code__in=sources[start : start + AT_ONCE])
            for start in range(0, len(sources), AT_ONCE)
        ]
        for part in parts:
            summed = days.filter(part).values("area_code").order_by("area_code")
            rows = summed.values_list("area_code", *(Sum(what) for what in WHAT))
            for code, *numbers in rows:
                counted = {w: n for w, n in zip(WHAT, numbers, strict=True) if n}
                if counted:
                    yield code, on, counted


def _spans(since: date, until: date, instants: Sequence[datetime]) -> Iterator[tuple[date, date]]:
    """Cut a period where the net changed."""
    zone = ZoneInfo(get_default_timezone_name())
    changed = {at.astimezone(zone).date() for at in instants}
    cuts = [since, *sorted(day for day in changed if since < day < until), until]
    yield from ((a, b) for a, b in pairwise(cuts) if a < b)


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time.max, ZoneInfo(get_default_timezone_name()))
