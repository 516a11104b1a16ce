"""The long work on a plan: how far it is, for whoever sees the plan, and how to end it."""

from typing import Any
from uuid import UUID

from yige.base import jobs
from yige.base.access import Actor
from yige.base.commands import Call, command
from yige.base.joblist import JobRow, row_of
from yige.base.models import Job
from yige.territory import access
from yige.territory.errors import NothingRuns
from yige.territory.models import Plan
from yige.territory.plans import PlanNamed


def work_on(actor: Actor, plan: UUID) -> JobRow | None:
    """Return the last division of a plan, whoever asked for it; raise PlanMissing."""
    row = access.plan_for(actor, plan)
    return job_of_plan(row.job_id)


def job_of_plan(job: UUID | None) -> JobRow | None:
    """Return the job of a plan that somebody sees already."""
    found = Job.objects.filter(id=job).first() if job else None
    return row_of(found) if found else None


@command("territory.stop_division", may=access.may_edit_plan)
def stop_division(call: Call, named: PlanNamed) -> dict[str, Any]:
    """End the division of a draft that waits or runs; its grids stay as they were."""
    plan = Plan.objects.get(id=named.plan)
    job = Job.objects.filter(id=plan.job_id, state__in=Job.OPEN).first() if plan.job_id else None
    if job is None:
        raise NothingRuns(plan=str(plan.id))
    jobs.ask_to_cancel(job)
    call.tell("territory.plan_division_stopped", subject=plan.id, area=plan.area_code)
    return {"id": plan.id, "job": job.id}
