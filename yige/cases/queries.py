"""What pages and the API may know of cases: lists, counts, one's day, what is near."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Final
from uuid import UUID

from django.db.models import Count, Q, Value
from django.db.models.lookups import Exact

from yige.base import snapshot
from yige.base.access import Actor, within
from yige.base.snapshot import Snapshot
from yige.cases import access, categories
from yige.cases.models import LISTED, OPEN, Case, Within
from yige.cases.rows import Row, category_name, rows_of, state_name
from yige.cases.views import COUNTED, LONG, VIEWS, overdue, with_me
from yige.kernel.codes import is_within

PAGE: Final = 50
NEAR_METRES: Final = 200
NEAR_DAYS: Final = 7
METRES_A_DEGREE: Final = 111_195.0

After = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list is to show, within what its reader may see."""

    view: str = "open"
    state: str = ""
    category: str = ""
    area: str = ""
    is_overdue: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list, the latest first; `after` is where the next page begins, if there is one."""

    rows: tuple[Row, ...]
    after: After | None


@dataclass(frozen=True, slots=True)
class Today:
    """A day's work of a grid worker or a unit, the most pressing first."""

    overdue: tuple[Row, ...] = ()
    today: tuple[Row, ...] = ()
    later: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Nearby:
    """An open case about the same, close by: what anybody may know of it."""

    id: UUID
    number: str
    category: str
    category_name: str
    state_name: str
    received_at: datetime
    metres: int | None
    echoes: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A category to choose."""

    code: str
    name: str
    is_emergency: bool
    is_restricted: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A group of categories to choose from."""

    code: str
    name: str
    leaves: tuple[Leaf, ...] = field(default=())


def cases(
    actor: Actor, wanted: Filter, *, now: datetime, after: After | None = None, most: int = PAGE
) -> Page:
    """List cases by (received_at, id), the latest first; `after` is the last one seen."""
    found = access.visible_cases(actor).filter(_condition(actor, wanted, now))
    found = found.filter(_in_order(actor, wanted))
    if after:
        at, last = after
        found = found.filter(Q(received_at__lt=at) | Q(id__lt=last), received_at__lte=at)
    page = list(found.order_by("-received_at", "-id")[: most + 1])
    rows = rows_of(page[:most], held=snapshot.take(), now=now)
    more = (rows[-1].received_at, rows[-1].id) if len(page) > most else None
    return Page(tuple(rows), more)


def counts(actor: Actor, *, now: datetime) -> dict[str, int]:
    """Count the open cases of each saved view, live."""
    wanted = {
        view: Count("state", filter=condition(actor, now))
        for view, condition in VIEWS.items()
        if view in COUNTED
    }
    return dict(access.visible_cases(actor).filter(OPEN).aggregate(**wanted))


def today(actor: Actor, *, now: datetime, until: datetime) -> Today:
    """Return what is with the actor: overdue, due by `until`, and the rest; the soonest first."""
    mine = access.visible_cases(actor).filter(with_me(actor))
    rows = rows_of(mine.order_by("act_by", "received_at")[:200], held=snapshot.take(), now=now)
    late = [row for row in rows if row.is_overdue or (row.act_by and row.act_by < now)]
    due = [row for row in rows if row not in late and row.act_by and row.act_by < until]
    rest = [row for row in rows if row not in late and row not in due]
    return Today(tuple(late), tuple(due), tuple(rest))


def reported_by(actor: Actor, *, now: datetime, most: int = PAGE) -> tuple[Row, ...]:
    """List the cases somebody with an account has reported, the latest first."""
    own = access.visible_cases(actor).filter(opened_by=actor.account)
    page = own.order_by("-received_at", "-id")[:most]
    return tuple(rows_of(page, held=snapshot.take(), now=now))


def nearby(
    *,
    category: str,
    area: str,
    at: datetime,
    unit: str = "",
    lon: float | None = None,
    lat: float | None = None,
    but: UUID | None = None,
) -> list[Nearby]:
    """List open cases of the same category in the same unit or within 200 m, of seven days.

    Restricted categories are never shown; `area` is where the place was located.
    """
    found = Case.objects.filter(
        OPEN,
        within(area[:9]),
        _close_to(unit, lon, lat),
        category=category,
        is_restricted=False,
        received_at__gte=at - timedelta(days=NEAR_DAYS),
    )
    if but:
        found = found.exclude(id=but)
    held = snapshot.take()
    near = [_nearby(case, lon, lat, held) for case in found.order_by("received_at")[:100]]
    close = [row for row in near if row.metres is None or row.metres <= NEAR_METRES]
    return sorted(close, key=lambda row: row.metres or 0)


def tree(*, held: Snapshot | None = None) -> list[Group]:
    """Return the categories in use, in groups, in the language in force."""
    held = held or snapshot.take()
    leaves: dict[str, list[Leaf]] = {}
    for known in categories.known(held).values():
        if not known.is_ended:
            name = category_name(known.code, held)
            leaf = Leaf(known.code, name, known.is_emergency, known.is_restricted)
            leaves.setdefault(known.parent, []).append(leaf)
    names = categories.groups(held)
    return [
        Group(code, names[code], tuple(sorted(below, key=lambda leaf: leaf.code)))
        for code, below in sorted(leaves.items())
    ]


def numbered(actor: Actor, number: str) -> UUID | None:
    """Find a case the actor may see by its number."""
    found = access.visible_cases(actor).filter(number=number.strip())
    return found.values_list("id", flat=True).first()


def _condition(actor: Actor, wanted: Filter, now: datetime) -> Q:
    condition = VIEWS[wanted.view](actor, now) if wanted.view in VIEWS else OPEN
    if wanted.state:
        condition &= Q(state=wanted.state)
    if wanted.category:
        condition &= within(wanted.category, field="category")
    if wanted.area:
        condition &= within(wanted.area)
    if wanted.is_overdue:
        condition &= overdue(now)
    if wanted.text.strip():
        condition &= _says(wanted.text.strip())
    return condition


def _in_order(actor: Actor, wanted: Filter) -> Q:
    """Say the area of a list once more, in the form whose index holds it in the order of time.

    Rights and filters stand beside it as they are: this only saves sorting what is long. What is
    open in a part of the city, or with one desk, is short.
    """
    area = wanted.area if is_within(wanted.area, actor.area) else actor.area
    is_long = wanted.view in LONG or (wanted.view == "open" and len(area) == LISTED[0])
    if not is_long or len(area) not in LISTED or not access.sees_areas(actor):
        return Q()
    return Q(Exact(Within("area_code", digits=len(area)), Value(area)))


def _says(text: str) -> Q:
    return Q(number=text) | Q(text__contains=text) | Q(address__contains=text)


def _close_to(unit: str, lon: float | None, lat: float | None) -> Q:
    here = Q(unit_code=unit) if unit else Q(pk__in=())
    if lon is None or lat is None:
        return here
    north = NEAR_METRES / METRES_A_DEGREE
    east = north / cos(radians(lat))
    return here | Q(
        lat__gte=lat - north, lat__lte=lat + north, lon__gte=lon - east, lon__lte=lon + east
    )


def _nearby(case: Case, lon: float | None, lat: float | None, held: Snapshot) -> Nearby:
    return Nearby(
        case.id,
        case.number,
        case.category,
        category_name(case.category, held),
        state_name(case.state),
        case.received_at,
        _metres(case, lon, lat),
        case.echoes,
    )


def _metres(case: Case, lon: float | None, lat: float | None) -> int | None:
    if None in (lon, lat, case.lon, case.lat) or lon is None or lat is None:
        return None
    east = ((case.lon or 0) - lon) * METRES_A_DEGREE * cos(radians(lat))
    return round(hypot(east, ((case.lat or 0) - lat) * METRES_A_DEGREE))
