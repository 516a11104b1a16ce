import re

import numpy as np
import pytest
import shapely
from scipy import sparse
from scipy.sparse import csgraph

from yige.demo.city import City, build_city
from yige.demo.ground import Ints, shapes_to_metres
from yige.engines import division

SEED = 1


@pytest.fixture(scope="module")
def borders(laizhou: City) -> Ints:
    """Return the pairs of units of one community that share more than a metre of border."""
    parcels = shapes_to_metres(laizhou.units.outline)
    a, b = shapely.STRtree(parcels).query(parcels, predicate="intersects")
    owner = laizhou.units.community
    near = (a < b) & (owner[a] == owner[b])
    a, b = a[near], b[near]
    shared = shapely.length(shapely.intersection(parcels[a], parcels[b]))
    return np.column_stack([a, b])[shared > 1]


def test_the_city_has_the_numbers_of_the_bulletin(laizhou: City) -> None:
    counts = {
        "towns": len(laizhou.towns.code),
        "communities": len(laizhou.communities.code),
        "villages": len(laizhou.villages.code),
        "units": len(laizhou.units.code),
        "firms": len(set(laizhou.firms)),
        "grids": int(laizhou.communities.grids.sum()),
    }

    assert counts == {"towns": 17, "communities": 34, "villages": 200, "units": 4850,
                      "firms": 52, "grids": 300}  # fmt: skip


def test_towns_bear_their_real_codes_and_names(laizhou: City) -> None:
    named = dict(zip(laizhou.towns.code, laizhou.towns.name, strict=True))

    assert named["370683001"] == "文昌路街道"
    assert named["370683111"] == "土山镇"


def test_households_and_residents_are_those_of_a_city_of_this_size(laizhou: City) -> None:
    units, villages = laizhou.units, laizhou.villages

    people = int(units.residents.sum() + villages.residents.sum())

    assert 12 <= units.households.min() <= units.households.max() <= 25
    assert 91_000 <= units.households.sum() <= 98_000
    assert 290_000 <= people <= 330_000
    assert (units.residents.sum(axis=1) >= units.households).all()
    assert units.residents.shape == (4850, 5)


def test_every_community_can_be_divided_into_its_grids_by_number(laizhou: City) -> None:
    households = np.bincount(laizhou.units.community, laizhou.units.households)

    each = households / laizhou.communities.grids

    assert 230 <= each.min() <= each.max() <= 380


def test_the_city_divides_into_300_connected_grids_in_range(laizhou: City, borders: Ints) -> None:
    problem = division.Problem(
        households=laizhou.units.households,
        edges=borders,
        community=laizhou.units.community,
        compound=laizhou.units.compound,
        grids_per_community=laizhou.communities.grids,
    )

    plan = division.divide(problem, seed=SEED, effort="quick")

    assert division.check(problem, plan.labels) == []
    assert len(np.unique(plan.labels)) == 300


def test_units_of_a_community_touch_one_another_all_the_way(laizhou: City, borders: Ints) -> None:
    count = len(laizhou.units.code)
    graph = sparse.csr_array((np.ones(len(borders)), borders.T), shape=(count, count))

    pieces, _ = csgraph.connected_components(graph, directed=False)

    assert pieces == 34


def test_units_lie_in_their_community_and_overlap_nowhere(laizhou: City) -> None:
    units = laizhou.units
    owner = laizhou.communities.outline[units.community]

    assert shapely.is_valid(units.outline).all()
    assert shapely.covers(owner, units.outline).all()
    assert shapely.coverage_is_valid(units.outline)


def test_communities_and_villages_tile_their_towns(laizhou: City) -> None:
    parts = np.concatenate([laizhou.communities.outline, laizhou.villages.outline])
    owner = np.concatenate([laizhou.communities.town, laizhou.villages.town])

    assert shapely.coverage_is_valid(parts)
    assert shapely.coverage_is_valid(laizhou.towns.outline)
    assert shapely.covers(laizhou.towns.outline[owner], parts).all()
    assert set(shapely.get_type_id(laizhou.towns.outline)) == {shapely.GeometryType.POLYGON}


def test_buildings_stand_on_their_own_parcels_and_on_dry_ground(laizhou: City) -> None:
    units, ground = laizhou.units, laizhou.ground
    built = shapes_to_metres(units.footprint)
    wet = shapely.union_all([ground.sea, *ground.water])

    over = shapely.area(shapely.difference(built, shapes_to_metres(units.outline)))

    assert over.max() < 3.0
    assert (shapely.area(built) > 150).all()
    assert not shapely.intersects(wet, units.footprint).any()


def test_codes_are_permanent_nested_and_unique(laizhou: City) -> None:
    units, communities = laizhou.units, laizhou.communities
    codes = [*communities.code, *laizhou.villages.code]

    assert len(set(units.code)) == 4850
    assert all(
        code[:12] == communities.code[owner] and len(code) == 18
        for code, owner in zip(units.code, units.community, strict=True)
    )
    assert len(set(codes)) == 234
    assert {code[:9] for code in communities.code} == {f"37068300{n}" for n in range(1, 7)}


def test_an_address_is_written_in_five_parts(laizhou: City) -> None:
    town, community, compound, building, stairwell = laizhou.address(0)

    assert town == "文昌路街道"
    assert community.endswith("社区")
    assert compound in laizhou.compounds.name
    assert re.fullmatch(r"\d+幢", building)
    assert stairwell == "1单元"


def test_no_two_addresses_are_the_same(laizhou: City) -> None:
    addresses = {laizhou.address(unit) for unit in range(len(laizhou.units.code))}

    assert len(addresses) == 4850


def test_places_stand_in_the_community_or_village_they_name(laizhou: City) -> None:
    places = laizhou.places
    points = shapely.points(places.point)
    in_town = places.community >= 0
    home = laizhou.communities.outline[places.community[in_town]]
    in_country = places.village >= 0
    cell = laizhou.villages.outline[places.village[in_country]]

    assert 550 <= len(places.name) <= 660
    assert (shapely.distance(home, points[in_town]) < 1e-4).all()
    assert (shapely.distance(cell, points[in_country]) < 2e-3).all()


@pytest.mark.slow
def test_the_same_seed_gives_the_same_city_and_another_seed_another(laizhou: City) -> None:
    again, other = build_city(SEED), build_city(SEED + 1)

    assert again.fingerprint() == laizhou.fingerprint()
    assert other.fingerprint() != laizhou.fingerprint()
