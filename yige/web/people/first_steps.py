"""What a newly set up city still needs, in the order in which it can be done."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from yige.base.access import Role
from yige.people.queries import Coverage
from yige.territory import queries


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step of the set-up: in words, where it is done, and whether it is."""

    words: str
    link: str
    is_done: bool


def first_steps(coverage: list[Coverage]) -> list[FirstStep]:
    """List the steps of the set-up; nothing once a net is in force and the platform is filled."""
    city = queries.city()
    has_net = queries.has_grids()
    is_filled = any(row.role == Role.PLATFORM and row.held for row in coverage)
    if has_net and is_filled:
        return []
    return [
        FirstStep(
            _("Enter the towns and communities: the operator runs “yige import divisions”"),
            "",
            bool(city and queries.children_of(city.code)),
        ),
        FirstStep(
            _("Create the post of the city platform and appoint somebody: until then nobody is "
              "told of a report"),
            f"{reverse('people:new_post')}?area={city.code if city else ''}",
            is_filled,
        ),
        FirstStep(
            _("Bring in the survey of the units"),
            reverse("territory:surveys"),
            has_net or queries.is_surveyed(),
        ),
        FirstStep(_("Draft a plan and adopt it: that gives the grids"),
                  reverse("territory:plans"), has_net),
        FirstStep(_("Create the posts of grids, stations and intakes, and appoint their holders"),
                  reverse("people:new_post"), is_done=False),
    ]  # fmt: skip
