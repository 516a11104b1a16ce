"""The workflow table: the shipped one is sound, and every fault of another is named."""

from typing import Any

import pytest
import yaml

from yige.base.commands import COMMANDS
from yige.cases.errors import NotFromHere, WorkflowWrong
from yige.cases.table import read_table
from yige.cases.words import STATE_NAMES, VERB_NAMES
from yige.cases.workflow import SHIPPED, shipped


def changed(**changes: Any) -> str:
    """Return the shipped table with other states or verbs (None takes one out)."""
    table = yaml.safe_load(SHIPPED.read_text("utf-8"))
    for part, entries in changes.items():
        for name, value in entries.items():
            table[part].pop(name, None)
            if value is not None:
                table[part][name] = value
    return yaml.safe_dump(table, allow_unicode=True)


def test_the_shipped_table_has_all_states_of_the_domain() -> None:
    assert set(shipped().states) == set(STATE_NAMES)
    assert set(shipped().rules) <= set(VERB_NAMES)


def test_every_verb_of_the_table_is_a_command_and_the_other_way_round() -> None:
    by_the_house = {"escalate", "take_back"}
    others = {"watch", "echo", "reveal_contact", "load_workflow", "load_categories"}

    commands = {name.removeprefix("cases.") for name in COMMANDS if name.startswith("cases.")}

    assert set(shipped().rules) - by_the_house == commands - others


def test_a_step_that_is_not_listed_is_refused_with_what_is() -> None:
    with pytest.raises(NotFromHere) as refusal:
        shipped().after("verify", "received")

    assert refusal.value.facts["may"] == shipped().verbs_from("received")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (changed(states={"limbo": {"time_out": {"within": "1d"}}}), "limbo is never reached"),
        (changed(states={"limbo": {"time_out": {"within": "1d"}}},
                 verbs={"lose": {"moves": {"received": "limbo"}, "roles": ["station"]}}),
         "limbo is a dead end"),
        (changed(verbs={"accept": {"moves": {"received": "accepted"}, "roles": []}}),
         "accept has no role"),
        (changed(verbs={"accept": {"moves": {"received": "accepted"}, "roles": ["king"]}}),
         "accept names unknown roles: king"),
        (changed(verbs={"accept": {"moves": {"received": "agreed"}, "roles": ["station"]}}),
         "state agreed is not listed"),
        (changed(verbs={"accept": {"roles": ["station"]}}), "accept must either move or stay"),
        (changed(states={"handling": {}}), "handling has no time-out"),
        (changed(states={"handling": {"time_out": {"within": "soon"}}}),
         "handling has an unknown limit: soon"),
        (changed(states={"handling": {"time_out": {"within": "1d", "then": "close"}}}),
         "handling cannot be left by close"),
        (changed(states={"draft": {"time_out": {"within": "1d"}}}), "one state must be initial"),
    ],
)  # fmt: skip
def test_a_fault_of_a_table_is_named(text: str, fault: str) -> None:
    with pytest.raises(WorkflowWrong) as refusal:
        read_table(text)

    assert any(fault in said for said in refusal.value.facts["faults"])  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["", "version: 1", "- a\n- b", "a: [", "version: one"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(WorkflowWrong):
        read_table(text)
