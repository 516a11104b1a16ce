"""How much work a unit makes: minutes a year, from counts with visible weights.

    @work_source("cases", label=_("case of the last year"), minutes=45, source="…")
    def cases_by_unit(area: str, since: datetime, until: datetime) -> Mapping[str, int]: ...

A unit's work is the sum over all sources of its count times the minutes of one. The minutes are
settings of the city. Rooms above register what they count; nothing is known of a single person.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from yige.base import city
from yige.base.access import within
from yige.territory.ground import Ints
from yige.territory.models import Unit
from yige.territory.queries import in_force

YEAR: Final = timedelta(days=365)
Count = Callable[[str, datetime, datetime], Mapping[str, int]]
COUNTS: dict[str, Count] = {}


@dataclass(frozen=True, slots=True)
class Weight:
    """What one of something is counted as: minutes of work a year."""

    name: str
    label: str | Promise
    minutes: int


def work_source(
    name: str, *, label: str | Promise, minutes: int, source: str
) -> Callable[[Count], Count]:
    """Register what makes work: a count by unit code, and the minutes that one of it takes."""
    city.declare(f"territory.minutes_{name}", minutes, label=label, source=source)

    def register(count: Count) -> Count:
        COUNTS[name] = count
        return count

    return register


def weights() -> list[Weight]:
    """List what is counted and the minutes in force."""
    return [
        Weight(name, city.DECLARED[_setting(name)].label, int(city.setting(_setting(name))))
        for name in COUNTS
    ]


def minutes_of(codes: Sequence[str], area: str, *, at: datetime) -> Ints:
    """Return the work of each unit in minutes a year, counted over the year before."""
    place = {code: number for number, code in enumerate(codes)}
    minutes = np.zeros(len(codes))
    for weight in weights():
        for code, number in COUNTS[weight.name](area, at - YEAR, at).items():
            if code in place:
                minutes[place[code]] += weight.minutes * number
    return np.rint(np.maximum(minutes, 0)).astype(np.int64)


def _setting(name: str) -> str:
    return f"territory.minutes_{name}"


def _column(area: str, at: datetime, column: str) -> dict[str, int]:
    there = Unit.objects.filter(within(area, field="community_code"), in_force(at))
    return dict(there.values_list("code", column))


@work_source("household", label=_("Minutes of work a year for a household"), minutes=20,
             source="Two visits of ten minutes")  # fmt: skip
def households(area: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """Count households."""
    return _column(area, until, "households")


@work_source("old", label=_("Minutes of work a year for a resident of 80 or more"), minutes=120,
             source="A visit of ten minutes each month")  # fmt: skip
def residents_of_80(area: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """Count residents of 80 or more."""
    return _column(area, until, "age_80_up")


@work_source("floor", label=_("Minutes of work a year for a floor of a stairwell"), minutes=24,
             source="A round of two minutes each month")  # fmt: skip
def floors(area: str, since: datetime, until: datetime) -> Mapping[str, int]:
    """Count floors: each is a landing to look at."""
    return _column(area, until, "floors")
