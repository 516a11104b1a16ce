"""Map files are handed out by the bytes asked for."""

from pathlib import Path

import pytest
from django.http import HttpResponseBase
from django.test import Client
from pytest_django import Settings

from yige.web.shell.tiles import OutOfRange, Span, span_of

BODY = bytes(range(256)) * 1000


@pytest.fixture
def map_file(settings: Settings, tmp_path: Path) -> Path:
    settings.YIGE_HOME = tmp_path
    path = tmp_path / "map" / "basemap.pmtiles"
    path.parent.mkdir()
    path.write_bytes(BODY)
    return path


def body_of(answer: HttpResponseBase) -> bytes:
    return b"".join(answer) if answer.streaming else bytes(answer.content)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("asked", "span"),
    [
        ("", None),
        ("bytes=0-99", Span(0, 99)),
        ("bytes=100-", Span(100, 999)),
        ("bytes=-10", Span(990, 999)),
        ("bytes=-5000", Span(0, 999)),
        ("bytes=900-5000", Span(900, 999)),
        ("bytes=0-0,5-9", None),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("pages=1-2", None),
    ],
)
def test_a_range_is_read_as_the_standard_says(asked: str, span: Span | None) -> None:
    assert span_of(asked, size=1000) == span


@pytest.mark.parametrize("asked", ["bytes=1000-", "bytes=4000-5000", "bytes=-0"])
def test_bytes_behind_the_end_are_refused(asked: str) -> None:
    with pytest.raises(OutOfRange):
        span_of(asked, size=1000)


def test_a_map_gets_just_the_bytes_of_one_tile(client: Client, map_file: Path) -> None:
    answer = client.get("/map/basemap.pmtiles", headers={"range": "bytes=70000-200000"})

    assert answer.status_code == 206
    assert body_of(answer) == BODY[70000:200001]
    assert answer["Content-Range"] == f"bytes 70000-200000/{len(BODY)}"
    assert answer["Content-Length"] == "130001"


def test_the_whole_file_comes_without_a_range(client: Client, map_file: Path) -> None:
    answer = client.get("/map/basemap.pmtiles")

    assert answer.status_code == 200
    assert body_of(answer) == BODY
    assert answer["Accept-Ranges"] == "bytes"


@pytest.mark.django_db
def test_an_unchanged_file_is_not_sent_again(client: Client, map_file: Path) -> None:
    etag = client.get("/map/basemap.pmtiles")["ETag"]

    answer = client.get("/map/basemap.pmtiles", headers={"if-none-match": etag})

    assert answer.status_code == 304


def test_a_file_that_was_replaced_is_sent_from_its_beginning(
    client: Client, map_file: Path
) -> None:
    old = client.get("/map/basemap.pmtiles")["ETag"]
    map_file.write_bytes(BODY + b"new")

    answer = client.get("/map/basemap.pmtiles", headers={"range": "bytes=0-9", "if-range": old})

    assert answer.status_code == 200
    assert answer["ETag"] != old


def test_a_place_behind_the_end_is_answered_with_the_true_size(
    client: Client, map_file: Path
) -> None:
    answer = client.get("/map/basemap.pmtiles", headers={"range": "bytes=999999-"})

    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{len(BODY)}"


def test_head_tells_the_length_and_sends_nothing(client: Client, map_file: Path) -> None:
    answer = client.head("/map/basemap.pmtiles", headers={"range": "bytes=0-9"})

    assert answer.status_code == 206
    assert answer["Content-Length"] == "10"
    assert body_of(answer) == b""


@pytest.mark.django_db
def test_only_maps_of_the_map_folder_can_be_asked_for(client: Client, map_file: Path) -> None:
    map_file.parent.parent.joinpath("secret.pmtiles").write_bytes(b"secret")

    for path in ("/map/other.pmtiles", "/map/..%2Fsecret.pmtiles", "/map/../secret.pmtiles"):
        assert client.get(path).status_code == 404
