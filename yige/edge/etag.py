"""Answer "nothing new" to a board that asks again: by the journal's position, without a session.

Whatever a reader sees follows from the journal and from who reads. The tag holds the position and
a code over the minute (deadlines run on) and the reader's cookies. A tag that comes back and still
fits was given by us to this reader, so the answer is 304 before session, account or rows are
looked at. Rights change by commands too: a right that has ended moves the position.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.crypto import salted_hmac

from yige.kernel import clock

View = Callable[..., HttpResponse]
SIZE_COOKIE: Final = "yige_size"
GOOD_SECONDS: Final = 60


def tagged_by_journal(view: View) -> View:
    """Let a page that only reads be asked again for nothing while the journal has not moved."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tag = tag_of(request)
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["ETag"] = tag
        return response

    return answer


class NothingNew:
    """Answer 304 to a tag that still fits. Stands before the session in the row of middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("HTTP_IF_NONE_MATCH")
        if said and request.method == "GET":
            tag = tag_of(request)
            if said.removeprefix("W/") == tag:
                return HttpResponseNotModified(headers={"ETag": tag})
        return self.get_response(request)


def tag_of(request: HttpRequest) -> str:
    """Return the tag of what this reader would see now: one select and one digest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM base_head WHERE id = 1")
        found = cursor.fetchone()
    position = found[0] if found else 0
    minute = int(clock.now().timestamp()) // GOOD_SECONDS
    names = (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, SIZE_COOKIE)
    reader = [request.COOKIES.get(name, "") for name in names]
    wishes = [request.META.get(name, "") for name in ("HTTP_ACCEPT_LANGUAGE", "HTTP_HX_REQUEST")]
    said = "\n".join([request.get_full_path(), str(position), str(minute), *reader, *wishes])
    return f'"{position}-{salted_hmac("yige.edge.etag", said).hexdigest()[:24]}"'
