from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import chinese_calendar.constants as public
import pytest

from yige.base.calendar import Calendar
from yige.demo.basemap import write_basemap
from yige.demo.city import City, build_city
from yige.demo.year import Year, build_year

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def laizhou() -> City:
    return build_city(1)


@pytest.fixture(scope="session")
def office_days() -> Calendar:
    days: dict[date, str] = dict.fromkeys(public.holidays, "holiday")
    days |= dict.fromkeys(public.workdays, "workday")
    return Calendar.of(zone="Asia/Shanghai", hours=["08:30-12:00", "13:30-17:30"], days=days)


@pytest.fixture(scope="session")
def past_year(laizhou: City, office_days: Calendar) -> Year:
    return build_year(laizhou, until=NOON, calendar=office_days)


@pytest.fixture(scope="session")
def basemap(laizhou: City, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("map") / "basemap.pmtiles"
    write_basemap(path, laizhou)
    yield path
    path.unlink()
