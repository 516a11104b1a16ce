"""Pages that show every piece of the frame once, for the browser to look at."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path
from django.utils import timezone

from yige.base.access import Actor, Role
from yige.config.urls import urlpatterns as house
from yige.web.shell.forms import Form

HERE = Path(__file__).with_name("specimens")
CLERK = Actor(
    role=Role.STATION,
    account=UUID(int=1),
    name="王芳",
    title="社区工作者",
    area="370683001002",
)
GRIDS = [f"370683001002{number:03d}" for number in range(1, 5)]
WEST, SOUTH, STEP = 119.94, 37.17, 0.01


def cell(number: int) -> list[list[float]]:
    """Return the corners of one of four square grids, side by side."""
    west, east = WEST + number * STEP, WEST + (number + 1) * STEP
    north = SOUTH + STEP
    return [[west, SOUTH], [east, SOUTH], [east, north], [west, north], [west, SOUTH]]


def specimen(request: HttpRequest, name: str) -> HttpResponse:
    request.actor = Actor(  # type: ignore[attr-defined]
        role=Role.STATION,
        account=UUID(int=1),
        name="王芳",
        title="社区工作者",
        area="370683001002",
    )
    template = engines["django"].from_string((HERE / f"{name}.html").read_text("utf-8"))  # type: ignore[attr-defined]
    return HttpResponse(template.render(_content(), request))


def units(request: HttpRequest) -> HttpResponse:
    features = [
        {
            "type": "Feature",
            "properties": {"code": f"u{number}", "grid": f"{number // 2 + 1:03d}"},
            "geometry": {"type": "Polygon", "coordinates": [cell(number)]},
        }
        for number in range(4)
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


def place_name(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"text": "文昌社区 3号楼附近"})


def _content() -> dict[str, Any]:
    now = timezone.now()
    work = SimpleNamespace(
        id=1, step="划分网格", kind="divide", state="running", done=0.42, error="",
        started_at=now - timedelta(seconds=40),
    )  # fmt: skip
    return {
        "form": Form(
            values={"text": ["楼道里堆了很多杂物"]},
            errors={"phone": "电话号码应为 11 位数字。", "kind": "请选一项。"},
            refusal="没有提交成功:有 2 处需要改。",
            quote="R-20261124-07",
        ),
        "kinds": [("a", "楼道堆物"), ("b", "消防通道堵塞")],
        "soon": now + timedelta(minutes=95),
        "late": now - timedelta(hours=5),
        "job": work,
        "grids": GRIDS,
        "bounds": f"{WEST},{SOUTH},{WEST + 4 * STEP},{SOUTH + STEP}",
    }


urlpatterns = [
    path("specimens/units.geojson", units),
    path("specimens/place", place_name),
    path("specimens/<slug:name>", specimen),
    *house,
]
