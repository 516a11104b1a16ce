"""What adopting a plan would touch in the rooms above, which this room does not know.

    @affected("cases")
    def cases_affected(change: Change) -> dict[str, int]: ...

A room that says nothing still has its open rows counted, through `base.InArea`.
"""

from collections.abc import Callable, Iterator, Sequence

from django.apps import apps
from django.db.models import QuerySet
from django.db.models.functions import Length

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


def touched(change: Change) -> dict[str, dict[str, int]]:
    """Count by room what a change touches: its open rows by table, and what it says itself."""
    found: dict[str, dict[str, int]] = {}
    for model in in_area_models():
        number = sum(rows.count() for rows in _moving(model, change))
        if number:
            name = str(model._meta.model_name)
            found.setdefault(model._meta.app_label, {})[name] = number
    for room, count in AFFECTED.items():
        said = {name: number for name, number in count(change).items() if number}
        if said:
            found.setdefault(room, {}).update(said)
    return found


def _moving(model: type[InArea], change: Change) -> Iterator[QuerySet[InArea]]:
    """Select the open rows of ended grids, and those whose unit was in no grid until now."""
    for some in in_parts(sorted(change.retired)):
        yield model.open_rows().filter(area_code__in=some)
    above = model.open_rows().annotate(_digits=Length("area_code"))
    units = [unit for unit, label in change.planned.items() if label in change.opened]
    for some in in_parts(sorted(units)):
        yield above.filter(unit_code__in=some, _digits__lt=DIGITS[Level.GRID])


def in_parts(codes: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list into pieces that a query can take."""
    return (codes[start : start + AT_ONCE] for start in range(0, len(codes), AT_ONCE))
