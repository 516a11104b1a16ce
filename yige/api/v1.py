"""The API: its routers, its document, and how it refuses."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.openapi.schema import OpenAPISchema

from yige.api import cases, commands, features, own, plans, territory
from yige.api.documents import with_commands
from yige.api.problems import answer_of
from yige.base.commands import BodyInvalid
from yige.kernel.errors import Missing, Refusal

VERSION = "1"
DESCRIPTION = """Every change is a command: a name, a body, and an id (UUID version 7) made by
whoever asks. The same id with the same body gives the first result again, so a request whose
answer was lost is simply sent again. Programs show a token (`Authorization: Bearer …`), pages
their session. Refusals are problem+json with a stable `code` and `facts`."""


class Api(NinjaAPI):
    """An API whose document lists every command of the registry."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """Return the OpenAPI 3.1 document."""
        return with_commands(super().get_openapi_schema(**options))


def build() -> Api:
    """Put the API together."""
    api = Api(title="Yige", version=VERSION, description=DESCRIPTION, docs_url=None)
    for room in (commands, cases, territory, plans, features, own):
        api.add_router("", room.router)
    api.add_exception_handler(Refusal, _refuse)
    api.add_exception_handler(Http404, _not_here)
    api.add_exception_handler(ValidationError, _faulty)
    return api


def _refuse(request: HttpRequest, refusal: Any) -> HttpResponse:
    return answer_of(request, refusal)


def _not_here(request: HttpRequest, error: Any) -> HttpResponse:
    return answer_of(request, Missing())


def _faulty(request: HttpRequest, error: Any) -> HttpResponse:
    """Refuse a parameter of an address as a field of a body is refused."""
    errors = [
        {
            "field": ".".join(str(step) for step in fault["loc"][1:]),
            "type": fault["type"],
            "limits": {name: str(limit) for name, limit in fault.get("ctx", {}).items()},
        }
        for fault in error.errors
    ]
    return answer_of(request, BodyInvalid(errors=errors))
