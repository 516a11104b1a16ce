"""Headers that every answer carries, and pages that only some roles open."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeAlias

from django.http import HttpRequest, HttpResponse

from yige.base.access import Role
from yige.base.commands import NotAllowed
from yige.edge.actors import actor_of

View: TypeAlias = Callable[..., HttpResponse]

POLICY: Final = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""No inline script, no inline style, no other origin: map, charts and htmx run under it."""


class SafetyHeaders:
    """Add the content policy, and keep pages that are somebody's out of shared caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=()")
        if not request.path.startswith(("/static/", "/map/")):
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response


def only(*roles: Role) -> Callable[[View], View]:
    """Keep a page for some roles. Rows and commands still ask for themselves who may."""

    def keep(view: View) -> View:
        @wraps(view)
        def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_of(request)
            if not actor.holds(*roles):
                raise NotAllowed(page=request.path, role=actor.role, area=actor.area)
            return view(request, *args, **kwargs)

        return kept

    return keep
