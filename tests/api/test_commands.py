import json
from typing import Any

import pytest
from django.test import Client

from tests.api.seats import seat
from tests.base.orders import pinned
from yige.base.access import Role
from yige.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def item(command: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": str(new_id()), "command": command, "body": body} | more


def send(client: Client, *items: Any, **more: Any) -> list[dict[str, Any]]:
    answer = client.post(
        "/api/v1/commands",
        json.dumps({"items": items, **more}),
        content_type="application/json",
    )
    assert answer.status_code == 200, answer.content
    answers: list[dict[str, Any]] = answer.json()["items"]
    return answers


@pytest.fixture
def keeper(client: Client) -> Client:
    """Return the browser of a signed-in system administrator."""
    account, _ = seat("滕建国", Role.SYSTEM_ADMIN)
    client.force_login(account)
    return client


def test_each_item_of_a_batch_is_answered_on_its_own(keeper: Client) -> None:
    good = item("tests.pin", {"name": "停水", "text": "九时"})
    faulty = item("tests.count", {"name": "访", "by": 12})
    late = item("tests.pin_here", {"name": "灯", "text": "elsewhere"})

    answers = send(keeper, good, faulty, late, good)

    assert [answer["outcome"] for answer in answers] == ["done", "refused", "deferred", "done"]
    assert [answer["id"] for answer in answers] == [
        good["id"],
        faulty["id"],
        late["id"],
        good["id"],
    ]
    assert answers[0]["result"] == {"length": 2, "name": "停水"}
    assert answers[3]["is_repeat"]
    problem = answers[1]["problem"]
    assert (problem["code"], problem["status"]) == ("base.body_invalid", 422)
    assert problem["errors"][0]["sentence"] == "请填写不大于 9 的数。"
    assert pinned("停水") == "九时"
    assert pinned("灯") is None
