"""Three old nets of the demo city, half merged; cells, people and duties are invented."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import shapely

from yige.base import commands
from yige.base.access import SYSTEM, Actor, Role
from yige.demo.city import City
from yige.demo.names import Names
from yige.demo.seeds import stream
from yige.demo.staff import username_of
from yige.kernel.ids import new_id
from yige.nets.models import DutyTransfer
from yige.people.holders import Holder, holders_within

HEADINGS: Final = (
    "网格编号",
    "网格名称",
    "社区",
    "小区",
    "范围",
    "职责",
    "责任人",
    "值班电话",
    "账号",
)
CLOSED: Final = 5
"""Communities whose stations have decided for those who have no account."""
Row = list[str]


def load_old_nets(city: City, *, at: datetime) -> None:
    """Bring three old nets in, propose successors in two, and decide part of the hand-overs."""
    names = Names(stream(city.seed, "old nets"))
    (official,) = holders_within(city.code, at=at, roles=(Role.OFFICIAL,))
    own = _by_community(city, names, official.name)
    civil = _bring("民政网", "civil_affairs", "民政", own, city, at)
    governed = _bring(
        "综治网", "integrated_governance", "公安", _by_compound(city, names), city, at
    )
    _bring("司法网", "justice", "司法", _by_halves(city, names), city, at)
    for net in (civil, governed):
        _do("nets.propose_posts", at, net=net)
    stations = holders_within(city.code, at=at, roles=(Role.STATION,))
    for station in stations[:CLOSED]:
        _decide(civil, station, at)


def _by_community(city: City, names: Names, official: str) -> Iterator[Row]:
    """One cell for each community, with two duties of one person; the first is the official's."""
    for number, name in enumerate(city.communities.name):
        who, account = (names.take(), "") if number else (official, username_of(Role.OFFICIAL))
        yield [f"M{number + 1:03d}", f"{name}民政片", name, "", "", "困难帮扶；为老服务", who,
               _phone(number), account]  # fmt: skip


def _by_compound(city: City, names: Names) -> Iterator[Row]:
    """One cell for each larger compound: whoever lives in a smaller one has no old net."""
    for number, compound in enumerate(city.compounds.name):
        units = city.units.compound == number
        if int(city.units.households[units].sum()) >= 250:
            community = city.communities.name[int(city.units.community[units][0])]
            yield [f"Z{number + 1:03d}", f"{compound}综治格", community, compound, "",
                   "矛盾排查；治安巡防", names.take(), _phone(1_000 + number), ""]  # fmt: skip


def _by_halves(city: City, names: Names) -> Iterator[Row]:
    """Two cells for each community, drawn by its middle, with no regard for any grid."""
    for number, outline in enumerate(city.communities.outline):
        west, south, east, north = outline.bounds
        middle = (west + east) / 2
        name = city.communities.name[number]
        for side, half in (
            ("西", shapely.box(west, south, middle, north)),
            ("东", shapely.box(middle, south, east, north)),
        ):
            drawn = shapely.intersection(outline, half)
            yield [f"S{number + 1:03d}{side}", f"{name}{side}片", name, "", drawn.wkt, "人民调解",
                   names.take(), _phone(2_000 + number), ""]  # fmt: skip


def _bring(name: str, kind: str, word: str, rows: Iterator[Row], city: City, at: datetime) -> UUID:
    table = {"columns": HEADINGS, "rows": list(rows)}
    return _do("nets.import_net", at, name=f"{city.name}{name}", kind=kind, area=city.code,
               organisation=word, table=table, datum="cgcs2000", source="演示数据")  # fmt: skip


def _decide(net: UUID, station: Holder, at: datetime) -> None:
    """Let a station decide whatever lies in its community and nobody can sign."""
    there = DutyTransfer.objects.filter(
        duty__cell__net=net, duty__person=None, post__area_code__startswith=station.area_code
    )
    ids = [str(i) for i in there.values_list("id", flat=True)]
    if ids:
        by = Actor(
            role=station.role, area=station.area_code, person=station.person, post=station.post,
            name=station.name, title=station.title,
        )  # fmt: skip
        _do("nets.decide", at, by, transfers=ids, reason="原责任人没有系统账号，社区会商确认")


def _do(command: str, at: datetime, by: Actor = SYSTEM, **body: Any) -> UUID:
    said: Mapping[str, Any] = {
        name: str(value) if isinstance(value, UUID) else value for name, value in body.items()
    }
    return commands.run(command, said, id=new_id(), actor=by, at=at).id


def _phone(number: int) -> str:
    return f"0535-220{number:04d}"
