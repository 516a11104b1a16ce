"""Categories, workflows, cases and what hangs on a case."""

from typing import Any, ClassVar, Final

from django.db import models

from yige.base.fields import IdField
from yige.base.models import InArea, Versioned

OPEN = models.Q(closed_at=None)


class Category(models.Model):
    """What a matter is about: 12 groups (2 digits) with their leaves (4 digits)."""

    code = models.CharField(primary_key=True, max_length=4)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="leaves")
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    respond_within = models.CharField(max_length=8, default="", blank=True)
    finish_within = models.CharField(max_length=8, default="", blank=True)
    first_handler = models.CharField(max_length=60, default="", blank=True)
    is_emergency = models.BooleanField(default=False)
    is_restricted = models.BooleanField(default=False)
    source = models.CharField(max_length=8, default="", blank=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Workflow(models.Model):
    """A version of the table of states and transitions; a case keeps the one it began under."""

    version = models.PositiveIntegerField(primary_key=True)
    text = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.version}"


LISTED: Final = (6, 9, 12)
"""Digits of the levels whose lists grow long: city, town, community."""


class Within(models.Func):
    """The first digits of an area code, which an index can hold beside the order of a list."""

    template = "SUBSTR(%(expressions)s, 1, %(digits)s)"
    output_field = models.CharField()


def _listed(digits: int) -> models.Index:
    """Keep the cases of each area of a level in the order of lists."""
    return models.Index(
        Within("area_code", digits=digits), "received_at", "id", name=f"case_within_{digits}"
    )


class Numbering(models.Model):
    """The last case number given in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:06d}"


class Case(InArea, Versioned):
    """Something to be done, from its report to its end. Its id is that of its opening command.

    It is with the desk of `level` in its area, or with an organisation when the level is "unit".
    `returns_to` is the desk that gave it to a unit or an area below, and gets it back;
    `worked_at` is the level that did the work, which does it again after a rework.
    """

    id = IdField()
    number = models.CharField(max_length=16, unique=True)
    source = models.CharField(max_length=12)
    category = models.CharField(max_length=4)
    state = models.CharField(max_length=16)
    level = models.CharField(max_length=10)
    returns_to = models.CharField(max_length=10, default="", blank=True)
    worked_at = models.CharField(max_length=10, default="", blank=True)
    organisation = models.UUIDField(null=True)
    workflow = models.PositiveIntegerField()
    text = models.TextField()
    address = models.CharField(max_length=200, default="", blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    is_restricted = models.BooleanField(default=False)
    is_urgent = models.BooleanField(default=False)
    is_supervised = models.BooleanField(default=False)
    opened_by = models.UUIDField(null=True)
    counted_in = models.CharField(max_length=15)
    received_at = models.DateTimeField()
    respond_by = models.DateTimeField(null=True)
    finish_by = models.DateTimeField(null=True)
    is_provisional = models.BooleanField(default=False)
    act_by = models.DateTimeField(null=True)
    watch_at = models.DateTimeField(null=True)
    attention = models.PositiveSmallIntegerField(default=0)
    parked_until = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reworks = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    extended = models.PositiveSmallIntegerField(default=0)
    extended_until = models.DateTimeField(null=True)
    echoes = models.PositiveSmallIntegerField(default=0)
    merged_into = models.UUIDField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    is_solved = models.BooleanField(null=True)

    result_fields: ClassVar = ("number", "state", "level", "area_code")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(level__in=("grid", "community", "town", "city"))
                | models.Q(level="unit", organisation__isnull=False),
                name="case_has_a_holder",
            ),
            models.CheckConstraint(
                condition=models.Q(text__length__lte=10_000), name="case_text_length"
            ),
            models.CheckConstraint(
                condition=models.Q(is_restricted=False) | models.Q(lon=None, lat=None),
                name="case_restricted_has_no_point",
            ),
        ]
        indexes: ClassVar = [
            # All that the counts of a desk look at, so that no row is read for them.
            models.Index(fields=["area_code", "level", "state", "handled_at", "attention",
                                 "finish_by", "reworks", "reopened", "is_supervised", "closed_at"],
                         condition=OPEN, name="case_open_counted"),
            models.Index(fields=["unit_code", "category"], condition=OPEN, name="case_open_unit"),
            models.Index(fields=["level", "area_code", "received_at"], condition=OPEN,
                         name="case_open_level"),
            models.Index(Within("area_code", digits=6), "received_at", "id", condition=OPEN,
                         name="case_open_city"),
            *map(_listed, LISTED),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False),
                         name="case_merged_into"),
            models.Index(fields=["organisation", "received_at"],
                         condition=OPEN & models.Q(organisation__isnull=False),
                         name="case_open_organisation"),
            models.Index(fields=["watch_at"], condition=OPEN, name="case_watch"),
            models.Index(fields=["closed_at"], condition=models.Q(state__in=("closed", "rated")),
                         name="case_to_archive"),
            models.Index(fields=["opened_by", "received_at"],
                         condition=models.Q(opened_by__isnull=False), name="case_opened_by"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number

    @classmethod
    def open_rows(cls) -> models.QuerySet[Any]:
        return cls._default_manager.filter(OPEN)


class ClockSpan(models.Model):
    """An interval in which a clock of a case ran or was paused. Due times follow from these.

    Each reopening begins a new round with the whole time.
    """

    RESPOND, FINISH = "respond", "finish"

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="spans")
    clock = models.CharField(max_length=8)
    is_running = models.BooleanField(default=True)
    round = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "clock"],
                condition=models.Q(ended_at=None),
                name="clock_span_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("started_at")),
                name="clock_span_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.clock}"


class Reporter(models.Model):
    """Somebody who reported a case or met the same. The contact is encrypted, and optional."""

    id = IdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reporters")
    contact = models.BinaryField(null=True)
    has_mail = models.BooleanField(default=False)
    is_anonymous = models.BooleanField(default=False)
    account = models.UUIDField(null=True)
    language = models.CharField(max_length=8, default="zh-hans")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id}"


class Attachment(models.Model):
    """A file of a case, declared by its id; its bytes may come later."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="attachments")
    file = models.UUIDField()
    stage = models.CharField(max_length=8, default="report")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "file"], name="attachment_once")
        ]

    def __str__(self) -> str:
        return f"{self.file}"


class Note(models.Model):
    """Words said with a step: a note, a reason, a result. The reporter sees the public ones."""

    id = IdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    entry = models.UUIDField()
    verb = models.CharField(max_length=16)
    text = models.TextField()
    is_public = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(text__length__lte=10_000), name="note_text_length"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb}"


class FollowUp(models.Model):
    """What the reporter answered when asked, or that nobody was reached."""

    id = IdField()
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="follow_ups")
    entry = models.UUIDField()
    is_reached = models.BooleanField(default=True)
    is_solved = models.BooleanField(null=True)
    rating = models.PositiveSmallIntegerField(null=True)
    by_reporter = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__gte=1, rating__lte=5),
                name="follow_up_rating",
            ),
            models.CheckConstraint(
                condition=models.Q(is_reached=True) | models.Q(rating=None, is_solved=None),
                name="follow_up_not_reached_says_nothing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.rating}"
