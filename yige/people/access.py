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


def may_keep_posts(actor: Actor, body: Any) -> bool:
    """The system administrator keeps the organisation, over its own area."""
    area = getattr(body, "area_code", "") or actor.area
    return actor.holds(Role.SYSTEM_ADMIN, Role.SYSTEM) and actor.covers(area)


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


def _none(model: type[Organisation]) -> QuerySet[Organisation]:
    return model.objects.none()
