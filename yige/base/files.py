"""Files by what they contain: stored once under their digest, written whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from django.conf import settings

from yige.base.models import StoredFile
from yige.kernel.errors import Invalid, Missing, Unavailable
from yige.kernel.ids import new_id

CHUNK: Final = 1 << 20


class FileTooLarge(Invalid):
    """The file is larger than this place takes."""

    code = "base.file_too_large"


class FileGone(Missing):
    """The file is not in the store: it never came, or its purpose has ended."""

    code = "base.file_gone"


class NoRoomOnDisk(Unavailable):
    """The disk is full; nothing was kept."""

    code = "base.no_room_on_disk"


def keep(
    chunks: Iterable[bytes],
    *,
    name: str,
    kind: str,
    most: int,
    at: datetime,
    account: UUID | None = None,
    sent_with: UUID | None = None,
) -> StoredFile:
    """Store a file of at most `most` bytes and return its row.

    The same file sent again with the same command is the same row, so that a form sent twice
    says the same. Raises FileTooLarge, or NoRoomOnDisk; then no part of it stays.
    """
    digest, size = _write(chunks, most=most)
    row = {
        "digest": digest,
        "name": name[:200],
        "kind": kind[:60],
        "size": size,
        "received": size,
        "account": account,
        "created_at": at,
    }
    own = uuid5(sent_with, digest) if sent_with else new_id()
    return StoredFile.objects.get_or_create(id=own, defaults=row)[0]


def file_of(file: UUID) -> StoredFile:
    """Return a file's row, or raise FileGone. Who may read it is asked by its room."""
    found = StoredFile.objects.filter(id=file).first()
    if found is None:
        raise FileGone(file=str(file))
    return found


def forget(digest: str, *, kind: str) -> None:
    """Take a file away as what it was kept for; its bytes go when nothing else is kept under them.

    Rows go first: a loss of power between the two leaves bytes that nobody names, never a row
    without bytes.
    """
    StoredFile.objects.filter(digest=digest, kind=kind).delete()
    if not StoredFile.objects.filter(digest=digest).exists():
        _place(digest).unlink(missing_ok=True)


def path_of(digest: str) -> Path:
    """Return where a file lies, or raise FileGone."""
    path = _place(digest)
    if not path.exists():
        raise FileGone(digest=digest[:12])
    return path


def _write(chunks: Iterable[bytes], *, most: int) -> tuple[str, int]:
    folder = Path(settings.YIGE_HOME) / "files"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f".{secrets.token_hex(8)}"
    digest, size = hashlib.sha256(), 0
    try:
        with draft.open("wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > most:
                    raise FileTooLarge(most=most)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        place = _place(digest.hexdigest())
        place.parent.mkdir(exist_ok=True)
        draft.replace(place)
    except OSError as error:
        raise NoRoomOnDisk(reason=error.strerror or "") from error
    finally:
        draft.unlink(missing_ok=True)
    return digest.hexdigest(), size


def _place(digest: str) -> Path:
    if len(digest) != 64 or not all(sign in "0123456789abcdef" for sign in digest):
        raise FileGone(digest=digest[:12])
    return Path(settings.YIGE_HOME) / "files" / digest[:2] / digest
