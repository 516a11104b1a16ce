"""Past cases loaded at once leave what single commands would have left."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from tests.cases.offices import GAS, LAMP, MONDAY, STAIRS, VIOLENCE, Offices
from tests.city import WENCHANG
from yige.base import commands, journal, listeners
from yige.base.access import RESIDENT
from yige.base.models import Entry, Event, Head
from yige.cases import bulk, jobs, tracking
from yige.cases.errors import NotFromHere
from yige.cases.models import (
    Attachment,
    Case,
    ClockSpan,
    FollowUp,
    Note,
    Numbering,
    Reporter,
)
from yige.cases.past import PastCase, PastStep
from yige.channels.models import Notice, Parcel
from yige.insight.models import Counter
from yige.kernel.ids import new_id

CASES = 200
SEALED_APART = {Entry: {"body"}, Reporter: {"id", "contact"}, Note: {"id"}, FollowUp: {"id"},
                ClockSpan: {"id"}, Attachment: {"id"}, Event: {"id"}, Counter: {"id"}}  # fmt: skip
"""What is chance in both ways: the ids of rows that hang on a case, and the salt of a cipher."""


def histories(offices: Offices, *, number: int = CASES) -> list[PastCase]:
    """Make cases that end in every way, a few minutes apart and overlapping."""
    rng = random.Random(3)  # noqa: S311
    return [_history(offices, rng, nth) for nth in range(number)]


def _history(offices: Offices, rng: random.Random, nth: int) -> PastCase:
    case, at = new_id(), MONDAY + timedelta(minutes=7 * nth)
    verbs = WAYS[nth % len(WAYS)]
    steps, moment = [], at
    for verb, name, body in verbs:
        moment += timedelta(minutes=rng.randint(1, 3000))
        steps.append(_step(offices, case, verb, name, body, moment))
    report = {
        "text": "有事", "category": rng.choice([STAIRS, LAMP, GAS, VIOLENCE]),
        "place": {"unit_code": offices.city.unit(WENCHANG, nth % 3), "lon": None, "lat": None,
                  "address": "", "area_code": None},
        "photos": [str(new_id())] if nth % 5 == 0 else [],
        "contact": {"name": "王芳", "phone": "13800001234", "email": "w@example.org"}
        if nth % 3 == 0 else None,
        "source": "", "is_anonymous": False, "is_urgent": False, "language": "zh-hans",
    }  # fmt: skip
    actor = offices["worker"] if nth % 4 == 0 else RESIDENT
    return PastCase(report, at, actor, steps, case)


def _step(
    offices: Offices, case: UUID, verb: str, name: str, body: dict[str, Any], at: Any
) -> PastStep:
    sent = new_id()
    if name == "reporter":
        return PastStep(verb, at, RESIDENT, body | {"proof": tracking.proof_of(case, sent)}, sent)
    if verb == "dispatch":
        body = {"organisation": str(offices["lamps"].organisation)}
    if verb == "park":
        body = body | {"until": (at + timedelta(days=9)).isoformat()}
    return PastStep(verb, at, offices[name], body, sent)


SAID = {"text": "说明"}
ENDED = [("verify", "station", {}), ("close", "station", {"is_reached": False})]
BY_UNIT: list[tuple[str, str, dict[str, Any]]] = [
    ("accept", "worker", {}),
    ("hand_up", "worker", SAID),
    ("dispatch", "station", {}),
    ("sign", "lamps", {}),
    ("done", "lamps", SAID),
]
WAYS: list[list[tuple[str, str, dict[str, Any]]]] = [
    [],
    [("accept", "worker", {})],
    [("settle", "worker", SAID), ("rate", "reporter", {"rating": 5, "is_solved": True})],
    [("handle", "worker", {}), ("done", "worker", SAID), *ENDED],
    [*BY_UNIT, *ENDED, ("rate", "reporter", {"rating": 2})],
    [*BY_UNIT, ("rework", "station", SAID), ("handle", "lamps", {}), ("done", "lamps", SAID),
     *ENDED, ("reopen", "reporter", SAID), ("handle", "station", {}), ("done", "station", SAID)],
    [("hand_up", "worker", SAID), ("decline", "station", SAID)],
    [("accept", "worker", {}), ("park", "platform", SAID), ("resume", "platform", {}),
     ("note", "worker", SAID), ("handle", "worker", {})],
    [("void", "intake", SAID)],
    [*BY_UNIT[:4], ("send_back", "lamps", SAID), ("dispatch", "station", {})],
    [("reclassify", "worker", {"category": STAIRS}), ("supervise", "commander", SAID)],
]  # fmt: skip


def by_commands(histories: list[PastCase]) -> None:
    """Run the same cases one command after another, in the order of time."""
    order = [(h.at, n, -1) for n, h in enumerate(histories)]
    order += [(s.at, n, p) for n, h in enumerate(histories) for p, s in enumerate(h.steps)]
    for _, number, place in sorted(order):
        case = histories[number]
        if place < 0:
            commands.run("cases.open", case.report, id=case.id, actor=case.actor, at=case.at)
            continue
        step = case.steps[place]
        body = {"case": str(case.id), **step.body}
        commands.run(f"cases.{step.verb}", body, id=step.id, actor=step.actor, at=step.at)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return every row that the cases left, without what is chance in both ways."""
    tables = (Case, ClockSpan, Note, FollowUp, Attachment, Reporter, Numbering, Entry, Event, Head,
              Counter)  # fmt: skip
    found = {}
    for model in tables:
        apart = SEALED_APART.get(model, set())
        rows = [{n: v for n, v in row.items() if n not in apart} for row in model.objects.values()]
        found[model.__name__] = sorted(rows, key=repr)
    return found


def after(work: Any) -> dict[str, list[dict[str, Any]]]:
    """Return what some work leaves, and undo it."""
    with transaction.atomic():
        listeners.hear_all()
        work()
        listeners.hear_all()
        assert journal.verify().flaws == ()
        found = everything()
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.slow
def test_two_hundred_cases_at_once_leave_what_commands_leave(
    offices: Offices, workers: int
) -> None:
    past = histories(offices)

    single = after(lambda: by_commands(past))
    at_once = after(lambda: bulk.load(past, workers=workers))

    for table, rows in single.items():
        assert rows, table
        assert at_once[table] == rows, table


def test_nobody_is_told_of_the_past(offices: Offices) -> None:
    bulk.load(histories(offices, number=30))

    assert not Notice.objects.exists()
    assert not Parcel.objects.exists()


def test_loaded_cases_are_what_their_events_say(offices: Offices) -> None:
    loaded = bulk.load(histories(offices, number=60))

    assert loaded.cases == Case.objects.count() == 60
    assert loaded.entries == Entry.objects.filter(command__startswith="cases.").count() - 2
    assert [d for _, found in jobs.differing() for d in found] == []


def test_numbers_go_on_behind_those_given_before(offices: Offices) -> None:
    bulk.load(histories(offices, number=3))
    bulk.load(histories(offices, number=2))

    numbers = sorted(Case.objects.values_list("number", flat=True))

    assert numbers == [f"2026-{n:06d}" for n in range(1, 6)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_step_that_could_not_be_taken_stops_the_load_and_leaves_nothing(
    offices: Offices, workers: int
) -> None:
    past = histories(offices, number=5)
    wrong = PastCase(past[0].report, MONDAY, RESIDENT,
                     [PastStep("verify", MONDAY, offices["station"])])  # fmt: skip

    with pytest.raises(NotFromHere):
        bulk.load([*past, wrong], workers=workers)

    assert not Case.objects.exists()
    assert not Entry.objects.filter(command="cases.open").exists()
