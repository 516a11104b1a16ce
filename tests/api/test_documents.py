import json
from typing import Any

import pytest
from django.test import Client

from yige.base.commands import COMMANDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    found: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return found


def test_the_document_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")


def test_every_command_has_its_own_path_with_the_schema_of_its_body(
    document: dict[str, Any],
) -> None:
    for name, known in COMMANDS.items():
        post = document["paths"][f"/api/v1/commands/{name}"]["post"]
        envelope = post["requestBody"]["content"]["application/json"]["schema"]
        reference = envelope["allOf"][1]["properties"]["body"]["$ref"]
        schema = document["components"]["schemas"][reference.rpartition("/")[2]]

        assert post["summary"] == known.summary
        assert set(schema.get("properties", {})) == set(known.body.model_fields)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    named = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}

    assert named - set(document["components"]["schemas"]) == set()
    assert "Problem" in named


def test_no_two_operations_share_a_name(document: dict[str, Any]) -> None:
    names = [
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
    ]

    assert len(names) == len(set(names))
