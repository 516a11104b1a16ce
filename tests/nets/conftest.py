import pytest

from tests.cases.offices import Offices, open_offices


@pytest.fixture
def offices(db: None) -> Offices:
    """The small city with its desks filled."""
    return open_offices()
