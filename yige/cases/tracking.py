"""How a reporter without log-in proves to be one: the case's number and its secret.

The secret follows from the case's id and a key of the store; it is kept nowhere. A command is
given a proof that is good for that command alone, so that no journal holds the secret either.
"""

import hmac
from typing import Final
from uuid import UUID

from yige.base.crypto import keyed_digest
from yige.cases.errors import TrackingWrong
from yige.cases.models import Case

KEY: Final = "tracking"
SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 10
MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})


def secret_of(case: UUID) -> str:
    """Return the ten signs that open a case's tracking page together with its number."""
    number = int(keyed_digest(str(case), key=KEY, purpose="secret"), 16)
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)


def find(number: str, secret: str) -> UUID:
    """Return the case of a number and its secret, or raise TrackingWrong for either."""
    case = Case.objects.filter(number=number.strip()).values_list("id", flat=True).first()
    # An unknown number takes as long as a known one.
    expected = secret_of(case or UUID(int=0))
    given = secret.strip().upper().translate(MISREAD)
    if not hmac.compare_digest(expected.encode(), given.encode()) or case is None:
        raise TrackingWrong(number=number.strip()[:20])
    return case


def proof_of(case: UUID, command: UUID) -> str:
    """Return what a command's body carries once number and secret were found right."""
    return keyed_digest(f"{case}:{command}", key=KEY, purpose="proof")


def is_proof(proof: str, case: UUID, command: UUID) -> bool:
    """Tell whether a proof belongs to a case and a command."""
    return bool(proof) and hmac.compare_digest(proof.encode(), proof_of(case, command).encode())
