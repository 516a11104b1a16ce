"""Files of old nets over the small city, and who is who in them."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from tests.cases.offices import Offices
from tests.city import CODE, COLUMNS, SETTLED, corner, square
from tests.territory.planning import NOON, PLANNER, do
from yige.base import files
from yige.base.access import Actor, Role
from yige.nets.models import DutyTransfer, HandedUnit, LegacyDuty, LegacyNet

HEADINGS = (
    "网格编号", "网格名称", "社区", "小区", "楼栋", "单元编码", "范围", "职责", "责任人",
    "值班电话", "账号",
)  # fmt: skip
Row = Mapping[str, str]


def row(cell: str, duty: str = "", holder: str = "", **more: str) -> Row:
    """Write a row of an old net's file."""
    return {"网格编号": cell, "职责": duty, "责任人": holder, **more}


def columns_of(community: str, first: int, last: int) -> str:
    """Draw the columns of a community's lattice from one to another (excluded)."""
    west, south = corner(community, first)
    return square(west, south, columns=last - first, rows=4)


def kept(rows: Iterable[Row]) -> str:
    """Store a file of rows and return its digest."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADINGS, restval="")
    writer.writeheader()
    writer.writerows(rows)
    content = out.getvalue().encode()
    return files.keep([content], name="旧网.csv", kind="csv", most=10**7, at=SETTLED).digest


def body(rows: Iterable[Row], **more: Any) -> dict[str, Any]:
    """Say what brings a file of rows in as the city's justice net."""
    said = {"name": "司法网", "kind": "justice", "area": CODE, "file": kept(rows)}
    return said | {"datum": "cgcs2000"} | more


def bring(rows: Iterable[Row], *, actor: Actor = PLANNER, **more: Any) -> LegacyNet:
    """Bring an old net in."""
    outcome = do("nets.import_net", NOON, actor, **body(rows, **more))
    return LegacyNet.objects.get(id=outcome.result["id"])


def propose(net: LegacyNet, role: Role = Role.GRID_WORKER) -> Mapping[str, Any]:
    """Propose the posts of a role."""
    return do("nets.propose_posts", NOON, net=net.id, role=role.value).result


def transfers(net: LegacyNet, state: str = "open") -> list[DutyTransfer]:
    """List a net's hand-overs of a state."""
    mine = DutyTransfer.objects.filter(duty__cell__net=net, state=state)
    return list(mine.select_related("post", "duty").order_by("duty__name", "post__area_code"))


def signed(
    command: str, by: Actor, some: Iterable[DutyTransfer], **more: Any
) -> Mapping[str, Any]:
    """Sign hand-overs, or decide them."""
    ids = [str(each.id) for each in some]
    return do(f"nets.{command}", NOON, by, transfers=ids, **more).result


def handed(net: LegacyNet) -> dict[str, list[str]]:
    """Tell which duties are handed over for each unit."""
    found: dict[str, list[str]] = {}
    rows = HandedUnit.objects.filter(duty__cell__net=net)
    for unit, duty in rows.values_list("unit_code", "duty__name"):
        found.setdefault(unit, []).append(duty)
    return found


def workers(offices: Offices, grids: Iterable[str]) -> dict[str, Actor]:
    """Seat a grid worker with an account in each of some grids."""
    return {grid: offices.seat(f"网格员{grid}", Role.GRID_WORKER, grid) for grid in grids}


def held_by(net: LegacyNet, person: UUID | None) -> None:
    """Say who of the city's persons had all duties of a net."""
    LegacyDuty.objects.filter(cell__net=net).update(person=person)


__all__ = ["COLUMNS", "DutyTransfer"]
