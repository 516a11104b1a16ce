"""Pages on posts, persons, accounts and organisations: one query or one command each."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yige.base.access import ADMINISTRATORS, Actor, Role
from yige.base.accounts import first_password
from yige.edge.actors import actor_of
from yige.edge.forms import Tried, run_posted
from yige.edge.safety import only
from yige.kernel import clock
from yige.kernel.codes import DIGITS, Level
from yige.kernel.ids import new_id
from yige.people import queries
from yige.people.errors import NoSuchPerson, NoSuchPost
from yige.people.models import Organisation
from yige.people.roles import ROLE_NAMES
from yige.territory.queries import name_of
from yige.web.people.first_steps import first_steps
from yige.web.shell.forms import Form

KEEPERS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
FORM_OR_PAGE = ("GET", "HEAD", "POST")


@only(*KEEPERS)
@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """List posts of an area with holders and vacancies."""
    actor, at = actor_of(request), clock.now()
    area = request.GET.get("area", "") or actor.area
    role, after = request.GET.get("role", ""), request.GET.get("after", "")
    rows = queries.posts(actor, area=area, at=at, role=role, after=after)
    coverage = queries.coverage(area, at=at)
    shown = {
        "rows": rows,
        "area": area,
        "area_name": name_of(area),
        "role": role,
        "roles": _role_choices(),
        "coverage": coverage,
        "steps": first_steps(coverage) if _keeps_the_city(actor, area) else [],
        "next": f"{rows[-1].area_code}~{rows[-1].id}" if len(rows) == queries.PAGE else "",
    }
    return render(request, "people/posts.html", shown)


def _keeps_the_city(actor: Actor, area: str) -> bool:
    return actor.holds(Role.SYSTEM_ADMIN) and len(area) == DIGITS[Level.CITY]


@only(Role.SYSTEM_ADMIN)
@require_http_methods(FORM_OR_PAGE)
def new_post(request: HttpRequest) -> HttpResponse:
    """Create a post."""
    form = Form.fresh(area_code=request.GET.get("area", ""), wanted=1)
    if request.method == "POST":
        made = new_id()
        tried = run_posted(request, "people.set_post", id=made)
        if tried.is_done:
            return redirect("people:post", post=made)
        form = Form.refused(request.POST, **tried.for_form())
    shown = {
        "form": form,
        "roles": _role_choices(),
        "organisations": _organisation_choices(request),
    }
    return render(request, "people/new_post.html", shown, status=_status(form))


@only(*KEEPERS)
@require_http_methods(FORM_OR_PAGE)
def post(request: HttpRequest, post: UUID) -> HttpResponse:
    """Show a post and put a person on it."""
    actor, at = actor_of(request), clock.now()
    found = queries.post(actor, post, at=at)
    if found is None:
        raise NoSuchPost(post=str(post))
    form = Form.fresh()
    if request.method == "POST":
        tried = run_posted(request, "people.appoint", id=new_id(), post=post)
        if tried.is_done:
            messages.success(request, _("The person holds the post now."))
            return redirect("people:post", post=post)
        form = Form.refused(request.POST, **tried.for_form())
    word = request.GET.get("word", "")
    shown = {
        "post": found,
        "area_name": name_of(found.area_code),
        "history": queries.history_of_post(actor, post),
        "form": form,
        "word": word,
        "candidates": queries.persons(actor, at=at, word=word, most=20) if word else [],
        "may_appoint": _may_appoint(actor, found.role),
    }
    return render(request, "people/post.html", shown, status=_status(form))


@only(Role.SYSTEM_ADMIN)
@require_POST
def end_post(request: HttpRequest, post: UUID) -> HttpResponse:
    """Give up a post."""
    return _then(request, run_posted(request, "people.end_post", post=post), "people:posts")


@only(*KEEPERS)
@require_POST
def end_appointment(request: HttpRequest, appointment: UUID) -> HttpResponse:
    """End an appointment now."""
    tried = run_posted(request, "people.end_appointment", appointment=appointment)
    return _then(request, tried, "people:posts")


@only(*KEEPERS)
@require_safe
def persons(request: HttpRequest) -> HttpResponse:
    """Find persons by name, user name or organisation."""
    word = request.GET.get("word", "")
    rows = queries.persons(actor_of(request), at=clock.now(), word=word)
    return render(request, "people/persons.html", {"rows": rows, "word": word})


@only(Role.SYSTEM_ADMIN)
@require_http_methods(FORM_OR_PAGE)
def new_person(request: HttpRequest) -> HttpResponse:
    """Enter a person with a duty."""
    form = Form.fresh()
    if request.method == "POST":
        made = new_id()
        tried = run_posted(request, "people.set_person", id=made)
        if tried.is_done:
            return redirect("people:person", person=made)
        form = Form.refused(request.POST, **tried.for_form())
    shown = {"form": form, "organisations": _organisation_choices(request)}
    return render(request, "people/new_person.html", shown, status=_status(form))


@only(*KEEPERS)
@require_http_methods(FORM_OR_PAGE)
def person(request: HttpRequest, person: UUID) -> HttpResponse:
    """Show a person; give an account."""
    actor = actor_of(request)
    found = queries.person(actor, person, at=clock.now())
    if found is None:
        raise NoSuchPerson(person=str(person))
    form = Form.fresh()
    if request.method == "POST":
        tried = run_posted(request, "people.give_account", person=person)
        if tried.outcome:
            return _with_first_password(request, person, tried.outcome.id)
        form = Form.refused(request.POST, **tried.for_form())
    may_keep = actor.holds(Role.SECURITY_ADMIN)
    shown = {"person": found, "form": form, "may_keep_accounts": may_keep}
    return render(request, "people/person.html", shown, status=_status(form))


@only(Role.SECURITY_ADMIN)
@require_POST
def close_account(request: HttpRequest, person: UUID) -> HttpResponse:
    """Shut a person's account."""
    tried = run_posted(request, "people.close_account", person=person)
    return _then(request, tried, "people:person", person=person)


@only(Role.SECURITY_ADMIN)
@require_POST
def renew_password(request: HttpRequest, person: UUID) -> HttpResponse:
    """Give somebody a first password again."""
    tried = run_posted(request, "people.renew_password", person=person)
    if tried.outcome:
        return _with_first_password(request, person, tried.outcome.id)
    return _then(request, tried, "people:person", person=person)


@only(Role.SECURITY_ADMIN)
@require_POST
def open_account(request: HttpRequest, person: UUID) -> HttpResponse:
    """Let a closed account in again."""
    tried = run_posted(request, "people.open_account", person=person)
    return _then(request, tried, "people:person", person=person)


@only(Role.SYSTEM_ADMIN)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """List the organisations."""
    kind = request.GET.get("kind", "")
    rows = queries.organisations(actor_of(request), kind=kind)
    shown = {"rows": rows, "kind": kind, "kinds": Organisation.KINDS}
    return render(request, "people/organisations.html", shown)


@only(Role.SYSTEM_ADMIN)
@require_http_methods(FORM_OR_PAGE)
def new_organisation(request: HttpRequest) -> HttpResponse:
    """Enter an organisation."""
    form = Form.fresh(area_code=actor_of(request).area)
    if request.method == "POST":
        tried = run_posted(request, "people.set_organisation")
        if tried.is_done:
            return redirect("people:organisations")
        form = Form.refused(request.POST, **tried.for_form())
    shown = {"form": form, "kinds": Organisation.KINDS}
    return render(request, "people/new_organisation.html", shown, status=_status(form))


def _with_first_password(request: HttpRequest, person: UUID, command: UUID) -> HttpResponse:
    """Show the first password, here and never again."""
    found = queries.person(actor_of(request), person, at=clock.now())
    shown = {"person": found, "password": first_password(command)}
    return render(request, "people/first_password.html", shown, status=201)


def _then(request: HttpRequest, tried: Tried, to: str, **where: UUID) -> HttpResponse:
    """Go on after a button: with what was refused as a message, or that it is done."""
    if tried.is_done:
        messages.success(request, _("Done."))
    else:
        messages.error(request, f"{tried.refusal} ({tried.quote})")
    return redirect(reverse(to, kwargs=where))


def _status(form: Form) -> int:
    return 422 if form.is_refused else 200


def _may_appoint(actor: Actor, role: Role) -> bool:
    needed = Role.SECURITY_ADMIN if role in ADMINISTRATORS else Role.SYSTEM_ADMIN
    return actor.holds(needed)


def _role_choices() -> list[tuple[str, object]]:
    hidden = {Role.RESIDENT, Role.SYSTEM}
    return [(role.value, name) for role, name in ROLE_NAMES.items() if role not in hidden]


def _organisation_choices(request: HttpRequest) -> list[tuple[str, str]]:
    rows = queries.organisations(actor_of(request))
    return [("", "—"), *((row.code, row.name) for row in rows)]
