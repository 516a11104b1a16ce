from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.base.orders import KEEPER, do, pinned
from tests.base.test_at_once import at_once
from yige.base import listeners
from yige.base.commands import entry_for_bulk
from yige.base.journal import Told, append_many
from yige.base.listeners import LISTENERS, Heard, hear_all, lag, listener
from yige.base.models import Cursor, Setting
from yige.kernel.ids import new_id

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _only_ours() -> Iterator[None]:
    """Leave the rooms' own listeners out: these tests speak of the hearing itself."""
    others = dict(LISTENERS)
    LISTENERS.clear()
    yield
    LISTENERS.clear()
    LISTENERS.update(others)


class Ear:
    """A listener that remembers what it heard, and falls over when it is told to."""

    def __init__(self, name: str) -> None:
        self.heard: list[Heard] = []
        self.falls_at = "nowhere"
        listener(name)(self.hear)

    def hear(self, events: Sequence[Heard]) -> None:
        for event in events:
            Setting.objects.create(name=f"heard {event.position}.{event.n}", value=event.kind)
            if event.facts.get("name") == self.falls_at:
                raise RuntimeError("fell over in the middle")
        self.heard += events


@pytest.mark.django_db
def test_a_listener_hears_each_event_once_and_in_order() -> None:
    ear = Ear("ear")
    do("tests.count", name="访", by=2)
    do("tests.pin", name="停水")

    first, second = hear_all(), hear_all()

    assert (first, second) == (2, 0)
    assert [(e.position, e.n, e.kind) for e in ear.heard] == [
        (1, 0, "tests.counted"),
        (1, 1, "tests.shown"),
        (2, 0, "tests.pinned"),
    ]
    assert ear.heard[0].facts == {"by": 2}
    assert ear.heard[0].area_code == "370683"


@pytest.mark.django_db
def test_a_crash_in_the_middle_repeats_the_work_and_loses_nothing() -> None:
    ear = Ear("ear")
    ear.falls_at = "二"
    for name in ("一", "二", "三"):
        do("tests.pin", name=name)

    hear_all()
    left_behind = Setting.objects.filter(name__startswith="heard").count()
    ear.falls_at = "nowhere"
    hear_all()

    assert left_behind == 0
    assert [event.facts["name"] for event in ear.heard] == ["一", "二", "三"]
    assert Setting.objects.filter(name__startswith="heard").count() == 3


@pytest.mark.django_db
def test_a_listener_that_fails_holds_up_nobody_else_and_its_error_is_seen() -> None:
    broken, sound = Ear("a broken one"), []
    broken.falls_at = "一"
    listener("a sound one")(sound.extend)
    do("tests.pin", name="一")

    hear_all()

    assert [event.facts["name"] for event in sound] == ["一"]
    assert lag() == {"a broken one": 1, "a sound one": 0}
    assert "fell over" in Cursor.objects.get(listener="a broken one").error


@pytest.mark.django_db
def test_a_listener_that_is_mended_is_no_longer_marked() -> None:
    ear = Ear("ear")
    ear.falls_at = "一"
    do("tests.pin", name="一")
    hear_all()

    ear.falls_at = "nowhere"
    hear_all()

    assert Cursor.objects.get(listener="ear").error == ""
    assert lag() == {"ear": 0}


@pytest.mark.django_db
def test_a_new_listener_hears_the_whole_past() -> None:
    do("tests.pin", name="一")

    ear = Ear("came later")
    hear_all()

    assert [event.position for event in ear.heard] == [1]


@pytest.mark.django_db
def test_a_long_past_is_heard_in_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listeners, "AT_ONCE", 50)
    steps: list[int] = []
    listener("ear")(lambda events: steps.append(len(events)))
    append_many(_loaded(n) for n in range(120))

    heard = hear_all()

    assert heard == 120
    assert steps == [50, 50, 20]


def _loaded(n: int) -> tuple[dict[str, Any], Sequence[Told]]:
    body, result = {"name": f"{n}"}, {"name": f"{n}"}
    entry = entry_for_bulk("tests.pin", body, id=new_id(), actor=KEEPER, at=NOON, result=result)
    return entry, [Told("tests.pinned", area_code="370683", facts={"name": f"{n}"})]


@pytest.mark.django_db(transaction=True)
def test_several_workers_hear_each_event_once_among_them() -> None:
    def count(events: Sequence[Heard]) -> None:
        tally, _ = Setting.objects.get_or_create(name="heard", defaults={"value": "0"})
        tally.value = str(int(tally.value) + len(events))
        tally.save()

    listener("counter")(count)
    for n in range(30):
        do("tests.pin", name=f"{n}")

    at_once(hear_all, hear_all, hear_all)

    assert pinned("heard") == "30"
    assert Cursor.objects.get(listener="counter").position == 30
