from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from yige.base.access import NOTHING, RESIDENT, SYSTEM, Actor, Role, after, scope, within
from yige.base.models import Event

CITY, TOWN, COMMUNITY, GRID = "370683", "370683001", "370683001001", "370683001001001"
LAST = ("370683999", "370683999999", "370683999999999")
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
digits = st.text("0123456789", min_size=9, max_size=9)
codes = st.tuples(st.sampled_from(["370683", "370684", "371000"]), digits).map("".join)


@given(code=codes, other=codes, level=st.sampled_from([6, 9, 12, 15]))
def test_a_code_lies_in_the_range_of_an_area_exactly_when_it_begins_with_it(
    code: str, other: str, level: int
) -> None:
    area = other[:level]

    assert (area <= code < after(area)) == code.startswith(area)


@given(code=codes, other=codes, level=st.sampled_from([6, 9, 12, 15]))
def test_an_area_of_any_level_lies_in_the_range_of_another_only_when_it_is_part_of_it(
    code: str, other: str, level: int
) -> None:
    for length in (6, 9, 12, 15):
        for area in (other[:level], other[:6] + "9" * (level - 6)):
            part = code[:length]
            assert (area <= part < after(area)) == part.startswith(area)


def events_in(*areas: str) -> None:
    for n, area in enumerate(areas):
        Event.objects.create(position=1, n=n, at=NOON, kind="tests.told", area_code=area)


@pytest.mark.django_db
@pytest.mark.parametrize("area", [CITY, TOWN, COMMUNITY, GRID, *LAST, "370684"])
def test_the_database_finds_what_lies_within_and_nothing_beside(area: str) -> None:
    everywhere = [
        CITY,
        TOWN,
        COMMUNITY,
        GRID,
        *LAST,
        "370684",
        "370684001",
        "37068",
        "",
        "3706830",
    ]
    events_in(*everywhere)

    found = set(Event.objects.filter(within(area)).values_list("area_code", flat=True))

    assert found == {code for code in everywhere if code.startswith(area)}


@pytest.mark.django_db
def test_no_area_holds_nothing_and_the_system_sees_all() -> None:
    events_in(CITY, "", TOWN)

    assert not Event.objects.filter(within("")).exists()
    assert not Event.objects.filter(scope(RESIDENT)).exists()
    assert not Event.objects.filter(NOTHING).exists()
    assert Event.objects.filter(scope(SYSTEM)).count() == 3


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.parametrize("collation", ["C", "und-x-icu", "zh-x-icu", "en-x-icu"])
def test_the_range_holds_under_every_collation(collation: str) -> None:
    events_in(CITY, TOWN, COMMUNITY, GRID, *LAST, "370684", "370682999")
    query = (
        f'SELECT count(*) FROM base_event WHERE area_code COLLATE "{collation}" >= %s'  # noqa: S608
        f' AND area_code COLLATE "{collation}" < %s'
    )

    with connection.cursor() as cursor:
        cursor.execute(query, [CITY, after(CITY)])
        found = cursor.fetchone()

    assert found == (7,)


@pytest.mark.parametrize(
    ("area", "code", "covers"),
    [
        (TOWN, COMMUNITY, True),
        (TOWN, TOWN, True),
        (TOWN, "370683002001", False),
        (TOWN, CITY, False),
        (COMMUNITY, f"{COMMUNITY}000123", True),
        ("", CITY, False),
        (CITY, "", False),
    ],
)
def test_a_post_covers_its_area_and_all_below(area: str, code: str, covers: bool) -> None:
    assert Actor(role=Role.STATION, area=area).covers(code) is covers


def test_the_system_covers_everything_and_a_resident_nothing() -> None:
    assert SYSTEM.covers(GRID)
    assert not RESIDENT.covers(GRID)


def test_an_actor_holds_the_role_of_its_post_only() -> None:
    actor = Actor(role=Role.INTAKE, area=TOWN, account=uuid4())

    assert actor.holds(Role.STATION, Role.INTAKE)
    assert not actor.holds(Role.PLATFORM)
