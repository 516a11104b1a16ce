import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.base.orders import do, pinned
from tests.base.test_at_once import at_once
from yige.base.jobs import (
    ATTEMPTS,
    BACK_OFF,
    JOBS,
    LEASE,
    SCHEDULES,
    Work,
    ask_to_cancel,
    enqueue,
    enqueue_by_the_clock,
    job,
    work_once,
)
from yige.base.models import Cron, Entry, Job, Setting
from yige.kernel import clock
from yige.kernel.errors import Conflict

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _known_again() -> Iterator[None]:
    """Forget the kinds of job that a test makes known."""
    kinds, schedules = dict(JOBS), dict(SCHEDULES)
    yield
    for registry, before in ((JOBS, kinds), (SCHEDULES, schedules)):
        registry.clear()  # type: ignore[attr-defined]
        registry.update(before)  # type: ignore[attr-defined]


def row(work: Job) -> Job:
    return Job.objects.get(id=work.id)


def time_passes(work: Job, **to: Any) -> None:
    """Let a moment in a job's row be long ago."""
    Job.objects.filter(id=work.id).update(**to)


@pytest.mark.django_db
class TestOneWorker:
    def test_a_job_runs_once_with_its_arguments_and_keeps_its_result(self) -> None:
        job("tests.greet")(lambda work, *, name: {"said": f"您好,{name}"})
        greet = enqueue("tests.greet", at=LONG_AGO, name="文昌")

        assert work_once("w1")
        assert not work_once("w1")

        done = row(greet)
        assert (done.state, done.done, done.attempts) == (Job.DONE, 1.0, 1)
        assert json.loads(done.result) == {"said": "您好,文昌"}
        assert done.ended_at is not None

    def test_the_same_key_is_one_job(self) -> None:
        first = enqueue("tests.greet", at=LONG_AGO, key="通报 2026-11")
        second = enqueue("tests.greet", at=LONG_AGO, key="通报 2026-11")

        assert first.id == second.id

    def test_a_job_waits_until_it_is_due(self) -> None:
        job("tests.greet")(lambda work: None)
        enqueue("tests.greet", at=clock.now() + timedelta(hours=1))

        assert not work_once("w1")

    def test_a_job_that_fails_is_tried_again_later_and_later(self) -> None:
        self._falls("tests.fall", times=3)
        fall = enqueue("tests.fall", at=LONG_AGO)
        waits = []

        for _ in range(3):
            before = clock.now()
            work_once("w1")
            waits.append(row(fall).due_at - before)
            time_passes(fall, due_at=LONG_AGO)
        work_once("w1")

        for waited, wanted in zip(waits, BACK_OFF, strict=False):
            assert wanted <= waited < wanted + timedelta(seconds=60)
        assert (row(fall).state, row(fall).attempts) == (Job.DONE, 4)

    def test_a_job_that_never_succeeds_ends_as_a_dead_letter_with_its_reason(self) -> None:
        self._falls("tests.fall", times=99)
        fall = enqueue("tests.fall", at=LONG_AGO)

        for _ in range(ATTEMPTS):
            assert work_once("w1")
            time_passes(fall, due_at=LONG_AGO)

        assert not work_once("w1")
        assert (row(fall).state, row(fall).error) == (Job.DEAD, "RuntimeError: 坏了")

    def test_a_job_that_kills_every_worker_is_given_up(self) -> None:
        ran = []
        job("tests.kill")(lambda work: ran.append(1))
        deadly = enqueue("tests.kill", at=LONG_AGO)
        time_passes(deadly, state=Job.RUNNING, lease_until=LONG_AGO, attempts=ATTEMPTS)

        work_once("w1")

        assert ran == []
        assert row(deadly).state == Job.DEAD

    def test_a_refusal_is_final_and_its_code_is_kept(self) -> None:
        def refuse(work: Work) -> None:
            raise Conflict(plan="A", at=LONG_AGO)

        job("tests.refuse")(refuse)
        refused = enqueue("tests.refuse", at=LONG_AGO)

        work_once("w1")

        assert row(refused).state == Job.FAILED
        assert json.loads(row(refused).error)["code"] == "kernel.conflict"

    def test_a_kind_that_nobody_knows_fails_and_blocks_nothing(self) -> None:
        job("tests.greet")(lambda work: None)
        unknown = enqueue("tests.unknown", at=LONG_AGO)
        greet = enqueue("tests.greet", at=LONG_AGO + timedelta(days=1))

        assert work_once("w1")
        assert work_once("w1")

        assert row(unknown).state == Job.FAILED
        assert row(greet).state == Job.DONE

    def test_progress_is_seen_and_prolongs_the_lease(self) -> None:
        seen: list[Job] = []

        def half(work: Work) -> None:
            time_passes(work.job, lease_until=LONG_AGO)
            work.progress(0.5, "读到第 500 行")
            seen.append(row(work.job))

        job("tests.half")(half)
        enqueue("tests.half", at=LONG_AGO)

        work_once("w1")

        assert (seen[0].done, seen[0].step) == (0.5, "读到第 500 行")
        assert seen[0].lease_until
        assert seen[0].lease_until > clock.now() + LEASE / 2

    def test_a_waiting_job_is_cancelled_at_once(self) -> None:
        waiting = enqueue("tests.greet", at=LONG_AGO)

        ask_to_cancel(waiting)

        assert row(waiting).state == Job.CANCELLED
        assert not work_once("w1")

    def test_a_running_job_ends_at_its_next_sign_of_life(self) -> None:
        steps = []

        def long(work: Work) -> None:
            for step in range(3):
                steps.append(step)
                ask_to_cancel(work.job)
                work.progress(step / 3)

        job("tests.long")(long)
        running = enqueue("tests.long", at=LONG_AGO)

        work_once("w1")

        assert steps == [0]
        assert row(running).state == Job.CANCELLED

    def test_a_worker_that_was_taken_for_dead_spoils_nothing(self) -> None:
        def slow(work: Work) -> dict[str, str]:
            time_passes(work.job, worker="w2", result="by w2")
            work.progress(0.9)
            return {"by": "w1"}

        job("tests.slow")(slow)
        slow_job = enqueue("tests.slow", at=LONG_AGO)

        work_once("w1")

        assert (row(slow_job).worker, row(slow_job).result) == ("w2", "by w2")
        assert row(slow_job).state == Job.RUNNING

    def test_an_expired_lease_lets_another_worker_run_the_job_again(self) -> None:
        job("tests.greet")(lambda work: {"by": work.worker})
        greet = enqueue("tests.greet", at=LONG_AGO)
        time_passes(greet, state=Job.RUNNING, worker="w1", lease_until=LONG_AGO, attempts=1)

        work_once("w2")

        assert (row(greet).state, row(greet).attempts) == (Job.DONE, 2)
        assert json.loads(row(greet).result) == {"by": "w2"}

    def test_a_job_refused_with_its_change_was_never_enqueued(self) -> None:
        with pytest.raises(Conflict):
            do("tests.refuse", name="停水")

        assert not Job.objects.exists()

    def test_a_recurring_job_comes_by_the_clock(self) -> None:
        job("tests.nightly", schedule="0 3 * * *")(lambda work: None)

        enqueue_by_the_clock()
        too_early = Job.objects.filter(kind="tests.nightly").count()
        Cron.objects.filter(kind="tests.nightly").update(next_at=LONG_AGO)
        enqueue_by_the_clock()
        enqueue_by_the_clock()

        assert too_early == 0
        assert Job.objects.filter(kind="tests.nightly").count() == 1
        assert Cron.objects.get(kind="tests.nightly").next_at > clock.now()

    def test_three_in_the_night_is_the_citys_three(self) -> None:
        job("tests.nightly", schedule="0 3 * * *")(lambda work: None)

        enqueue_by_the_clock()

        assert Cron.objects.get(kind="tests.nightly").next_at.astimezone(UTC).hour == 19

    def _falls(self, kind: str, *, times: int) -> None:
        falls = iter(range(times))

        def fall(work: Work) -> None:
            if next(falls, None) is not None:
                raise RuntimeError("坏了")

        job(kind)(fall)


@pytest.mark.django_db(transaction=True)
class TestManyWorkers:
    def test_each_job_is_run_by_one_of_them(self) -> None:
        ran: list[str] = []
        job("tests.note")(lambda work, *, n: ran.append(f"{n}"))
        for n in range(12):
            enqueue("tests.note", at=LONG_AGO, n=n)

        def until_empty(name: str) -> Callable[[], None]:
            def work_on() -> None:
                while work_once(name):
                    pass

            return work_on

        at_once(*[until_empty(f"w{n}") for n in range(3)])

        assert sorted(ran, key=int) == [str(n) for n in range(12)]
        assert set(Job.objects.values_list("state", flat=True)) == {Job.DONE}

    def test_the_clock_strikes_once_among_them(self) -> None:
        job("tests.nightly", schedule="0 3 * * *")(lambda work: None)
        enqueue_by_the_clock()
        Cron.objects.filter(kind="tests.nightly").update(next_at=LONG_AGO)

        at_once(*[enqueue_by_the_clock] * 4)

        assert Job.objects.filter(kind="tests.nightly").count() == 1


WORKER = """
import sys, threading
from datetime import timedelta
import django
django.setup()
from django.db import transaction
from yige.base import jobs
from yige.base.access import SYSTEM
from yige.base.commands import run
from yige.base.models import Setting

@jobs.job("tests.survey")
def survey(work, *, stops):
    with transaction.atomic():
        Setting.objects.create(name="half", value="half")
        if sys.argv[1] == "dies":
            print("began", flush=True)
            sys.stdin.read()
        Setting.objects.filter(name="half").update(value="whole")
    work.progress(0.5)
    body = {"name": "city.phone", "value": '"12345"'}
    return {"position": run("base.set", body, id=work.id, actor=SYSTEM).position}

if sys.argv[1] == "dies":
    jobs.work_once("dies", lease=timedelta(seconds=1))
else:
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    jobs.work(until=over, name="finishes")
"""


def a_worker(how: str, env: Mapping[str, str]) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, how],
        env={**env, "DJANGO_SETTINGS_MODULE": "yige.config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_job_loses_nothing(
    own_programs: Mapping[str, str],
) -> None:
    survey = enqueue("tests.survey", at=LONG_AGO, stops=True)
    dies = a_worker("dies", own_programs)
    assert dies.stdout
    assert dies.stdout.readline() == "began\n"
    assert row(survey).state == Job.RUNNING

    dies.send_signal(signal.SIGKILL)
    assert dies.wait(10) == -signal.SIGKILL
    left_half = pinned("half")
    finishes = a_worker("finishes", own_programs)
    try:
        wait_for(lambda: row(survey).state == Job.DONE)
    finally:
        finishes.communicate("", timeout=20)
        dies.communicate()

    done = row(survey)
    assert left_half is None
    assert (done.state, done.worker, done.attempts) == (Job.DONE, "finishes", 2)
    assert pinned("half") == "whole"
    assert Entry.objects.filter(id=survey.id, command="base.set").count() == 1
    assert Setting.objects.filter(name="half").count() == 1


def wait_for(is_so: Callable[[], bool], *, seconds: int = 30) -> None:
    """Look again and again until something is so."""
    until = clock.now() + timedelta(seconds=seconds)
    while not is_so():
        assert clock.now() < until, "it took too long"
