"""Keys outside the database, and the few things done with them.

A key is a file of the key store (`<home>/keys`), in no dump of the database; destroying the file
makes what it encrypted unreadable. SHA-256 and AES-GCM, or SM3 and SM4-GCM (国密), by setting.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from time import monotonic
from typing import Final

import orjson
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.conf import settings

from yige.kernel.errors import Unavailable

NONCE, TAG = 12, 16
TRUSTED_S: Final = 1.0
"""How long a key that was read is used before the store is asked again: it may be destroyed."""

_held: dict[str, tuple[bytes, float]] = {}


class KeyGone(Unavailable):
    """The key of this data is not in the key store: destroyed on purpose, or not restored."""

    code = "base.key_gone"


def canonical(value: object) -> str:
    """Write a value as JSON in the one form that digests are taken of."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def digest(text: str | bytes) -> str:
    """Return the hexadecimal digest (SHA-256 or SM3) of a text."""
    data = text.encode() if isinstance(text, str) else text
    return _hasher(settings.YIGE_HASH)(data).hexdigest()


def keyed_digest(text: str, *, key: str, purpose: str) -> str:
    """Return a digest that cannot be guessed without the key: for bodies and personal facts."""
    data = f"{purpose}\x00{text}".encode()
    return hmac.digest(key_named(key), data, settings.YIGE_HASH).hex()


def lock(text: str, *, key: str) -> bytes:
    """Encrypt a text under a key of the store, made at first use."""
    nonce, data = os.urandom(NONCE), text.encode()
    if settings.YIGE_CIPHER == "sm4-gcm":
        encryptor = Cipher(SM4(key_named(key)[:16]), GCM(nonce)).encryptor()
        return b"s" + nonce + encryptor.update(data) + encryptor.finalize() + encryptor.tag
    return b"a" + nonce + _aes(key).encrypt(nonce, data, None)


def unlock(locked: bytes | memoryview, *, key: str) -> str:
    """Decrypt what `lock` made. Raises KeyGone when the key is no longer in the store."""
    data = bytes(locked)
    if not _path(key).exists():
        raise KeyGone(key=key)
    nonce, rest = data[1 : 1 + NONCE], data[1 + NONCE :]
    if data[:1] == b"s":
        decryptor = Cipher(SM4(key_named(key)[:16]), GCM(nonce, rest[-TAG:])).decryptor()
        return (decryptor.update(rest[:-TAG]) + decryptor.finalize()).decode()
    return _aes(key).decrypt(nonce, rest, None).decode()


def key_named(name: str) -> bytes:
    """Return the 32 bytes of a named key, making it when it is new."""
    path, now = _place(name, settings.YIGE_HOME), monotonic()
    held = _held.get(path)
    if held is None or now - held[1] > TRUSTED_S:
        held = _held[path] = (_looked_up(Path(path)), now)
    return held[0]


def destroy_key(name: str) -> bool:
    """Remove a key for good; tell whether it was there. What it encrypted is lost."""
    path = _path(name)
    if not path.exists():
        return False
    path.write_bytes(secrets.token_bytes(32))
    path.unlink()
    _held.pop(str(path), None)
    return True


def _path(name: str) -> Path:
    return Path(_place(name, settings.YIGE_HOME))


@cache
def _hasher(name: str) -> Callable[[bytes], "hashlib._Hash"]:
    return getattr(hashlib, name, None) or partial(hashlib.new, name)


@cache
def _place(name: str, home: Path) -> str:
    return str(home / "keys" / f"{name}.key")


def _looked_up(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        _make(path)
        return path.read_bytes()


@cache
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _aes(name: str) -> AESGCM:
    return _cipher(key_named(name))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_bytes(secrets.token_bytes(32))
    _first_wins(draft, path)


def _first_wins(draft: Path, path: Path) -> None:
    link: Callable[[Path, Path], None] = os.link
    try:
        link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
