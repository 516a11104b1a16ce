"""The built-up centres put on the ground: cells become units, compounds, lots and streets."""

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import shapely

from yige.demo.ground import Floats, Ints, Shapes, shapes_to_degrees, to_degrees
from yige.demo.homes import choose_homes
from yige.demo.lattice import outlines, tiles
from yige.demo.lots import buildings_on, kinds_of_lots
from yige.demo.seeds import stream
from yige.demo.tables import Lots
from yige.demo.urban import (
    RESIDENTIAL,
    Cut,
    Fabric,
    Plan,
    draw_plans,
    footprints,
    lay_fabric,
)


@dataclass(frozen=True)
class Homes:
    """Stairwells in the order of their codes; labels count over the whole city."""

    community: Ints
    compound: Ints
    building: Ints
    stair: Ints
    outline: Shapes
    footprint: Shapes


@dataclass
class _Drawn:
    """Centres as they are put down one after the other; communities in the order of the plans."""

    towns: list[str] = field(default_factory=list)  # the town of each community
    outlines: list[Any] = field(default_factory=list)
    homes: list[Homes] = field(default_factory=list)
    lot_kinds: list[str] = field(default_factory=list)
    lot_community: list[int] = field(default_factory=list)
    lot_outlines: list[Any] = field(default_factory=list)
    lot_buildings: list[Any] = field(default_factory=list)
    streets: list[tuple[int, bool, Any]] = field(default_factory=list)
    gates: list[Floats] = field(default_factory=list)
    compounds: int = 0
    buildings: int = 0


@dataclass(frozen=True)
class Quarters:
    """Everything built up, in degrees; communities in the order of their towns' codes."""

    plans: list[Plan]
    towns: list[str]  # the town of each community
    outlines: Shapes  # of communities
    homes: Homes
    lots: Lots
    streets: list[tuple[int, bool, Any]]  # rank, runs north and south, line
    gates: Floats  # metres: where main streets leave a centre


def build_quarters(seed: int) -> Quarters:
    """Build all centres and number their communities by town."""
    plans, wanted = draw_plans(seed)
    drawn = _Drawn()
    for number, plan in enumerate(plans):
        fabric = lay_fabric(seed, plan, number)
        first = len(drawn.towns)
        need = wanted[first : first + len(plan.communities)]
        chosen = choose_homes(stream(seed, f"homes {number}"), fabric, need)
        _place(seed, drawn, fabric, chosen, number)
    order = np.argsort(drawn.towns, kind="stable")
    place = np.argsort(order)
    lots = Lots(
        drawn.lot_kinds,
        place[np.array(drawn.lot_community)],
        np.array(drawn.lot_outlines, dtype=object),
        np.array(drawn.lot_buildings, dtype=object),
    )
    return Quarters(
        plans,
        [drawn.towns[i] for i in order],
        np.array(drawn.outlines, dtype=object)[order],
        _all_homes(drawn.homes, place),
        lots,
        drawn.streets,
        np.array(drawn.gates),
    )


def _all_homes(parts: list[Homes], place: Ints) -> Homes:
    """Join the homes of all centres, communities, compounds and buildings numbered anew."""
    columns = [np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Homes)]
    community, compound, building, stair, outline, footprint = columns
    community = place[community]
    order = np.lexsort((stair, building, compound, community))
    return Homes(
        community[order],
        _numbered(compound[order]),
        _numbered(building[order]),
        stair[order],
        outline[order],
        footprint[order],
    )


def _numbered(labels: Ints) -> Ints:
    """Number labels that stand together in runs: 0, 1, 2 in the order they come."""
    return np.concatenate([[0], np.cumsum(labels[1:] != labels[:-1])])


def _place(seed: int, drawn: _Drawn, fabric: Fabric, chosen: Ints, number: int) -> None:
    plan, first = fabric.plan, len(drawn.towns)
    parcels = shapes_to_degrees(tiles(fabric.cells, plan.centre.bend, plan.origin))
    for community, (town, _) in enumerate(plan.communities):
        drawn.towns.append(town)
        own = parcels[fabric.community == community]
        drawn.outlines.append(shapely.coverage_union_all(own))
    drawn.homes.append(_homes(drawn, fabric, chosen, parcels, first))
    open_blocks = _place_lots(seed, drawn, fabric, chosen, parcels, first)
    drawn.streets += _streets(plan, open_blocks)
    drawn.gates += _gates(plan)


def _homes(drawn: _Drawn, fabric: Fabric, chosen: Ints, parcels: Shapes, first: int) -> Homes:
    order = np.lexsort(
        (
            fabric.stair[chosen],
            fabric.building[chosen],
            fabric.compound[chosen],
            fabric.community[chosen],
        )
    )
    cells = chosen[order]
    _, compound = np.unique(fabric.compound[cells], return_inverse=True)
    pairs = fabric.compound[cells] * 100_000 + fabric.building[cells]
    _, start, building = np.unique(pairs, return_index=True, return_inverse=True)
    stair = np.arange(len(cells)) - start[building] + 1
    last = np.bincount(building)[building]
    ends = (stair == 1) + 2 * (stair == last)
    built = footprints(fabric.cells[cells], ends)
    plan = fabric.plan
    homes = Homes(
        community=fabric.community[cells] + first,
        compound=compound + drawn.compounds,
        building=building + drawn.buildings,
        stair=stair,
        outline=parcels[cells],
        footprint=shapes_to_degrees(outlines(built, plan.centre.bend, plan.origin)),
    )
    drawn.compounds += int(compound.max()) + 1
    drawn.buildings += int(building.max()) + 1
    return homes


def _place_lots(
    seed: int, drawn: _Drawn, fabric: Fabric, chosen: Ints, parcels: Shapes, first: int
) -> list[int]:
    """Turn what is not housing into lots; return the blocks that have no home at all."""
    rng = stream(seed, f"lots {first}")
    is_home = np.zeros(len(fabric.cells), dtype=bool)
    is_home[chosen] = True
    homes_in_block = np.bincount(fabric.block, is_home)
    homes_in_compound = np.bincount(fabric.compound, is_home)
    is_open = homes_in_block[fabric.block] == 0
    label = np.where(is_open, fabric.block, fabric.compound + len(homes_in_block))
    spare = np.flatnonzero(~is_home)
    lots, lot_of = np.unique(label[spare], return_inverse=True)
    groups = [spare[lot_of == lot] for lot in range(len(lots))]
    rects = np.array(
        [
            [*fabric.cells[group, :2].min(axis=0), *fabric.cells[group, 2:].max(axis=0)]
            for group in groups
        ]
    )
    cell = np.array([group[0] for group in groups])
    whole = is_open[cell] | (homes_in_compound[fabric.compound[cell]] == 0)
    community = fabric.community[cell] + first
    kinds = kinds_of_lots(rng, community, rects, whole, fabric.plan.origin)
    plan = fabric.plan
    for group, rect, kind, owner in zip(groups, rects, kinds, community, strict=True):
        drawn.lot_kinds.append(kind)
        drawn.lot_community.append(int(owner))
        drawn.lot_outlines.append(shapely.coverage_union_all(parcels[group]))
        built = outlines(buildings_on(kind, rect), plan.centre.bend, plan.origin)
        drawn.lot_buildings.append(shapely.multipolygons(shapes_to_degrees(built)))
    return [int(lot) for lot in lots if lot < len(homes_in_block)]


def _streets(plan: Plan, open_blocks: list[int]) -> list[tuple[int, bool, Any]]:
    """Return each cut of the plan that is a street, and the ring around it, as bent lines."""
    width, depth = plan.size
    ring = [
        Cut(ends, 1)
        for ends in (
            (0, 0, width, 0),
            (0, depth, width, depth),
            (0, 0, 0, depth),
            (width, 0, width, depth),
        )
    ]
    rects = np.array([plan.blocks[block][1] for block in open_blocks]).reshape(-1, 4)
    streets: list[tuple[int, bool, Any]] = []
    for cut in (*plan.cuts, *ring):
        x, y = (cut.ends[0] + cut.ends[2]) / 2, (cut.ends[1] + cut.ends[3]) / 2
        inside = (rects[:, 0] < x) & (x < rects[:, 2]) & (rects[:, 1] < y) & (y < rects[:, 3])
        if cut.rank < RESIDENTIAL or not inside.any():
            streets.append((cut.rank, cut.ends[0] == cut.ends[2], _street_line(plan, cut)))
    return streets


def _street_line(plan: Plan, cut: Cut) -> Any:
    x0, y0, x1, y1 = cut.ends
    steps = max(2, round(max(x1 - x0, y1 - y0) / 45) + 1)
    points = np.column_stack([np.linspace(x0, x1, steps), np.linspace(y0, y1, steps)])
    return shapely.linestrings(to_degrees(plan.centre.bend.lay(points - np.array(plan.origin))))


def _gates(plan: Plan) -> list[Floats]:
    """Return where primary streets meet the edge of the plan, in metres."""
    edges = (0, plan.size[0]), (0, plan.size[1])
    ends = {
        end
        for cut in plan.cuts
        if cut.rank == 0
        for end in (cut.ends[:2], cut.ends[2:])
        if end[0] in edges[0] or end[1] in edges[1]
    }
    flat = np.array(sorted(ends), dtype=float)
    return list(plan.centre.bend.lay(flat - np.array(plan.origin)))
