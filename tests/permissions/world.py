"""The city in which every right is tried: one seat of each role here, and one elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.test import Client

from tests.cases.offices import LAMP, STAIRS, Offices, open_offices, report, step
from tests.city import CODE, SETTLED, WENCHANG, YONGAN
from tests.homes import papers
from tests.nets.old_nets import bring, held_by, kept, row
from tests.surveying import rights
from tests.territory.planning import NOON, do, drafted, halves
from tests.territory.survey_files import as_csv, rows_of
from yige.base import files
from yige.base.access import RESIDENT, SYSTEM, Actor, Role
from yige.base.accounts import make_account
from yige.base.commands import run
from yige.base.jobs import work_once
from yige.base.models import Account, Deferral, Job
from yige.cases.models import Attachment, Case
from yige.homes.access import KEEPERS as KEEPERS_OF_DOORS
from yige.homes.models import Card
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.nets.models import LegacyDuty
from yige.people.models import Appointment, Organisation, Person, Post
from yige.surveying.access import SURVEYORS
from yige.territory.models import Plan, PlanGrid

TOWN, OTHER_TOWN = WENCHANG[:9], YONGAN[:9]
GRID, OTHER_GRID = f"{WENCHANG}001", f"{YONGAN}001"
ROLES: Final = tuple(role for role in Role if role not in (Role.RESIDENT, Role.SYSTEM))
AREAS: Final[Mapping[Role, tuple[str, str]]] = {
    Role.GRID_WORKER: (GRID, OTHER_GRID),
    Role.POLICE: (GRID, OTHER_GRID),
    Role.VOLUNTEER: (GRID, OTHER_GRID),
    Role.BUILDING_HEAD: (GRID, OTHER_GRID),
    Role.CONTACT_HOUSEHOLD: (GRID, OTHER_GRID),
    Role.STATION: (WENCHANG, YONGAN),
    Role.PROPERTY_MANAGER: (WENCHANG, YONGAN),
    Role.OFFICIAL: (WENCHANG, YONGAN),
    Role.ORGANISATION: (WENCHANG, YONGAN),
    Role.INTAKE: (TOWN, OTHER_TOWN),
}
"""Where a role sits, and where it sits elsewhere; all others: the city, and another town."""

CONTACT: Final = {"name": "王芳", "phone": "13800001234"}


@dataclass
class World:
    """Everything that a command or an address of the samples may be about."""

    offices: Offices
    now: datetime
    own: dict[Role, Actor] = field(default_factory=dict)
    other: dict[Role, Actor] = field(default_factory=dict)
    clients: dict[UUID | None, Client] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    without_post: Actor = RESIDENT
    ids: dict[str, Any] = field(default_factory=dict)

    def client_of(self, actor: Actor) -> Client:
        """Return the browser in which somebody is signed in."""
        if actor.account not in self.clients:
            client = Client()
            if actor.account:
                client.force_login(Account.objects.get(id=actor.account))
            self.clients[actor.account] = client
        return self.clients[actor.account]


def build() -> World:
    """Found the city, seat everybody, and bring cases, plans and posts to every state."""
    world = World(open_offices(), clock.now())
    for role in ROLES:
        here, elsewhere = AREAS.get(role, (CODE, OTHER_TOWN))
        world.own[role] = _seat(f"{role} here", role, here, "lamps")
        world.other[role] = _seat(f"{role} elsewhere", role, elsewhere, "property")
    account = make_account(username="without post", name="x", password=None, at=SETTLED)
    Account.objects.filter(id=account.id).update(password_changed_at=world.now)
    world.without_post = Actor(role=Role.RESIDENT, account=account.id, name="x")
    for actor in (*world.own.values(), *world.other.values(), world.without_post, RESIDENT):
        world.client_of(actor)
    _bring_cases(world)
    _bring_plans(world)
    _bring_an_old_net(world)
    world.ids |= rights.frozen_and_open([world.own[role] for role in SURVEYORS])
    _bring_the_rest(world)
    _bring_homes(world)
    return world


def _seat(name: str, role: Role, area: str, organisation: str) -> Actor:
    account = make_account(username=name, name=name, password=None, at=SETTLED)
    Account.objects.filter(id=account.id).update(password_changed_at=clock.now())
    body = Organisation.objects.get(code=organisation)
    person = Person.objects.create(name=name, account=account)
    post = Post.objects.create(role=role, area_code=area, name=name, organisation=body)
    Appointment.objects.create(person=person, post=post, held_from=SETTLED)
    return Actor(
        role=role,
        area=area,
        account=account.id,
        person=person.id,
        post=post.id,
        organisation=body.id,
        name=name,
    )


def _bring_cases(world: World) -> None:
    """Bring one case to each state, with the grid's own desk unless it says otherwise."""
    now, worker = world.now, world.offices["worker"]
    station = world.offices["station"]
    lamps = str(Organisation.objects.get(code="lamps").id)

    def opened(**more: Any) -> Case:
        return report(world.offices, category=STAIRS, at=now, **more)

    def moved(case: Case, *steps: tuple[str, Actor, dict[str, Any]]) -> Case:
        for verb, by, more in steps:
            case = step(verb, case, by, at=now, **more)
        return case

    at_grid: dict[str, tuple[tuple[str, Actor, dict[str, Any]], ...]] = {
        "received": (),
        "accepted": (("accept", worker, {}),),
        "handling": (("handle", worker, {}),),
        "to_verify": (("handle", worker, {}), ("done", worker, {"text": "清走了"})),
        "to_follow_up": (
            ("handle", worker, {}),
            ("done", worker, {"text": "清走了"}),
            ("verify", station, {}),
        ),
        "with_the_station": (("hand_up", worker, {"text": "清不动"}),),
        "with_a_unit": (("dispatch", station, {"organisation": lamps}),),
        "unit_handles": (
            ("dispatch", station, {"organisation": lamps}),
            ("sign", world.own[Role.HANDLER], {}),
        ),
        "parked": (
            ("accept", worker, {}),
            ("park", world.offices["platform"], {"text": "等配件", "until": in_days(3)}),
        ),
    }
    for name, steps in at_grid.items():
        world.cases[name] = moved(opened(), *steps)
    volunteer = world.own[Role.VOLUNTEER]
    world.cases["reported_by_a_volunteer"] = opened(by=volunteer)
    world.cases["with_contact"] = opened(contact=CONTACT)
    world.cases["lamp"] = report(world.offices, category=LAMP, at=now)


def _bring_plans(world: World) -> None:
    first = drafted(halves(TOWN), area=TOWN)
    second = drafted(halves(TOWN), area=TOWN)
    do("territory.propose_plan", plan=second.id)
    reading = Plan.objects.get(
        id=do("territory.draft_plan", name="x", area=TOWN, lower=200, upper=400).result["id"]
    )
    world.ids |= {"plan": first.id, "proposed": second.id, "unread_plan": reading.id}
    labels = PlanGrid.objects.filter(plan=first).order_by("label").values_list("label", flat=True)
    world.ids["label"] = labels[0]
    content = as_csv(rows_of(WENCHANG))
    kept = files.keep([content], name="普查.csv", kind="csv", most=10**7, at=NOON)
    world.ids["file"] = kept.digest
    for name in ("checked", "storing", "reading"):
        said = {"name": name, "area": TOWN, "file": kept.digest, "datum": "wgs84"}
        survey = do("territory.import_survey", **said).result["id"]
        world.ids[f"{name}_survey"] = survey
        if name != "reading":
            _work()
    do("territory.accept_survey", survey=world.ids["storing_survey"])
    _consult(world)
    # Last of all: the job that divides a draft would take its strokes away.
    world.ids |= {name: _stroked(world, name) for name in ("stroked", "taken_back")}


def _consult(world: World) -> None:
    """Ask about a proposal, hear the station, and leave a draft that still waits to be divided."""
    plan = drafted(halves(TOWN), area=TOWN).id
    do("territory.propose_plan", plan=plan)
    do("territory.consult_plan", plan=plan, until="2099-01-01")
    said = do("territory.comment_plan", actor=world.own[Role.STATION], plan=plan, text="好")
    waiting = do("territory.draft_plan", name="x", area=TOWN, lower=200, upper=400)
    world.ids |= {"consulted": plan, "comment": said.id, "dividing": waiting.result["id"]}


def _stroked(world: World, name: str) -> UUID:
    """Draw a stroke of each who may on a draft, and take it back where that is what is wanted."""
    plan = drafted(halves(TOWN), area=TOWN).id
    for number, role in enumerate((Role.PLANNER, Role.SYSTEM_ADMIN), start=3):
        drawer = world.own[role]
        do("territory.move_units", actor=drawer, plan=plan, units=[f"{WENCHANG}{number:06d}"])
        if name == "taken_back":
            do("territory.undo_stroke", actor=drawer, plan=plan)
    return plan


def _work() -> None:
    """Do what is due. No lease is renewed meanwhile: the world lies in an open transaction."""
    while work_once("tests", lease=timedelta(hours=1)):
        pass


def _bring_an_old_net(world: World) -> None:
    """Bring in two duties of the official, one of somebody without an account, and a bare net."""
    rows = [row("A", "调解", "老调解员", 小区="文昌花园")]
    net = bring(rows, area=TOWN, organisation="lamps")
    held_by(net, world.own[Role.OFFICIAL].person)
    retired = bring([row("A", "普法", "老司法员", 小区="文昌花园")], area=TOWN, name="普法网",
                    organisation="lamps")  # fmt: skip
    finished = bring([row("A", 小区="文昌花园")], area=TOWN, name="空网")
    world.ids |= {"old_net": net.id, "finished_net": finished.id, "net_file": kept(rows)}
    for name, each in (("transfer", net), ("unsignable", retired)):
        duty = LegacyDuty.objects.get(cell__net=each)
        post = world.own[Role.GRID_WORKER].post
        proposed = do("nets.propose_post", duty=duty.id, post=post).result["id"]
        world.ids |= {name: proposed, f"duty_of_{name}": duty.id}


def _bring_homes(world: World) -> None:
    papers.listed(GRID, at=world.now)
    made, waiting = (
        papers.printed(area=GRID, at=world.now),
        papers.ordered("maps", GRID, world.now),
    )
    world.ids |= {"run": made.id, "unprinted_run": waiting.id}
    world.ids["card"] = Card.objects.get(grid_code=GRID).id
    content = f"单元编码,门牌号\n{WENCHANG}000001,302\n".encode()
    kept = files.keep([content], name="门牌.csv", kind="doors", most=1000, at=world.now)
    world.ids["door_file"] = kept.digest
    for role in set(KEEPERS_OF_DOORS) & set(ROLES):
        own = files.keep([content], name="门牌.csv", kind="doors", most=1000, at=world.now,
                         account=world.own[role].account)  # fmt: skip
        world.ids[f"doors of {role}"] = own.id


def _bring_the_rest(world: World) -> None:
    token = {"account": str(world.own[Role.PLATFORM].account),
             "post": str(world.own[Role.PLATFORM].post), "label": "12345"}  # fmt: skip
    given = run("base.give_token", token, id=new_id(), actor=world.own[Role.SECURITY_ADMIN])
    world.ids["token"] = given.result["id"]
    for name, role, area in (
        ("free_post", Role.STATION, WENCHANG),
        ("admin_post", Role.AUDIT_ADMIN, CODE),
    ):
        world.ids[name] = Post.objects.create(role=role, area_code=area, name=name).id
    world.ids["person"] = Person.objects.create(name="新人").id
    world.ids["person_with_account"] = world.offices["analyst"].person
    held = Appointment.objects.get(post=world.offices["station"].post)
    world.ids["appointment"] = held.id
    admins = Appointment.objects.get(post=world.own[Role.AUDIT_ADMIN].post)
    world.ids["admins_appointment"] = admins.id
    world.ids["job"] = Job.objects.create(
        kind="tests.greet",
        due_at=world.now,
        created_at=world.now,
        account=world.own[Role.PLANNER].account,
    ).id
    photo = files.keep([b"jpeg"], name="x.jpg", kind="image/jpeg", most=10, at=world.now)
    Attachment.objects.create(case=world.cases["received"], file=photo.id, at=world.now)
    world.ids["photo"] = photo.id
    tiles = Path(settings.YIGE_HOME) / "map" / "rights.pmtiles"
    tiles.parent.mkdir(exist_ok=True)
    tiles.write_bytes(b"tiles")
    Organisation.objects.create(code="empty", name="x", kind="department", area_code=TOWN)
    world.ids["deferral"] = _deferral(world).entry_id


def _deferral(world: World) -> Deferral:
    case = world.cases["received"]
    body = {"case": str(case.id), "text": "补充"}
    outcome = run("cases.note", body, id=new_id(), actor=world.offices["worker"])
    return Deferral.objects.create(
        entry_id=outcome.id, command="cases.note", author="x", subject=case.id,
        area_code=GRID, made_at=world.now, received_at=world.now,
    )  # fmt: skip


def in_days(days: int) -> str:
    """Write an instant to come."""
    return (clock.now() + timedelta(days=days)).isoformat()


__all__ = ["ROLES", "SYSTEM", "World", "build", "in_days"]
