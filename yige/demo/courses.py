"""The way of each case through the workflow: who did what, and when, until the year's end."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from yige.demo.ground import Floats, Ints

GRID, COMMUNITY, TOWN, CITY, UNIT = range(5)
LEVELS = ("grid", "community", "town", "city", "unit")
VERBS = ("accept", "decline", "settle", "hand_up", "handle", "dispatch", "sign", "done", "verify",
         "rework", "close", "rate", "reopen", "send_back")  # fmt: skip
MINUTE, HOUR, DAY = 60, 3600, 86_400
ACCEPTED_FIRST = 0.3
"""How many are accepted by a step of its own; the others by whoever begins or sends them on."""

Move = tuple[str, int]  # verb and the level that does it


@dataclass(frozen=True)
class Fate:
    """What will become of one case; times are seconds since 1970."""

    reported_at: int
    handled_at: int  # the last time it was reported done
    begins_at: int  # the level that receives it
    reaches: int  # the highest desk it comes to
    by_unit: bool  # handed to the body responsible
    is_declined: bool
    is_settled: bool  # on the spot, with no further step
    has_rework: bool
    is_returned: bool  # the first body it went to sends it back
    rating: int  # 0: none
    is_reopened: bool


def moves_of(fate: Fate, dice: list[float]) -> Iterator[tuple[str, int, int]]:
    """Return verb, level and time of every step the case will ever take, in order."""
    if fate.is_declined:
        yield "decline", max(fate.begins_at, COMMUNITY), fate.handled_at
        return
    if fate.is_settled:
        yield "settle", fate.begins_at, fate.handled_at
        yield from _ending(fate, fate.handled_at, dice)
        return
    opening = list(_opening(fate, accepts_first=dice[0] < ACCEPTED_FIRST))
    span = fate.handled_at - fate.reported_at
    first_done = fate.handled_at - int(span * (0.25 + 0.2 * dice[0])) if fate.has_rework else None
    work_until = first_done or fate.handled_at
    yield from _spread(opening, fate.reported_at, work_until, 0.15 + 0.45 * dice[1])
    worker, desk = _worker(fate), _desk(fate)
    if first_done is not None:
        gap = fate.handled_at - first_done
        yield "done", worker, first_done
        yield "rework", desk, first_done + gap // 4
        yield "handle", worker, first_done + gap // 2
    yield "done", worker, fate.handled_at
    verified_at = fate.handled_at + int(20 * MINUTE + dice[2] ** 3 * 20 * HOUR)
    yield "verify", desk, verified_at
    yield from _ending(fate, verified_at, dice)


def _opening(fate: Fate, *, accepts_first: bool) -> Iterator[Move]:
    """Return the steps from the report to the beginning of the work."""
    for level in range(fate.begins_at, fate.reaches):
        yield "hand_up", level
    if accepts_first and fate.reaches > GRID:
        yield "accept", fate.reaches
    if not fate.by_unit:
        yield "handle", fate.reaches
        return
    if fate.is_returned:
        yield "dispatch", fate.reaches
        yield "send_back", UNIT
    yield "dispatch", fate.reaches
    yield "sign", UNIT


def _worker(fate: Fate) -> int:
    return UNIT if fate.by_unit else fate.reaches


def _desk(fate: Fate) -> int:
    """Return who verifies: the desk that gave it away, or the one above a grid."""
    return max(fate.reaches, COMMUNITY)


def _spread(
    moves: list[Move], start: int, end: int, share: float
) -> Iterator[tuple[str, int, int]]:
    """Set steps one after another in the first share of a span."""
    for number, (verb, level) in enumerate(moves, 1):
        yield verb, level, start + max(number, int((end - start) * share * number / len(moves)))


def _ending(fate: Fate, after: int, dice: list[float]) -> Iterator[tuple[str, int, int]]:
    """Follow up: rated in the call, or closed and perhaps rated later; some begin again."""
    desk = _desk(fate)
    followed_at = after + int(HOUR + dice[3] ** 2 * 3 * DAY)
    rated_in_call = fate.rating > 0 and dice[4] < 0.6
    if rated_in_call:
        yield "rate", desk, followed_at
    else:
        yield "close", desk, followed_at
        if fate.rating:
            followed_at += int(HOUR + dice[5] * 2 * DAY)
            yield "rate", desk, followed_at
    if fate.is_reopened:
        yield from _again(fate, followed_at + int(4 * HOUR + dice[6] * 5 * DAY), dice)


def _again(fate: Fate, at: int, dice: list[float]) -> Iterator[tuple[str, int, int]]:
    desk, worker = _desk(fate), _worker(fate)
    yield "reopen", desk, at
    if fate.by_unit:
        yield "dispatch", desk, at + 2 * HOUR
        yield "sign", UNIT, at + 4 * HOUR
    else:
        yield "handle", desk, at + 3 * HOUR
        worker = desk
    done_at = at + int((0.6 + 2 * dice[7]) * DAY)
    yield "done", worker, done_at
    yield "verify", desk, done_at + 3 * HOUR
    yield "close", desk, done_at + 5 * HOUR


def wake(rng: np.random.Generator, at: Ints, not_after: Ints, midnight: int) -> Ints:
    """Move what would happen at night into the morning, if its limit allows, else before it.

    `midnight` is the local midnight of any day, as seconds since 1970.
    """
    clock = (at - midnight) % DAY
    early, late = clock < 7 * HOUR, clock > 21 * HOUR
    morning = at - clock + np.where(late, DAY, 0) + _morning(rng, len(at))
    moved = np.where(early | late, morning, at)
    result: Ints = np.where(moved <= not_after, moved, at)
    return result


def _morning(rng: np.random.Generator, count: int) -> Ints:
    hours: Floats = 7.6 + rng.gamma(1.6, 0.9, count)
    return (np.minimum(hours, 12.0) * HOUR).astype(np.int64)
