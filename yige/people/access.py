"""Who may see and change organisations, persons, posts and appointments."""

from typing import Any

from django.db.models import Q, QuerySet

from yige.base.access import ADMINISTRATORS, DESKS, NOTHING, Actor, Role, scope
from yige.people.models import Appointment, Organisation, Person, Post

READERS = DESKS | ADMINISTRATORS | {Role.COMMANDER, Role.PLANNER, Role.ANALYST}


def visible_organisations(actor: Actor) -> QuerySet[Organisation]:
    """Every member of staff may know which bodies there are; residents see them on cases only."""
    return Organisation.objects.all() if actor.role is not Role.RESIDENT else _none(Organisation)


def visible_posts(actor: Actor) -> QuerySet[Post]:
    """Posts of the actor's area: desks, planners and administrators."""
    return Post.objects.filter(_area(actor))


def visible_appointments(actor: Actor) -> QuerySet[Appointment]:
    """Appointments to the posts the actor may see, and one's own."""
    own = Q(person__account=actor.account) if actor.account else NOTHING
    return Appointment.objects.filter(_area(actor, field="post__area_code") | own)


def visible_persons(actor: Actor) -> QuerySet[Person]:
    """Persons on posts the actor may see; administrators also see who holds none."""
    if actor.role in ADMINISTRATORS | {Role.SYSTEM}:
        return Person.objects.all()
    posts = _area(actor, field="post__area_code")
    return Person.objects.filter(id__in=Appointment.objects.filter(posts).values("person"))


def may_keep_persons(actor: Actor, body: object) -> bool:
    """The system administrator enters persons; they lie in no area before they hold a post."""
    return actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM)


def may_keep_posts(actor: Actor, body: Any) -> bool:
    """The system administrator keeps the posts of its own area."""
    known = Post.objects.filter(id=getattr(body, "post", None) or body.id)
    return _keeps(actor, body, known)


def may_keep_organisations(actor: Actor, body: Any) -> bool:
    """The system administrator keeps the organisations of its own area."""
    return _keeps(actor, body, Organisation.objects.filter(code=body.code))


def may_keep_accounts(actor: Actor, body: Any) -> bool:
    """The security administrator gives and takes accounts."""
    return actor.holds(Role.SECURITY_ADMIN, Role.SYSTEM)


def may_appoint(actor: Actor, body: Any) -> bool:
    """The system administrator fills posts; those of administrators only the security one."""
    post = Post.objects.filter(id=body.post).first()
    if post is None:
        return actor.holds(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.SYSTEM)
    needed = Role.SECURITY_ADMIN if Role(post.role) in ADMINISTRATORS else Role.SYSTEM_ADMIN
    return actor.holds(needed, Role.SYSTEM) and actor.covers(post.area_code)


def may_end_appointment(actor: Actor, body: Any) -> bool:
    """Whoever may fill a post may also end its appointment."""
    appointment = Appointment.objects.filter(id=body.appointment).select_related("post").first()
    if appointment is None:
        return actor.holds(Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.SYSTEM)
    role = Role(appointment.post.role)
    needed = Role.SECURITY_ADMIN if role in ADMINISTRATORS else Role.SYSTEM_ADMIN
    return actor.holds(needed, Role.SYSTEM) and actor.covers(appointment.post.area_code)


def _area(actor: Actor, *, field: str = "area_code") -> Q:
    if actor.role is Role.SYSTEM or actor.role in READERS:
        return scope(actor, field=field)
    return NOTHING


def _keeps(actor: Actor, body: Any, known: "QuerySet[Post] | QuerySet[Organisation]") -> bool:
    """Ask for the area a change puts something in, and for the one it lies in now."""
    areas = list(known.values_list("area_code", flat=True))
    areas += [body.area_code] if hasattr(body, "area_code") else []
    keeper = actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM)
    return keeper and all(actor.covers(area) for area in areas)


def _none(model: type[Organisation]) -> QuerySet[Organisation]:
    return model.objects.none()
