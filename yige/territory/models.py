"""Divisions, buildings, units, plans and grids."""

from datetime import datetime
from json import loads
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yige.base.fields import IdField, UnitCodeField
from yige.base.models import InArea, Versioned


class Division(Versioned):
    """A city, town or community for the time it bears its code."""

    id = IdField()
    code = models.CharField(max_length=12, db_index=True)
    level = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, default="", blank=True)
    households = models.PositiveIntegerField(default=0)
    residents = models.PositiveIntegerField(default=0)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    outline = models.TextField(default="", blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(valid_until=None), name="division_one_a_code"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Compound(models.Model):
    """A residential compound (小区)."""

    id = IdField()
    community_code = models.CharField(max_length=12, db_index=True)
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_code", "name"], name="compound_name")
        ]

    def __str__(self) -> str:
        return self.name


class Building(models.Model):
    """A building, numbered inside its community."""

    id = IdField()
    community_code = models.CharField(max_length=12, db_index=True)
    compound = models.ForeignKey(
        Compound, null=True, on_delete=models.PROTECT, related_name="buildings"
    )
    name = models.CharField(max_length=120)
    serial = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["community_code", "serial"], name="building_serial")
        ]

    def __str__(self) -> str:
        return self.name


class Survey(Versioned):
    """A batch of units that came in together: first read and checked, then accepted and stored."""

    READING, CHECKED, STORING, STORED, REFUSED, DROPPED = (
        "reading",
        "checked",
        "storing",
        "stored",
        "refused",
        "dropped",
    )
    STATES = (
        (READING, _("being read")),
        (CHECKED, _("checked")),
        (STORING, _("being stored")),
        (STORED, _("in force")),
        (REFUSED, _("could not be read")),
        (DROPPED, _("dropped")),
    )

    id = IdField()
    area_code = models.CharField(max_length=12, default="", db_index=True)
    state = models.CharField(max_length=10, choices=STATES, default=READING)
    file = models.CharField(max_length=64, default="", blank=True)
    report = models.TextField(default="{}")
    job_id = models.UUIDField(null=True)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=200)
    datum = models.CharField(max_length=10)
    vintage = models.DateField(null=True)
    received_at = models.DateTimeField()
    units = models.PositiveIntegerField(default=0)
    households = models.PositiveIntegerField(default=0)
    left_out = models.TextField(default="[]")

    result_fields: ClassVar = ("state", "job_id")

    def __str__(self) -> str:
        return self.name


class Unit(Versioned):
    """A basic governance unit: counts of households and residents, never a name."""

    id = IdField()
    code = models.CharField(max_length=18, unique=True)
    community_code = models.CharField(max_length=12, db_index=True)
    source_id = models.CharField(max_length=60, default="", blank=True, db_index=True)
    survey = models.ForeignKey(Survey, null=True, on_delete=models.PROTECT, related_name="rows")
    compound = models.ForeignKey(Compound, null=True, on_delete=models.PROTECT)
    building = models.ForeignKey(
        Building, null=True, on_delete=models.PROTECT, related_name="units"
    )
    name = models.CharField(max_length=120, default="", blank=True)
    address = models.CharField(max_length=200, default="", blank=True)
    firm = models.CharField(max_length=120, default="", blank=True)
    kind = models.CharField(max_length=20, default="residential")
    floors = models.PositiveSmallIntegerField(default=0)
    doors = models.PositiveIntegerField(default=0)
    households = models.PositiveIntegerField()
    residents = models.PositiveIntegerField(default=0)
    age_0_6 = models.PositiveIntegerField(default=0)
    age_7_17 = models.PositiveIntegerField(default=0)
    age_18_59 = models.PositiveIntegerField(default=0)
    age_60_79 = models.PositiveIntegerField(default=0)
    age_80_up = models.PositiveIntegerField(default=0)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    outline = models.TextField(default="", blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.address or self.code


class UnitBefore(models.Model):
    """What an earlier survey said of a unit, for the time that it was held true."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="before")
    survey = models.ForeignKey(Survey, null=True, on_delete=models.PROTECT, related_name="+")
    facts = models.TextField()
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    outline = models.TextField(default="", blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.unit_id} until {self.valid_until:%Y-%m-%d}"


class CommunityBefore(models.Model):
    """The community that a unit lay in until the state changed its divisions."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="communities_before")
    community_code = models.CharField(max_length=12, db_index=True)
    valid_until = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["unit", "valid_until"], name="community_before_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.community_code}"


class Border(models.Model):
    """Two units that touch, and for how many metres (a bridge joins what nothing touches)."""

    a = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    b = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    metres = models.FloatField()
    is_bridge = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["a", "b"], name="border_pair")]

    def __str__(self) -> str:
        return f"{self.a_id} | {self.b_id}"


class Place(InArea, Versioned):
    """A school, clinic, park or shop, and who answers for it."""

    id = IdField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    address = models.CharField(max_length=200, default="", blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    organisation = models.CharField(max_length=120, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    @classmethod
    def open_rows(cls) -> models.QuerySet["Place"]:
        return cls._default_manager.filter(ended_at=None)


class Plan(Versioned):
    """A proposal of grids for the communities of an area."""

    DRAFT, PROPOSED, ADOPTED, RETIRED = "draft", "proposed", "adopted", "retired"
    STATES = (
        (DRAFT, _("draft")),
        (PROPOSED, _("proposed")),
        (ADOPTED, _("adopted")),
        (RETIRED, _("retired")),
    )

    id = IdField()
    name = models.CharField(max_length=120)
    area_code = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=STATES, default=DRAFT)
    lower = models.PositiveIntegerField()
    upper = models.PositiveIntegerField()
    seed = models.PositiveIntegerField(default=1)
    net_version = models.PositiveIntegerField(default=0)
    job_id = models.UUIDField(null=True)
    options = models.TextField(default="{}")
    objective = models.TextField(default="{}")
    divided_version = models.PositiveIntegerField(default=0)
    """The version since which strokes are drawn on what the engine last found."""
    consulted_until = models.DateTimeField(null=True)
    """Until when the communities of a proposal are asked about it."""
    created_at = models.DateTimeField()
    adopted_at = models.DateTimeField(null=True)

    result_fields: ClassVar = ("state", "version", "job_id")

    def __str__(self) -> str:
        return self.name


class PlanGrid(models.Model):
    """One grid of a plan: its figures, and the reason where it is out of range."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="grids")
    label = models.PositiveIntegerField()
    community_code = models.CharField(max_length=12)
    code = models.CharField(max_length=15, default="", blank=True)
    households = models.PositiveIntegerField()
    units = models.PositiveIntegerField()
    pieces = models.PositiveIntegerField(default=1)
    facts = models.TextField(default="{}")
    reason = models.CharField(max_length=200, default="", blank=True)
    is_locked = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "label"], name="plan_grid_label")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.label}"

    @property
    def fix(self) -> dict[str, Any] | None:
        """What would mend the grid: `units`, the grid `to` which they go, and `households`."""
        found: dict[str, Any] | None = loads(self.facts).get("fix")
        return found


class PlanUnit(models.Model):
    """The grid a plan puts a unit in."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="units")
    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="+")
    label = models.PositiveIntegerField()
    is_locked = models.BooleanField(default=False)
    work = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "unit"], name="plan_unit_once")
        ]
        indexes: ClassVar = [models.Index(fields=["plan", "label"], name="plan_unit_label")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.unit_id} {self.label}"


class PlanStroke(models.Model):
    """One move of units in a draft, kept so that whoever made it can take it back.

    `before` holds the label of each unit as it was (0: in no grid) and the reasons of grids that
    were emptied. `serial` is the plan's version when it was made, `version` when it last acted.
    """

    DONE, UNDONE, DROPPED = "done", "undone", "dropped"

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="strokes")
    account = models.UUIDField(null=True)
    author = models.CharField(max_length=120, default="", blank=True)
    at = models.DateTimeField()
    serial = models.PositiveIntegerField()
    version = models.PositiveIntegerField()
    label = models.PositiveIntegerField()
    before = models.TextField()
    state = models.CharField(max_length=8, default=DONE)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["plan", "version"], name="plan_stroke_version"),
            models.Index(fields=["plan", "account", "serial"], name="plan_stroke_author"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.serial}"


class PlanComment(models.Model):
    """What somebody says of a plan, of one of its grids or of a unit, and what came of it.

    `stance` is how an area stands to a proposal that it was asked about; "" is a mere remark.
    """

    AGREE, OBJECT = "agree", "object"
    STANCES = ((AGREE, _("agrees")), (OBJECT, _("objects")))

    id = IdField()
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="comments")
    label = models.PositiveIntegerField(null=True)
    unit_code = UnitCodeField()
    stance = models.CharField(max_length=8, choices=STANCES, default="", blank=True)
    text = models.TextField(default="", blank=True)
    account = models.UUIDField(null=True)
    author = models.CharField(max_length=120, default="", blank=True)
    title = models.CharField(max_length=120, default="", blank=True)
    area_code = models.CharField(max_length=15, default="", blank=True)
    at = models.DateTimeField()
    answer = models.TextField(default="", blank=True)
    answered_by = models.CharField(max_length=120, default="", blank=True)
    answered_at = models.DateTimeField(null=True)
    is_settled = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["plan", "at"], name="plan_comment_at")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.author} {self.at:%Y-%m-%d}"


class Grid(models.Model):
    """A grid of the net for the time it was in force. Its code is never given again."""

    GENERAL, DEDICATED = "general", "dedicated"

    id = IdField()
    code = models.CharField(max_length=15, unique=True)
    community_code = models.CharField(max_length=12, db_index=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, default=GENERAL)
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT)
    households = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=200, default="", blank=True)
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A unit in a grid, from an instant until another (excluded)."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="memberships")
    grid = models.ForeignKey(Grid, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(valid_until=None), name="membership_one_now"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "valid_from"], name="membership_history")
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} in {self.grid_id}"


class Succession(models.Model):
    """What became of an area: the share of its households that went to each new one."""

    old_code = models.CharField(max_length=15, db_index=True)
    new_code = models.CharField(max_length=15, db_index=True)
    at = models.DateTimeField()
    households = models.PositiveIntegerField()
    share = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["old_code", "new_code", "at"], name="succession_once")
        ]

    def __str__(self) -> str:
        return f"{self.old_code} > {self.new_code}"


class AreaMode(models.Model):
    """An area in another mode than peacetime, from an instant until another."""

    area_code = models.CharField(max_length=15, db_index=True)
    mode = models.CharField(max_length=12)
    level = models.CharField(max_length=4, default="", blank=True)
    since_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.area_code} {self.mode}"

    def holds(self, at: datetime) -> bool:
        """Tell whether the area is in this mode at an instant."""
        return self.since_at <= at and (self.until_at is None or at < self.until_at)


class Net(models.Model):
    """The version of the net: one row, counted up by whatever moves a border or a unit."""

    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.version}"
