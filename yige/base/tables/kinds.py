"""Tell what a file is by its content, not its name, and hand it to its reader."""

import zipfile
from pathlib import Path, PurePosixPath

from yige.base.tables import archives
from yige.base.tables.delimited import read_delimited
from yige.base.tables.errors import (
    ArchiveAmbiguous,
    ArchiveNested,
    FileDamaged,
    FileEmpty,
    FileEncrypted,
    FileKindUnknown,
    FileTooHeavy,
)
from yige.base.tables.sink import Sink

READS = ("xlsx", "xls", "ods", "csv", "geojson", "gpkg", "shp", "zip", "gz")

_GZIP = b"\x1f\x8b"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SQLITE = b"SQLite format 3\0"
_SHAPE = b"\x00\x00\x27\x0a"
_BINARY = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x7fELF", b"MZ\x90")
_PASSWORD_STREAM = "EncryptedPackage".encode("utf-16-le")
_ROOM_FOR_MARKS = 4_096


def read_any(path: Path, sink: Sink, *, part: str | None, folder: Path) -> None:
    """Read a file of any kind into the sink; `folder` takes what has to be unpacked."""
    size = path.stat().st_size
    if not size:
        raise FileEmpty()
    if size > sink.limits.file_bytes:
        raise FileTooHeavy(limit="file_bytes", allowed=sink.limits.file_bytes, found=size)
    start = _start_of(path)
    if start.startswith(_GZIP):
        plain = folder / "plain"
        archives.gunzip(path, plain, sink.limits)
        start = _start_of(plain)
        if start.startswith((_GZIP, *_ZIP)):
            raise ArchiveNested(member=path.name)
        if not start:
            raise FileEmpty()
        path = plain
    if start.startswith(_ZIP):
        _read_zip(path, sink, part=part, folder=folder)
    else:
        _read_plain(path, start, sink, part=part, folder=folder)


def _read_plain(path: Path, start: bytes, sink: Sink, *, part: str | None, folder: Path) -> None:
    if start.startswith(_OLE):
        _read_old_sheet(path, sink, part=part)
    elif start.startswith(_SQLITE):
        _read_layer(path, sink, kind="gpkg", part=part, folder=folder)
    elif start.startswith(_SHAPE):
        _read_layer(path, sink, kind="shapefile", part=None, folder=folder)
    elif start.startswith(_BINARY) or _is_noise(start):
        raise FileKindUnknown(reads=list(READS))
    elif start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
        # GDAL, pyproj and shapely take a third of a second to load: only where shapes are read.
        from yige.base.tables.layers import read_geojson  # noqa: PLC0415

        read_geojson(path, sink)
    else:
        read_delimited(path, sink)


def _read_layer(path: Path, sink: Sink, *, kind: str, part: str | None, folder: Path) -> None:
    from yige.base.tables.layers import read_layer  # noqa: PLC0415

    if kind == "gpkg" and path.suffix.lower() != ".gpkg":
        # GDAL goes by the name.
        named = folder / "layer.gpkg"
        named.symlink_to(path)
        path = named
    read_layer(path, sink, kind=kind, part=part)


def _read_old_sheet(path: Path, sink: Sink, *, part: str | None) -> None:
    from yige.base.tables.sheets import read_sheet  # noqa: PLC0415

    with path.open("rb") as file:
        if _PASSWORD_STREAM in file.read(1 << 20):
            raise FileEncrypted()
    read_sheet(path, sink, kind="xls", part=part)


def _read_zip(path: Path, sink: Sink, *, part: str | None, folder: Path) -> None:
    from yige.base.tables.sheets import read_sheet  # noqa: PLC0415

    members = archives.checked_members(path, sink.limits)
    if any(member.filename == "[Content_Types].xml" for member in members):
        if not any(member.filename.startswith("xl/") for member in members):
            raise FileKindUnknown(reads=list(READS))
        read_sheet(path, sink, kind="xlsx", part=part)
        return
    if _is_open_document(members):
        named = folder / "sheet.ods"
        # The reader of sheets goes by the name.
        named.symlink_to(path.resolve())
        read_sheet(named, sink, kind="ods", part=part)
        return
    main = _main_member(members, part)
    stem = PurePosixPath(main.filename).with_suffix("").as_posix()
    for member in members:
        name = PurePosixPath(member.filename)
        if name.with_suffix("").as_posix() == stem:
            archives.unpack(path, member, folder / f"unpacked{name.suffix.lower()}")
    plain = folder / f"unpacked{PurePosixPath(main.filename).suffix.lower()}"
    start = _start_of(plain)
    if start.startswith((_GZIP, *_ZIP)):
        raise ArchiveNested(member=main.filename)
    inner = None if main.filename == part else part
    _read_plain(plain, start, sink, part=inner, folder=folder)


def _is_open_document(members: list[zipfile.ZipInfo]) -> bool:
    names = {member.filename for member in members}
    return {"mimetype", "content.xml"} <= names


def _main_member(members: list[zipfile.ZipInfo], part: str | None) -> zipfile.ZipInfo:
    """Find the one file that is meant: the shapefile, else the only table in the archive."""
    suffixes = (".shp",), (".gpkg",), (".geojson", ".json"), (".csv", ".tsv", ".txt")
    if not members:
        raise FileEmpty()
    for kind in suffixes:
        found = [
            member
            for member in members
            if member.filename.lower().endswith(kind)
            and not member.filename.startswith("__MACOSX")
        ]
        named = [m for m in found if part in (m.filename, PurePosixPath(m.filename).stem)]
        if len(named or found) == 1:
            return (named or found)[0]
        if found:
            raise ArchiveAmbiguous(members=[member.filename for member in found][:20])
    raise ArchiveAmbiguous(members=[member.filename for member in members][:20])


def _is_noise(start: bytes) -> bool:
    """Tell bytes that are no text; a stray control character in a cell is still text."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    controls = sum(byte < 32 and byte not in b"\t\r\n\f" for byte in start)
    return controls * 20 > len(start)


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_ROOM_FOR_MARKS)
    except OSError as broken:
        raise FileDamaged(reason=str(broken)) from broken
