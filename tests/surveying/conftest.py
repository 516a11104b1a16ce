import pytest

from tests import city as small
from tests.city import City


@pytest.fixture
def city(db: None) -> City:
    """A small city with its grids adopted."""
    return small.build()
