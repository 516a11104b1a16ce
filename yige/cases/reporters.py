"""Reporters: who met the same; and reading how to reach one, journalled with its purpose."""

from typing import Any, Final
from uuid import UUID

from pydantic import Field

from yige.base import rows
from yige.base.access import Actor
from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.cases import access, intake, steps
from yige.cases.errors import NoReporter, NoSuchCase, PurposeMissing
from yige.cases.intake import Contact
from yige.cases.models import Case, Reporter
from yige.cases.store import row_of

MOST_ECHOES: Final = 30_000


class Echo(Body):
    """The case that somebody else met too, and if they wish how to reach them."""

    case: UUID
    contact: Contact | None = None
    is_anonymous: bool = False


class Reveal(Body):
    """The case whose reporter is to be called, and what for."""

    case: UUID
    purpose: str = Field(default="", max_length=60)


def may_echo(actor: Actor, body: object) -> bool:
    """Everybody who may report may say: I met this too."""
    return access.may_take_part(actor, body) or actor.account is None


@command("cases.echo", may=may_echo)
def echo(call: Call, echo: Echo) -> dict[str, Any]:
    """Join a case instead of reporting the same again; who leaves a contact hears of its end."""
    open_ones = Case.objects.filter(id=echo.case, closed_at=None, is_restricted=False)
    row = row_of(open_ones)
    if row is None:
        raise NoSuchCase(case=str(echo.case))
    echoes = min(row["echoes"] + 1, MOST_ECHOES)
    open_ones.update(echoes=echoes)
    if echo.contact or call.actor.account:
        rows.insert(Reporter, [_row(call, echo)])
    steps.tell(call, "cases.case_changed", row, verb="echo", echoes=echoes)
    return {"number": row["number"], "echoes": echoes}


@command("cases.reveal_contact", may=access.may_read_contact)
def reveal_contact(call: Call, reveal: Reveal) -> dict[str, Any]:
    """Ask to read a reporter's contact, with a purpose; the reporter may ask who did.

    The contact itself is read by `queries.contacts` with this command's id, for ten minutes.
    """
    purpose = call.purpose or reveal.purpose
    if not purpose.strip():
        raise PurposeMissing(case=str(reveal.case))
    case = access.case_for(call.actor, reveal.case)
    reporters = Reporter.objects.filter(case=case).exclude(contact=None)
    if not reporters.exists():
        raise NoReporter(case=str(case.id))
    call.tell("cases.contact_revealed", subject=case.id, area=case.area_code,
              unit=case.unit_code, purpose=purpose)  # fmt: skip
    return {"case": str(case.id)}


def _row(call: Call, echo: Echo) -> dict[str, Any]:
    said = echo.contact.model_dump() if echo.contact else {}
    return {
        "case_id": echo.case,
        "contact": intake.locked(said) if any(said.values()) else None,
        "has_mail": bool(said.get("email")),
        "is_anonymous": echo.is_anonymous,
        "account": call.actor.account,
        "at": call.at,
    }
