"""What stands on the ground of a community that is not housing."""

import numpy as np

from yige.demo.ground import Flags, Floats, Ints

SMALL = 9_000  # square metres below which a spare piece is only a green
INNER = ("park", "shops", "school", "offices", "hospital", "square", "shops")
OUTER = ("school", "park", "works", "shops", "works", "offices", "green")
MINOR = ("shops", "kindergarten", "green", "market", "offices")

# Buildings as shares of the lot: west, south, east, north.
LAYOUTS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "school": (
        (0.10, 0.62, 0.52, 0.74),
        (0.10, 0.36, 0.52, 0.48),
        (0.10, 0.10, 0.40, 0.22),
        (0.62, 0.70, 0.90, 0.88),
    ),
    "kindergarten": ((0.18, 0.55, 0.82, 0.75), (0.18, 0.25, 0.36, 0.53)),
    "hospital": ((0.15, 0.20, 0.30, 0.80), (0.32, 0.56, 0.82, 0.72), (0.45, 0.18, 0.85, 0.36)),
    "shops": ((0.08, 0.80, 0.92, 0.92), (0.08, 0.08, 0.92, 0.20), (0.28, 0.34, 0.72, 0.66)),
    "market": ((0.12, 0.18, 0.88, 0.48), (0.12, 0.60, 0.88, 0.82)),
    "offices": ((0.14, 0.58, 0.42, 0.86), (0.58, 0.58, 0.86, 0.86), (0.20, 0.14, 0.80, 0.34)),
    "works": (
        (0.10, 0.10, 0.46, 0.44),
        (0.54, 0.10, 0.90, 0.44),
        (0.10, 0.56, 0.46, 0.88),
        (0.54, 0.56, 0.90, 0.88),
    ),
    "square": ((0.68, 0.70, 0.90, 0.90),),
    "park": (),
    "green": (),
    "orchard": (),
}


def kinds_of_lots(
    rng: np.random.Generator,
    community: Ints,
    rects: Ints,
    whole: Flags,
    middle: tuple[float, float],
) -> list[str]:
    """Say what each lot is: parks and schools in every community, works at the edge."""
    area = (rects[:, 2] - rects[:, 0]) * (rects[:, 3] - rects[:, 1])
    centres = rects.reshape(-1, 2, 2).mean(axis=1) - middle
    away = np.abs(centres / np.array(middle)).max(axis=1)
    kinds = ["green"] * len(rects)
    for owner in np.unique(community):
        own = np.flatnonzero((community == owner) & whole & (area >= SMALL))
        own = own[np.argsort(-area[own], kind="stable")]
        order = OUTER if away[own].mean() > 0.62 else INNER
        shift = int(rng.integers(2))
        for rank, lot in enumerate(own):
            large = area[lot] > 2 * SMALL
            choices = order if large else MINOR
            kinds[lot] = choices[(rank + (shift if rank > 1 else 0)) % len(choices)]
    return kinds


def buildings_on(kind: str, rect: Ints) -> Floats:
    """Return the rectangles of the buildings on a lot, in metres of the lattice."""
    x0, y0, x1, y1 = (float(edge) for edge in rect)
    share = np.array(LAYOUTS[kind]).reshape(-1, 4)
    return share * (x1 - x0, y1 - y0, x1 - x0, y1 - y0) + (x0, y0, x0, y0)
