"""What has changed in a draft since somebody looked at it, and what that person may take back."""

from dataclasses import dataclass
from datetime import datetime
from json import loads
from uuid import UUID

from django.db.models import Exists, OuterRef

from yige.base.access import Actor, within
from yige.kernel.codes import DIGITS, Level
from yige.territory import access
from yige.territory.models import Plan, PlanStroke, Unit
from yige.territory.plan_queries import PlanGridRow, PlanRow, grids_of, row_of
from yige.territory.queries import in_force

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Steps:
    """How many of the person's own strokes can be taken back, and how many done again."""

    undo: int
    redo: int


@dataclass(frozen=True, slots=True)
class Changes:
    """A draft as it is now where it differs from an older version; 0 is no grid.

    `is_whole` says that the version is older than the last division: all of it is new.
    """

    plan: PlanRow
    units: dict[str, int]
    grids: list[PlanGridRow]
    communities: list[str]
    authors: list[str]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class UnassignedRow:
    """A unit that lies in no grid of the draft."""

    code: str
    address: str
    households: int


def steps_of(actor: Actor, plan: UUID) -> Steps:
    """Count what the person may take back and do again in a draft."""
    own = PlanStroke.objects.filter(plan=plan, account=actor.account)
    states = list(own.values_list("state", flat=True))
    return Steps(states.count(PlanStroke.DONE), states.count(PlanStroke.UNDONE))


def changes_since(actor: Actor, plan: UUID, version: int) -> Changes:
    """Tell where a plan differs from one of its versions; raise PlanMissing."""
    row = access.plan_for(actor, plan)
    later = list(
        row.strokes.filter(version__gt=version).values_list("before", "account", "author")
    )
    codes = sorted({code for before, *_ in later for code in loads(before)["units"]})
    labels = dict.fromkeys(codes, 0)
    for start in range(0, len(codes), AT_ONCE):
        there = row.units.filter(unit__code__in=codes[start : start + AT_ONCE])
        labels |= dict(there.values_list("unit__code", "label"))
    communities = sorted({code[: DIGITS[Level.COMMUNITY]] for code in codes})
    return Changes(
        plan=row_of(row),
        units=labels,
        grids=grids_of(row, communities) if communities else [],
        communities=communities,
        authors=sorted({author for _, account, author in later if account != actor.account}),
        is_whole=version < row.divided_version,
    )


def unassigned(row: Plan, *, at: datetime, most: int = 200) -> tuple[int, list[UnassignedRow]]:
    """Count the units in force that lie in no grid of a draft, and list the first of them."""
    if row.state not in (Plan.DRAFT, Plan.PROPOSED):
        return 0, []
    in_area = Unit.objects.filter(within(row.area_code, field="community_code"), in_force(at))
    missing = in_area.filter(~Exists(row.units.filter(unit=OuterRef("id")))).order_by("code")
    rows = list(missing.values_list("code", "address", "households")[: most + 1])
    count = missing.count() if len(rows) > most else len(rows)
    return count, [UnassignedRow(*each) for each in rows[:most]]
