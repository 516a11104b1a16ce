"""The real towns and subdistricts: codes and names as the state publishes them."""

import csv
from pathlib import Path

FILE = Path(__file__).parent / "data" / "divisions.csv"


def read_divisions() -> tuple[tuple[str, str], dict[str, str]]:
    """Return code and name of the city, and its towns' names by code."""
    with FILE.open(encoding="utf-8", newline="") as rows:
        city, *towns = csv.DictReader(rows)
    return (city["code"], city["name"]), {town["code"]: town["name"] for town in towns}


def codes_within(parents: list[str], first: int, digits: int) -> list[str]:
    """Number the parts of each parent, which stand together, from a first serial."""
    codes: list[str] = []
    serial, before = first, ""
    for parent in parents:
        serial = first if parent != before else serial + 1
        before = parent
        codes.append(f"{parent}{serial:0{digits}}")
    return codes
