import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from yige.base.accounts import first_password, give_password
from yige.base.models import Account
from yige.kernel import clock
from yige.kernel.ids import new_id

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


@pytest.mark.django_db
def test_a_given_password_opens_and_is_hashed_slowly_at_the_first_log_in() -> None:
    account = Account.objects.create(username="滕", name="滕", created_at=clock.now())
    password = first_password(new_id())
    give_password(account, password)
    assert account.password.startswith("given$")

    assert account.check_password(password)

    assert not Account.objects.get().password.startswith("given$")
    assert not account.check_password(password[:-1])
