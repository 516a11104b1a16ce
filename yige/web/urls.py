"""The pages of every room, under the root."""

from importlib import import_module
from pkgutil import iter_modules

from django.urls import include, path

from yige import web


def _rooms() -> list[str]:
    """Name the packages of `yige.web` that have addresses of their own."""
    packages = [found.name for found in iter_modules(web.__path__, "yige.web.") if found.ispkg]
    return sorted(name for name in packages if _has_urls(name))


def _has_urls(package: str) -> bool:
    return any(found.name == "urls" for found in iter_modules(import_module(package).__path__))


urlpatterns = [path("", include(f"{room}.urls")) for room in _rooms()]
