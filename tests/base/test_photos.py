"""Photos keep the picture and nothing else."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from yige.base.files import FileGone, FileTooLarge, keep, path_of
from yige.base.photos import NotAPhoto, PhotoTooLarge, keep_photo

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
ORIENTATION, MAKER, SIX = 0x0112, 0x010F, 6


def picture(size: tuple[int, int], kind: str = "JPEG", **more: object) -> BytesIO:
    into = BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(into, kind, **more)
    into.seek(0)
    return into


@pytest.mark.django_db
def test_a_photo_is_stored_upright_and_without_what_the_camera_wrote() -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[MAKER] = SIX, "Maker of the device"

    kept = keep_photo(picture((400, 300), exif=exif), name="路灯.jpg", at=NOON)

    with Image.open(path_of(kept.digest)) as stored:
        assert stored.size == (300, 400)
        assert dict(stored.getexif()) == {}
    assert b"Maker" not in path_of(kept.digest).read_bytes()


@pytest.mark.django_db
def test_a_large_photo_is_made_smaller() -> None:
    kept = keep_photo(picture((4000, 1000)), name="a.jpg", at=NOON)

    with Image.open(path_of(kept.digest)) as stored:
        assert max(stored.size) == 1600


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 nothing to see", b"\xff\xd8\xff\xe0 broken"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhoto):
        keep_photo(BytesIO(data), name="x.jpg", at=NOON)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(PhotoTooLarge):
        keep_photo(picture((9000, 9000), "PNG"), name="bomb.png", at=NOON)


@pytest.mark.django_db
def test_a_file_is_stored_whole_or_not_at_all(settings: object) -> None:
    home = Path(settings.YIGE_HOME)  # type: ignore[attr-defined]

    with pytest.raises(FileTooLarge):
        keep([b"x" * 600, b"y" * 600], name="a", kind="text/plain", most=1000, at=NOON)

    assert not [path for path in (home / "files").iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "0" * 64, "Z" * 64])
def test_only_digests_name_files(digest: str) -> None:
    with pytest.raises(FileGone):
        path_of(digest)
