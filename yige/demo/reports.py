"""When, where, about what and through which door the reports of a year come in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import shapely

from yige.demo.city import City
from yige.demo.courses import DAY, HOUR
from yige.demo.ground import Floats, Ints
from yige.demo.matters import DAY_AFTER, HOURS, rates, read_matters, surge

CASES = 25_000
SOURCES = ("hotline", "grid", "web", "desk", "open311")
SOURCE_SHARES = (0.24, 0.52, 0.14, 0.08, 0.02)
IN_VILLAGE, UNKNOWN_PLACE = 0.036, 0.014
DUG_UP_FOR, FROM_THERE = 5 * DAY, 0.22


@dataclass(frozen=True)
class Calls:
    """Reports as they come in: when and about what."""

    at: Ints  # seconds since 1970
    hour: Ints  # of the clock
    matter: Ints  # row of the matters
    storm: list[str]  # rain or snow where that is what it is about

    def between(self, begin: int, end: int) -> "Calls":
        """Return the reports from one instant until another."""
        kept = (self.at >= begin) & (self.at < end)
        storm = [kind for kind, is_kept in zip(self.storm, kept, strict=True) if is_kept]
        return Calls(self.at[kept], self.hour[kept], self.matter[kept], storm)


@dataclass(frozen=True)
class Spots:
    """Where it is: a unit or a village by row, -1 elsewhere; a point, nan when unknown."""

    unit: Ints
    village: Ints
    point: Floats


def storm_days(rng: np.random.Generator, days: list[date]) -> tuple[date, date]:
    """Choose the day of the July rainstorm and of the January snow, kept off the year's ends."""
    july = [day for day in days[3:-3] if day.month == 7 and 8 <= day.day <= 26]
    january = [day for day in days[3:-3] if day.month == 1 and 6 <= day.day <= 26]
    return july[int(rng.integers(len(july)))], january[int(rng.integers(len(january)))]


def draw_calls(
    rng: np.random.Generator,
    days: list[date],
    storms: Mapping[date, str],
    zone: ZoneInfo,
    cases: int,
) -> Calls:
    """Draw about so many reports over the days: by season, weekday, hour, and the storms."""
    plain = rates(
        np.array([day.month - 1 for day in days]), np.array([day.weekday() for day in days])
    )
    added, kind_on = _storms(days, storms)
    share = cases / CASES
    plain *= (cases - added.sum() * share) / plain.sum()
    counts = rng.poisson(plain + added * share)
    filled = np.nonzero(counts)
    row, matter = (np.repeat(column, counts[filled]) for column in filled)
    hour = _hours(rng, matter)
    midnight = [int(datetime(d.year, d.month, d.day, tzinfo=zone).timestamp()) for d in days]
    at = np.array(midnight)[row] + (hour * HOUR).astype(np.int64)
    order = np.argsort(at, kind="stable")
    is_stormy = added[row, matter] > 0
    storm = [
        kind_on[r] if s else ""
        for r, s in zip(row[order].tolist(), is_stormy[order].tolist(), strict=True)
    ]
    return Calls(at[order], hour[order].astype(np.int64), matter[order], storm)


def _storms(days: list[date], storms: Mapping[date, str]) -> tuple[Floats, dict[int, str]]:
    """Return what storms add by day and matter, and the kind of storm by day."""
    added = np.zeros((len(days), len(read_matters())))
    kind_on: dict[int, str] = {}
    for day, kind in storms.items():
        number = days.index(day)
        kind_on |= {number: kind, number + 1: kind}
        added[number] += surge(kind)
        added[number + 1] += surge(kind) * DAY_AFTER[kind]
    return added, kind_on


def _hours(rng: np.random.Generator, matter: Ints) -> Floats:
    """Draw the hour of the day, by what is reported."""
    table = np.array([HOURS[m.hours] for m in read_matters()], dtype=float)
    edges = np.cumsum(table / table.sum(axis=1, keepdims=True), axis=1)
    hour = (rng.random(len(matter))[:, None] > edges[matter]).sum(axis=1)
    drawn: Floats = hour + rng.random(len(matter))
    return drawn


def choose_places(rng: np.random.Generator, city: City, calls: Calls, *, end: int) -> Spots:
    """Choose where: homes by residents and by how much a compound reports, villages, nowhere.

    In the last days the largest compound is dug up for its pipes, and has much to report.
    """
    units, count = city.units, len(calls.at)
    talkative = rng.lognormal(0.0, 0.55, len(city.compounds.name))
    weight = units.residents.sum(axis=1) * talkative[units.compound]
    unit = rng.choice(len(units.code), count, p=weight / weight.sum())
    dug_up = np.nonzero(units.compound == np.bincount(units.compound).argmax())[0]
    is_about_it = (calls.at > end - DUG_UP_FOR) & (rng.random(count) < FROM_THERE)
    unit = np.where(is_about_it, rng.choice(dug_up, count), unit)
    dice = rng.random(count)
    people = city.villages.residents.sum(axis=1)
    village = rng.choice(len(people), count, p=people / people.sum())
    in_village = dice < IN_VILLAGE
    unknown = (dice >= IN_VILLAGE) & (dice < IN_VILLAGE + UNKNOWN_PLACE)
    unit[in_village | unknown] = -1
    village[~in_village] = -1
    return Spots(unit, village, _points(rng, city, unit, village))


def _points(rng: np.random.Generator, city: City, unit: Ints, village: Ints) -> Floats:
    """Return a point of the parcel, near the village's middle, or nothing."""
    parcels = city.units.outline
    middle = shapely.get_coordinates(shapely.centroid(parcels))
    bounds = shapely.bounds(parcels)
    size = (bounds[:, 2:] - bounds[:, :2]) * 0.3
    shift = rng.uniform(-1, 1, (len(unit), 2))
    point = np.full((len(unit), 2), np.nan)
    at_home, away = unit >= 0, village >= 0
    point[at_home] = middle[unit[at_home]] + shift[at_home] * size[unit[at_home]]
    point[away] = city.villages.seat[village[away]] + shift[away] * 0.0011
    return np.round(point, 7)


def choose_sources(rng: np.random.Generator, calls: Calls) -> list[str]:
    """Say how a report came in; grid workers and desks report by day."""
    chosen = rng.choice(len(SOURCES), len(calls.at), p=SOURCE_SHARES)
    asleep = (calls.hour < 7) | (calls.hour > 20)
    moved = rng.choice(2, len(chosen), p=(0.68, 0.32)) * 2
    chosen = np.where(asleep & np.isin(chosen, (1, 3)), moved, chosen)
    talk = np.array([m.where == "none" for m in read_matters()])[calls.matter]
    chosen = np.where(talk & (chosen == 1), 3, chosen)
    return [SOURCES[i] for i in chosen]
