"""Figures kept beside the journal."""

from typing import ClassVar

from django.db import models


def _number() -> "models.IntegerField[int, int]":
    return models.IntegerField(default=0)


class Counter(models.Model):
    """How often what happened on a day, in the area that counts it, about a category.

    An area above is the sum over a range of codes; the days of a page are few, and lead the index.
    `found` is what the grid itself reported, `quickly` what was answered within the limit; `due`
    and `on_time` count on the day it is due, all else on the day it happens.
    """

    day = models.DateField()
    area_code = models.CharField(max_length=15)
    category = models.CharField(max_length=4)
    received = _number()
    found = _number()
    due = _number()
    on_time = _number()
    responded = _number()
    quickly = _number()
    handled = _number()
    closed = _number()
    dropped = _number()
    reworked = _number()
    reopened = _number()
    extended = _number()
    rated = _number()
    satisfied = _number()
    solved = _number()
    unsolved = _number()
    not_reached = _number()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "area_code", "category"], name="counter_place")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.area_code} {self.category}"
