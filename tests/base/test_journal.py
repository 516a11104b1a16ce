from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from tests.base.orders import KEEPER, do, pinned
from yige.base import journal
from yige.base.access import Actor
from yige.base.commands import entry_for_bulk, run
from yige.base.crypto import destroy_key
from yige.base.journal import Told, append_many, verify
from yige.base.models import Entry, Event, Head
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
Tamper = Callable[[], object]


def five_entries() -> None:
    for n in range(1, 6):
        do("tests.count", name=f"访{n}", by=n)


def places() -> set[tuple[int, str]]:
    return {(flaw.position, flaw.what) for flaw in verify().flaws}


def test_a_journal_that_nobody_touched_holds() -> None:
    five_entries()

    verdict = verify()

    assert (verdict.entries, verdict.blanked, verdict.flaws) == (5, 0, ())
    assert verdict.seal == Head.objects.get().seal


def test_an_empty_journal_holds() -> None:
    assert verify().flaws == ()


@pytest.mark.parametrize(
    "change",
    [
        {"role": "platform"},
        {"area_code": "370684"},
        {"account": new_id()},
        {"post": new_id()},
        {"command": "tests.pin"},
        {"purpose": "care"},
        {"outcome": "deferred"},
        {"result": '{"value":99}'},
        {"at": NOON},
        {"received_at": NOON},
        {"body_digest": "0" * 64},
        {"events_digest": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_entry_is_found_where_it_stands(change: dict[str, Any]) -> None:
    five_entries()

    Entry.objects.filter(position=3).update(**change)

    assert (3, "seal") in places()
    assert not {place for place, _ in places()} & {1, 2}


def test_an_edited_entry_that_was_sealed_anew_breaks_at_the_next() -> None:
    five_entries()
    second, third = Entry.objects.filter(position__in=(2, 3)).order_by("position").values()
    third["role"] = "platform"
    seal = journal.seal_of(third, previous=second["seal"])

    Entry.objects.filter(position=3).update(role="platform", seal=seal)

    assert (4, "seal") in places()


def test_a_removed_entry_is_missed() -> None:
    five_entries()

    Entry.objects.filter(position=3).delete()

    assert {(3, "missing"), (4, "seal")} <= places()


def test_a_removed_entry_whose_followers_moved_up_is_found() -> None:
    five_entries()

    Entry.objects.filter(position=3).delete()
    for position in (4, 5):
        Entry.objects.filter(position=position).update(position=position - 1)

    assert (3, "seal") in places()
    assert (4, "head") in places()


def test_an_inserted_entry_is_found() -> None:
    five_entries()
    Entry.objects.filter(position=5).update(position=6)
    forged = Entry.objects.filter(position=4).values().get() | {"id": new_id(), "position": 5}

    Entry.objects.create(**forged)

    assert {(5, "seal"), (6, "head")} <= places()


def test_an_entry_added_at_the_end_is_found() -> None:
    five_entries()
    last = Entry.objects.filter(position=5).values().get()
    forged = last | {"id": new_id(), "position": 6, "events_digest": ""}
    forged["seal"] = journal.seal_of(forged, previous=last["seal"])

    Entry.objects.create(**forged)

    assert places() == {(6, "head")}


def test_two_entries_that_changed_places_are_found() -> None:
    five_entries()

    for was, now in ((2, 99), (4, 2), (99, 4)):
        Entry.objects.filter(position=was).update(position=now)

    assert {(2, "seal"), (4, "seal")} <= places()


@pytest.mark.parametrize(
    "tamper",
    [
        lambda: Event.objects.filter(position=3, n=0).update(facts='{"by":9}'),
        lambda: Event.objects.filter(position=3, n=0).update(kind="tests.other"),
        lambda: Event.objects.filter(position=3, n=0).update(area_code="370684"),
        lambda: Event.objects.filter(position=3, n=1).update(n=2),
        lambda: Event.objects.filter(position=3, n=1).delete(),
        lambda: Event.objects.create(position=3, n=7, at=NOON, kind="tests.forged"),
    ],
    ids=["facts", "kind", "area", "place", "removed", "added"],
)
def test_events_that_were_touched_are_found(tamper: Tamper) -> None:
    five_entries()

    tamper()

    assert places() == {(3, "events")}


def test_an_event_behind_the_last_entry_is_found() -> None:
    five_entries()

    Event.objects.create(position=9, n=0, at=NOON, kind="tests.forged")

    assert places() == {(9, "events without entry")}


def test_an_edited_body_is_found() -> None:
    five_entries()
    body = bytes(Entry.objects.get(position=3).body or b"")

    Entry.objects.filter(position=3).update(body=body[:-1] + bytes([body[-1] ^ 1]))

    assert places() == {(3, "body")}


def test_a_body_put_in_the_place_of_another_is_found() -> None:
    five_entries()

    Entry.objects.filter(position=3).update(body=Entry.objects.get(position=2).body)

    assert places() == {(3, "body")}


def test_a_body_blanked_by_a_rule_is_counted_and_no_flaw() -> None:
    five_entries()

    Entry.objects.filter(position=3).update(body=None, body_gone_by="retention.duty_checks")

    verdict = verify()
    assert (verdict.blanked, verdict.flaws) == (1, ())


def test_a_body_blanked_without_a_rule_is_a_flaw() -> None:
    five_entries()

    Entry.objects.filter(position=3).update(body=None)

    assert places() == {(3, "body removed without a rule")}


def test_a_tail_that_was_cut_off_with_its_head_is_found_by_an_exported_head() -> None:
    five_entries()
    exported = {5: Head.objects.get().seal}
    third = Entry.objects.get(position=3)

    Entry.objects.filter(position__gt=3).delete()
    Event.objects.filter(position__gt=3).delete()
    Head.objects.update(position=3, seal=third.seal)

    assert verify().flaws == ()
    assert [flaw.position for flaw in verify(known=exported).flaws] == [5]


def test_a_journal_made_anew_is_found_by_an_exported_head() -> None:
    five_entries()
    exported = {3: Entry.objects.get(position=3).seal}
    Entry.objects.all().delete()
    Event.objects.all().delete()
    Head.objects.all().delete()

    five_entries()

    assert verify().flaws == ()
    flaws = verify(known=exported).flaws
    assert [(flaw.position, flaw.what) for flaw in flaws] == [
        (3, "differs from the exported head")
    ]


def test_an_exported_head_that_agrees_is_silent() -> None:
    five_entries()
    exported = {3: Entry.objects.get(position=3).seal, 5: Head.objects.get().seal}

    assert verify(known=exported).flaws == ()


def test_bodies_stay_proved_by_digest_when_their_key_is_destroyed() -> None:
    five_entries()
    destroy_key(journal.BODY_KEY)

    Entry.objects.update(body=None, body_gone_by="key destroyed")

    verdict = verify()
    assert (verdict.blanked, verdict.flaws) == (5, ())


def bulk_entry(n: int, actor: Actor) -> tuple[dict[str, Any], Sequence[Told]]:
    entry = entry_for_bulk(
        "tests.count",
        {"name": f"访{n}", "by": n},
        id=NUMBERS[n],
        actor=actor,
        at=NOON,
        result={"value": n},
    )
    told = [
        Told("tests.counted", area_code="370683", facts={"by": n}),
        Told("tests.shown", area_code="370683", facts={"value": str(n)}),
    ]
    return entry, told


NUMBERS = [new_id() for _ in range(6)]
STORED = [field.attname for field in Entry._meta.concrete_fields if field.attname != "body"]


def test_a_bulk_load_leaves_the_same_journal_as_single_commands() -> None:
    def journal_now() -> tuple[list[Any], list[Any], list[Any]]:
        entries = list(Entry.objects.order_by("position").values(*STORED))
        events = list(Event.objects.order_by("position", "n").values())
        for event in events:
            del event["id"]
        return entries, events, list(Head.objects.values("position", "seal"))

    for n in range(1, 6):
        run("tests.count", {"name": f"访{n}", "by": n}, id=NUMBERS[n], actor=KEEPER, at=NOON)
    one_by_one = journal_now()
    for model in (Entry, Event, Head):
        model.objects.all().delete()

    last = append_many(bulk_entry(n, KEEPER) for n in range(1, 6))

    assert last == 5
    assert journal_now() == one_by_one
    assert verify().flaws == ()


def test_a_bulk_load_goes_on_where_the_commands_ended() -> None:
    do("tests.pin", name="一")

    append_many(bulk_entry(n, KEEPER) for n in range(1, 4))
    do("tests.pin", name="二")

    assert verify().entries == 5
    assert verify().flaws == ()
    assert pinned("二") == ""


def test_walking_the_journal_takes_the_same_few_queries_however_long_it_is() -> None:
    five_entries()

    with_queries: list[str] = []

    def count(execute: Any, sql: str, *rest: Any) -> Any:
        with_queries.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(count):
        verify()

    assert len(with_queries) <= 7
