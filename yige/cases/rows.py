"""Rows of cases as lists show them: frozen, named, without a hidden query."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language

from yige.base.snapshot import Snapshot
from yige.cases import categories
from yige.cases.models import Case
from yige.cases.words import STATE_NAMES
from yige.territory import queries as territory

EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A case on a list."""

    id: UUID
    number: str
    category: str
    category_name: str
    state: str
    state_name: str
    level: str
    area_code: str
    area_name: str
    address: str
    excerpt: str
    received_at: datetime
    respond_by: datetime | None
    finish_by: datetime | None
    act_by: datetime | None
    is_provisional: bool
    closed_at: datetime | None
    is_overdue: bool
    is_due_soon: bool
    is_urgent: bool
    is_supervised: bool
    is_restricted: bool
    organisation: UUID | None
    reworks: int
    reopened: int
    echoes: int
    version: int


def rows_of(cases: Iterable[Case], *, held: Snapshot, now: datetime) -> list[Row]:
    """Turn cases into rows, with the names of their areas and categories."""
    found = list(cases)
    names = territory.names_of({case.area_code for case in found}, full=True) if found else {}
    return [_row(case, names, held, now) for case in found]


def category_name(code: str, held: Snapshot) -> str:
    """Return a category's name in the language in force; the code where nobody knows it."""
    known = categories.known(held).get(code)
    return known.name(get_language() or "zh-hans") if known else code


def state_name(state: str) -> str:
    """Return a state's name in the language in force; its own word where a city added it."""
    return str(STATE_NAMES.get(state, state))


def _row(case: Case, names: Mapping[str, str], held: Snapshot, now: datetime) -> Row:
    runs = case.closed_at is None and case.handled_at is None
    return Row(
        case.id,
        case.number,
        case.category,
        category_name(case.category, held),
        case.state,
        state_name(case.state),
        case.level,
        case.area_code,
        names.get(case.area_code, case.area_code),
        case.address,
        case.text[:EXCERPT],
        case.received_at,
        case.respond_by,
        case.finish_by,
        case.act_by,
        case.is_provisional,
        case.closed_at,
        bool(runs and case.finish_by and case.finish_by < now),
        bool(runs and case.attention == 1),
        case.is_urgent,
        case.is_supervised,
        case.is_restricted,
        case.organisation,
        case.reworks,
        case.reopened,
        case.echoes,
        case.version,
    )
