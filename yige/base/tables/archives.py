"""Look into zip and gzip files before anything is unpacked, and unpack no more than is allowed.

The sizes in a zip directory are only claims, so they are checked first and then measured.
"""

import gzip
import shutil
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from yige.base.tables.errors import (
    ArchiveNested,
    ArchiveUnsafe,
    FileDamaged,
    FileEncrypted,
    FileTooHeavy,
)
from yige.base.tables.shape import Limits

_SMALL = 1 << 20
_STEP = 1 << 18
_PACKED = (".zip", ".gz", ".7z", ".rar", ".bz2", ".xz", ".tar", ".xlsx", ".xlsm", ".kmz")


def checked_members(path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """List the files of a zip that is safe to open; raises what makes it unsafe."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as broken:
        raise FileDamaged(reason=str(broken)) from broken
    if len(members) > limits.members:
        raise FileTooHeavy(limit="members", allowed=limits.members, found=len(members))
    for member in members:
        _check_name(member)
        _check_size(member.filename, member.file_size, member.compress_size, limits)
    total = sum(member.file_size for member in members)
    if total > limits.unpacked_bytes:
        raise FileTooHeavy(limit="unpacked_bytes", allowed=limits.unpacked_bytes, found=total)
    _measure(path, members, limits)
    return members


def _check_name(member: zipfile.ZipInfo) -> None:
    name = member.filename.replace("\\", "/")
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts or ":" in name or "\0" in name:
        raise ArchiveUnsafe(member=member.filename)
    if member.flag_bits & 0x1:
        raise FileEncrypted(member=member.filename)
    if name.lower().endswith(_PACKED):
        raise ArchiveNested(member=member.filename)


def _check_size(name: str, unpacked: int, packed: int, limits: Limits) -> None:
    ratio = unpacked / max(packed, 1)
    if unpacked > _SMALL and ratio > limits.unpack_ratio:
        raise FileTooHeavy(
            limit="unpack_ratio", allowed=limits.unpack_ratio, found=int(ratio), member=name
        )


def _measure(path: Path, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """Inflate every member into nothing and see that it is as large as it says."""
    with path.open("rb") as file:
        for member in members:
            if member.compress_type != zipfile.ZIP_DEFLATED:
                continue
            file.seek(member.header_offset)
            header = file.read(30)
            if len(header) < 30:
                raise FileDamaged(member=member.filename)
            name_length, extra_length = struct.unpack("<HH", header[26:30])
            file.seek(name_length + extra_length, 1)
            _inflate_into_nothing(file.read(member.compress_size), member, limits)


def _inflate_into_nothing(packed: bytes, member: zipfile.ZipInfo, limits: Limits) -> None:
    inflate, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        while packed and not inflate.eof:
            size += len(inflate.decompress(packed, _STEP))
            packed = inflate.unconsumed_tail
            if size > member.file_size:
                raise FileTooHeavy(
                    limit="unpacked_bytes",
                    allowed=member.file_size,
                    found=size,
                    member=member.filename,
                )
    except zlib.error as broken:
        raise FileDamaged(member=member.filename, reason=str(broken)) from broken


def unpack(path: Path, member: zipfile.ZipInfo, target: Path) -> None:
    """Write one member of a checked zip to a path of our own choosing."""
    with (
        zipfile.ZipFile(path) as archive,
        archive.open(member) as packed,
        target.open("wb") as out,
    ):
        shutil.copyfileobj(packed, out)


def gunzip(path: Path, target: Path, limits: Limits) -> None:
    """Unpack a gzip file, stopping at the first byte over a limit."""
    packed, size = path.stat().st_size, 0
    try:
        with gzip.open(path) as source, target.open("wb") as out:
            while piece := source.read(_STEP):
                size += len(piece)
                if size > limits.unpacked_bytes:
                    raise FileTooHeavy(limit="unpacked_bytes", allowed=limits.unpacked_bytes)
                _check_size(path.name, size, packed, limits)
                out.write(piece)
    except (gzip.BadGzipFile, zlib.error, EOFError) as broken:
        raise FileDamaged(reason=str(broken)) from broken
