"""Cards and household maps as sheets of HTML for the printer: ten cards a page, a building a page.

Door numbers are drawn in SVG: laying the same out as a table takes several times as long.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Final

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
.house svg { display: block; margin: 4mm 0 }
"""
WIDE, HIGH, GAP, LABEL = 15.0, 9.0, 4.0, 9.0
"""Millimetres: a door, its height, the gap between stairwells, the name of a floor."""
PAGE_WIDE, PAGE_HIGH = 180.0, 225.0
IN_A_ROW: Final = 10
"""Doors side by side where a floor (or a village) has more than paper is wide."""


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
    doors: Mapping[int, list[tuple[int, str, str]]],
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
        _drawing([(block, list(floors_of(doors[block.stairwell]))) for block in house.blocks]),
        format_html_join("", "<p>{}：{}</p>", (
            (block.name, "、".join(block.people)) for block in house.blocks if block.people
        )),
        _dated(number, at, until),
    )  # fmt: skip


def _drawing(stairwells: Sequence[tuple[Block, Sequence[Floor]]]) -> SafeString:
    """Draw stairwells side by side, and below one another where the sheet is full."""
    boxes: list[str] = []
    words: list[tuple[float, float, str]] = []
    x, y, below = 0.0, 0.0, 0.0
    for block, floors in stairwells:
        rows = [row for floor in floors for row in _rows(floor)]
        wide = LABEL + WIDE * max((len(numbers) for _, numbers in rows), default=1)
        if x and x + wide > PAGE_WIDE:
            x, y, below = 0.0, y + below, 0.0
        words.append((x, y + HIGH * 0.7, block.name))
        for nth, (label, numbers) in enumerate(rows, start=1):
            top = y + nth * HIGH
            words.append((x, top + HIGH * 0.62, label))
            for place, number in enumerate(numbers):
                left = x + LABEL + place * WIDE
                boxes.append(f"M{left:g} {top:g}h{WIDE - 1:g}v{HIGH - 1.5:g}h{1 - WIDE:g}z")
                words.append((left + 1.2, top + HIGH * 0.62, number))
        x += wide + GAP
        below = max(below, (len(rows) + 2) * HIGH)
    high = y + below
    scale = min(1.0, PAGE_HIGH / high if high else 1.0)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" width="{}mm" height="{}mm">'
        '<path d="{}" fill="none" stroke="#6b7683" stroke-width=".25"/>'
        '<g font-size="3.6" fill="#1a1f26">{}</g></svg>',
        PAGE_WIDE, f"{high:g}", f"{PAGE_WIDE * scale:.1f}", f"{high * scale:.1f}",
        "".join(boxes), format_html_join("", '<text x="{}" y="{}">{}</text>', words),
    )  # fmt: skip


def _rows(floor: Floor) -> Iterable[tuple[str, list[str]]]:
    """Break a floor with many doors into rows that fit on paper; the first one bears its name."""
    numbers = [door.number for door in floor.doors]
    for start in range(0, len(numbers), IN_A_ROW):
        label = _floor_name(floor.floor) if start == 0 else ""
        yield label, numbers[start : start + IN_A_ROW]


@cache
def _floor_name(floor: int) -> str:
    return f"{floor}F"


def _doors(content: Content) -> Mapping[int, list[tuple[int, str, str]]]:
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
