"""Hand out map files (PMTiles) by byte range. Django's own file answers know no ranges."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

A_PIECE: Final = 64 * 1024
KIND: Final = "application/vnd.pmtiles"
ONE_RANGE: Final = re.compile(r"bytes=(\d*)-(\d*)")


class Span(NamedTuple):
    """The first and the last byte of an answer, both included."""

    first: int
    last: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1


class OutOfRange(ValueError):
    """The file ends before the first byte asked for."""


@require_safe
def tiles(request: HttpRequest, name: str) -> HttpResponseBase:
    """Answer the bytes asked for, or the whole file (200, 206, 304, 416 as in RFC 9110).

    The basemap and the outlines of grids are public: no log-in.
    """
    path = Path(settings.YIGE_HOME) / "map" / f"{name}.pmtiles"
    if not path.is_file():
        raise Http404(name)
    answer = file_answer(request, path)
    patch_cache_control(answer, public=True, max_age=300)
    return answer


def file_answer(request: HttpRequest, path: Path) -> HttpResponseBase:
    """Answer with the bytes of a map file that were asked for; who may have them is settled."""
    facts = path.stat()
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
    answer = _answer(request, path, size=facts.st_size, etag=etag)
    answer["ETag"] = etag
    answer["Accept-Ranges"] = "bytes"
    return answer


def span_of(asked: str, *, size: int) -> Span | None:
    """Read a Range header. None means the whole file: no range, several, or none that we know.

    Raises OutOfRange where the file has no such byte.
    """
    found = ONE_RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":
        span = Span(max(0, size - int(last)), size - 1)
    else:
        span = Span(int(first), min(int(last or size - 1), size - 1))
        if last and int(last) < int(first):
            return None
    if span.first >= size or span.length <= 0:
        raise OutOfRange(asked)
    return span


def _answer(request: HttpRequest, path: Path, *, size: int, etag: str) -> HttpResponseBase:
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified()
    is_same = request.headers.get("If-Range", etag) == etag
    try:
        span = span_of(request.headers.get("Range", "") if is_same else "", size=size)
    except OutOfRange:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    whole = Span(0, size - 1)
    answer = _body(request, path, span or whole, status=206 if span else 200)
    if span:
        answer["Content-Range"] = f"bytes {span.first}-{span.last}/{size}"
    answer["Content-Length"] = str((span or whole).length)
    return answer


def _body(request: HttpRequest, path: Path, span: Span, *, status: int) -> HttpResponseBase:
    if request.method == "HEAD":
        return HttpResponse(status=status, content_type=KIND)
    return StreamingHttpResponse(_pieces(path, span), status=status, content_type=KIND)


def _pieces(path: Path, span: Span) -> Iterator[bytes]:
    """Read a span piece by piece; the file is opened only when the answer is being sent."""
    with path.open("rb") as file:
        file.seek(span.first)
        left = span.length
        while left > 0 and (piece := file.read(min(A_PIECE, left))):
            left -= len(piece)
            yield piece
