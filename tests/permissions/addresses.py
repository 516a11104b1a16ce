"""For each address and method a request that is right in the world, about the grid of `own`.

A room that gains an address adds it here and in `addresses.csv`.
"""

from collections.abc import Callable, Iterator
from json import dumps
from typing import Any, Final

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, get_resolver

from tests.city import DONGGUAN, WENCHANG
from tests.permissions.samples import SAMPLES
from tests.permissions.world import GRID, TOWN, World
from tests.surveying import rights
from tests.territory.planning import halves
from tests.territory.survey_files import as_csv, rows_of
from yige.base.access import Actor
from yige.cases.tracking import secret_of
from yige.homes.cards import token_of
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.territory import net

Asked = tuple[str, dict[str, Any] | None]
Ask = Callable[[World, Actor], Asked]


def at(path: str) -> Ask:
    """Ask for a plain address."""
    return lambda world, actor: (path, None)


def to(path: str, **data: Any) -> Ask:
    """Send a form to a plain address."""
    return lambda world, actor: (path, data)


def case(rest: str = "", state: str = "received", **data: Any) -> Ask:
    """Speak of a case by its address."""
    return lambda world, actor: (f"/cases/{world.cases[state].id}{rest}", data or None)


def thing(path: str, name: str, **data: Any) -> Ask:
    """Speak of a thing of the world by its address."""
    return lambda world, actor: (path.format(world.ids[name]), data or None)


def command(world: World, actor: Actor) -> Asked:
    """Send a command that everybody may, as JSON."""
    item = {"id": str(new_id()), "body": SAMPLES["cases.open"](world)}
    return "/api/v1/commands", {"items": [item | {"command": "cases.open"}]}


def one_command(world: World, actor: Actor) -> Asked:
    """Send one command of the city's administrator, as JSON."""
    body = SAMPLES["base.set"](world)
    return "/api/v1/commands/base.set", {"id": str(new_id()), "body": body}


def assigned_features() -> dict[str, Any]:
    """Say of each unit of the town which grid it is in, as a file of GeoJSON."""
    features = [
        {"type": "Feature", "geometry": None, "properties": {"unit": unit, "grid": str(grid)}}
        for unit, grid in halves(TOWN, at=clock.now()).items()
    ]
    return {"type": "FeatureCollection", "features": features}


REPORT: Final = {
    "text": "楼道里堆了旧家具", "category": "0502",
    "place.lon": "119.9401", "place.lat": "37.1801",
}  # fmt: skip


def slip(world: World) -> dict[str, Any]:
    """What a reporter's slip says: number and secret."""
    case = world.cases["with_contact"]
    return {"number": case.number, "secret": secret_of(case.id)}


ADDRESSES: dict[str, Ask] = {
    "GET healthz": at("/healthz"),
    "GET ": at("/"),
    "GET home/": at("/home/"),
    "GET more/": at("/more/"),
    "GET api/v1/": at("/api/v1/"),
    "GET api/v1/openapi.json": at("/api/v1/openapi.json"),
    "POST api/v1/commands": command,
    "POST api/v1/commands/<name>": one_command,
    "GET api/v1/cases": at("/api/v1/cases"),
    "GET api/v1/cases/<uuidstr:case>": lambda world, actor: (
        f"/api/v1/cases/{world.cases['received'].id}", None,
    ),
    "GET api/v1/areas/<code>": at(f"/api/v1/areas/{WENCHANG}"),
    "GET api/v1/locate": at(f"/api/v1/locate?area_code={GRID}"),
    "GET api/v1/plans/<uuidstr:plan>/export.<kind>": thing(
        "/api/v1/plans/{}/export.geojson", "plan"
    ),
    "POST api/v1/plans/import": lambda world, actor: (
        f"/api/v1/plans/import?id={new_id()}&name=x&area={TOWN}", assigned_features(),
    ),
    "GET api/v1/features": at("/api/v1/features"),
    "GET api/v1/features/conformance": at("/api/v1/features/conformance"),
    "GET api/v1/features/collections": at("/api/v1/features/collections"),
    "GET api/v1/features/collections/<collection>": at("/api/v1/features/collections/units"),
    "GET api/v1/features/collections/<collection>/items": at(
        "/api/v1/features/collections/units/items"
    ),
    "GET api/v1/features/collections/<collection>/items/<feature>": at(
        f"/api/v1/features/collections/units/items/{WENCHANG}000001"
    ),
    "GET api/v1/me": at("/api/v1/me"),
    "GET api/v1/jobs/<uuidstr:job>": thing("/api/v1/jobs/{}", "job"),
    "GET jobs/": at("/jobs/"),
    "GET jobs/<uuid:job>": thing("/jobs/{}", "job"),
    "GET jobs/<uuid:job>/piece": thing("/jobs/{}/piece", "job"),
    "POST jobs/<uuid:job>/cancel": thing("/jobs/{}/cancel", "job", x="x"),
    "GET settings/": at("/settings/"),
    "POST settings/": to("/settings/", name="city.phone", value='"12345"'),
    "GET account/": at("/account/"),
    "POST account/": to("/account/", language="en"),
    "POST account/post": lambda world, actor: ("/account/post", {"post": str(actor.post)}),
    "GET audit/": at("/audit/"),
    "GET audit/<int:position>": at("/audit/1"),
    "GET audit/health": at("/audit/health"),
    "POST audit/verify": to("/audit/verify", x="x"),
    "GET tokens/": at("/tokens/"),
    "POST tokens/": lambda world, actor: (
        "/tokens/",
        {"username": "platform here", "post": str(new_id()), "label": "x", "days": 9},
    ),
    "POST tokens/<uuid:token>/revoke": thing("/tokens/{}/revoke", "token", x="x"),
    "GET report/": at("/report/"),
    "POST report/": to("/report/", **REPORT),
    "POST report/echo/<uuid:case>": lambda world, actor: (
        f"/report/echo/{world.cases['lamp'].id}", {"contact.phone": "13800001234"},
    ),
    "GET report/near": at("/report/near?category=0502"),
    "GET track/": at("/track/"),
    "POST track/": lambda world, actor: ("/track/", slip(world)),
    "POST track/<slug:verb>": lambda world, actor: (
        "/track/note", slip(world) | {"text": "补充"},
    ),
    "GET matters/": at("/matters/"),
    "GET today/": at("/today/"),
    "GET mine/": at("/mine/"),
    "GET cases/": at("/cases/"),
    "GET cases/counts": at("/cases/counts"),
    "GET cases/new": at("/cases/new"),
    "POST cases/new": to("/cases/new", **REPORT),
    "GET cases/late/": at("/cases/late/"),
    "POST cases/late/<uuid:deferral>/take": thing("/cases/late/{}/take", "deferral", x="x"),
    "POST cases/late/<uuid:deferral>/drop": thing(
        "/cases/late/{}/drop", "deferral", reason="已办"
    ),
    "GET cases/<uuid:case>": case(),
    "POST cases/<uuid:case>/<slug:verb>": case("/note", text="补充"),
    "POST cases/<uuid:case>/contact": case("/contact", "with_contact", purpose="约时间"),
    "GET cases/<uuid:case>/photos/<uuid:file>": lambda world, actor: (
        f"/cases/{world.cases['received'].id}/photos/{world.ids['photo']}", None,
    ),
    "GET search/": at("/search/?q=x"),
    "GET homes/": at("/homes/"),
    "POST homes/make": to("/homes/make", area=GRID, floors=6, per_floor=2, replace="on"),
    "GET homes/units/<str:unit>": at(f"/homes/units/{WENCHANG}000001"),
    "POST homes/units/<str:unit>": to(
        f"/homes/units/{WENCHANG}000001", numbers=["302"], state="empty"
    ),
    "GET homes/import": at("/homes/import"),
    "POST homes/import": lambda world, actor: (
        "/homes/import", {"file": SimpleUploadedFile("门牌.csv", b"x")},
    ),
    "GET homes/import/<uuid:file>": lambda world, actor: (
        f"/homes/import/{world.ids.get(f'doors of {actor.role}', new_id())}", None,
    ),
    "POST homes/import/<uuid:file>": lambda world, actor: (
        f"/homes/import/{world.ids.get(f'doors of {actor.role}', new_id())}", {"x": "x"},
    ),
    "GET homes/template.<str:kind>": at("/homes/template.csv"),
    "GET homes/prints/": at("/homes/prints/"),
    "POST homes/prints/": to("/homes/prints/", area=GRID, kind="cards"),
    "GET homes/prints/<uuid:run>": thing("/homes/prints/{}", "run"),
    "GET homes/prints/<uuid:run>/piece": thing("/homes/prints/{}/piece", "run"),
    "GET homes/prints/<uuid:run>/file": thing("/homes/prints/{}/file", "run"),
    "GET homes/cards/": at("/homes/cards/"),
    "POST homes/cards/<uuid:card>/revoke": thing("/homes/cards/{}/revoke", "card", x="x"),
    "GET k/<str:token>": lambda world, actor: (f"/k/{token_of(world.ids['card'])}", None),
    "GET inbox/": at("/inbox/"),
    "POST inbox/read": to("/inbox/read", x="x"),
    "GET people/posts/": at("/people/posts/"),
    "GET people/posts/new": at("/people/posts/new"),
    "POST people/posts/new": to(
        "/people/posts/new", role="station", area_code=WENCHANG, name="x", wanted=1
    ),
    "GET people/posts/<uuid:post>": thing("/people/posts/{}", "free_post"),
    "POST people/posts/<uuid:post>": lambda world, actor: (
        f"/people/posts/{world.ids['free_post']}", {"person": str(world.ids["person"])},
    ),
    "POST people/posts/<uuid:post>/end": thing("/people/posts/{}/end", "free_post", x="x"),
    "POST people/appointments/<uuid:appointment>/end": thing(
        "/people/appointments/{}/end", "appointment", x="x"
    ),
    "GET people/persons/": at("/people/persons/"),
    "GET people/persons/new": at("/people/persons/new"),
    "POST people/persons/new": to("/people/persons/new", name="x"),
    "GET people/persons/<uuid:person>": thing("/people/persons/{}", "person"),
    "POST people/persons/<uuid:person>": thing(
        "/people/persons/{}", "person", username="xinren"
    ),
    "POST people/persons/<uuid:person>/close": thing(
        "/people/persons/{}/close", "person_with_account", x="x"
    ),
    "POST people/persons/<uuid:person>/open": thing(
        "/people/persons/{}/open", "person_with_account", x="x"
    ),
    "POST people/persons/<uuid:person>/password": thing(
        "/people/persons/{}/password", "person_with_account", x="x"
    ),
    "GET people/organisations/": at("/people/organisations/"),
    "GET people/organisations/new": at("/people/organisations/new"),
    "POST people/organisations/new": to(
        "/people/organisations/new", code="new", name="x", kind="department", area_code=WENCHANG
    ),
    "GET nets/": at("/nets/"),
    "GET nets/new": at("/nets/new"),
    "POST nets/new": lambda world, actor: (
        "/nets/new",
        {"name": "综治网", "kind": "integrated_governance", "area": TOWN,
         "file": world.ids["net_file"]},
    ),
    "GET nets/template.<str:kind>": at("/nets/template.csv"),
    "GET nets/signing": at("/nets/signing"),
    "POST nets/signing/<slug:verb>": lambda world, actor: (
        "/nets/signing/take", {"transfers": [str(world.ids["transfer"])]},
    ),
    "GET nets/duties/<uuid:duty>": thing("/nets/duties/{}", "duty_of_transfer"),
    "POST nets/duties/<uuid:duty>/<slug:verb>": thing(
        "/nets/duties/{}/end", "duty_of_transfer", reason="并入热线"
    ),
    "GET nets/<uuid:net>": thing("/nets/{}", "old_net"),
    "GET nets/<uuid:net>/signing": thing("/nets/{}/signing", "old_net"),
    "POST nets/<uuid:net>/propose": thing("/nets/{}/propose", "old_net", role="station"),
    "POST nets/<uuid:net>/retire": thing("/nets/{}/retire", "finished_net", x="x"),
    "GET nets/<uuid:net>/crosswalk": thing("/nets/{}/crosswalk", "old_net"),
    "GET nets/<uuid:net>/crosswalk.<str:kind>": thing("/nets/{}/crosswalk.csv", "old_net"),
    "GET figures/": at("/figures/"),
    "GET figures/table.csv": at("/figures/table.csv"),
    "GET my-grid/": at("/my-grid/"),
    "GET grid-changes/": at("/grid-changes/"),
    "GET grid-changes/net.geojson": at(f"/grid-changes/net.geojson?area={WENCHANG}"),
    "GET grid-changes/table.<str:kind>": at("/grid-changes/table.csv"),
    "GET surveys/": at("/surveys/"),
    "POST surveys/": lambda world, actor: (
        "/surveys/",
        {"name": "普查", "area": TOWN, "datum": "wgs84",
         "file": SimpleUploadedFile("普查.csv", as_csv(rows_of(WENCHANG)))},
    ),
    "GET surveys/template.<str:kind>": at("/surveys/template.csv"),
    "GET surveys/<uuid:survey>": thing("/surveys/{}", "checked_survey"),
    "POST surveys/<uuid:survey>/accept": thing("/surveys/{}/accept", "checked_survey", x="x"),
    "POST surveys/<uuid:survey>/drop": thing("/surveys/{}/drop", "checked_survey", x="x"),
    "GET campaigns/": at("/campaigns/"),
    "POST campaigns/": to(
        "/campaigns/", name="x", area=DONGGUAN, vintage="2026-06-01", opens_on="2026-06-01",
        closes_on="2026-06-20",
    ),
    "GET campaigns/<uuid:campaign>": thing("/campaigns/{}", "campaign"),
    "GET campaigns/<uuid:campaign>/map": thing("/campaigns/{}/map", "campaign"),
    "POST campaigns/<uuid:campaign>/freeze": thing(
        "/campaigns/{}/freeze", "campaign", without_open="on"
    ),
    "GET campaigns/<uuid:campaign>/compare": thing("/campaigns/{}/compare", "campaign"),
    "GET campaigns/<uuid:campaign>/compare.<str:kind>": thing(
        "/campaigns/{}/compare.csv", "campaign"
    ),
    "GET campaigns/<uuid:campaign>/sheets": thing("/campaigns/{}/sheets", "campaign"),
    "POST campaigns/<uuid:campaign>/sheets": lambda world, actor: (
        f"/campaigns/{world.ids['campaign']}/sheets",
        {"group": str(world.ids["survey_group"]), "sheets": [str(world.ids["new_sheet"])]},
    ),
    "POST campaigns/<uuid:campaign>/check": lambda world, actor: (
        f"/campaigns/{world.ids['campaign']}/check",
        {"sheets": [str(world.ids["done_sheet"])], "reason": "x"},
    ),
    "GET campaigns/<uuid:campaign>/groups": thing("/campaigns/{}/groups", "campaign"),
    "POST campaigns/<uuid:campaign>/groups": lambda world, actor: (
        f"/campaigns/{world.ids['campaign']}/groups",
        {"name": "y", "leader": str(world.ids["person"])},
    ),
    "POST campaigns/<uuid:campaign>/by-grid": thing("/campaigns/{}/by-grid", "campaign", x="x"),
    "GET campaigns/<uuid:campaign>/print": thing("/campaigns/{}/print", "campaign"),
    "GET campaigns/<uuid:campaign>/files": thing("/campaigns/{}/files", "campaign"),
    "POST campaigns/<uuid:campaign>/files": lambda world, actor: (
        f"/campaigns/{world.ids['campaign']}/files",
        {"kind": "filled", "file": SimpleUploadedFile("回收.csv", rights.FILE.encode())},
    ),
    "GET campaigns/<uuid:campaign>/blank-<str:what>.<str:kind>": thing(
        "/campaigns/{}/blank-filled.csv", "campaign"
    ),
    "GET campaigns/files/<uuid:upload>": thing("/campaigns/files/{}", "checked_upload"),
    "POST campaigns/files/<uuid:upload>/accept": thing(
        "/campaigns/files/{}/accept", "checked_upload", x="x"
    ),
    "POST campaigns/files/<uuid:upload>/drop": thing(
        "/campaigns/files/{}/drop", "checked_upload", x="x"
    ),
    "GET sheets/": at("/sheets/"),
    "GET sheets/<uuid:sheet>": thing("/sheets/{}", "new_sheet"),
    "POST sheets/<uuid:sheet>": lambda world, actor: (
        f"/sheets/{world.ids['new_sheet']}",
        {f"counts.{n}.households": "20" for n in range(4)},
    ),
    "POST sheets/<uuid:sheet>/begin": thing("/sheets/{}/begin", "new_sheet", x="x"),
    "POST sheets/<uuid:sheet>/check": thing("/sheets/{}/check", "done_sheet", reason="x"),
    "POST sheets/<uuid:sheet>/return": thing("/sheets/{}/return", "done_sheet", reason="x"),
    "GET plans/": at("/plans/"),
    "GET plans/new": at("/plans/new"),
    "POST plans/new": to("/plans/new", name="x", area=TOWN, lower=200, upper=400),
    "GET plans/import": at("/plans/import"),
    "POST plans/import": lambda world, actor: (
        "/plans/import",
        {"name": "x", "area": TOWN,
         "file": SimpleUploadedFile("x.json", dumps(assigned_features()).encode())},
    ),
    "GET plans/<uuid:plan>/export.<str:kind>": thing("/plans/{}/export.csv", "plan"),
    "GET plans/<uuid:plan>": thing("/plans/{}", "plan"),
    "GET plans/<uuid:plan>/units.json": thing("/plans/{}/units.json", "consulted"),
    "GET plans/<uuid:plan>/units.pmtiles": thing("/plans/{}/units.pmtiles", "consulted"),
    "GET plans/<uuid:plan>/grids/<int:label>": lambda world, actor: (
        f"/plans/{world.ids['plan']}/grids/{world.ids['label']}", None,
    ),
    "POST plans/<uuid:plan>/grids/<int:label>": lambda world, actor: (
        f"/plans/{world.ids['plan']}/grids/{world.ids['label']}",
        {"units": [f"{WENCHANG}000003"], "label": world.ids["label"] + 1},
    ),
    "POST plans/<uuid:plan>/branch": lambda world, actor: (
        f"/plans/{world.ids['plan']}/branch", {"name": "x"},
    ),
    "POST plans/<uuid:plan>/divide": thing("/plans/{}/divide", "plan", x="x"),
    "GET plans/<uuid:plan>/division": thing("/plans/{}/division", "unread_plan"),
    "POST plans/<uuid:plan>/division/stop": thing("/plans/{}/division/stop", "dividing", x="x"),
    "GET plans/<uuid:plan>/proof": thing("/plans/{}/proof", "plan"),
    "POST plans/<uuid:plan>/prove": thing("/plans/{}/prove", "plan", x="x"),
    "POST plans/<uuid:plan>/consult": thing("/plans/{}/consult", "proposed", until="2099-01-01"),
    "GET plans/<uuid:plan>/consultation": thing("/plans/{}/consultation", "consulted"),
    "POST plans/<uuid:plan>/consultation": thing("/plans/{}/consultation", "consulted", text="好"),
    "POST plans/<uuid:plan>/comments": thing("/plans/{}/comments", "consulted", text="好"),
    "POST plans/<uuid:plan>/comments/<uuid:comment>": lambda world, actor: (
        f"/plans/{world.ids['consulted']}/comments/{world.ids['comment']}", {"text": "照办"},
    ),
    "GET plans/<uuid:plan>/print": thing("/plans/{}/print", "plan"),
    "GET plans/<uuid:plan>/compare": thing("/plans/{}/compare", "plan"),
    "GET plans/<uuid:plan>/compare/<slug:side>.json": thing(
        "/plans/{}/compare/after.json", "plan"
    ),
    "POST plans/<uuid:plan>/strokes": lambda world, actor: (
        f"/plans/{world.ids['plan']}/strokes", {"units": [f"{WENCHANG}000003"]},
    ),
    "POST plans/<uuid:plan>/undo": thing("/plans/{}/undo", "stroked", x="x"),
    "POST plans/<uuid:plan>/redo": thing("/plans/{}/redo", "taken_back", x="x"),
    "POST plans/<uuid:plan>/locks": lambda world, actor: (
        f"/plans/{world.ids['plan']}/locks", {"labels": [world.ids["label"]], "is_locked": "on"},
    ),
    "GET plans/<uuid:plan>/changes": thing("/plans/{}/changes", "plan"),
    "POST plans/<uuid:plan>/reason": lambda world, actor: (
        f"/plans/{world.ids['plan']}/reason",
        {"labels": [world.ids["label"]], "reason": "公园"},
    ),
    "POST plans/<uuid:plan>/propose": thing("/plans/{}/propose", "plan", x="x"),
    "POST plans/<uuid:plan>/withdraw": thing("/plans/{}/withdraw", "proposed", x="x"),
    "POST plans/<uuid:plan>/delete": thing("/plans/{}/delete", "plan", x="x"),
    "GET plans/<uuid:plan>/adopt": thing("/plans/{}/adopt", "proposed"),
    "POST plans/<uuid:plan>/adopt": lambda world, actor: (
        f"/plans/{world.ids['proposed']}/adopt", {"net_version": net.version()},
    ),
    "GET places/name": at("/places/name?lon=119.94&lat=37.18"),
    "GET places/search": at("/places/search?q=x"),
    "GET map/<slug:name>.pmtiles": at("/map/rights.pmtiles"),
    "POST preferences/size": to("/preferences/size", size="large"),
    "POST preferences/language": to("/preferences/language", language="en"),
}  # fmt: skip

LOG_IN: Final = {
    f"GET accounts/{route}": at(f"/accounts/{path}")
    for route, path in {
        **{
            plain: plain
            for plain in (
                "login/", "logout/", "inactive/", "signup/", "reauthenticate/", "email/",
                "confirm-email/", "password/change/", "password/set/", "password/reset/",
                "password/reset/done/", "password/reset/key/done/", "login/code/confirm/",
                "2fa/", "2fa/authenticate/", "2fa/reauthenticate/", "2fa/totp/activate/",
                "2fa/totp/deactivate/", "2fa/recovery-codes/", "2fa/recovery-codes/generate/",
                "2fa/recovery-codes/download/",
            )
        },
        r"^confirm-email/(?P<key>[-:\w]+)/$": "confirm-email/x/",
        "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/x-y/",
    }.items()
}  # fmt: skip
"""Pages of the log-in, which look after themselves."""

ADDRESSES |= LOG_IN

WITHOUT_COMMAND: Final = frozenset({
    "POST account/post", "POST homes/import", "POST preferences/size",
    "POST preferences/language", "POST track/",
})  # fmt: skip
"""Forms that change nothing of the city: whether they were taken is told by their answer."""


def patterns() -> Iterator[str]:
    """List every address of the resolver, written as in its route."""

    def walk(resolver: URLResolver, before: str) -> Iterator[str]:
        for each in resolver.url_patterns:
            route = before + str(each.pattern)
            if isinstance(each, URLPattern):
                yield route
            else:
                yield from walk(each, route)

    yield from walk(get_resolver(), "")
