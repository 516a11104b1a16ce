"""Steps with a case: who may, where it goes, and what it asks for."""

import pytest

from tests.cases.offices import GAS, LAMP, MONDAY, Offices, do, hours, report, step
from tests.city import DONGGUAN, WENCHANG
from yige.base.commands import NotAllowed, NotYetHere, Stale
from yige.base.models import Event
from yige.cases import detail
from yige.cases.errors import (
    MergeWrong,
    NoSuchCase,
    NoSuchUnit,
    NotBelow,
    NotForTheGrassroots,
    NotFromHere,
    NotTheHolder,
    RatingMissing,
    WordsMissing,
)
from yige.cases.models import Attachment, Case, ClockSpan, Note
from yige.channels.models import Notice
from yige.kernel.ids import new_id


def dispatched(offices: Offices) -> Case:
    case = step("accept", report(offices, category=LAMP), offices["worker"])
    case = step("hand_up", case, offices["worker"], text="不归网格管")
    return step("dispatch", case, offices["station"],
                organisation=str(offices["lamps"].organisation))  # fmt: skip


def done(offices: Offices) -> Case:
    case = step("sign", dispatched(offices), offices["lamps"])
    return step("done", case, offices["lamps"], text="换了灯泡")


def test_the_worker_settles_on_the_spot(offices: Offices) -> None:
    photo = str(new_id())

    case = step("settle", report(offices), offices["worker"], text="当场搬走", photos=[photo])

    assert (case.state, case.level) == ("to_follow_up", "grid")
    assert case.responded_at == case.handled_at == MONDAY
    assert Attachment.objects.get().stage == "settle"
    assert not ClockSpan.objects.filter(case=case, ended_at=None).exists()


def test_a_reason_or_result_has_to_be_given(offices: Offices) -> None:
    case = report(offices)

    for verb in ("settle", "hand_up"):
        with pytest.raises(WordsMissing):
            step(verb, case, offices["worker"])


def test_what_the_worker_did_the_station_verifies(offices: Offices) -> None:
    case = step("handle", report(offices), offices["worker"])

    case = step("done", case, offices["worker"], text="清了")

    assert (case.state, case.level, case.worked_at) == ("to_verify", "community", "grid")
    with pytest.raises(NotAllowed):
        step("verify", case, offices["worker"])
    assert step("verify", case, offices["station"]).state == "to_follow_up"


def test_handing_up_skips_a_vacant_desk(offices: Offices) -> None:
    offices.leave("station", at=MONDAY)

    case = step("hand_up", report(offices), offices["worker"], text="太大", at=MONDAY + hours(1))

    assert case.level == "town"
    assert Notice.objects.filter(account=offices["intake"].account).exists()


def test_the_city_has_nobody_to_hand_up_to(offices: Offices) -> None:
    with pytest.raises(NotAllowed):
        step("hand_up", report(offices), offices["platform"], text="x")


def test_what_comes_down_is_signed_for_and_returns_to_the_desk_that_gave_it(
    offices: Offices,
) -> None:
    body = {"text": "树枝", "category": "0502", "place": {"area_code": WENCHANG}}
    case = Case.objects.get(id=do("cases.open", body).id)
    grid = offices.city.grid(WENCHANG, 1)

    case = step("hand_down", case, offices["station"], area_code=grid)

    assert (case.state, case.level, case.area_code) == ("to_sign", "grid", grid)
    case = step("sign", case, offices["worker"])
    case = step("send_back", case, offices["worker"], text="是隔壁的")
    assert (case.state, case.level) == ("to_dispatch", "community")


def test_nothing_goes_down_to_an_area_elsewhere(offices: Offices) -> None:
    case = step("hand_up", report(offices), offices["worker"], text="太大")

    for area in (offices.city.grid(DONGGUAN, 1), offices.city.grid(WENCHANG, 2), WENCHANG):
        with pytest.raises(NotBelow):
            step("hand_down", case, offices["station"], area_code=area)


def test_a_matter_for_departments_is_not_sent_down(offices: Offices) -> None:
    case = report(offices, category="0303")
    case = step("hand_up", case, offices["worker"], text="要修路")

    with pytest.raises(NotForTheGrassroots):
        step("hand_down", case, offices["station"], area_code=offices.city.grid(WENCHANG, 1))


def test_a_unit_without_anybody_gets_no_case(offices: Offices) -> None:
    case = step("accept", report(offices), offices["worker"])

    with pytest.raises(NoSuchUnit):
        step("dispatch", case, offices["station"], organisation=str(new_id()))


def test_a_unit_sees_and_signs_what_was_dispatched_to_it_alone(offices: Offices) -> None:
    case = dispatched(offices)

    with pytest.raises(NoSuchCase):
        step("sign", case, offices["property"])
    assert step("sign", case, offices["lamps"]).state == "handling"


def test_a_case_may_be_dispatched_again_to_another_unit(offices: Offices) -> None:
    case = dispatched(offices)

    case = step("dispatch", case, offices["station"],
                organisation=str(offices["property"].organisation))  # fmt: skip

    assert case.organisation == offices["property"].organisation
    with pytest.raises(NoSuchCase):
        step("sign", case, offices["lamps"])


def test_two_rounds_of_rework_bring_supervision(offices: Offices) -> None:
    case = done(offices)

    for round_number in (1, 2):
        case = step("rework", case, offices["station"], text="还不亮")
        assert (case.level, case.reworks) == ("unit", round_number)
        case = step("handle", case, offices["lamps"])
        case = step("done", case, offices["lamps"], text="又换了")

    assert case.is_supervised
    assert Notice.objects.filter(about="cases.sent_back").count() == 2


def test_a_desk_above_may_act_for_the_one_below_and_one_beside_may_not(offices: Offices) -> None:
    case = report(offices)

    with pytest.raises(NoSuchCase):
        step("accept", case, offices["other station"])
    with pytest.raises(NoSuchCase):
        step("accept", case, offices["neighbour"])
    assert step("accept", case, offices["intake"]).state == "accepted"


def test_the_worker_cannot_take_what_is_with_the_station(offices: Offices) -> None:
    case = step("hand_up", report(offices), offices["worker"], text="太大")

    with pytest.raises(NotTheHolder):
        step("accept", case, offices["worker"])


def test_a_step_out_of_turn_is_refused(offices: Offices) -> None:
    with pytest.raises(NotFromHere):
        step("verify", report(offices), offices["station"])


def test_a_merged_case_keeps_its_number_and_its_reporter_hears_of_the_end(
    offices: Offices,
) -> None:
    contact = {"email": "wang@example.org"}
    first, second = report(offices), report(offices, contact=contact)

    second = step("merge", second, offices["station"], into=str(first.id))
    step("settle", first, offices["worker"], text="已搬走")

    assert (second.state, second.merged_into) == ("merged", first.id)
    letters = _letters()
    assert letters == ["cases.received", "cases.closed"]


def _letters() -> list[str]:
    from yige.channels.models import Parcel

    return list(Parcel.objects.order_by("id").values_list("about", flat=True))


def test_a_case_is_not_merged_into_itself_or_into_one_that_ended(offices: Offices) -> None:
    case, ended = report(offices), report(offices)
    step("void", ended, offices["intake"], text="误报")

    for into in (case, ended):
        with pytest.raises(MergeWrong):
            step("merge", case, offices["station"], into=str(into.id))


def test_a_rating_says_something(offices: Offices) -> None:
    case = step("settle", report(offices), offices["worker"], text="好了")

    with pytest.raises(RatingMissing):
        step("rate", case, offices["station"])


def test_not_reached_is_kept_and_is_no_rating(offices: Offices) -> None:
    case = step("settle", report(offices), offices["worker"], text="好了")

    case = step("close", case, offices["station"], is_reached=False)

    assert (case.state, case.rating) == ("closed", None)
    answers = detail.detail(offices["station"], case.id, now=MONDAY).answers
    assert [answer.is_reached for answer in answers] == [False]


def test_a_step_on_what_has_changed_is_stale_and_says_by_whom(offices: Offices) -> None:
    case = report(offices)
    step("accept", case, offices["worker"])

    with pytest.raises(Stale) as refusal:
        do("cases.handle", {"case": str(case.id)}, by=offices["station"], based_on=case.id)

    assert refusal.value.facts["command"] == "cases.accept"


def test_a_step_built_on_what_has_not_arrived_waits(offices: Offices) -> None:
    case = report(offices)

    with pytest.raises(NotYetHere):
        do("cases.handle", {"case": str(case.id)}, by=offices["worker"], based_on=new_id())


def test_a_note_needs_no_base_and_disturbs_nobody(offices: Offices) -> None:
    case = report(offices)
    step("note", case, offices["station"], text="邻居也来电")

    outcome = do("cases.accept", {"case": str(case.id)}, by=offices["worker"], based_on=case.id)

    assert outcome.outcome == "done"
    assert not Note.objects.get().is_public


def test_another_category_brings_its_own_limits(offices: Offices) -> None:
    case = report(offices, category="0502")

    case = step("reclassify", case, offices["worker"], category=GAS, at=MONDAY + hours(1))

    assert case.category == GAS
    assert case.finish_by == MONDAY + hours(2)


def test_a_restricted_category_takes_the_point_off_the_map(offices: Offices) -> None:
    lon, lat = offices.city.middle(offices.city.unit(WENCHANG, 0))
    case = report(offices, place={"lon": lon, "lat": lat})

    case = step("reclassify", case, offices["worker"], category="0708")

    assert case.is_restricted
    assert (case.lon, case.lat) == (None, None)


def test_every_step_stands_in_the_journal_with_its_words(offices: Offices) -> None:
    case = done(offices)

    steps = detail.detail(offices["station"], case.id, now=MONDAY).steps

    assert [s.verb for s in steps] == ["open", "accept", "hand_up", "dispatch", "sign", "done"]
    assert [s.by for s in steps] == ["", "worker", "worker", "station", "lamps", "lamps"]
    assert steps[-1].words == "换了灯泡"
    assert Event.objects.filter(subject=case.id).count() == 6
