"""Paper that is no longer true: after another holder, grid or list of doors, or its day."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Max

from yige.base.access import within
from yige.homes.contents import contents_of
from yige.homes.heirs import heirs_of
from yige.homes.models import Print, Run
from yige.homes.pieces import in_pieces
from yige.territory import queries

EXPIRED, ENDED, REVOKED, CHANGED = "expired", "ended", "revoked", "changed"
KINDS: Final = tuple(kind for kind, _ in Run.KINDS)


@dataclass(frozen=True, slots=True)
class Stale:
    """The last print about a grid that has gone stale, why, and the grids to print instead."""

    number: str
    kind: str
    grid_code: str
    grid_name: str
    printed_at: datetime
    expires_at: datetime
    reasons: tuple[str, ...]
    instead: tuple[str, ...]


def stale_prints(area: str, *, at: datetime, kinds: Iterable[str] = KINDS) -> list[Stale]:
    """List the last print of each kind about each grid of an area where it has gone stale.

    Paper about an ended grid is settled when each grid that took over was printed after it.
    """
    return [stale for kind in kinds for stale in _of_kind(area, kind, at)]


def to_print_again(area: str, kind: str, *, at: datetime) -> list[str]:
    """List the grids in force that stale paper of an area calls for, by code."""
    return sorted({grid for stale in _of_kind(area, kind, at) for grid in stale.instead})


def never_printed(area: str, kind: str, *, at: datetime) -> int:
    """Count the grids in force of an area about which nothing of a kind was ever printed."""
    grids = {grid.code for grid in queries.grids_at(area, at)}
    there = Print.objects.filter(within(area, field="grid_code"), kind=kind)
    return len(grids - set(there.values_list("grid_code", flat=True)))


def latest(area: str, kind: str) -> dict[str, Print]:
    """Return the last print of a kind about each grid of an area."""
    there = Print.objects.filter(within(area, field="grid_code"), kind=kind).order_by()
    last = there.values("grid_code").annotate(last=Max("id")).values("last")
    return {each.grid_code: each for each in Print.objects.filter(id__in=last).select_related(
        "card")}  # fmt: skip


def _of_kind(area: str, kind: str, at: datetime) -> list[Stale]:
    prints = latest(area, kind)
    ended = [grid for grid in prints if not _in_force(grid)]
    heirs = heirs_of(ended)
    today = contents_of(kind, [grid for grid in prints if grid not in heirs], at=at)
    says = {grid: content.says for grid, content in today.items()}
    found = [_judged(each, prints, heirs, says, at) for _, each in sorted(prints.items())]
    return [stale for stale in found if stale is not None]


def _judged(
    last: Print,
    prints: Mapping[str, Print],
    heirs: Mapping[str, Mapping[str, float]],
    says: Mapping[str, str],
    at: datetime,
) -> Stale | None:
    """Say what is stale about a print, if anything."""
    grid = last.grid_code
    reasons = []
    if grid in heirs:
        unprinted = sorted(
            heir for heir in heirs[grid] if heir not in prints or prints[heir].pk < last.pk
        )
        instead = tuple(unprinted)
        if not unprinted:
            return None
        reasons.append(ENDED)
    else:
        instead = (grid,)
    if last.card is not None and last.card.revoked_at is not None:
        reasons.append(REVOKED)
    elif grid in says and says[grid] != last.says:
        reasons.append(CHANGED)
    if last.expires_at <= at:
        reasons.append(EXPIRED)
    if not reasons:
        return None
    name = queries.name_of(grid)
    return Stale(last.number, last.kind, grid, name, last.printed_at, last.expires_at,
                 tuple(reasons), instead)  # fmt: skip


def _in_force(grid: str) -> bool:
    return queries.is_area(grid) and queries.area(grid).is_current


def good_prints(grids: Iterable[str], *, at: datetime) -> dict[str, int]:
    """Count by kind the grids about which a print is good at an instant."""
    counted: Counter[str] = Counter()
    for some in in_pieces(sorted(grids)):
        there = Print.objects.filter(grid_code__in=some, expires_at__gt=at).order_by()
        rows = there.values_list("kind").annotate(Count("grid_code", distinct=True))
        counted.update(dict(rows))
    return dict(counted)
