"""Every way to refuse has its words, in both languages, made of facts that are really given."""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from string import Formatter
from typing import Any

import pytest
from django.utils import translation
from django.utils.translation import gettext
from pydantic import BaseModel, ValidationError

import yige
from tests.base.orders import Count
from tests.city import WENCHANG
from yige.base.commands import COMMANDS, BodyInvalid, faults
from yige.edge.sentences import every_sentence, fault_in_words, words_of
from yige.edge.sentences.bodies import FAULTS
from yige.kernel.errors import Conflict, Refusal, every_refusal
from yige.territory.errors import NotAdoptable

ROOT = Path(yige.__file__).parent
KINDS = {"Refusal", "Missing", "Forbidden", "Invalid", "Conflict", "Unavailable"}


@cache
def refusals() -> dict[str, type[Refusal]]:
    """Import every room and list what it refuses."""
    for module in walk_packages([str(ROOT)], "yige."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)
    ours = [kind for kind in every_refusal() if kind.__module__.startswith("yige.")]
    return {kind.code: kind for kind in ours}


def names_in(text: object) -> set[str]:
    with translation.override("en"):
        return {name for _, name, _, _ in Formatter().parse(str(text)) if name}


def test_every_refusal_has_a_sentence() -> None:
    said = set(every_sentence()) | {"kernel.refusal"}

    assert sorted(set(refusals()) - said) == []


def test_no_sentence_is_left_over_from_a_refusal_that_is_gone() -> None:
    spoken_by_jobs = {"kernel.refusal", "base.job_gave_up"}

    assert sorted(set(every_sentence()) - set(refusals()) - spoken_by_jobs) == []


def test_two_refusals_never_share_a_code() -> None:
    refusals()
    codes: dict[str, list[str]] = {}
    for kind in every_refusal():
        if kind.__module__.startswith("yige."):
            codes.setdefault(kind.code, []).append(kind.__qualname__)

    assert {code: names for code, names in codes.items() if len(names) > 1} == {}


def test_every_sentence_is_said_in_chinese() -> None:
    texts = [text for words in every_sentence().values() for text in words if text]
    texts += list(FAULTS.values())
    untold = []

    for text in texts:
        with translation.override("en"):
            english = str(text)
        with translation.override("zh-hans"):
            chinese = gettext(english)
        if not any("\u4e00" <= sign <= "\u9fff" for sign in chinese):
            untold.append(english)

    assert sorted(set(untold)) == []


def given_facts() -> Iterator[tuple[str, str, set[str]]]:
    """Find each place that makes a refusal: (code, place, names of its facts)."""
    codes = {kind.__name__: kind.code for kind in refusals().values()}
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                names = {word.arg for word in node.keywords}
                if name in codes and None not in names:
                    place = f"{path.relative_to(ROOT.parent)}:{node.lineno}"
                    yield codes[name], place, {str(each) for each in names}


def test_a_sentence_is_made_of_facts_that_its_refusal_gives() -> None:
    """A fact that some of the places leave out is left out of the sentence; one must give it."""
    given: dict[str, set[str]] = {}
    for code, _, names in given_facts():
        given.setdefault(code, set()).update(names)
    missing = {
        code: sorted(wanted - given[code])
        for code, words in every_sentence().items()
        if code in given and (wanted := names_in(words[0]) | names_in(words[1])) - given[code]
    }

    assert missing == {}


def test_facts_find_their_place_in_the_sentence() -> None:
    class Elsewhere(Conflict):
        code = "kernel.no_serial_left"

    refusal = Elsewhere(community="370683001001", wanted=3, last=899)

    with translation.override("en"):
        said = words_of(refusal)

    assert said.sentence == (
        "Community 370683001001 has no grid code left: 3 wanted, 899 given so far."
    )
    assert said.advice.startswith("A grid code is never given twice.")


def test_a_refusal_without_words_still_says_something() -> None:
    class Nameless(Conflict):
        code = "tests.nameless"

    with translation.override("zh-hans"):
        assert words_of(Nameless(what="x")).sentence == "没有成功。"


def test_a_fact_that_holds_braces_is_text_and_no_template() -> None:
    class Odd(Conflict):
        code = "kernel.not_a_code"

    with translation.override("en"):
        assert words_of(Odd(value="{secret}{0}")).sentence == "“{secret}{0}” is no area code."


def fault_of(schema: type[BaseModel], **body: Any) -> dict[str, Any]:
    with pytest.raises(ValidationError) as wrong:
        schema.model_validate(body)
    return faults(wrong.value)[0]


@pytest.mark.parametrize(
    ("body", "english", "chinese"),
    [
        ({"name": "访", "by": 10}, "Please give a number up to 9.", "请填写不大于 9 的数。"),
        ({"by": 1}, "Please fill this in.", "请填写此项。"),
        (
            {"name": "长" * 201},
            "At most 200 characters. Please shorten it.",
            "最多 200 个字，请缩短。",
        ),
    ],
)
def test_a_fault_of_a_field_says_its_limit(
    body: dict[str, Any], english: str, chinese: str
) -> None:
    fault = fault_of(Count, **body)

    with translation.override("en"):
        assert fault_in_words(fault) == english
    with translation.override("zh-hans"):
        assert fault_in_words(fault) == chinese


def test_each_field_of_a_body_has_its_own_sentence() -> None:
    refusal = BodyInvalid(
        errors=[
            {"field": "place.lon", "type": "less_than_equal", "limits": {"le": 180}},
            {"field": "text", "type": "string_too_long", "limits": {"max_length": 10_000}},
        ]
    )

    with translation.override("en"):
        fields = words_of(refusal).fields

    assert fields == {
        "place.lon": "Please give a number up to 180.",
        "text": "At most 10000 characters. Please shorten it.",
    }


def test_every_kind_of_fault_that_a_command_can_have_has_words() -> None:
    """Walk the schemas of all commands for the limits they use."""
    limits = {
        "maxLength": "string_too_long",
        "minLength": "string_too_short",
        "pattern": "string_pattern_mismatch",
        "maximum": "less_than_equal",
        "minimum": "greater_than_equal",
        "exclusiveMaximum": "less_than",
        "exclusiveMinimum": "greater_than",
        "maxItems": "too_long",
        "minItems": "too_short",
        "enum": "enum",
        "const": "literal_error",
        "multipleOf": "multiple_of",
    }
    used: set[str] = set()

    def walk(schema: object) -> None:
        if isinstance(schema, dict):
            used.update(name for name in limits if name in schema)
            for inner in schema.values():
                walk(inner)
        if isinstance(schema, list):
            for inner in schema:
                walk(inner)

    for known in COMMANDS.values():
        walk(known.body.model_json_schema())

    assert {limits[name] for name in used} <= set(FAULTS)
    assert used


def test_faults_that_a_refusal_lists_are_said_in_words() -> None:
    faults = [
        {"label": 7, "community": WENCHANG, "name": "文昌社区", "what": "above", "by": 80},
        {"label": 9, "community": WENCHANG, "name": "文昌社区", "what": "pieces", "by": 2},
    ]

    with translation.override("zh-hans"):
        said = words_of(NotAdoptable(plan="x", faults=faults)).sentence

    assert "文昌社区第 7 格超上限 80 户" in said
    assert "文昌社区第 9 格分成 2 块" in said
    assert "label" not in said
