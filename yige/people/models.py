"""Organisations, persons, posts and appointments."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from yige.base.access import Role
from yige.base.fields import IdField
from yige.base.models import Account, InArea, Versioned


class Organisation(InArea, Versioned):
    """A body that handles, serves or helps: department, property firm, committee."""

    KINDS = (
        ("government", _("government body")),
        ("department", _("department")),
        ("station", _("community station")),
        ("property_firm", _("property service company")),
        ("owners_committee", _("owners' committee")),
        ("resident_organisation", _("resident organisation")),
    )

    id = IdField()
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=24, choices=KINDS)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    ended_at = models.DateTimeField(null=True)

    result_fields: ClassVar = ("code",)

    def __str__(self) -> str:
        return self.name


class Person(Versioned):
    """Staff, a volunteer or a contact: somebody with a duty. Residents as such have no row."""

    id = IdField()
    name = models.CharField(max_length=60)
    phone = models.BinaryField(null=True)
    account = models.OneToOneField(
        Account, null=True, on_delete=models.PROTECT, related_name="person"
    )
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="persons"
    )
    left_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class Post(InArea, Versioned):
    """A seat: a role over an area, held by `wanted` persons at most."""

    id = IdField()
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    name = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        Organisation, null=True, on_delete=models.PROTECT, related_name="posts"
    )
    wanted = models.PositiveSmallIntegerField(default=1)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["area_code", "role"],
                condition=models.Q(ended_at=None),
                name="post_open",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def open_rows(cls) -> models.QuerySet["Post"]:
        return cls._default_manager.filter(ended_at=None)


class Appointment(models.Model):
    """A person on a post, from an instant until another (excluded), or for the time being."""

    id = IdField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    seat = models.PositiveSmallIntegerField(default=0)
    held_from = models.DateTimeField()
    held_until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(held_until=None)
                | models.Q(held_until__gt=models.F("held_from")),
                name="appointment_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["post", "seat"],
                condition=models.Q(held_until=None),
                name="appointment_one_holder_a_seat",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.post_id}"
