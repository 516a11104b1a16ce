"""Bring an old net in: its cells, its people and their duties, whole or not at all."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, Literal
from uuid import UUID

import shapely
from django.conf import settings
from django.db.models import Q
from pydantic import Field, model_validator

from yige.base import crypto, files, rows
from yige.base.commands import Call, command
from yige.base.crypto import canonical
from yige.base.fields import Body, Line
from yige.base.tables.read import read_table
from yige.base.tables.shape import Limits, Table
from yige.kernel.ids import new_id
from yige.kernel.places import Datum
from yige.nets import access
from yige.nets.errors import HandingBegun, NothingToImport, RowsWrong
from yige.nets.models import DutyTransfer, LegacyCell, LegacyDuty, LegacyNet
from yige.nets.places import Places, places_of
from yige.nets.reader import Found, FoundCell, FoundDuty, read_net
from yige.people.models import Person
from yige.people.organisations import organisation_coded
from yige.people.posts import PHONE_KEY
from yige.territory import net as net_in_force
from yige.territory import queries
from yige.territory.codes import DivisionCode
from yige.territory.survey_found import RowError

SHOWN: Final = 500
"""Row errors that are told; all of them are counted."""
MOST_ROWS: Final = 100_000

Kind = Literal[
    "check_in", "civilised_city", "cadre_contact", "integrated_governance", "justice",
    "civil_affairs", "petitions", "health", "other",
]  # fmt: skip


class Rows(Body):
    """Headings and rows of cells, as a file of an old net has them; an outline is WKT or GeoJSON.

    The first row is number 2, as in a spreadsheet.
    """

    columns: list[Line] = Field(min_length=1, max_length=60)
    rows: list[list[str]] = Field(min_length=1, max_length=MOST_ROWS)

    def as_table(self) -> Table:
        """Give the rows as a file of them would be read."""
        wide = len(self.columns)
        return Table(
            columns=list(self.columns),
            rows=[(row + [""] * wide)[:wide] for row in self.rows],
            numbers=list(range(2, len(self.rows) + 2)),
            kind="rows",
            too_wide=frozenset(n for n, row in enumerate(self.rows) if len(row) > wide),
        )


class NetFile(Body):
    """A file with the cells of an old net, or its rows, what the net is, and who answers for it.

    `left_out` are rows that somebody agrees to leave out; `without_listed` agrees to all wrong
    ones.
    """

    name: Line = Field(min_length=1, max_length=120)
    kind: Kind
    area: DivisionCode
    organisation: Line | None = None
    file: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    table: Rows | None = None
    source: Line = ""
    datum: Datum | None = None
    part: Line | None = None
    left_out: list[int] = Field(default_factory=list, max_length=MOST_ROWS)
    without_listed: bool = False

    @model_validator(mode="after")
    def _says_one(self) -> "NetFile":
        if (self.file is None) == (self.table is None):
            raise ValueError("either a file or its rows are needed")
        return self

    def as_table(self) -> Table:
        """Read the rows, from wherever they come."""
        return self.table.as_table() if self.table else read_file(self.file or "", self.part)


@command("nets.import_net", may=access.may_import)
def import_net(call: Call, said: NetFile) -> LegacyNet:
    """Bring an old net in; the same net once more changes nothing, a corrected one supersedes it.

    Raises RowsWrong with every cell that cannot be right, while nobody has agreed to leave those
    rows out; and HandingBegun where the net says something else now and has signatures.
    """
    queries.area(said.area)
    organisation = organisation_coded(said.organisation) if said.organisation else None
    found, left_out = _read(said)
    here = Q(area_code=said.area) | Q(first_area=said.area)
    mine = LegacyNet.objects.filter(here, kind=said.kind, name=said.name)
    known = mine.filter(state=LegacyNet.OPEN).first()
    if known and known.fingerprint == found.fingerprint:
        return known
    if known:
        _supersede(call, known)
    net = LegacyNet.objects.create(
        id=call.id,
        name=said.name,
        kind=said.kind,
        area_code=said.area,
        first_area=said.area,
        organisation=organisation,
        source=said.source,
        fingerprint=found.fingerprint,
        left_out=canonical(left_out),
        imported_at=call.at,
        changed_by=call.id,
    )
    _store(net, found)
    call.tell("nets.net_imported", subject=net.id, area=net.area_code, cells=len(found.cells),
              duties=found.duties, left_out=len(left_out))  # fmt: skip
    return net


def read_file(digest: str, part: str | None = None) -> Table:
    """Read a stored file in a process of its own (kept for a second look).

    Whoever is going to import it reads it first, so that the city does not wait meanwhile.
    """
    return _table(digest, part or "")


@lru_cache(maxsize=4)
def _table(digest: str, part: str) -> Table:
    limits = Limits(memory_bytes=settings.YIGE_MEMORY_MB << 20, rows=MOST_ROWS)
    return read_table(files.path_of(digest), limits=limits, part=part or None)


def _read(said: NetFile) -> tuple[Found, list[int]]:
    """Read the file without the rows that are left out, or raise RowsWrong."""
    table, places = said.as_table(), _places(said.area, net_in_force.stamp())
    usernames = set(Person.objects.exclude(account=None).values_list("account__username",
                                                                     flat=True))  # fmt: skip
    left_out = {*said.left_out} & {*table.numbers}
    found = read_net(table, places, usernames, datum=said.datum, without=left_out)
    if found.errors and said.without_listed:
        left_out |= {*found.bad_rows}
        found = read_net(table, places, usernames, datum=said.datum, without=left_out)
    if found.errors:
        raise RowsWrong(
            errors=[_told(error) for error in found.errors[:SHOWN]],
            count=len(found.bad_rows),
            rows=found.bad_rows[:20],
            staying=found.duties,
        )
    if not found.cells:
        raise NothingToImport(source=said.source)
    return found, sorted(left_out)


@lru_cache(maxsize=2)
def _places(area: str, stamp: str) -> Places:
    return places_of(area)


def _supersede(call: Call, net: LegacyNet) -> None:
    """Put a net aside of which nothing is signed or decided yet."""
    mine = DutyTransfer.objects.filter(duty__cell__net=net).exclude(state=DutyTransfer.WITHDRAWN)
    begun = mine.exclude(given_at=None, taken_at=None, decided_at=None).count()
    if begun:
        raise HandingBegun(net=net.name, count=begun)
    mine.update(state=DutyTransfer.WITHDRAWN, closed_at=call.at)
    call.touch(net)
    net.state, net.ended_at = LegacyNet.SUPERSEDED, call.at
    net.save()
    LegacyDuty.objects.filter(cell__net=net).update(phone=None)
    call.tell("nets.net_superseded", subject=net.id, area=net.area_code)


def _store(net: LegacyNet, found: Found) -> None:
    ids = [new_id() for _ in found.cells]
    person_of = _persons(duty for cell in found.cells for duty in cell.duties)
    rows.insert(
        LegacyCell,
        (_cell_row(net, i, cell) for i, cell in zip(ids, found.cells, strict=True)),
    )
    rows.insert(
        LegacyDuty,
        (
            _duty_row(i, duty, person_of)
            for i, cell in zip(ids, found.cells, strict=True)
            for duty in cell.duties
        ),
    )


def _cell_row(net: LegacyNet, own: UUID, cell: FoundCell) -> dict[str, Any]:
    outline = cell.extent.outline
    return {
        "id": own,
        "net_id": net.id,
        "code": cell.code,
        "name": cell.name,
        "extent": canonical(cell.extent.as_lists()),
        "outline": shapely.to_geojson(outline) if outline is not None else "",
    }


Known = Mapping[tuple[str, str], UUID]
"""Persons by user name (with nothing behind it), or by name and number."""


def _duty_row(cell: UUID, duty: FoundDuty, person_of: Known) -> dict[str, Any]:
    by_account = person_of.get((duty.username, ""))
    by_number = person_of.get((duty.holder, _digits(duty.phone))) if duty.phone else None
    return {
        "id": new_id(),
        "cell_id": cell,
        "name": duty.name,
        "holder": duty.holder,
        "phone": crypto.lock(duty.phone, key=PHONE_KEY) if duty.phone else None,
        "person_id": by_account or by_number,
    }


def _persons(duties: Iterable[FoundDuty]) -> Known:
    """Find who of the old net is a person here: by user name, or by name and number alike."""
    some = list(duties)
    found: dict[tuple[str, str], UUID] = {}
    usernames = {duty.username for duty in some if duty.username}
    named = {duty.holder for duty in some if duty.holder and duty.phone}
    accounts = Person.objects.filter(account__username__in=usernames)
    for username, person in accounts.values_list("account__username", "id"):
        found[username, ""] = person
    for name, phone, person in _with_number(named):
        found.setdefault((name, _digits(phone)), person)
    return found


def _with_number(names: set[str]) -> Iterator[tuple[str, str, UUID]]:
    there = Person.objects.filter(name__in=names, left_at=None).exclude(phone=None)
    for person in there.order_by("id"):
        if person.phone:
            yield person.name, crypto.unlock(person.phone, key=PHONE_KEY), person.id


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit())


def _told(error: RowError) -> dict[str, Any]:
    return {
        "row": error.row,
        "column": error.column,
        "value": error.value,
        "code": error.code,
        "facts": error.facts,
    }
