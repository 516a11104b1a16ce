"""Households and residents of stairwells and villages, and how many grids a community needs."""

import numpy as np

from yige.demo.ground import Floats, Ints
from yige.demo.seeds import rounded

GRIDS = 300
# Floors, flats on a landing, share of compounds.
HOUSE_TYPES = (
    (6, 2, 0.10),
    (7, 2, 0.10),
    (8, 2, 0.10),
    (9, 2, 0.12),
    (10, 2, 0.10),
    (11, 2, 0.18),
    (12, 2, 0.12),
    (6, 3, 0.05),
    (7, 3, 0.07),
    (8, 3, 0.06),
)
HOUSEHOLDS = (12, 25)
PER_HOUSEHOLD = 2.83
PER_VILLAGE_HOUSEHOLD = 2.05
# Shares by age band in old estates, new estates and villages.
OLD = np.array((0.045, 0.095, 0.535, 0.265, 0.060))
NEW = np.array((0.080, 0.150, 0.625, 0.125, 0.020))
RURAL = np.array((0.030, 0.070, 0.460, 0.360, 0.080))


def house_types(rng: np.random.Generator, compounds: int) -> tuple[Ints, Ints, Floats]:
    """Return floors, flats on a landing and age (0 new, 1 old) of each compound's buildings."""
    share = np.array([part for *_, part in HOUSE_TYPES])
    which = rng.choice(len(HOUSE_TYPES), compounds, p=share / share.sum())
    floors = np.array([kind[0] for kind in HOUSE_TYPES])[which]
    flats = np.array([kind[1] for kind in HOUSE_TYPES])[which]
    age = np.clip((11.5 - floors) / 6 + rng.normal(0, 0.15, compounds), 0, 1)
    return floors, flats, age


def households_of(rng: np.random.Generator, floors: Ints, flats: Ints) -> Ints:
    """Count the households of each stairwell: its flats, a few joined or divided."""
    counted: Ints = np.clip(floors * flats + rng.integers(-1, 3, len(floors)), *HOUSEHOLDS)
    return counted


def residents_of(
    rng: np.random.Generator, households: Ints, share: Floats, per_household: float
) -> Ints:
    """Return residents by age band, (n, 5), for households and the shares of bands, (n, 5)."""
    people = rng.poisson(households * (per_household - 1.0)) + households
    return rng.multinomial(people, share / share.sum(axis=1, keepdims=True)).astype(np.int64)


def grids_of(households: Ints) -> Ints:
    """Share the grids between communities by their households."""
    return np.array(rounded(households * GRIDS / households.sum(), GRIDS), dtype=np.int64)
