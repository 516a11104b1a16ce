"""Doors by stairwell, contact cards, and what of them was put on paper."""

from typing import ClassVar, Final

from django.db import models
from django.utils.translation import gettext_lazy as _

from yige.base.fields import IdField
from yige.base.models import Versioned
from yige.territory.models import Unit


class Stairwell(Versioned):
    """The doors of a unit as one list: where it came from, and its version.

    `numbers` is the digest of the door numbers, which is what paper shows of them.
    """

    GENERATED, IMPORTED = "generated", "imported"
    SOURCES = ((GENERATED, _("made from floors")), (IMPORTED, _("imported")))

    unit = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="stairwell")
    source = models.CharField(max_length=10, choices=SOURCES)
    doors = models.PositiveIntegerField()
    numbers = models.CharField(max_length=64)
    listed_at = models.DateTimeField()

    result_fields: ClassVar = ("version", "doors")

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.doors}"


class Door(models.Model):
    """A door by its number: occupied, empty or let. Who lives behind it is never asked."""

    OCCUPIED, EMPTY, LET = "occupied", "empty", "let"
    STATES = ((OCCUPIED, _("lived in")), (EMPTY, _("empty")), (LET, _("let")))

    stairwell = models.ForeignKey(Stairwell, on_delete=models.CASCADE, related_name="rows")
    floor = models.SmallIntegerField()
    number = models.CharField(max_length=12)
    state = models.CharField(max_length=8, choices=STATES, default=OCCUPIED)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["stairwell", "number"], name="door_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=("occupied", "empty", "let")), name="door_state"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Card(models.Model):
    """The key behind the code on a grid's contact cards. It names nobody and can be revoked.

    The secret follows from the id; `digest` is all that is kept of it. A card stays with the grid
    it was printed for: after a new division its page leads to the grids that took over.
    """

    id = IdField()
    digest = models.CharField(max_length=64, unique=True)
    grid_code = models.CharField(max_length=15, db_index=True)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    result_fields: ClassVar = ("grid_code",)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["grid_code"],
                condition=models.Q(revoked_at=None),
                name="card_one_living_a_grid",
            )
        ]

    def __str__(self) -> str:
        return self.grid_code


class Run(models.Model):
    """One printing: what was asked for, the numbers set aside for it, and the file it became."""

    CARDS, MAPS = "cards", "maps"
    KINDS: Final = ((CARDS, _("contact cards")), (MAPS, _("household maps")))

    id = IdField()
    kind = models.CharField(max_length=6, choices=KINDS)
    area_code = models.CharField(max_length=15, db_index=True)
    grids = models.TextField()
    year = models.PositiveSmallIntegerField()
    first = models.PositiveIntegerField()
    count = models.PositiveIntegerField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=60, default="", blank=True)
    expires_at = models.DateTimeField()
    job_id = models.UUIDField()
    file = models.CharField(max_length=64, default="", blank=True)
    pages = models.PositiveIntegerField(default=0)
    printed_at = models.DateTimeField(null=True)
    seconds = models.FloatField(default=0.0)

    result_fields: ClassVar = ("job_id", "count")

    def __str__(self) -> str:
        return f"{self.kind} {self.year}-{self.first}"


class Print(models.Model):
    """A numbered piece of paper about one grid; `says` is the digest of what stood on it."""

    run = models.ForeignKey(Run, on_delete=models.PROTECT, related_name="prints")
    kind = models.CharField(max_length=6, choices=Run.KINDS)
    number = models.CharField(max_length=11, unique=True)
    grid_code = models.CharField(max_length=15)
    card = models.ForeignKey(Card, null=True, on_delete=models.PROTECT, related_name="prints")
    says = models.CharField(max_length=64)
    printed_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["grid_code", "kind", "printed_at"], name="print_of_grid")
        ]

    def __str__(self) -> str:
        return self.number


class Numbering(models.Model):
    """The last number given to a print in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last}"
