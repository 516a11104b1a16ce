"""Who did what: the journal as the audit administrator reads it. Bodies stay closed."""

from dataclasses import dataclass, field
from datetime import datetime
from json import loads
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet

from yige.base import listeners
from yige.base.access import NOTHING, Actor, Role, within
from yige.base.models import Account, Cursor, Deferral, Entry, Event, Job
from yige.base.proof import VERIFY
from yige.kernel.errors import Missing

PAGE = 50


class NoSuchEntry(Missing):
    """No entry stands at this position, or the actor is no audit administrator."""

    code = "base.no_such_entry"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted; what is empty does not matter."""

    command: str = ""
    user_name: str = ""
    role: str = ""
    area: str = ""
    outcome: str = ""
    received_from: datetime | None = None
    received_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An entry in a list."""

    position: int
    id: UUID
    at: datetime
    received_at: datetime
    command: str
    role: str
    who: str
    area_code: str
    outcome: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Told:
    """An event of an entry."""

    kind: str
    subject: UUID | None
    area_code: str
    unit_code: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Whole:
    """An entry with its result, seal and events."""

    line: Line
    result: dict[str, Any]
    seal: str
    body_digest: str
    body_gone_by: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """How the house behind the pages is: listeners, jobs, what waits for a holder."""

    lag: dict[str, int]
    errors: dict[str, str]
    jobs: dict[str, int]
    oldest_waiting_at: datetime | None
    dead: tuple[tuple[UUID, str, str], ...] = ()
    deferred: int = 0
    last_walk: dict[str, Any] = field(default_factory=dict)
    walked_at: datetime | None = None
    walk_id: UUID | None = None


def visible_entries(actor: Actor) -> QuerySet[Entry]:
    """The whole journal to the audit administrator, nothing to anybody else."""
    if actor.holds(Role.AUDIT_ADMIN, Role.SYSTEM):
        return Entry.objects.filter(position__isnull=False)
    return Entry.objects.filter(NOTHING)


def lines(
    actor: Actor, asked: Asked, *, before: int | None = None, most: int = PAGE
) -> list[Line]:
    """List entries, the latest first, from a position downwards."""
    found = visible_entries(actor)
    if before is not None:
        found = found.filter(position__lt=before)
    plain = {"command": asked.command, "role": asked.role, "outcome": asked.outcome}
    found = found.filter(**{name: value for name, value in plain.items() if value})
    if asked.area:
        found = found.filter(within(asked.area))
    if asked.user_name:
        account = Account.objects.filter(username=asked.user_name).first()
        found = found.filter(account=account.id) if account else found.none()
    if asked.received_from:
        found = found.filter(received_at__gte=asked.received_from)
    if asked.received_until:
        found = found.filter(received_at__lt=asked.received_until)
    entries = list(found.order_by("-position").defer("body", "result")[:most])
    names = _names({entry.account for entry in entries if entry.account})
    return [_line(entry, names) for entry in entries]


def whole(actor: Actor, position: int) -> Whole:
    """Return one entry, or raise NoSuchEntry."""
    entry = visible_entries(actor).filter(position=position).first()
    if entry is None:
        raise NoSuchEntry(position=position)
    told = Event.objects.filter(position=position).order_by("n")
    names = _names({entry.account} if entry.account else set())
    return Whole(
        _line(entry, names),
        loads(entry.result or "{}"),
        entry.seal,
        entry.body_digest,
        entry.body_gone_by,
        tuple(Told(e.kind, e.subject, e.area_code, e.unit_code, loads(e.facts)) for e in told),
    )


def health() -> Health:
    """Look at listeners and jobs, and at the last walk over the journal."""
    by_state = Job.objects.filter(state__in=(*Job.OPEN, Job.DEAD)).values_list("state")
    told = by_state.annotate(number=Count("id"), first=Min("due_at"))
    counted = {state: (number, first) for state, number, first in told}
    dead = Job.objects.filter(state=Job.DEAD).order_by("-ended_at")[:20]
    walk = Job.objects.filter(kind=VERIFY, state=Job.DONE).order_by("-ended_at").first()
    return Health(
        lag=listeners.lag(),
        errors=dict(Cursor.objects.exclude(error="").values_list("listener", "error")),
        jobs={state: counted.get(state, (0, None))[0] for state in (*Job.OPEN, Job.DEAD)},
        oldest_waiting_at=counted.get(Job.WAITING, (0, None))[1],
        dead=tuple((each.id, each.kind, each.error[:200]) for each in dead),
        deferred=Deferral.objects.filter(state=Deferral.WAITING).count(),
        last_walk=loads(walk.result) if walk else {},
        walked_at=walk.ended_at if walk else None,
        walk_id=walk.id if walk else None,
    )


def _names(accounts: set[UUID]) -> dict[UUID, str]:
    found = Account.objects.filter(id__in=accounts).values_list("id", "name", "username")
    return {account: f"{name} ({username})" for account, name, username in found}


def _line(entry: Entry, names: dict[UUID, str]) -> Line:
    return Line(
        entry.position or 0,
        entry.id,
        entry.at,
        entry.received_at,
        entry.command,
        entry.role,
        names.get(entry.account, "") if entry.account else "",
        entry.area_code,
        entry.outcome,
        entry.purpose,
    )
