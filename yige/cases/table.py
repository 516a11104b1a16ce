"""The table of states and verbs as a plain value: read, checked and asked."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

import yaml
from pydantic import Field, ValidationError

from yige.base.access import Role
from yige.base.fields import Body
from yige.cases.errors import NotFromHere, WorkflowWrong
from yige.cases.limits import Limit, LimitWrong, read_limit

ANYONE: Final = "anyone"
REPORTER: Final = "reporter"
SYSTEM: Final = Role.SYSTEM.value
CLOCKS: Final = frozenset({"respond", "finish", "parked"})
TELL: Final = "tell"
ROLES: Final = frozenset({ANYONE, REPORTER, *(role.value for role in Role)})
BY_THE_HOUSE: Final = frozenset({"escalate", "take_back", "resume", "close"})


class TimeOut(Body):
    """How long a case may stay in a state, and what follows when it stays longer."""

    within: str
    then: str = TELL

    @property
    def limit(self) -> Limit | None:
        """Return the limit, or None when a clock of the case decides."""
        return None if self.within in CLOCKS else read_limit(self.within)


class State(Body):
    """A state of the table."""

    initial: bool = False
    ended: bool = False
    paused: bool = False
    time_out: TimeOut | None = None
    archive_after: str = ""


class Rule(Body):
    """What a verb does, who may, and which words it asks for."""

    moves: Mapping[str, str] = Field(default_factory=dict)
    stays: bool = False
    roles: tuple[str, ...]
    asks: Literal["", "reason", "result"] = ""


class Written(Body):
    """The table as its file writes it."""

    version: int = Field(ge=1)
    source: str = ""
    states: Mapping[str, State]
    verbs: Mapping[str, Rule]


@dataclass(frozen=True)
class Table:
    """A version of the workflow."""

    version: int
    states: Mapping[str, State]
    rules: Mapping[str, Rule]

    def after(self, verb: str, state: str) -> str:
        """Return the state a verb leads to, or raise NotFromHere with the verbs that do lead."""
        rule = self.rules[verb]
        if rule.stays and not self.states[state].ended:
            return state
        if state not in rule.moves:
            raise NotFromHere(verb=verb, state=state, may=self.verbs_from(state))
        return rule.moves[state]

    def verbs_from(self, state: str) -> list[str]:
        """List the verbs that lead on from a state."""
        return [verb for verb, rule in self.rules.items() if state in rule.moves]

    def roles_of(self, verb: str) -> frozenset[str]:
        """Return who may use a verb at all."""
        return frozenset(self.rules[verb].roles)

    @cached_property
    def ended(self) -> frozenset[str]:
        """The states in which the work is over."""
        return frozenset(name for name, state in self.states.items() if state.ended)


def read_table(text: str) -> Table:
    """Read and check a table; raise WorkflowWrong with every fault."""
    try:
        written = Written.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, ValidationError) as error:
        raise WorkflowWrong(faults=[str(error)[:2000]]) from None
    found = list(faults(written))
    if found:
        raise WorkflowWrong(faults=found)
    return Table(written.version, written.states, written.verbs)


def faults(written: Written) -> list[str]:
    """List what is wrong with a table, in plain words with the state or verb that it is about."""
    return [*_unknown_names(written), *_loose_verbs(written), *_loose_states(written),
            *_unwatched(written)]  # fmt: skip


def _unknown_names(written: Written) -> list[str]:
    named = {s for rule in written.verbs.values() for move in rule.moves.items() for s in move}
    return [f"state {name} is not listed" for name in sorted(named - set(written.states))]


def _loose_verbs(written: Written) -> list[str]:
    found = []
    for verb, rule in written.verbs.items():
        if not rule.roles:
            found.append(f"verb {verb} has no role")
        if unknown := set(rule.roles) - ROLES:
            found.append(f"verb {verb} names unknown roles: {', '.join(sorted(unknown))}")
        if bool(rule.moves) == rule.stays:
            found.append(f"verb {verb} must either move or stay")
    return found


def _loose_states(written: Written) -> list[str]:
    initial = [name for name, state in written.states.items() if state.initial]
    if len(initial) != 1:
        return [f"one state must be initial, not {len(initial)}"]
    onward: dict[str, set[str]] = {name: set() for name in written.states}
    backward: dict[str, set[str]] = {name: set() for name in written.states}
    for rule in written.verbs.values():
        for source, target in rule.moves.items():
            onward.setdefault(source, set()).add(target)
            backward.setdefault(target, set()).add(source)
    reached = _reached(initial, onward)
    ending = _reached([n for n, state in written.states.items() if state.ended], backward)
    found = [f"state {name} is never reached" for name in written.states if name not in reached]
    return found + [f"state {name} is a dead end" for name in written.states if name not in ending]


def _reached(begin: list[str], steps: Mapping[str, set[str]]) -> set[str]:
    seen, waiting = set(begin), deque(begin)
    while waiting:
        new = steps.get(waiting.popleft(), set()) - seen
        seen |= new
        waiting.extend(new)
    return seen


def _unwatched(written: Written) -> list[str]:
    found = []
    for name, state in written.states.items():
        if state.initial or state.ended:
            continue
        if state.time_out is None:
            found.append(f"state {name} has no time-out")
            continue
        try:
            _ = state.time_out.limit
        except LimitWrong:
            found.append(f"state {name} has an unknown limit: {state.time_out.within}")
        then = state.time_out.then
        rule = written.verbs.get(then)
        if then != TELL and (then not in BY_THE_HOUSE or rule is None or name not in rule.moves):
            found.append(f"state {name} cannot be left by {then} when its time is out")
        elif rule is not None and SYSTEM not in rule.roles:
            found.append(f"verb {then} must be open to {SYSTEM}")
    return found
