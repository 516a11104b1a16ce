"""Small commands over a base table, with which the tests knock at the door."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from yige.base.access import Actor, Role
from yige.base.commands import COMMANDS, Call, Deferred, Outcome, command, run
from yige.base.fields import Body, Line, Words
from yige.base.models import Deferral, Setting
from yige.kernel.errors import Conflict
from yige.kernel.ids import new_id
from yige.people.models import Organisation

KEEPER = Actor(
    role=Role.SYSTEM_ADMIN,
    area="370683",
    account=UUID("01970000-0000-7000-8000-000000000001"),
    name="滕建国",
)
OTHER = Actor(
    role=Role.SYSTEM_ADMIN,
    area="370683",
    account=UUID("01970000-0000-7000-8000-000000000002"),
    name="孙玉梅",
)
STRANGER = Actor(role=Role.GRID_WORKER, area="370683001001001")


class Notice(Body):
    name: Annotated[Line, Field(max_length=60)]
    text: Words = ""


class Count(Body):
    name: Line
    by: Annotated[int, Field(ge=1, le=9)] = 1


def may_pin(actor: Actor, body: object) -> bool:
    return actor.holds(Role.SYSTEM_ADMIN)


def _in_the_old_way(raw: dict[str, object]) -> dict[str, object]:
    """Lift the first version of the body, which said `title`."""
    return {"name": raw["title"]} if "title" in raw else raw


@command("tests.pin", may=may_pin, older=(_in_the_old_way,))
def pin(call: Call, notice: Notice) -> dict[str, object]:
    """Pin a notice to the board."""
    Setting.objects.update_or_create(name=notice.name, defaults={"value": notice.text})
    call.tell("tests.pinned", area="370683", name=notice.name)
    return {"name": notice.name, "length": len(notice.text)}


@command("tests.count", may=may_pin)
def count(call: Call, body: Count) -> dict[str, object]:
    """Count one up: whoever does it twice can be seen to have done so."""
    tally, _ = Setting.objects.get_or_create(name=body.name, defaults={"value": "0"})
    tally.value = str(int(tally.value) + body.by)
    tally.save()
    call.tell("tests.counted", area="370683", by=body.by)
    call.tell("tests.shown", area="370683", value=tally.value)
    return {"value": int(tally.value)}


@command("tests.pin_once", may=may_pin)
def pin_once(call: Call, notice: Notice) -> None:
    """Pin a notice whose name is new, or break the key of the table."""
    Setting.objects.create(name=notice.name, value=notice.text)


@command("tests.refuse", may=may_pin)
def refuse(call: Call, notice: Notice) -> None:
    """Write, tell, and then refuse."""
    Setting.objects.create(name=notice.name, value=notice.text)
    call.tell("tests.pinned", name=notice.name)
    raise Conflict(name=notice.name, room=0)


def _moved(call: Call, notice: Notice) -> Deferred | None:
    return Deferred(area="370683002", unit="") if notice.text == "moved" else None


@command("tests.pin_here", may=may_pin, late=_moved)
def pin_here(call: Call, notice: Notice) -> dict[str, object]:
    """Pin a notice where the author stands, unless the board has moved."""
    Setting.objects.create(name=notice.name, value=notice.text)
    call.tell("tests.pinned", name=notice.name)
    if notice.text == "elsewhere":
        raise Deferred(area="370683003", subject=call.id)
    return {"name": notice.name}


class Anything(Body):
    values: dict[str, Any]


@command("tests.take", may=may_pin)
def take(call: Call, body: Anything) -> None:
    """Take whatever comes."""


@command("tests.orphan", may=may_pin)
def orphan(call: Call, body: Anything) -> None:
    """Write a row whose parent does not exist: found out at the commit, not before."""
    Deferral.objects.create(
        entry_id=new_id(),
        command="tests.pin",
        author="滕",
        area_code="370683",
        made_at=call.at,
        received_at=call.at,
    )


class NewName(Body):
    organisation: UUID
    name: Line


@command("tests.rename", may=may_pin)
def rename(call: Call, new: NewName) -> dict[str, object]:
    """Replace a value of a versioned row."""
    organisation = Organisation.objects.get(id=new.organisation)
    call.expect(organisation)
    organisation.name = new.name
    call.touch(organisation)
    organisation.save()
    return {"version": organisation.version}


ORDERS = {name: COMMANDS.pop(name) for name in [*COMMANDS] if name.startswith("tests.")}


@contextmanager
def orders_known() -> Iterator[None]:
    """Make the commands known for a while: the product's own registry is tested elsewhere."""
    COMMANDS.update(ORDERS)
    yield
    for name in ORDERS:
        del COMMANDS[name]


def pinned(name: str) -> str | None:
    """Return what a notice says, or None when it does not hang there."""
    return Setting.objects.filter(name=name).values_list("value", flat=True).first()


def do(order: str, actor: Actor = KEEPER, sent: UUID | None = None, /, **body: Any) -> Outcome:
    """Send a command once."""
    return run(order, body, id=sent or new_id(), actor=actor)


def an_organisation(name: str = "文昌社区服务站") -> Organisation:
    """Give a versioned row to change."""
    return Organisation.objects.create(
        code=str(new_id()), name=name, kind="station", area_code="370683001001"
    )
