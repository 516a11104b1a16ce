"""The small city with its desks filled, and short words to act in it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests import city as small
from tests.city import CODE, DONGGUAN, WENCHANG, City
from yige.base import commands
from yige.base.access import RESIDENT, SYSTEM, Actor, Role
from yige.base.commands import Outcome
from yige.base.models import Account
from yige.cases.models import Case
from yige.kernel.ids import new_id
from yige.people.models import Appointment, Organisation, Person, Post

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Nine o'clock on a working Monday in the city's time."""

LAMP, STAIRS, VIOLENCE, FIRE, GAS = "0302", "0502", "0708", "1001", "0506"


@dataclass
class Offices:
    """Who sits where."""

    city: City
    actors: dict[str, Actor] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Actor:
        return self.actors[name]

    def seat(self, name: str, role: Role, area: str, organisation: str = "") -> Actor:
        """Create a post with a holder who has an account."""
        account = Account.objects.create(
            username=new_id().hex[:30], name=name, created_at=small.SETTLED
        )
        body = Organisation.objects.filter(code=organisation).first() if organisation else None
        person = Person.objects.create(name=name, account=account)
        post = Post.objects.create(role=role, area_code=area, name=name, organisation=body)
        Appointment.objects.create(person=person, post=post, held_from=small.SETTLED)
        self.actors[name] = Actor(
            role=role,
            area=area,
            account=account.id,
            person=person.id,
            post=post.id,
            organisation=body.id if body else None,
            name=name,
        )
        return self.actors[name]

    def leave(self, name: str, *, at: datetime) -> None:
        """End an appointment."""
        Appointment.objects.filter(post=self[name].post).update(held_until=at)


def open_offices() -> Offices:
    """Build the city, load what every city starts with, and fill its desks."""
    offices = Offices(small.build())
    for name in ("base.seed_calendar", "cases.load_categories", "cases.load_workflow"):
        do(name, {}, by=SYSTEM, at=small.SETTLED)
    for code in ("lamps", "property"):
        Organisation.objects.create(code=code, name=code, kind="department", area_code=CODE)
    grid = offices.city.grid
    offices.seat("worker", Role.GRID_WORKER, grid(WENCHANG, 1))
    offices.seat("neighbour", Role.GRID_WORKER, grid(WENCHANG, 2))
    offices.seat("station", Role.STATION, WENCHANG)
    offices.seat("other station", Role.STATION, DONGGUAN)
    offices.seat("intake", Role.INTAKE, "370683001")
    offices.seat("platform", Role.PLATFORM, CODE)
    offices.seat("commander", Role.COMMANDER, CODE)
    offices.seat("analyst", Role.ANALYST, CODE)
    offices.seat("lamps", Role.HANDLER, CODE, "lamps")
    offices.seat("property", Role.PROPERTY_MANAGER, WENCHANG, "property")
    offices.seat("official", Role.OFFICIAL, WENCHANG)
    return offices


def do(
    name: str,
    body: dict[str, Any],
    *,
    by: Actor = RESIDENT,
    at: datetime = MONDAY,
    made_at: datetime | None = None,
    id: UUID | None = None,  # noqa: A002
    based_on: UUID | int | None = None,
    is_late: bool = False,
) -> Outcome:
    """Run a command with a fresh id."""
    return commands.run(
        name, body, id=id or new_id(), actor=by, at=at, made_at=made_at, based_on=based_on,
        is_late=is_late,
    )  # fmt: skip


def report(
    offices: Offices,
    *,
    category: str = STAIRS,
    community: str = WENCHANG,
    nth: int = 0,
    at: datetime = MONDAY,
    by: Actor = RESIDENT,
    **more: Any,
) -> Case:
    """Report something at a unit of the city."""
    body = {
        "text": "楼道里堆了旧家具",
        "category": category,
        "place": {"unit_code": offices.city.unit(community, nth)},
    } | more
    return Case.objects.get(id=do("cases.open", body, by=by, at=at).id)


def step(
    verb: str, case: Case, by: Actor, *, at: datetime = MONDAY, text: str = "", **more: Any
) -> Case:
    """Take a step with a case and return the case after it."""
    body = {"case": str(case.id)} | ({"text": text} if text else {}) | more
    do(f"cases.{verb}", body, by=by, at=at)
    return Case.objects.get(id=case.id)


def hours(number: float) -> timedelta:
    return timedelta(hours=number)
