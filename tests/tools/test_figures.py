from types import SimpleNamespace

import pytest

from benchmarks.figures import Figure, table
from tools.reference import told_in


def test_figures_stand_in_columns() -> None:
    figures = [Figure("locate", "1.2 M/s", "0.1 M/s", 12.0, "≥ 10"), Figure("x", "1", "2", 0.5)]

    lines = table(figures).splitlines()

    assert lines[2] == "| locate | 1.2 M/s  | 0.1 M/s   | 12    | ≥ 10 |"
    assert len({len(line) for line in lines}) == 1


def test_the_kind_and_facts_of_a_told_event_are_read() -> None:
    source = 'call.tell("cases.opened", subject=a, area=b, category=c)\ncall.tell(CLOSED)'

    told = list(told_in(source, SimpleNamespace(CLOSED="cases.closed")))

    assert told == [("cases.opened", {"category"}), ("cases.closed", set())]


def test_a_kind_made_up_at_run_time_is_refused() -> None:
    source = 'call.tell(f"cases.{state}")'

    with pytest.raises(ValueError, match="plain text"):
        list(told_in(source, SimpleNamespace()))
