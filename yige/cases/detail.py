"""One case as pages and the API may know it: for staff, and for its reporter."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from json import loads
from typing import Any, Final
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from yige.base import snapshot
from yige.base.access import Actor, Role
from yige.base.files import file_of
from yige.base.models import Account, Entry, Event, StoredFile
from yige.base.snapshot import Snapshot
from yige.cases import access, workflow
from yige.cases.errors import NotRevealed
from yige.cases.models import Attachment, Case, ClockSpan, Note
from yige.cases.pieces import Answer, Contact, Photo, in_full, pieces_of, reporters_of
from yige.cases.rows import Row, rows_of, state_name
from yige.cases.words import LEVEL_NAMES, SOURCE_NAMES, VERB_NAMES
from yige.kernel.codes import Level, part
from yige.people.holders import desk_of
from yige.people.models import Organisation
from yige.people.roles import ROLE_NAMES
from yige.territory import queries as territory

REVEALED_FOR: Final = timedelta(minutes=10)
PUBLIC_VERBS: Final = frozenset({
    "open", "accept", "decline", "settle", "check", "file", "not_file", "handle", "hand_up",
    "hand_down", "dispatch", "sign", "done", "verify", "rework", "close", "rate", "reopen",
    "withdraw", "void", "merge", "park", "resume", "extend", "escalate", "take_back", "note",
})  # fmt: skip
REPORTERS_VERBS: Final = ("rate", "reopen", "withdraw", "note")


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a case, from the journal."""

    at: datetime
    verb: str
    verb_name: str
    by: str
    role_name: str
    state: str
    state_name: str
    level_name: str
    words: str
    is_public: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """An interval of a clock: running or paused."""

    clock: str
    is_running: bool
    started_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Detail:
    """A case for staff. `may` are the verbs this reader may use now."""

    row: Row
    text: str
    lon: float | None
    lat: float | None
    unit_code: str
    source_name: str
    holder_name: str
    holder_title: str
    organisation_name: str
    parked_until: datetime | None
    steps: tuple[StepRow, ...]
    clocks: tuple[Clock, ...]
    photos: tuple[Photo, ...]
    answers: tuple[Answer, ...]
    contacts: tuple[Contact, ...]
    merged_into: UUID | None
    merged: tuple[tuple[UUID, str], ...]
    may: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tracking:
    """A case for its reporter: no names of staff, no other reporter."""

    id: UUID
    number: str
    category_name: str
    state: str
    state_name: str
    text: str
    area_name: str
    address: str
    holder: str
    received_at: datetime
    respond_by: datetime | None
    finish_by: datetime | None
    is_provisional: bool
    closed_at: datetime | None
    rating: int | None
    is_solved: bool | None
    echoes: int
    merged_into: str
    steps: tuple[StepRow, ...]
    may: tuple[str, ...]


def detail(actor: Actor, case_id: UUID, *, now: datetime, with_clocks: bool = True) -> Detail:
    """Return one case with all its steps, or raise NoSuchCase."""
    case = access.case_for(actor, case_id)
    held = snapshot.take()
    holder = None if case.level == "unit" else _holder(case, now)
    pieces = pieces_of(case, actor)
    return Detail(
        row=rows_of([case], held=held, now=now)[0],
        text=case.text,
        lon=case.lon,
        lat=case.lat,
        unit_code=case.unit_code,
        source_name=str(SOURCE_NAMES.get(case.source, case.source)),
        holder_name=holder.name if holder else "",
        holder_title=holder.title if holder else "",
        organisation_name=_organisation(case) if case.level == "unit" else "",
        parked_until=case.parked_until,
        steps=steps_of(case.id),
        clocks=_clocks(case.id) if with_clocks else (),
        photos=pieces.photos,
        answers=pieces.answers,
        contacts=pieces.contacts,
        merged_into=case.merged_into,
        merged=pieces.merged,
        may=verbs_for(actor, case, held),
    )


def tracking(case_id: UUID, *, now: datetime) -> Tracking:
    """Return a case for its reporter, whose number and secret were found right."""
    case = Case.objects.get(id=case_id)
    held = snapshot.take()
    row = rows_of([case], held=held, now=now)[0]
    table = workflow.table_of(case.workflow, held)
    leads = {verb for verb in REPORTERS_VERBS if case.state in table.rules[verb].moves}
    if case.closed_at is None:
        leads.add("note")
    return Tracking(
        id=case.id,
        number=case.number,
        category_name=row.category_name,
        state=case.state,
        state_name=row.state_name,
        text=case.text,
        area_name=row.area_name,
        address=case.address,
        holder=_desk_name(case),
        received_at=case.received_at,
        respond_by=case.respond_by,
        finish_by=case.finish_by,
        is_provisional=case.is_provisional,
        closed_at=case.closed_at,
        rating=case.rating,
        is_solved=case.is_solved,
        echoes=case.echoes,
        merged_into=_number(case.merged_into),
        steps=tuple(step for step in steps_of(case.id, is_public=True)),
        may=tuple(verb for verb in REPORTERS_VERBS if verb in leads),
    )


def photo_of(actor: Actor, case_id: UUID, file: UUID) -> StoredFile | None:
    """Return a file that hangs on a case which the actor may read."""
    case = access.case_for(actor, case_id)
    if not Attachment.objects.filter(case=case, file=file).exists():
        return None
    return file_of(file)


def steps_of(case: UUID, *, is_public: bool = False) -> tuple[StepRow, ...]:
    """List a case's steps from the journal, the first first.

    The public ones show roles instead of names, and the words that were meant to be read.
    """
    rows, state, level = [], "", ""
    for event in _told(case):
        facts = loads(event.facts)
        state, level = facts.get("state", state), facts.get("level", level)
        if is_public and not _is_for_the_reporter(facts, event):
            continue
        rows.append(_step(event, facts, state, level, is_public=is_public))
    return tuple(rows)


def verbs_for(actor: Actor, case: Case, held: Snapshot) -> tuple[str, ...]:
    """List the verbs an actor may use with a case now."""
    table = workflow.table_of(case.workflow, held)
    row = {
        "area_code": case.area_code,
        "organisation": case.organisation,
        "level": case.level,
        "returns_to": case.returns_to,
        "opened_by": case.opened_by,
        "is_restricted": case.is_restricted,
    }
    is_reporter = access.is_own(actor, row)
    if not access.sees(actor, row):
        return ()
    return tuple(
        verb
        for verb, rule in table.rules.items()
        if (case.state in rule.moves or (rule.stays and case.closed_at is None))
        and access.may_step(actor, verb, row, table, is_reporter=is_reporter)
    )


def contacts(actor: Actor, case_id: UUID, command: UUID, *, now: datetime) -> tuple[Contact, ...]:
    """Return the reporters' contacts in full, after `cases.reveal_contact` (by its command id).

    Raises NotRevealed when the command is another's, about another case, or ten minutes old.
    """
    asked = Entry.objects.filter(
        id=command,
        command="cases.reveal_contact",
        account=actor.account,
        received_at__gte=now - REVEALED_FOR,
    ).first()
    if asked is None or loads(asked.result).get("case") != str(case_id):
        raise NotRevealed(case=str(case_id))
    case = access.case_for(actor, case_id)
    reporters = reporters_of(case, actor).order_by("at", "id")
    return tuple(in_full(r.contact, is_anonymous=r.is_anonymous) for r in reporters)


def _told(case: UUID) -> QuerySet[Any]:
    """Select a case's events, each with its entry's role, its author's name, and its words."""
    entry = Entry.objects.filter(position=OuterRef("position"))
    said = Note.objects.filter(case=case, entry=OuterRef("entry"))
    author = Account.objects.filter(id=OuterRef("account"))
    found = Event.objects.filter(subject=case).order_by("position", "n")
    return found.annotate(
        entry=Subquery(entry.values("id")[:1]),
        account=Subquery(entry.values("account")[:1]),
        role=Subquery(entry.values("role")[:1]),
    ).annotate(
        by=Subquery(author.values("name")[:1]),
        words=Subquery(said.values("text")[:1]),
        is_said_openly=Subquery(said.values("is_public")[:1]),
    )


def _is_for_the_reporter(facts: dict[str, Any], event: Any) -> bool:
    verb = facts.get("verb")
    return verb in PUBLIC_VERBS and (verb != "note" or bool(event.is_said_openly))


def _step(
    event: Any, facts: dict[str, Any], state: str, level: str, *, is_public: bool
) -> StepRow:
    verb = facts.get("verb", "")
    shown = bool(event.is_said_openly) or not is_public
    return StepRow(
        at=event.at,
        verb=verb,
        verb_name=str(VERB_NAMES.get(verb, verb)),
        by="" if is_public else event.by or "",
        role_name=str(ROLE_NAMES[Role(event.role)]),
        state=state,
        state_name=state_name(state),
        level_name=str(LEVEL_NAMES.get(level, level)),
        words=(event.words or "") if shown else "",
        is_public=verb in PUBLIC_VERBS,
    )


def _holder(case: Case, now: datetime) -> Any:
    return desk_of(part(case.area_code, Level(case.level)) or case.area_code, at=now)


def _desk_name(case: Case) -> str:
    """Name who is responsible, as a body and never as a person."""
    if case.level == "unit":
        return _organisation(case)
    code = part(case.area_code, Level(case.level)) or case.area_code
    return f"{territory.name_of(code)} {LEVEL_NAMES[case.level]}".strip()


def _number(case: UUID | None) -> str:
    if case is None:
        return ""
    return Case.objects.filter(id=case).values_list("number", flat=True).first() or ""


def _organisation(case: Case) -> str:
    if case.organisation is None:
        return ""
    found = Organisation.objects.filter(id=case.organisation).values_list("name", flat=True)
    return found.first() or ""


def _clocks(case: UUID) -> tuple[Clock, ...]:
    spans = ClockSpan.objects.filter(case=case).order_by("started_at", "id")
    return tuple(Clock(s.clock, s.is_running, s.started_at, s.ended_at) for s in spans)
