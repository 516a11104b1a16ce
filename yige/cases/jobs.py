"""What the house does by itself: watch over deadlines, archive, fold again."""

import logging
from collections import defaultdict
from collections.abc import Iterator
from json import loads
from typing import Any, Final
from uuid import UUID

from yige.base import commands
from yige.base.access import SYSTEM
from yige.base.jobs import Work, job
from yige.base.models import Event
from yige.cases.course import FOLDED, as_told, fold
from yige.cases.errors import NoSuchCase
from yige.cases.models import OPEN, Case
from yige.cases.pace import ARCHIVE_AT_ONCE, archive_before
from yige.cases.store import rows_of
from yige.kernel import clock
from yige.kernel.errors import Conflict
from yige.kernel.ids import new_id
from yige.kernel.results import Fact, Facts

log = logging.getLogger(__name__)

WATCH_AT_ONCE: Final = 500
FOLD_AT_ONCE: Final = 500
MOST_SHOWN: Final = 100


@job("cases.watch_deadlines", schedule="* * * * *")
def watch_deadlines(work: Work) -> Facts:
    """Look at each open case whose time has come; one command for each."""
    now = clock.now()
    due = Case.objects.filter(OPEN, watch_at__lte=now).order_by("watch_at")
    cases = list(due.values_list("id", flat=True)[:WATCH_AT_ONCE])
    watched = 0
    for number, case in enumerate(cases):
        work.progress(number / len(cases))
        watched += watch_one(case)
    return {"watched": watched}


@job("cases.archive", schedule="20 3 * * *")
def archive_ended(work: Work) -> Facts:
    """Archive the cases that ended a month ago and more."""
    body = {"before": archive_before(clock.now()).isoformat(), "most": ARCHIVE_AT_ONCE}
    archived, step = 0, ARCHIVE_AT_ONCE
    while step == ARCHIVE_AT_ONCE:
        outcome = commands.run("cases.archive", body, id=new_id(), actor=SYSTEM)
        step = int(str(outcome.result["archived"]))
        archived += step
        work.progress(0.5)
    return {"archived": archived}


@job("cases.fold", schedule="40 3 * * *")
def fold_again(work: Work) -> Facts:
    """Fold each case again from its events and tell every difference to its row."""
    checked, differences = 0, list[Fact]()
    for number, found in differing():
        checked = number
        differences += found
        work.progress(0.5, f"{checked} cases")
    if differences:
        log.error("%d cases differ from their events: %s", len(differences), differences[:5])
    return {"cases": checked, "different": len(differences), "first": differences[:MOST_SHOWN]}


def watch_one(case: UUID) -> bool:
    """Look at one case; one that somebody moves at the same moment is looked at again later."""
    try:
        commands.run("cases.watch", {"case": str(case)}, id=new_id(), actor=SYSTEM)
    except (Conflict, NoSuchCase) as refusal:
        log.info("case %s was not watched: %s", case, refusal)
        return False
    return True


def differing() -> Iterator[tuple[int, list[str]]]:
    """Give, batch by batch, how many cases were folded and which columns differ where."""
    checked, last = 0, None
    while True:
        batch = Case.objects.order_by("id")
        if last:
            batch = batch.filter(id__gt=last)
        rows = rows_of(batch[:FOLD_AT_ONCE])
        if not rows:
            return
        told = _told([row["id"] for row in rows])
        checked, last = checked + len(rows), rows[-1]["id"]
        yield checked, [d for row in rows for d in _differences(row, fold(told[row["id"]]))]


def _told(cases: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    told: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    events = Event.objects.filter(subject__in=cases, kind__startswith="cases.")
    for event in events.order_by("position", "n").iterator():
        told[event.subject].append(loads(event.facts))  # type: ignore[index]
    return told


def _differences(row: dict[str, Any], folded: dict[str, Any]) -> list[str]:
    held = as_told(row)
    return [
        f"{row['number']} {name}: {held[name]!r}, events say {folded.get(name)!r}"
        for name in FOLDED
        if held[name] != folded.get(name)
    ]
