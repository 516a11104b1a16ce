from typing import Literal

import pytest
from django.http import QueryDict
from django.test import Client
from pydantic import BaseModel

from tests.api.seats import seat
from tests.base.orders import pinned
from yige.base.access import Role
from yige.base.models import Entry
from yige.edge.forms import body_of
from yige.kernel.ids import new_id

PIN = "/tests/pin"


class Place(BaseModel):
    lon: float
    lat: float
    note: str = ""


class Report(BaseModel):
    text: str
    place: Place | None = None
    photos: list[str] = []
    is_urgent: bool = False
    wants_reply: bool | None = None
    level: Literal["a", "b"] = "a"
    number: int | None = None


@pytest.mark.parametrize(
    ("typed", "body"),
    [
        ("text=水管", {"text": "水管", "is_urgent": False, "wants_reply": False}),
        ("", {"is_urgent": False, "wants_reply": False}),
        (
            "text=+a+&number=012&is_urgent=on&photos=x&photos=&photos=y",
            {
                "text": " a ",
                "number": "012",
                "is_urgent": True,
                "wants_reply": False,
                "photos": ["x", "y"],
            },
        ),
        (
            "place.lon=119.9&place.lat=&place.note=北门&text=&unknown=1",
            {
                "place": {"lon": "119.9", "note": "北门"},
                "is_urgent": False,
                "wants_reply": False,
            },
        ),
        ("is_urgent=maybe", {"is_urgent": "maybe", "wants_reply": False}),
    ],
    ids=["least", "empty", "all kinds", "a part", "no tick"],
)
def test_a_form_is_read_as_the_body_that_the_command_asks_for(
    typed: str, body: dict[str, object]
) -> None:
    assert body_of(QueryDict(typed), Report) == body


@pytest.fixture
def keeper(client: Client) -> Client:
    account, _ = seat("滕建国", Role.SYSTEM_ADMIN)
    client.force_login(account)
    return client


@pytest.mark.django_db
@pytest.mark.urls("tests.edge.rooms")
class TestPosted:
    def test_a_form_does_what_it_says_once_however_often_it_is_sent(self, keeper: Client) -> None:
        form = {"command_id": str(new_id()), "name": "停水", "text": "九时"}

        answers = [keeper.post(PIN, form) for _ in range(2)]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert pinned("停水") == "九时"
        assert Entry.objects.count() == 1

    def test_what_was_typed_comes_back_with_a_sentence_for_each_field(
        self, keeper: Client
    ) -> None:
        typed = "九" * 10_001

        answer = keeper.post(PIN, {"name": "停水", "text": typed})

        page = answer.content.decode()
        assert answer.status_code == 422
        assert '<a href="#form-text">最多 10000 个字，请缩短。</a>' in page
        assert typed in page
        assert "没有作任何改动" in page

    def test_a_refusal_names_a_number_to_quote(self, keeper: Client) -> None:
        page = keeper.post(PIN, {"name": ""}).content.decode()

        assert '<b class="number">' in page

    def test_an_id_used_for_something_else_is_a_conflict(self, keeper: Client) -> None:
        sent = str(new_id())
        keeper.post(PIN, {"command_id": sent, "name": "停水"})

        answer = keeper.post(PIN, {"command_id": sent, "name": "停电"})

        assert answer.status_code == 409
        assert pinned("停电") is None

    def test_an_id_that_is_none_is_replaced_by_a_good_one(self, keeper: Client) -> None:
        answer = keeper.post(PIN, {"command_id": "<script>", "name": "停水"})

        assert answer.status_code == 302
        assert Entry.objects.get().id.version == 7

    def test_a_stranger_changes_nothing(self, client: Client) -> None:
        answer = client.post(PIN, {"name": "停水"})

        assert answer.status_code == 403
        assert not Entry.objects.exists()
