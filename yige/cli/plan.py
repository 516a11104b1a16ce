"""`yige plan`: divide surveyed units of the city into grids, and adopt the plan."""

import time
from json import loads
from typing import Any
from uuid import UUID

import click
from django.utils import translation

from yige.base import jobs
from yige.base.access import SYSTEM
from yige.base.city import setting
from yige.base.commands import run
from yige.base.models import Job
from yige.edge.told import sentence_told
from yige.kernel.ids import new_id
from yige.territory import net, plan_queries, queries
from yige.territory.errors import NothingToDivide
from yige.territory.plan_queries import PlanGridRow, PlanRow

SHOWN = 20
BETWEEN_LOOKS = 0.5


@click.command("plan")
@click.argument("area", required=False)
@click.option("--lower", type=click.IntRange(0), help="Fewest households; default the city's.")
@click.option("--upper", type=click.IntRange(1), help="Most households; default the city's.")
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--keep", type=click.Choice(["none", "some", "most"]), default="none",
              show_default=True, help="How much of the present net is kept.")  # fmt: skip
@click.option("--effort", type=click.Choice(["quick", "normal", "best"]), default="normal",
              show_default=True)  # fmt: skip
@click.option("--name", default="", help="What the plan is called; default area and range.")
@click.option("--adopt", is_flag=True, help="Make the plan the net in force.")
@click.option("--reason", default="", help="Why grids may be out of range; kept with them.")
@click.pass_context
def plan(
    context: click.Context,
    area: str | None,
    lower: int | None,
    upper: int | None,
    *,
    seed: int,
    keep: str,
    effort: str,
    name: str,
    adopt: bool,
    reason: str,
) -> None:
    """Divide an AREA (default the whole city) into grids, say what they are like, and adopt them.

    Grids out of range are listed; they are adopted only with a written --reason. Without --adopt
    the plan stays a draft that a planner may mend on the page.
    """
    context.with_resource(translation.override("en"))
    city = queries.city()
    if city is None:
        raise NothingToDivide(area=area or "-")
    there = area or city.code
    low = setting("territory.lower") if lower is None else lower
    high = setting("territory.upper") if upper is None else upper
    called = name or f"{queries.name_of(there)} {low}-{high}"
    body = {"area": there, "lower": low, "upper": high, "seed": seed, "keep": keep,
            "effort": effort, "name": called}  # fmt: skip
    key = new_id()
    run("territory.draft_plan", body, id=key, actor=SYSTEM)
    _divide(key)
    drafted, grids = plan_queries.plan(SYSTEM, key)
    _tell(drafted, grids)
    if adopt:
        _adopt(key, [grid for grid in grids if grid.deviation], reason)


def _divide(plan: UUID) -> None:
    """Do the plan's job here, or wait for the worker that has taken it."""
    job = Job.objects.get(kind="territory.divide", arguments__contains=str(plan))
    while job.state in (Job.WAITING, Job.RUNNING):
        if not jobs.work_once(f"plan:{plan}", only=job.id):
            time.sleep(BETWEEN_LOOKS)
        job.refresh_from_db()
    if job.state != Job.DONE:
        is_said = job.error.startswith("{")
        said: dict[str, Any] = loads(job.error) if is_said else {"code": job.error, "facts": {}}
        raise click.ClickException(sentence_told(said["code"], said["facts"]))


def _tell(drafted: PlanRow, grids: list[PlanGridRow]) -> None:
    wrong = [grid for grid in grids if grid.is_wrong]
    households = sum(grid.households for grid in grids)
    click.echo(
        f"{len(grids)} grids from {sum(grid.units for grid in grids)} units, {households} "
        f"households; {len(grids) - len(wrong)} in range {drafted.lower} to {drafted.upper}."
    )
    hard = {each["community"] for each in drafted.objective.get("obstacles", ())}
    if hard:
        click.echo(f"{len(hard)} communities cannot be in range whatever is done:")
    for grid in wrong[:SHOWN]:
        known = "" if grid.community_code in hard else " (another division may mend it)"
        click.echo(f"  grid {grid.label}, {grid.community}: {grid.households} households, "
                   f"{grid.deviation:+d}{known}")  # fmt: skip
    if len(wrong) > SHOWN:
        click.echo(f"  and {len(wrong) - SHOWN} more; all are on the plan's page")


def _adopt(plan: UUID, out: list[PlanGridRow], reason: str) -> None:
    if out and reason:
        labels = [grid.label for grid in out]
        body = {"plan": str(plan), "labels": labels, "reason": reason}
        run("territory.set_reason", body, id=new_id(), actor=SYSTEM)
    adopted = {"plan": str(plan), "net_version": net.version()}
    run("territory.adopt_plan", adopted, id=new_id(), actor=SYSTEM)
    click.echo("Adopted: this is the net in force now.")
