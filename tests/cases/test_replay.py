"""A worker's offline chains of case steps: any order, repeats and lost replies end the same."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cases.offices import MONDAY, STAIRS, Offices, do, open_offices
from tests.city import WENCHANG
from yige.base import journal
from yige.base.commands import NotYetHere
from yige.base.models import Entry
from yige.cases.errors import NoSuchCase
from yige.cases.models import Case, Note
from yige.cases.store import rows_of
from yige.kernel.ids import new_id

WEEK = timedelta(days=7)
Stored = tuple[UUID, str, dict[str, Any], UUID | None]


def chain(offices: Offices, nth: int) -> list[Stored]:
    """Report, accept, note, handle, done: as a phone without network stores it."""
    opened, accepted, noted, handled, done = (new_id() for _ in range(5))
    case = {"case": str(opened)}
    place = {"unit_code": offices.city.unit(WENCHANG, nth)}
    return [
        (opened, "open", {"text": "杂物", "category": STAIRS, "place": place}, None),
        (accepted, "accept", case, opened),
        (noted, "note", case | {"text": "三楼也有"}, None),
        (handled, "handle", case, accepted),
        (done, "done", case | {"text": "清了"}, handled),
    ]


def send(offices: Offices, item: Stored, *, device: timedelta) -> bool:
    """Send one stored item; tell whether the server took it."""
    sent, verb, body, based_on = item
    at = MONDAY + timedelta(hours=1)
    try:
        outcome = do(f"cases.{verb}", body, by=offices["worker"], at=at,
                     made_at=at + device, id=sent, based_on=based_on)  # fmt: skip
    except (NotYetHere, NoSuchCase):
        return False
    assert outcome.outcome == "done"
    return True


def end_state() -> list[dict[str, Any]]:
    """Return what the cases came to, without the numbers that the order gives."""
    rows = rows_of(Case.objects.order_by("id"))
    return [{n: v for n, v in row.items() if n != "number"} for row in rows]


def deliver(offices: Offices, stored: list[Stored], order: list[int], device: timedelta) -> None:
    """Send as a shaky network does, and at last everything that is still without an answer."""
    for place in order:
        send(offices, stored[place % len(stored)], device=device)
    waiting = list(stored)
    for _ in range(len(stored)):
        waiting = [item for item in waiting if not send(offices, item, device=device)]
    assert waiting == []


def test_any_order_with_repeats_and_lost_replies_gives_the_same_end(db: None) -> None:
    offices = open_offices()
    stored = [*chain(offices, 0), *chain(offices, 1)]
    with transaction.atomic():
        deliver(offices, stored, [], timedelta())
        straight, notes = end_state(), Note.objects.count()
        transaction.set_rollback(True)

    @settings(
        max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
    )
    @given(
        st.lists(st.integers(0, len(stored) - 1), max_size=25),
        st.sampled_from([timedelta(), WEEK, -WEEK]),
    )
    def shaken(order: list[int], device: timedelta) -> None:
        with transaction.atomic():
            deliver(offices, stored, order, device)
            assert end_state() == straight
            assert Note.objects.count() == notes
            assert Entry.objects.filter(id__in=[item[0] for item in stored]).count() == 10
            assert journal.verify().flaws == ()
            transaction.set_rollback(True)

    shaken()


def test_a_chain_does_not_conflict_with_itself_but_with_others(db: None) -> None:
    offices = open_offices()
    opened, accepted, noted, handled, _ = chain(offices, 0)
    for item in (opened, accepted, noted):
        assert send(offices, item, device=timedelta())
    do("cases.note", {"case": str(opened[0]), "text": "站里问过"}, by=offices["station"])

    assert send(offices, handled, device=timedelta())
    assert Case.objects.get().state == "handling"


def test_the_clock_of_a_device_a_week_off_changes_no_deadline(db: None) -> None:
    offices = open_offices()
    ends = set()
    for nth, device in enumerate([timedelta(), WEEK, -WEEK]):
        opened = chain(offices, nth)[0]
        send(offices, opened, device=device)
        case = Case.objects.get(id=opened[0])
        ends.add((case.received_at, case.respond_by, case.finish_by))

    assert len(ends) == 1
    assert Entry.objects.filter(command="cases.open", at__lt=MONDAY).count() == 1
    assert not Entry.objects.filter(at__gt=MONDAY + timedelta(hours=1)).exists()
