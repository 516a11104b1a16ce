"""A refusal on its way out: its status, its words, and a number to quote on the phone."""

import logging
import secrets
from collections.abc import Callable
from typing import Any, Final

from django.contrib.auth.views import redirect_to_login
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext

from yige.base.commands import NotAllowed
from yige.edge.actors import actor_of
from yige.edge.sentences import words_of
from yige.kernel.errors import Conflict, Forbidden, Invalid, Missing, Refusal, Unavailable

log = logging.getLogger(__name__)

STATUS: Final = (
    (Missing, 404),
    (Forbidden, 403),
    (Invalid, 422),
    (Conflict, 409),
    (Unavailable, 503),
)
SIGNS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No 0 O 1 I L: the number is read out on the phone."""

TRY_AGAIN_SECONDS: Final = 5


class Busy(Unavailable):
    """The database did not answer in time."""

    code = "edge.busy"


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status of a refusal: by its kind, unless it says another one."""
    said = getattr(refusal, "status", None)
    if isinstance(said, int):
        return said
    return next((status for kind, status in STATUS if isinstance(refusal, kind)), 422)


def number_of(request: HttpRequest) -> str:
    """Return the number by which this request is found in the log, made at first use."""
    number: str | None = getattr(request, "number", None)
    if number is None:
        number = "".join(secrets.choice(SIGNS) for _ in range(8))
        request.number = number  # type: ignore[attr-defined]
    return number


def note(request: HttpRequest, refusal: Refusal) -> None:
    """Write a refusal to the log under the request's number: its code, never what was typed."""
    level = logging.WARNING if isinstance(refusal, Unavailable) else logging.INFO
    log.log(level, "%s %s %s: %s", number_of(request), request.method, request.path, refusal.code)


class RefusalsAsPages:
    """Answer a refusal raised in a view with the page (or, to htmx, the piece) that says it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Give the page of a refusal; a fault of ours goes on to the server's own error page."""
        if isinstance(exception, OperationalError):
            log.warning("%s the database did not answer", number_of(request), exc_info=exception)
            exception = Busy()
        if isinstance(exception, Refusal):
            return page_of(request, exception)
        exception.add_note(f"number to quote: {number_of(request)}")
        return None


def page_of(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Say a refusal as a page; a stranger who asks for a page of the staff is led to log in."""
    note(request, refusal)
    if isinstance(refusal, NotAllowed) and _is_stranger_at_a_page(request):
        return redirect_to_login(request.get_full_path())
    words, status = words_of(refusal), status_of(refusal)
    facts = {
        "title": words.sentence,
        "sentence": words.advice or words.sentence,
        "number": number_of(request),
        "status": status,
    }
    if _is_piece(request):
        response = HttpResponse(piece_of(request, words.sentence, words.advice), status=status)
    else:
        response = render(request, "error.html", facts, status=status)
    if status in (429, 503):
        wait: Any = refusal.facts.get("seconds", TRY_AGAIN_SECONDS)
        response["Retry-After"] = str(wait)
    return response


def piece_of(request: HttpRequest, sentence: str, advice: str) -> str:
    """Say a refusal as a piece of page, in the place that htmx was to fill."""
    text = " ".join(part for part in (sentence, advice) if part)
    return render_to_string(
        "pieces/error_summary.html",
        {"is_refused": True, "refusal": text, "errors": (), "quote": number_of(request)},
        request,
    )


def _is_stranger_at_a_page(request: HttpRequest) -> bool:
    is_page = request.method == "GET" and not _is_piece(request)
    return is_page and actor_of(request).account is None


def _is_piece(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, in plain HTML that needs neither database nor build."""
    number = number_of(request)
    sentence = gettext("The system met a fault; it has been written down.")
    if request.path.startswith("/api/"):
        problem = {"title": sentence, "status": 500, "code": "api.fault", "number": number}
        return JsonResponse(problem, status=500, content_type="application/problem+json")
    if _is_piece(request):
        return HttpResponse(f'<p role="alert">✕ {sentence} {number}</p>', status=500)
    return HttpResponse(render_to_string("500.html", {"number": number}), status=500)
