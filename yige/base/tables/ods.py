"""Write an OpenDocument spreadsheet of one sheet: text stays text, as in `write.py`."""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from yige.base.tables.guard import guarded
from yige.base.tables.write import Value

MIMETYPE: Final = "application/vnd.oasis.opendocument.spreadsheet"
_SPACE: Final = "urn:oasis:names:tc:opendocument:xmlns"
_DECLARED: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST: Final = (
    f'{_DECLARED}<manifest:manifest xmlns:manifest="{_SPACE}:manifest:1.0"'
    ' manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIMETYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_CONTENT: Final = (
    f'{_DECLARED}<office:document-content xmlns:office="{_SPACE}:office:1.0"'
    f' xmlns:table="{_SPACE}:table:1.0" xmlns:text="{_SPACE}:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet><table:table table:name={name}>"
)
_KEPT: Final = {"\r": "&#13;"}
"""What a reader of XML would otherwise take for another sign."""
_END: Final = "</table:table></office:spreadsheet></office:body></office:document-content>"


def write_ods(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    sheet: str = "Sheet1",
) -> None:
    """Write columns and rows; a text is no number there, whatever its digits."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        # Programs tell the kind by this member: it stands first and is not packed.
        book.writestr("mimetype", MIMETYPE, zipfile.ZIP_STORED)
        book.writestr("META-INF/manifest.xml", _MANIFEST)
        with book.open("content.xml", "w") as out:
            out.write(_CONTENT.format(name=quoteattr(sheet)).encode())
            for row in _lines(columns, rows):
                out.write(row.encode())
            out.write(_END.encode())


def _lines(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    yield _line(columns)
    for row in rows:
        yield _line(row)


def _line(cells: Sequence[Value]) -> str:
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(value: Value) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, str):
        paragraphs = "".join(f"<text:p>{escape(part, _KEPT)}</text:p>" for part in _parts(value))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'


def _parts(text: str) -> list[str]:
    return guarded(text).split("\n")
