"""Columns and body fields that every room shares: ids, area codes, text within limits."""

from typing import Annotated, Any

from django.db import models
from django.db.models.functions import Length
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from yige.kernel.codes import LEVELS, UNIT_DIGITS
from yige.kernel.ids import new_id


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
    for place, sign in enumerate(text):
        if (
            sign == "\x00"
            or (ord(sign) < 32 and sign not in "\n\t")
            or 0xD800 <= ord(sign) < 0xE000
        ):
            raise PydanticCustomError(
                "control_character", "control character at {place}", {"place": place + 1}
            )
    return text


def _one_line(text: str) -> str:
    return " ".join(_clean(text.replace("\n", " ").replace("\r", " ")).split())


def _lines(text: str) -> str:
    return _clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()


Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_one_line)]
"""One line of at most 200 characters, spaces folded, no control characters."""

Words = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_lines)]
"""Text of several lines, at most 10,000 characters."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^(\d{6}|\d{9}|\d{12}|\d{15})$")]
UnitCode = Annotated[str, StringConstraints(pattern=r"^\d{18}$")]


class Body(BaseModel):
    """The schema of a command's body: unknown fields are an error, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
