"""Commands over HTTP: a batch from an offline phone, or one at a time.

What the phone stored is sent as it was stored, and each item is answered on its own: done,
deferred (kept, and handed to whoever holds the matter now), or refused with its reason.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic import ValidationError as Faulty

from yige.api.answers import said
from yige.api.callers import Caller, caller_of
from yige.api.problems import answer_of, problem_of
from yige.base.commands import BodyInvalid, Outcome, faults, run
from yige.base.reading import one_look
from yige.edge.limits import knock
from yige.edge.refusals import Busy, number_of
from yige.kernel import clock
from yige.kernel.errors import Invalid, Refusal, Unavailable

M = TypeVar("M", bound=BaseModel)
log = logging.getLogger(__name__)

MOST_ITEMS: Final = 200
MOST_BYTES: Final = 2 * 1024 * 1024
AT_ONCE: Final = 25
"""Items under one commit: most of a small command's time is its commit."""

router = Router(tags=["commands"])


class NotJson(Invalid):
    """The body of the request is not JSON, or not an object."""

    code = "api.not_json"
    status = 400


class TooLarge(Invalid):
    """The request holds more bytes or items than one request may."""

    code = "api.too_large"
    status = 413


class Fault(Unavailable):
    """The house met a fault of its own with this item; the log has it under the number."""

    code = "api.fault"
    status = 500


class Envelope(BaseModel):
    """What goes with the body of a command."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: UUID
    body: dict[str, Any]
    based_on: UUID | Annotated[int, Field(ge=0)] | None = None
    made_at: AwareDatetime | None = None
    post: UUID | None = None
    purpose: Annotated[str, StringConstraints(max_length=60)] = ""


class Item(Envelope):
    """A command of a batch."""

    command: Annotated[str, StringConstraints(max_length=60)]


class Batch(BaseModel):
    """Commands in the order they were made, and the device's clock when it sent them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    items: Annotated[list[Any], Field(min_length=1, max_length=MOST_ITEMS)]
    sent_at: AwareDatetime | None = None


class Single(Envelope):
    """One command, and the device's clock when it sent it."""

    sent_at: AwareDatetime | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """One request: who sent it, when it came, and by how much the device's clock is slow."""

    request: HttpRequest
    caller: Caller
    at: datetime
    slow_by: timedelta

    def made_at(self, said: datetime | None) -> datetime:
        """Correct the time a device gave a command by the error of its clock."""
        return self.at if said is None else min(said + self.slow_by, self.at)


@router.post("/commands", summary="Send commands", operation_id="send_commands")
def send(request: HttpRequest) -> HttpResponse:
    """Run up to 200 commands in their order and answer each on its own."""
    caller = caller_of(request)
    batch = _read(Batch, _json(request))
    if caller.actor.account is None:
        knock(request, "api", times=len(batch.items))
    sending = _sending(request, caller, batch.sent_at)
    steps = range(0, len(batch.items), AT_ONCE)
    answers = [a for n in steps for a in _answer_some(sending, batch.items[n : n + AT_ONCE])]
    return said({"received_at": sending.at, "items": answers})


@router.post("/commands/{name}", include_in_schema=False)
def send_one(request: HttpRequest, name: str) -> HttpResponse:
    """Run one command; its status is the answer's."""
    caller = caller_of(request)
    if caller.actor.account is None:
        knock(request, "api")
    single = _read(Single, _json(request))
    sending = _sending(request, caller, single.sent_at)
    try:
        outcome = _run(sending, name, single)
    except Refusal as refusal:
        return answer_of(request, refusal, is_known=caller.actor.account is not None)
    return said(_outcome(outcome), status=202 if outcome.outcome == "deferred" else 200)


def _answer_some(sending: Sending, items: list[Any]) -> list[dict[str, Any]]:
    """Run some items under one commit and look; if that fails as a whole, each under its own."""
    if len(items) > 1:
        try:
            with transaction.atomic(), one_look():
                return [_answer(sending, item) for item in items]
        except DatabaseError:
            log.info("%s a batch goes item by item", number_of(sending.request), exc_info=True)
    return [_answer(sending, item) for item in items]


def _answer(sending: Sending, raw: Any) -> dict[str, Any]:
    """Run one item of a batch; whatever comes of it, the others get their turn."""
    try:
        item = _read(Item, raw)
        return _outcome(_run(sending, item.command, item))
    except Refusal as refusal:
        return _refused(sending, raw, refusal)
    except OperationalError:
        log.warning("%s the database did not answer", number_of(sending.request), exc_info=True)
        return _refused(sending, raw, Busy())
    except Exception:
        log.exception("%s an item of a batch met a fault", number_of(sending.request))
        return _refused(sending, raw, Fault())


def _run(sending: Sending, name: str, item: Envelope) -> Outcome:
    made_at = sending.made_at(item.made_at)
    actor, is_late = sending.caller.acting_from(item.post, made_at=made_at)
    return run(
        name,
        item.body,
        id=item.id,
        actor=actor,
        at=sending.at,
        made_at=made_at,
        purpose=item.purpose,
        based_on=item.based_on,
        is_late=is_late,
    )


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "id": outcome.id,
        "outcome": outcome.outcome,
        "result": outcome.result,
        "position": outcome.position,
        "is_repeat": outcome.is_repeat,
    }


def _refused(sending: Sending, raw: Any, refusal: Refusal) -> dict[str, Any]:
    is_known = sending.caller.actor.account is not None
    problem = problem_of(sending.request, refusal, is_known=is_known)
    sent = raw.get("id") if isinstance(raw, Mapping) else None
    return {"id": sent, "outcome": "refused", "problem": problem}


def _sending(request: HttpRequest, caller: Caller, sent_at: datetime | None) -> Sending:
    now = clock.now()
    return Sending(request, caller, now, now - sent_at if sent_at else timedelta())


def _json(request: HttpRequest) -> Any:
    if int(request.headers.get("Content-Length") or 0) > MOST_BYTES:
        raise TooLarge(limit=MOST_BYTES)
    try:
        return json.loads(request.body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotJson from error


def _no_number(name: str) -> None:
    raise ValueError(name)


def _read(schema: type[M], raw: Any) -> M:
    try:
        return schema.model_validate(raw)
    except Faulty as error:
        raise BodyInvalid(errors=faults(error)) from None
