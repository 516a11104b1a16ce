"""A page that only reads takes one look at what changes seldom."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from yige.base.reading import one_look

READING: Final = frozenset({"GET", "HEAD"})


class OneLook:
    """Read settings and the net's number once for a page; a change asks each time anew."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in READING:
            return self.get_response(request)
        with one_look():
            return self.get_response(request)
