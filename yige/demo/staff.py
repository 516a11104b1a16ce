"""Fill the demo city's posts: who sits where, and which of them may be tried out by log-in.

Names are invented. Everything goes through the same commands as in a real city.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Count

from yige.base import commands
from yige.base.access import SYSTEM, Role, within
from yige.base.accounts import share_password
from yige.cases.models import Case
from yige.demo.city import City
from yige.demo.names import Names
from yige.demo.seeds import stream
from yige.kernel.codes import Level, parents
from yige.kernel.ids import new_id
from yige.people.bulk import Filled, fill_posts
from yige.people.holders import holders_within
from yige.people.posts import AppointmentSaid, PersonSaid, PostSaid

PASSWORD: Final = "Yige-demo-2026"  # noqa: S105 - the demo says it on its own log-in page

DEPARTMENTS: Final = (
    ("城管", "综合行政执法局"),
    ("环卫", "环境卫生中心"),
    ("园林", "园林服务中心"),
    ("水务", "水务局"),
    ("生态", "生态环境分局"),
    ("公安", "公安局"),
    ("交警", "交通警察大队"),
    ("消防", "消防救援大队"),
    ("住建", "住房和建设局"),
    ("交通", "交通运输局"),
    ("民政", "民政局"),
    ("卫健", "卫生健康局"),
    ("市场监管", "市场监督管理局"),
    ("应急", "应急管理局"),
    ("人社", "人力资源和社会保障局"),
    ("教育", "教育和体育局"),
    ("司法", "司法局"),
    ("供电", "供电公司"),
    ("供水", "供水公司"),
    ("燃气", "燃气公司"),
    ("供热", "供热公司"),
    ("通信", "通信服务中心"),
    ("排水", "排水服务中心"),
    ("疾控", "疾病预防控制中心"),
    ("教体", "教育和体育局体育中心"),
    ("文体", "文化和旅游局"),
    ("残联", "残疾人联合会"),
    ("公用企业", "公用事业公司"),
    ("权属单位", "市政设施管理处"),
    ("数据负责人", "大数据服务中心"),
)
"""The word by which categories name a handler, and the body that answers to it in the demo."""

ALSO_CALLED: Final = {"110": "公安", "119": "消防", "120": "卫健"}
"""Numbers to call that categories name instead of the body that answers them."""

LEADING: Final = (
    (Role.PLATFORM, "12345 城市服务平台"), (Role.COMMANDER, "应急指挥中心 指挥长"),
    (Role.PLANNER, "网格规划岗"), (Role.ANALYST, "数据分析岗"),
    (Role.SYSTEM_ADMIN, "系统管理员"), (Role.SECURITY_ADMIN, "安全管理员"),
    (Role.AUDIT_ADMIN, "审计管理员"),
)  # fmt: skip

GRID_POSTS: Final = (
    (Role.GRID_WORKER, "专职网格员"),
    (Role.POLICE, "社区民警"),
    (Role.PROPERTY_MANAGER, "物业管理员"),
)

NEIGHBOURS: Final = (
    (Role.OFFICIAL, "下沉干部"), (Role.VOLUNTEER, "志愿者"), (Role.BUILDING_HEAD, "楼栋长"),
    (Role.CONTACT_HOUSEHOLD, "中心户"), (Role.ORGANISATION, "驻区单位联络员"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Seat:
    """A post to be created and filled."""

    role: Role
    area: str
    title: str
    organisation: str | None = None


def hire(city: City, *, grids: dict[str, str], at: datetime) -> None:
    """Enter organisations, posts, persons and appointments; `grids` names the grids in force."""
    names = Names(stream(city.seed, "staff"))
    _found_organisations(city, at=at)
    filled = [_fill(seat, names.take()) for seat in _seats(city, grids)]
    fill_posts(filled, actor=SYSTEM, at=at)


def give_accounts(city: City, *, at: datetime) -> None:
    """Give one account for each role, around the grid that has most to do just now."""
    busiest = _busiest_grid(city)
    chosen: dict[Role, UUID] = {}
    for holder in holders_within(city.code, at=at):
        if holder.role not in chosen or holder.area_code in parents(busiest):
            chosen[holder.role] = holder.person
    for role, person in chosen.items():
        _do("people.give_account", at=at, person=person, username=username_of(role))
    share_password(map(username_of, chosen), PASSWORD, at=at)


def _busiest_grid(city: City) -> str:
    """Return the grid with most open cases at its own desk."""
    waiting = Case.objects.filter(within(city.code), closed_at=None, level=Level.GRID)
    counted = waiting.values("area_code").annotate(number=Count("id"))
    found = counted.order_by("-number", "area_code").values_list("area_code", flat=True).first()
    return found or city.code


def username_of(role: Role) -> str:
    """Return the demo's user name for a role."""
    return role.value.replace("_", "-")


def _found_organisations(city: City, *, at: datetime) -> None:
    for word, name in DEPARTMENTS:
        _do("people.set_organisation", at=at, code=word, name=f"{city.name}{name}",
            kind="department", area_code=city.code)  # fmt: skip
    for number, firm in enumerate(city.firms, 1):
        _do("people.set_organisation", at=at, code=f"firm-{number:03d}", name=firm,
            kind="property_firm", area_code=city.code)  # fmt: skip
    for code, name in zip(city.communities.code, city.communities.name, strict=True):
        _do("people.set_organisation", at=at, code=f"station-{code}", name=f"{name}服务站",
            kind="station", area_code=code)  # fmt: skip


def _seats(city: City, grids: dict[str, str]) -> Iterator[Seat]:
    """List the seats, the demonstration community's first of each role."""
    for role, title in LEADING:
        yield Seat(role, city.code, title)
    for word, name in DEPARTMENTS:
        yield Seat(Role.HANDLER, city.code, f"{name} 承办岗", word)
    for code, name in zip(city.towns.code, city.towns.name, strict=True):
        yield Seat(Role.INTAKE, code, f"{name}受理中心")
    for code, name in zip(city.communities.code, city.communities.name, strict=True):
        yield Seat(Role.STATION, code, f"{name}服务站", f"station-{code}")
    for code, name in zip(city.villages.code, city.villages.name, strict=True):
        yield Seat(Role.STATION, code, f"{name}便民服务点")
    firms = _firm_by_community(city)
    for code, name in sorted(grids.items()):
        for role, title in GRID_POSTS:
            firm = firms.get(code[:12]) if role is Role.PROPERTY_MANAGER else None
            yield Seat(role, code, f"{name} {title}", firm)
    first = min(grids)
    for role, title in NEIGHBOURS:
        yield Seat(role, first, f"{grids[first]} {title}")


def _firm_by_community(city: City) -> dict[str, str]:
    """Name the property firm that looks after most of a community's units."""
    found = {}
    for row, code in enumerate(city.communities.code):
        firms = city.units.firm[(city.units.community == row) & (city.units.firm >= 0)]
        if len(firms):
            found[code] = f"firm-{int(np.bincount(firms).argmax()) + 1:03d}"
    return found


def _fill(seat: Seat, name: str) -> Filled:
    person, post = new_id(), new_id()
    return Filled(
        PersonSaid(id=person, name=name, organisation=seat.organisation),
        PostSaid(
            id=post,
            role=seat.role,
            area_code=seat.area,
            name=seat.title,
            organisation=seat.organisation,
        ),
        AppointmentSaid(id=new_id(), person=person, post=post),
    )


def _do(command: str, *, at: datetime, **body: Any) -> None:
    said = {name: str(value) if isinstance(value, UUID) else value for name, value in body.items()}
    commands.run(command, said, id=new_id(), actor=SYSTEM, at=at)
