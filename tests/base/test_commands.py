from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.base.orders import (
    KEEPER,
    OTHER,
    STRANGER,
    an_organisation,
    do,
    pinned,
)
from yige.base import journal
from yige.base.commands import (
    BodyInvalid,
    Clash,
    IdReused,
    NotAllowed,
    NotYetHere,
    Stale,
    UnknownCommand,
    carry_out_deferred,
    run,
)
from yige.base.commands import Call as DoorCall
from yige.base.crypto import unlock
from yige.base.models import Deferral, Entry, Event, Head, Setting
from yige.kernel.errors import Conflict, Refusal
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


def test_a_command_changes_the_city_and_leaves_its_line() -> None:
    outcome = do("tests.pin", name="停水", text="明日九时")

    entry = Entry.objects.get(id=outcome.id)
    event = Event.objects.get(position=entry.position)
    assert pinned("停水") == "明日九时"
    assert (outcome.outcome, outcome.result) == ("done", {"length": 4, "name": "停水"})
    assert (entry.command, entry.account, entry.role) == (
        "tests.pin",
        KEEPER.account,
        "system_admin",
    )
    assert (event.kind, event.area_code) == ("tests.pinned", "370683")
    assert Head.objects.get().position == entry.position == outcome.position == 1


def test_what_is_sent_twice_is_done_once() -> None:
    sent = new_id()

    first = do("tests.count", KEEPER, sent, name="访")
    second = do("tests.count", KEEPER, sent, name="访")

    assert pinned("访") == "1"
    assert second.is_repeat
    assert not first.is_repeat
    assert (second.result, second.position) == (first.result, first.position)
    assert Entry.objects.count() == 1
    assert Event.objects.count() == 2


def test_a_repeat_gets_the_first_result_even_when_much_happened_since() -> None:
    sent = new_id()
    do("tests.count", KEEPER, sent, name="访")
    do("tests.count", name="访", by=5)

    again = do("tests.count", KEEPER, sent, name="访")

    assert again.result == {"value": 1}
    assert pinned("访") == "6"


@pytest.mark.parametrize(
    ("name", "actor", "body"),
    [
        ("tests.count", KEEPER, {"name": "访", "by": 2}),
        ("tests.count", OTHER, {"name": "访"}),
        ("tests.pin", KEEPER, {"name": "访"}),
    ],
    ids=["another body", "another actor", "another command"],
)
def test_an_id_stands_for_one_wish_of_one_person(
    name: str, actor: Any, body: dict[str, Any]
) -> None:
    sent = new_id()
    do("tests.count", KEEPER, sent, name="访")

    with pytest.raises(IdReused):
        run(name, body, id=sent, actor=actor)

    assert pinned("访") == "1"


def test_a_refusal_leaves_nothing_and_frees_the_id() -> None:
    sent = new_id()

    with pytest.raises(Conflict) as refused:
        do("tests.refuse", KEEPER, sent, name="停水")
    outcome = do("tests.pin", KEEPER, sent, name="停水", text="更正")

    assert refused.value.facts == {"name": "停水", "room": 0}
    assert pinned("停水") == "更正"
    assert outcome.position == 1
    assert Entry.objects.count() == Event.objects.count() == 1


def test_who_may_not_changes_nothing() -> None:
    with pytest.raises(NotAllowed) as refused:
        do("tests.pin", STRANGER, name="停水")

    assert refused.value.facts["role"] == "grid_worker"
    assert pinned("停水") is None
    assert not Entry.objects.exists()


def test_a_command_that_nobody_wrote_is_unknown() -> None:
    with pytest.raises(UnknownCommand):
        do("tests.fly", name="停水")


def test_what_the_table_forbids_is_a_clash_and_changes_nothing() -> None:
    do("tests.pin_once", name="停水", text="一")

    with pytest.raises(Clash):
        do("tests.pin_once", name="停水", text="二")

    assert pinned("停水") == "一"
    assert Entry.objects.count() == 1


def test_every_fault_of_a_body_is_named_with_its_limits() -> None:
    with pytest.raises(BodyInvalid) as refused:
        do("tests.count", name="长" * 201, by=10, more=1)

    assert refused.value.facts["errors"] == [
        {"field": "name", "type": "string_too_long", "limits": {"max_length": 200}},
        {"field": "by", "type": "less_than_equal", "limits": {"le": 9}},
        {"field": "more", "type": "extra_forbidden", "limits": {}},
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\x00b", "control_character"),
        ("a\x07b", "control_character"),
        ("\ud83d", "control_character"),
        ("长" * 10_001, "string_too_long"),
        (12, "string_type"),
        (None, "string_type"),
    ],
    ids=["NUL", "bell", "half an emoji", "10,001 characters", "number", "null"],
)
def test_text_that_cannot_be_kept_is_refused(text: object, fault: str) -> None:
    with pytest.raises(BodyInvalid) as refused:
        do("tests.pin", name="停水", text=text)

    errors: Any = refused.value.facts["errors"]
    assert [(error["field"], error["type"]) for error in errors] == [("text", fault)]
    assert not Entry.objects.exists()


@pytest.mark.parametrize("value", ["\ud83d", 10**30, {"\udc00": 1}])
def test_what_a_free_field_cannot_keep_is_refused_too(value: object) -> None:
    with pytest.raises(BodyInvalid):
        do("tests.take", values={"value": value})

    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "长" * 10_000,
        "🏮👨‍👩‍👧‍👦",
        "第一行\n第二行",
        "\u202ertl",
        "' OR 1=1; --",
        "%s %(x)s {y}",
        "𠮷野家",
    ],
    ids=["10,000", "emoji", "lines", "direction", "quotes", "placeholders", "rare"],
)
def test_any_other_text_is_kept_as_it_is(text: str) -> None:
    outcome = do("tests.pin", name="停水", text=text)

    body = unlock(Entry.objects.get(id=outcome.id).body or b"", key=journal.BODY_KEY)
    assert pinned("停水") == text
    assert text[:5].splitlines()[0] in body


def test_line_ends_and_spaces_become_one_kind() -> None:
    do("tests.pin", name="  停\n水 ", text=" 一\r\n二\r三 ")

    assert pinned("停 水") == "一\n二\n三"


def test_a_body_in_the_old_form_of_a_stored_phone_is_understood() -> None:
    sent = new_id()

    do("tests.pin", KEEPER, sent, title="停水")
    again = do("tests.pin", KEEPER, sent, title="停水")

    assert pinned("停水") == ""
    assert again.is_repeat


def test_the_device_clock_may_be_slow_but_never_ahead() -> None:
    yesterday, tomorrow = NOON - timedelta(days=1), NOON + timedelta(days=1)

    run("tests.pin", {"name": "慢"}, id=new_id(), actor=KEEPER, at=NOON, made_at=yesterday)
    run("tests.pin", {"name": "快"}, id=new_id(), actor=KEEPER, at=NOON, made_at=tomorrow)

    slow, fast = Entry.objects.order_by("position")
    assert (slow.at, slow.received_at) == (yesterday, NOON)
    assert (fast.at, fast.received_at) == (NOON, NOON)


class TestBasedOn:
    def rename(self, organisation: Any, name: str, based_on: Any, **more: Any) -> Any:
        body = {"organisation": str(organisation.id), "name": name}
        sent = more.pop("id", None) or new_id()
        actor = more.pop("actor", KEEPER)
        return run("tests.rename", body, id=sent, actor=actor, based_on=based_on, **more)

    def test_a_change_based_on_the_present_version_is_done(self) -> None:
        station = an_organisation()

        outcome = self.rename(station, "文昌站", based_on=1)

        assert outcome.result == {"version": 2}

    def test_a_change_based_on_an_old_version_is_told_who_was_first(self) -> None:
        station = an_organisation()
        self.rename(station, "文昌站", based_on=1, actor=OTHER, at=NOON)

        with pytest.raises(Stale) as refused:
            self.rename(station, "文昌社区站", based_on=1)

        assert refused.value.facts == {
            "version": 2,
            "changed_at": NOON.isoformat(),
            "command": "tests.rename",
            "role": "system_admin",
        }

    def test_a_chain_made_offline_does_not_conflict_with_itself(self) -> None:
        station = an_organisation()
        first, second, third = new_id(), new_id(), new_id()

        self.rename(station, "一", based_on=1, id=first)
        self.rename(station, "二", based_on=first, id=second)
        outcome = self.rename(station, "三", based_on=second, id=third)

        assert outcome.result == {"version": 4}

    def test_a_link_that_arrives_before_the_one_it_builds_on_waits(self) -> None:
        station = an_organisation()
        first, second = new_id(), new_id()

        with pytest.raises(NotYetHere):
            self.rename(station, "二", based_on=first, id=second)
        self.rename(station, "一", based_on=1, id=first)
        outcome = self.rename(station, "二", based_on=first, id=second)

        assert outcome.result == {"version": 3}

    def test_somebody_else_between_two_links_breaks_the_chain(self) -> None:
        station = an_organisation()
        first = new_id()
        self.rename(station, "一", based_on=1, id=first)
        self.rename(station, "别", based_on=2, actor=OTHER)

        with pytest.raises(Stale):
            self.rename(station, "二", based_on=first)

    def test_a_change_repeated_after_others_is_no_conflict(self) -> None:
        station = an_organisation()
        first = new_id()
        self.rename(station, "一", based_on=1, id=first)
        self.rename(station, "别", based_on=2, actor=OTHER)

        again = self.rename(station, "一", based_on=1, id=first)

        assert again.is_repeat


class TestDeferred:
    def test_what_came_too_late_for_its_author_is_kept_for_whoever_holds_it_now(self) -> None:
        outcome = do("tests.pin_here", STRANGER, name="灯", text="moved")

        kept = Deferral.objects.get()
        told = Event.objects.get()
        assert outcome.outcome == "deferred"
        assert outcome.result == {"area": "370683002", "subject": None}
        assert (kept.area_code, kept.state, kept.entry_id) == (
            "370683002",
            "waiting",
            outcome.id,
        )
        assert (told.kind, told.area_code) == ("base.command_deferred", "370683002")
        assert pinned("灯") is None

    def test_what_was_never_right_is_refused(self) -> None:
        with pytest.raises(NotAllowed):
            do("tests.pin_here", STRANGER, name="灯", text="mine")

        assert not Deferral.objects.exists()

    def test_a_handler_that_finds_the_matter_elsewhere_leaves_none_of_its_writes(self) -> None:
        outcome = do("tests.pin_here", name="灯", text="elsewhere")

        assert outcome.outcome == "deferred"
        assert pinned("灯") is None
        assert [event.kind for event in Event.objects.all()] == ["base.command_deferred"]

    def test_a_post_that_has_ended_since_is_asked_where_its_command_goes(self) -> None:
        outcome = run(
            "tests.pin_here",
            {"name": "灯", "text": "moved"},
            id=new_id(),
            actor=KEEPER,
            is_late=True,
        )

        assert outcome.outcome == "deferred"

    def test_a_repeat_of_a_deferred_command_is_deferred_once(self) -> None:
        sent = new_id()

        first = do("tests.pin_here", STRANGER, sent, name="灯", text="moved")
        again = do("tests.pin_here", STRANGER, sent, name="灯", text="moved")

        assert again.is_repeat
        assert (again.outcome, again.result) == (first.outcome, first.result)
        assert Deferral.objects.count() == 1

    def test_the_present_holder_carries_it_out_in_its_own_name(self) -> None:
        do("tests.pin_here", STRANGER, name="灯", text="moved")
        call = DoorCall(new_id(), KEEPER, NOON, NOON)

        result = carry_out_deferred(call, Deferral.objects.get())

        assert result == {"name": "灯"}
        assert pinned("灯") == "moved"

    def test_who_may_not_do_it_may_not_carry_it_out_either(self) -> None:
        do("tests.pin_here", STRANGER, name="灯", text="moved")
        call = DoorCall(new_id(), STRANGER, NOON, NOON)

        with pytest.raises(NotAllowed):
            carry_out_deferred(call, Deferral.objects.get())


def test_the_body_is_locked_in_the_table() -> None:
    outcome = do("tests.pin", name="电话", text="13800138000")

    stored = bytes(Entry.objects.get(id=outcome.id).body or b"")
    assert b"13800138000" not in stored
    assert "13800138000" not in Entry.objects.get(id=outcome.id).result


def test_a_refusal_inside_a_larger_transaction_undoes_only_itself() -> None:
    do("tests.pin", name="一")

    with pytest.raises(Refusal):
        do("tests.refuse", name="二")
    do("tests.pin", name="三")

    assert set(Setting.objects.values_list("name", flat=True)) == {"一", "三"}
    assert journal.verify().flaws == ()
