"""Text that people type: cleaned first, then measured; spaces are no text."""

import pytest
from pydantic import Field, ValidationError

from yige.base.fields import Body, Line, Words


class Sign(Body):
    name: Line = Field(min_length=1, max_length=20)
    text: Words = Field(default="", max_length=40)
    note: Line | None = None


def fault(**said: object) -> tuple[str, str]:
    with pytest.raises(ValidationError) as wrong:
        Sign.model_validate(said)
    first = wrong.value.errors()[0]
    return str(first["loc"][0]), str(first["type"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"name": "长" * 21}, ("name", "string_too_long")),
        ({"name": "甲", "text": "长" * 41}, ("text", "string_too_long")),
        ({"name": "甲", "note": "长" * 201}, ("note", "string_too_long")),
        ({"name": "甲", "text": "长" * 12_000_000}, ("text", "string_too_long")),
        ({"name": ""}, ("name", "string_too_short")),
        ({"name": " \u3000\n"}, ("name", "string_too_short")),
        ({"name": "停\0水"}, ("name", "control_character")),
        ({"name": "停\ud800水"}, ("name", "control_character")),
        ({"name": 7}, ("name", "string_type")),
    ],
)
def test_a_field_keeps_its_own_limits(said: dict[str, object], expected: tuple[str, str]) -> None:
    assert fault(**said) == expected


def test_spaces_around_a_text_are_not_counted() -> None:
    sign = Sign(name="  停水\n通知  ", text=" 第一行\r\n第二行 ")

    assert (sign.name, sign.text) == ("停水 通知", "第一行\n第二行")


def test_the_limits_stand_in_the_schema_for_programs() -> None:
    fields = Sign.model_json_schema()["properties"]

    assert (fields["name"]["minLength"], fields["name"]["maxLength"]) == (1, 20)
