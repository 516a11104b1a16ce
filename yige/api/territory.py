"""The city's areas, and where a place lies. Public, as the net itself is."""

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import AwareDatetime

from yige.api.answers import answered_by, said
from yige.api.callers import caller_of
from yige.edge.limits import knock
from yige.kernel.codes import Level
from yige.territory import queries
from yige.territory.locate import locate
from yige.territory.queries import Area

router = Router(tags=["territory"])


@dataclass(frozen=True, slots=True)
class AreaRead:
    """An area, and those of the next level below that are in force."""

    area: Area
    below: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """The smallest area known to hold a place. `how`: unit, point, near, address, area, city."""

    unit_code: str
    area_code: str
    level: Level | None
    name: str
    how: str


@router.get("/areas/{code}", operation_id="area", summary="Read an area")
@answered_by("area", AreaRead)
def area(request: HttpRequest, code: str) -> HttpResponse:
    """Give an area by its code, also one that is no longer in force."""
    return said(AreaRead(queries.area(code), tuple(queries.children_of(code))))


@router.get("/locate", operation_id="locate", summary="Find where a place lies")
@answered_by("locate", Place)
def locate_place(
    request: HttpRequest,
    lon: Annotated[float | None, Query(ge=-180, le=180)] = None,
    lat: Annotated[float | None, Query(ge=-90, le=90)] = None,
    address: Annotated[str, Query(max_length=200)] = "",
    unit_code: Annotated[str, Query(pattern=r"^(\d{18})?$")] = "",
    area_code: Annotated[str, Query(pattern=r"^\d{0,15}$")] = "",
    at: AwareDatetime | None = None,
) -> HttpResponse:
    """Find the smallest area that holds a place (degrees in CGCS2000), now or on a past day."""
    if caller_of(request).actor.account is None:
        knock(request, "ask")
    found = locate(
        lon=lon, lat=lat, address=address, unit_code=unit_code, area_code=area_code, at=at
    )
    place = Place(
        found.unit_code, found.area_code, found.level, found.name if found.area_code else "",
        found.how,
    )  # fmt: skip
    return said(place)
