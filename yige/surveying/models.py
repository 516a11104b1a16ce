"""Campaigns, groups of surveyors, sheets with a line for each unit, and files that came in."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yige.base.fields import IdField
from yige.base.models import InArea, Versioned


class Campaign(Versioned):
    """A count of an area's households as they are on a day."""

    OPEN, FROZEN, SUPERSEDED = "open", "frozen", "superseded"
    STATES = (
        (OPEN, _("open")),
        (FROZEN, _("frozen")),
        (SUPERSEDED, _("superseded")),
    )

    id = IdField()
    area_code = models.CharField(max_length=12, db_index=True)
    name = models.CharField(max_length=120)
    vintage = models.DateField()
    opens_on = models.DateField()
    closes_on = models.DateField()
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    opened_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="supersedes"
    )
    survey = models.UUIDField(null=True)
    job_id = models.UUIDField(null=True)

    result_fields: ClassVar = ("state", "version", "job_id")

    def __str__(self) -> str:
        return self.name


class Group(Versioned):
    """Who counts together: persons, or whoever holds a post or belongs to an organisation."""

    id = IdField()
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=120)
    area_code = models.CharField(max_length=15, db_index=True)
    leader = models.UUIDField(null=True)
    post = models.UUIDField(null=True)
    organisation = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "name"], name="survey_group_name")
        ]

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """A person in a group of surveyors."""

    group = models.ForeignKey(Group, on_delete=models.CASCADE, related_name="members")
    person = models.UUIDField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["group", "person"], name="survey_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.group_id}"


class Sheet(InArea, Versioned):
    """One building of a campaign, in the hands of a group.

    `counted_by` is the account that handed the counts in; `stated` what the property firm says
    of the whole building; `reason` why the sheet came back, or why it was taken as it is.
    """

    NEW, UNDER_WAY, DONE, CHECKED, RETURNED = "new", "under_way", "done", "checked", "returned"
    STATES = (
        (NEW, _("not begun")),
        (UNDER_WAY, _("under way")),
        (DONE, _("done")),
        (CHECKED, pgettext_lazy("sheet", "checked")),
        (RETURNED, _("returned")),
    )
    TO_COUNT = (NEW, UNDER_WAY, RETURNED)

    id = IdField()
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="sheets")
    number = models.PositiveIntegerField()
    compound = models.CharField(max_length=120, default="", blank=True)
    building = models.CharField(max_length=120, default="", blank=True)
    group = models.ForeignKey(Group, null=True, on_delete=models.PROTECT, related_name="sheets")
    due_on = models.DateField(null=True)
    state = models.CharField(max_length=10, choices=STATES, default=NEW)
    state_at = models.DateTimeField()
    state_by = models.CharField(max_length=60, default="", blank=True)
    counted_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    households_then = models.PositiveIntegerField(default=0)
    households = models.PositiveIntegerField(default=0)
    residents = models.PositiveIntegerField(default=0)
    doors = models.PositiveIntegerField(default=0)
    stated = models.PositiveIntegerField(null=True)
    findings = models.TextField(default="[]")
    finding_count = models.PositiveIntegerField(default=0)

    result_fields: ClassVar = ("state", "version", "finding_count")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "number"], name="sheet_number")
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "area_code"], name="sheet_campaign_area")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.compound}{self.building}"

    @classmethod
    def open_rows(cls) -> models.QuerySet["Sheet"]:
        return cls._default_manager.filter(campaign__state=Campaign.OPEN)


class Line(models.Model):
    """One unit of a sheet: what was known of it, and what was counted (households None: not yet).

    A unit that nobody knew has no code; where it stands comes from a list or from its building.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="lines")
    n = models.PositiveIntegerField()
    unit_code = models.CharField(max_length=18, default="", blank=True, db_index=True)
    name = models.CharField(max_length=120, default="", blank=True)
    firm = models.CharField(max_length=120, default="", blank=True)
    floors = models.PositiveSmallIntegerField(default=0)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    households_then = models.PositiveIntegerField(default=0)
    residents_then = models.PositiveIntegerField(default=0)
    doors_then = models.PositiveIntegerField(default=0)
    is_found = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)
    households = models.PositiveIntegerField(null=True)
    residents = models.PositiveIntegerField(default=0)
    age_0_6 = models.PositiveIntegerField(default=0)
    age_7_17 = models.PositiveIntegerField(default=0)
    age_18_59 = models.PositiveIntegerField(default=0)
    age_60_79 = models.PositiveIntegerField(default=0)
    age_80_up = models.PositiveIntegerField(default=0)
    occupied = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0)
    let = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "n"], name="sheet_line_number")
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.n}"

    @property
    def doors(self) -> int:
        """All doors that were counted."""
        return self.occupied + self.empty + self.let


class Step(models.Model):
    """One change of a sheet's state: what it became, when, by whom, and why."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=10)
    at = models.DateTimeField()
    account = models.UUIDField(null=True)
    by = models.CharField(max_length=60, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.state}"


class Upload(Versioned):
    """A file for a campaign: buildings to count, filled sheets, or a property firm's list."""

    BUILDINGS, FILLED, FIRM = "buildings", "filled", "firm"
    KINDS = (
        (BUILDINGS, _("List of buildings")),
        (FILLED, _("Filled sheets")),
        (FIRM, _("List of a property firm")),
    )
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
        (CHECKED, _("to be decided")),
        (STORING, _("being taken over")),
        (STORED, _("taken over")),
        (REFUSED, _("could not be read")),
        (DROPPED, _("laid aside")),
    )
    WAITING = (READING, CHECKED, STORING)

    id = IdField()
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="uploads")
    area_code = models.CharField(max_length=12, db_index=True)
    kind = models.CharField(max_length=10, choices=KINDS)
    file = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    datum = models.CharField(max_length=10, default="", blank=True)
    state = models.CharField(max_length=10, choices=STATES, default=READING)
    report = models.TextField(default="{}")
    received_at = models.DateTimeField()
    job_id = models.UUIDField(null=True)

    result_fields: ClassVar = ("state", "job_id")

    def __str__(self) -> str:
        return self.source
