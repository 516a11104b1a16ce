"""The public start page, and the way from log-in to a role's own first page."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from yige.web.shell.context import Shell


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show what the city offers, how to report, and how the area stands."""
    return render(request, "shell/home.html")


@require_safe
def more(request: HttpRequest) -> HttpResponse:
    """List every page that the actor's role has."""
    return render(request, "shell/more.html", {"pages": Shell(request).pages()})


@require_safe
def own_home(request: HttpRequest) -> HttpResponse:
    """Lead to the first item of the actor's menu; a role without one sees the public page."""
    menu = Shell(request).menu()
    return HttpResponseRedirect(menu[0].href if menu else "/")
