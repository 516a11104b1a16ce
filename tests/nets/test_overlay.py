"""The overlay against an oracle that knows no library of shapes, and against the clock."""

from random import Random
from time import process_time
from uuid import UUID, uuid4

import numpy as np
import pytest
import shapely

from yige.nets.ground import Ground
from yige.nets.overlay import Extent, Overlay, crosswalk, lay

Ring = list[tuple[float, float]]


def ground(random: Random, units: int, *, empty: float = 0.1) -> Ground:
    """Scatter units over a square, each with a building, a compound, a community and a grid."""
    serials = range(units)
    grid = [random.randrange(max(1, units // 16)) for _ in serials]
    building = [UUID(int=1 + n // 4) for n in serials]
    compound = [UUID(int=1 + n // 40) if random.random() < 0.9 else None for n in serials]
    communities = [f"37068300100{n * 3 // units}" for n in serials]
    areas = sorted({f"370683001001{g:03d}" for g in grid})
    return Ground(
        codes=[f"{communities[n]}{n:06d}" for n in serials],
        communities=communities,
        buildings=building,
        compounds=compound,
        households=np.array(
            [0 if random.random() < empty else random.randrange(1, 60) for _ in serials]
        ),
        lon=np.array([random.random() for _ in serials]),
        lat=np.array([random.random() if random.random() < 0.99 else np.nan for _ in serials]),
        areas=areas,
        area=np.array([areas.index(f"370683001001{g:03d}") for g in grid]),
    )


def star(random: Random) -> Ring:
    """Draw a ring round a point that need not be convex."""
    x, y, corners = random.random(), random.random(), random.randrange(3, 12)
    turns = sorted(random.random() * 2 * np.pi for _ in range(corners))
    reach = [0.05 + random.random() * 0.3 for _ in range(corners)]
    return [(x + r * np.cos(t), y + r * np.sin(t)) for t, r in zip(turns, reach, strict=True)]


def is_inside(ring: Ring, x: float, y: float) -> bool:
    """Count crossings of a ray to the east."""
    inside = False
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def held_by_hand(cell: Extent, ring: Ring | None, land: Ground) -> list[int]:
    """Ask each unit in turn whether the cell covers it."""
    return [
        n
        for n, code in enumerate(land.codes)
        if code in cell.units
        or land.buildings[n] in cell.buildings
        or land.compounds[n] in cell.compounds
        or land.communities[n] in cell.communities
        or (ring is not None and is_inside(ring, float(land.lon[n]), float(land.lat[n])))
    ]


def cells_of(random: Random, land: Ground, number: int) -> tuple[list[Extent], list[Ring | None]]:
    cells, rings = [], []
    while len(cells) < number:
        ring = star(random) if random.random() < 0.6 else None
        if ring is not None and not shapely.Polygon(ring).is_valid:
            continue
        cells.append(
            Extent(
                units=[random.choice(land.codes) for _ in range(random.randrange(3))],
                buildings=[random.choice(land.buildings) or uuid4()]
                if random.random() < 0.2
                else [],
                compounds=[each for each in [random.choice(land.compounds)] if each]
                if random.random() < 0.2
                else [],
                communities=[random.choice(land.communities)] if random.random() < 0.1 else [],
                outline=shapely.Polygon(ring) if ring else None,
            )
        )
        rings.append(ring)
    return cells, rings


def brute(cells: list[Extent], rings: list[Ring | None], land: Ground) -> list[list[int]]:
    return [held_by_hand(cell, ring, land) for cell, ring in zip(cells, rings, strict=True)]


@pytest.fixture(params=range(12))
def laid(request: pytest.FixtureRequest) -> tuple[Overlay, list[list[int]]]:
    random = Random(request.param)  # noqa: S311
    land = ground(random, random.randrange(1, 300), empty=random.choice([0.0, 0.2, 1.0]))
    cells, rings = cells_of(random, land, random.randrange(1, 25))
    return lay(cells, land), brute(cells, rings, land)


def test_each_cell_holds_the_units_that_lie_in_it(
    laid: tuple[Overlay, list[list[int]]],
) -> None:
    overlay, by_hand = laid

    assert [units.tolist() for units in overlay.held] == by_hand


def test_the_shares_of_a_cell_add_up_to_one_and_those_of_a_grid_to_at_most_one_a_cell(
    laid: tuple[Overlay, list[list[int]]],
) -> None:
    overlay, by_hand = laid
    land = overlay.ground
    rows = crosswalk(overlay)

    for cell, units in enumerate(by_hand):
        mine = [row for row in rows if row.cell == cell]
        assert sum(row.share_of_cell for row in mine) == pytest.approx(1 if units else 0)
        for row in mine:
            there = [n for n in units if land.areas[land.area[n]] == row.area]
            whole = [n for n in range(len(land)) if land.areas[land.area[n]] == row.area]
            assert row.units == len(there)
            assert row.households == land.households[there].sum()
            if land.households[whole].sum():
                share = land.households[there].sum() / land.households[whole].sum()
            else:
                share = len(there) / len(whole)
            assert row.share_of_area == pytest.approx(share)


def test_gaps_and_doubled_units_are_those_in_no_cell_and_in_several(
    laid: tuple[Overlay, list[list[int]]],
) -> None:
    overlay, by_hand = laid
    homes = overlay.ground.households
    times = [sum(n in units for units in by_hand) for n in range(len(homes))]

    assert sum(gap.units for gap in overlay.gaps) == times.count(0)
    assert sum(each.units for each in overlay.doubled) == sum(many > 1 for many in times)
    assert overlay.covered == sum(int(h) for h, many in zip(homes, times, strict=True) if many)
    worst = [gap.households for gap in overlay.gaps]
    assert worst == sorted(worst, reverse=True)


def test_a_net_of_300_cells_lies_over_5000_units_in_no_time() -> None:
    random = Random(7)  # noqa: S311
    land = ground(random, 5_000)
    cells, _ = cells_of(random, land, 300)

    began = process_time()
    rows = crosswalk(lay(cells, land))
    took = process_time() - began

    assert len(rows) > 300
    assert took < 1
