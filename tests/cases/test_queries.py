"""Lists, counts, one's day and what is near."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests.cases.offices import LAMP, MONDAY, STAIRS, VIOLENCE, Offices, do, hours, report, step
from tests.city import CODE, DONGGUAN, WENCHANG
from yige.base.access import SYSTEM, Role
from yige.cases import detail, queries
from yige.cases.models import Attachment, Case, FollowUp
from yige.cases.pieces import Answer, Contact, pieces_of
from yige.cases.queries import Filter
from yige.kernel.ids import new_id

HALF_PAGE = 25


def test_a_list_is_read_page_by_page_without_gap_or_repeat(offices: Offices) -> None:
    numbers = [report(offices, nth=n % 3, at=MONDAY + hours(n // 2)).number for n in range(12)]

    seen, after = [], None
    while True:
        page = queries.cases(offices["worker"], Filter(), now=MONDAY, after=after, most=5)
        seen += [row.number for row in page.rows]
        after = page.after
        if after is None:
            break

    assert sorted(seen) == numbers
    assert len(seen) == len(set(seen))
    assert seen[0] in numbers[-2:]


def plan_of(sql: str) -> str:
    """Return how the database goes about a query; PostgreSQL as if the table were long."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
            cursor.execute("SET LOCAL enable_sort = off")
            cursor.execute(f"EXPLAIN {sql}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        return "\n".join(str(line) for line in cursor.fetchall())


def test_a_list_asks_as_much_for_fifty_rows_as_for_one(offices: Offices) -> None:
    report(offices)
    queries.cases(offices["intake"], Filter(), now=MONDAY)
    asked = []
    for rows in (1, 2 * HALF_PAGE):
        while Case.objects.count() < rows:
            report(offices, community=DONGGUAN, nth=Case.objects.count() % 24)
        with CaptureQueriesContext(connection) as captured:
            page = queries.cases(offices["intake"], Filter(), now=MONDAY)
        asked.append(len(captured))
        assert len(page.rows) == rows

    assert asked[0] == asked[1] <= 3


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Filter(), {"stairs", "lamp", "violence"}),
        (Filter(view="mine"), {"lamp"}),
        (Filter(view="to_dispatch"), {"lamp"}),
        (Filter(view="ended"), {"ended"}),
        (Filter(view="all"), {"stairs", "lamp", "violence", "ended"}),
        (Filter(state="received"), {"stairs", "violence"}),
        (Filter(category="05"), {"stairs"}),
        (Filter(category="0302"), {"lamp"}),
        (Filter(is_overdue=True), {"violence"}),
        (Filter(view="overdue"), {"violence"}),
        (Filter(text="路灯"), {"lamp"}),
        (Filter(text="七号楼"), {"stairs"}),
        (Filter(text="无此事"), set()),
        (Filter(area="370683001002"), set()),
    ],
)
def test_a_list_shows_what_was_asked_for(
    offices: Offices, wanted: Filter, found: set[str]
) -> None:
    place = {"unit_code": offices.city.unit(WENCHANG, 0)}
    cases = {
        "stairs": report(offices, place=place | {"address": "七号楼"}),
        "lamp": report(offices, category=LAMP, text="路灯不亮"),
        "violence": report(offices, category=VIOLENCE),
        "ended": report(offices),
    }
    step("accept", cases["lamp"], offices["worker"])
    step("hand_up", cases["lamp"], offices["worker"], text="转派")
    step("void", cases["ended"], offices["intake"], text="误报")
    words = {case.id: word for word, case in cases.items()}

    page = queries.cases(offices["station"], wanted, now=MONDAY + hours(3))

    assert {words[row.id] for row in page.rows} == found


def test_a_case_is_found_by_its_number_by_those_who_may(offices: Offices) -> None:
    case = report(offices)

    assert queries.numbered(offices["station"], f" {case.number}") == case.id
    assert queries.numbered(offices["other station"], case.number) is None


def test_each_view_counts_what_it_lists(offices: Offices) -> None:
    for n in range(3):
        report(offices, nth=n)
    step("hand_up", report(offices), offices["worker"], text="太大")
    later = MONDAY + timedelta(days=4)

    with CaptureQueriesContext(connection) as captured:
        counted = queries.counts(offices["station"], now=later)

    assert len(captured) == 1
    for view, number in counted.items():
        page = queries.cases(offices["station"], Filter(view=view), now=later)
        assert len(page.rows) == number, view
    assert counted["mine"] == 1
    assert counted["overdue"] == 4


def test_the_day_of_a_worker_begins_with_what_is_late(offices: Offices) -> None:
    late = report(offices, category=STAIRS)
    soon = report(offices, category=STAIRS, at=MONDAY + hours(28))
    step(
        "handle", report(offices, at=MONDAY + hours(28)), offices["worker"], at=MONDAY + hours(28)
    )
    now = MONDAY + hours(29)

    day = queries.today(offices["worker"], now=now, until=now + hours(12))

    assert [row.id for row in day.overdue] == [late.id]
    assert [row.id for row in day.today] == [soon.id]
    assert len(day.later) == 1


def test_somebody_who_met_the_same_is_shown_it(offices: Offices) -> None:
    lon, lat = offices.city.middle(offices.city.unit(WENCHANG, 0))
    first = report(offices, place={"lon": lon, "lat": lat})
    report(offices, category=LAMP, place={"lon": lon, "lat": lat})
    report(offices, category=STAIRS, at=MONDAY - timedelta(days=9))
    far = offices.city.middle(offices.city.unit(DONGGUAN, 5))
    report(offices, place={"lon": far[0], "lat": far[1]})

    near = queries.nearby(
        category=STAIRS, area=first.area_code, at=MONDAY, lon=lon, lat=lat + 0.001
    )
    same_unit = queries.nearby(
        category=STAIRS, area=first.area_code, at=MONDAY, unit=first.unit_code
    )

    assert [row.number for row in near] == [first.number]
    assert near[0].metres == pytest.approx(111, abs=1)
    assert [row.number for row in same_unit] == [first.number]


def test_a_restricted_case_is_never_shown_as_near(offices: Offices) -> None:
    case = report(offices, category=VIOLENCE)

    near = queries.nearby(category=VIOLENCE, area=case.area_code, at=MONDAY, unit=case.unit_code)

    assert near == []


def test_an_echo_joins_instead_of_reporting_again(offices: Offices) -> None:
    case = report(offices)

    outcome = do("cases.echo", {"case": str(case.id), "contact": {"phone": "13900000000"}})

    assert outcome.result == {"number": case.number, "echoes": 1}
    assert len(detail.detail(offices["station"], case.id, now=MONDAY).contacts) == 1


def test_names_come_in_the_readers_language(offices: Offices) -> None:
    report(offices)

    with translation.override("en"):
        english = queries.cases(offices["worker"], Filter(), now=MONDAY).rows[0]
    with translation.override("zh-hans"):
        chinese = queries.cases(offices["worker"], Filter(), now=MONDAY).rows[0]

    assert english.category_name == "Clutter in stairwell"
    assert chinese.category_name == "楼道堆物"
    assert english.state_name == "To be accepted"
    assert chinese.area_name == "文昌路街道 文昌社区 文昌01网格"


def test_a_detail_asks_no_more_for_a_long_course(offices: Offices) -> None:
    case = report(offices)
    detail.detail(offices["station"], case.id, now=MONDAY)
    with CaptureQueriesContext(connection) as short:
        detail.detail(offices["station"], case.id, now=MONDAY)
    step("accept", case, offices["worker"])
    for n in range(8):
        step("note", case, offices["worker"], text=f"第{n}次")

    with CaptureQueriesContext(connection) as long:
        detail.detail(offices["station"], case.id, now=MONDAY)

    assert len(long) <= len(short) + 1 <= 18


def test_the_platform_sees_the_city_and_the_system_everything(offices: Offices) -> None:
    report(offices)
    report(offices, community=DONGGUAN)
    elsewhere = offices.seat("elsewhere", Role.PLATFORM, "370684")

    assert len(queries.cases(offices["platform"], Filter(area=CODE), now=MONDAY).rows) == 2
    assert len(queries.cases(SYSTEM, Filter(), now=MONDAY).rows) == 2
    assert queries.cases(elsewhere, Filter(), now=MONDAY).rows == ()


def test_all_that_hangs_on_a_case_is_read_by_one_question(offices: Offices) -> None:
    contact = {"name": "王芳", "phone": "13800001234", "email": ""}
    case = report(offices, at=MONDAY, contact=contact)
    for nth in (2, 1):
        Attachment.objects.create(case=case, file=UUID(int=nth), at=MONDAY)
    other = report(offices, at=MONDAY)
    Case.objects.filter(id=other.id).update(merged_into=case.id)
    FollowUp.objects.create(
        case=case, entry=new_id(), is_solved=False, rating=2, at=MONDAY + hours(1)
    )

    with CaptureQueriesContext(connection) as asked:
        found = pieces_of(case, offices["station"])

    assert len(asked) == 1
    assert [photo.file for photo in found.photos] == [UUID(int=2), UUID(int=1)]
    assert found.answers == (Answer(MONDAY + hours(1), True, False, 2),)
    assert found.contacts == (Contact("王**", "138****1234", "", is_anonymous=False),)
    assert found.merged == ((other.id, other.number),)


@pytest.mark.parametrize("view", ["open", "ended", "all"])
def test_a_long_list_is_never_sorted_for_its_first_page(offices: Offices, view: str) -> None:
    report(offices, at=MONDAY)

    with CaptureQueriesContext(connection) as asked:
        queries.cases(offices["platform"], Filter(view=view), now=MONDAY)

    listed = next(query["sql"] for query in asked if 'FROM "cases_case"' in query["sql"])
    plan = plan_of(listed)
    assert "case_within_6" in plan or "case_open_city" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
