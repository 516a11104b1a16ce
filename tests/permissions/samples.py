"""For each command a body that is right in the world, about something in the grid of `own`.

`name@story` is another sample of the same command. A room that gains a command adds it here and
in its table (`<room>.csv`).
"""

from collections.abc import Callable
from typing import Any, Final

from tests.cases.offices import STAIRS
from tests.city import DONGGUAN, WENCHANG
from tests.permissions.world import CONTACT, GRID, TOWN, World, in_days
from tests.surveying import rights
from tests.territory.planning import halves
from yige.base.access import Role
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.people.models import Organisation
from yige.territory import net
from yige.territory.ground import ground_of

Sample = Callable[[World], dict[str, Any]]


def about(state: str, **more: Any) -> Sample:
    """Speak of the case in a state."""
    return lambda world: {"case": str(world.cases[state].id)} | more


def of(name: str, key: str, **more: Any) -> Sample:
    """Speak of a thing of the world by its id."""
    return lambda world: {key: str(world.ids[name])} | more


def said(**body: Any) -> Sample:
    """Say a body that speaks of nothing in particular."""
    return lambda world: body


def lamps() -> str:
    return str(Organisation.objects.get(code="lamps").id)


BASE: Final[dict[str, Sample]] = {
    "base.cancel_job": of("job", "job"),
    "base.drop_deferred": of("deferral", "deferral", reason="已办"),
    "base.give_token": lambda world: {
        "account": str(world.without_post.account), "post": str(new_id()), "label": "x",
    },
    "base.revoke_token": of("token", "token"),
    "base.seed_calendar": said(),
    "base.set": said(name="city.phone", value='"12345"'),
    "base.set_calendar_days": said(
        days=[{"day": "2027-03-01", "kind": "holiday", "name": "x"}], source="x"
    ),
    "base.set_preferences": said(language="en"),
    "base.take_over_deferred": of("deferral", "deferral"),
    "base.verify_journal": said(),
}  # fmt: skip

CHANNELS: Final[dict[str, Sample]] = {"channels.mark_read": said()}

PEOPLE: Final[dict[str, Sample]] = {
    "people.appoint": lambda world: {
        "id": str(new_id()),
        "person": str(world.ids["person"]),
        "post": str(world.ids["free_post"]),
    },
    "people.appoint@administrator": lambda world: {
        "id": str(new_id()),
        "person": str(world.ids["person"]),
        "post": str(world.ids["admin_post"]),
    },
    "people.close_account": of("person_with_account", "person"),
    "people.end_appointment": of("appointment", "appointment"),
    "people.end_appointment@administrator": of("admins_appointment", "appointment"),
    "people.end_organisation": said(code="empty"),
    "people.end_post": of("free_post", "post"),
    "people.give_account": of("person", "person", username="xinren"),
    "people.open_account": of("person_with_account", "person"),
    "people.renew_password": of("person_with_account", "person"),
    "people.set_organisation": said(code="new", name="x", kind="department", area_code=TOWN),
    "people.set_person": lambda world: {"id": str(new_id()), "name": "新人"},
    "people.set_post": lambda world: {
        "id": str(new_id()), "role": "station", "area_code": WENCHANG, "name": "x",
    },
}  # fmt: skip

TERRITORY: Final[dict[str, Sample]] = {
    "territory.accept_survey": of("checked_survey", "survey"),
    "territory.adopt_plan": lambda world: {
        "plan": str(world.ids["proposed"]), "net_version": net.version(),
    },
    "territory.branch_plan": lambda world: {"plan": str(world.ids["plan"]), "name": "x"},
    "territory.change_divisions": said(
        changes=[{"old": WENCHANG, "new": f"{TOWN}009", "name": "新文昌社区"}]
    ),
    "territory.answer_comment": of("comment", "comment", text="照办"),
    "territory.comment_plan": of("consulted", "plan", text="好"),
    "territory.consult_plan": of("proposed", "plan", until="2099-01-01"),
    "territory.prove_plan": of("plan", "plan"),
    "territory.stop_division": of("dividing", "plan"),
    "territory.delete_plan": of("plan", "plan"),
    "territory.divide_again": of("plan", "plan"),
    "territory.draft_plan": said(name="x", area=TOWN, lower=200, upper=400),
    "territory.drop_survey": of("checked_survey", "survey"),
    "territory.import_plan": lambda world: {
        "name": "x", "area": TOWN,
        "units": list(halves(TOWN, at=clock.now())),
        "grids": [str(grid) for grid in halves(TOWN, at=clock.now()).values()],
    },
    "territory.import_survey": lambda world: {
        "name": "x", "area": TOWN, "file": world.ids["file"], "datum": "cgcs2000",
    },
    "territory.move_units": lambda world: {
        "plan": str(world.ids["plan"]),
        "units": [f"{WENCHANG}000003"],
        "label": world.ids["label"] + 1,
    },
    "territory.note_survey": of("reading_survey", "survey", state="checked", report={}),
    "territory.propose_plan": of("plan", "plan"),
    "territory.redo_stroke": of("taken_back", "plan"),
    "territory.set_divisions": said(
        divisions=[{"code": "370683009", "name": "新镇"}], source="x"
    ),
    "territory.set_locks": lambda world: {
        "plan": str(world.ids["plan"]), "labels": [world.ids["label"]],
    },
    "territory.set_reason": of("plan", "plan", labels=[1], reason="公园"),
    "territory.store_plan": lambda world: {
        "plan": str(world.ids["unread_plan"]),
        "fingerprint": ground_of(TOWN, clock.now()).fingerprint,
        "labels": list(halves(TOWN, at=clock.now()).values()),
    },
    "territory.store_survey": of("storing_survey", "survey"),
    "territory.undo_stroke": of("stroked", "plan"),
    "territory.withdraw_plan": of("proposed", "plan"),
}  # fmt: skip

NETS: Final[dict[str, Sample]] = {
    "nets.decide": lambda world: {"transfers": [str(world.ids["unsignable"])], "reason": "已退休"},
    "nets.end_duty": of("duty_of_transfer", "duty", reason="并入热线"),
    "nets.give": lambda world: {"transfers": [str(world.ids["transfer"])]},
    "nets.import_net": lambda world: {
        "name": "综治网", "kind": "integrated_governance", "area": TOWN,
        "file": world.ids["net_file"],
    },
    "nets.propose_post": lambda world: {
        "duty": str(world.ids["duty_of_transfer"]), "post": str(world.own[Role.STATION].post),
    },
    "nets.propose_posts": of("old_net", "net"),
    "nets.retire": of("finished_net", "net"),
    "nets.set_holder": of("duty_of_transfer", "duty", holder="接替的人"),
    "nets.take": lambda world: {"transfers": [str(world.ids["transfer"])]},
    "nets.withdraw": lambda world: {"transfers": [str(world.ids["transfer"])]},
}  # fmt: skip

HOMES: Final[dict[str, Sample]] = {
    "homes.import_doors": lambda world: {"area": GRID, "file": world.ids["door_file"]},
    "homes.make_doors": said(area=GRID, floors=6, per_floor=2, replace=True),
    "homes.note_prints": lambda world: {
        "run": str(world.ids["unprinted_run"]), "file": world.ids["door_file"], "pages": 1,
        "seconds": 0.1, "says": ["0" * 64],
    },
    "homes.order_prints": said(area=GRID, kind="cards"),
    "homes.revoke_card": of("card", "card"),
    "homes.set_doors": said(unit=f"{WENCHANG}000001", numbers=["302"], state="empty"),
}  # fmt: skip

CASES: Final[dict[str, Sample]] = {
    "cases.accept": about("received"),
    "cases.archive": said(before="2026-01-01T00:00:00Z"),
    "cases.check": about("accepted"),
    "cases.close": about("to_follow_up", text="已回访"),
    "cases.decline": about("received", text="不属管辖"),
    "cases.dispatch": lambda world: {
        "case": str(world.cases["received"].id), "organisation": lamps(),
    },
    "cases.done": about("handling", text="清走了"),
    "cases.done@unit": about("unit_handles", text="修好了"),
    "cases.echo": about("lamp", contact=CONTACT),
    "cases.extend": about("handling", text="等配件", until=in_days(9)),
    "cases.file": about("accepted"),
    "cases.hand_down": about("with_the_station", area_code=GRID),
    "cases.hand_up": about("received", text="清不动"),
    "cases.handle": about("received"),
    "cases.load_categories": said(),
    "cases.load_workflow": said(),
    "cases.merge": lambda world: {
        "case": str(world.cases["received"].id), "into": str(world.cases["accepted"].id),
    },
    "cases.not_file": about("accepted", text="查无此事"),
    "cases.note": about("received", text="补充"),
    "cases.note@unit": about("with_a_unit", text="补充"),
    "cases.open": said(text="楼道里堆了旧家具", category=STAIRS, place={"area_code": GRID}),
    "cases.park": about("accepted", text="等配件", until=in_days(3)),
    "cases.rate": about("to_follow_up", rating=5, is_solved=True),
    "cases.reclassify": about("received", category="0302"),
    "cases.reopen": about("to_follow_up", text="没解决"),
    "cases.resume": about("parked"),
    "cases.reveal_contact": about("with_contact", purpose="约时间"),
    "cases.rework": about("to_verify", text="没清净"),
    "cases.send_back": about("unit_handles", text="不归我管"),
    "cases.settle": about("received", text="当场清走"),
    "cases.sign": about("with_a_unit"),
    "cases.supervise": about("received", text="群众反映强烈"),
    "cases.verify": about("to_verify"),
    "cases.void": about("received", text="误报"),
    "cases.watch": about("received"),
    "cases.withdraw": about("reported_by_a_volunteer"),
}  # fmt: skip

SURVEYING: Final[dict[str, Sample]] = {
    "surveying.accept_file": of("checked_upload", "upload"),
    "surveying.begin": of("new_sheet", "sheet"),
    "surveying.bring_file": lambda world: {
        "campaign": str(world.ids["campaign"]), "kind": "filled", "file": world.ids["file"],
    },
    "surveying.check": lambda world: {"sheets": [str(world.ids["done_sheet"])], "reason": "x"},
    "surveying.drop_file": of("checked_upload", "upload"),
    "surveying.freeze": of("campaign", "campaign", without_open=True),
    "surveying.hand_in": lambda world: {
        "sheet": str(world.ids["new_sheet"]), "counts": rights.counts(world.ids["new_sheet"]),
    },
    "surveying.hand_out": lambda world: {
        "campaign": str(world.ids["campaign"]), "group": str(world.ids["survey_group"]),
        "sheets": [str(world.ids["new_sheet"])],
    },
    "surveying.hand_out_by_grid": of("campaign", "campaign"),
    "surveying.note_file": of("reading_upload", "upload", state="checked", report={}),
    "surveying.open_campaign": said(
        name="x", area=DONGGUAN, vintage="2026-06-01", opens_on="2026-06-01",
        closes_on="2026-06-20",
    ),
    "surveying.send_back": of("done_sheet", "sheet", reason="x"),
    "surveying.set_group": lambda world: {
        "campaign": str(world.ids["campaign"]), "name": "y",
        "persons": [str(world.ids["person"])],
    },
    "surveying.store_counts": of("frozen_campaign", "campaign"),
    "surveying.store_file": of("storing_upload", "upload"),
}  # fmt: skip

SAMPLES: Final = BASE | CHANNELS | PEOPLE | TERRITORY | SURVEYING | NETS | HOMES | CASES
