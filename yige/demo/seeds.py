"""One independent stream of chance for each part of the demo, all from one seed."""

import zlib

import numpy as np


def stream(seed: int, part: str) -> np.random.Generator:
    """Return the generator of one part, so that changing a part leaves the others as they were."""
    return np.random.default_rng([seed, zlib.crc32(part.encode())])


def shares(rng: np.random.Generator, parts: int, total: int, spread: float) -> list[int]:
    """Split a total into whole parts that differ by up to `spread` times and sum exactly."""
    weights = np.exp(rng.uniform(-0.5, 0.5, parts) * np.log(spread))
    return rounded(weights * total / weights.sum(), total)


def rounded(values: np.ndarray, total: int) -> list[int]:
    """Round to whole numbers that sum to the total, by largest remainder."""
    whole = np.floor(values).astype(int)
    short = total - int(whole.sum())
    whole[np.argsort(whole - values, kind="stable")[:short]] += 1
    return [int(value) for value in whole]
