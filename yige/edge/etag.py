"""Answer "nothing new" to a board that asks again: by the journal's position, without a session.

Whatever a reader sees follows from the journal and from who reads. The tag holds the position, the
minute (deadlines run on) and a code over the reader's cookies; when it comes back unchanged the
answer is 304, before session, account or rows were looked at. Rights change by commands too, so a
right that has ended moves the position.
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
READER: Final = ("yige_size",)
GOOD_SECONDS: Final = 60


def unchanged_by_journal(view: View) -> View:
    """Let a view that only reads answer 304 while the journal has not moved (a minute at most)."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        tag = tag_of(request)
        if request.headers.get("If-None-Match", "").removeprefix("W/") == tag:
            return HttpResponseNotModified(headers={"ETag": tag})
        response = view(request, *args, **kwargs)
        if response.status_code == 200:
            response["ETag"] = tag
        return response

    return answer


def tag_of(request: HttpRequest) -> str:
    """Return the tag of what this reader would see now: one select and one digest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM base_head WHERE id = 1")
        found = cursor.fetchone()
    position = found[0] if found else 0
    minute = int(clock.now().timestamp()) // GOOD_SECONDS
    names = (settings.SESSION_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME, *READER)
    reader = [request.COOKIES.get(name, "") for name in names]
    said = "\n".join([request.get_full_path(), str(position), str(minute), *reader])
    return f'"{position}-{salted_hmac("yige.edge.etag", said).hexdigest()[:24]}"'
