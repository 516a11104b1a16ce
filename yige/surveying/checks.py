"""What does not agree in a sheet: plain functions over counts, without a database.

A finding keeps nothing out. A person says why it is right, or returns the sheet.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from yige.kernel.results import Facts

AGE_BANDS: Final = ("age_0_6", "age_7_17", "age_18_59", "age_60_79", "age_80_up")
MUCH: Final = 5
MUCH_SHARE: Final = 0.25
"""Households may change by a quarter or by five, whichever is more, before somebody asks why."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in one unit, and what was known of it before."""

    n: int
    name: str
    households: int
    residents: int
    ages: tuple[int, ...]
    occupied: int
    empty: int
    let: int
    households_then: int = 0
    doors_then: int = 0
    is_found: bool = False
    is_gone: bool = False

    @property
    def doors(self) -> int:
        """All doors that were counted."""
        return self.occupied + self.empty + self.let


@dataclass(frozen=True, slots=True)
class Finding:
    """What does not agree: on which line (0: the whole building), and by how much."""

    code: str
    line: int = 0
    name: str = ""
    by: int = 0
    facts: Facts = field(default_factory=dict)

    def as_facts(self) -> dict[str, Any]:
        """Write the finding as it is stored."""
        return {"code": self.code, "line": self.line, "name": self.name, "by": self.by,
                "facts": self.facts}  # fmt: skip


def findings_of(
    lines: Sequence[Counted], *, stated: int | None, doubled: Iterable[tuple[int, str, int]] = ()
) -> list[Finding]:
    """List what does not agree in a sheet: the building first, then its units in their order.

    `stated` is the sum of households that the property firm gives; `doubled` are doors that a
    file named more than once, as (line, door, times).
    """
    found = _of_building(lines, stated)
    names = {line.n: line.name for line in lines}
    for n, door, times in doubled:
        found.append(Finding("surveying.door_doubled", n, names.get(n, ""), times - 1,
                             {"door": door, "times": times}))  # fmt: skip
    for line in lines:
        found += _of_unit(line)
    return found


def _of_building(lines: Sequence[Counted], stated: int | None) -> list[Finding]:
    found = []
    total = sum(line.households for line in lines)
    if stated is not None and stated != total:
        found.append(Finding("surveying.firm_differs", by=total - stated,
                             facts={"stated": stated, "counted": total}))  # fmt: skip
    for name, times in Counter(line.name for line in lines).items():
        if times > 1:
            found.append(Finding("surveying.unit_doubled", name=name, by=times - 1,
                                 facts={"times": times}))  # fmt: skip
    return found


def _of_unit(line: Counted) -> list[Finding]:
    if line.is_gone:
        return [_note(line, "unit_gone", -line.households_then, then=line.households_then)]
    found = [*_of_doors(line), *_of_residents(line)]
    now, then = line.households, line.households_then
    if line.is_found:
        found.append(_note(line, "unit_found", now))
    elif _changed_much(line):
        found.append(_note(line, "changed_much", now - then, now=now, then=then))
    return found


def _of_doors(line: Counted) -> list[Finding]:
    found = []
    lived_in, then = line.occupied + line.let, line.doors_then
    if line.doors and line.households > lived_in:
        found.append(_note(line, "households_over_doors", line.households - lived_in,
                           households=line.households, doors=lived_in))  # fmt: skip
    if then and not line.doors:
        found.append(_note(line, "doors_not_counted", -then, then=then))
    elif then and line.doors != then:
        found.append(_note(line, "doors_differ", line.doors - then, doors=line.doors, then=then))
    return found


def _of_residents(line: Counted) -> list[Finding]:
    found = []
    ages, residents, households = sum(line.ages), line.residents, line.households
    if ages and ages != residents:
        found.append(_note(line, "ages_differ", ages - residents, ages=ages, residents=residents))
    if residents and residents < households:
        found.append(_note(line, "households_over_residents", households - residents,
                           households=households, residents=residents))  # fmt: skip
    elif residents and not households:
        found.append(_note(line, "residents_without_household", residents, residents=residents))
    return found


def _note(line: Counted, code: str, by: int, **facts: Any) -> Finding:
    return Finding(f"surveying.{code}", line.n, line.name, by, facts)


def _changed_much(line: Counted) -> bool:
    by = abs(line.households - line.households_then)
    return by > max(MUCH, MUCH_SHARE * line.households_then)
