import numpy as np
import pytest
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from yige.territory.adjacency import (
    Adjacency,
    joined,
    neighbours_of_points,
    neighbours_of_polygons,
    spread,
)


def shapes(*boxes: tuple[float, float, float, float]) -> np.ndarray:
    return np.array([shapely.box(*box) for box in boxes], dtype=object)


def one_community(number: int) -> np.ndarray:
    return np.zeros(number, np.int64)


def pairs(adjacency: Adjacency) -> list[list[int]]:
    return adjacency.edges[~adjacency.bridge].tolist()


def pieces_of(adjacency: Adjacency, units: int) -> int:
    a, b = adjacency.edges.T
    return int(connected_components(coo_array((np.ones(len(a)), (a, b)), (units, units)))[0])


def test_blocks_with_a_common_border_are_neighbours_for_its_length() -> None:
    blocks = shapes((0, 0, 100, 50), (100, 20, 200, 80), (0, 50, 100, 90))

    found = neighbours_of_polygons(blocks, one_community(3))

    assert pairs(found) == [[0, 1], [0, 2], [1, 2]]
    assert found.length.tolist() == pytest.approx([30, 100, 30])


def test_a_common_corner_is_no_border() -> None:
    blocks = shapes((0, 0, 50, 50), (50, 50, 100, 100), (0, 50, 50, 100), (50, 0, 100, 50))

    found = neighbours_of_polygons(blocks, one_community(4))

    assert [0, 1] not in pairs(found)
    assert len(pairs(found)) == 4


def test_a_border_drawn_twice_a_hand_apart_is_still_a_border() -> None:
    blocks = shapes((0, 0, 50, 50), (50.03, 0, 100, 50), (99.98, 0, 150, 50))

    found = neighbours_of_polygons(blocks, one_community(3), street=0)

    assert pairs(found) == [[0, 1], [1, 2]]
    assert found.length.tolist() == pytest.approx([50, 50], abs=1)


def test_blocks_facing_each_other_over_a_street_are_neighbours() -> None:
    blocks = shapes((0, 0, 80, 80), (95, 0, 175, 80), (95, 95, 175, 175), (300, 0, 380, 80))

    found = neighbours_of_polygons(blocks, one_community(4))

    assert pairs(found) == [[0, 1], [1, 2]]
    assert found.length[0] == pytest.approx(80, abs=15)


def test_a_block_in_between_keeps_two_blocks_apart() -> None:
    blocks = shapes((0, 0, 80, 80), (82, 0, 92, 80), (94, 0, 174, 80))

    found = neighbours_of_polygons(blocks, one_community(3))

    assert pairs(found) == [[0, 1], [1, 2]]


def test_no_street_is_bridged_between_two_communities() -> None:
    blocks = shapes((0, 0, 80, 80), (95, 0, 175, 80))

    found = neighbours_of_polygons(blocks, np.array([1, 2]))

    assert len(found) == 0
    assert found.alone.tolist() == []


def test_a_piece_far_off_is_told_and_joined_by_one_bridge() -> None:
    blocks = shapes((0, 0, 80, 80), (80, 0, 160, 80), (900, 0, 980, 80), (980, 0, 1060, 80))

    found = neighbours_of_polygons(blocks, one_community(4))

    assert found.edges[found.bridge].tolist() == [[1, 2]]
    assert found.length[found.bridge].tolist() == [0]
    assert [(piece.community, piece.units.tolist()) for piece in found.pieces] == [(0, [2, 3])]
    assert found.alone.tolist() == []


def test_a_unit_without_neighbour_is_named() -> None:
    blocks = shapes((0, 0, 80, 80), (80, 0, 160, 80), (900, 0, 980, 80))

    found = neighbours_of_polygons(blocks, np.array([7, 7, 7]))

    assert found.alone.tolist() == [2]
    assert pieces_of(found, 3) == 1


def test_points_are_neighbours_when_nothing_lies_between_them() -> None:
    x, y = (
        axis.ravel().astype(float) for axis in np.meshgrid(range(0, 300, 50), range(0, 200, 50))
    )

    found = neighbours_of_points(x, y, one_community(24))

    distance = np.hypot(
        *(
            np.column_stack((x, y))[found.edges[:, 0]] - np.column_stack((x, y))[found.edges[:, 1]]
        ).T
    )
    sides = {tuple(pair) for pair in found.edges[np.isclose(distance, 50)].tolist()}
    assert len(sides) == 5 * 4 + 6 * 3
    assert distance.max() <= 50 * np.sqrt(2) + 0.01
    assert not found.bridge.any()


def test_stairwells_at_one_point_stay_one_building_with_its_surroundings() -> None:
    x = np.array([0.0, 0, 0, 0, 40, 80])
    y = np.zeros(6)

    found = neighbours_of_points(x, y, one_community(6))

    assert pieces_of(found, 6) == 1
    assert not found.bridge.any()
    assert found.alone.tolist() == []


def test_houses_in_a_row_are_a_chain() -> None:
    x = np.array([30.0, 0, 20, 10])

    found = neighbours_of_points(x, 2 * x, one_community(4))

    assert pairs(found) == [[0, 2], [1, 3], [2, 3]]


def test_points_of_different_communities_are_never_neighbours() -> None:
    x = np.arange(12) * 20.0
    community = np.arange(12) % 2

    found = neighbours_of_points(x, np.zeros(12), community)

    assert (community[found.edges[:, 0]] == community[found.edges[:, 1]]).all()
    assert len(found) == 10


@pytest.mark.parametrize("seed", range(5))
def test_every_community_hangs_together_and_each_pair_comes_once(seed: int) -> None:
    rng = np.random.default_rng(seed)
    community = rng.integers(0, 9, 600)
    x, y = community * 5_000 + rng.exponential(300, 600), rng.exponential(300, 600)

    found = neighbours_of_points(x, y, community)

    assert pieces_of(found, 600) == 9
    assert (found.edges[:, 0] < found.edges[:, 1]).all()
    assert len(np.unique(found.edges, axis=0)) == len(found)
    without = Adjacency(
        found.edges[~found.bridge], found.length, found.bridge, found.alone, found.pieces
    )
    assert pieces_of(without, 600) == 9 + found.bridge.sum() == 9 + len(found.pieces)


def test_neighbours_from_a_file_are_told_in_pieces_even_without_a_map() -> None:
    edges = np.array([[1, 0], [3, 2]])

    found = joined(edges, np.array([5.0, 7.0]), x=None, y=None, community=one_community(5))

    assert found.edges.tolist() == [[0, 1], [2, 3]]
    assert not found.bridge.any()
    assert found.alone.tolist() == [4]
    assert [piece.units.tolist() for piece in found.pieces] == [[2, 3], [4]]


def test_an_empty_city_has_no_neighbours() -> None:
    found = neighbours_of_points(np.zeros(0), np.zeros(0), one_community(0))

    assert len(found) == 0


def test_spreading_moves_only_what_lies_on_one_another() -> None:
    x, y = spread(np.array([0.0, 0, 9]), np.array([0.0, 0, 9]))

    assert (x[2], y[2]) == (9, 9)
    assert np.hypot(x[0] - x[1], y[0] - y[1]) == pytest.approx(1.0)
    assert np.hypot(x[:2], y[:2]).max() == pytest.approx(0.5)


@pytest.mark.outside
def test_denver_has_the_borders_that_others_found(outside_data) -> None:
    from yige.base.tables.read import read_table
    from yige.kernel.places import Plane

    table = read_table(outside_data / "denver-blocks-2020-shapes.geojson.gz")
    listed = read_table(outside_data / "denver-blocks-2020-edges.csv.gz")
    place = {name: index for index, name in enumerate(table.column("id"))}
    rook = {
        tuple(sorted((place[a], place[b]))): float(length)
        for a, b, length, kind in listed.rows
        if kind == "rook"
    }
    blocks = shapely.from_wkb(np.array(table.geometry, dtype=object))
    west, south, east, north = shapely.total_bounds(blocks)
    plane = Plane.around([west, east], [south, north])
    metric = shapely.transform(blocks, lambda xy: np.column_stack(plane.metres(*xy.T)))

    found = neighbours_of_polygons(metric, one_community(len(blocks)), street=0)

    mine = {tuple(pair): length for pair, length in zip(pairs(found), found.length, strict=False)}
    assert set(rook) <= set(mine)
    assert len(mine) <= len(rook) + 10
    assert max(abs(mine[pair] - length) for pair, length in rook.items()) < 3
    assert [len(piece.units) for piece in found.pieces] == [2]
