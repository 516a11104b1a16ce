import pytest

from yige.base.reading import forget, once, one_look
from yige.kernel.errors import Forbidden


def test_within_a_look_a_question_is_asked_once() -> None:
    asked: list[str] = []

    def ask() -> int:
        asked.append("net")
        return len(asked)

    outside = [once("net", ask), once("net", ask)]
    with one_look():
        within = [once("net", ask), once("net", ask)]
        with one_look():
            deeper = once("net", ask)
        after = once("net", ask)

    assert outside == [1, 2]
    assert within == [3, 3]
    assert (deeper, after) == (3, 3)
    assert once("net", ask) == 4


def test_what_was_changed_is_asked_anew() -> None:
    asked: list[str] = []

    def ask() -> int:
        asked.append("net")
        return len(asked)

    with one_look():
        before = once("net", ask)
        forget()
        after = once("net", ask)

    assert (before, after) == (1, 2)


def test_what_a_failed_part_has_seen_is_asked_anew() -> None:
    asked: list[str] = []

    def ask() -> int:
        asked.append("net")
        return len(asked)

    def fail() -> None:
        with one_look():
            once("net", ask)
            raise Forbidden

    with one_look():
        with pytest.raises(Forbidden):
            fail()
        after = once("net", ask)

    assert after == 2
