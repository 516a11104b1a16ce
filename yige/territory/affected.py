"""What adopting a plan would touch in the rooms above, which this room does not know.

    @affected("cases")
    def cases_affected(change: Change) -> dict[str, int]: ...

A room that says nothing still has its open rows counted, through `base.InArea`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db.models import CharField, Count, QuerySet, Value

from yige.base.access import within
from yige.base.models import InArea
from yige.kernel.codes import DIGITS, Level
from yige.territory.change import Change

Affected = Callable[[Change], dict[str, int]]
AFFECTED: dict[str, Affected] = {}
AT_ONCE = 500
"""Codes in one list of a query."""


def affected(room: str) -> Callable[[Affected], Affected]:
    """Register what a room says of a change, as numbers by name."""

    def register(count: Affected) -> Affected:
        AFFECTED[room] = count
        return count

    return register


def in_area_models() -> list[type[InArea]]:
    """List every table whose open rows move with the net."""
    return [model for model in apps.get_models() if issubclass(model, InArea)]


def touched(change: Change, *, area: str) -> dict[str, dict[str, int]]:
    """Count by room what a change in an area touches: open rows by table, and what rooms say."""
    if change.is_empty:
        return {}
    first, *others = [_lying(model, area) for model in in_area_models()]
    counted: Counter[tuple[str, str]] = Counter()
    for room, table, code, unit, many in first.union(*others, all=True):
        if _moves(change, code, unit):
            counted[room, table] += many
    found: dict[str, dict[str, int]] = {}
    for (room, table), number in counted.items():
        found.setdefault(room, {})[table] = number
    for room, count in AFFECTED.items():
        said = {name: number for name, number in count(change).items() if number}
        if said:
            found.setdefault(room, {}).update(said)
    return found


def rows_in(codes: Sequence[str]) -> dict[str, int]:
    """Count by table the open rows that lie in exactly these areas."""
    found: Counter[str] = Counter()
    for model in in_area_models():
        for some in in_parts(codes):
            found[model._meta.label_lower] += model.open_rows().filter(area_code__in=some).count()
    return {name: number for name, number in found.items() if number}


def _moves(change: Change, code: str, unit: str) -> bool:
    """Tell of an open row whether its grid ends, or its unit was in no grid until now."""
    if code in change.retired:
        return True
    return len(code) < DIGITS[Level.GRID] and change.planned.get(unit) in change.opened


def _lying(model: type[InArea], area: str) -> QuerySet[Any, Any]:
    """Count a table's open rows in an area, or in units of it, by code and unit."""
    name = model._meta
    there = model.open_rows().filter(within(area) | within(area, field="unit_code"))
    table = [Value(said, CharField()) for said in (name.app_label, str(name.model_name))]
    rows = there.order_by().values_list(*table, "area_code", "unit_code")
    counted: QuerySet[Any, Any] = rows.annotate(many=Count("pk"))
    return counted


def in_parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list into pieces that a query can take."""
    return (codes[start : start + AT_ONCE] for start in range(0, len(codes), AT_ONCE))
