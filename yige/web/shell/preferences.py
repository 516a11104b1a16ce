"""How a reader wants to see every page: print size. It lies in a cookie, in nobody's record."""

from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

SIZE_COOKIE: Final = "yige_size"
A_YEAR: Final = 365 * 24 * 3600


@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """Remember large or plain print and go back to the page (scripts do it without a journey)."""
    chosen = "large" if request.POST.get("size") == "large" else "plain"
    answer = HttpResponseRedirect(_way_back(request))
    answer.set_cookie(
        SIZE_COOKIE, chosen, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
    )
    return answer


def _way_back(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "/")
    is_ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_ours else "/"
