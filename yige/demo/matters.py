"""What is reported in a year: how often, when, where, and in which words, by category."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from yige.demo.ground import Floats, Ints

FILE = Path(__file__).parent / "data" / "phrases.txt"

# Times the plain rate, January to December.
SEASONS = {
    "flat": (1.0,) * 12,
    "heat": (2.6, 2.2, 1.3, 0.5, 0.4, 0.6, 0.8, 0.8, 0.4, 0.5, 2.0, 2.6),
    "frost": (1.5, 1.3, 1.0, 0.9, 0.8, 0.8, 0.8, 0.8, 0.9, 1.0, 1.2, 1.6),
    "rain": (0.5, 0.5, 0.6, 0.8, 0.9, 1.4, 2.2, 2.0, 1.1, 0.7, 0.6, 0.5),
    "snow": (5.0, 2.5, 0.3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 3.0),
    "summer": (0.5, 0.5, 0.7, 0.9, 1.2, 1.6, 1.8, 1.8, 1.3, 0.9, 0.6, 0.5),
    "leaf": (0.6, 0.6, 0.8, 0.8, 0.6, 0.4, 0.4, 0.5, 0.9, 2.4, 2.6, 1.2),
    "school": (0.8, 0.8, 1.0, 0.9, 1.0, 1.3, 1.6, 1.5, 1.0, 0.8, 0.8, 0.8),
}
WEEK = {  # Monday to Sunday
    "office": (1.35, 1.2, 1.15, 1.15, 1.15, 0.55, 0.45),
    "day": (1.12, 1.05, 1.02, 1.02, 1.0, 0.92, 0.87),
    "evening": (0.95, 0.95, 0.95, 0.97, 1.08, 1.1, 1.0),
    "night": (0.85, 0.85, 0.88, 0.92, 1.15, 1.25, 1.1),
    "any": (1.0,) * 7,
}
HOURS = {  # midnight to eleven at night
    "office": (0, 0, 0, 0, 0, 0, 1, 3, 12, 17, 16, 11, 5, 7, 13, 14, 11, 6, 3, 3, 2, 1, 1, 0),
    "day": (0, 0, 0, 0, 0, 1, 4, 9, 13, 12, 11, 9, 6, 6, 9, 10, 10, 9, 7, 5, 4, 2, 1, 0),
    "evening": (1, 0, 0, 0, 0, 0, 2, 5, 5, 4, 4, 4, 4, 3, 3, 4, 6, 10, 13, 15, 13, 9, 5, 2),
    "night": (7, 5, 3, 2, 2, 3, 4, 3, 2, 2, 2, 2, 4, 3, 2, 2, 3, 4, 7, 11, 15, 18, 17, 12),
    "any": (2, 1, 1, 1, 2, 3, 5, 7, 8, 8, 7, 6, 6, 5, 5, 6, 6, 8, 8, 7, 6, 5, 4, 3),
}

# Reports above a plain day, in a year of 25,000: on the day itself, and what is left of it after.
RAINSTORM = {"0304": 150, "1004": 62, "1006": 44, "0306": 42, "0603": 38, "0305": 26, "0508": 12,
             "0110": 18, "0301": 15, "1002": 4, "1005": 5, "1008": 8}  # fmt: skip
SNOW = {"1007": 235, "0305": 58, "1008": 15, "0906": 8, "1006": 9, "1009": 7, "0603": 9,
        "0904": 7}  # fmt: skip
DAY_AFTER = {"rain": 0.34, "snow": 0.42}


@dataclass(frozen=True)
class Matter:
    """A leaf of the categories as people report it."""

    code: str
    where: str
    rate: float
    season: str
    hours: str
    phrases: tuple[str, ...]


@cache
def read_matters() -> tuple[Matter, ...]:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return tuple(_matter(line) for line in lines if line and not line.startswith("#"))


def _matter(line: str) -> Matter:
    head, *phrases = (part.strip() for part in line.split("|"))
    code, where, rate, season, hours = head.split()
    return Matter(code, where, float(rate), season, hours, tuple(phrases))


def rates(months: Ints, weekdays: Ints) -> Floats:
    """Return expected reports for each day (row, months 0 to 11) and matter (column)."""
    matters = read_matters()
    season = np.array([SEASONS[m.season] for m in matters])[:, months]
    week = np.array([WEEK[m.hours] for m in matters])[:, weekdays]
    plain = np.array([m.rate for m in matters])
    expected: Floats = (plain[:, None] * season * week).T
    return expected


def surge(kind: str) -> Floats:
    """Return what a rainstorm or a snow day adds, by matter."""
    table = {"rain": RAINSTORM, "snow": SNOW}[kind]
    return np.array([float(table.get(m.code, 0)) for m in read_matters()])
