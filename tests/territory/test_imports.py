from datetime import timedelta
from json import loads

import pytest

from tests.city import DONGGUAN, WENCHANG, YONGAN, City
from tests.territory.planning import NOON, do, members_now
from tests.territory.survey_files import (
    HEADINGS,
    accepted,
    as_csv,
    brought,
    changed,
    rows_of,
    work,
)
from yige.base import files
from yige.base.access import Actor, Role
from yige.base.commands import NotAllowed
from yige.base.models import Job
from yige.kernel import clock
from yige.territory import net, queries
from yige.territory.errors import RowsWrong, SurveyState
from yige.territory.locate import locate
from yige.territory.models import Border, Compound, Grid, Net, Survey, Unit, UnitBefore

LATER = NOON + timedelta(days=30)


@pytest.fixture
def divided(surveyed: City) -> City:
    """The small city with its divisions only: no unit is known yet."""
    Border.objects.all().delete()
    Unit.objects.all().delete()
    net.bump(at=NOON)
    return surveyed


def test_a_survey_is_read_shown_and_stored_when_accepted(divided: City) -> None:
    survey = brought(as_csv(rows_of(WENCHANG) + rows_of(YONGAN)))
    read = loads(survey.report)
    before = Unit.objects.count()

    survey = accepted(survey)

    assert (survey.state, before, Unit.objects.count()) == (Survey.STORED, 0, 48)
    assert (read["units"], read["households"], read["new"], read["bad_rows"]) == (48, 960, 48, [])
    assert list(Unit.objects.filter(community_code=YONGAN).order_by("code").values_list(
        "code", flat=True))[:2] == [f"{YONGAN}000001", f"{YONGAN}000002"]  # fmt: skip
    unit = Unit.objects.get(code=f"{WENCHANG}000001")
    assert (unit.compound.name, unit.building.name, unit.name) == (  # type: ignore[union-attr]
        "文昌花园", "1号楼", "1单元")  # fmt: skip
    assert Border.objects.filter(is_bridge=False).count() == 2 * (4 * 5 + 3 * 6)
    assert locate(address="文昌花园1号楼1单元").unit_code == unit.code


def test_a_row_that_cannot_be_right_keeps_the_whole_survey_out(divided: City) -> None:
    lines = rows_of(WENCHANG)
    lines[3] = changed(lines[3], {5: "-4"})
    lines[7] = changed(lines[7], {1: "370683009009"})
    survey = brought(as_csv(lines))

    with pytest.raises(RowsWrong) as refusal:
        accepted(survey)

    report = loads(survey.report)
    assert [(e["row"], e["column"], e["value"], e["code"]) for e in report["errors"]] == [
        (5, "户数", "-4", "territory.row_negative"),
        (9, "社区编码", "370683009009", "territory.row_community_unknown"),
    ]
    assert refusal.value.facts == {"rows": [5, 9], "count": 2}
    assert not Unit.objects.exists()


def test_the_rows_that_somebody_agrees_to_leave_out_stay_out(divided: City) -> None:
    lines = rows_of(WENCHANG)
    lines[3] = changed(lines[3], {5: "-4"})
    survey = brought(as_csv(lines))

    survey = accepted(survey, left_out=[5])

    assert (survey.state, survey.units, loads(survey.left_out)) == (Survey.STORED, 23, [5])
    assert not Unit.objects.filter(source_id=f"{WENCHANG}-3").exists()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "base.file_empty"),
        (as_csv([]), "territory.survey_empty"),
        (as_csv([["1", "2"]], headings=["甲", "乙"]), "territory.columns_missing"),
        (b"%PDF-1.4 no survey", "base.file_kind_unknown"),
        (b"PK\x03\x04 broken", "base.file_damaged"),
    ],
)
def test_a_file_that_is_no_survey_is_refused_with_the_reason(
    divided: City, content: bytes, code: str
) -> None:
    survey = brought(content)

    assert (survey.state, loads(survey.report)["refusal"]["code"]) == (Survey.REFUSED, code)
    assert not Unit.objects.exists()


def test_a_survey_that_does_not_name_its_datum_is_refused(divided: City) -> None:
    survey = brought(as_csv(rows_of(WENCHANG)), datum=None)

    assert loads(survey.report)["refusal"]["code"] == "kernel.datum_missing"


def test_a_unit_that_comes_again_keeps_its_code_and_its_past(city: City) -> None:
    lines = rows_of(WENCHANG)
    lines[0] = changed(lines[0], {5: 31})
    kept = set(Unit.objects.values_list("id", "code"))

    accepted(brought(as_csv(lines), at=NOON), at=NOON)

    unit = Unit.objects.get(code=city.unit(WENCHANG, 0))
    assert set(Unit.objects.values_list("id", "code")) == kept
    assert (unit.households, unit.version) == (31, 2)
    past = UnitBefore.objects.get(unit=unit)
    assert loads(past.facts)["households"] == 20
    assert (past.valid_from, past.valid_until) == (city.at, Net.objects.get().changed_at)
    assert Grid.objects.get(code=city.grid(WENCHANG, 1)).households == 251


def test_the_same_survey_again_changes_no_unit(city: City) -> None:
    accepted(brought(as_csv(rows_of(WENCHANG))))
    versions = dict(Unit.objects.values_list("code", "version"))

    accepted(brought(as_csv(rows_of(WENCHANG)), at=LATER), at=LATER)

    assert dict(Unit.objects.values_list("code", "version")) == versions
    assert Compound.objects.filter(community_code=WENCHANG).count() == 2


def test_a_new_unit_joins_the_grid_it_borders_on(city: City) -> None:
    before = members_now()
    fresh = changed(rows_of(WENCHANG, first=24, number=1)[0], {2: "新楼"})

    survey = brought(as_csv([*rows_of(WENCHANG), fresh]))
    survey = accepted(survey)

    unit = Unit.objects.get(source_id=f"{WENCHANG}-24")
    assert loads(survey.report)["joining"] == 1
    assert unit.code == f"{WENCHANG}000025"
    assert members_now() == before | {unit.code: [city.grid(WENCHANG, 1)]}
    assert queries.units_of(city.grid(WENCHANG, 1), clock.now())[-1].code == unit.code


def test_units_that_a_survey_does_not_name_stay_with_their_borders(city: City) -> None:
    survey = brought(as_csv(rows_of(WENCHANG, number=6)))

    survey = accepted(survey)

    assert loads(survey.report)["missing"] == 18
    assert Unit.objects.filter(community_code=WENCHANG, valid_until=None).count() == 24
    assert Border.objects.filter(a__community_code=WENCHANG).count() == 4 * 5 + 3 * 6


def test_a_unit_cannot_come_again_in_another_community(city: City) -> None:
    lines = rows_of(WENCHANG)
    lines[0] = changed(lines[0], {1: DONGGUAN})

    survey = brought(as_csv(lines))

    error = loads(survey.report)["errors"][0]
    assert (error["row"], error["code"]) == (2, "territory.row_other_community")
    assert error["facts"]["unit"] == city.unit(WENCHANG, 0)


def test_a_survey_laid_aside_is_not_stored(city: City) -> None:
    survey = brought(as_csv(rows_of(WENCHANG)))
    do("territory.drop_survey", survey=survey.id)

    with pytest.raises(SurveyState):
        accepted(survey)


def test_a_survey_for_another_city_is_not_taken(city: City) -> None:
    kept = files.keep([b"x"], name="x", kind="csv", most=10, at=NOON)
    stranger = Actor(role=Role.PLANNER, area="370600")
    said = {"name": "普查", "area": "370683", "file": kept.digest, "datum": "wgs84"}

    with pytest.raises(NotAllowed):
        do("territory.import_survey", actor=stranger, **said)


def test_a_worker_that_reads_twice_notes_once(city: City) -> None:
    survey = brought(as_csv(rows_of(WENCHANG)))
    Job.objects.update(state=Job.WAITING)

    work()

    assert Survey.objects.get().version == survey.version


def test_the_headings_of_the_template_are_understood(divided: City) -> None:
    named = ("unit code", "community code", "compound", "building", "unit no", "households",
             "residents", "geometry")  # fmt: skip

    survey = brought(as_csv(rows_of(YONGAN), headings=named))

    assert len(named) == len(HEADINGS)
    assert loads(survey.report)["units"] == 24
