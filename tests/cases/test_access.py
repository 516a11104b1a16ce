"""Who sees which case."""

import pytest

from tests.cases.offices import LAMP, MONDAY, STAIRS, VIOLENCE, Offices, do, hours, report, step
from tests.city import CODE, DONGGUAN
from yige.base.access import RESIDENT, SYSTEM, Role
from yige.base.commands import NotAllowed
from yige.base.models import Event
from yige.cases import access, detail
from yige.cases.errors import NoReporter, NoSuchCase, NotRevealed, PurposeMissing

CONTACT = {"name": "王芳", "phone": "13800001234", "email": "wang@example.org"}


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("worker", {"stairs", "violence"}),
        ("neighbour", set()),
        ("station", {"stairs", "violence"}),
        ("other station", {"elsewhere"}),
        ("intake", {"stairs", "violence", "elsewhere"}),
        ("platform", {"stairs", "violence", "elsewhere"}),
        ("commander", {"stairs", "elsewhere"}),
        ("analyst", set()),
        ("lamps", set()),
        ("property", set()),
        ("official", {"elsewhere"}),
    ],
)
def test_each_post_sees_its_own(offices: Offices, name: str, seen: set[str]) -> None:
    cases = {
        "stairs": report(offices, category=STAIRS),
        "violence": report(offices, category=VIOLENCE),
        "elsewhere": report(offices, community=DONGGUAN, by=offices["official"]),
    }
    numbers = {case.id: word for word, case in cases.items()}

    visible = access.visible_cases(offices[name])

    assert {numbers[case.id] for case in visible} == seen
    for word, case in cases.items():
        row = {
            n: getattr(case, n)
            for n in ("area_code", "organisation", "opened_by", "is_restricted")
        }
        assert access.sees(offices[name], row) == (word in seen)


def test_nobody_without_a_post_sees_a_case(offices: Offices) -> None:
    report(offices)

    assert not access.visible_cases(RESIDENT).exists()
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.PLANNER):
        admin = offices.seat(role.value, role, CODE)
        assert not access.visible_cases(admin).exists()
    assert access.visible_cases(SYSTEM).exists()


def test_a_unit_sees_a_case_from_its_dispatch_on(offices: Offices) -> None:
    case = report(offices, category=LAMP)
    assert not access.visible_cases(offices["lamps"]).exists()

    step("dispatch", case, offices["station"], organisation=str(offices["lamps"].organisation))

    assert access.case_for(offices["lamps"], case.id).number == case.number
    with pytest.raises(NoSuchCase):
        access.case_for(offices["property"], case.id)


def test_a_contact_is_masked_until_it_is_asked_for_with_a_purpose(offices: Offices) -> None:
    case = report(offices, contact=CONTACT)
    shown = detail.detail(offices["station"], case.id, now=MONDAY).contacts

    asked = do("cases.reveal_contact", {"case": str(case.id), "purpose": "约时间"},
               by=offices["station"])  # fmt: skip
    read = detail.contacts(offices["station"], case.id, asked.id, now=MONDAY + hours(0.1))

    assert (shown[0].name, shown[0].phone, shown[0].email) == (
        "王**",
        "138****1234",
        "w***@example.org",
    )
    assert read[0].phone == "13800001234"
    event = Event.objects.get(kind="cases.contact_revealed")
    assert event.subject == case.id
    assert "13800001234" not in event.facts


def test_a_contact_is_not_read_without_purpose_by_another_or_later(offices: Offices) -> None:
    case, other = report(offices, contact=CONTACT), report(offices, contact=CONTACT)
    body = {"case": str(case.id)}
    with pytest.raises(PurposeMissing):
        do("cases.reveal_contact", body, by=offices["station"])
    asked = do("cases.reveal_contact", body | {"purpose": "约时间"}, by=offices["station"])

    for reader, about, at in [
        (offices["worker"], case, MONDAY),
        (offices["station"], other, MONDAY),
        (offices["station"], case, MONDAY + hours(0.2)),
    ]:
        with pytest.raises(NotRevealed):
            detail.contacts(reader, about.id, asked.id, now=at)


def test_a_contact_is_not_for_those_who_do_not_work_on_the_case(offices: Offices) -> None:
    case = report(offices, contact=CONTACT)
    body = {"case": str(case.id), "purpose": "好奇"}

    with pytest.raises(NoSuchCase):
        do("cases.reveal_contact", body, by=offices["other station"])
    with pytest.raises(NotAllowed):
        do("cases.reveal_contact", body, by=offices["commander"])
    with pytest.raises(NoReporter):
        do("cases.reveal_contact", body | {"case": str(report(offices).id)},
           by=offices["station"])  # fmt: skip


def test_who_wishes_to_stay_unnamed_is_unnamed_to_the_unit(offices: Offices) -> None:
    case = report(offices, category=LAMP, contact=CONTACT, is_anonymous=True)
    step("dispatch", case, offices["station"], organisation=str(offices["lamps"].organisation))

    assert detail.detail(offices["lamps"], case.id, now=MONDAY).contacts == ()
    assert detail.detail(offices["station"], case.id, now=MONDAY).contacts != ()


def test_the_verbs_offered_are_the_verbs_that_work(offices: Offices) -> None:
    case = report(offices)

    mine = detail.detail(offices["worker"], case.id, now=MONDAY).may
    above = detail.detail(offices["commander"], case.id, now=MONDAY).may

    assert mine == ("accept", "settle", "handle", "hand_up", "note", "reclassify")
    assert above == ("supervise",)
