"""People with an account on a post, for tests that knock from outside."""

from datetime import UTC, datetime

from yige.base.access import Role
from yige.base.accounts import choose_password, make_account
from yige.base.models import Account
from yige.kernel import clock
from yige.people.models import Appointment, Person, Post

EARLY = datetime(2026, 1, 1, tzinfo=UTC)
PASSWORD = "Wenchang-7"


def seat(
    name: str, role: Role, area: str = "370683", *, until: datetime | None = None
) -> tuple[Account, Post]:
    """Put somebody on a post, and give them an account if they have none."""
    account = Account.objects.filter(username=name).first()
    if account is None:
        account = make_account(username=name, name=name, password=None, at=EARLY)
        choose_password(account, PASSWORD, at=clock.now())
        Person.objects.create(name=name, account=account)
    post = Post.objects.create(role=role, name=f"{name} {role}", area_code=area)
    Appointment.objects.create(
        person=Person.objects.get(account=account), post=post, held_from=EARLY, held_until=until
    )
    return account, post
