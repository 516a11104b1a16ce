"""What became of areas: days on which the net changed, and who took over what, by households."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db.models import Count, QuerySet

from yige.base.access import within
from yige.kernel.codes import Level, level_of
from yige.territory import queries
from yige.territory.models import Division, Membership, Succession

MOST_DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Day:
    """An instant at which areas ended, and how many passed to others."""

    at: datetime
    ended: int
    begun: int

    @property
    def key(self) -> str:
        """The instant as an address writes it."""
        return _written(self.at)

    @property
    def before(self) -> datetime:
        """The last instant of what was before."""
        return self.at - timedelta(microseconds=1)

    @property
    def key_before(self) -> str:
        """The last instant of what was before, as an address writes it."""
        return _written(self.before)


@dataclass(frozen=True, slots=True)
class Passed:
    """The part of an area that passed to another, with the names they bore then."""

    old_code: str
    old_name: str
    new_code: str
    new_name: str
    households: int
    share: float
    at: datetime

    @property
    def percent(self) -> float:
        """The share in percent."""
        return round(100 * self.share, 1)


@dataclass(frozen=True, slots=True)
class Before:
    """The grid that held a unit before its present one, and since when it does no more."""

    code: str
    name: str
    changed_at: datetime


def days(area: str) -> list[Day]:
    """List the instants at which something in an area ended, the latest first."""
    found = (
        _of(area)
        .values("at")
        .annotate(ended=Count("old_code", distinct=True), begun=Count("new_code", distinct=True))
        .order_by("-at")[:MOST_DAYS]
    )
    return [Day(row["at"], row["ended"], row["begun"]) for row in found]


def passed(area: str, *, at: datetime | None = None) -> list[Passed]:
    """List what passed in an area, at one instant or ever, by (instant, old code)."""
    there = _of(area)
    if at is not None:
        there = there.filter(at=at)
    held = list(there.order_by("-at", "old_code", "-share", "new_code"))
    names = _Names({code for row in held for code in (row.old_code, row.new_code)})
    return [
        Passed(
            row.old_code,
            names(row.old_code, row.at, is_end=True),
            row.new_code,
            names(row.new_code, row.at, is_end=False),
            row.households,
            row.share,
            row.at,
        )
        for row in held
    ]


def became_of(code: str) -> list[Passed]:
    """List what an area passed to when it ended; empty where it is in force or unknown."""
    latest = Succession.objects.filter(old_code=code).order_by("-at").first()
    if latest is None:
        return []
    return [row for row in passed(code, at=latest.at) if row.old_code == code]


def main_forerunners(community: str, at: datetime) -> dict[str, str]:
    """Name the grid of a community that went on in each grid that began there at an instant."""
    rows = Succession.objects.filter(
        within(community, field="new_code"), within(community, field="old_code"), at=at
    ).order_by("-households", "old_code", "new_code")
    found: dict[str, str] = {}
    for old, new in rows.values_list("old_code", "new_code"):
        if new not in found and old not in found.values():
            found[new] = old
    return found


def before_of_unit(unit_code: str) -> Before | None:
    """Tell which grid held a unit before its present one."""
    held = Membership.objects.filter(unit__code=unit_code).order_by("-valid_from")
    spans = list(held.values_list("grid__code", "grid__name", "valid_from")[:2])
    if len(spans) < 2:
        return None
    (_, _, since), (code, name, _) = spans
    return Before(code, name, since)


def names_at(codes: Iterable[str], at: datetime) -> dict[str, str]:
    """Name areas as they were called at an instant; as they are called now where it is unknown."""
    wanted = list(codes)
    held = Division.objects.filter(queries.in_force(at), code__in=wanted)
    return queries.names_of(wanted) | dict(held.values_list("code", "name"))


class _Names:
    """Names of divisions by time; a grid has one name for all its time."""

    def __init__(self, codes: set[str]) -> None:
        divisions = [code for code in codes if level_of(code) is not Level.GRID]
        self._spans = list(Division.objects.filter(code__in=divisions)) if divisions else []
        self._plain = queries.names_of(codes)

    def __call__(self, code: str, at: datetime, *, is_end: bool) -> str:
        """Name an area that ended, or began, at an instant."""
        for span in self._spans:
            if span.code == code and (span.valid_until if is_end else span.valid_from) == at:
                return span.name
        return self._plain[code]


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _of(area: str) -> QuerySet[Succession]:
    if not area:
        return Succession.objects.all()
    return Succession.objects.filter(
        within(area, field="old_code") | within(area, field="new_code")
    )
