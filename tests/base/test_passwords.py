import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from yige.base.models import Account

PLAIN = "password_too_plain"


def faults(password: str, *, username: str = "tengjianguo") -> set[str]:
    try:
        validate_password(password, Account(username=username))
    except ValidationError as error:
        return {str(fault.code) for fault in error.error_list}
    return set()


@pytest.mark.parametrize(
    "password", ["Wenchang-7x", "wenchang-77x", "WENCHANG-77", "文昌Ab12xx34"]
)
def test_three_kinds_of_signs_are_enough(password: str) -> None:
    assert faults(password) == set()


@pytest.mark.parametrize("password", ["wenchangshequ", "wenchang777777", "WENCHANG-QIGE"])
def test_two_kinds_are_too_plain(password: str) -> None:
    assert faults(password) == {PLAIN}


def test_short_common_and_own_names_are_refused() -> None:
    assert "password_too_short" in faults("Ab-1")
    assert "password_too_common" in faults("password123")
    assert "password_too_similar" in faults("Tengjianguo-1")
