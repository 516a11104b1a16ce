"""What a command leaves behind, in a form that travels as JSON."""

from typing import TypeAlias

Fact: TypeAlias = "str | int | float | bool | list[Fact] | dict[str, Fact] | None"
Facts: TypeAlias = dict[str, Fact]
