"""One duty with its hand-overs, and what waits for one's own signature."""

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yige.base.access import Actor
from yige.base.commands import NotAllowed
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.kernel import clock
from yige.kernel.results import Facts
from yige.nets import waiting
from yige.web.nets.views import STATES
from yige.web.shell.forms import Form

SIGNATURES: Final = {"give": "nets.give", "take": "nets.take", "decide": "nets.decide"}
ACTS: Final = SIGNATURES | {
    "propose": "nets.propose_post", "end": "nets.end_duty", "withdraw": "nets.withdraw",
    "holder": "nets.set_holder",
}  # fmt: skip


@require_safe
def signing(request: HttpRequest) -> HttpResponse:
    """List what one can sign or decide."""
    return _signing(request, Form.fresh())


@require_safe
def signing_of(request: HttpRequest, net: UUID) -> HttpResponse:
    """List what one can sign or decide of one old net."""
    return _signing(request, Form.fresh(), net=net)


@require_POST
def sign(request: HttpRequest, verb: str) -> HttpResponse:
    """Sign or decide the hand-overs that were ticked."""
    if verb not in SIGNATURES:
        raise Http404(verb)
    _known(request)
    tried = run_posted(request, SIGNATURES[verb])
    if tried.outcome is None:
        return _signing(request, Form.refused(request.POST, **tried.for_form()), tried.status)
    messages.success(request, _signed(tried.outcome.result))
    return redirect("nets:signing")


@require_safe
def duty(request: HttpRequest, duty: UUID) -> HttpResponse:
    """Show a duty: who had it, where it is open, and every hand-over."""
    return _duty(request, duty, Form.fresh())


@require_POST
def act(request: HttpRequest, duty: UUID, verb: str) -> HttpResponse:
    """Do one thing with a duty."""
    if verb not in ACTS:
        raise Http404(verb)
    _known(request)
    about = {"duty": duty} if verb in ("propose", "end", "holder") else {}
    tried = run_posted(request, ACTS[verb], **about)
    if tried.is_done:
        messages.success(request, _("Done."))
        return redirect("nets:duty", duty=duty)
    return _duty(request, duty, Form.refused(request.POST, **tried.for_form()), tried.status)


def _signing(
    request: HttpRequest, form: Form, status: int = 200, net: UUID | None = None
) -> HttpResponse:
    rows = waiting.waiting(_known(request), at=clock.now(), net=net)
    shown = {
        "form": form,
        "give": [row for row in rows if row.may_give],
        "take": [row for row in rows if row.may_take],
        "decide": [row for row in rows if row.may_decide],
    }
    return render(request, "nets/signing.html", shown, status=status)


def _duty(request: HttpRequest, duty: UUID, form: Form, status: int = 200) -> HttpResponse:
    actor = _known(request)
    view = waiting.duty(actor, duty, at=clock.now())
    tone, sign, word = STATES[view.duty.state]
    shown = {
        "view": view, "duty": view.duty, "form": form, "tone": tone, "sign": sign, "word": word,
        "give": [row for row in view.transfers if row.may_give],
        "take": [row for row in view.transfers if row.may_take],
        "decide": [row for row in view.transfers if row.may_decide],
    }  # fmt: skip
    return render(request, "nets/duty.html", shown, status=status)


def _known(request: HttpRequest) -> Actor:
    """Return who asks; a stranger is led to log in."""
    actor = actor_of(request)
    if actor.account is None:
        raise NotAllowed(page=request.path, role=actor.role, area="")
    return actor


def _signed(result: Facts) -> str:
    words = _("{signed} signed; {closed} of them are handed over now.")
    return words.format(signed=result["signed"], closed=result["closed"])
