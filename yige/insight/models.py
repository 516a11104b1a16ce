"""Figures kept beside the journal."""

from typing import ClassVar

from django.db import models


class Counter(models.Model):
    """How often something happened on a day, in an area of any level, about a category."""

    day = models.DateField()
    area_code = models.CharField(max_length=15)
    category = models.CharField(max_length=4)
    what = models.CharField(max_length=16)
    number = models.IntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["area_code", "what", "day", "category"], name="counter_place"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.area_code} {self.category} {self.what} {self.number}"
