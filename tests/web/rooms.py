"""The small city with its desks filled, an empty city, and a way in for whoever sits there."""

from django.test import Client
from playwright.sync_api import BrowserContext
from pytest_django.live_server_helper import LiveServer

from tests.api.seats import seat
from tests.cases.offices import LAMP, STAIRS, Offices, open_offices, report, step
from tests.city import CODE, DONGGUAN, VILLAGE, WENCHANG
from yige.base.access import Role
from yige.base.models import Account
from yige.cases.models import Case
from yige.kernel import clock

CONTACT = {"name": "王秀英", "phone": "13512345678", "email": ""}
LONG = "下水道堵了，污水漫到路上，气味很大，路过的人都绕着走，麻烦尽快派人来看一下。" * 8

AREAS = {
    Role.GRID_WORKER: f"{WENCHANG}001",
    Role.POLICE: f"{WENCHANG}001",
    Role.PROPERTY_MANAGER: f"{WENCHANG}001",
    Role.STATION: WENCHANG,
    Role.INTAKE: "370683001",
}
"""Where somebody of a role sits in an empty city, if not in all of it."""


def lived_in() -> Offices:
    """Build the city with desks, administrators and cases in many states."""
    offices = open_offices()
    offices.seat("system", Role.SYSTEM_ADMIN, CODE)
    offices.seat("security", Role.SECURITY_ADMIN, CODE)
    offices.seat("planner", Role.PLANNER, CODE)
    offices.seat("police", Role.POLICE, f"{WENCHANG}001")
    Account.objects.update(password_changed_at=clock.now())
    _cases(offices)
    return offices


def _cases(offices: Offices) -> None:
    now = clock.now()
    for nth in range(3):
        report(offices, nth=nth, at=now, contact=CONTACT)
    report(offices, text=LONG, at=now, category=LAMP, is_urgent=True)
    report(offices, community=DONGGUAN, at=now)
    report(offices, at=now, place={"area_code": VILLAGE})
    done = report(offices, nth=1, at=now, contact=CONTACT)
    done = step("accept", done, offices["worker"], at=now)
    done = step("settle", done, offices["worker"], at=now, text="当场清走了")
    unit = str(offices["lamps"].organisation)
    for verbs in ((), ("sign",)):
        given = step("accept", report(offices, at=now), offices["station"], at=now)
        given = step("dispatch", given, offices["station"], at=now, organisation=unit)
        for verb in verbs:
            given = step(verb, given, offices["lamps"], at=now)
    firm = str(offices["property"].organisation)
    given = report(offices, nth=5, at=now)
    step("dispatch", given, offices["station"], at=now, organisation=firm)


def case_of(text: str = "", *, state: str = "") -> Case:
    """Return a case by its words or its state."""
    found = Case.objects.filter(text__contains=text).order_by("received_at", "id")
    case = (found.filter(state=state) if state else found).first()
    assert case
    return case


def client_of(offices: Offices, name: str) -> Client:
    """Log somebody in: `""` is a resident without an account."""
    client = Client()
    account = offices[name].account if name else None
    if account:
        client.force_login(Account.objects.get(id=account))
    return client


def client_in_empty_city(role: Role) -> Client:
    """Log somebody in to a city that has posts and nothing else."""
    client = Client()
    if role is not Role.RESIDENT:
        account, _ = seat(f"first {role.value}", role, AREAS.get(role, CODE))
        Account.objects.filter(id=account.id).update(password_changed_at=clock.now())
        client.force_login(account)
    return client


def enter(context: BrowserContext, live_server: LiveServer, client: Client) -> BrowserContext:
    """Take somebody's session into a browser."""
    context.add_cookies(
        [
            {"name": name, "value": morsel.value, "url": live_server.url}
            for name, morsel in client.cookies.items()
        ]
    )
    return context


__all__ = ["LAMP", "STAIRS", "Offices"]
