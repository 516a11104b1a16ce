"""How far the merging has come: of all old nets, and of one."""

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from yige.base.access import Role
from yige.edge.actors import actor_of
from yige.edge.forms import run_posted
from yige.edge.safety import only
from yige.nets import queries
from yige.nets.crosswalk_files import MEDIA, crosswalk_written
from yige.nets.queries import PAGE, NetView
from yige.nets.standing import DONE, WAITING, WITHOUT
from yige.people.roles import ROLE_NAMES
from yige.web.shell.forms import Form

KEEPERS: Final = (Role.PLANNER, Role.SYSTEM_ADMIN)
SUCCESSORS: Final = (
    Role.GRID_WORKER, Role.STATION, Role.POLICE, Role.PROPERTY_MANAGER, Role.OFFICIAL,
    Role.BUILDING_HEAD,
)  # fmt: skip
"""Roles whose posts may go on with the duties of an old net."""
STATES: Final = {
    WITHOUT: ("bad", "✕", gettext_lazy("without a successor")),
    WAITING: ("caution", "◔", gettext_lazy("waiting for signatures")),
    DONE: ("ok", "✓", gettext_lazy("handed over")),
}
FINDINGS: Final = 20
CROSSWALK: Final = 200


@only(*KEEPERS)
@require_safe
def nets(request: HttpRequest) -> HttpResponse:
    """Show how far the merging has come."""
    rows = queries.nets(actor_of(request))
    shown = {"rows": rows, "total": queries.total(rows),
             "open": sum(row.is_open for row in rows)}  # fmt: skip
    return render(request, "nets/nets.html", shown)


@only(*KEEPERS)
@require_safe
def net(request: HttpRequest, net: UUID) -> HttpResponse:
    """Show one net: what is open, worst first, and what was found in it."""
    return page_of(request, net, Form.fresh())


@only(*KEEPERS)
@require_POST
def propose(request: HttpRequest, net: UUID) -> HttpResponse:
    """Propose the posts of a role for what has no successor."""
    tried = run_posted(request, "nets.propose_posts", net=net)
    if tried.outcome is None:
        form = Form.refused(request.POST, **tried.for_form())
        return page_of(request, net, form, tried.status)
    _say_proposed(request, **tried.outcome.result)
    return redirect("nets:net", net=net)


@only(*KEEPERS)
@require_POST
def retire(request: HttpRequest, net: UUID) -> HttpResponse:
    """Retire a net of which nothing is open."""
    tried = run_posted(request, "nets.retire", net=net)
    if tried.is_done:
        messages.success(request, _("The old net is retired."))
        return redirect("nets:net", net=net)
    return page_of(request, net, Form.refused(request.POST, **tried.for_form()), tried.status)


@only(*KEEPERS)
@require_safe
def crosswalk(request: HttpRequest, net: UUID) -> HttpResponse:
    """Show which cell lies in which grids, with the shares of both."""
    view = queries.net(actor_of(request), net)
    rows = list(queries.crosswalk(view))
    start = _start(request)
    shown = {"net": view.row, "rows": rows[start : start + CROSSWALK], "count": len(rows),
             "next": start + CROSSWALK if start + CROSSWALK < len(rows) else 0}  # fmt: skip
    return render(request, "nets/crosswalk.html", shown)


@only(*KEEPERS)
@require_safe
def crosswalk_file(request: HttpRequest, net: UUID, kind: str) -> HttpResponse:
    """Give the whole crosswalk as a file."""
    view = queries.net(actor_of(request), net)
    answer = HttpResponse(crosswalk_written(view, kind), content_type=MEDIA[kind])
    answer["Content-Disposition"] = f'attachment; filename="yige-crosswalk.{kind}"'
    return answer


def _say_proposed(request: HttpRequest, *, proposed: Any, without: Any) -> None:
    said = ngettext(
        "{number} hand-over is proposed.", "{number} hand-overs are proposed.", proposed
    )
    messages.success(request, said.format(number=proposed))
    if without:
        left = _("{number} pieces lie where no post of this role is: choose another role.")
        messages.warning(request, left.format(number=without))


def page_of(request: HttpRequest, net: UUID, form: Form, status: int = 200) -> HttpResponse:
    """Show a net, with a form that was refused where there is one."""
    view = queries.net(actor_of(request), net)
    state, start = request.GET.get("state", ""), _start(request)
    duties = view.duties(state=state, start=start)
    shown = {
        "net": view.row,
        "figures": view.row.figures,
        "form": form,
        "rows": [(duty, *STATES[duty.state]) for duty in duties],
        "state": state,
        "filters": [(name, words[2], view.count(name)) for name, words in STATES.items()],
        "all": view.count(""),
        "next": start + PAGE if start + PAGE < view.count(state) else 0,
        "roles": [(role.value, ROLE_NAMES[role]) for role in SUCCESSORS],
        **_findings(view),
    }
    return render(request, "nets/net.html", shown, status=status)


def _findings(view: NetView) -> dict[str, Any]:
    return {
        "gaps": view.gaps[:FINDINGS],
        "gap_count": len(view.gaps),
        "gap_households": view.row.figures.households - view.row.figures.covered,
        "doubled": view.doubled[:FINDINGS],
        "doubled_count": len(view.doubled),
        "clashes": view.clashes[:FINDINGS],
        "clash_count": view.clash_count,
    }


def _start(request: HttpRequest) -> int:
    text = request.GET.get("from", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
