"""The map for other programs: OGC API - Features, read by the book and by GDAL."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import shapely
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from tests import city as small
from tests.api.seats import seat
from tests.city import CODE, DONGGUAN, WENCHANG, YONGAN, City
from tests.territory.planning import adopt, drafted, halves
from yige.base.access import Actor, Role
from yige.base.commands import run
from yige.base.tokens import bearer_of
from yige.kernel import clock
from yige.kernel.ids import new_id
from yige.territory.models import Grid, Place, Unit

pytestmark = pytest.mark.django_db

ROOT = "/api/v1/features"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
CONF = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"


@pytest.fixture
def city(db: None) -> City:
    return small.build()


def read(client: Client, path: str, status: int = 200) -> Any:
    """Read an address below the root, or one given in full."""
    answer = client.get(path if path.startswith("http") else ROOT + path)
    assert answer.status_code == status, (path, answer.content)
    return answer.json()


def ids(collection: Any) -> list[str]:
    return [feature["id"] for feature in collection["features"]]


def linked(document: Any, rel: str) -> str:
    return str(next(link["href"] for link in document["links"] if link["rel"] == rel))


def signed_in(role: Role, area: str = CODE) -> Client:
    account, _ = seat(f"{role} {area}", role, area)
    client = Client()
    client.force_login(account)
    return client


def pages(client: Client, first: str) -> Iterator[Any]:
    """Follow the links `next` from a page to the last."""
    path = first
    while path:
        page = read(client, path)
        yield page
        path = next((each["href"] for each in page["links"] if each["rel"] == "next"), "")


def test_the_requirements_of_core_and_geojson_hold(city: City, client: Client) -> None:
    landing = read(client, "")

    rels = {link["rel"] for link in landing["links"]}
    assert {"self", "service-desc", "conformance", "data"} <= rels
    assert all({"href", "rel", "type"} <= link.keys() for link in landing["links"])
    assert {f"{CONF}core", f"{CONF}geojson"} <= set(
        read(client, linked(landing, "conformance"))["conformsTo"]
    )
    assert read(client, linked(landing, "service-desc"))["openapi"].startswith("3.")
    listed = read(client, linked(landing, "data"))
    assert linked(listed, "self").endswith("/collections")
    for collection in listed["collections"]:
        held_by_the_book(client, collection)


def held_by_the_book(client: Client, collection: Any) -> None:
    """Check one collection against the requirements of the standard's Part 1."""
    assert read(client, linked(collection, "self")) == collection
    assert collection["itemType"] == "feature"
    assert collection["crs"] == [CRS84] == [collection["extent"]["spatial"]["crs"]]
    west, south, east, north = collection["extent"]["spatial"]["bbox"][0]
    assert -180 <= west < east <= 180
    assert -90 <= south < north <= 90
    assert len(collection["extent"]["temporal"]["interval"][0]) == 2
    items = client.get(linked(collection, "items"))
    assert items["Content-Type"] == "application/geo+json"
    page = items.json()
    assert page["type"] == "FeatureCollection"
    assert page["numberReturned"] == len(page["features"]) <= page["numberMatched"]
    assert linked(page, "self")
    for feature in page["features"]:
        assert (feature["type"], type(feature["id"])) == ("Feature", str)
        shape = shapely.from_geojson(json.dumps(feature["geometry"]))
        assert shape.is_valid
        assert shapely.box(west, south, east, north).buffer(1e-6).contains(shape)
    first = page["features"][0]
    alone = read(client, f"/collections/{collection['id']}/items/{first['id']}")
    assert {k: alone[k] for k in first} == first
    assert {link["rel"] for link in alone["links"]} >= {"self", "collection"}


def test_the_net_is_public_and_tells_what_the_map_shows(city: City, client: Client) -> None:
    page = read(client, "/collections/grids/items")

    assert ids(page) == sorted(Grid.objects.values_list("code", flat=True))
    first = page["features"][0]
    assert first["geometry"]["type"] == "Polygon"
    assert (first["properties"]["name"], first["properties"]["households"]) == (
        Grid.objects.get(code=first["id"]).name, 240,
    )  # fmt: skip


def test_a_list_is_walked_by_its_links_without_a_gap(city: City) -> None:
    planner = signed_in(Role.PLANNER)

    walked = list(pages(planner, "/collections/units/items?limit=7"))

    assert [page["numberReturned"] for page in walked] == [7] * 10 + [2]
    assert {page["numberMatched"] for page in walked} == {72}
    assert [each for page in walked for each in ids(page)] == sorted(
        Unit.objects.values_list("code", flat=True)
    )
    assert not any("offset" in linked(page, "self") for page in walked)


def test_a_box_gives_what_it_touches_and_no_more(city: City) -> None:
    planner, (lon, lat) = signed_in(Role.PLANNER), city.middle(city.unit(WENCHANG, 7))
    box = f"{lon - 1e-5},{lat - 1e-5},{lon + 1e-5},{lat + 1e-5}"
    high = f"{lon},{lat},-9,{lon},{lat},99"
    around = f"{lon},-90,{lon - 1},90"

    found = [
        ids(read(planner, f"/collections/units/items?bbox={each}"))
        for each in (box, high, "0,0,1,1")
    ]

    assert found == [[city.unit(WENCHANG, 7)], [city.unit(WENCHANG, 7)], []]
    east_of_it = ids(read(planner, f"/collections/grids/items?bbox={around}"))
    assert city.grid(YONGAN, 2) in east_of_it
    assert len(east_of_it) == 6


@pytest.mark.parametrize("wrong", [
    "limit=0", "limit=-1", "limit=many", "bbox=1,2,3", "bbox=1,2,3,x", "bbox=0,5,1,4",
    "bbox=nan,0,1,1", "bbox=0,0,1,91", "bbox=", "datetime=yesterday", "datetime=2026-13-01",
    "datetime=2026-01-01T00:00:00", "datetime=2026-03-01/2026-02-01", "datetime=../..",
    "datetime=", "offset=10", "f=json", "datetime=0001-01-01T00:00:00Z",
])  # fmt: skip
def test_a_faulty_or_unknown_parameter_is_a_bad_request(
    city: City, client: Client, wrong: str
) -> None:
    refused = read(client, f"/collections/grids/items?{wrong}", 400)

    assert refused["code"] == "api.bad_parameter"
    assert refused["facts"]["parameter"] == wrong.partition("=")[0]


def test_more_than_a_page_holds_is_taken_for_the_most(city: City, client: Client) -> None:
    assert read(client, "/collections/grids/items?limit=99999")["numberReturned"] == 6
    assert read(client, "/collections/grids/items?cursor=x", 422)["code"] == "edge.bad_cursor"
    assert read(client, "/collections?x=1", 400)["code"] == "api.bad_parameter"


def test_a_day_gives_the_net_of_that_day(city: City, client: Client) -> None:
    before = set(Grid.objects.values_list("code", flat=True))
    now = clock.now()
    adopt(drafted(halves(split="rows")), now - timedelta(days=2))
    after = set(Grid.objects.filter(valid_until=None).values_list("code", flat=True))

    def on(when: str) -> set[str]:
        return set(ids(read(client, f"/collections/grids/items?datetime={when}")))

    long_ago = (now - timedelta(days=9)).date()
    assert on(f"{long_ago}") == before == on(f"{long_ago}T12:00:00Z")
    assert on(f"{(now - timedelta(hours=9)):%Y-%m-%dT%H:%M:%SZ}") == after != before
    assert on(f"{long_ago}/..") == before | after == on(f"../{now:%Y-%m-%dT%H:%M:%SZ}")
    assert on("2025-01-01") == set()
    gone = sorted(before - after)[0]
    assert read(client, f"/collections/grids/items/{gone}")["properties"]["valid_until"]


def test_staff_see_units_and_places_of_their_own_area(city: City, client: Client) -> None:
    there = Place.objects.create(
        name="文昌小学", kind="school", area_code=city.grid(WENCHANG, 1), lon=119.94, lat=37.18
    )
    Place.objects.create(name="东关诊所", kind="clinic", area_code=city.grid(DONGGUAN, 1))
    worker = signed_in(Role.GRID_WORKER, city.grid(WENCHANG, 1))
    station = signed_in(Role.STATION, WENCHANG)

    own = read(worker, "/collections/units/items")
    places = read(station, "/collections/places/items")

    assert own["numberMatched"] == 12
    assert {each["properties"]["grid_code"] for each in own["features"]} == {
        city.grid(WENCHANG, 1)
    }
    assert read(station, "/collections/units/items")["numberMatched"] == 24
    assert ids(places) == [str(there.id)]
    read(worker, f"/collections/units/items/{city.unit(DONGGUAN, 0)}", 404)
    assert [each["id"] for each in read(client, "/collections")["collections"]] == ["grids"]


def test_strangers_are_asked_for_a_token_and_others_find_nothing(
    city: City, client: Client
) -> None:
    closed = client.get(f"{ROOT}/collections/units/items")

    assert (closed.status_code, closed["WWW-Authenticate"]) == (401, 'Bearer realm="yige"')
    assert closed.json()["code"] == "api.collection_closed"
    volunteer = signed_in(Role.VOLUNTEER, city.grid(WENCHANG, 1))
    assert read(volunteer, "/collections/units", 404)["code"] == "api.collection_missing"
    assert read(client, "/collections/cases", 404)["code"] == "api.collection_missing"
    assert read(client, "/collections/grids/items/x", 404)["code"] == "api.feature_missing"


def test_what_has_not_changed_is_not_sent_again(city: City, client: Client) -> None:
    first = client.get(f"{ROOT}/collections/grids/items")

    again = client.get(f"{ROOT}/collections/grids/items", headers={"If-None-Match": first["ETag"]})
    Grid.objects.update(name="改名")
    adopt(drafted(halves(split="rows")), clock.now() - timedelta(minutes=1))
    changed = client.get(
        f"{ROOT}/collections/grids/items", headers={"If-None-Match": first["ETag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert {"Authorization", "Cookie"} <= set(first["Vary"].split(", "))
    assert changed.status_code == 200


GDAL = """
import json, sys, pyogrio
url, layer, token, box = json.loads(sys.argv[1])
if token:
    pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token})
meta, _, shapes, fields = pyogrio.raw.read(
    f"OAPIF:{url}", layer=layer, bbox=tuple(box) if box else None, PAGE_SIZE=5
)
codes = list(fields[list(meta["fields"]).index("code")])
layers = [str(name) for name, _ in pyogrio.list_layers(f"OAPIF:{url}")]
drawn = sum(shape is not None for shape in shapes)
print(json.dumps({"layers": layers, "codes": codes, "crs": meta["crs"], "shapes": drawn}))
"""


def by_gdal(server: LiveServer, layer: str, *, token: str = "", box: Any = None) -> Any:
    """Read a layer by GDAL's own driver, in a process of its own."""
    asked = json.dumps([f"{server.url}{ROOT}", layer, token, box])
    done = subprocess.run(
        [sys.executable, "-c", GDAL, asked],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_gdal_reads_the_net_page_by_page(city: City, live_server: LiveServer) -> None:
    found = by_gdal(live_server, "grids")

    assert found["layers"] == ["grids"]
    assert sorted(found["codes"]) == sorted(Grid.objects.values_list("code", flat=True))
    assert (found["crs"], found["shapes"]) in (("OGC:CRS84", 6), ("EPSG:4326", 6))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_gdal_reads_units_of_a_box_with_a_token(city: City, live_server: LiveServer) -> None:
    account, post = seat("平台", Role.PLATFORM)
    security = Actor(role=Role.SECURITY_ADMIN, area=CODE, account=new_id(), name="x")
    said = {"account": str(account.id), "post": str(post.id), "label": "GIS"}
    given = run("base.give_token", said, id=new_id(), actor=security)
    token = bearer_of(UUID(str(given.result["id"])))
    lon, lat = city.middle(city.unit(WENCHANG, 7))

    every = by_gdal(live_server, "units", token=token)
    one = by_gdal(live_server, "units", token=token, box=[lon, lat, lon + 1e-6, lat + 1e-6])

    assert every["layers"] == ["grids", "units", "places"]
    assert len(set(every["codes"])) == every["shapes"] == 72
    assert one["codes"] == [city.unit(WENCHANG, 7)]
