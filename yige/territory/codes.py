"""Codes as command bodies take them."""

from typing import Annotated

from pydantic import StringConstraints

DivisionCode = Annotated[str, StringConstraints(pattern=r"^(\d{6}|\d{9}|\d{12})$")]
"""A city, town or community: what is divided, never what a division makes."""
