"""A report becomes a case, wherever it is from and whoever is missing."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cases.offices import FIRE, LAMP, MONDAY, STAIRS, VIOLENCE, Offices, do, report
from tests.city import CODE, VILLAGE, WENCHANG
from yige.base import journal
from yige.base.access import RESIDENT, SYSTEM, Role
from yige.base.commands import BodyInvalid, NotAllowed
from yige.base.models import Entry, Event
from yige.cases.errors import NoCityYet, NoSuchCategory
from yige.cases.models import Attachment, Case, ClockSpan, Reporter
from yige.channels.models import Notice, Parcel
from yige.kernel.ids import new_id


def test_a_report_comes_to_the_worker_of_its_grid(offices: Offices) -> None:
    case = report(offices)

    assert (case.state, case.level) == ("received", "grid")
    assert case.area_code == offices.city.grid(WENCHANG, 1)
    assert Notice.objects.get().account == offices["worker"].account
    assert case.number == "2026-000001"


def test_a_case_has_the_id_of_its_command_and_numbers_follow(offices: Offices) -> None:
    sent = new_id()
    body = {"text": "灯不亮", "category": LAMP, "place": {"area_code": WENCHANG}}

    first = do("cases.open", body, id=sent)
    again = do("cases.open", body, id=sent)
    other = do("cases.open", body)

    assert first.result["id"] == str(sent)
    assert again.is_repeat
    assert again.result == first.result
    assert other.result["number"] == "2026-000002"
    assert Case.objects.count() == 2


def test_the_number_counts_by_the_citys_own_new_year(offices: Offices) -> None:
    """At five in the afternoon of 31 December in Greenwich the city is in the new year."""
    report(offices)

    case = report(offices, at=datetime(2026, 12, 31, 17, 0, tzinfo=UTC))

    assert case.number == "2027-000001"
    assert case.is_provisional


def test_while_the_post_is_vacant_the_case_waits_at_the_station(offices: Offices) -> None:
    offices.leave("worker", at=MONDAY - timedelta(days=1))

    case = report(offices)

    assert case.level == "community"
    assert Notice.objects.get().account == offices["station"].account


@pytest.mark.parametrize(
    ("place", "area", "level"),
    [
        ({"area_code": VILLAGE}, VILLAGE, "city"),
        ({"area_code": "370683001"}, "370683001", "town"),
        ({"lon": 10.0, "lat": 50.0}, CODE, "city"),
        ({}, CODE, "city"),
        ({"address": "天边外"}, CODE, "city"),
        ({"area_code": "999999"}, CODE, "city"),
    ],
)
def test_no_report_is_refused_for_want_of_a_grid(
    offices: Offices, place: dict[str, object], area: str, level: str
) -> None:
    """The village has neither grid nor station, and its town no intake: the city holds it."""
    outcome = do("cases.open", {"text": "路上有坑", "place": place})

    case = Case.objects.get(id=outcome.id)
    assert (case.area_code, case.level) == (area, level)
    assert Notice.objects.count() == 1


def test_a_city_with_every_desk_empty_still_takes_a_report(offices: Offices) -> None:
    for name in ("worker", "station", "intake", "platform"):
        offices.leave(name, at=MONDAY - timedelta(days=1))

    assert report(offices).level == "city"


def test_a_report_by_point_lies_in_its_unit(offices: Offices) -> None:
    unit = offices.city.unit(WENCHANG, 4)
    lon, lat = offices.city.middle(unit)

    outcome = do("cases.open", {"text": "垃圾", "place": {"lon": lon, "lat": lat}})

    case = Case.objects.get(id=outcome.id)
    assert case.unit_code == unit
    assert case.area_code == offices.city.grid(WENCHANG, 2)
    assert (case.lon, case.lat) == (lon, lat)


def test_the_clocks_run_over_the_working_calendar(offices: Offices) -> None:
    """Reported at nine on Monday: answered within four office hours, finished in three days."""
    case = report(offices, category=STAIRS)

    assert case.respond_by == MONDAY + timedelta(hours=5, minutes=30)
    assert case.finish_by == MONDAY + timedelta(days=3)
    assert case.act_by == case.respond_by
    assert ClockSpan.objects.filter(case=case, ended_at=None).count() == 2


def test_a_fire_at_night_counts_at_night(offices: Offices) -> None:
    midnight = MONDAY + timedelta(hours=15)

    case = report(offices, category=FIRE, at=midnight)

    assert case.finish_by == midnight + timedelta(hours=2)
    assert case.is_urgent


def test_a_restricted_case_shows_no_point(offices: Offices) -> None:
    lon, lat = offices.city.middle(offices.city.unit(WENCHANG, 0))

    case = report(offices, category=VIOLENCE, place={"lon": lon, "lat": lat})

    assert case.is_restricted
    assert case.lon is None


def test_a_reporters_contact_is_encrypted_and_gets_a_letter(offices: Offices) -> None:
    contact = {"name": "王芳", "phone": "13800001234", "email": "wang@example.org"}

    case = report(offices, contact=contact, is_anonymous=True)

    reporter = Reporter.objects.get(case=case)
    assert b"13800001234" not in bytes(reporter.contact or b"")
    assert reporter.is_anonymous
    assert Parcel.objects.get().about == "cases.received"


def test_nothing_of_a_report_can_be_read_in_the_journal(offices: Offices) -> None:
    contact = {"name": "王芳", "phone": "13800001234", "email": "wang@example.org"}

    case = report(offices, contact=contact)

    entry, event = Entry.objects.get(id=case.id), Event.objects.get(subject=case.id)
    for said in ("13800001234", "王芳", "wang@example.org", case.text):
        assert said.encode() not in bytes(entry.body or b"")
        assert said not in entry.result + event.facts
    assert journal.verify().flaws == ()


def test_a_report_without_contact_leaves_no_row_of_a_person(offices: Offices) -> None:
    report(offices)

    assert not Reporter.objects.exists()


def test_photos_are_declared_by_their_ids_once(offices: Offices) -> None:
    photo = str(new_id())

    case = report(offices, photos=[photo, photo])

    assert Attachment.objects.get(case=case).stage == "report"


def test_a_report_found_by_the_grid_says_so(offices: Offices) -> None:
    assert report(offices, by=offices["worker"]).source == "grid"
    assert report(offices, by=offices["station"]).source == "desk"
    assert report(offices, by=offices["platform"]).source == "hotline"
    assert report(offices).source == "web"


def test_a_resident_cannot_pass_for_the_hotline(offices: Offices) -> None:
    with pytest.raises(NotAllowed):
        report(offices, source="hotline")


def test_an_administrator_does_not_report_from_that_post(offices: Offices) -> None:
    admin = offices.seat("admin", Role.SECURITY_ADMIN, CODE)

    with pytest.raises(NotAllowed):
        report(offices, by=admin)


@pytest.mark.parametrize(
    "more",
    [
        {"text": ""},
        {"text": "有\x00字"},
        {"text": "长" * 10_001},
        {"category": "楼道"},
        {"place": {"lon": 500.0}},
        {"place": {"unit_code": "12"}},
        {"contact": {"phone": "一二三"}},
        {"contact": {"email": "not a mail"}},
        {"photos": ["a photo"]},
        {"colour": "red"},
    ],
)
def test_what_cannot_be_right_is_refused_and_leaves_nothing(
    offices: Offices, more: dict[str, Any]
) -> None:
    with pytest.raises(BodyInvalid):
        report(offices, **more)

    assert not Case.objects.exists()
    assert not Entry.objects.filter(command="cases.open").exists()


def test_emoji_and_ten_thousand_signs_are_kept(offices: Offices) -> None:
    text = "🔥" * 10_000

    assert report(offices, text=text).text == text


def test_an_unknown_category_is_refused_by_name(offices: Offices) -> None:
    with pytest.raises(NoSuchCategory) as refusal:
        report(offices, category="0599")

    assert refusal.value.facts == {"category": "0599"}


def test_a_report_without_category_is_other(offices: Offices) -> None:
    assert report(offices, category="").category == "1299"


@pytest.mark.django_db
def test_before_the_city_is_set_up_a_report_is_asked_to_come_again() -> None:
    do("cases.load_categories", {}, by=SYSTEM)

    with pytest.raises(NoCityYet):
        do("cases.open", {"text": "灯不亮"}, by=RESIDENT)


def test_an_intake_asks_little_of_the_database(offices: Offices) -> None:
    """Claim, values, net, desk, number, case, clocks, notice, head, entry, head, event."""
    report(offices)

    with CaptureQueriesContext(connection) as queries:
        report(offices, place={"unit_code": offices.city.unit(WENCHANG, 1)})

    asked = [q["sql"].split()[0] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 13, "\n".join(q["sql"][:100] for q in queries)


@pytest.mark.parametrize(
    "more",
    [
        {"text": " \u3000\n "},
        {"text": "楼道\0堆物"},
        {"text": "长" * 10_001},
        {"contact": {"name": "王" * 61, "phone": "", "email": ""}},
    ],
    ids=["spaces", "NUL", "10,001 characters", "a name of 61"],
)
def test_a_report_that_cannot_be_kept_changes_nothing(
    offices: Offices, more: dict[str, Any]
) -> None:
    before = Entry.objects.count()

    with pytest.raises(BodyInvalid):
        report(offices, **more)

    assert (Case.objects.count(), Entry.objects.count()) == (0, before)


def test_a_report_of_10000_characters_and_emoji_is_kept_as_it_was_said(offices: Offices) -> None:
    text = "🏠" + "长" * 9_999

    assert report(offices, text=text).text == text
