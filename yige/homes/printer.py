"""Turn pages of HTML into one PDF, some at a time, so that a job can say how far it is.

WeasyPrint is imported when something is printed: it needs Pango, which only printing needs.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, NoReturn

from yige.homes.errors import NoPrinter

AT_ONCE: Final = 10
"""Sheets that are laid out between two signs of life."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A file and its number of pages."""

    content: bytes
    pages: int


def print_sheets(sheets: Sequence[str], *, css: str, tell: Callable[[float], None]) -> Pdf:
    """Lay sheets (pieces of HTML) out and return them as one file; `tell` hears the share done.

    Raises NoPrinter where Pango is missing. Nothing is fetched from anywhere.
    """
    maker = _maker()
    fonts = import_module("weasyprint.text.fonts").FontConfiguration()
    style = maker.CSS(string=css, font_config=fonts, url_fetcher=_fetch_nothing)
    documents: list[Any] = []
    for start in range(0, len(sheets), AT_ONCE):
        tell(0.9 * start / len(sheets))
        html = "".join(sheets[start : start + AT_ONCE])
        made = maker.HTML(string=f'<html lang="zh-Hans">{html}', url_fetcher=_fetch_nothing)
        documents.append(made.render(stylesheets=[style], font_config=fonts))
    tell(0.9)
    pages = [page for document in documents for page in document.pages]
    out = io.BytesIO()
    documents[0].copy(pages).write_pdf(out)
    return Pdf(out.getvalue(), len(pages))


def is_ready() -> bool:
    """Tell whether this machine can print."""
    try:
        _maker()
    except NoPrinter:
        return False
    return True


def _maker() -> Any:
    try:
        return import_module("weasyprint")
    except (ImportError, OSError) as error:
        raise NoPrinter(reason=str(error)[:200]) from error


def _fetch_nothing(url: str, *_: Any, **__: Any) -> NoReturn:
    raise ValueError(f"a print asks for {url[:60]}")
