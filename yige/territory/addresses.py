"""Read an address as people write it: compound, building (幢), stairwell (单元).

`文昌花园三号楼 2单元501` and `文昌花园3幢２单元` mean the same stairwell.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

_NUMERALS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6,
             "七": 7, "八": 8, "九": 9}  # fmt: skip
_BUILDING = r"(?:号楼|号幢|号栋|#楼|幢|栋|座|楼|#)"
_NUMBERED = re.compile(rf"([零〇一二两三四五六七八九十百]+)(?=号|{_BUILDING}|单元|层|室)")
_OF_BUILDING = re.compile(rf"([0-9]+|[a-z])(?:{_BUILDING})(?!层)")
_OF_STAIRWELL = re.compile(r"([0-9]+|[a-z])单元")
_SHORT = re.compile(r"(?<![0-9])([0-9]{1,3})-([0-9]{1,2})(?:-[0-9]{1,4})?(?![0-9])")
_NOISE = re.compile(r"[\s,，。.、;；:：()（）\[\]【】\"'“”]+")
_NONE = re.compile(r"无(?=[\s,，;；]|$)")
LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit as the address book knows it."""

    unit: str
    community: str
    compound: str
    building: str
    stairwell: str


@dataclass(frozen=True, slots=True)
class Match:
    """What an address names: units that fit, by how many parts (1 compound .. 3 stairwell)."""

    units: tuple[str, ...]
    communities: tuple[str, ...]
    parts: int


@dataclass
class Book:
    """An index over names of areas and compounds; looked into by substring."""

    areas: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    compounds: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    _longest: int = 0

    def add_area(self, name: str, code: str) -> None:
        """Enter a town, community or village under its name, with and without its suffix."""
        for word in {plain(name), short_name(plain(name))}:
            if len(word) > 1:
                self.areas[word].append(code)
                self._longest = min(max(self._longest, len(word)), LONGEST_NAME)

    def add_units(self, entries: Iterable[Entry]) -> None:
        """Enter units under the name of their compound."""
        for entry in entries:
            word = plain(entry.compound)
            if len(word) > 1:
                self.compounds[word].append(entry)
                self._longest = min(max(self._longest, len(word)), LONGEST_NAME)

    def find(self, address: str) -> Match | None:
        """Give the finest place that the address names for sure, or None."""
        text = plain(address)
        areas = self._areas_in(text)
        best: list[Entry] = []
        for word in self._words_in(text, self.compounds):
            here = _within(self.compounds[word], areas)
            best = here or best or self.compounds[word]
            if here:
                break
        if best:
            return _narrowed(best, text)
        finest = [code for code in areas if len(code) == max(map(len, areas))]
        return Match((), tuple(sorted(set(finest))), 0) if finest else None

    def _areas_in(self, text: str) -> list[str]:
        return [code for word in self._words_in(text, self.areas) for code in self.areas[word]]

    def _words_in(self, text: str, names: Iterable[str]) -> list[str]:
        """List the known names that the text contains, the longest first."""
        known = names if isinstance(names, dict) else set(names)
        found = [
            text[start : start + length]
            for length in range(min(self._longest, len(text)), 1, -1)
            for start in range(len(text) - length + 1)
            if text[start : start + length] in known
        ]
        return [w for i, w in enumerate(found) if not any(w in longer for longer in found[:i])]


def plain(text: str) -> str:
    """Bring an address to one spelling: half width, no spaces, Arabic numerals."""
    text = _NONE.sub("", unicodedata.normalize("NFKC", text).lower()[:400])
    text = _NOISE.sub("", text)
    return _NUMBERED.sub(lambda found: str(number_of(found[1])), text)


def number_of(numeral: str) -> int:
    """Read a Chinese numeral below a thousand."""
    total, digit = 0, None
    for sign in numeral:
        if sign in "十百":
            total += (1 if digit is None else digit) * (10 if sign == "十" else 100)
            digit = None
        else:
            digit = (digit or 0) * 10 + _NUMERALS[sign]
    return total + (digit or 0)


def building_of(text: str) -> str:
    """Read the number of the building in a plain address ("" where it names none)."""
    found = _OF_BUILDING.search(text) or _SHORT.search(text)
    return found[1].lstrip("0") if found else ""


def stairwell_of(text: str) -> str:
    """Read the number of the stairwell in a plain address ("" where it names none)."""
    if found := _OF_STAIRWELL.search(text):
        return found[1].lstrip("0")
    short = _SHORT.search(text)
    return short[2].lstrip("0") if short else ""


def short_name(name: str) -> str:
    """Drop what only tells the kind of an area: 文昌社区 is also said 文昌."""
    return re.sub(r"(社区居委会|居委会|村委会|社区|街道办事处|街道|镇|村)$", "", name)


def _within(entries: list[Entry], areas: list[str]) -> list[Entry]:
    if not areas:
        return entries
    return [entry for entry in entries if any(entry.community.startswith(a) for a in areas)]


def _narrowed(entries: list[Entry], text: str) -> Match:
    rest = text.partition(plain(entries[0].compound))[2]
    building, stairwell, parts = building_of(rest), stairwell_of(rest), 1
    if building and (there := [e for e in entries if e.building == building]):
        entries, parts = there, 2
        if stairwell and (one := [e for e in entries if e.stairwell == stairwell]):
            entries, parts = one, 3
    communities = sorted({entry.community for entry in entries})
    return Match(tuple(e.unit for e in entries), tuple(communities), parts)
