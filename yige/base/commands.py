"""The door: every change of the city comes through here, once, with a right and a trace.

    @command("cases.open", may=access.may_open)
    def open_case(call: Call, report: Report) -> Case: ...

    run("cases.open", body, id=command_id, actor=actor)

In this order: parse the body, begin, claim the command id, check the right, run the handler,
write the journal entry with its seal, commit. A command that is refused leaves nothing behind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from json import loads as json_loads
from typing import Any, TypeVar, cast, get_type_hints
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from pydantic import BaseModel, ValidationError

from yige.base import journal, rows
from yige.base.access import Actor, Role
from yige.base.crypto import canonical, lock, unlock
from yige.base.journal import BODY_KEY, Told
from yige.base.models import Deferral, Entry, Versioned
from yige.base.reading import one_look
from yige.kernel import clock
from yige.kernel.errors import Conflict, Forbidden, Invalid, Missing
from yige.kernel.results import Facts

Handler = Callable[..., Any]
May = Callable[[Actor, Any], bool]
CarryOut = Callable[[], tuple[str, Facts]]
Late = Callable[["Call", Any], "Deferred | None"]
H = TypeVar("H", bound=Handler)

CLOCK_SLACK = timedelta(minutes=5)


class UnknownCommand(Missing):
    """No command has this name."""

    code = "base.unknown_command"


class BodyInvalid(Invalid):
    """The body does not fit the command's schema; `errors` names each field, type and limit."""

    code = "base.body_invalid"


class NotAllowed(Forbidden):
    """The acting post may not do this, here or to this subject."""

    code = "base.not_allowed"


class IdReused(Conflict):
    """The command id belongs to another command, body or actor."""

    code = "base.id_reused"


class Stale(Conflict):
    """The row has changed since the version the command is based on."""

    code = "base.stale"


class NotYetHere(Conflict):
    """The command builds on one that has not arrived; send that one first."""

    code = "base.not_yet_here"


class Clash(Conflict):
    """The database holds a row that this change would double or contradict."""

    code = "base.clash"


class Deferred(Exception):
    """Say from a handler: right when it was made, but the subject has moved to another area."""

    def __init__(self, *, area: str, unit: str = "", subject: UUID | None = None) -> None:
        super().__init__(area)
        self.area, self.unit, self.subject = area, unit, subject


@dataclass
class Call:
    """One run of a command: who, when, for what, and the events it tells.

    `at` is the server's time of receipt; `made_at` when the author's device made it, corrected
    by the device's own error and never later than `at`.
    """

    id: UUID
    actor: Actor
    at: datetime
    made_at: datetime
    purpose: str = ""
    based_on: UUID | int | None = None
    told: list[Told] = field(default_factory=list)

    def tell(
        self,
        kind: str,
        *,
        subject: UUID | None = None,
        area: str = "",
        unit: str = "",
        **facts: Any,
    ) -> None:
        """Tell a fact; it is written to the journal in this command's own transaction."""
        self.told.append(Told(kind, subject, unit, area, facts))

    def expect(self, row: Versioned) -> None:
        """Refuse with Stale when the row changed after what this command is based on."""
        if self.based_on is None or self.based_on in (row.version, row.changed_by):
            return
        if isinstance(self.based_on, UUID) and not Entry.objects.filter(id=self.based_on).exists():
            raise NotYetHere(based_on=str(self.based_on))
        last = Entry.objects.filter(id=row.changed_by).first() if row.changed_by else None
        raise Stale(
            version=row.version,
            changed_at=last.received_at.isoformat() if last else "",
            command=last.command if last else "",
            role=last.role if last else "",
        )

    def touch(self, row: Versioned) -> None:
        """Count the row's version up and note this command as its last change (no save)."""
        row.version += 1
        row.changed_by = self.id


@dataclass(frozen=True)
class Outcome:
    """What came of a command: done or deferred, its result, and whether it was a repeat."""

    id: UUID
    outcome: str
    result: Facts
    position: int
    is_repeat: bool = False


@dataclass(frozen=True)
class Command:
    """A registered command."""

    name: str
    handler: Handler
    body: type[BaseModel]
    may: May
    late: Late | None
    older: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...]

    @property
    def summary(self) -> str:
        """The first line of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]


COMMANDS: dict[str, Command] = {}


def command(
    name: str,
    *,
    may: May,
    late: Late | None = None,
    older: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = (),
) -> Callable[[H], H]:
    """Register a handler `f(call, body)` as a command.

    `may(actor, body)` says who may. `late(call, body)` answers a command whose author may no
    longer do it: where it goes now when it was right at `call.made_at`, or None. `older` are
    steps that lift body versions a stored phone may still send to today's schema.
    """

    def register(handler: H) -> H:
        body = cast(type[BaseModel], list(get_type_hints(handler).values())[1])
        if name in COMMANDS and COMMANDS[name].handler.__module__ != handler.__module__:
            raise ValueError(f"two commands are called {name}")
        COMMANDS[name] = Command(name, handler, body, may, late, older)
        return handler

    return register


def command_named(name: str) -> Command:
    """Return a command of the registry, or raise UnknownCommand."""
    try:
        return COMMANDS[name]
    except KeyError:
        raise UnknownCommand(command=name) from None


def run(
    name: str,
    body: Mapping[str, Any] | BaseModel,
    *,
    id: UUID,  # noqa: A002 - the command's own word
    actor: Actor,
    at: datetime | None = None,
    made_at: datetime | None = None,
    purpose: str = "",
    based_on: UUID | int | None = None,
    is_late: bool = False,
) -> Outcome:
    """Run a command once, however often it is sent.

    `is_late` says that the actor held the post when the command was made, and holds it no more.
    Raises one of the five refusals; then nothing was changed and the id is free again.
    """
    known = command_named(name)
    parsed = parse(known, body)
    text = _text_of(body)
    at = at or clock.now()
    call = Call(id, actor, at, min(made_at or at, at), purpose, based_on)
    try:
        try:
            with _transaction(), one_look():
                carry_out = partial(_carry_out, known, call, parsed, is_late=is_late)
                return _run_claimed(known, call, text, carry_out)
        except Deferred as moved:
            # What the handler had written by then is gone with the first transaction.
            with _transaction(), one_look():
                return _run_claimed(known, call, text, partial(_defer, known, call, moved))
    except IntegrityError as error:
        raise Clash(command=name, detail=_constraint(error)) from error


def parse(known: Command, body: Mapping[str, Any] | BaseModel) -> BaseModel:
    """Read a body by the command's schema, or raise BodyInvalid with every field's fault."""
    if isinstance(body, known.body):
        return body
    raw = body.model_dump(mode="json") if isinstance(body, BaseModel) else dict(body)
    for lift in known.older:
        raw = lift(raw)
    try:
        return known.body.model_validate(raw)
    except ValidationError as error:
        raise BodyInvalid(command=known.name, errors=faults(error)) from None


def faults(error: ValidationError) -> list[Facts]:
    """List each fault of a body: the field's path, the type of the fault and its limits."""
    return [
        {
            "field": ".".join(str(step) for step in fault["loc"]),
            "type": fault["type"],
            "limits": {
                key: value if isinstance(value, (int, float, str)) else str(value)
                for key, value in (fault.get("ctx") or {}).items()
            },
        }
        for fault in error.errors(include_url=False, include_input=False)
    ]


def _run_claimed(known: Command, call: Call, text: str, carry_out: CarryOut) -> Outcome:
    """Claim the id, carry out, and write the entry; a repeat gets the first result."""
    entry = _entry(known, call, text)
    if not rows.insert(Entry, [entry], tail="ON CONFLICT (id) DO NOTHING"):
        return _first_result(entry)
    outcome, result = carry_out()
    entry |= {"outcome": outcome, "result": canonical(result)}
    journal.append(entry, call.told)
    return Outcome(call.id, outcome, result, entry["position"])


def _carry_out(
    known: Command, call: Call, parsed: BaseModel, *, is_late: bool
) -> tuple[str, Facts]:
    """Run the handler for whoever may; raise Deferred when the command came too late."""
    if not is_late and known.may(call.actor, parsed):
        return Entry.DONE, as_result(known.handler(call, parsed))
    moved = known.late(call, parsed) if known.late else None
    if moved is None:
        raise NotAllowed(command=known.name, role=call.actor.role, area=call.actor.area)
    raise moved


def _transaction() -> transaction.Atomic:
    return transaction.atomic(durable=not connection.in_atomic_block)


def _defer(known: Command, call: Call, moved: Deferred) -> tuple[str, Facts]:
    call.told.clear()
    Deferral.objects.create(
        entry_id=call.id,
        command=known.name,
        account=call.actor.account,
        author=call.actor.name,
        subject=moved.subject,
        unit_code=moved.unit,
        area_code=moved.area,
        made_at=call.made_at,
        received_at=call.at,
    )
    call.tell("base.command_deferred", subject=moved.subject, area=moved.area, unit=moved.unit,
              command=known.name)  # fmt: skip
    result: Facts = {
        "area": moved.area,
        "subject": str(moved.subject) if moved.subject else None,
    }
    return Entry.DEFERRED, result


def carry_out_deferred(call: Call, deferral: Deferral) -> Facts:
    """Run a deferred command's handler again, in the name of the holder who takes it over."""
    known = command_named(deferral.command)
    body = deferral.entry.body
    if body is None:
        raise Missing(deferral=str(deferral.entry_id))
    parsed = parse(known, _json(unlock(body, key=BODY_KEY)))
    if not known.may(call.actor, parsed):
        raise NotAllowed(command=known.name, role=call.actor.role, area=call.actor.area)
    return as_result(known.handler(call, parsed))


def as_result(value: Any) -> Facts:
    """Turn what a handler returns into the journal's form: ids and numbers only.

    A model gives its key and its `result_fields`; a dict is taken as it is; None is empty.
    """
    if value is None:
        return {}
    if isinstance(value, models.Model):
        names = getattr(value, "result_fields", ())
        return {"id": str(value.pk)} | {name: _fact(getattr(value, name)) for name in names}
    return {name: _fact(fact) for name, fact in cast(Mapping[str, Any], value).items()}


def _fact(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _first_result(entry: Mapping[str, Any]) -> Outcome:
    first = Entry.objects.get(id=entry["id"])
    same_actor = (first.account, first.role) == (entry["account"], entry["role"])
    if first.command != entry["command"] or not same_actor:
        raise IdReused(id=str(first.id))
    if first.body_digest != entry["body_digest"]:
        raise IdReused(id=str(first.id))
    return Outcome(
        first.id, first.outcome, _json(first.result), first.position or 0, is_repeat=True
    )


def _entry(known: Command, call: Call, text: str) -> dict[str, Any]:
    actor = call.actor
    return {
        "id": call.id,
        "at": call.made_at,
        "received_at": call.at,
        "account": actor.account,
        "post": actor.post,
        "role": str(actor.role),
        "area_code": actor.area,
        "command": known.name,
        "purpose": call.purpose,
        "outcome": Entry.DONE,
        "result": "",
        "body": lock(text, key=BODY_KEY),
        "body_digest": journal.body_digest(text),
        "body_gone_by": "",
    }


def entry_for_bulk(
    name: str,
    body: Mapping[str, Any],
    *,
    id: UUID,  # noqa: A002 - the command's own word
    actor: Actor,
    at: datetime,
    result: Facts,
) -> dict[str, Any]:
    """Make the entry that `run` would have written, for `journal.append_many`."""
    known = command_named(name)
    call = Call(id, actor, at, at)
    return _entry(known, call, _text_of(body)) | {"result": canonical(result)}


def _text_of(body: Mapping[str, Any] | BaseModel) -> str:
    try:
        return canonical(body.model_dump(mode="json") if isinstance(body, BaseModel) else body)
    except TypeError:
        # Half an emoji, or a number beyond 64 bits, where the schema takes any value.
        raise BodyInvalid(errors=[{"field": "", "type": "not_storable", "limits": {}}]) from None


def _json(text: str) -> Any:
    return json_loads(text)


def _constraint(error: IntegrityError) -> str:
    return str(error).splitlines()[0][:200]


def is_staff(actor: Actor, body: object = None) -> bool:
    """Tell whether the actor holds a post at all: the least that a `may` can ask."""
    return actor.role not in (Role.RESIDENT,)
