"""Keep the list of bodies that handle, serve and help."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from yige.base.commands import Call, command
from yige.base.fields import AreaCode, Body, Line
from yige.people import access
from yige.people.errors import NoSuchOrganisation
from yige.people.models import Organisation

Kind = Literal[
    "government", "department", "station", "property_firm", "owners_committee",
    "resident_organisation",
]  # fmt: skip


class OrganisationSaid(Body):
    """What is said of an organisation; `code` is its own and stays."""

    code: Line = Field(min_length=1, max_length=40)
    name: Line = Field(min_length=1, max_length=120)
    kind: Kind
    area_code: AreaCode
    parent: Line | None = None


class OrganisationEnds(Body):
    """The organisation to close."""

    code: Line


@command("people.set_organisation", may=access.may_keep_organisations)
def set_organisation(call: Call, said: OrganisationSaid) -> Organisation:
    """Enter an organisation, or change what is said of it."""
    known = Organisation.objects.filter(code=said.code).first()
    organisation = known or Organisation(code=said.code)
    if known:
        call.expect(known)
        call.touch(known)
    organisation.name, organisation.kind = said.name, said.kind
    organisation.area_code = said.area_code
    organisation.parent = organisation_coded(said.parent) if said.parent else None
    organisation.ended_at = None
    organisation.save()
    call.tell("people.organisation_set", subject=organisation.id, area=said.area_code)
    return organisation


@command("people.end_organisation", may=access.may_keep_organisations)
def end_organisation(call: Call, ends: OrganisationEnds) -> Organisation:
    """Close an organisation; what it did stays readable."""
    organisation = organisation_coded(ends.code)
    call.expect(organisation)
    call.touch(organisation)
    organisation.ended_at = call.at
    organisation.save()
    call.tell("people.organisation_ended", subject=organisation.id, area=organisation.area_code)
    return organisation


def organisation_coded(code: str) -> Organisation:
    """Return the organisation of a code, or raise NoSuchOrganisation."""
    found = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NoSuchOrganisation(code=code)
    return found


def organisation_called(name: str, *, at: datetime) -> UUID | None:
    """Find the open department whose name or code begins with a word such as 城管."""
    open_ones = Organisation.objects.filter(ended_at=None, kind="department")
    found = open_ones.filter(name__contains=name).order_by("name").first()
    return found.id if found else None
