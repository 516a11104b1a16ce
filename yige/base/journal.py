"""The journal: a gap-free chain of sealed entries, and the proof that nobody touched it.

A seal is the digest of the seal before it and of everything the entry says, its body and events
by their digests. So an entry that is edited, removed, inserted or moved breaks the chain at that
place, while a body whose purpose has ended may be blanked without breaking it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from yige.base import rows
from yige.base.crypto import KeyGone, canonical, digest, keyed_digest, unlock
from yige.base.models import Entry, Event, Head
from yige.kernel.results import Facts

BODY_KEY = "journal"
SEALED = (
    "position", "id", "at", "received_at", "account", "post", "role", "area_code", "command",
    "purpose", "outcome", "result", "body_digest", "events_digest",
)  # fmt: skip


class Told(NamedTuple):
    """An event before it has its place in the journal."""

    kind: str
    subject: UUID | None = None
    unit_code: str = ""
    area_code: str = ""
    facts: Facts = {}  # noqa: RUF012 - read only


@dataclass(frozen=True, slots=True)
class Flaw:
    """A place where the chain does not hold."""

    position: int
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: entries walked, bodies blanked by a rule, flaws."""

    entries: int
    blanked: int
    seal: str
    flaws: tuple[Flaw, ...]


def body_digest(text: str) -> str:
    """Return the digest that stands for a body (keyed: a phone number in it cannot be guessed)."""
    return keyed_digest(text, key=BODY_KEY, purpose="body")


def events_digest(told: Sequence[Mapping[str, Any]]) -> str:
    """Return the digest of an entry's events, in their order."""
    return digest(
        canonical([
            [e["n"], _in_utc(e["at"]), e["kind"], e["subject"], e["unit_code"], e["area_code"],
             e["facts"]]
            for e in told
        ])
    ) if told else ""  # fmt: skip


def seal_of(entry: Mapping[str, Any], *, previous: str) -> str:
    """Return the seal of an entry that stands behind the entry sealed `previous`."""
    return digest(previous + said_by(entry))


def said_by(entry: Mapping[str, Any]) -> str:
    """Write down everything an entry says, as its seal takes it."""
    said = [entry[name] for name in SEALED]
    said[2], said[3] = _in_utc(said[2]), _in_utc(said[3])
    return canonical(said)


def event_rows(told: Iterable[Told], *, position: int, at: datetime) -> list[dict[str, Any]]:
    """Give events their place."""
    return [
        {
            "position": position,
            "n": n,
            "at": at,
            "kind": event.kind,
            "subject": event.subject,
            "unit_code": event.unit_code,
            "area_code": event.area_code,
            "facts": canonical(event.facts),
        }
        for n, event in enumerate(told)
    ]


def append(entry: dict[str, Any], told: Sequence[Told]) -> dict[str, Any]:
    """Give a claimed entry its position and seal, and write its events.

    Runs last in the command's transaction: from here to the commit the head row is locked, so
    positions have no gaps and seals no forks.
    """
    position, previous = next_position()
    events = event_rows(told, position=position, at=entry["received_at"])
    entry |= {"position": position, "events_digest": events_digest(events)}
    entry["seal"] = seal_of(entry, previous=previous)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE base_entry SET position = %s, outcome = %s, result = %s, events_digest = %s,"
            " seal = %s WHERE id = %s",
            [position, entry["outcome"], entry["result"], entry["events_digest"], entry["seal"],
             rows.as_key(entry["id"])],
        )  # fmt: skip
        cursor.execute("UPDATE base_head SET seal = %s WHERE id = 1", [entry["seal"]])
    if events:
        rows.insert(Event, events)
    return entry


def next_position() -> tuple[int, str]:
    """Lock the head and return (the next position, the seal before it)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE base_head SET position = position + 1 WHERE id = 1 RETURNING position, seal"
        )
        found = cursor.fetchone()
    if found is None:
        Head.objects.get_or_create(id=1)
        return next_position()
    return found[0], found[1]


Ready = tuple[str, list[Any], list[list[Any]]]
"""An entry that waits for its seal: what it says, its columns, and the columns of its events."""


def ready(entry: dict[str, Any], events: Sequence[dict[str, Any]], *, position: int) -> Ready:
    """Prepare an entry and its events for `append_ready`, at the position it will have."""
    entry |= {"position": position, "events_digest": events_digest(events), "seal": ""}
    event_values = rows.table_of(Event).values
    return said_by(entry), rows.table_of(Entry).values(entry), [event_values(e) for e in events]


def append_ready(entries: Iterable[Ready]) -> int:
    """Seal many prepared entries, in their order, and write them; return the last position.

    Runs in the transaction that asked `head_position` for the positions.
    """
    seal_column = rows.table_of(Entry).names.index("seal")
    head = Head.objects.get(id=1)
    all_entries: list[list[Any]] = []
    all_events: list[list[Any]] = []
    for said, values, events in entries:
        head.seal = values[seal_column] = digest(head.seal + said)
        all_entries.append(values)
        all_events += events
    head.position += len(all_entries)
    rows.load_values(Entry, all_entries)
    rows.load_values(Event, all_events)
    head.save(update_fields=["position", "seal"])
    return head.position


def append_many(entries: Iterable[tuple[dict[str, Any], Sequence[Told]]]) -> int:
    """Write many new entries with their events as if each came alone; return the last position.

    `entries` are (entry without position, seal and events digest; its events).
    """
    with transaction.atomic():
        numbered = enumerate(entries, start=head_position() + 1)
        return append_ready(
            ready(entry, event_rows(told, position=n, at=entry["received_at"]), position=n)
            for n, (entry, told) in numbered
        )


def head_position() -> int:
    """Lock the head until the transaction ends and return the last position."""
    Head.objects.get_or_create(id=1)
    return Head.objects.select_for_update().values_list("position", flat=True).get(id=1)


def verify(*, known: Mapping[int, str] | None = None) -> Verdict:
    """Walk the whole chain and report each place where it does not hold.

    `known` are exported heads (position: seal): a journal that was cut off or made anew as a
    whole agrees with itself, but not with them. It walks to the head of the moment it began, so
    the city may go on meanwhile.
    """
    known, flaws = known or {}, []
    head = Head.objects.filter(id=1).first() or Head(position=0, seal="")
    previous, expected, blanked = "", 1, 0
    for entry, events in _entries_with_events(until=head.position):
        position = entry["position"]
        if position != expected:
            flaws.append(Flaw(expected, "missing" if position > expected else "repeated"))
        if events_digest(events) != entry["events_digest"]:
            flaws.append(Flaw(position, "events"))
        if seal_of(entry, previous=previous) != entry["seal"]:
            flaws.append(Flaw(position, "seal"))
        if entry["body"] is None:
            blanked += 1
            if not entry["body_gone_by"]:
                flaws.append(Flaw(position, "body removed without a rule"))
        elif not _is_body(entry):
            flaws.append(Flaw(position, "body"))
        if known.get(position, entry["seal"]) != entry["seal"]:
            flaws.append(Flaw(position, "differs from the exported head"))
        previous, expected = entry["seal"], position + 1
    last = expected - 1
    flaws += [Flaw(p, "missing, but an exported head names it") for p in known if p > last]
    if (head.position, head.seal) != (last, previous):
        flaws.append(Flaw(last, "head"))
    flaws += _flaws_behind_the_head()
    return Verdict(last, blanked, previous, tuple(flaws))


def _flaws_behind_the_head() -> list[Flaw]:
    """Find rows that no head stands for: read before the head, which moves in their commit."""
    entry = Entry.objects.aggregate(last=Max("position"))["last"] or 0
    event = Event.objects.aggregate(last=Max("position"))["last"] or 0
    head = Head.objects.filter(id=1).values_list("position", flat=True).first() or 0
    flaws = [Flaw(entry, "head")] if entry > head else []
    if event > max(head, entry):
        flaws.append(Flaw(event, "events without entry"))
    if Entry.objects.filter(position=None).exists():
        flaws.append(Flaw(0, "entry without position"))
    return flaws


def _is_body(entry: Mapping[str, Any]) -> bool:
    try:
        body = unlock(entry["body"], key=BODY_KEY)
    except KeyGone:
        raise
    except Exception:  # noqa: BLE001 - whatever breaks the decryption, the body was touched
        return False
    return body_digest(body) == str(entry["body_digest"])


def _entries_with_events(*, until: int) -> Iterator[tuple[Any, list[Any]]]:
    entries = Entry.objects.filter(position__lte=until).order_by("position").values()
    told = Event.objects.filter(position__lte=until).order_by("position", "n").values()
    grouped = groupby(told.iterator(chunk_size=2000), key=lambda event: event["position"])
    waiting = next(grouped, None)
    for entry in entries.iterator(chunk_size=2000):
        events: list[Any] = []
        while waiting is not None and waiting[0] <= entry["position"]:
            events += list(waiting[1])
            waiting = next(grouped, None)
        yield entry, events


def _in_utc(at: datetime) -> datetime:
    """Put an instant into UTC, so that it is written alike wherever it came from."""
    return at if at.tzinfo is UTC else at.astimezone(UTC)
