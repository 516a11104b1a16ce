import pytest

from tests import city as small
from tests.city import City


@pytest.fixture
def city(db: None) -> City:
    """A small city with its grids adopted and no door listed."""
    return small.build()
