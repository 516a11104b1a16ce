"""The OpenAPI document, made from the registry of commands: one path for each, with its schema."""

from typing import Any, TypeVar

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from yige.api.answers import ANSWERED
from yige.api.commands import Batch, Item, Single
from yige.base.commands import COMMANDS, Command

D = TypeVar("D", bound=dict[str, Any])
REFERENCE = "#/components/schemas/{model}"

OUTCOME = {
    "type": "object",
    "title": "Outcome",
    "required": ["id", "outcome"],
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "outcome": {"enum": ["done", "deferred", "refused"]},
        "result": {"type": "object"},
        "position": {"type": "integer", "description": "The entry's place in the journal."},
        "is_repeat": {"type": "boolean", "description": "The first result of this id, again."},
        "problem": {"$ref": REFERENCE.format(model="Problem")},
    },
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string", "description": "A sentence for people."},
        "detail": {"type": "string", "description": "What would help."},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "Stable; see the list of codes."},
        "facts": {"type": "object"},
        "number": {"type": "string", "description": "To quote when calling the operator."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string"},
                    "type": {"type": "string"},
                    "limits": {"type": "object"},
                    "sentence": {"type": "string"},
                },
            },
        },
    },
}
ANSWERS = {
    "type": "object",
    "title": "Answers",
    "properties": {
        "received_at": {"type": "string", "format": "date-time"},
        "items": {"type": "array", "items": {"$ref": REFERENCE.format(model="Outcome")}},
    },
}


def with_commands(document: D) -> D:
    """Add every command to a document: path, body, outcome and refusals."""
    commands = [COMMANDS[name] for name in sorted(COMMANDS)]
    bodies = [(known.body, "validation") for known in commands]
    wanted: Any = [*dict.fromkeys(bodies), (Batch, "validation"), (Item, "validation")]
    names, definitions = models_json_schema(
        [*wanted, (Single, "validation")], ref_template=REFERENCE
    )
    schemas = document["components"].setdefault("schemas", {})
    schemas |= definitions.get("$defs", {})
    schemas |= {"Outcome": OUTCOME, "Problem": PROBLEM, "Answers": ANSWERS}
    schemas["Batch"]["properties"]["items"]["items"] = {"$ref": REFERENCE.format(model="Item")}
    paths = document["paths"]
    batch = next(path for path in paths if path.endswith("/commands"))
    paths[batch]["post"] |= _operation(_reference("Batch"), _reference("Answers"))
    _say_answers(document)
    for known in commands:
        schema = names[known.body, "validation"]
        paths[f"{batch}/{known.name}"] = {"post": _of(known, schema)}
    return document


def _say_answers(document: dict[str, Any]) -> None:
    """Put the type of each read's answer where the framework left it open."""
    schemas = document["components"]["schemas"]
    for path in document["paths"].values():
        for operation in path.values():
            kind = ANSWERED.get(operation["operationId"])
            if kind is not None:
                schema = TypeAdapter(kind).json_schema(ref_template=REFERENCE)
                schemas |= schema.pop("$defs", {})
                operation |= _answers(schema)


def _of(known: Command, body: dict[str, Any]) -> dict[str, Any]:
    envelope = {"allOf": [_reference("Single"), {"properties": {"body": body}}]}
    return {
        "operationId": known.name.replace(".", "_"),
        "summary": known.summary,
        "description": _rest(known),
        "tags": [known.name.partition(".")[0]],
        **_operation(envelope, _reference("Outcome")),
    }


def _operation(body: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    asked = {"required": True, "content": {"application/json": {"schema": body}}}
    return {"requestBody": asked} | _answers(answer)


def _answers(answer: dict[str, Any]) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": _reference("Problem")}}
    return {
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": answer}}},
            "default": {"description": "Refused", "content": problem},
        },
    }


def _rest(known: Command) -> str:
    text = (known.handler.__doc__ or "").strip().partition("\n")[2]
    return "\n".join(line.strip() for line in text.splitlines()).strip()


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": REFERENCE.format(model=name)}
