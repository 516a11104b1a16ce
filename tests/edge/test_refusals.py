import logging

import pytest
from django.test import Client

from tests.api.seats import seat
from yige.base.access import Role

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.edge.rooms")]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("missing", 404),
        ("forbidden", 403),
        ("invalid", 422),
        ("conflict", 409),
        ("stale", 409),
        ("unavailable", 503),
    ],
)
def test_a_refusal_is_a_page_with_its_status_and_words(
    client: Client, kind: str, status: int
) -> None:
    answer = client.get(f"/tests/refuse/{kind}")

    page = answer.content.decode()
    assert answer.status_code == status
    assert page.startswith("<!doctype html>")
    assert answer.context["title"] in page
    assert answer.context["number"] in page


def test_what_may_be_tried_again_says_when(client: Client) -> None:
    assert int(client.get("/tests/refuse/unavailable")["Retry-After"]) > 0
    assert "Retry-After" not in client.get("/tests/refuse/missing")


def test_htmx_gets_a_piece_and_no_page(client: Client) -> None:
    answer = client.get("/tests/refuse/conflict", headers={"HX-Request": "true"})

    piece = answer.content.decode()
    assert answer.status_code == 409
    assert "<html" not in piece
    assert "内容在此期间已有变化。" in piece
    assert 'role="alert"' in piece


def test_the_number_to_quote_is_in_the_log_and_what_was_typed_is_not(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "yige.edge.refusals"):
        answer = client.get("/tests/refuse/missing?phone=13800138000")

    assert answer.context["number"] in caplog.text
    assert "kernel.missing" in caplog.text
    assert "13800138000" not in caplog.text


def test_two_requests_have_two_numbers_without_signs_that_sound_alike(client: Client) -> None:
    numbers = {client.get("/tests/refuse/missing").context["number"] for _ in range(30)}

    assert len(numbers) == 30
    assert not set("".join(numbers)) & set("0O1IL")


def test_a_stranger_at_a_page_of_the_staff_is_led_to_log_in(client: Client) -> None:
    answer = client.get("/tests/refuse/not-allowed?page=2")

    assert answer.status_code == 302
    assert answer["Location"] == ("/accounts/login/?next=/tests/refuse/not-allowed%3Fpage%3D2")


def test_who_is_signed_in_and_may_not_is_told_so(client: Client) -> None:
    account, _ = seat("孙玉梅", Role.GRID_WORKER, "370683001001001")
    client.force_login(account)

    answer = client.get("/tests/refuse/not-allowed")

    assert answer.status_code == 403
    assert "您的岗位无权进行此操作" in answer.content.decode()


def test_a_stranger_who_posts_is_told_and_not_led_away(client: Client) -> None:
    assert client.post("/tests/refuse/not-allowed").status_code == 403


def test_a_fault_of_ours_has_a_plain_page_with_a_number_and_is_logged_once(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    client.raise_request_exception = False

    answer = client.get("/tests/fall")

    faults = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert answer.status_code == 500
    assert "系统出了错误" in answer.content.decode()
    assert len(faults) == 1
    assert faults[0].exc_info
    notes = getattr(faults[0].exc_info[1], "__notes__", [])
    assert notes[0].removeprefix("number to quote: ") in answer.content.decode()


def test_the_page_is_in_the_readers_language(client: Client) -> None:
    client.cookies["yige_language"] = "en"

    answer = client.get("/tests/refuse/conflict")

    assert "Something has changed in the meantime." in answer.content.decode()
