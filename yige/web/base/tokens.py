"""The security administrator's page of tokens: keys for programs."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yige.base.access import Role
from yige.base.tokens import account_named, bearer_of, living_tokens
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.people.seats import seats_of
from yige.territory.queries import names_of
from yige.web.shell.forms import Form


@only(Role.SECURITY_ADMIN)
@require_http_methods(("GET", "HEAD", "POST"))
def tokens(request: HttpRequest) -> HttpResponse:
    """List the living tokens, and give one; what the program has to show is shown this once."""
    now = clock.now()
    username = request.POST.get("username") or request.GET.get("username", "")
    account = account_named(username.strip()) if username else None
    form, bearer = Form.fresh(days=90), ""
    if request.method == "POST":
        tried = run_posted(request, "base.give_token", account=account or UUID(int=0))
        if tried.outcome:
            bearer = bearer_of(UUID(str(tried.outcome.result["id"])))
        else:
            form = Form.refused(request.POST, **tried.for_form())
    shown = {
        "rows": living_tokens(actor_of(request), at=now),
        "username": username,
        "is_known": account is not None,
        "posts": _posts(account) if account else [],
        "form": form,
        "bearer": bearer,
    }
    answer = render(request, "base/tokens.html", shown, status=422 if form.is_refused else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@only(Role.SECURITY_ADMIN)
@require_POST
def revoke(request: HttpRequest, token: UUID) -> HttpResponse:
    """Take a token away."""
    tried = run_posted(request, "base.revoke_token", token=token)
    if tried.is_done:
        messages.success(request, _("The token opens nothing any more."))
    else:
        messages.error(request, f"{tried.refusal} ({tried.quote})")
    return redirect("tokens")


def _posts(account: UUID) -> list[tuple[UUID, str]]:
    seats = seats_of(account, at=clock.now())
    names = names_of([seat.actor.area for seat in seats], full=True)
    return [(seat.post, f"{seat.actor.title} · {names[seat.actor.area]}") for seat in seats]
