"""In which mode an area stands."""

from datetime import timedelta

import pytest

from tests.city import CODE, DONGGUAN, SETTLED, WENCHANG
from yige.base import snapshot
from yige.kernel.ids import new_id
from yige.territory.models import AreaMode
from yige.territory.modes import CALM, MODES, mode_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def declare(area: str, mode: str) -> None:
    AreaMode.objects.create(
        area_code=area, mode=mode, level="II", since_at=SETTLED, until_at=SETTLED + HOUR
    )
    snapshot.stamp(MODES, by=new_id())


def test_an_area_is_calm_until_a_mode_is_declared_for_it_or_above_it() -> None:
    assert mode_of(WENCHANG, at=SETTLED).mode == CALM

    declare(WENCHANG, "response")

    assert mode_of(f"{WENCHANG}001", at=SETTLED).mode == "response"
    assert mode_of(DONGGUAN, at=SETTLED).mode == CALM


def test_the_mode_of_the_nearest_area_holds_while_it_lasts() -> None:
    declare(CODE, "exercise")
    declare(WENCHANG, "response")

    assert mode_of(WENCHANG, at=SETTLED).mode == "response"
    assert mode_of(DONGGUAN, at=SETTLED).mode == "exercise"
    assert mode_of(WENCHANG, at=SETTLED + HOUR).mode == CALM
