"""A year of reports and of what became of them, as columns, ending at a given instant."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np

from yige.base.calendar import Calendar
from yige.cases.categories import SHIPPED, read_rows
from yige.cases.limits import end_of
from yige.demo.city import City, fingerprint
from yige.demo.courses import DAY, LEVELS, Fate, moves_of
from yige.demo.fates import Row, body_of, decide_fates, limit_of
from yige.demo.ground import Flags, Floats, Ints
from yige.demo.matters import read_matters
from yige.demo.phrases import reason_for, result_of, write_texts
from yige.demo.reports import (
    CASES,
    choose_places,
    choose_sources,
    draw_calls,
    storm_days,
)
from yige.demo.seeds import stream

DAYS = 365
ENDINGS = ("close", "rate", "decline")


@dataclass(frozen=True)
class Steps:
    """Every step of every case that was taken before the year's end, by case and time."""

    case: Ints
    verb: list[str]
    by: list[str]  # grid, community, town, city or unit: whose step it was
    at: Ints
    reason: list[str]  # why, where a step asks for it; how, for done and settle


@dataclass(frozen=True)
class Year:
    """Cases in the order of their reports. Times are whole seconds since 1970, UTC."""

    begins_at: int
    until: int
    reported_at: Ints
    category: list[str]
    source: list[str]
    text: list[str]
    unit: Ints  # row of the city's units, -1 elsewhere
    village: Ints  # row of its villages, -1 elsewhere
    point: Floats  # (n, 2), nan where nobody knew the place
    handler: list[str]  # the body it goes to, as the categories write it; else empty
    level: list[str]  # the highest desk it has come to
    due_at: Ints
    handled_at: Ints  # when it was last reported done, -1 when that is still to come
    closed_at: Ints  # when it ended, -1 while it is open
    rating: Ints  # 1 to 5, 0 for none
    rainstorm_on: date
    snow_on: date
    steps: Steps

    @property
    def is_open(self) -> Flags:
        """Say which cases are still open at the year's end."""
        still: Flags = self.closed_at < 0
        return still

    def fingerprint(self) -> str:
        """Return a digest of the whole year: the same for the same seed and end."""
        return fingerprint(self)


def build_year(city: City, *, until: datetime, calendar: Calendar, cases: int = CASES) -> Year:
    """Make the year of a city that ends at `until`; limits run over the calendar."""
    rng = stream(city.seed, "year")
    end = int(until.timestamp())
    today = until.astimezone(calendar.zone).date()
    days = [today - timedelta(days=back) for back in range(DAYS, -1, -1)]
    rain, snow = storm_days(rng, days)
    calls = draw_calls(rng, days, {rain: "rain", snow: "snow"}, calendar.zone, cases)
    calls = calls.between(end - DAYS * DAY, end)
    spots = choose_places(rng, city, calls, end=end)
    source = choose_sources(rng, calls)
    table = read_rows(SHIPPED.read_text("utf-8"))
    codes = [read_matters()[matter].code for matter in calls.matter.tolist()]
    rows = [table[code] for code in codes]
    due = _due(calls.at, rows, calendar)
    by_grid = np.array([word == "grid" for word in source])
    fates = decide_fates(rng, calls, spots, by_grid, rows, due, calendar.zone)
    steps = _take_steps(rng, fates, codes, end)
    text = write_texts(rng, read_matters(), calls.matter, source, calls.storm)
    handler = [body_of(row) if fate.by_unit else "" for row, fate in zip(rows, fates, strict=True)]
    handled = np.array([fate.handled_at for fate in fates])
    return Year(
        begins_at=end - DAYS * DAY, until=end, reported_at=calls.at, category=codes, source=source,
        text=text, unit=spots.unit, village=spots.village, point=spots.point, handler=handler,
        level=_highest(fates, steps), due_at=due, handled_at=np.where(handled < end, handled, -1),
        closed_at=_closed(steps, len(fates)), rating=_rated(fates, steps), rainstorm_on=rain,
        snow_on=snow, steps=steps,
    )  # fmt: skip


def _due(at: Ints, rows: Sequence[Row], calendar: Calendar) -> Ints:
    ends = (
        end_of(limit_of(row), datetime.fromtimestamp(moment, UTC), calendar).at
        for row, moment in zip(rows, at.tolist(), strict=True)
    )
    return np.array([int(end.timestamp()) for end in ends], dtype=np.int64)


def _take_steps(
    rng: np.random.Generator, fates: Sequence[Fate], codes: Sequence[str], end: int
) -> Steps:
    """Let every case go its way until the end."""
    dice = rng.random((len(fates), 10)).tolist()
    rows: list[tuple[int, str, str, int, str]] = []
    for case, (fate, rolls) in enumerate(zip(fates, dice, strict=True)):
        for verb, level, at in moves_of(fate, rolls):
            if at >= end:
                break
            said = (
                result_of(codes[case], rolls[8])
                if verb in ("done", "settle")
                else reason_for(verb, rolls[9])
            )
            rows.append((case, verb, LEVELS[level], at, said))
    case_of, verbs, by, times, reasons = zip(*rows, strict=True)
    return Steps(np.array(case_of), list(verbs), list(by), np.array(times), list(reasons))


def _highest(fates: Sequence[Fate], steps: Steps) -> list[str]:
    """Return the highest desk each case has come to so far."""
    handed_up = steps.case[[verb == "hand_up" for verb in steps.verb]]
    level = np.bincount(handed_up, minlength=len(fates))
    level += np.array([fate.begins_at for fate in fates])
    return [LEVELS[row] for row in level.tolist()]


def _closed(steps: Steps, cases: int) -> Ints:
    """Return when each case ended, -1 where it goes on or goes on again."""
    closed = np.full(cases, -1, dtype=np.int64)
    for case, verb, at in zip(steps.case.tolist(), steps.verb, steps.at.tolist(), strict=True):
        if verb == "reopen":
            closed[case] = -1
        elif verb in ENDINGS and closed[case] < 0:
            closed[case] = at
    return closed


def _rated(fates: Sequence[Fate], steps: Steps) -> Ints:
    rating = np.zeros(len(fates), dtype=np.int64)
    for case, verb in zip(steps.case.tolist(), steps.verb, strict=True):
        if verb == "rate":
            rating[case] = fates[case].rating
    return rating
