"""Bring an old net in; rows that cannot be right are shown, and may then be left out."""

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from yige.base import files
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, refused, run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.errors import Refusal
from yige.nets.imports import read_file
from yige.nets.models import LegacyNet
from yige.nets.reasons import in_words
from yige.nets.template import net_template
from yige.people import queries as people
from yige.web.nets.views import KEEPERS
from yige.web.shell.forms import Form
from yige.web.territory.areas import area_choices
from yige.web.territory.surveys import KINDS, datum_choices

MOST_BYTES: Final = 64 << 20
SHOWN: Final = 200


@only(*KEEPERS)
@require_http_methods(("GET", "HEAD", "POST"))
def new_net(request: HttpRequest) -> HttpResponse:
    """Take an old net's file in, or say what is wrong with it."""
    actor, status = actor_of(request), 200
    form, file, tried = Form.fresh(area=actor.area), "", None
    if request.method == "POST":
        tried, file = _brought(request)
        if tried.outcome:
            messages.success(request, _("The old net is here. Propose who goes on with it."))
            return redirect("nets:net", net=tried.outcome.result["id"])
        form, status = Form.refused(request.POST, **tried.for_form()), tried.status
    errors = list(tried.facts.get("errors", ())) if tried and "staying" in tried.facts else []
    shown = {
        "form": form,
        "file": file if errors else "",
        "errors": [(each, *in_words(each["code"], each["facts"])) for each in errors[:SHOWN]],
        "more": max(len(errors) - SHOWN, 0),
        "bad_rows": tried.facts.get("count", 0) if tried else 0,
        "staying": tried.facts.get("staying", 0) if tried else 0,
        "areas": area_choices(actor.area),
        "kinds": LegacyNet.KINDS,
        "datums": datum_choices(),
        "organisations": [("", "—"), *((o.code, o.name) for o in people.organisations(actor))],
    }
    return render(request, "nets/new_net.html", shown, status=status)


@only(*KEEPERS)
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out the empty file to be filled in."""
    if kind not in KINDS:
        raise Http404(kind)
    content = net_template(get_language() or "zh-hans", kind=kind)
    answer = HttpResponse(content, content_type=KINDS[kind])
    answer["Content-Disposition"] = f'attachment; filename="yige-old-net.{kind}"'
    return answer


def _brought(request: HttpRequest) -> tuple[Tried, str]:
    """Read the file that came, or was kept when it came, and bring in what it says."""
    # A browser sends the field of a file that was not chosen as an empty text, after the digest.
    digest, known = next(filter(None, request.POST.getlist("file")), ""), {}
    upload: Any = request.FILES.get("file")
    try:
        if upload is not None:
            kept = files.keep(
                _chunks(upload), name=upload.name or "", kind="old net", most=MOST_BYTES,
                at=clock.now(), account=actor_of(request).account,
            )  # fmt: skip
            digest, known = kept.digest, {"source": kept.name}
        if digest:
            # Read before the command begins, so that nobody else waits for it.
            read_file(digest)
    except Refusal as refusal:
        return refused(request, refusal), ""
    return run_posted(request, "nets.import_net", file=digest, **known), digest


def _chunks(upload: Any) -> Iterator[bytes]:
    yield from upload.chunks()
