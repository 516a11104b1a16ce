"""How far a plan is from the best: what it costs beside what nothing can cost less than."""

from dataclasses import dataclass
from json import loads
from typing import Any, Final
from uuid import UUID

import numpy as np
from django.db.models import Max

from yige.base import jobs
from yige.base.access import Actor
from yige.base.commands import Call, command
from yige.base.jobs import Work
from yige.base.models import Job
from yige.engines import division
from yige.kernel.results import Facts
from yige.territory import access, queries
from yige.territory.ground import Ground, Ints
from yige.territory.models import Plan
from yige.territory.plans import PlanNamed

KIND: Final = "territory.prove"
SECONDS: Final = 20.0
"""How long the solver tries at each community."""


@dataclass(frozen=True, slots=True)
class Bounded:
    """What a community, or all of them, costs (borders that are cut, compounds that are split)."""

    name: str
    cost: int
    bound: int | None

    @property
    def gap(self) -> str:
        """Tell by how much it may cost too much, in per cent; "" where nothing is proved."""
        if self.bound is None:
            return ""
        return f"{100 * (self.cost - self.bound) / self.cost:.1f}" if self.cost else "0.0"

    @property
    def is_best(self) -> bool:
        """Tell whether it is proved that nothing is better."""
        return self.bound is not None and self.cost <= self.bound


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of a plan as it is drawn now: it waits, runs, has failed or is there."""

    state: str
    done: float
    seconds: int
    total: Bounded
    communities: tuple[Bounded, ...]
    unproved: int

    @property
    def is_open(self) -> bool:
        """Tell whether it waits or runs."""
        return self.state in Job.OPEN


@command("territory.prove_plan", may=access.may_edit_plan)
def prove_plan(call: Call, named: PlanNamed) -> dict[str, Any]:
    """Have a job prove how far the plan, as it is drawn now, is from the best."""
    plan = Plan.objects.get(id=named.plan)
    known = _job_of(plan)
    if known is None or (known.state not in Job.OPEN and known.state != Job.DONE):
        key = f"{_key(plan)}{call.id}"
        known = jobs.enqueue(KIND, at=call.at, by=call.actor, area=plan.area_code, key=key,
                             plan=str(plan.id))  # fmt: skip
        call.tell("territory.plan_proof_asked", subject=plan.id, area=plan.area_code)
    return {"id": plan.id, "job": known.id}


def proof_of(actor: Actor, plan: UUID) -> Proof | None:
    """Return the proof of a plan as it is drawn now, if one was asked for."""
    job = _job_of(access.plan_for(actor, plan))
    if job is None:
        return None
    found: list[dict[str, Any]] = loads(job.result or "{}").get("communities", [])
    names = queries.names_of([each["community"] for each in found])
    rows = [Bounded(names[each["community"]], each["cost"], each["bound"]) for each in found]
    proved = [row for row in rows if row.bound is not None]
    took = (
        (job.ended_at - job.started_at).total_seconds() if job.ended_at and job.started_at else 0
    )
    return Proof(
        state=job.state,
        done=job.done,
        seconds=round(took),
        total=Bounded("", sum(row.cost for row in proved), sum(row.bound or 0 for row in proved)),
        communities=tuple(sorted(proved, key=lambda row: (-float(row.gap), row.name))),
        unproved=len(rows) - len(proved),
    )


def proved(work: Work, problem: division.Problem, labels: Ints, ground: Ground) -> Facts:
    """Bound what each community costs; small ones are solved to the end where time allows."""
    drawn = division.Plan(problem, labels)
    better = division.prove(
        drawn, seconds=SECONDS, workers=2, progress=lambda done: work.progress(done, "proving")
    )
    bounds = division.Plan(problem, labels, proofs=better.proofs).bounds
    # What is out of range or torn may cost less than any plan that is allowed: no bound holds it.
    wrong = np.isin(labels, [violation.grid for violation in drawn.violations])
    free = set(problem.community[wrong].tolist())
    return {
        "communities": [
            {
                "community": ground.communities[row.community],
                "cost": round(row.j),
                "bound": None
                if row.lower_bound is None or row.community in free
                else round(row.lower_bound),
            }
            for row in bounds.communities
        ]
    }


def _job_of(plan: Plan) -> Job | None:
    asked = Job.objects.filter(kind=KIND, key__startswith=_key(plan))
    return asked.order_by("-created_at", "-id").first()


def _key(plan: Plan) -> str:
    """Name a plan as it is drawn: a lock, a reason or a step forward changes nothing of that."""
    last = plan.strokes.aggregate(last=Max("version"))["last"] or 0
    return f"prove:{plan.id}:{max(last, plan.divided_version)}:"
