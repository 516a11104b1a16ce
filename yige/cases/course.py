"""The course of a case: what each step does to its row and its clocks. No database here.

Single commands and the bulk load walk the same course, so both leave the same rows and events.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from yige.base.calendar import Calendar
from yige.base.snapshot import Snapshot
from yige.cases.categories import Known
from yige.cases.limits import Limit, Span, end_of, end_over
from yige.cases.table import Table
from yige.kernel.codes import Level

RESPOND, FINISH = "respond", "finish"
NOTICED, LATE, LONG_LATE = 1, 2, 3
LEVELS: Final = (Level.GRID.value, Level.COMMUNITY.value, Level.TOWN.value, Level.CITY.value)
UNIT: Final = "unit"
NO_ANSWER: Final = frozenset({"escalate", "hand_up", "withdraw"})
FOLDED: Final[tuple[str, ...]] = (
    "state", "level", "returns_to", "worked_at", "organisation", "category", "is_restricted",
    "is_urgent", "is_supervised", "respond_by", "finish_by", "is_provisional", "attention",
    "parked_until", "responded_at", "handled_at", "closed_at", "reworks", "reopened", "extended",
    "extended_until", "echoes", "merged_into", "rating", "is_solved",
)  # fmt: skip
"""The columns that events say: folding a case's events gives them again."""

TOLD_BEFORE: Final = ("finish_by", "handled_at", "category")
"""The columns of which an event also says what they were, so that figures can be corrected."""


SHARES: Final = ("cases.remind_at", "cases.intake_at", "cases.city_at")


@dataclass(frozen=True, slots=True)
class Shares:
    """At which shares of the time the holder, the town intake and the city are told."""

    remind: float
    intake: float
    city: float

    @classmethod
    def of(cls, held: Snapshot) -> "Shares":
        """Read the shares in force."""
        return held.kept("cases.shares", lambda: cls(*map(held.value, SHARES)), on=SHARES)


@dataclass
class Course:
    """A case on its way: its columns, its clocks, and what the present step changed."""

    row: dict[str, Any]
    spans: list[dict[str, Any]]
    table: Table
    category: Known
    calendar: Calendar
    shares: Shares
    changed: dict[str, Any] = field(default_factory=dict)
    began: list[dict[str, Any]] = field(default_factory=list)
    ended: list[dict[str, Any]] = field(default_factory=list)
    was: dict[str, Any] = field(default_factory=dict)
    stepped_at: datetime | None = None
    """When the present step began, as long as its own times are not worked out."""

    def again(self) -> "Course":
        """Return it ready for another step, as if it came from the database."""
        self.changed, self.began, self.ended, self.was = {}, [], [], {}
        return self

    @property
    def state(self) -> str:
        """The state the case is in."""
        return str(self.row["state"])

    def set(self, **columns: Any) -> None:
        """Change columns; what is already so is no change."""
        for name, value in columns.items():
            if self.row[name] != value:
                self.was.setdefault(name, self.row[name])
                self.row[name] = self.changed[name] = value

    def begin(self, at: datetime) -> None:
        """Start both clocks of a new case."""
        self._start(RESPOND, at)
        self._start(FINISH, at)
        if limit := self.category.respond_within:
            self.set(respond_by=end_of(limit, at, self.calendar).at)
        self._reckon(at)
        self._begin_step(at)

    def move(self, verb: str, at: datetime, **columns: Any) -> None:
        """Take a step of the table: new state, clocks, time-outs. Raises NotFromHere."""
        before, after = self.state, self.table.after(verb, self.state)
        self.set(state=after, **columns)
        if before == "received" and verb not in NO_ANSWER and not self.row["responded_at"]:
            self.set(responded_at=at)
            self._stop(RESPOND, at)
        if verb in ("done", "settle"):
            self.set(handled_at=at)
        if verb == "rework":
            self.set(handled_at=None, reworks=self.row["reworks"] + 1)
        if verb == "reopen":
            self._reopen(at)
        self._run_or_rest(at)
        self._begin_step(at)

    def extend(self, until: datetime, at: datetime) -> None:
        """Grant more time."""
        self.set(extended=self.row["extended"] + 1, extended_until=until)
        self._reckon(at)
        self._begin_step(at)

    def reclassify(self, category: Known, at: datetime) -> None:
        """Give the case the limits of another category; the time that has passed stays passed."""
        self.category = category
        self.set(category=category.code, is_restricted=category.is_restricted)
        if category.is_restricted:
            self.set(lon=None, lat=None)
        limit = category.respond_within
        spans = self._spans(RESPOND)
        if limit and not self.row["responded_at"] and spans:
            due = end_over(limit, spans, self.calendar)
            self.set(respond_by=due.at if due else None)
        self._reckon(at)
        self._begin_step(at)

    def pass_threshold(self, at: datetime) -> list[int]:
        """Note which shares of the time have passed since they were last looked at."""
        above = self.row["attention"]
        passed = [level for level, moment in self._thresholds(above=above) if moment <= at]
        if passed:
            self.set(attention=passed[-1])
        return passed

    def watch(self, at: datetime) -> None:
        """Set the next instant at which the house looks at the case: daily, if nothing is due."""
        self.look_ahead()
        self.set(watch_at=self._next_look(at) or self.calendar.add_working_days(at, 1).at)

    def look_ahead(self) -> None:
        """Work out until when the present step has to be taken, and when it is looked at next.

        Left to whoever writes the case: of a past case only the last step matters.
        """
        if self.stepped_at is not None:
            at, self.stepped_at = self.stepped_at, None
            self._time_the_step(at)

    def facts(self) -> dict[str, Any]:
        """Return what the step changed, as an event says it, and what figures need to know."""
        said = {name: _plain(self.changed[name]) for name in FOLDED if name in self.changed}
        due, was = self.row["finish_by"], {n: self.was[n] for n in TOLD_BEFORE if self.was.get(n)}
        if "responded_at" in self.changed:
            respond_by = self.row["respond_by"]
            said["in_time"] = respond_by is None or self.row["responded_at"] <= respond_by
        return said | {"due": _plain(due)} | {f"was_{n}": _plain(old) for n, old in was.items()}

    def _reopen(self, at: datetime) -> None:
        self._stop(FINISH, at)
        self.set(
            reopened=self.row["reopened"] + 1,
            closed_at=None,
            handled_at=None,
            rating=None,
            is_solved=None,
            attention=0,
            extended_until=None,
        )

    def _run_or_rest(self, at: datetime) -> None:
        """Let the clock of finishing run, rest or stop, as the new state wants it."""
        state = self.table.states[self.state]
        if state.ended:
            self._stop(RESPOND, at)
            self._stop(FINISH, at)
            if self.row["closed_at"] is None:
                self.set(closed_at=at)
            return
        wanted = None if self.row["handled_at"] else not state.paused
        current = self._open(FINISH)
        if (current and current["is_running"]) != wanted:
            self._stop(FINISH, at)
            if wanted is not None:
                self._start(FINISH, at, is_running=wanted)
            self._reckon(at)

    def _reckon(self, at: datetime) -> None:
        """Work out again when the case is due; nothing changes while its clock rests."""
        limit = self.category.finish_within
        due = end_over(limit, self._spans(FINISH), self.calendar) if limit else None
        if due is None:
            return
        granted = self.row["extended_until"]
        at_last = max(due.at, granted) if granted else due.at
        self.set(finish_by=at_last, is_provisional=due.is_provisional)

    def _begin_step(self, at: datetime) -> None:
        if not self.table.states[self.state].paused:
            self.set(parked_until=None)
        self.stepped_at = at

    def _time_the_step(self, at: datetime) -> None:
        """Say until when the present step has to be taken."""
        state = self.table.states[self.state]
        if state.time_out is None:
            self.set(act_by=None, watch_at=None)
            return
        clocks = {
            "respond": self.row["respond_by"],
            "finish": self.row["finish_by"],
            "parked": self.row["parked_until"],
        }
        limit, clock = state.time_out.limit, state.time_out.within
        if clock == "respond" and (not clocks[clock] or clocks[clock] <= at):
            # A desk that gets it late has as long to answer as the first one had.
            limit = self.category.respond_within
        act_by = end_of(limit, at, self.calendar).at if limit else clocks[clock]
        finish_by = self.row["finish_by"]
        is_running = not self.row["handled_at"] and not state.paused
        if is_running and act_by and finish_by and finish_by > at:
            act_by = min(act_by, finish_by)
        self.set(act_by=act_by)
        self.watch(at)

    def _next_look(self, at: datetime) -> datetime | None:
        act_by = self.row["act_by"]
        coming = [act_by] if act_by and act_by > at else []
        if not self.row["handled_at"] and not self.table.states[self.state].paused:
            ahead = next((m for _, m in self._thresholds(above=self.row["attention"])), None)
            coming += [max(ahead, at)] if ahead else []
        return min(coming, default=None)

    def _thresholds(self, *, above: int) -> Iterator[tuple[int, datetime]]:
        """Give when the holder, the town intake and the city are to be told, in this order."""
        limit = self.category.finish_within
        if limit is None or self.row["handled_at"]:
            return
        if self.row["extended_until"]:
            if above < LATE:
                yield LATE, self.row["finish_by"]
            return
        shares = (self.shares.remind, self.shares.intake, self.shares.city)
        for level, share in enumerate(shares, start=NOTICED):
            moment = self._share(limit, share) if level > above else None
            if moment:
                yield level, moment

    def _share(self, limit: Limit, share: float) -> datetime | None:
        due = end_over(limit, self._spans(FINISH), self.calendar, share=share)
        return due.at if due else None

    def _start(self, clock: str, at: datetime, *, is_running: bool = True) -> None:
        span = {
            "case_id": self.row["id"],
            "clock": clock,
            "is_running": is_running,
            "round": self.row["reopened"],
            "started_at": at,
            "ended_at": None,
        }
        self.spans.append(span)
        self.began.append(span)

    def _stop(self, clock: str, at: datetime) -> None:
        if span := self._open(clock):
            span["ended_at"] = max(at, span["started_at"])
            self.ended.append(span)

    def _open(self, clock: str) -> dict[str, Any] | None:
        return next((s for s in self.spans if s["clock"] == clock and s["ended_at"] is None), None)

    def _spans(self, clock: str) -> list[Span]:
        return [
            Span(span["started_at"], span["ended_at"], span["is_running"])
            for span in self.spans
            if span["clock"] == clock and span["round"] == self.row["reopened"]
        ]


def fold(told: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Fold the facts of a case's events, in their order, into the columns that they say."""
    columns: dict[str, Any] = {}
    for facts in told:
        columns |= {name: facts[name] for name in FOLDED if name in facts}
    return columns


def as_told(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the folded columns of a row in the form events say them."""
    return {name: _plain(row[name]) for name in FOLDED}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)
