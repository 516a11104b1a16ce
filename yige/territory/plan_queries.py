"""Surveys and plans as the planner's pages show them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from json import loads
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, F, Q, Sum

from yige.base.access import Actor, within
from yige.territory import access, queries
from yige.territory.drawing import bounds_of_plan
from yige.territory.fixes import deviation
from yige.territory.models import Plan, PlanGrid, Survey, Unit


class Weighed(NamedTuple):
    """What of a grid tells how bad it is."""

    label: int
    community_code: str
    households: int
    pieces: int
    reason: str


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """A survey and what reading it came to."""

    id: UUID
    name: str
    source: str
    area_code: str
    area_name: str
    datum: str
    vintage: date | None
    state: str
    state_name: str
    received_at: datetime
    units: int
    households: int
    left_out: int
    job: UUID | None
    version: int
    report: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan with its figures. `wrong` grids keep it from being adopted."""

    id: UUID
    name: str
    area_code: str
    area_name: str
    state: str
    state_name: str
    lower: int
    upper: int
    seed: int
    grids: int
    households: int
    torn: int
    off: int
    wrong: int
    created_at: datetime
    adopted_at: datetime | None
    consulted_until: datetime | None
    job: UUID | None
    version: int
    objective: Mapping[str, Any]
    communities: tuple[str, ...] = field(default=(), compare=False)

    @property
    def last_day(self) -> datetime | None:
        """The last day on which the communities are asked."""
        return self.consulted_until and self.consulted_until - timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class FixRow:
    """What would mend a grid, in words: `what` moves to another grid, `others` units beside it."""

    units: tuple[str, ...]
    what: str
    others: int
    to: int
    households: int


@dataclass(frozen=True, slots=True)
class PlanGridRow:
    """One grid of a plan: its figures, how far it lies out of range, and its work a year."""

    label: int
    code: str
    community_code: str
    community: str
    households: int
    units: int
    pieces: int
    deviation: int
    compounds: int
    split_compounds: tuple[str, ...]
    reason: str
    is_locked: bool
    bounds: str = ""
    hours: int | None = None
    fix: FixRow | None = None

    @property
    def is_wrong(self) -> bool:
        """Tell whether this grid keeps the plan from being adopted."""
        return self.pieces > 1 or (self.deviation != 0 and not self.reason)

    @property
    def below(self) -> int:
        """Tell how many households are wanting."""
        return max(-self.deviation, 0)

    @property
    def rank(self) -> str:
        """Where it stands in a list that begins with the worst: texts in the order of rows."""
        wrong, torn, off, split, label = _badness(self)
        return f"{wrong:d}{torn:d}{10**9 + off:010d}{10**6 + split:07d}{label:09d}"

    @property
    def tone(self) -> str:
        """How the map and the table colour it."""
        if self.is_wrong:
            return "bad"
        return "caution" if self.deviation else ""


@dataclass(frozen=True, slots=True)
class PlanUnitRow:
    """A unit as a plan places it."""

    code: str
    address: str
    compound: str
    households: int
    is_locked: bool


def surveys(actor: Actor, *, most: int = 100) -> list[SurveyRow]:
    """List surveys, the latest first, without their reports."""
    there = access.visible_surveys(actor).defer("report").order_by("-received_at", "-id")[:most]
    rows = list(there)
    names = queries.names_of({row.area_code for row in rows})
    return [_survey(row, names, {}) for row in rows]


def survey(actor: Actor, survey: UUID) -> SurveyRow:
    """Return a survey with its report; raise SurveyMissing."""
    row = access.survey_for(actor, survey)
    return _survey(row, queries.names_of([row.area_code]), loads(row.report))


def plans(actor: Actor, *, most: int = 100) -> list[PlanRow]:
    """List plans, the latest first."""
    rows = list(access.visible_plans(actor).order_by("-created_at", "-id")[:most])
    names = queries.names_of({row.area_code for row in rows})
    grids = PlanGrid.objects.filter(plan__in=[row.id for row in rows])
    of_plan: dict[UUID, list[Weighed]] = {}
    for plan, *figures in grids.values_list("plan_id", *Weighed._fields):
        of_plan.setdefault(plan, []).append(Weighed(*figures))
    return [_plan(row, names, of_plan.get(row.id, [])) for row in rows]


def plan(
    actor: Actor, plan: UUID, *, community: str = "", first: int = 0, most: int | None = None
) -> tuple[PlanRow, list[PlanGridRow]]:
    """Return a plan and its grids, the worst first, or a part of them; raise PlanMissing."""
    row = access.plan_for(actor, plan)
    return plan_of(row, community=community, first=first, most=most)


def plan_of(
    row: Plan, *, community: str = "", first: int = 0, most: int | None = None
) -> tuple[PlanRow, list[PlanGridRow]]:
    """Return a plan that was read already, and its grids, the worst first."""
    found = [Weighed(*each) for each in row.grids.values_list(*Weighed._fields)]
    chosen = [grid for grid in found if grid.community_code.startswith(community)]
    chosen.sort(key=lambda grid: _weight(row, grid))
    picked = [grid.label for grid in chosen[first : None if most is None else first + most]]
    there = row.grids.all() if len(picked) == len(found) else row.grids.filter(label__in=picked)
    shown = sorted((_grid(row, grid) for grid in there), key=_badness)
    names = queries.names_of({row.area_code, *(grid.community_code for grid in shown)})
    communities = tuple(sorted({grid.community_code for grid in found}))
    drawn = replace(_plan(row, names, found), communities=communities)
    return drawn, _described(row, shown, names)


def grids_beside(row: Plan, label: int) -> list[PlanGridRow]:
    """Return the grids of the community that a grid lies in."""
    here = row.grids.filter(label=label).values_list("community_code", flat=True)
    return grids_of(row, list(here))


def grids_shown(row: Plan, area: str, *, most: int) -> list[PlanGridRow]:
    """Return the grids of a part of a plan, by their numbers."""
    found = list(row.grids.filter(within(area, field="community_code")).order_by("label")[:most])
    names = queries.names_of({grid.community_code for grid in found})
    return _described(row, [_grid(row, grid) for grid in found], names)


def grids_of(plan: Plan, communities: Collection[str]) -> list[PlanGridRow]:
    """Return the grids of some communities of a plan."""
    found = plan.grids.filter(community_code__in=communities).order_by("label")
    return _described(plan, [_grid(plan, grid) for grid in found], queries.names_of(communities))


def row_of(plan: Plan) -> PlanRow:
    """Return a plan that was read already, with its figures added up by the database."""
    below, above = Q(households__lt=plan.lower), Q(households__gt=plan.upper)
    found = plan.grids.aggregate(
        grids=Count("id"),
        homes=Sum("households", default=0),
        torn=Count("id", filter=Q(pieces__gt=1)),
        wrong=Count("id", filter=Q(pieces__gt=1) | (below | above) & Q(reason="")),
        short=Sum(plan.lower - F("households"), filter=below, default=0),
        much=Sum(F("households") - plan.upper, filter=above, default=0),
    )
    off, homes = found.pop("short") + found.pop("much"), found.pop("homes")
    names = queries.names_of([plan.area_code])
    return replace(_plan(plan, names, []), off=off, households=homes, **found)


def _described(
    plan: Plan, grids: Sequence[PlanGridRow], names: Mapping[str, str]
) -> list[PlanGridRow]:
    """Give grids their communities' names, boxes and work, and what would mend them in words."""
    drawn = bounds_of_plan(plan, labels=[grid.label for grid in grids])
    is_weighed = any(minutes for _box, minutes in drawn.values())
    units = {code for grid in grids if grid.fix for code in grid.fix.units}
    moving = Unit.objects.filter(code__in=sorted(units), valid_until=None)
    known = {
        code: (address, building or "")
        for code, address, building in moving.values_list("code", "address", "building__name")
    }
    return [
        replace(
            grid,
            community=names[grid.community_code],
            bounds=drawn.get(grid.label, ("", 0))[0],
            hours=round(drawn.get(grid.label, ("", 0))[1] / 60) if is_weighed else None,
            fix=_in_words(grid.fix, known),
        )
        for grid in grids
    ]


def _in_words(fix: FixRow | None, known: Mapping[str, tuple[str, str]]) -> FixRow | None:
    if fix is None or not all(code in known for code in fix.units):
        return None
    address = known[fix.units[0]][0] or fix.units[0]
    return replace(fix, what=address, others=len(fix.units) - 1)


def plan_units(actor: Actor, plan: UUID, label: int) -> list[PlanUnitRow]:
    """List the units of one grid of a plan, by code."""
    row = access.plan_for(actor, plan)
    there = row.units.filter(label=label).order_by("unit__code")
    return [
        PlanUnitRow(code, address, compound or "", households, is_locked)
        for code, address, compound, households, is_locked in there.values_list(
            "unit__code", "unit__address", "unit__compound__name", "unit__households", "is_locked"
        )
    ]


def _weight(plan: Plan, grid: Weighed) -> tuple[bool, bool, int, int]:
    """What of `_badness` is known of every grid of a large plan at little cost."""
    off = _off(plan, grid)
    is_wrong = grid.pieces > 1 or (off != 0 and not grid.reason)
    return (not is_wrong, grid.pieces <= 1, -abs(off), grid.label)


def _badness(grid: PlanGridRow) -> tuple[bool, bool, int, int, int]:
    return (
        not grid.is_wrong,
        grid.pieces <= 1,
        -abs(grid.deviation),
        -len(grid.split_compounds),
        grid.label,
    )


def _survey(row: Survey, names: Mapping[str, str], report: Mapping[str, Any]) -> SurveyRow:
    return SurveyRow(
        id=row.id,
        name=row.name,
        source=row.source,
        area_code=row.area_code,
        area_name=names.get(row.area_code, row.area_code),
        datum=row.datum,
        vintage=row.vintage,
        state=row.state,
        state_name=str(dict(Survey.STATES)[row.state]),
        received_at=row.received_at,
        units=row.units,
        households=row.households,
        left_out=len(loads(row.left_out)),
        job=row.job_id,
        version=row.version,
        report=report,
    )


def _plan(row: Plan, names: Mapping[str, str], grids: Sequence[Weighed]) -> PlanRow:
    return PlanRow(
        id=row.id,
        name=row.name,
        area_code=row.area_code,
        area_name=names.get(row.area_code, row.area_code),
        state=row.state,
        state_name=str(dict(Plan.STATES)[row.state]),
        lower=row.lower,
        upper=row.upper,
        seed=row.seed,
        grids=len(grids),
        households=sum(grid.households for grid in grids),
        torn=sum(grid.pieces > 1 for grid in grids),
        off=sum(abs(_off(row, grid)) for grid in grids),
        wrong=sum(grid.pieces > 1 or (_off(row, grid) != 0 and not grid.reason) for grid in grids),
        created_at=row.created_at,
        adopted_at=row.adopted_at,
        consulted_until=row.consulted_until,
        job=row.job_id,
        version=row.version,
        objective=loads(row.objective),
    )


def _grid(plan: Plan, grid: PlanGrid) -> PlanGridRow:
    facts = loads(grid.facts)
    fix = facts.get("fix")
    return PlanGridRow(
        label=grid.label,
        code=grid.code,
        community_code=grid.community_code,
        community="",
        households=grid.households,
        units=grid.units,
        pieces=grid.pieces,
        deviation=_off(plan, grid),
        compounds=facts.get("compounds", 0),
        split_compounds=tuple(facts.get("split_compounds", ())),
        reason=grid.reason,
        is_locked=grid.is_locked,
        fix=fix and FixRow(tuple(fix["units"]), "", 0, fix["to"], fix["households"]),
    )


def _off(plan: Plan, grid: PlanGrid | Weighed) -> int:
    return deviation(grid.households, lower=plan.lower, upper=plan.upper)
