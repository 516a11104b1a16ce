"""Take past steps in several processes; give them back in one order, a few at a time.

Cases do not touch one another, so each process walks its own share in the order of time, and the
streams are merged. A process has the parent's memory from the fork and never asks the database.
"""

import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from multiprocessing.connection import Connection
from typing import Any, Final

from yige.kernel.errors import Refusal

AT_ONCE: Final = 200
Item = tuple[Any, ...]
"""What is merged: its order first (time, case, step), then anything."""
Walk = Callable[[Sequence[int]], Iterable[Item]]
Rest = Callable[[], Iterable[Any]]


class WorkerFailed(RuntimeError):
    """A process ended with a fault that is no refusal."""


@contextmanager
def in_order(
    walk: Walk, rest: Rest, *, cases: int, workers: int
) -> Iterator[tuple[Iterator[Item], list[Any]]]:
    """Give the merged items of all processes, and the list that fills with what is left."""
    context = multiprocessing.get_context("fork")
    left: list[Any] = []
    ends, processes = [], []
    for number in range(workers):
        here, there = context.Pipe(duplex=False)
        share = range(number, cases, workers)
        process = context.Process(target=_produce, args=(there, walk, rest, share), daemon=True)
        process.start()
        there.close()
        ends.append(here)
        processes.append(process)
    try:
        yield merge(*(_stream(end, left) for end in ends), key=lambda item: item[:3]), left
    finally:
        for end in ends:
            end.close()
        for process in processes:
            process.join()


def _produce(end: Connection, walk: Walk, rest: Rest, share: Sequence[int]) -> None:
    try:
        items = iter(walk(share))
        while batch := list(islice(items, AT_ONCE)):
            end.send(("items", batch))
        for part in rest():
            end.send(("left", part))
        end.send(("over", None))
    except Refusal as refusal:
        end.send(("refused", (type(refusal), refusal.facts)))
    except BrokenPipeError:
        pass
    except Exception as error:  # noqa: BLE001 - told to the process that waits for it
        end.send(("failed", repr(error)))


def _stream(end: Connection, left: list[Any]) -> Iterator[Item]:
    while True:
        try:
            kind, what = end.recv()
        except EOFError:
            raise WorkerFailed("a process ended without a word") from None
        if kind == "items":
            yield from what
        elif kind == "left":
            left.append(what)
        elif kind == "refused":
            refusal, facts = what
            raise refusal(**facts)
        elif kind == "failed":
            raise WorkerFailed(what)
        else:
            return
