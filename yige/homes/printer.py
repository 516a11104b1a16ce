"""Turn pages of HTML into one PDF, some at a time, so that a job can say how far it is.

What draws pages is imported when something is printed: it needs Pango, which only printing needs.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Final

from yige.homes.errors import NoPrinter

AT_ONCE: Final = 10
"""Sheets that are laid out between two signs of life."""
IN_A_PART: Final = 150
"""Sheets that are held in memory (about a megabyte each) before they are written."""

Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Pdf:
    """A file and its number of pages."""

    content: bytes
    pages: int


def print_sheets(sheets: Sequence[str], *, css: str, tell: Tell) -> Pdf:
    """Lay sheets (pieces of HTML) out and return them as one file; `tell` hears the share done.

    Raises NoPrinter where Pango is missing. Nothing is fetched from anywhere.
    """
    press = Press(css)
    parts = []
    for start in range(0, len(sheets), IN_A_PART):
        some = sheets[start : start + IN_A_PART]
        parts.append(press.printed(some, partial(_tell_of_all, tell, start, len(sheets))))
    return _joined(parts)


def is_ready() -> bool:
    """Tell whether this machine can print."""
    try:
        _maker()
    except NoPrinter:
        return False
    return True


class Press:
    """The page layout with its fonts and styles, made ready once for a whole printing."""

    def __init__(self, css: str) -> None:
        self.maker = _maker()
        self.fonts = import_module("weasyprint.text.fonts").FontConfiguration()
        self.fetcher = import_module("weasyprint.urls").URLFetcher(allowed_protocols=())
        self.style = self.maker.CSS(string=css, font_config=self.fonts, url_fetcher=self.fetcher)

    def printed(self, sheets: Sequence[str], tell: Tell) -> Pdf:
        """Lay sheets out and write them; `tell` hears how many are laid out."""
        documents = []
        for start in range(0, len(sheets), AT_ONCE):
            tell(start)
            html = f'<html lang="zh-Hans">{"".join(sheets[start : start + AT_ONCE])}'
            made = self.maker.HTML(string=html, url_fetcher=self.fetcher)
            documents.append(made.render(stylesheets=[self.style], font_config=self.fonts))
        pages = [page for document in documents for page in document.pages]
        out = io.BytesIO()
        documents[0].copy(pages).write_pdf(out)
        return Pdf(out.getvalue(), len(pages))


def _tell_of_all(tell: Tell, before: int, of: int, done: float) -> None:
    tell((before + done) / of)


def _joined(parts: Sequence[Pdf]) -> Pdf:
    if len(parts) == 1:
        return parts[0]
    writer: Any = import_module("pypdf").PdfWriter()
    for part in parts:
        writer.append(io.BytesIO(part.content))
    out = io.BytesIO()
    writer.write(out)
    return Pdf(out.getvalue(), sum(part.pages for part in parts))


def _maker() -> Any:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise NoPrinter(reason=str(error)[:200]) from error
