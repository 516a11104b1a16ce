"""The built-up city: streets, blocks, compounds, buildings and stairwells on a lattice.

A town centre is one rectangle, halved again and again: first between subdistricts, then between
communities, then into blocks, then into compounds. Every cut is a street.
"""

from dataclasses import dataclass, field

import numpy as np

from yige.demo.ground import Floats, Ints
from yige.demo.lattice import Bend
from yige.demo.seeds import shares, stream

UNITS = 4_850
LAND_PER_UNIT = 2_450  # square metres of a community, with its streets, schools and shops
BLOCK = 46_000  # square metres above which a block is cut once more
PRIMARY, SECONDARY, TERTIARY, RESIDENTIAL = 0, 1, 2, 3

Rect = tuple[int, int, int, int]


@dataclass(frozen=True)
class Centre:
    """A built-up rectangle: where it lies and which towns have how many communities in it."""

    towns: tuple[tuple[str, int], ...]
    bend: Bend
    proportion: float  # of east-west to north-south


CENTRES = (
    Centre(
        towns=(("370683005", 6), ("370683004", 4), ("370683002", 8), ("370683001", 12)),
        bend=Bend((0.0, 0.0), 0.07, 60.0, 4_300.0, (0.6, 2.1)),
        proportion=1.3,
    ),
    Centre(
        towns=(("370683003", 2),),
        bend=Bend((2_300.0, 17_600.0), 0.55, 15.0, 1_700.0, (0.2, 1.4)),
        proportion=1.6,
    ),
    Centre(
        towns=(("370683006", 2),),
        bend=Bend((-6_900.0, 14_300.0), 0.42, 15.0, 1_500.0, (1.1, 0.3)),
        proportion=1.4,
    ),
)


@dataclass(frozen=True)
class Cut:
    """A street: the segment along which a rectangle was halved."""

    ends: Rect
    rank: int


@dataclass
class Plan:
    """One town centre as it is drawn: everything in whole metres of its own lattice."""

    centre: Centre
    size: tuple[int, int]
    communities: list[tuple[str, Rect]] = field(default_factory=list)
    blocks: list[tuple[int, Rect]] = field(default_factory=list)  # community of the plan, block
    cuts: list[Cut] = field(default_factory=list)

    @property
    def origin(self) -> tuple[float, float]:
        return (self.size[0] / 2, self.size[1] / 2)


@dataclass(frozen=True)
class Fabric:
    """A centre filled with homes to the last block: more than it will need."""

    plan: Plan
    cells: Ints  # (n, 4) a parcel each
    community: Ints  # (n,) community of the plan
    block: Ints  # (n,) block of the plan
    compound: Ints  # (n,) row of `compounds`
    building: Ints  # (n,) building number inside its compound
    stair: Ints  # (n,) stairwell number inside its building
    ends: Ints  # (n,) 1 west end of its building, 2 east end, 3 both
    compounds: Ints  # (m, 4)


def draw_plans(seed: int) -> tuple[list[Plan], list[int]]:
    """Return the plans of all centres and how many units each community is to have."""
    rng = stream(seed, "plans")
    total = sum(count for centre in CENTRES for _, count in centre.towns)
    wanted = shares(rng, total, UNITS, spread=2.6)
    plans: list[Plan] = []
    done = 0
    for centre in CENTRES:
        count = sum(number for _, number in centre.towns)
        plans.append(_draw_plan(rng, centre, wanted[done : done + count]))
        done += count
    return plans, wanted


def _draw_plan(rng: np.random.Generator, centre: Centre, wanted: list[int]) -> Plan:
    codes = [code for code, number in centre.towns for _ in range(number)]
    looseness = rng.uniform(0.88, 1.15, len(codes))
    areas = [need * LAND_PER_UNIT * loose for need, loose in zip(wanted, looseness, strict=True)]
    width = round((sum(areas) * centre.proportion) ** 0.5)
    plan = Plan(centre, (width, round(sum(areas) / width)))
    _share_out(plan, (0, 0, *plan.size), list(zip(codes, areas, strict=True)), depth=0)
    for number, (_, rect) in enumerate(plan.communities):
        _cut_blocks(rng, plan, number, rect)
    return plan


def _share_out(plan: Plan, rect: Rect, wanted: list[tuple[str, float]], depth: int) -> None:
    """Halve a rectangle between communities, towns first, areas as wanted."""
    if len(wanted) == 1:
        plan.communities.append((wanted[0][0], rect))
        return
    total = sum(area for _, area in wanted)
    at = _middle(wanted)
    first, second, cut = halve(rect, sum(area for _, area in wanted[:at]) / total)
    plan.cuts.append(Cut(cut, PRIMARY if depth < 3 else SECONDARY))
    _share_out(plan, first, wanted[:at], depth + 1)
    _share_out(plan, second, wanted[at:], depth + 1)


def _middle(wanted: list[tuple[str, float]]) -> int:
    """Return where to part a list: at the border of two towns if there is one, near the middle."""
    total = sum(area for _, area in wanted)
    running = np.cumsum([area for _, area in wanted])[:-1] / total
    borders = [i for i in range(1, len(wanted)) if wanted[i - 1][0] != wanted[i][0]]
    candidates = borders or range(1, len(wanted))
    return min(candidates, key=lambda i: abs(running[i - 1] - 0.5))


def halve(rect: Rect, fraction: float) -> tuple[Rect, Rect, Rect]:
    """Cut a rectangle across its longer side; return both parts and the cut itself."""
    x0, y0, x1, y1 = rect
    if x1 - x0 >= y1 - y0:
        x = x0 + round((x1 - x0) * fraction)
        return (x0, y0, x, y1), (x, y0, x1, y1), (x, y0, x, y1)
    y = y0 + round((y1 - y0) * fraction)
    return (x0, y0, x1, y), (x0, y, x1, y1), (x0, y, x1, y)


def _cut_blocks(rng: np.random.Generator, plan: Plan, number: int, rect: Rect) -> None:
    x0, y0, x1, y1 = rect
    width, depth = x1 - x0, y1 - y0
    if width * depth < BLOCK and max(width, depth) < 330:
        plan.blocks.append((number, rect))
        return
    first, second, cut = halve(rect, rng.uniform(0.4, 0.6))
    plan.cuts.append(Cut(cut, TERTIARY))
    _cut_blocks(rng, plan, number, first)
    _cut_blocks(rng, plan, number, second)


def lay_fabric(seed: int, plan: Plan, number: int) -> Fabric:
    """Fill every block with compounds, and these with rows of buildings."""
    rng = stream(seed, f"fabric {number}")
    cells: list[Ints] = []
    compounds: list[Rect] = []
    for index, (community, block) in enumerate(plan.blocks):
        for rect in _compounds_of(rng, plan, block):
            rows = _rows(rng, rect)
            labels = np.tile((community, index, len(compounds)), (len(rows), 1))
            cells.append(np.hstack([rows[:, :4], labels, rows[:, 4:]]))
            compounds.append(rect)
    table = np.concatenate(cells)
    community, blocks, compound, building, stair, ends = table[:, 4:].T
    return Fabric(
        plan, table[:, :4], community, blocks, compound, building, stair, ends, np.array(compounds)
    )


def _compounds_of(rng: np.random.Generator, plan: Plan, block: Rect) -> list[Rect]:
    """Cut a block into one to three compounds; the lanes between them are streets too."""
    parts = [block]
    for _ in range(int(rng.choice(3, p=(0.35, 0.45, 0.20)))):
        largest = max(parts, key=lambda r: (r[2] - r[0]) * (r[3] - r[1]))
        if (largest[2] - largest[0]) * (largest[3] - largest[1]) < 14_000:
            break
        first, second, cut = halve(largest, rng.uniform(0.35, 0.65))
        parts.remove(largest)
        parts += [first, second]
        plan.cuts.append(Cut(cut, RESIDENTIAL))
    return parts


def _rows(rng: np.random.Generator, rect: Rect) -> Ints:
    """Lay rows of stairwells north to south and group them into buildings of two to five."""
    x0, y0, x1, y1 = rect
    rows = max(1, round((y1 - y0) / rng.uniform(40, 54)))
    columns = max(1, round((x1 - x0) / rng.uniform(27, 37)))
    xs = np.round(np.linspace(x0, x1, columns + 1)).astype(int)
    ys = np.round(np.linspace(y1, y0, rows + 1)).astype(int)
    sizes = _buildings_of(rng, columns)
    building = np.repeat(np.arange(len(sizes)), sizes)
    stair = np.concatenate([np.arange(size) for size in sizes])
    ends = (stair == 0) + 2 * (stair == np.repeat(sizes, sizes) - 1)
    row, column = np.divmod(np.arange(rows * columns), columns)
    return np.column_stack(
        [
            xs[column],
            ys[row + 1],
            xs[column + 1],
            ys[row],
            row * len(sizes) + building[column] + 1,
            stair[column] + 1,
            ends[column],
        ]
    )


def _buildings_of(rng: np.random.Generator, columns: int) -> list[int]:
    sizes: list[int] = []
    left = columns
    while left > 5:
        sizes.append(int(rng.integers(2, 5)))
        left -= sizes[-1]
    return [*sizes, left] if left else sizes


def footprints(cells: Ints, ends: Ints) -> Floats:
    """Return the building's rectangle on each stairwell's parcel, joined to its neighbours."""
    x0, y0, x1, y1 = cells.T.astype(np.float64)
    west = np.where(ends & 1, 5.0, 0.0)
    east = np.where(ends & 2, 5.0, 0.0)
    north = y1 - (y1 - y0) * 0.34
    return np.column_stack([x0 + west, north - 13.0, x1 - east, north])
