"""Bring a survey in: read and check it, show what was found, store it when somebody accepts.

Nothing is stored before that; what an earlier survey said stays on record.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from json import loads
from typing import Any, Final, Literal
from uuid import UUID

import shapely
from django.conf import settings
from pydantic import Field

from yige.base import files, jobs
from yige.base.access import within
from yige.base.city import setting
from yige.base.commands import Call, command
from yige.base.crypto import canonical
from yige.base.fields import Body, Line
from yige.base.models import Job
from yige.base.tables.read import read_table
from yige.base.tables.shape import Limits
from yige.kernel.codes import Level, part
from yige.kernel.places import Datum
from yige.kernel.results import Facts
from yige.territory import access, net, queries
from yige.territory.codes import DivisionCode
from yige.territory.errors import NothingToStore, RowsWrong, SurveyState
from yige.territory.matching import Match, matched
from yige.territory.models import Division, Grid, Survey, Unit
from yige.territory.storing import store
from yige.territory.survey_found import Notice, RowError
from yige.territory.survey_found import Survey as Found
from yige.territory.survey_rows import read_survey

SHOWN: Final = 1_000
"""Row errors kept for the page; all of them are counted."""


class SurveyFile(Body):
    """A file with units of an area, how it is to be read, and in which datum it stands.

    Without a name the survey is called as its file.
    """

    name: Line = Field(default="", max_length=120)
    area: DivisionCode
    file: str = Field(pattern=r"^[0-9a-f]{64}$")
    source: Line = ""
    datum: Datum | None = None
    vintage: date | None = None
    part: Line | None = None
    mapping: dict[str, Any] = Field(default_factory=dict)
    repair: bool = False


class SurveyNamed(Body):
    """The survey that is meant."""

    survey: UUID


class Noted(SurveyNamed):
    """What reading the survey's file came to."""

    state: Literal["checked", "refused"]
    report: dict[str, Any]


class Accepted(SurveyNamed):
    """The rows that somebody agrees to leave out (or all that are listed); the rest is stored."""

    left_out: list[int] = Field(default_factory=list, max_length=1_000_000)
    without_listed: bool = False


@command("territory.import_survey", may=access.may_draft)
def import_survey(call: Call, said: SurveyFile) -> Survey:
    """Take a survey's file in and have it read; nothing is stored yet."""
    queries.area(said.area)
    files.path_of(said.file)
    job = jobs.enqueue(
        "territory.read_survey", at=call.at, by=call.actor, area=said.area, survey=str(call.id)
    )
    asked = {"part": said.part, "mapping": said.mapping, "repair": said.repair}
    survey = Survey.objects.create(
        id=call.id,
        name=said.name or said.source.rpartition(".")[0][:120] or said.file[:8],
        area_code=said.area,
        source=said.source,
        datum=said.datum or "",
        vintage=said.vintage,
        file=said.file,
        report=canonical({"asked": asked}),
        received_at=call.at,
        job_id=job.id,
        changed_by=call.id,
    )
    call.tell("territory.survey_received", subject=survey.id, area=said.area)
    return survey


@command("territory.note_survey", may=access.may_store)
def note_survey(call: Call, noted: Noted) -> Survey:
    """Keep what was found in a survey's file, for somebody to decide on."""
    survey = _in_state(call, noted.survey, Survey.READING)
    survey.state = noted.state
    survey.report = canonical(loads(survey.report) | noted.report)
    survey.units = int(noted.report.get("units", 0))
    survey.households = int(noted.report.get("households", 0))
    _save(call, survey)
    call.tell("territory.survey_read", subject=survey.id, area=survey.area_code,
              state=survey.state)  # fmt: skip
    return survey


@command("territory.accept_survey", may=access.may_edit_survey)
def accept_survey(call: Call, accepted: Accepted) -> Survey:
    """Agree to a survey as it was read, without the rows named; a job stores it.

    Raises RowsWrong when a row that cannot be right is not among those left out.
    """
    survey = _in_state(call, accepted.survey, Survey.CHECKED)
    bad = set(loads(survey.report).get("bad_rows", ()))
    left_out = sorted(bad | {*accepted.left_out} if accepted.without_listed else accepted.left_out)
    staying = sorted(bad - {*left_out})
    if staying:
        raise RowsWrong(rows=staying[:100], count=len(staying))
    job = jobs.enqueue("territory.store_survey", at=call.at, by=call.actor,
                       area=survey.area_code, survey=str(survey.id))  # fmt: skip
    survey.state, survey.job_id = Survey.STORING, job.id
    survey.left_out = canonical(sorted(set(left_out)))
    _save(call, survey)
    call.tell("territory.survey_accepted", subject=survey.id, area=survey.area_code,
              left_out=len(set(left_out)))  # fmt: skip
    return survey


@command("territory.store_survey", may=access.may_store)
def store_survey(call: Call, named: SurveyNamed) -> Survey:
    """Store the units of an accepted survey with their borders, and join new ones to the net."""
    survey = _in_state(call, named.survey, Survey.STORING)
    net.hold()
    found = found_in(survey)
    match = matched(found.rows, survey.area_code)
    if found.errors or match.errors:
        raise RowsWrong(rows=[e.row for e in (*found.errors, *match.errors)][:100])
    if not len(found.rows):
        raise NothingToStore(survey=str(survey.id))
    stored = store(survey, found, match, at=call.at, by=call.id)
    survey.state, survey.units = Survey.STORED, len(found.rows)
    survey.households = int(found.rows.households.sum())
    _save(call, survey)
    net.bump(at=call.at)
    if Grid.objects.filter(valid_until=None).exists():
        jobs.enqueue("territory.draw_net", at=call.at, by=call.actor, key=f"net:{net.stamp()}")
    call.tell("territory.survey_stored", subject=survey.id, area=survey.area_code, counts=stored)
    return survey


@command("territory.drop_survey", may=access.may_edit_survey)
def drop_survey(call: Call, named: SurveyNamed) -> Survey:
    """Lay a survey aside that was not stored."""
    survey = _in_state(
        call, named.survey, Survey.READING, Survey.CHECKED, Survey.REFUSED, Survey.STORING
    )
    for job in Job.objects.filter(id__in=[survey.job_id] if survey.job_id else []):
        jobs.ask_to_cancel(job)
    survey.state = Survey.DROPPED
    _save(call, survey)
    call.tell("territory.survey_dropped", subject=survey.id, area=survey.area_code)
    return survey


def report_of(survey: Survey) -> dict[str, Any]:
    """Read a survey's file and say what is in it, for the one who decides."""
    found = found_in(survey)
    match = matched(found.rows, survey.area_code)
    errors = [*found.errors, *match.errors]
    with_net = set(
        Grid.objects.filter(within(survey.area_code, field="code"), valid_until=None)
        .values_list("community_code", flat=True)
        .distinct()
    )
    joining = sum(
        unit is None and community in with_net
        for unit, community in zip(match.known, found.rows.community, strict=True)
    )
    warnings = [*found.warnings, *_small(found, match)]
    return {
        "units": len(found.rows),
        "households": int(found.rows.households.sum()),
        "residents": int(found.rows.residents.sum()),
        "communities": len(set(found.rows.community)),
        "known": len(found.rows) - match.new,
        "new": match.new,
        "missing": match.missing,
        "joining": joining,
        "borders": len(found.adjacency) if found.adjacency is not None else 0,
        "errors": [_error(error) for error in errors[:SHOWN]],
        "error_count": len(errors),
        "bad_rows": sorted({error.row for error in errors}),
        "warnings": [_notice(notice) for notice in warnings],
        "assumptions": [_notice(notice) for notice in found.assumptions],
    }


def _small(found: Found, match: Match) -> list[Notice]:
    """Note communities that will have fewer households than one grid needs."""
    held: Counter[str] = Counter()
    for community, households in zip(
        found.rows.community, found.rows.households.tolist(), strict=True
    ):
        held[community] += households
    again = {unit.id for unit in match.known if unit is not None}
    there = Unit.objects.filter(community_code__in=list(held), valid_until=None)
    for unit, community, households in there.values_list("id", "community_code", "households"):
        held[community] += 0 if unit in again else households
    lower = setting("territory.lower")
    small = sorted(community for community, households in held.items() if households < lower)
    facts: Facts = {"count": len(small), "communities": list(small), "lower": lower}
    return [Notice("territory.survey_community_small", facts)] if small else []


def found_in(survey: Survey) -> Found:
    """Read a survey's file as it was asked for (kept for a second look)."""
    asked = loads(survey.report).get("asked", {})
    return _found(
        survey.file, survey.area_code, survey.datum, canonical(asked), survey.left_out, net.stamp()
    )


@lru_cache(maxsize=2)
def _found(file: str, area: str, datum: str, asked: str, left_out: str, stamp: str) -> Found:
    """Read by everything that the answer depends on: the same file, city and wishes."""
    wishes = loads(asked)
    limits = Limits(memory_bytes=settings.YIGE_MEMORY_MB << 20)
    table = read_table(files.path_of(file), limits=limits, part=wishes.get("part"))
    names, outlines, city = _surroundings(area)
    return read_survey(
        table,
        datum=Datum(datum) if datum else None,
        mapping=wishes.get("mapping") or None,
        known_communities=names,
        city_outline=city,
        community_outlines=outlines,
        accept_without=loads(left_out),
        repair=bool(wishes.get("repair")),
    )


def _surroundings(
    area: str,
) -> tuple[dict[str, str], Mapping[str, shapely.Geometry], shapely.Geometry | None]:
    """Give the area's communities with their outlines, and the city's outline."""
    there = Division.objects.filter(within(area, field="code"), valid_until=None)
    communities = there.filter(level=Level.COMMUNITY)
    names = dict(communities.values_list("code", "name"))
    drawn = dict(communities.exclude(outline="").values_list("code", "outline"))
    city = Division.objects.filter(code=part(area, Level.CITY), valid_until=None)
    outline = next((text for text in city.values_list("outline", flat=True) if text), "")
    shapes: Sequence[Any] = shapely.from_geojson(list(drawn.values())) if drawn else ()
    return (
        names,
        dict(zip(drawn, shapes, strict=True)),
        shapely.from_geojson(outline) if outline else None,
    )


def _in_state(call: Call, survey_id: UUID, *states: str) -> Survey:
    survey = access.survey_for(call.actor, survey_id)
    if survey.state not in states:
        raise SurveyState(survey=str(survey.id), state=survey.state, wanted=list(states))
    call.expect(survey)
    return survey


def _save(call: Call, survey: Survey) -> None:
    call.touch(survey)
    survey.save()


def _error(error: RowError) -> dict[str, Any]:
    return {
        "row": error.row,
        "column": error.column,
        "value": error.value,
        "code": error.code,
        "facts": error.facts,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {"code": notice.code, "facts": notice.facts, "rows": notice.rows[:SHOWN]}
