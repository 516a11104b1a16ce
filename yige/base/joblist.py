"""Jobs as their owners see them: how far, what came of it, and how to end one."""

from dataclasses import dataclass
from datetime import datetime
from json import loads
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from yige.base import jobs
from yige.base.access import Actor, Role
from yige.base.commands import Call, command
from yige.base.fields import Body
from yige.base.models import Job
from yige.kernel.errors import Missing


class NoSuchJob(Missing):
    """No job has this id, or it is another person's."""

    code = "base.no_such_job"


class JobNamed(Body):
    """The job that is meant."""

    job: UUID


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job with its progress; `refusal` is the code and facts when it was refused."""

    id: UUID
    kind: str
    state: str
    step: str
    done: float
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    result: dict[str, Any]
    refusal: dict[str, Any]
    error: str

    @property
    def is_open(self) -> bool:
        """Tell whether it waits or runs."""
        return self.state in Job.OPEN


def visible_jobs(actor: Actor) -> QuerySet[Job]:
    """One's own jobs; the system administrator sees all."""
    if actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM):
        return Job.objects.all()
    if actor.account is None:
        return Job.objects.none()
    return Job.objects.filter(account=actor.account)


def jobs_of(actor: Actor, *, most: int = 50) -> list[JobRow]:
    """List jobs, the latest first; the clock's own are left out unless they failed."""
    rows = visible_jobs(actor)
    asked_for = rows.filter(account__isnull=False) | rows.filter(state__in=("failed", "dead"))
    return [row_of(job) for job in asked_for.order_by("-created_at", "-id")[:most]]


def job_of(actor: Actor, job: UUID) -> JobRow:
    """Return one job, or raise NoSuchJob."""
    found = visible_jobs(actor).filter(id=job).first()
    if found is None:
        raise NoSuchJob(job=str(job))
    return row_of(found)


def may_cancel(actor: Actor, named: JobNamed) -> bool:
    """Whoever sees a job may end it."""
    return visible_jobs(actor).filter(id=named.job).exists()


@command("base.cancel_job", may=may_cancel)
def cancel_job(call: Call, named: JobNamed) -> Job:
    """Ask a job to end; what it had not finished is not kept."""
    found = Job.objects.get(id=named.job)
    jobs.ask_to_cancel(found)
    call.tell("base.job_cancel_asked", subject=found.id, job_kind=found.kind)
    return found


def row_of(job: Job) -> JobRow:
    """Put a job into a row, for somebody who may see what it works on."""
    is_refusal = job.error.startswith("{")
    return JobRow(
        job.id,
        job.kind,
        job.state,
        job.step,
        job.done,
        job.created_at,
        job.started_at,
        job.ended_at,
        loads(job.result or "{}"),
        loads(job.error) if is_refusal else {},
        "" if is_refusal else job.error,
    )
