import pytest
from django.db import OperationalError, connection
from django.test import Client


@pytest.mark.django_db
def test_a_house_that_stands_says_ok(client: Client) -> None:
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not answer.cookies


@pytest.mark.django_db
def test_a_house_without_its_database_says_so(client: Client) -> None:
    def lost(*statement: object) -> None:
        raise OperationalError("the server closed the connection")

    with connection.execute_wrapper(lost):
        answer = client.get("/healthz")

    assert answer.status_code == 503
