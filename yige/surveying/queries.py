"""Campaigns and sheets as pages show them, as frozen rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from json import loads
from typing import Any, Final
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Substr

from yige.base.access import Actor, within
from yige.kernel.codes import DIGITS, Level
from yige.surveying import access
from yige.surveying.counting import COUNTS
from yige.surveying.findings import in_words
from yige.surveying.models import Campaign, Group, Line, Member, Sheet, Step, Upload
from yige.territory import queries

PAGE: Final = 100
MARGIN: Final = 0.002
"""Degrees around what a map shows."""
STATE_NAMES: Final = dict(Sheet.STATES)
WORST: Final = (Sheet.RETURNED, Sheet.NEW, Sheet.UNDER_WAY, Sheet.DONE, Sheet.CHECKED)
"""States as somebody who wants to finish looks at them."""


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """A campaign with how many of its sheets are in which state."""

    id: UUID
    name: str
    area_code: str
    area_name: str
    vintage: date
    opens_on: date
    closes_on: date
    state: str
    state_name: str
    frozen_at: datetime | None
    survey: UUID | None
    job: UUID | None
    superseded_by: UUID | None
    version: int
    sheets: Mapping[str, int]

    @property
    def total(self) -> int:
        """All sheets."""
        return sum(self.sheets.values())

    @property
    def checked(self) -> int:
        """Sheets that are checked."""
        return self.sheets.get(Sheet.CHECKED, 0)

    @property
    def is_open(self) -> bool:
        """Tell whether it still counts."""
        return self.state == Campaign.OPEN

    @property
    def is_being_stored(self) -> bool:
        """Tell whether its counts are not in the territory yet."""
        return self.state == Campaign.FROZEN and self.survey is None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far an area has come: sheets and known households by state."""

    code: str
    name: str
    sheets: Mapping[str, int]
    households: Mapping[str, int]
    findings: int = 0
    without_group: int = 0

    @property
    def total(self) -> int:
        """All sheets."""
        return sum(self.sheets.values())

    @property
    def homes(self) -> int:
        """All households that were known."""
        return sum(self.households.values())

    @property
    def counted(self) -> int:
        """Households of sheets that were handed in."""
        return sum(self.households.get(state, 0) for state in (Sheet.DONE, Sheet.CHECKED))

    @property
    def percent(self) -> int:
        """The share of households that were handed in; 100 only when none is left."""
        if not self.homes:
            handed = sum(self.sheets.get(s, 0) for s in (Sheet.DONE, Sheet.CHECKED))
            return 100 * handed // self.total if self.total else 0
        return 100 * self.counted // self.homes

    @property
    def in_states(self) -> list[tuple[str, int]]:
        """Sheets by state, in the order of `WORST`."""
        return [(state, self.sheets.get(state, 0)) for state in WORST]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding in words."""

    line: int
    name: str
    by: int
    what: str
    advice: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """A unit on a sheet."""

    n: int
    unit_code: str
    name: str
    floors: int
    households_then: int
    residents_then: int
    doors_then: int
    is_found: bool
    is_gone: bool
    is_counted: bool
    counts: Mapping[str, int]
    households: int

    @property
    def label(self) -> str:
        """How it is called."""
        return self.name or str(self.n)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step of a sheet."""

    state: str
    state_name: str
    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet on a list, or (with `lines`) open on a page."""

    id: UUID
    number: int
    campaign: UUID
    campaign_name: str
    campaign_state: str
    vintage: date
    area_code: str
    community: str
    compound: str
    building: str
    group: str
    due_on: date | None
    state: str
    state_name: str
    state_at: datetime
    state_by: str
    reason: str
    households_then: int
    households: int
    residents: int
    doors: int
    stated: int | None
    findings: int
    version: int
    found: tuple[Found, ...] = ()
    lines: tuple[LineRow, ...] = ()
    steps: tuple[StepRow, ...] = ()

    @property
    def title(self) -> str:
        """Where it is: compound and building."""
        return f"{self.compound}{self.building}" or self.community

    @property
    def is_counted(self) -> bool:
        """Tell whether its counts are in."""
        return self.state in (Sheet.DONE, Sheet.CHECKED)

    @property
    def is_open(self) -> bool:
        """Tell whether somebody may still count it."""
        return self.campaign_state == Campaign.OPEN and self.state != Sheet.CHECKED

    @property
    def is_to_count(self) -> bool:
        """Tell whether it waits for its group."""
        return self.state in Sheet.TO_COUNT


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with how many sheets it has, and how many of them are still to be counted."""

    id: UUID
    name: str
    persons: int
    sheets: int
    waiting: int


@dataclass(frozen=True, slots=True)
class UploadRow:
    """A file that came in, with what was found in it."""

    id: UUID
    campaign: UUID
    campaign_name: str
    kind: str
    kind_name: str
    source: str
    state: str
    state_name: str
    received_at: datetime
    job: UUID | None
    version: int
    report: Mapping[str, Any] = field(default_factory=dict)


def campaigns(actor: Actor, *, most: int = 50) -> list[CampaignRow]:
    """List campaigns, the latest first."""
    rows = list(access.visible_campaigns(actor).order_by("-opened_at", "-id")[:most])
    mine = access.desk_sheets(actor).filter(campaign__in=[row.id for row in rows])
    counted: dict[UUID, dict[str, int]] = defaultdict(dict)
    for id_, state, many in mine.order_by().values_list("campaign", "state").annotate(Count("id")):
        counted[id_][state] = many
    names = queries.names_of({row.area_code for row in rows})
    return [_campaign(row, counted[row.id], names) for row in rows]


def campaign(actor: Actor, campaign: UUID) -> CampaignRow:
    """Return one campaign; raise CampaignMissing."""
    row = access.campaign_for(actor, campaign)
    mine = access.desk_sheets(actor).filter(campaign=row).order_by()
    counted = dict(mine.values_list("state").annotate(Count("id")))
    return _campaign(row, counted, queries.names_of([row.area_code]))


def coverage(actor: Actor, campaign: UUID, *, level: Level = Level.COMMUNITY) -> list[Coverage]:
    """Tell how far each community (or each grid) has come, the worst first."""
    digits = DIGITS[level]
    there = access.desk_sheets(actor).filter(campaign=campaign)
    placed = there.order_by().annotate(place=Substr("area_code", 1, digits))
    grouped = placed.values_list("place", "state").annotate(
        sheets=Count("id"),
        homes=Sum("households_then"),
        open=Sum("finding_count", filter=Q(state=Sheet.DONE), default=0),
        nobody=Count("id", filter=Q(group=None)),
    )
    counted: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    findings: dict[str, int] = defaultdict(int)
    loose: dict[str, int] = defaultdict(int)
    for place, state, many, homes, open_, nobody in grouped:
        counted[place][state] = (many, homes)
        findings[place] += open_
        loose[place] += nobody
    names = queries.names_of(counted)
    rows = [
        Coverage(
            place, names[place],
            {state: sheets for state, (sheets, _) in states.items()},
            {state: homes for state, (_, homes) in states.items()},
            findings[place], loose[place],
        )
        for place, states in counted.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.percent, -row.homes, row.code))


def bounds(actor: Actor, campaign: UUID) -> str:
    """Say how far a campaign reaches, as a map opens: west, south, east, north."""
    mine = access.desk_sheets(actor).filter(campaign=campaign).values("id")
    ends = Line.objects.filter(sheet__in=mine).aggregate(
        west=Min("lon"), south=Min("lat"), east=Max("lon"), north=Max("lat")
    )
    if ends["west"] is None:
        return ""
    west, south, east, north = (ends[side] for side in ("west", "south", "east", "north"))
    return f"{west - MARGIN:.6f},{south - MARGIN:.6f},{east + MARGIN:.6f},{north + MARGIN:.6f}"


def sheets(
    actor: Actor, campaign: UUID, *, area: str = "", state: str = "", group: str = "",
    after: int = 0, most: int = PAGE,
) -> list[SheetRow]:  # fmt: skip
    """List a campaign's sheets by number; keyset by number. `group` "none" is nobody's."""
    there = access.desk_sheets(actor).filter(campaign=campaign, number__gt=after)
    if area:
        there = there.filter(within(area))
    if state in STATE_NAMES:
        there = there.filter(state=state)
    if group == "none":
        there = there.filter(group=None)
    elif group:
        there = there.filter(group__in=[group])
    return _rows(there.order_by("number")[:most])


def own_sheets(actor: Actor, *, most: int = 200) -> list[SheetRow]:
    """List the sheets of one's groups in open campaigns: what came back first, then by due day."""
    mine = access.own_sheets(actor).filter(campaign__state=Campaign.OPEN)
    rank = Case(
        *(When(state=state, then=Value(n)) for n, state in enumerate(
            (Sheet.RETURNED, Sheet.UNDER_WAY, Sheet.NEW, Sheet.DONE, Sheet.CHECKED))),
        output_field=IntegerField(),
    )  # fmt: skip
    is_waiting = Case(When(state__in=Sheet.TO_COUNT, then=Value(0)), default=Value(1),
                      output_field=IntegerField())  # fmt: skip
    no_day = Case(When(due_on=None, then=Value(1)), default=Value(0), output_field=IntegerField())
    ranked = mine.annotate(waits=is_waiting, no_day=no_day, rank=rank)
    return _rows(ranked.order_by("waits", "no_day", "due_on", "rank", "number")[:most])


def sheet(actor: Actor, sheet: UUID) -> SheetRow:
    """Return a sheet with its units, findings and steps; raise SheetMissing."""
    row = access.sheet_for(actor, sheet)
    lines = Line.objects.filter(sheet=row).order_by("n")
    steps = Step.objects.filter(sheet=row).order_by("at", "id")
    return _sheet(row, queries.names_of([row.area_code[:12]]), lines=lines, steps=steps)


def printed(
    actor: Actor, campaign: UUID, *, area: str, group: str = "", most: int = 200
) -> list[SheetRow]:
    """Return the sheets of an area or a group with their units, to be printed."""
    there = access.desk_sheets(actor).filter(campaign=campaign)
    there = there.filter(group__in=[group]) if group else there.filter(within(area))
    rows = list(there.select_related("campaign", "group").order_by("number")[:most])
    lines: dict[UUID, list[Line]] = defaultdict(list)
    for line in Line.objects.filter(sheet__in=rows, is_found=False).order_by("n"):
        lines[line.sheet_id].append(line)
    names = queries.names_of({row.area_code[:12] for row in rows})
    return [_sheet(row, names, lines=lines[row.id]) for row in rows]


def groups(actor: Actor, campaign: UUID) -> list[GroupRow]:
    """List a campaign's groups by name, with their sheets."""
    found = access.campaign_for(actor, campaign)
    there = Group.objects.filter(campaign=found).order_by("name")
    mine = access.desk_sheets(actor).filter(campaign=found).exclude(group=None).order_by()
    sheets_of = {group: (all_, waiting) for group, all_, waiting in
                 mine.values_list("group").annotate(
                     all=Count("id"), waiting=Count("id", filter=Q(state__in=Sheet.TO_COUNT)))
                 }  # fmt: skip
    persons = dict(Member.objects.filter(group__campaign=found).values_list("group").annotate(
        Count("id")))  # fmt: skip
    return [GroupRow(g.id, g.name, persons.get(g.id, 1), *sheets_of.get(g.id, (0, 0)))
            for g in there]  # fmt: skip


def uploads(actor: Actor, campaign: UUID) -> list[UploadRow]:
    """List the files of a campaign, the latest first, without their reports."""
    found = access.campaign_for(actor, campaign)
    there = Upload.objects.filter(campaign=found).select_related("campaign").defer("report")
    return [_upload(row, {}) for row in there.order_by("-received_at", "-id")[:50]]


def upload(actor: Actor, upload: UUID) -> UploadRow:
    """Return a file with its report; raise UploadMissing."""
    row = access.upload_for(actor, upload)
    return _upload(row, loads(row.report))


def lines_to_fill(actor: Actor, campaign: UUID) -> Iterable[tuple[Sheet, Line]]:
    """Give every unit of a campaign that is still to be counted, sheet by sheet."""
    mine = access.desk_sheets(actor).filter(campaign=campaign, state__in=Sheet.TO_COUNT)
    lines = Line.objects.filter(sheet__in=mine.values("id"), is_found=False)
    for line in lines.select_related("sheet").order_by("sheet__number", "n"):
        yield line.sheet, line


def _rows(there: QuerySet[Sheet]) -> list[SheetRow]:
    rows = list(there.select_related("campaign", "group").defer("findings"))
    names = queries.names_of({row.area_code[:12] for row in rows})
    return [_sheet(row, names) for row in rows]


def _campaign(row: Campaign, counted: Mapping[str, int], names: Mapping[str, str]) -> CampaignRow:
    return CampaignRow(
        id=row.id,
        name=row.name,
        area_code=row.area_code,
        area_name=names[row.area_code],
        vintage=row.vintage,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        state=row.state,
        state_name=str(row.get_state_display()),
        frozen_at=row.frozen_at,
        survey=row.survey,
        job=row.job_id,
        superseded_by=row.superseded_by_id,
        version=row.version,
        sheets=counted,
    )


def _sheet(
    row: Sheet, names: Mapping[str, str], *, lines: Iterable[Line] | None = None,
    steps: Iterable[Step] = (),
) -> SheetRow:  # fmt: skip
    return SheetRow(
        id=row.id,
        number=row.number,
        campaign=row.campaign_id,
        campaign_name=row.campaign.name,
        campaign_state=row.campaign.state,
        vintage=row.campaign.vintage,
        area_code=row.area_code,
        community=names[row.area_code[:12]],
        compound=row.compound,
        building=row.building,
        group=row.group.name if row.group else "",
        due_on=row.due_on,
        state=row.state,
        state_name=str(row.get_state_display()),
        state_at=row.state_at,
        state_by=row.state_by,
        reason=row.reason,
        households_then=row.households_then,
        households=row.households,
        residents=row.residents,
        doors=row.doors,
        stated=row.stated,
        findings=row.finding_count,
        version=row.version,
        found=() if lines is None else tuple(_found(each) for each in loads(row.findings)),
        lines=tuple(_line(line) for line in lines or ()),
        steps=tuple(_step(step) for step in steps),
    )


def _found(finding: Mapping[str, Any]) -> Found:
    words = in_words(finding["code"], finding["facts"])
    return Found(finding["line"], finding["name"], finding["by"], *words)


def _line(line: Line) -> LineRow:
    return LineRow(
        n=line.n,
        unit_code=line.unit_code,
        name=line.name,
        floors=line.floors,
        households_then=line.households_then,
        residents_then=line.residents_then,
        doors_then=line.doors_then,
        is_found=line.is_found,
        is_gone=line.is_gone,
        is_counted=line.households is not None,
        counts={name: getattr(line, name) or 0 for name in COUNTS},
        households=line.households or 0,
    )


def _step(step: Step) -> StepRow:
    name = str(STATE_NAMES[step.state])
    return StepRow(step.state, name, step.at, step.by, step.reason)


def _upload(row: Upload, report: Mapping[str, Any]) -> UploadRow:
    return UploadRow(
        id=row.id,
        campaign=row.campaign_id,
        campaign_name=row.campaign.name,
        kind=row.kind,
        kind_name=str(row.get_kind_display()),
        source=row.source,
        state=row.state,
        state_name=str(row.get_state_display()),
        received_at=row.received_at,
        job=row.job_id,
        version=row.version,
        report=report,
    )
