"""Notices to persons, and what waits to leave the house."""

from typing import ClassVar

from django.db import models

from yige.base.fields import IdField


class Notice(models.Model):
    """A line in somebody's inbox. `about` names the kind; its sentence is made when shown."""

    id = IdField()
    account = models.UUIDField()
    about = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    area_code = models.CharField(max_length=15, default="", blank=True)
    facts = models.TextField(default="{}")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["account", "at", "id"], name="notice_inbox"),
            models.Index(
                fields=["account"], condition=models.Q(read_at=None), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about} for {self.account}"


class Parcel(models.Model):
    """A message that waits to leave by one channel, written with the change that caused it."""

    WAITING, SENT, FAILED = "waiting", "sent", "failed"

    id = IdField()
    channel = models.CharField(max_length=20)
    address = models.BinaryField()
    about = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    facts = models.TextField(default="{}")
    language = models.CharField(max_length=8, default="zh-hans")
    created_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, default="", blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_at"], condition=models.Q(state="waiting"), name="parcel_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"{self.about} by {self.channel}"
