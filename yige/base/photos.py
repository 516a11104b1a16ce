"""Photos: looked at, drawn anew and stored without what the camera wrote beside the picture.

Re-encoding is the check: what is no picture cannot be drawn, what hides behind one is not copied,
and place, time and device in EXIF are gone.
"""

from datetime import datetime
from io import BytesIO
from typing import IO, Final
from uuid import UUID

from PIL import Image, ImageOps, UnidentifiedImageError

from yige.base.files import keep
from yige.base.models import StoredFile
from yige.kernel.errors import Invalid

LONGEST_SIDE: Final = 1600
MOST_PIXELS: Final = 60_000_000
MOST_BYTES: Final = 12 * 1024 * 1024
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
QUALITY: Final = 82


class NotAPhoto(Invalid):
    """The file is no picture, or of a kind that is not taken (JPEG, PNG, WebP, GIF, BMP are)."""

    code = "base.not_a_photo"


class PhotoTooLarge(Invalid):
    """The picture has more pixels or bytes than are taken."""

    code = "base.photo_too_large"


def keep_photo(
    file: IO[bytes],
    *,
    name: str,
    at: datetime,
    account: UUID | None = None,
    sent_with: UUID | None = None,
) -> StoredFile:
    """Store a photo as a JPEG of at most 1,600 pixels a side, upright, without EXIF."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise PhotoTooLarge(name=name, megabytes=MOST_BYTES >> 20, megapixels=MOST_PIXELS // 10**6)
    drawn = _draw(data, name)
    return keep(
        [drawn], name=name, kind="image/jpeg", most=MOST_BYTES, at=at, account=account,
        sent_with=sent_with,
    )  # fmt: skip


def _draw(data: bytes, name: str) -> bytes:
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise PhotoTooLarge(
                    name=name, megabytes=MOST_BYTES >> 20, megapixels=MOST_PIXELS // 10**6
                )
            picture.draft("RGB", (LONGEST_SIDE * 2, LONGEST_SIDE * 2))
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            bare = Image.new("RGB", upright.size)
            bare.paste(upright)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise NotAPhoto(name=name) from error
    except Image.DecompressionBombError as error:
        raise PhotoTooLarge(
            name=name, megabytes=MOST_BYTES >> 20, megapixels=MOST_PIXELS // 10**6
        ) from error
    into = BytesIO()
    bare.save(into, "JPEG", quality=QUALITY, optimize=True)
    return into.getvalue()
