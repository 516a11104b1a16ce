"""Enter the city's divisions: its towns, communities and villages, with the day they begin."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from json import JSONDecodeError, loads
from typing import Any, Final, Literal

import shapely
from pydantic import AwareDatetime, Field

from yige.base import rows
from yige.base.commands import Call, command
from yige.base.fields import Body, Line, Words
from yige.kernel.codes import Level, level_of, parents
from yige.territory import access, net
from yige.territory.codes import DivisionCode
from yige.territory.errors import DivisionsWrong
from yige.territory.models import Division

Kind = Literal["", "community", "village"]
TOLD: Final = ("name", "kind", "households", "residents", "lon", "lat", "outline")
"""What a division says of itself; a change of any of it begins a new row."""


class Said(Body):
    """A division as it is entered."""

    code: DivisionCode
    name: Line = Field(min_length=1, max_length=120)
    kind: Kind = ""
    households: int = Field(default=0, ge=0, le=20_000_000)
    residents: int = Field(default=0, ge=0, le=20_000_000)
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False)
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False)
    outline: str = Field(default="", max_length=4_000_000)


class Divisions(Body):
    """Divisions that hold from an instant on (from now, when it is not said)."""

    divisions: list[Said] = Field(min_length=1, max_length=20_000)
    ended: list[DivisionCode] = Field(default_factory=list, max_length=20_000)
    valid_from: AwareDatetime | None = None
    source: Words = ""


@command("territory.set_divisions", may=access.may_set_divisions)
def set_divisions(call: Call, said: Divisions) -> dict[str, int]:
    """Enter new divisions, change known ones from a day on, end others.

    What is known already and the same changes nothing. A change keeps the old row with its time.
    """
    at = min(said.valid_from or call.at, call.at)
    known = {d.code: d for d in Division.objects.filter(valid_until=None)}
    _check(said, known)
    net.hold()
    fresh = [one for one in said.divisions if not _is_same(one, known.get(one.code))]
    over = [known[code] for code in said.ended if code in known]
    for one in fresh:
        _enter(call, one, known.get(one.code), at)
    for division in over:
        _end(call, division, at)
    if fresh or over:
        net.bump(at=call.at)
    return {"entered": len(fresh), "ended": len(over), "same": len(said.divisions) - len(fresh)}


def _check(said: Divisions, known: Mapping[str, Division]) -> None:
    """Refuse what would leave a division without the area above it, or the city doubled."""
    codes = [one.code for one in said.divisions]
    alive = ({*known} | {*codes}) - {*said.ended}
    wrong = [
        *_faulty("twice", [code for code in set(codes) if codes.count(code) > 1]),
        *_faulty("no_parent", [c for c in alive if len(c) > 6 and parents(c)[1] not in alive]),
        *_faulty("second_city", sorted(c for c in alive if level_of(c) is Level.CITY)[1:]),
        *faulty_outlines((one.code, one.outline) for one in said.divisions),
    ]
    if wrong:
        raise DivisionsWrong(rows=wrong[:100], count=len(wrong))


def _faulty(what: str, codes: Sequence[str]) -> list[dict[str, str]]:
    return [{"code": code, "what": what} for code in sorted(codes)]


def faulty_outlines(said: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """List the codes whose outline is no sound polygon."""
    return _faulty("outline", [code for code, outline in said if not _is_outline(outline)])


def _is_outline(text: str) -> bool:
    """Tell whether a text is empty, or GeoJSON of a sound polygon in degrees."""
    if not text:
        return True
    try:
        shape = shapely.from_geojson(text) if isinstance(loads(text), dict) else None
    except (JSONDecodeError, RecursionError, shapely.errors.GEOSException):
        return False
    if shape is None or shape.geom_type not in ("Polygon", "MultiPolygon"):
        return False
    west, south, east, north = shape.bounds or (1, 0, 0, 0)
    return bool(shape.is_valid and -180 <= west <= east <= 180 and -90 <= south <= north <= 90)


def _values(said: Said) -> dict[str, Any]:
    values = {name: getattr(said, name) for name in TOLD}
    if level_of(said.code) is Level.COMMUNITY and not said.kind:
        values["kind"] = "community"
    return values


def _is_same(said: Said, known: Division | None) -> bool:
    return known is not None and all(
        getattr(known, name) == value for name, value in _values(said).items()
    )


def _enter(call: Call, said: Said, known: Division | None, at: datetime) -> None:
    """Write a division; one that was entered for the same instant is corrected in place."""
    values = _values(said) | {"changed_by": call.id}
    if known is not None and known.valid_from >= at:
        Division.objects.filter(id=known.id).update(version=known.version + 1, **values)
    else:
        if known is not None:
            Division.objects.filter(id=known.id).update(valid_until=at, changed_by=call.id)
        row = {"code": said.code, "level": level_of(said.code), "valid_from": at} | values
        rows.insert(Division, [row])
    what = "division_entered" if known is None else "division_changed"
    call.tell(f"territory.{what}", area=said.code, name=said.name)


def _end(call: Call, division: Division, at: datetime) -> None:
    Division.objects.filter(id=division.id).update(
        valid_until=max(at, division.valid_from), changed_by=call.id
    )
    call.tell("territory.division_ended", area=division.code)
