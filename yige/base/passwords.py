"""Rules for passwords that Django does not bring, and the hash of those the house gives."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from yige.base.models import Account

KINDS = (str.islower, str.isupper, str.isdigit)


class ThreeKinds:
    """Ask for three of: small letters, capitals, digits, other signs."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise ValidationError when the password has fewer than three kinds of signs."""
        kinds = [any(kind(sign) for sign in password) for kind in KINDS]
        kinds.append(any(not sign.isalnum() for sign in password))
        if sum(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self) -> str:
        """Say the rule in the user's words."""
        return _("Use three of these: small letters, capitals, digits, other signs.")


class GivenPasswordHasher(PBKDF2PasswordHasher):
    """Hash a password that the house has drawn: 92 bits of chance need no slow hash.

    So a thousand accounts are given in seconds. At its log-in Django hashes it anew, by the first
    hasher of the settings.
    """

    algorithm = "given"
    iterations = 1
