"""Found a city: its tables, its own division, and what every city starts with."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.management import call_command

from yige.base import commands
from yige.base.access import SYSTEM, Role
from yige.base.accounts import first_password
from yige.config.installation import home
from yige.kernel import clock
from yige.kernel.errors import Conflict
from yige.kernel.ids import new_id
from yige.people.roles import ROLE_NAMES
from yige.territory.made_areas import MadeCity
from yige.territory.queries import city


class AlreadyACity(Conflict):
    """This home holds a city; a second one needs a home of its own (YIGE_HOME)."""

    code = "cli.already_a_city"


def bring_up_to_date() -> None:
    """Make or migrate the tables."""
    home().mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)


def refuse_second_city() -> None:
    """Raise AlreadyACity when this home has one."""
    known = city()
    if known is not None:
        raise AlreadyACity(city=known.name, home=str(home()))


def found_city(code: str, name: str, *, at: datetime | None = None) -> None:
    """Enter the city itself and what every city starts with."""
    do("base.set", {"name": "city.code", "value": f'"{code}"', "source": "yige init"}, at=at)
    do("base.set", {"name": "city.name", "value": f'"{name}"', "source": "yige init"}, at=at)
    rows = [{"code": code, "name": name}]
    do("territory.set_divisions", {"divisions": rows}, at=at)
    seed(at=at)


def make_city(made: MadeCity, areas: list[dict[str, Any]], *, source: str, at: datetime) -> None:
    """Enter a scratch city with the areas that a file names, and what every city starts with."""
    for name, value in (("city.code", made.code), ("city.name", made.name)):
        do("base.set", {"name": name, "value": json.dumps(value), "source": source}, at=at)
    body = {"divisions": areas, "valid_from": at.isoformat(), "source": source}
    do("territory.set_divisions", body, at=at)
    do("cases.load_categories", {}, at=at)
    do("cases.load_workflow", {}, at=at)


def refuse_other_city(made: MadeCity) -> None:
    """Raise AlreadyACity when this home has a city of another code: none is mixed with another."""
    known = city()
    if known is not None and known.code != made.code:
        raise AlreadyACity(city=known.name, home=str(home()))


def seed(*, at: datetime | None = None) -> None:
    """Enter the calendar and the categories as this release ships them; own changes stay."""
    do("base.seed_calendar", {}, at=at)
    do("cases.load_categories", {}, at=at)
    do("cases.load_workflow", {}, at=at)


def appoint_administrator(
    role: Role, name: str, area: str, *, at: datetime | None = None
) -> tuple[str, str]:
    """Enter an administrator with a post and an account; return (user name, first password)."""
    person, post = new_id(), new_id()
    username = role.value.replace("_", "-")
    title = str(ROLE_NAMES[role])
    do("people.set_person", {"id": str(person), "name": name}, at=at)
    do("people.set_post",
       {"id": str(post), "role": role.value, "area_code": area, "name": title}, at=at)  # fmt: skip
    do("people.appoint", {"id": str(new_id()), "person": str(person), "post": str(post)}, at=at)
    given = do("people.give_account", {"person": str(person), "username": username}, at=at)
    return username, first_password(given)


def do(name: str, body: dict[str, Any], *, at: datetime | None = None) -> UUID:
    """Run a command as the system itself; return the command's id."""
    command_id = new_id()
    commands.run(name, body, id=command_id, actor=SYSTEM, at=at or clock.now())
    return command_id
