import pytest

from tests.cases.offices import open_offices
from tests.city import WENCHANG
from yige.base.models import Job
from yige.demo.city import City
from yige.demo.papers import print_papers
from yige.homes.models import Card, Door, Run, Stairwell
from yige.kernel import clock
from yige.territory.models import Unit


@pytest.mark.django_db
def test_around_the_demos_worker_doors_are_listed_and_cards_are_ordered(laizhou: City) -> None:
    open_offices()
    Unit.objects.update(floors=6)

    print_papers(laizhou, at=clock.now())

    grid = f"{WENCHANG}001"
    held = Unit.objects.filter(memberships__grid__code=grid)
    assert Stairwell.objects.filter(unit__in=held).count() == held.count() == 12
    assert Stairwell.objects.count() == 12
    first = Door.objects.filter(stairwell__unit__code=f"{WENCHANG}000001")
    assert (first.count(), first.exclude(state=Door.EMPTY).count()) == (24, 20)
    assert first.filter(state=Door.LET).exists()
    assert Card.objects.count() == 2
    assert Job.objects.get(id=Run.objects.get().job_id).state == Job.WAITING
