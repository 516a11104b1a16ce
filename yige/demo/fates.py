"""How far each case will go, how long it takes and how it is received."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from yige.cases.limits import Limit, read_limit
from yige.demo.courses import CITY, COMMUNITY, DAY, GRID, HOUR, MINUTE, Fate, wake
from yige.demo.ground import Flags, Ints
from yige.demo.reports import Calls, Spots

RATED, REWORKED, REOPENED, DECLINED, RETURNED = 0.34, 0.088, 0.022, 0.012, 0.03
LATE = 0.05
NEIGHBOURHOOD = frozenset({"网格", "社区", "物业", "双报到", "双报到单位", "志愿者"})
DESKS = frozenset({"镇街", "镇街受理中心", "部门"})
# How far up a case goes: grid, community, town, city.
REACH = {True: (0.62, 0.28, 0.08, 0.02), False: (0.0, 0.62, 0.28, 0.10)}

Row = Mapping[str, Any]


def limit_of(row: Row) -> Limit:
    """Return the time to finish; the clock of an emergency runs at night too."""
    limit = read_limit(row["finish_within"])
    if limit is None:
        raise ValueError("a category of the demo has no limit")
    return limit.at_night_too() if row["is_emergency"] else limit


def _words(row: Row) -> list[str]:
    return str(row["first_handler"]).split("/")


def body_of(row: Row) -> str:
    """Return the first body outside the neighbourhood that a category names, or nothing."""
    outside = [word for word in _words(row) if word not in NEIGHBOURHOOD | DESKS]
    return outside[0] if outside else ""


def decide_fates(
    rng: np.random.Generator, calls: Calls, spots: Spots, by_grid: Flags, rows: Sequence[Row],
    due: Ints, zone: ZoneInfo,
) -> list[Fate]:  # fmt: skip
    """Decide for every case how far it goes, how long it takes and how it is received.

    `rows` are the category of each case, `by_grid` says whether a grid worker reported it.
    """
    count = len(rows)
    begins = np.where(spots.unit >= 0, GRID, np.where(spots.village >= 0, COMMUNITY, CITY))
    near = np.array([bool(NEIGHBOURHOOD.intersection(_words(row))) for row in rows])
    settled, reaches, by_unit = _ways(rng, rows, near, begins, by_grid)
    declined = ~settled & (rng.random(count) < DECLINED)
    rework = ~settled & ~declined & (rng.random(count) < REWORKED)
    stormy = np.array([bool(kind) for kind in calls.storm])
    risk = LATE * np.select([settled, stormy], [0.25, 2.2], 1.0) * (1 + 0.25 * (reaches - 1))
    late = (rng.random(count) < risk * np.where(rework, 2.0, 1.0)) & ~declined
    urgent = np.array([bool(row["is_emergency"]) for row in rows])
    handled = _handled(rng, calls.at, due, settled | declined, late, urgent, zone)
    rating = _ratings(rng, late | rework, by_grid)
    reopened = (rng.random(count) < REOPENED * np.where(rating > 3, 0.4, 1.4)) & ~declined
    columns = (calls.at, handled, begins, reaches, by_unit, declined, settled, rework,
               by_unit & (rng.random(count) < RETURNED), np.where(declined, 0, rating),
               reopened)  # fmt: skip
    return [Fate(*fate) for fate in zip(*(column.tolist() for column in columns), strict=True)]


def _ways(
    rng: np.random.Generator, rows: Sequence[Row], near: Flags, begins: Ints, by_grid: Flags
) -> tuple[Flags, Ints, Flags]:
    """Say what is settled on the spot, how far up the rest goes, and what leaves for a body."""
    count = len(rows)
    on_the_spot = np.where(near, np.where(by_grid, 0.94, 0.68), np.where(by_grid, 0.55, 0.18))
    settled = (rng.random(count) < on_the_spot) & (begins < CITY)
    edges = np.cumsum([REACH[bool(n)] for n in near], axis=1)
    reaches = np.maximum((rng.random(count)[:, None] > edges).sum(axis=1), begins)
    reaches = np.where(settled, begins, np.where(~near, np.maximum(reaches, COMMUNITY), reaches))
    may_leave = ~settled & np.array([bool(body_of(row)) for row in rows]) & (reaches > GRID)
    by_unit = may_leave & (rng.random(count) < np.where(near, 0.3, 0.93))
    return settled, reaches, by_unit


def _handled(
    rng: np.random.Generator, reported: Ints, due: Ints, soon: Flags, late: Flags, urgent: Flags,
    zone: ZoneInfo,
) -> Ints:  # fmt: skip
    """Return when the work is done: some share of the limit, or some time after it."""
    count, span = len(reported), due - reported
    share = np.where(soon, rng.beta(1.2, 6.0, count), rng.beta(1.7, 2.6, count))
    in_time = np.maximum(reported + 4 * MINUTE, reported + (span * share * 0.97).astype(np.int64))
    over = rng.exponential(0.35 * span + 5 * HOUR)
    too_late = due + 10 * MINUTE + np.minimum(over, 12 * DAY).astype(np.int64)
    handled = np.where(late, too_late, np.minimum(in_time, due - 30))
    midnight = int(datetime(2020, 1, 1, tzinfo=zone).timestamp())
    never = np.iinfo(np.int64).max
    awake = wake(rng, handled, np.where(late, never, due - 30), midnight)
    return np.where(urgent, handled, awake)


def _ratings(rng: np.random.Generator, troubled: Flags, by_grid: Flags) -> Ints:
    """Return one to five for those who will rate; what went badly is rated lower."""
    count = len(troubled)
    rated = rng.random(count) < RATED * np.where(by_grid, 0.55, 1.18)
    smooth = rng.choice(5, count, p=(0.025, 0.035, 0.10, 0.32, 0.52)) + 1
    rough = rng.choice(5, count, p=(0.17, 0.20, 0.26, 0.24, 0.13)) + 1
    return np.where(rated, np.where(troubled, rough, smooth), 0)
