"""Plans as files: taken out in any kind, and brought in as a new draft."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, Router

from yige.api.answers import answered_by, said
from yige.api.callers import caller_of
from yige.base import files
from yige.base.commands import NotAllowed, run
from yige.kernel import clock
from yige.territory import access
from yige.territory.plan_files import opened, plan_to_write
from yige.territory.plan_reading import read_assignment

MOST_BYTES: Final = 256 << 20
PIECE: Final = 1 << 20
BINARY: Final[dict[str, Any]] = {
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
}

router = Router(tags=["plans"])


@dataclass(frozen=True, slots=True)
class Imported:
    """The draft that was made: its id is that of the command."""

    id: UUID
    outcome: str
    result: dict[str, Any]
    is_repeat: bool


@router.get(
    "/plans/{uuid:plan}/export.{kind}",
    operation_id="export_plan",
    summary="Take a plan out",
    openapi_extra={"responses": {200: {"description": "The file", **BINARY}}},
)
def export_plan(request: HttpRequest, plan: UUID, kind: str) -> FileResponse:
    """Give a plan's units with their grids as `csv`, `xlsx`, `ods`, `geojson`, `gpkg` or `shp`
    (zipped): columns `unit`, `community`, `grid`, `grid_code`, `households`, `reason`."""
    row, how = plan_to_write(caller_of(request).actor, plan, kind)
    return FileResponse(
        opened(row, how, at=clock.now()),
        as_attachment=True,
        filename=f"{row.name}.{how.suffix}",
        content_type=how.media_type,
    )


@router.post(
    "/plans/import",
    operation_id="import_plan",
    summary="Bring a plan in",
    openapi_extra={"requestBody": {"required": True, **BINARY}},
)
@answered_by("import_plan", Imported)
def import_plan(
    request: HttpRequest,
    id: UUID,  # noqa: A002 - a parameter of the address
    name: Annotated[str, Query(min_length=1, max_length=120)],
    area: Annotated[str, Query(pattern=r"^(\d{6}|\d{9}|\d{12})$")],
    base: UUID | None = None,
    lower: Annotated[int | None, Query(ge=0)] = None,
    upper: Annotated[int | None, Query(ge=1)] = None,
    accept_rest: bool = False,  # noqa: FBT001, FBT002 - a parameter of the address
    unit: Annotated[str, Query(max_length=100)] = "",
    grid: Annotated[str, Query(max_length=100)] = "",
) -> HttpResponse:
    """Make a draft of the file that is the request's body, of any kind a plan is taken out in.

    `unit` and `grid` name its columns where they are called otherwise. `id` is that of the
    command `territory.import_plan`, which this runs: the same again gives the first result.
    """
    actor = caller_of(request).actor
    if not actor.holds(*access.DRAFTERS):
        raise NotAllowed(command="territory.import_plan", role=actor.role, area=actor.area)
    kept = files.keep(
        _pieces(request), name="", kind="plan", most=MOST_BYTES, at=clock.now(),
        account=actor.account,
    )  # fmt: skip
    asked = {"name": name, "area": area, "base": base and str(base), "lower": lower,
             "upper": upper, "accept_rest": accept_rest}  # fmt: skip
    body = asked | read_assignment(kept.digest, unit, grid).as_body()
    done = run("territory.import_plan", body, id=id, actor=actor, at=clock.now())
    return said(Imported(done.id, done.outcome, dict(done.result), done.is_repeat))


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    while piece := request.read(PIECE):
        yield piece
