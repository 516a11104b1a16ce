"""Take over the counts of a campaign as one survey: what was known before keeps its time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np

from yige.base import jobs
from yige.base.access import Actor
from yige.territory import net
from yige.territory.affected import in_parts
from yige.territory.matching import Match, changed
from yige.territory.models import Grid, Survey, Unit
from yige.territory.storing import TOLD, known_since, refresh_grids, store, what_was_known, write
from yige.territory.survey_columns import AGE_BANDS
from yige.territory.survey_found import Survey as Found
from yige.territory.survey_found import SurveyRows


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """What a campaign counted in a unit. One that nobody knew has no code, and a place to be in.

    Doors are not counted where there are none, residents where households have none; then what
    is known of them stays. So do age bands while the residents are as many as before.
    """

    code: str
    households: int
    residents: int
    ages: tuple[int, ...]
    doors: int = 0
    source_id: str = ""
    community: str = ""
    compound: str = ""
    building: str = ""
    stairwell: str = ""
    firm: str = ""
    floors: int = 0
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """A campaign's counts and where they come from."""

    id: UUID
    name: str
    area: str
    source: str
    vintage: date
    units: Sequence[UnitCounts]


def store_counts(counts: Counts, *, at: datetime, by: UUID, actor: Actor) -> Survey:
    """Store counts as a survey in the caller's transaction, in the place of what was known.

    Units keep id, code, place and outline; new ones get theirs for ever and join the grid of
    their neighbour. What was known of a unit that differs stays as `UnitBefore`.
    """
    net.hold()
    survey = Survey.objects.create(
        id=counts.id,
        name=counts.name,
        area_code=counts.area,
        source=counts.source,
        datum="",
        vintage=counts.vintage,
        state=Survey.STORED,
        received_at=at,
        units=len(counts.units),
        households=sum(unit.households for unit in counts.units),
        changed_by=by,
    )
    known = _units_by_code([unit.code for unit in counts.units if unit.code])
    _store_known(survey, counts, known, at=at, by=by)
    new = [unit for unit in counts.units if unit.code not in known]
    if new:
        nobody = Match([None] * len(new), [], missing=1)
        store(survey, _as_found(new), nobody, at=at, by=by)
    refresh_grids(sorted({unit.community_code for unit in known.values()}))
    net.bump(at=at)
    if Grid.objects.filter(valid_until=None).exists():
        jobs.enqueue("territory.draw_net", at=at, by=actor, key=f"net:{net.stamp()}")
    return survey


def _units_by_code(codes: Sequence[str]) -> dict[str, Unit]:
    return {unit.code: unit for some in in_parts(codes)
            for unit in Unit.objects.filter(code__in=some)}  # fmt: skip


def _store_known(
    survey: Survey, counts: Counts, known: dict[str, Unit], *, at: datetime, by: UUID
) -> None:
    since = known_since(Match(list(known.values()), [], missing=0))
    written, before = [], []
    for counted in counts.units:
        unit = known.get(counted.code)
        if unit is None:
            continue
        values = {name: getattr(unit, name) for name in TOLD} | _numbers(counted, unit)
        if changed(unit, values):
            before.append(what_was_known(unit, since.get(unit.id, unit.valid_from), at))
            own = {"id": unit.id, "code": unit.code, "community_code": unit.community_code}
            written.append(own | values | {"survey_id": survey.id, "valid_from": at,
                                           "changed_by": by})  # fmt: skip
    write(written, before)


def _numbers(counted: UnitCounts, unit: Unit) -> dict[str, int]:
    """Give what was counted; what nobody counted stays as it is known."""
    numbers = {"households": counted.households, "doors": counted.doors or unit.doors}
    if counted.households and not counted.residents and not any(counted.ages):
        return numbers
    numbers["residents"] = counted.residents
    if any(counted.ages) or counted.residents != unit.residents:
        numbers |= dict(zip(AGE_BANDS, counted.ages, strict=True))
    return numbers


def _as_found(new: Sequence[UnitCounts]) -> Found:
    """Write units that nobody knew as rows of a survey."""
    place = [(np.nan, np.nan) if u.lon is None or u.lat is None else (u.lon, u.lat) for u in new]
    return Found(
        rows=SurveyRows(
            number=list(range(1, len(new) + 1)),
            code=[u.source_id for u in new],
            community=[u.community for u in new],
            compound=[u.compound for u in new],
            building=[u.building for u in new],
            stairwell=[u.stairwell for u in new],
            firm=[u.firm for u in new],
            address=[""] * len(new),
            kind=["residential"] * len(new),
            households=np.array([u.households for u in new], np.int64),
            residents=np.array([u.residents for u in new], np.int64),
            doors=np.array([u.doors for u in new], np.int64),
            floors=np.array([u.floors for u in new], np.int64),
            ages=np.array([u.ages for u in new], np.int64),
            lon=np.array([lon for lon, _ in place], np.float64),
            lat=np.array([lat for _, lat in place], np.float64),
            shapes=[None] * len(new),
        ),
        errors=[],
        warnings=[],
        assumptions=[],
        left_out=[],
        codes_left_out=frozenset(),
        adjacency=None,
    )
