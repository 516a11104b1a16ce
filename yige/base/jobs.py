"""Jobs are rows: enqueued with the change that wants them, claimed by lease, never lost.

    @job("territory.import_survey")
    def import_survey(work: Work, *, file: str) -> Facts: ...

A worker that dies lets its lease run out; another claims the job and runs it again. So a job's
function either ends in one command (which is idempotent by its id) or bears being run twice.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from json import loads
from typing import Any
from uuid import UUID

from cronsim import CronSim
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q
from django.utils.timezone import get_default_timezone

from yige.base import listeners
from yige.base.access import Actor
from yige.base.crypto import canonical
from yige.base.models import Cron, Job
from yige.kernel import clock
from yige.kernel.errors import Conflict, Missing, Refusal
from yige.kernel.ids import new_id
from yige.kernel.results import Facts

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
ATTEMPTS = 5
BACK_OFF = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5), timedelta(hours=1))


class Cancelled(Conflict):
    """Somebody asked for this job to end; what it had not finished is not kept."""

    code = "base.job_cancelled"


class LeaseLost(Conflict):
    """Another worker holds this job by now."""

    code = "base.job_lease_lost"


class UnknownJob(Missing):
    """No code of this installation knows this kind of job."""

    code = "base.unknown_job"


Run = Callable[..., Facts | None]
JOBS: dict[str, Run] = {}
SCHEDULES: dict[str, str] = {}


def job(kind: str, *, schedule: str = "") -> Callable[[Run], Run]:
    """Register a kind of job; `schedule` (crontab notation, city time) makes it recur."""

    def register(run: Run) -> Run:
        JOBS[kind] = run
        if schedule:
            SCHEDULES[kind] = schedule
        return run

    return register


def enqueue(
    kind: str,
    *,
    at: datetime,
    by: Actor | None = None,
    key: str | None = None,
    area: str = "",
    id: UUID | None = None,  # noqa: A002 - the job's own word
    **arguments: Any,
) -> Job:
    """Add a job in the caller's transaction. The same `key` twice gives the first job again."""
    row = {
        "id": id or new_id(),
        "arguments": canonical(arguments),
        "account": by.account if by else None,
        "area_code": area,
        "due_at": at,
        "created_at": at,
        "kind": kind,
    }
    if key is None:
        return Job.objects.create(**row)
    return Job.objects.get_or_create(key=key, defaults=row)[0]


@dataclass
class Work:
    """What a running job is given: its own row, and the way to say how far it is."""

    job: Job
    worker: str
    lost: threading.Event

    @property
    def id(self) -> UUID:
        """The job's id, which a command it ends in may take as its own."""
        own: UUID = self.job.id
        return own

    def progress(self, done: float, step: str = "") -> None:
        """Note the share done (0..1) and the step; raise Cancelled when the end was asked for."""
        if self.lost.is_set():
            raise LeaseLost(job=str(self.job.id))
        now = clock.now()
        mine = Job.objects.filter(id=self.job.id, worker=self.worker, state=Job.RUNNING)
        if not mine.update(done=done, step=step[:120], lease_until=now + LEASE):
            raise LeaseLost(job=str(self.job.id))
        if mine.filter(is_cancel_asked=True).exists():
            raise Cancelled(job=str(self.job.id))


def work_once(worker: str, *, lease: timedelta = LEASE, only: UUID | None = None) -> bool:
    """Claim and run one due job (or only this one); tell whether there was one."""
    claimed = _claim(worker, lease, only)
    if claimed is None:
        return False
    lost = threading.Event()
    with _kept_alive(claimed, worker, lease, lost):
        _finish(claimed, worker, *_run(Work(claimed, worker, lost)))
    return True


def work(*, until: threading.Event, name: str = "") -> None:
    """Be a worker: run due jobs, listeners and the clock's jobs until told to stop."""
    worker = name or f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    while not until.is_set():
        try:
            enqueue_by_the_clock()
            busy = listeners.hear_all() > 0
            busy = work_once(worker) or busy
        except Exception:
            log.exception("the worker met a fault and goes on")
            close_old_connections()
            busy = False
        if not busy:
            until.wait(0.5)


def enqueue_by_the_clock() -> None:
    """Enqueue each recurring job whose time has come, once among all workers."""
    now = clock.now()
    known = dict(Cron.objects.values_list("kind", "next_at"))
    for kind, schedule in SCHEDULES.items():
        if kind not in known:
            Cron.objects.get_or_create(
                kind=kind, defaults={"schedule": schedule, "next_at": _next(schedule, now)}
            )
        elif known[kind] <= now:
            due = Cron.objects.filter(kind=kind, next_at=known[kind])
            with transaction.atomic():
                if due.update(next_at=_next(schedule, now), schedule=schedule):
                    enqueue(kind, at=now, key=f"{kind}@{known[kind].isoformat()}")


def ask_to_cancel(job: Job) -> None:
    """Ask a job to end: at once when it waits, at its next sign of life when it runs."""
    now = clock.now()
    if Job.objects.filter(id=job.id, state=Job.WAITING).update(state=Job.CANCELLED, ended_at=now):
        return
    Job.objects.filter(id=job.id, state=Job.RUNNING).update(is_cancel_asked=True)


def _next(schedule: str, now: datetime) -> datetime:
    return next(CronSim(schedule, now.astimezone(get_default_timezone())))


def _claim(worker: str, lease: timedelta, only: UUID | None) -> Job | None:
    now = clock.now()
    ready = Q(state=Job.WAITING, due_at__lte=now) | Q(state=Job.RUNNING, lease_until__lt=now)
    if only is not None:
        ready &= Q(id=only)
    for candidate in Job.objects.filter(ready).order_by("due_at")[:5]:
        mine = Job.objects.filter(ready, id=candidate.id).update(
            state=Job.RUNNING,
            worker=worker,
            lease_until=now + lease,
            started_at=now,
            attempts=F("attempts") + 1,
        )
        if mine:
            return Job.objects.get(id=candidate.id)
    return None


def _run(work: Work) -> tuple[str, str, str]:
    """Run the job's function; return (state, result, error)."""
    job = work.job
    if job.attempts > ATTEMPTS:
        return Job.DEAD, "", "base.job_gave_up"
    try:
        if job.kind not in JOBS:
            raise UnknownJob(kind=job.kind)
        result = JOBS[job.kind](work, **loads(job.arguments))
    except LeaseLost:
        raise
    except Cancelled:
        return Job.CANCELLED, "", ""
    except Refusal as refusal:
        said = {"code": refusal.code, "facts": refusal.facts}
        return Job.FAILED, "", canonical(_json_safe(said))
    except Exception as error:
        log.exception("job %s of kind %s failed", job.id, job.kind)
        return Job.WAITING, "", f"{type(error).__name__}: {error}"[:2000]
    return Job.DONE, canonical(result or {}), ""


def _finish(job: Job, worker: str, state: str, result: str, error: str) -> None:
    now = clock.now()
    if state == Job.WAITING and job.attempts >= ATTEMPTS:
        state = Job.DEAD
    due = now + BACK_OFF[min(job.attempts, len(BACK_OFF)) - 1]
    Job.objects.filter(id=job.id, worker=worker, state=Job.RUNNING).update(
        state=state,
        result=result,
        error=error,
        lease_until=None,
        due_at=due if state == Job.WAITING else job.due_at,
        ended_at=None if state == Job.WAITING else now,
        done=1.0 if state == Job.DONE else F("done"),
    )


@contextmanager
def _kept_alive(job: Job, worker: str, lease: timedelta, lost: threading.Event) -> Iterator[None]:
    """Renew the lease from a thread beside the job, so that a long step is not taken for death."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(lease.total_seconds() / 3):
            mine = Job.objects.filter(id=job.id, worker=worker, state=Job.RUNNING)
            try:
                is_ours = bool(mine.update(lease_until=clock.now() + lease))
            except DatabaseError:
                log.warning("the lease of job %s could not be renewed yet", job.id, exc_info=True)
                continue
            if not is_ours:
                lost.set()
                break
        connection.close()

    thread = threading.Thread(target=renew, daemon=True)
    thread.start()
    try:
        yield
    except LeaseLost:
        log.warning("job %s went to another worker", job.id)
    finally:
        over.set()
        thread.join()


def _json_safe(value: Any) -> Any:
    return loads(canonical_or_text(value))


def canonical_or_text(value: Any) -> str:
    """Write a value as JSON, anything JSON does not know as its text."""
    try:
        return canonical(value)
    except TypeError:
        return canonical({name: str(fact) for name, fact in value.items()})
