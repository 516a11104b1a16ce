"""One's own account: posts to act from, language, print, password, second step."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yige.base.commands import NotAllowed
from yige.base.models import Account
from yige.edge.actors import Acting, actor_of, choose_post
from yige.edge.forms import run_posted
from yige.people.roles import ROLE_NAMES
from yige.territory.queries import names_of
from yige.web.shell.forms import Form
from yige.web.shell.preferences import A_YEAR, SIZE_COOKIE


@require_http_methods(("GET", "HEAD", "POST"))
def own(request: HttpRequest) -> HttpResponse:
    """Show one's own account and remember how one wants to see the pages."""
    user = request.user
    if not isinstance(user, Account):
        raise NotAllowed(page=request.path, role=actor_of(request).role, area="")
    form = Form.fresh(language=user.language, is_large_print="on" if user.is_large_print else None)
    if request.method == "POST":
        tried = run_posted(request, "base.set_preferences")
        if tried.is_done:
            messages.success(request, _("Your choice holds from now on, on every machine."))
            return _remembered(request, redirect("own_account"))
        form = Form.refused(request.POST, **tried.for_form())
    shown = {
        "account": user,
        "form": form,
        "posts": _posts(request),
        "languages": settings.LANGUAGES,
    }
    return render(request, "base/account.html", shown, status=422 if form.is_refused else 200)


@require_POST
def act_from(request: HttpRequest) -> HttpResponse:
    """Act from another of one's own posts."""
    try:
        chosen = choose_post(request, UUID(request.POST.get("post", "")))
    except ValueError:
        chosen = False
    if not chosen:
        raise NotAllowed(page=request.path, role=actor_of(request).role, area="")
    return redirect("own_home")


def _posts(request: HttpRequest) -> list[dict[str, object]]:
    acting: Acting = request.acting  # type: ignore[attr-defined]
    names = names_of([seat.actor.area for seat in acting.seats], full=True)
    return [
        {
            "id": seat.post,
            "title": seat.actor.title,
            "role": ROLE_NAMES[seat.actor.role],
            "area": names[seat.actor.area],
            "is_acting": seat.post == acting.actor.post,
        }
        for seat in acting.seats
    ]


def _remembered(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Let this machine follow at once: its own cookies go before what the account says."""
    size = "large" if request.POST.get("is_large_print") == "on" else "plain"
    choices = {
        settings.LANGUAGE_COOKIE_NAME: request.POST.get("language", settings.LANGUAGE_CODE),
        SIZE_COOKIE: size,
    }
    for name, value in choices.items():
        answer.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", secure=request.is_secure())
    return answer
