"""Put the demo city into an empty database, by the commands a real city would use.

Everything is dated back, so that the year of cases lies behind the day of loading: divisions,
survey and adoption come first, then the posts, then the year.
"""

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import numpy as np
import shapely

from yige.base import commands, files, jobs
from yige.base.access import SYSTEM
from yige.base.models import Job
from yige.demo.city import City
from yige.demo.staff import hire
from yige.demo.survey import survey_file
from yige.engines import division
from yige.kernel.ids import new_id
from yige.territory import imports, net, queries
from yige.territory.ground import ground_of
from yige.territory.jobs import problem_of
from yige.territory.models import Plan, Survey
from yige.territory.previews import preview
from yige.territory.work import minutes_of

LOWER, UPPER = 200, 400
BEFORE_THE_YEAR: Final = timedelta(days=400)
ADOPTED_AFTER, FILLED_AFTER = timedelta(days=10), timedelta(days=11)


def load_territory(city: City, *, at: datetime) -> None:
    """Enter the divisions, bring the survey in, divide it into 300 grids, and adopt them."""
    enter_divisions(city, at=at)
    bring_survey(city, at=at)
    adopt_grids(city, at=at + ADOPTED_AFTER)


def load_people(city: City, *, at: datetime) -> None:
    """Fill the posts of every area, the day after the grids came into force."""
    at += FILLED_AFTER
    grids = {grid.code: grid.name for grid in queries.grids_at(city.code, at)}
    hire(city, grids=grids, at=at)


def enter_divisions(city: City, *, at: datetime) -> None:
    """Enter towns, communities and villages with their outlines."""
    towns = [
        {"code": code, "name": name, **_place(outline, seat)}
        for code, name, outline, seat in zip(
            city.towns.code, city.towns.name, city.towns.outline, city.towns.seat, strict=True
        )
    ]
    communities = [
        {"code": code, "name": name, "kind": "community", **_place(outline, seat)}
        for code, name, outline, seat in zip(
            city.communities.code,
            city.communities.name,
            city.communities.outline,
            city.communities.seat,
            strict=True,
        )
    ]
    villages = [
        {
            "code": code,
            "name": name,
            "kind": "village",
            "households": int(households),
            "residents": int(residents.sum()),
            **_place(outline, seat),
        }
        for code, name, households, residents, outline, seat in zip(
            city.villages.code,
            city.villages.name,
            city.villages.households,
            city.villages.residents,
            city.villages.outline,
            city.villages.seat,
            strict=True,
        )
    ]
    whole = {"code": city.code, "name": city.name, **_place(city.ground.city, None)}
    _do("territory.set_divisions", at=at, divisions=[whole, *towns, *communities, *villages])


def bring_survey(city: City, *, at: datetime) -> None:
    """Write the units to a survey file and take it through the same import as any other."""
    stored = files.keep(
        [survey_file(city)], name="survey.geojson", kind="application/geo+json",
        most=1 << 30, at=at,
    )  # fmt: skip
    survey = _do(
        "territory.import_survey", at=at, name="全市入户普查", area=city.code,
        file=stored.digest, source="演示数据", datum="cgcs2000",
    )  # fmt: skip
    _instead_of_its_job(Survey.objects.get(id=survey).job_id)
    report = imports.report_of(Survey.objects.get(id=survey))
    _do("territory.note_survey", at=at, survey=survey, state="checked", report=report)
    _do("territory.accept_survey", at=at, survey=survey)
    _instead_of_its_job(Survey.objects.get(id=survey).job_id)
    _do("territory.store_survey", at=at, survey=survey)


def adopt_grids(city: City, *, at: datetime) -> None:
    """Divide the city into its grids, write the reasons that are due, and adopt the plan."""
    wanted = dict(zip(city.communities.code, city.communities.grids.tolist(), strict=True))
    drafted = _do(
        "territory.draft_plan", at=at, name="全市网格划分方案", area=city.code, lower=LOWER,
        upper=UPPER, seed=city.seed, grids=wanted,
    )  # fmt: skip
    _instead_of_its_job(Plan.objects.get(id=drafted).job_id)
    ground = ground_of(city.code, at)
    problem = problem_of(ground, lower=LOWER, upper=UPPER, grids=wanted, keep="none")
    found = division.divide(problem, seed=city.seed, effort="normal")
    _do(
        "territory.store_plan", at=at, plan=drafted, fingerprint=ground.fingerprint,
        labels=found.labels.tolist(), work=minutes_of(ground.codes, city.code, at=at).tolist(),
    )  # fmt: skip
    faults = preview(Plan.objects.get(id=drafted), at=at).faults
    if faults:
        labels = sorted({fault.label for fault in faults})
        _do("territory.set_reason", at=at, plan=drafted, labels=labels, reason="小区整体保留")
    _do("territory.propose_plan", at=at, plan=drafted)
    _do("territory.adopt_plan", at=at, plan=drafted, net_version=net.version())


def _place(outline: Any, seat: Any) -> dict[str, Any]:
    place: dict[str, Any] = {"outline": shapely.to_geojson(outline)}
    if seat is not None:
        place |= {"lon": float(seat[0]), "lat": float(seat[1])}
    return place


def _instead_of_its_job(job: UUID | None) -> None:
    """End a job whose work is done here, at a time of the past."""
    for waiting in Job.objects.filter(id__in=[job] if job else []):
        jobs.ask_to_cancel(waiting)


def _do(command: str, *, at: datetime, **body: Any) -> UUID:
    said = {name: _plain(value) for name, value in body.items()}
    return commands.run(command, said, id=new_id(), actor=SYSTEM, at=at).id


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.tolist() if isinstance(value, np.ndarray) else value
