"""The tests' own commands, known while a test of the API runs."""

from collections.abc import Iterator

import pytest

from tests.base.orders import orders_known


@pytest.fixture(autouse=True)
def _orders() -> Iterator[None]:
    with orders_known():
        yield
