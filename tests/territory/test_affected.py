from collections.abc import Iterator

import pytest

from tests.city import WENCHANG, City
from tests.territory.planning import NOON, drafted, halves
from yige.territory.affected import AFFECTED, affected
from yige.territory.change import Change, compare
from yige.territory.models import Place
from yige.territory.previews import preview


@pytest.fixture
def told() -> Iterator[list[Change]]:
    """A room that says what a change means to it, for the time of a test."""
    heard: list[Change] = []

    @affected("care")
    def care_affected(change: Change) -> dict[str, int]:
        heard.append(change)
        return {"registers": len(change.retired), "visits": 0}

    yield heard
    del AFFECTED["care"]


def test_a_room_says_what_a_plan_means_to_it(city: City, told: list[Change]) -> None:
    turned = halves() | {u: 90 + p // 12 for p, u in enumerate(city.units(WENCHANG))}

    seen = preview(drafted(turned), at=NOON)

    assert seen.rooms == {"care": {"registers": 2}}
    assert told[0].retired == {f"{WENCHANG}001", f"{WENCHANG}002"}


def test_a_plan_that_changes_nothing_touches_nothing(city: City) -> None:
    Place.objects.create(name="便民店", kind="shop", area_code=city.grid(WENCHANG, 1))

    seen = preview(drafted(halves()), at=NOON)

    assert (seen.rooms, seen.opened, seen.retired, seen.kept) == ({}, {}, (), 6)


def test_an_ended_grid_in_which_nobody_lives_is_shared_by_its_units() -> None:
    now = {"a": "g", "b": "g", "c": "g"}

    change = compare(now, {"a": 1, "b": 1, "c": 2}, {"a": 0, "b": 0, "c": 0})

    assert [(heir.label, heir.share) for heir in change.heirs] == [
        (1, pytest.approx(2 / 3)),
        (2, pytest.approx(1 / 3)),
    ]
    assert change.moved == {"c"}


def test_of_two_equal_heirs_the_first_is_the_main_one() -> None:
    change = compare({"a": "g", "b": "g"}, {"a": 7, "b": 3}, {"a": 5, "b": 5})

    assert change.main_heir == {"g": 3}
    assert not change.is_empty
