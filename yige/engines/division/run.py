"""One run of the search: parts side by side in threads, each ends in its best labels."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from os import cpu_count
from threading import Event
from typing import NamedTuple

import numpy as np

from yige.engines.division.inherit import NOBODY, inherit
from yige.engines.division.model import WIDE, Pair, Rule, State, Tree, keep_best, settle
from yige.engines.division.parts import Part
from yige.engines.division.problem import Ints, InvalidProblem
from yige.engines.division.repair import repair
from yige.engines.division.search import COOLING, anneal
from yige.engines.division.trees import construct

Progress = Callable[[float, float], object]
LOGS = -np.log((np.arange(4096) + 0.5) / 4096)
HOT, COLD = 4.0, 2.0
LARGE = 30
MANY_GRIDS = 60
STRICT = 8
HASTE = 40
REPAIRS = 12
CHUNK = 4_000_000
MASK = (1 << 64) - 1


@dataclass(frozen=True)
class Effort:
    """How long the search goes on: runs from afresh, steps a grid in each, flips a step."""

    runs: int
    steps: int
    flips: int
    retries: int

    def share_out(self, grids: int) -> tuple[int, int]:
        """Return the runs of a part and the steps of each: the larger, the fewer and longer.

        Small parts end in traps that another run avoids, large ones need the time.
        """
        runs = max(1, min(self.runs, LARGE * self.runs // grids))
        return runs, self.runs * self.steps * grids // runs


EFFORTS = {
    "quick": Effort(runs=1, steps=60, flips=2, retries=3),
    "normal": Effort(runs=3, steps=80, flips=1, retries=3),
    "best": Effort(runs=20, steps=400, flips=2, retries=3),
}


def effort_named(name: str) -> Effort:
    """Return an effort by its name, or raise InvalidProblem."""
    if name not in EFFORTS:
        raise InvalidProblem(problem="unknown_effort", effort=name, known=list(EFFORTS))
    return EFFORTS[name]


@dataclass(eq=False)
class _Task:
    """One part on its way: its state, and how far its search has come."""

    part: Part
    rule: Rule
    seed: int
    state: State
    tree: Tree
    pair: Pair
    share: float = 0.0
    run: int = 0
    runs: int = 1
    allowed: float | None = None
    cost: int = 0
    labels: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def missed(self) -> int:
        """Tell by how many households the best state misses the range."""
        return int(self.state.tally[4])

    @property
    def least_cost(self) -> int:
        """The cost of the best state, in thousandths: a compound in one grid costs nothing."""
        return int(self.state.tally[3] - self.part.ground.group_price.sum())

    @property
    def hopeless(self) -> bool:
        """Tell whether no search can come nearer to the range (so also: whether it is met)."""
        rule, grids, held = self.part.rule, self.part.grids, self.part.households
        least = max(0, grids * rule.lower - held, held - grids * rule.upper)
        return grids < 2 or self.missed <= least


class Found(NamedTuple):
    """What the search found for a part: the grid of each unit, from 0, how many, and the cost."""

    labels: Ints
    grids: int
    cost: int


class Run:
    """The work queue: every part is constructed first, then annealed, the largest first."""

    def __init__(
        self,
        parts: Sequence[Part],
        effort: Effort,
        seed: int,
        *,
        seconds: float | None = None,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> None:
        self.started = time.monotonic()
        self.effort = effort
        self.threads = max(1, min(threads or cpu_count() or 1, len(parts)))
        self.seconds = seconds
        self.progress = progress
        self.stop = Event()
        self.cause: str | None = None
        self.tasks = [
            _task(part, _mix(seed, part.community, int(part.units[0]))) for part in parts
        ]
        self.work = max(1, sum(part.grids for part in parts))

    def go(self, *, is_hurried: bool = False) -> list[Found]:
        """Search, and return what was found by part; a hurried run only constructs."""
        order = sorted(self.tasks, key=lambda task: -task.part.grids)
        with ThreadPoolExecutor(self.threads) as pool:
            for step in (self._construct,) if is_hurried else (self._construct, self._improve):
                self._watch([pool.submit(step, task) for task in order])
                self._allow(order)
        return [Found(task.labels, task.part.grids, task.cost) for task in self.tasks]

    def _allow(self, order: list[_Task]) -> None:
        """Share the time that is left among the parts by their work."""
        if self.seconds is None:
            return
        left = max(0.0, self.started + self.seconds - time.monotonic()) * self.threads
        for task in order:
            task.allowed = 0.9 * left * task.part.grids / self.work

    def _watch(self, waiting: list[Future[None]]) -> None:
        """Wait for the parts, telling how far they are; stop them when told to."""
        pending = set(waiting)
        try:
            while pending:
                done, pending = wait(
                    pending,
                    timeout=None if self.progress is None else 0.1,
                    return_when=FIRST_COMPLETED if self.progress else "ALL_COMPLETED",
                )
                for future in done:
                    future.result()
                self._tell()
        except BaseException:
            self.stop.set()
            raise

    def _tell(self) -> None:
        if self.progress is None or self.stop.is_set():
            return
        share = sum(task.share * task.part.grids for task in self.tasks) / self.work
        cost = sum(task.cost for task in self.tasks) / 1000
        try:
            answer = self.progress(min(1.0, share), cost)
        except Exception as error:  # noqa: BLE001 - the promise: whoever raises gets the best plan
            self.cause = f"{type(error).__name__}: {error}"
            self.stop.set()
            return
        if answer is False:
            self.cause = "cancelled"
            self.stop.set()

    def _construct(self, task: _Task) -> None:
        _begin(task, 0)
        keep_best(task.state)
        _note(task)

    def _improve(self, task: _Task) -> None:
        """Anneal a part; where it stays out of range repair, try longer, try other numbers."""
        steps = self._run_all(task)
        self._repair(task, steps)
        for attempt in range(self.effort.retries):
            if task.hopeless or self.stop.is_set() or task.allowed is not None:
                break
            if attempt:
                self._try_others(task, steps)
            if task.hopeless or task.part.grids > MANY_GRIDS:
                break
            steps *= 4
            _begin(task, self.effort.runs + attempt)
            self._anneal(task, steps)
            self._repair(task, steps)
        _note(task)
        task.share = 1.0

    def _run_all(self, task: _Task) -> int:
        """Anneal several times from afresh and keep the best; return the steps of all runs."""
        runs, steps = self.effort.share_out(task.part.grids)
        until = None if task.allowed is None else time.monotonic() + task.allowed
        state, found = task.state, None
        task.runs = runs
        for run in range(runs):
            task.run = run
            if run:
                _begin(task, run)
                state.tally[3:5] = np.iinfo(np.int64).max
            self._anneal(task, steps, until)
            score = int(state.tally[4]), int(state.tally[3])
            if found is None or score < found[0]:
                found = score, state.best.copy()
            late = until is not None and time.monotonic() >= until
            if task.part.grids < 2 or self.stop.is_set() or late:
                break
        if found is not None:
            (state.tally[4], state.tally[3]), state.best[:] = found
        return runs * steps

    def _repair(self, task: _Task, steps: int) -> None:
        """Drive the last misses out at any price, then win back what that cost."""
        if task.hopeless:
            return
        rule = task.part.rule
        task.rule = rule._replace(outside=STRICT * rule.outside, excess=STRICT * rule.excess)
        for _ in range(REPAIRS):
            if task.hopeless or self.stop.is_set():
                break
            repair(task.part.ground, task.rule, task.state, task.tree, task.pair, 50, LOGS)
        task.state.label[:] = task.state.best
        until = None if task.allowed is None else time.monotonic()
        self._anneal(task, max(1, steps // 8), until, COLD)
        task.rule = rule

    def _try_others(self, task: _Task, steps: int) -> None:
        first = task.part
        for grids in first.others:
            other = _task(first.recut(grids), task.seed)
            self._construct(other)
            self._anneal(other, steps)
            self._repair(other, steps)
            if other.missed < task.missed:
                task.part, task.rule, task.state = other.part, other.rule, other.state
                task.tree, task.pair = other.tree, other.pair
            if task.missed == 0:
                break

    def _anneal(
        self, task: _Task, steps: int, until: float | None = None, hot: float = HOT
    ) -> None:
        """Anneal for so many steps, or for as many as fit before `until` on the clock."""
        if task.part.grids < 2:
            return
        size = max(1, task.part.ground.near.shape[0] // task.part.grids)
        chunk = max(64, CHUNK // (8 * size + 64))
        if task.allowed is not None or self.progress is not None:
            chunk = max(16, chunk // 16)
        done, total, began = 0, steps, time.monotonic()
        settle(task.part.ground, task.rule, task.state)
        while done < total and not self.stop.is_set():
            stop = min(total, done + chunk)
            self._steps(task, done, stop, total, hot)
            done = stop
            if until is not None:
                spent, left = time.monotonic() - began, until - time.monotonic()
                if left <= 0:
                    break
                total = min(total, max(done + 1, round(done * (1 + left / max(spent, 1e-6)))))
            task.share = max(task.share, (task.run + done / total) / task.runs)
            task.cost = task.least_cost
        if done < total:
            last = HASTE * task.part.grids
            self._steps(task, int(last * COOLING), last, last, COLD)

    def _steps(self, task: _Task, done: int, until: int, total: int, hot: float) -> None:
        anneal(
            task.part.ground, task.rule, task.state, task.tree, task.pair,
            done, until, total, self.effort.flips, hot, COLD, LOGS,
        )  # fmt: skip


def _task(part: Part, seed: int) -> _Task:
    ground = part.ground
    units, links, grids = len(ground.households), len(ground.near), part.grids
    groups = len(ground.group_price)

    def ints(size: int) -> np.ndarray:
        return np.zeros(size, dtype=np.int32)

    def longs(size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    state = State(
        label=ints(units), held=longs(grids), carried=longs(grids), counts=ints(groups * grids),
        anchor=np.full(grids, NOBODY, dtype=np.int32), random=np.zeros(1, dtype=np.uint64),
        tally=longs(8), best=ints(units),
    )  # fmt: skip
    state.tally[3:5] = np.iinfo(np.int64).max
    tree = Tree(
        order=ints(units), parent=ints(units), price=longs(units), held=longs(units),
        carried=longs(units), stays=longs(units), swaps=longs(units), size=ints(units),
        stamp=ints(units), place=ints(units),
        inner_from=ints(links), inner_to=ints(links),
        outer_from=ints(links), outer_to=ints(links),
        top=ints(groups), top_stamp=ints(groups), bridge=ints(256), bridge_group=ints(256),
        inside=ints(units),
    )  # fmt: skip
    pair = Pair(
        unit=ints(WIDE), near=np.zeros(WIDE, np.uint64), below=np.zeros(WIDE, np.uint64),
        held=longs(WIDE), carried=longs(WIDE), parent=ints(WIDE), visit=ints(WIDE),
        slot=ints(WIDE), members=np.zeros(3 * WIDE, np.uint64), price=longs(3 * WIDE),
    )  # fmt: skip
    return _Task(part=part, rule=part.rule, seed=seed, state=state, tree=tree, pair=pair)


def _begin(task: _Task, attempt: int) -> None:
    """Make a whole division to start from: after the old plan where there is one."""
    part, state = task.part, task.state
    state.random[0] = np.uint64(_mix(task.seed, attempt, 7))
    if part.rule.moved > 0 and len(part.homes):
        inherit(part.ground, part.rule, state, task.tree, len(part.homes), 3)
    elif part.grids > 1:
        share = np.zeros(part.grids, dtype=np.int64)
        construct(part.ground, part.rule, state, task.tree, share, 3)
    settle(part.ground, part.rule, state)


def _note(task: _Task) -> None:
    task.cost = task.least_cost
    task.labels = task.state.best.astype(np.int64)


def _mix(*words: int) -> int:
    """Make one well-stirred word, never zero, from several."""
    mixed = 0x9E3779B97F4A7C15
    for word in words:
        mixed = (mixed ^ (int(word) & MASK)) * 0xBF58476D1CE4E5B9 & MASK
        mixed ^= mixed >> 29
        mixed = mixed * 0x94D049BB133111EB & MASK
        mixed ^= mixed >> 32
    return mixed or 1
