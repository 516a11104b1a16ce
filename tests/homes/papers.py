"""What tests of doors and prints say often: doors that are listed, prints that were made."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from tests.city import CODE, WENCHANG
from tests.territory.planning import NOON
from yige.base import files
from yige.base.access import SYSTEM, Actor, Role
from yige.base.commands import Outcome, run
from yige.homes.contents import contents_of
from yige.homes.models import Run
from yige.homes.prints import grids_of
from yige.kernel.ids import new_id

PLANNER = Actor(role=Role.PLANNER, area=CODE, account=new_id(), name="规划员")


def do(command: str, /, at: datetime = NOON, actor: Actor = PLANNER, **body: Any) -> Outcome:
    """Run a command as the city's planner."""
    based_on = body.pop("based_on", None)
    said = {field: str(v) if isinstance(v, UUID) else v for field, v in body.items()}
    return run(command, said, id=new_id(), actor=actor, at=at, based_on=based_on)


def listed(area: str = WENCHANG, *, floors: int = 5, per_floor: int = 4, **more: Any) -> Outcome:
    """List the doors of an area: 20 in each stairwell, as many as it has households."""
    return do("homes.make_doors", area=area, floors=floors, per_floor=per_floor, **more)


def ordered(kind: str = "cards", area: str = WENCHANG, at: datetime = NOON, **more: Any) -> Run:
    """Order prints for an area."""
    return Run.objects.get(id=do("homes.order_prints", at, area=area, kind=kind, **more).id)


def printed(kind: str = "cards", area: str = WENCHANG, at: datetime = NOON, **more: Any) -> Run:
    """Order prints and note them as the job does, without drawing the pages."""
    run_ = ordered(kind, area, at, **more)
    note(run_, at)
    return Run.objects.get(id=run_.id)


def note(ordered_run: Run, at: datetime = NOON) -> Outcome:
    """Note what a printing says at an instant."""
    grids = grids_of(ordered_run)
    found = contents_of(ordered_run.kind, grids, at=at)
    file = files.keep([b"%PDF-1.7"], name="x.pdf", kind="application/pdf", most=100, at=at)
    return do(
        "homes.note_prints", at, SYSTEM, run=ordered_run.id, file=file.digest, pages=1,
        seconds=0.1, says=[found[grid].says for grid in grids],
    )  # fmt: skip


def days(number: int) -> timedelta:
    return timedelta(days=number)
