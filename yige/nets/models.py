"""Old nets, their cells and duties, and how each duty is handed over."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yige.base.fields import IdField, UnitCodeField
from yige.base.models import InArea, Versioned
from yige.people.models import Organisation, Person, Post


class LegacyNet(InArea, Versioned):
    """A net of workers that existed beside the grids; it ends when nothing of it is left open.

    `first_area` is the code that its area bore when it came in: its cells were drawn for that.

    Whatever happens to one of its duties counts its version up: two who hand over at once wait
    for each other, and what was worked out of a net is known by net, version and stamp.
    """

    OPEN, RETIRED, SUPERSEDED = "open", "retired", "superseded"
    STATES = (
        (OPEN, _("being handed over")),
        (RETIRED, _("net retired")),
        (SUPERSEDED, _("superseded by a corrected one")),
    )
    KINDS = (
        ("check_in", _("members and officials who check in (双报到)")),
        ("civilised_city", _("civilised city")),
        ("cadre_contact", _("contact of cadres")),
        ("integrated_governance", _("integrated governance")),
        ("justice", _("justice")),
        ("civil_affairs", _("civil affairs")),
        ("petitions", _("petition workers")),
        ("health", _("health")),
        ("other", _("another net")),
    )

    id = IdField()
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=KINDS)
    first_area = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.PROTECT,
                                     related_name="old_nets")  # fmt: skip
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    source = models.CharField(max_length=200, default="", blank=True)
    fingerprint = models.CharField(max_length=64)
    left_out = models.TextField(default="[]")
    imported_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    result_fields: ClassVar = ("state", "version")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["first_area", "kind", "name"],
                condition=models.Q(state="open"),
                name="legacy_net_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def open_rows(cls) -> models.QuerySet["LegacyNet"]:
        return cls._default_manager.filter(state=cls.OPEN)


class LegacyCell(models.Model):
    """A cell of an old net: an outline, or a list of units, buildings, compounds, communities."""

    id = IdField()
    net = models.ForeignKey(LegacyNet, on_delete=models.PROTECT, related_name="cells")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120, default="", blank=True)
    extent = models.TextField(default="{}")
    outline = models.TextField(default="", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["net", "code"], name="legacy_cell_code")
        ]

    def __str__(self) -> str:
        return self.name or self.code


class LegacyDuty(Versioned):
    """What somebody of an old net did in a cell, and who it was: a member of staff.

    The duty number is erased when the net is retired.
    """

    id = IdField()
    cell = models.ForeignKey(LegacyCell, on_delete=models.PROTECT, related_name="duties")
    name = models.CharField(max_length=120)
    holder = models.CharField(max_length=60, default="", blank=True)
    phone = models.BinaryField(null=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT,
                               related_name="old_duties")  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cell", "name", "holder"], name="legacy_duty_once")
        ]

    def __str__(self) -> str:
        return self.name


class DutyTransfer(Versioned):
    """One way a duty goes on: to a post, for those of its units that lie in the post's area.

    `given_by` and `taken_by` are those who signed; a side that stands in `..._at` without a
    person was decided, by whom and why is said. A transfer without post ends a duty by decision.
    """

    OPEN, DONE, ENDED, WITHDRAWN = "open", "done", "ended", "withdrawn"
    STATES = (
        (OPEN, _("waiting for signatures")),
        (DONE, _("handed over")),
        (ENDED, _("ended by decision")),
        (WITHDRAWN, _("withdrawn")),
    )

    id = IdField()
    duty = models.ForeignKey(LegacyDuty, on_delete=models.PROTECT, related_name="transfers")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT,
                             related_name="old_duties")  # fmt: skip
    state = models.CharField(max_length=10, choices=STATES, default=OPEN)
    proposed_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    given_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, default="", blank=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    closed_at = models.DateTimeField(null=True)

    result_fields: ClassVar = ("state", "version")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["duty", "post"],
                condition=models.Q(state="open"),
                name="duty_transfer_open_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | models.Q(post__isnull=False, given_at__isnull=False, taken_at__isnull=False),
                name="duty_transfer_done_by_both",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ended") | models.Q(decided_at__isnull=False),
                name="duty_transfer_ended_by_decision",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["post"], condition=models.Q(state="open"), name="duty_transfer_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.state}"


class HandedUnit(models.Model):
    """A unit for which a duty is no longer the old net's; it cannot be handed over twice."""

    duty = models.ForeignKey(LegacyDuty, on_delete=models.PROTECT, related_name="handed")
    transfer = models.ForeignKey(DutyTransfer, on_delete=models.PROTECT, related_name="handed")
    unit_code = UnitCodeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["duty", "unit_code"], name="handed_unit_once")
        ]

    def __str__(self) -> str:
        return f"{self.duty_id} {self.unit_code}"
