"""Cards and household maps as sheets of HTML for the printer: ten cards a page, a building a page.

A floor is one line of equally wide signs: laying doors out one by one takes ten times as long.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from unicodedata import east_asian_width

import segno
from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import gettext, override

from yige.homes.cards import address_of
from yige.homes.contents import Block, Content, House
from yige.homes.maps import Floor, floors_of
from yige.homes.models import Door
from yige.homes.pieces import in_pieces

CARDS_A_SHEET: Final = 10
CSS: Final = """
@page { size: A4; margin: 13.5mm 15mm }
body { font: 8.5pt/1.35 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", sans-serif;
       margin: 0; color: #1a1f26 }
section { break-after: page }
section:last-child { break-after: auto }
.card { float: left; box-sizing: border-box; width: 90mm; height: 54mm; padding: 3.5mm 4mm;
        border: .2mm dashed #8a929c; position: relative; overflow: hidden }
.card h2 { font-size: 13pt; line-height: 1.2; margin: 0 }
.card .where { margin: 0 0 1mm; color: #4d5763; font-size: 8pt }
.card .qr { position: absolute; right: 3.5mm; top: 3.5mm; width: 25mm; text-align: center;
            font-size: 6.5pt; line-height: 1.25 }
.card .qr svg { width: 25mm; height: 25mm; display: block }
.card .people { width: 56mm }
.card .people p { margin: 0 0 .6mm }
.card b { font-size: 10pt }
.card .foot { position: absolute; left: 4mm; right: 4mm; bottom: 2.5mm; font-size: 7pt }
.card .foot strong { font-size: 9.5pt; display: block }
.house h1 { font-size: 17pt; margin: 0 0 1mm }
.house p { margin: 0 0 1mm; font-size: 9.5pt }
.house .note { color: #4d5763; font-size: 8pt }
.shelf { break-inside: avoid; margin: 3mm 0 5mm }
.well { float: left; margin-right: 3ch; white-space: pre;
        font-family: "Noto Sans Mono CJK SC", "Source Han Mono SC", monospace }
.well h2 { font-size: 1em; margin: 0; border-bottom: .3mm solid #6b7683 }
.well p { margin: 0; font-size: 1em; border-bottom: .15mm solid #c3cad3 }
"""
ROW_HIGH, LINE, PAGE_HIGH = 8.0, 0.2, 215.0
"""Millimetres: a floor, the line below it, and what a sheet has room for."""
SIGNS, GAP = 100, 3
"""Signs of the typewriter side by side on a sheet, and between two stairwells."""
IN_A_ROW: Final = 10
"""Doors side by side where a floor (or a village) has more than paper is wide."""

Doors = Mapping[int, list[tuple[int, str, str]]]


@dataclass(frozen=True, slots=True)
class Well:
    """A stairwell as lines of equally wide signs."""

    name: str
    rows: list[str]
    signs: int


def card_sheets(
    contents: Sequence[Content], numbers: Sequence[str], *, at: datetime, until: datetime
) -> list[str]:
    """Lay cards out, ten a sheet."""
    with override(settings.LANGUAGE_CODE):
        cards = [
            _card(content, number, at, until)
            for content, number in zip(contents, numbers, strict=True)
        ]
    return [
        format_html("<section>{}</section>", mark_safe("".join(some)))  # noqa: S308 - made here
        for some in _tens(cards)
    ]


def map_sheets(
    contents: Sequence[Content], numbers: Sequence[str], *, at: datetime, until: datetime
) -> list[str]:
    """Lay household maps out, a sheet for each building of each grid."""
    with override(settings.LANGUAGE_CODE):
        return [
            _house(content, house, number, at, until, doors)
            for content, number in zip(contents, numbers, strict=True)
            for doors in [_doors(content)]
            for house in content.houses
        ]


def _card(content: Content, number: str, at: datetime, until: datetime) -> SafeString:
    return format_html(
        '<div class="card"><h2>{}</h2><p class="where">{}</p>'
        '<div class="people">{}</div><div class="qr">{}{}</div>'
        '<div class="foot"><strong>{}</strong>{}</div></div>',
        content.name,
        content.community,
        format_html_join("", "<p>{} {}<br><b>{}</b></p>", map(_line, content.contacts)),
        _code(address_of(content.card)) if content.card else "",
        gettext("Scan: who is on duty today"),
        gettext("Emergency 110 119 120 · Service {phone}").format(phone=content.phone),
        _dated(number, at, until),
    )


def _line(contact: object) -> tuple[object, object, object]:
    label, name, phone = contact.label, contact.name, contact.phone  # type: ignore[attr-defined]
    return label, name or gettext("vacant, please call the station"), phone


def _dated(number: str, at: datetime, until: datetime) -> str:
    return gettext("No. {number} · {at} · good until {until}").format(
        number=number, at=f"{localtime(at):%Y-%m-%d}", until=_last_day(until)
    )


def _last_day(until: datetime) -> str:
    """Say the last day on which a print is good: it ends with the day's last instant."""
    last = until.timestamp() - 1
    return f"{localtime(datetime.fromtimestamp(last, tz=until.tzinfo)):%Y-%m-%d}"


def _code(address: str) -> SafeString:
    """Draw a QR code as one path."""
    made = segno.make(address, error="m", micro=False)
    return mark_safe(made.svg_inline(border=1, omitsize=True))  # noqa: S308 - drawn from modules


def _house(
    content: Content,
    house: House,
    number: str,
    at: datetime,
    until: datetime,
    doors: Doors,
) -> SafeString:
    people = "　".join(
        f"{label} {name} {phone}".strip() for label, name, phone in map(_line, content.contacts)
    )
    return format_html(
        '<section class="house"><h1>{}</h1><p>{} · {}</p><p>{}</p>{}{}'
        '<p class="note">{}</p></section>',
        house.name,
        content.name,
        content.community,
        people,
        _wells(house, doors),
        format_html_join("", "<p>{}：{}</p>", (
            (block.name, "、".join(block.people)) for block in house.blocks if block.people
        )),
        _dated(number, at, until),
    )  # fmt: skip


def _wells(house: House, doors: Doors) -> SafeString:
    """Write stairwells side by side, and below one another where the sheet is full."""
    shelves: list[list[Well]] = [[]]
    for block in house.blocks:
        well = _well(block, floors_of(doors[block.stairwell]))
        if shelves[-1] and sum(each.signs + GAP for each in shelves[-1]) + well.signs > SIGNS:
            shelves.append([])
        shelves[-1].append(well)
    return format_html_join("", "{}", ((_shelf(wells),) for wells in shelves))


def _shelf(wells: Sequence[Well]) -> SafeString:
    """Write stairwells that stand side by side, as high as the tallest of them."""
    rows = max(len(well.rows) for well in wells) + 1
    high = min(ROW_HIGH, PAGE_HIGH / rows)
    return format_html(
        '<div class="shelf" style="height:{}mm;line-height:{}mm;font-size:{}mm">{}</div>',
        f"{rows * (high + LINE):.1f}",
        f"{high:.2f}",
        f"{min(3.5, high * 0.7):.2f}",
        format_html_join(
            "",
            '<div class="well" style="width:{}ch"><h2>{}</h2>{}</div>',
            (
                (
                    well.signs,
                    well.name,
                    format_html_join("", "<p>{}</p>", ((r,) for r in well.rows)),
                )
                for well in wells
            ),
        ),
    )


def _well(block: Block, floors: Iterable[Floor]) -> Well:
    """Write each floor as a line of a typewriter: 6F | 601 | 602 |"""
    lines = [line for floor in floors for line in _lines(floor)]
    wide = max((_wide(number) for _, numbers in lines for number in numbers), default=1)
    label = max((_wide(name) for name, _ in lines), default=0)
    rows = [
        " | ".join([_padded(name, label), *(_padded(number, wide) for number in numbers)]) + " |"
        for name, numbers in lines
    ]
    return Well(block.name, rows, max(map(_wide, rows), default=8))


def _lines(floor: Floor) -> Iterable[tuple[str, list[str]]]:
    """Break a floor with many doors into lines that fit on paper; the first one bears its name."""
    numbers = [door.number for door in floor.doors]
    for start in range(0, len(numbers), IN_A_ROW):
        yield f"{floor.floor}F" if start == 0 else "", numbers[start : start + IN_A_ROW]


def _padded(text: str, wide: int) -> str:
    return text + " " * (wide - _wide(text))


def _wide(text: str) -> int:
    """Count the signs of a typewriter that a text takes: a Chinese one takes two."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def _doors(content: Content) -> Doors:
    """Read the doors of a grid's stairwells; how they stand stays off the paper."""
    ids = [block.stairwell for house in content.houses for block in house.blocks]
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for some in in_pieces(ids):
        there = Door.objects.filter(stairwell__in=some)
        for stairwell, floor, number in there.values_list("stairwell_id", "floor", "number"):
            found[stairwell].append((floor, number, Door.OCCUPIED))
    return found


def _tens(cards: Sequence[str]) -> Iterable[Sequence[str]]:
    return (cards[start : start + CARDS_A_SHEET] for start in range(0, len(cards), CARDS_A_SHEET))
