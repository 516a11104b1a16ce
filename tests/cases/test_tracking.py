"""A reporter without log-in: number, secret, and what they open."""

from uuid import UUID

import pytest

from tests.cases.offices import MONDAY, VIOLENCE, Offices, do, hours, report, step
from yige.base.access import RESIDENT
from yige.base.commands import NotAllowed
from yige.base.models import Entry
from yige.cases import detail, tracking
from yige.cases.errors import NoSuchCase, TrackingWrong
from yige.cases.models import Case, FollowUp, Note
from yige.channels.models import Notice
from yige.kernel.ids import new_id


def as_reporter(verb: str, case: Case, **more: object) -> Case:
    """Take a step as the tracking page does for somebody who has number and secret."""
    sent = new_id()
    proof = tracking.proof_of(tracking.find(case.number, tracking.secret_of(case.id)), sent)
    do(f"cases.{verb}", {"case": str(case.id), "proof": proof} | more, id=sent)
    return Case.objects.get(id=case.id)


def settled(offices: Offices) -> Case:
    case = report(offices)
    return step("settle", case, offices["worker"], text="已搬走")


def test_number_and_secret_open_the_case(offices: Offices) -> None:
    case = report(offices)
    secret = tracking.secret_of(case.id)

    assert tracking.find(case.number, secret) == case.id
    assert tracking.find(f" {case.number} ", f"{secret[:5]}-{secret[5:]}".lower()) == case.id


@pytest.mark.parametrize("secret", ["", "0000000000", "密"])
def test_a_wrong_secret_opens_nothing(offices: Offices, secret: str) -> None:
    case = report(offices)

    with pytest.raises(TrackingWrong):
        tracking.find(case.number, secret)
    with pytest.raises(TrackingWrong):
        tracking.find("2026-999999", tracking.secret_of(case.id))


def test_the_secret_is_stored_nowhere(offices: Offices) -> None:
    case = report(offices)
    as_reporter("note", case, text="还在")
    secret = tracking.secret_of(case.id)

    entries = Entry.objects.all()

    assert not any(secret in entry.result for entry in entries)
    assert not Case.objects.filter(text__contains=secret).exists()


def test_secrets_differ_from_case_to_case() -> None:
    secrets = {tracking.secret_of(UUID(int=n)) for n in range(2000)}

    assert len(secrets) == 2000


def test_a_proof_is_good_for_one_command_alone(offices: Offices) -> None:
    case = settled(offices)
    proof = tracking.proof_of(case.id, new_id())

    with pytest.raises(NoSuchCase):
        do("cases.rate", {"case": str(case.id), "proof": proof, "rating": 1})
    with pytest.raises(NotAllowed):
        do("cases.rate", {"case": str(case.id), "rating": 1}, by=RESIDENT)


def test_the_page_shows_every_public_step_and_no_person(offices: Offices) -> None:
    contact = {"name": "王芳", "phone": "13800001234"}
    case = report(offices, contact=contact)
    step("accept", case, offices["worker"])
    step("note", case, offices["worker"], text="内部:王芳是熟人")
    step("handle", case, offices["worker"])
    step("done", case, offices["worker"], text="已清走")

    page = detail.tracking(case.id, now=MONDAY)

    assert [s.verb for s in page.steps] == ["open", "accept", "handle", "done"]
    assert page.steps[-1].words == "已清走"
    assert not any(s.by for s in page.steps)
    assert "王芳" not in repr(page)
    assert "13800001234" not in repr(page)
    assert page.holder.startswith("文昌社区")


def test_a_reporter_rates_and_the_case_is_closed(offices: Offices) -> None:
    case = as_reporter("rate", settled(offices), rating=5, is_solved=True, text="很快")

    assert (case.state, case.rating, case.is_solved) == ("rated", 5, True)
    assert case.closed_at == MONDAY
    assert FollowUp.objects.get().by_reporter


def test_not_solved_reopens_with_a_new_clock(offices: Offices) -> None:
    case = settled(offices)
    before = case.finish_by

    again = as_reporter("reopen", case, text="又堆回来了")

    assert (again.state, again.reopened, again.level) == ("to_dispatch", 1, "community")
    assert again.finish_by is not None
    assert before is not None
    assert again.handled_at is None
    assert Notice.objects.filter(
        about="cases.reopened", account=offices["station"].account
    ).exists()


def test_a_case_may_be_reopened_after_it_was_rated(offices: Offices) -> None:
    rated = as_reporter("rate", settled(offices), rating=2)

    again = as_reporter("reopen", rated, text="没解决")

    assert again.closed_at is None
    assert again.rating is None


def test_a_reporter_withdraws_what_nobody_works_on(offices: Offices) -> None:
    assert as_reporter("withdraw", report(offices)).state == "voided"


def test_a_reporter_cannot_act_for_the_house(offices: Offices) -> None:
    for verb in ("accept", "verify", "close", "void", "supervise"):
        with pytest.raises(NotAllowed):
            as_reporter(verb, report(offices), text="x")


def test_a_reporters_words_reach_the_holder(offices: Offices) -> None:
    case = report(offices)

    as_reporter("note", case, text="又多了一张沙发")

    assert Note.objects.get().is_public
    assert Notice.objects.filter(about="cases.noted", account=offices["worker"].account).exists()


def test_the_page_says_what_can_be_done_now(offices: Offices) -> None:
    received = report(offices)
    ended = settled(offices)

    assert detail.tracking(received.id, now=MONDAY).may == ("withdraw", "note")
    assert detail.tracking(ended.id, now=MONDAY).may == ("rate", "reopen", "note")


def test_an_official_who_reported_with_an_account_needs_no_secret(offices: Offices) -> None:
    case = report(offices, by=offices["official"])
    step("settle", case, offices["worker"], text="已修")

    case = step("rate", case, offices["official"], rating=4)

    assert case.state == "rated"
    assert Notice.objects.filter(
        about="cases.closed", account=offices["official"].account
    ).exists()


def test_a_restricted_case_tells_its_reporter_too(offices: Offices) -> None:
    case = report(offices, category=VIOLENCE)

    assert detail.tracking(case.id, now=MONDAY + hours(1)).state == "received"
