import pytest

from tests import city as small
from tests.city import City


@pytest.fixture
def city(db: None) -> City:
    """A small city with its grids adopted."""
    return small.build()


@pytest.fixture
def surveyed(db: None) -> City:
    """The same city before its first grids."""
    return small.build(with_grids=False)
