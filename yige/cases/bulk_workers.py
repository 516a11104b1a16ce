"""Take past steps in several processes; give them back in one order, a part at a time.

The steps of all cases are numbered beforehand. Cases do not touch one another, so each process
takes the steps of its own cases in every part, and the parts are put together by number. A process
has the parent's memory from the fork and never asks the database.
"""

import gc
import multiprocessing
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection, wait
from typing import Any, Protocol, cast

from django.db import connection

from yige.kernel.errors import Refusal

Taken = tuple[list[tuple[int, Any]], list[Any]]
"""Items with their places in a part, and what was left beside them."""


class WorkerFailed(RuntimeError):
    """A process ended with a fault that is no refusal."""


class Work(Protocol):
    """What the processes share: steps, taken part by part, and what is left when all are."""

    def take(self, part: int, share: int, shares: int) -> Taken:
        """Take one share's steps of a part; return each with its place, and what is left."""

    def left(self) -> Iterable[Any]:
        """Give what is left when all steps were taken."""


class Alone:
    """The work done in this process."""

    def __init__(self, work: Work) -> None:
        self.work = work

    def part(self, number: int) -> tuple[list[Any], list[Any]]:
        """Return a part's items in their order, and what they have left."""
        return _in_order([self.work.take(number, 0, 1)])

    def left(self) -> Iterator[Any]:
        """Give what is left when all parts were taken."""
        yield from self.work.left()


class Team:
    """The work done by processes beside this one; see `at_work`."""

    def __init__(self, ends: Sequence[Connection]) -> None:
        self.ends = ends

    def part(self, number: int) -> tuple[list[Any], list[Any]]:
        """Return a part's items in their order, and what they have left.

        Raises the refusal that a step met.
        """
        return _in_order([_said(end) for end in self.ends])

    def left(self) -> Iterator[Any]:
        """Give what is left when all parts were taken, from whoever has something ready."""
        speaking = list(self.ends)
        while speaking:
            for end in cast(list[Connection], wait(speaking)):
                left = _said(end)
                if left is None:
                    speaking.remove(end)
                else:
                    yield left


@contextmanager
def at_work(work: Work, *, parts: int, workers: int) -> Iterator[Alone | Team]:
    """Set processes to work, or only this one; whatever happens, they end with this block."""
    if workers == 1:
        yield Alone(work)
        return
    context = multiprocessing.get_context("fork")
    ends, processes = [], []
    for share in range(workers):
        here, there = context.Pipe(duplex=False)
        args = (there, work, parts, share, workers)
        process = context.Process(target=_produce, args=args, daemon=True)
        process.start()
        there.close()
        ends.append(here)
        processes.append(process)
    try:
        yield Team(ends)
    finally:
        for end in ends:
            end.close()
        for process in processes:
            process.join()


@contextmanager
def no_sweeping() -> Iterator[None]:
    """Do not look for rings of dead objects: of so much that stays, it costs a fifth of the time.

    In a process that was forked it would also copy every page of its parent.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class AskedTheDatabase(RuntimeError):
    """A process asked over its parent's connection, whose answers belong to the parent."""


def _refuse(*_: Any) -> Any:
    raise AskedTheDatabase("read what is needed before the processes are set to work")


def _produce(end: Connection, work: Work, parts: int, share: int, shares: int) -> None:
    connection.execute_wrappers.append(_refuse)
    try:
        for part in range(parts):
            end.send(("said", work.take(part, share, shares)))
        for left in work.left():
            end.send(("said", left))
        end.send(("said", None))
    except Refusal as refusal:
        end.send(("refused", (type(refusal), refusal.facts)))
    except BrokenPipeError:
        pass
    except Exception as error:  # noqa: BLE001 - told to the process that waits for it
        end.send(("failed", repr(error)))


def _said(end: Connection) -> Any:
    try:
        kind, what = end.recv()
    except EOFError:
        raise WorkerFailed("a process ended without a word") from None
    if kind == "refused":
        refusal, facts = what
        raise refusal(**facts)
    if kind == "failed":
        raise WorkerFailed(what)
    return what


def _in_order(shares: Sequence[Taken]) -> tuple[list[Any], list[Any]]:
    items: list[Any] = [None] * sum(len(taken) for taken, _ in shares)
    for taken, _ in shares:
        for place, item in taken:
            items[place] = item
    return items, [one for _, left in shares for one in left]
