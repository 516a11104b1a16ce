"""A province at once: the parts of a problem divided by an executor of processes or machines.

Each part's search hangs on the part and the seed alone, so where it runs changes nothing.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait

from yige.engines.division.parts import Part
from yige.engines.division.run import Effort, Found, Progress, Run

BUNDLES = 64
"""Into how many pieces of work the parts are tied: few enough to send, enough to share out."""
LOOK_S = 0.2

Bundle = list[int]


def spread(
    parts: Sequence[Part],
    effort: Effort,
    seed: int,
    executor: Executor,
    *,
    seconds: float | None = None,
    progress: Progress | None = None,
) -> tuple[list[Found], str | None]:
    """Search every part over the executor; return what was found, and why it ended early if so.

    What had not begun by `seconds`, or when `progress` returned False or raised, is only
    constructed; what runs is waited for.
    """
    found: dict[int, Found] = {}
    sent = {
        executor.submit(search, [parts[n] for n in bundle], effort, seed): bundle
        for bundle in bundles_of(parts)
    }
    ends_at = None if seconds is None else time.monotonic() + seconds
    watch = _Watch(parts, progress)
    pending = set(sent)
    while pending:
        done, pending = wait(pending, timeout=LOOK_S, return_when=FIRST_COMPLETED)
        for future in done:
            _take(found, sent[future], future)
        watch.look(found)
        if watch.cause or (ends_at is not None and time.monotonic() >= ends_at):
            pending = {future for future in pending if not future.cancel()}
            ends_at = None
    left = [number for number in range(len(parts)) if number not in found]
    hurried = Run([parts[number] for number in left], effort, seed).go(is_hurried=True)
    found |= dict(zip(left, hurried, strict=True))
    return [found[number] for number in range(len(parts))], watch.cause


def search(parts: Sequence[Part], effort: Effort, seed: int) -> list[Found]:
    """Search a bundle of parts in one thread, where the executor has put it."""
    return Run(parts, effort, seed, threads=1).go()


def bundles_of(parts: Sequence[Part]) -> Iterator[Bundle]:
    """Tie parts, by their places in the list, into bundles of like work, the largest first."""
    order = sorted(range(len(parts)), key=lambda number: -parts[number].grids)
    share = max(1, sum(part.grids for part in parts) // BUNDLES)
    bundle: Bundle = []
    held = 0
    for number in order:
        bundle.append(number)
        held += parts[number].grids
        if held >= share:
            yield bundle
            bundle, held = [], 0
    if bundle:
        yield bundle


def _take(found: dict[int, Found], bundle: Bundle, future: "Future[list[Found]]") -> None:
    if not future.cancelled():
        found |= dict(zip(bundle, future.result(), strict=True))


class _Watch:
    """Tells how far it is, and remembers why it was to stop."""

    def __init__(self, parts: Sequence[Part], progress: Progress | None) -> None:
        self.parts, self.progress = parts, progress
        self.work = max(1, sum(part.grids for part in parts))
        self.cause: str | None = None

    def look(self, found: dict[int, Found]) -> None:
        """Tell how far it is; note when whoever hears it wants it to end."""
        if self.progress is None or self.cause is not None:
            return
        share = sum(self.parts[number].grids for number in found) / self.work
        cost = sum(one.cost for one in found.values()) / 1000
        try:
            answer = self.progress(min(1.0, share), cost)
        except Exception as error:  # noqa: BLE001 - the promise: whoever raises gets the best plan
            self.cause = f"{type(error).__name__}: {error}"
            return
        if answer is False:
            self.cause = "cancelled"
