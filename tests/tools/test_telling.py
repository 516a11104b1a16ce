from types import ModuleType

import pytest

from tools.telling import TellingError, Text, told

STEPS = ModuleType("yige.cases.steps")
CLOSING = ModuleType("yige.cases.closing")
STEPS_SOURCE = """
def tell(call, kind, row, **facts):
    call.tell(kind, subject=row, **facts)

def move(call, moves):
    about = "cases.moved" if moves else "cases.changed"
    tell(call, about, 1, verb="x")
"""


@pytest.fixture(scope="module", autouse=True)
def rooms() -> None:
    exec(STEPS_SOURCE, vars(STEPS))  # noqa: S102 - the source above is ours
    CLOSING.steps = STEPS


def read(*texts: Text) -> list[tuple[str, set[str]]]:
    return [(kind, set(facts)) for kind, _, facts in told(texts)]


def test_the_kind_and_facts_of_a_told_event_are_read() -> None:
    source = (
        'CLOSED = "cases.closed"\ncall.tell("cases.opened", area=b, category=c)\ncall.tell(CLOSED)'
    )

    assert read(Text("yige.cases.intake", source)) == [
        ("cases.opened", {"category"}),
        ("cases.closed", set()),
    ]


def test_a_kind_that_a_function_hands_on_is_read_where_it_is_said() -> None:
    steps = Text("yige.cases.steps", STEPS_SOURCE, STEPS)
    closing = Text("yige.cases.closing", 'steps.tell(call, "cases.closed", 1, by=2)', CLOSING)

    assert read(steps, closing) == [
        ("cases.changed", {"verb"}),
        ("cases.moved", {"verb"}),
        ("cases.closed", {"by"}),
    ]


def test_a_kind_of_two_words_that_are_both_written_down_is_read() -> None:
    source = 'what = "opened" if new else "moved"\ncall.tell(f"cases.{what}")'

    assert read(Text("yige.cases.intake", source)) == [
        ("cases.moved", set()),
        ("cases.opened", set()),
    ]


def test_a_kind_made_up_at_run_time_is_refused() -> None:
    with pytest.raises(TellingError, match="intake:1"):
        read(Text("yige.cases.intake", 'call.tell(f"cases.{state}")'))
