"""Columns and body fields that every room shares: ids, area codes, text within limits."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from django.db import models
from django.db.models.functions import Length
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, StringConstraints
from pydantic_core import PydanticCustomError, core_schema

from yige.kernel.codes import LEVELS, UNIT_DIGITS
from yige.kernel.ids import new_id

CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")
"""Control characters but for tab and line feed, and halves of characters that stand alone."""


_NOT_READ: Final = 100_000


class IdField(models.UUIDField):  # type: ignore[type-arg]
    """A UUIDv7 primary key, made by the client or here."""

    def __init__(self, **options: Any) -> None:
        own: dict[str, Any] = {"primary_key": True, "default": new_id, "editable": False}
        super().__init__(**(own | options))


class AreaCodeField(models.CharField):  # type: ignore[type-arg]
    """The code of the area a row lies in: 6, 9, 12 or 15 digits, nested by prefix."""

    def __init__(self, **options: Any) -> None:
        own: dict[str, Any] = {"max_length": max(LEVELS), "db_index": True}
        super().__init__(**(own | options))


class UnitCodeField(models.CharField):  # type: ignore[type-arg]
    """The permanent 18-digit code of a basic unit ("" where the unit is not known)."""

    def __init__(self, **options: Any) -> None:
        own: dict[str, Any] = {"max_length": UNIT_DIGITS, "blank": True, "default": ""}
        super().__init__(**(own | options))


# Without these, `field__length__lte` is no lookup that Django knows.
models.CharField.register_lookup(Length)
models.TextField.register_lookup(Length)


def within_length(field: str, limit: int) -> models.CheckConstraint:
    """Guard a text's length in the database as well: SQLite does not do it by type."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{field}__length__lte": limit}), name=f"%(class)s_{field}_length"
    )


def _clean(text: str) -> str:
    if wrong := CONTROL.search(text):
        place = wrong.start() + 1
        raise PydanticCustomError(
            "control_character", "control character at {place}", {"place": place}
        )
    return text


def _one_line(text: str) -> str:
    return " ".join(_clean(text.replace("\n", " ").replace("\r", " ")).split())


def _lines(text: str) -> str:
    return _clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


@dataclass(frozen=True)
class _Text:
    """Clean a text before it is measured, so that spaces are no text.

    A field's own limits hold within this one: `Line = Field(min_length=1, max_length=60)`.
    """

    most: int
    clean: Callable[[str], str]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        schema: dict[str, Any] = {**handler(source)}
        schema["max_length"] = min(schema.get("max_length", self.most), self.most)
        return core_schema.no_info_before_validator_function(
            self._cleaned, cast("core_schema.CoreSchema", schema)
        )

    def _cleaned(self, given: Any) -> Any:
        """Leave what is no text, or far too long to be worth reading, to the limits."""
        if not isinstance(given, str) or len(given) > _NOT_READ:
            return given
        return self.clean(given)


Line = Annotated[str, _Text(200, _one_line)]
"""One line of at most 200 characters, spaces folded, no control characters."""

Words = Annotated[str, _Text(10_000, _lines)]
"""Text of several lines, at most 10,000 characters."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^(\d{6}|\d{9}|\d{12}|\d{15})$")]
UnitCode = Annotated[str, StringConstraints(pattern=r"^\d{18}$")]


class Body(BaseModel):
    """The schema of a command's body: unknown fields are an error, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
