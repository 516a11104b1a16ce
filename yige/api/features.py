"""Grids, units and places as OGC API - Features, Part 1: core and GeoJSON, in CRS84.

For programs that know the standard (QGIS, GDAL). Only for reading; what is seen follows the same
rights as everywhere. Parameters are read here, since the standard wants 400 for a faulty one.
"""

from hashlib import sha256
from typing import Any, Final
from urllib.parse import quote, urlencode

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from ninja import Router

from yige.api.callers import caller_of
from yige.api.features_asked import FIRST, PARAMETERS, asked_of, only_known
from yige.base.access import Actor
from yige.edge.limits import knock
from yige.edge.paging import cursor_of
from yige.kernel import clock
from yige.kernel.errors import Forbidden, Missing
from yige.territory.features import GRIDS, PLACES, UNITS, Feature, area_seen, layer_of

JSON: Final = "application/json"
GEOJSON: Final = "application/geo+json"
OPENAPI: Final = "application/vnd.oai.openapi+json;version=3.1"
CRS84: Final = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GREGORIAN: Final = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"
PART_1: Final = "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/"
CONFORMS_TO: Final = [f"{PART_1}core", f"{PART_1}geojson"]
COLLECTIONS: Final = {
    GRIDS: ("Grids", "The net: outlines, names, codes and households. Public."),
    UNITS: ("Basic governance units", "Counts of households and residents, for staff."),
    PLACES: ("Places", "Schools, clinics, parks, shops and who answers for them, for staff."),
}

router = Router(tags=["features"])


class CollectionMissing(Missing):
    """There is no such collection for the caller."""

    code = "api.collection_missing"


class FeatureMissing(Missing):
    """The collection has no such feature within what the caller sees."""

    code = "api.feature_missing"


class CollectionClosed(Forbidden):
    """Staff sees this collection: a token has to be shown."""

    code = "api.collection_closed"
    status = 401


@router.get("/features", operation_id="features", summary="Begin with the map's features")
def landing(request: HttpRequest) -> HttpResponse:
    """Give the landing page of OGC API - Features: links to all else."""
    only_known(request)
    root = _root(request)
    api = request.build_absolute_uri("/api/v1/openapi.json")
    return _told(request, {
        "title": "Yige",
        "description": "Grids, basic governance units and places of the city.",
        "links": [
            _link(root, "self", JSON, "This page"),
            _link(api, "service-desc", OPENAPI, "What this API has"),
            _link(f"{root}/conformance", "conformance", JSON, "What it conforms to"),
            _link(f"{root}/collections", "data", JSON, "Collections"),
        ],
    })  # fmt: skip


@router.get(
    "/features/conformance", operation_id="features_conformance", summary="Read the conformance"
)
def conformance(request: HttpRequest) -> HttpResponse:
    """Give the conformance classes of the standard that hold here."""
    only_known(request)
    return _told(request, {"conformsTo": CONFORMS_TO})


@router.get(
    "/features/collections", operation_id="features_collections", summary="List the collections"
)
def collections(request: HttpRequest) -> HttpResponse:
    """Give the collections that the caller sees."""
    only_known(request)
    actor, here = caller_of(request).actor, f"{_root(request)}/collections"
    seen = [name for name in COLLECTIONS if area_seen(actor, name) is not None]
    return _told(request, {
        "links": [_link(here, "self", JSON, "Collections")],
        "collections": [_collection(request, actor, name) for name in seen],
    })  # fmt: skip


@router.get(
    "/features/collections/{collection}",
    operation_id="features_collection",
    summary="Read a collection",
)
def collection(request: HttpRequest, collection: str) -> HttpResponse:
    """Give a collection: `grids`, `units` or `places`."""
    only_known(request)
    actor, _ = _seen(request, collection)
    return _told(request, _collection(request, actor, collection))


@router.get(
    "/features/collections/{collection}/items",
    operation_id="features_items",
    summary="List features",
    openapi_extra={"parameters": PARAMETERS},
)
def items(request: HttpRequest, collection: str) -> HttpResponse:
    """Give a page of features as GeoJSON, by id; the link `next` leads to the next page."""
    actor, area = _seen(request, collection)
    asked = asked_of(request, now=clock.now())
    layer = layer_of(actor, collection, asked.start, asked.end)
    page = layer.page(area, asked.boxes, behind=asked.behind, most=asked.limit)
    here = f"{_root(request)}/collections/{collection}"
    links = [
        _link(request.build_absolute_uri(), "self", GEOJSON, "This page"),
        _link(here, "collection", JSON, COLLECTIONS[collection][0]),
    ]
    if page.after:
        wanted = request.GET.dict() | {"cursor": cursor_of([page.after])}
        links.append(_link(f"{here}/items?{urlencode(wanted)}", "next", GEOJSON, "Next page"))
    return _told(request, {
        "type": "FeatureCollection",
        "links": links,
        "numberMatched": page.matched,
        "numberReturned": len(page.features),
        "features": [_feature(each) for each in page.features],
    }, GEOJSON)  # fmt: skip


@router.get(
    "/features/collections/{collection}/items/{feature}",
    operation_id="features_item",
    summary="Read a feature",
)
def item(request: HttpRequest, collection: str, feature: str) -> HttpResponse:
    """Give one feature as GeoJSON; of what is no longer in force, how it was last."""
    only_known(request)
    actor, area = _seen(request, collection)
    now = clock.now()
    found = layer_of(actor, collection, now, now).one(area, feature)
    found = found or layer_of(actor, collection, FIRST, now).one(area, feature)
    if found is None:
        raise FeatureMissing(collection=collection, feature=feature[:60])
    here = f"{_root(request)}/collections/{collection}"
    links = [
        _link(f"{here}/items/{quote(found.id)}", "self", GEOJSON, "This feature"),
        _link(here, "collection", JSON, COLLECTIONS[collection][0]),
    ]
    return _told(request, _feature(found) | {"links": links}, GEOJSON)


def _seen(request: HttpRequest, collection: str) -> tuple[Actor, str]:
    """Return who asks and of which area they see the collection, or refuse."""
    actor = caller_of(request).actor
    if actor.account is None:
        knock(request, "ask")
    area = area_seen(actor, collection) if collection in COLLECTIONS else None
    if area is None and collection in COLLECTIONS and actor.account is None:
        raise CollectionClosed(collection=collection)
    if area is None:
        raise CollectionMissing(collection=collection[:60])
    return actor, area


def _collection(request: HttpRequest, actor: Actor, name: str) -> dict[str, Any]:
    title, description = COLLECTIONS[name]
    here, now = f"{_root(request)}/collections/{name}", clock.now()
    bounds = layer_of(actor, name, now, now).bounds
    extent: dict[str, Any] = {"temporal": {"interval": [[None, None]], "trs": GREGORIAN}}
    if bounds:
        extent["spatial"] = {"bbox": [bounds], "crs": CRS84}
    return {
        "id": name,
        "title": title,
        "description": description,
        "itemType": "feature",
        "crs": [CRS84],
        "extent": extent,
        "links": [
            _link(here, "self", JSON, title),
            _link(f"{here}/items", "items", GEOJSON, title),
        ],
    }


def _feature(found: Feature) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": found.id,
        "geometry": orjson.Fragment(found.shape) if found.shape else None,
        "properties": found.facts,
    }


def _link(href: str, rel: str, kind: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind, "title": title}


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/api/v1/features")


def _told(request: HttpRequest, what: dict[str, Any], kind: str = JSON) -> HttpResponse:
    """Write an answer with its tag, or say that the one the caller holds is still right."""
    text = orjson.dumps(what)
    tag = f'"{sha256(text).hexdigest()[:32]}"'
    held = [each.strip().removeprefix("W/") for each in
            request.headers.get("If-None-Match", "").split(",")]  # fmt: skip
    answer: HttpResponse = HttpResponse(text, content_type=kind)
    if tag in held:
        answer = HttpResponseNotModified()
    answer["ETag"] = tag
    patch_vary_headers(answer, ("Authorization", "Cookie"))
    return answer
