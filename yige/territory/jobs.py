"""The room's long work: reading and storing surveys, dividing an area."""

from collections.abc import Callable
from json import loads
from time import monotonic
from typing import Any
from uuid import UUID

import numpy as np

from yige.base.access import Actor, Role
from yige.base.commands import run
from yige.base.jobs import Work, canonical_or_text, job
from yige.engines import division
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.kernel.results import Facts
from yige.territory import drawing, imports, proving, queries
from yige.territory import work as work_there
from yige.territory.errors import CannotDivide, NothingToDivide
from yige.territory.ground import Ground, Ints, ground_of
from yige.territory.models import Plan, Survey
from yige.territory.plans import EVEN, PRICE_OF_A_MOVE, Held, laid_out

BETWEEN_SIGNS = 0.5
"""Seconds between two signs of life: each is written to the database."""
IN_A_DRAFT = ("division.below_range", "division.above_range")
"""What a draft may have: a grid out of range needs a written reason before it is adopted."""


@job("territory.divide")
def divide(work: Work, *, plan: str) -> Facts:
    """Divide a plan's area and store what was found as the plan's grids."""
    draft = Plan.objects.filter(id=plan, state=Plan.DRAFT).first()
    if draft is None:
        return {}
    work.progress(0.0, "reading")
    ground = ground_of(draft.area_code, work.job.created_at)
    if not len(ground):
        raise NothingToDivide(area=draft.area_code)
    options = loads(draft.options)
    minutes = work_there.minutes_of(ground.codes, draft.area_code, at=work.job.created_at)
    problem = problem_of(
        ground,
        lower=draft.lower,
        upper=draft.upper,
        grids=options.get("grids") or {},
        keep=options.get("keep", "none"),
        pins=Held(draft, ground).pins,
        load=minutes,
        even=options.get("even", "none"),
    )
    labels, objective = _searched(work, problem, ground, draft.seed, options.get("effort"))
    work.progress(0.98, "storing")
    body = {
        "plan": str(draft.id),
        "fingerprint": ground.fingerprint,
        "labels": labels.tolist(),
        "objective": objective,
        "work": minutes.tolist(),
    }
    # Strokes that were drawn meanwhile are not wiped out: then this division is the one to go.
    stored = run(
        "territory.store_plan", body, id=work.id, actor=_in_the_name_of(work),
        based_on=draft.version,
    )  # fmt: skip
    return {"plan": plan, **{name: stored.result[name] for name in ("state", "version")}}


@job(proving.KIND)
def prove(work: Work, *, plan: str) -> Facts:
    """Prove how far a plan is from the best; it is left as it is."""
    drawn = Plan.objects.filter(id=plan).first()
    if drawn is None:
        return {}
    work.progress(0.0, "reading")
    ground, labels = laid_out(drawn, work.job.created_at)
    problem = problem_of(ground, lower=drawn.lower, upper=drawn.upper, grids={}, keep="none")
    return proving.proved(work, problem, labels, ground)


def problem_of(
    ground: Ground,
    *,
    lower: int,
    upper: int,
    grids: dict[str, int],
    keep: str,
    pins: Ints | None = None,
    load: Ints | None = None,
    even: str = "none",
) -> division.Problem:
    """Ask the engine's question about an area; units of one pin stay one grid.

    `load` is the work of each unit in minutes a year, shared out as evenly as `even` says.
    """
    x, y = ground.metric()
    price = PRICE_OF_A_MOVE[keep]
    wanted = None
    if grids and all(community in grids for community in ground.communities):
        wanted = np.array([grids[community] for community in ground.communities])
    return division.Problem(
        households=ground.households,
        edges=ground.edges,
        edge_length=ground.metres,
        community=ground.community,
        compound=ground.compound,
        building=ground.building,
        firm=ground.firm,
        x=x,
        y=y,
        lower=lower,
        upper=upper,
        grids_per_community=wanted,
        previous=ground.grid if price and (ground.grid >= 0).any() else None,
        pinned=pins if pins is not None and (pins >= 0).any() else None,
        load=load if EVEN[even] else None,
        weights=division.Weights(moved=price, load=EVEN[even]),
    )


def _searched(
    work: Work, problem: division.Problem, ground: Ground, seed: int, effort: str | None
) -> tuple[Ints, dict[str, Any]]:
    found = division.divide(problem, seed=seed, effort=effort or "normal", progress=_teller(work))
    work.progress(0.95, "checking")
    wrong = division.check(problem, found.labels)
    obstacles = _obstacles(problem, ground) if wrong else []
    if any(violation.code not in IN_A_DRAFT for violation in wrong):
        raise CannotDivide(reasons=obstacles)
    return found.labels, {**_plain(found.objective), "obstacles": obstacles}


def _teller(work: Work) -> Callable[[float, float], None]:
    """Make the callback by which the engine says how far it is, and hears that it shall end."""
    told_at = 0.0

    def tell(done: float, best: float) -> None:
        nonlocal told_at
        if monotonic() - told_at > BETWEEN_SIGNS:
            work.progress(0.02 + 0.92 * float(done), "dividing")
            told_at = monotonic()

    return tell


def _obstacles(problem: division.Problem, ground: Ground) -> list[dict[str, Any]]:
    """Say which communities cannot be in range, why, and what would help."""
    names = queries.names_of(ground.communities)
    return [
        {
            "code": obstacle.code,
            "community": ground.communities[obstacle.community],
            "name": names[ground.communities[obstacle.community]],
            "facts": obstacle.facts,
            "changes": [_plain(change) for change in obstacle.changes],
            "is_proved": obstacle.proved,
        }
        for obstacle in division.explain_infeasible(problem)
    ]


def _plain(found: Any) -> dict[str, Any]:
    names = getattr(found, "__dataclass_fields__", {})
    return {name: _number(getattr(found, name)) for name in names}


def _number(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    return value.tolist() if isinstance(value, np.ndarray) else value


def _in_the_name_of(work: Work) -> Actor:
    account: UUID | None = work.job.account
    return Actor(role=Role.SYSTEM, account=account, name="Yige")


@job("territory.read_survey")
def read_survey(work: Work, *, survey: str) -> Facts:
    """Read a survey's file and note what is in it, or why it cannot be read."""
    given = Survey.objects.filter(id=survey, state=Survey.READING).first()
    if given is None:
        return {}
    work.progress(0.05, "reading")
    body = noted(given)
    work.progress(0.95, "storing")
    run("territory.note_survey", body, id=work.id, actor=_in_the_name_of(work))
    return {"survey": survey, "state": body["state"]}


def noted(given: Survey) -> dict[str, Any]:
    """Read a survey's file and make the note of what is in it, or of why it cannot be read."""
    try:
        state, report = Survey.CHECKED, imports.report_of(given)
    except Refusal as refusal:
        said = {"code": refusal.code, "facts": loads(canonical_or_text(refusal.facts))}
        state, report = Survey.REFUSED, {"refusal": said}
    return {"survey": str(given.id), "state": state, "report": report}


@job("territory.store_survey")
def store_survey(work: Work, *, survey: str) -> Facts:
    """Store an accepted survey; what takes long is done before the database is locked."""
    given = Survey.objects.filter(id=survey, state=Survey.STORING).first()
    if given is None:
        return {}
    work.progress(0.05, "reading")
    imports.found_in(given)
    work.progress(0.6, "storing")
    run("territory.store_survey", {"survey": survey}, id=work.id, actor=_in_the_name_of(work))
    return {"survey": survey}


@job("territory.draw_net")
def draw_net(work: Work) -> Facts:
    """Draw the net in force as a map file."""
    work.progress(0.1, "drawing")
    return {"grids": drawing.draw_net(at=clock.now())}
