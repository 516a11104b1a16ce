import stat
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from yige.base.crypto import (
    KeyGone,
    canonical,
    destroy_key,
    digest,
    key_named,
    keyed_digest,
    lock,
    unlock,
)
from yige.kernel.ids import new_id

CIPHERS = pytest.mark.parametrize("cipher", ["aes-gcm", "sm4-gcm"])


def a_key() -> str:
    """Name a key that nobody has used."""
    return f"key-{new_id()}"


@CIPHERS
@pytest.mark.parametrize("text", ["", "13800138000", "独居老人🏮" * 3000])
def test_what_was_locked_is_read_again(settings: Settings, cipher: str, text: str) -> None:
    settings.YIGE_CIPHER = cipher
    key = a_key()

    locked = lock(text, key=key)

    assert unlock(locked, key=key) == text
    assert text.encode() not in locked or not text


@CIPHERS
def test_the_same_text_is_never_locked_alike(settings: Settings, cipher: str) -> None:
    settings.YIGE_CIPHER = cipher
    key = a_key()

    assert lock("文昌", key=key) != lock("文昌", key=key)


@CIPHERS
@pytest.mark.parametrize("place", [1, 14, -1], ids=["nonce", "text", "tag"])
def test_a_touched_text_is_not_read(settings: Settings, cipher: str, place: int) -> None:
    settings.YIGE_CIPHER = cipher
    key = a_key()
    locked = bytearray(lock("文昌社区", key=key))

    locked[place] ^= 1

    with pytest.raises(InvalidTag):
        unlock(bytes(locked), key=key)


def test_a_city_that_changes_its_cipher_still_reads_what_it_had(
    settings: Settings,
) -> None:
    key = a_key()
    settings.YIGE_CIPHER = "aes-gcm"
    old = lock("旧", key=key)

    settings.YIGE_CIPHER = "sm4-gcm"
    new = lock("新", key=key)

    assert (unlock(old, key=key), unlock(new, key=key)) == ("旧", "新")
    assert (old[:1], new[:1]) == (b"a", b"s")


@CIPHERS
def test_a_destroyed_key_takes_with_it_what_it_locked(settings: Settings, cipher: str) -> None:
    settings.YIGE_CIPHER = cipher
    key = a_key()
    locked = lock("隔离名册", key=key)

    was_there, is_there = destroy_key(key), destroy_key(key)

    assert (was_there, is_there) == (True, False)
    with pytest.raises(KeyGone) as refused:
        unlock(locked, key=key)
    assert refused.value.facts == {"key": key}


def test_a_key_made_anew_does_not_open_what_the_old_one_locked() -> None:
    key = a_key()
    locked = lock("隔离名册", key=key)
    destroy_key(key)

    lock("新名册", key=key)

    with pytest.raises(InvalidTag):
        unlock(locked, key=key)


def test_a_key_is_a_file_that_its_owner_alone_can_read(settings: Settings) -> None:
    key = a_key()

    key_named(key)

    path = Path(settings.YIGE_HOME) / "keys" / f"{key}.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(path.read_bytes()) == 32


def test_two_that_need_a_new_key_at_once_get_the_same() -> None:
    for _ in range(20):
        key, start = a_key(), threading.Barrier(4)
        found: list[bytes] = []

        def ask(key: str = key, start: Any = start, found: list[bytes] = found) -> None:
            start.wait()
            found.append(key_named(key))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(found) == 4
        assert len(set(found)) == 1


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ],
)
def test_digests_are_those_of_the_standards(settings: Settings, name: str, known: str) -> None:
    settings.YIGE_HASH = name

    assert digest("abc") == digest(b"abc") == known


def test_a_keyed_digest_depends_on_key_purpose_and_text() -> None:
    key, other = a_key(), a_key()

    digests = {
        keyed_digest("13800138000", key=key, purpose="phone"),
        keyed_digest("13800138000", key=other, purpose="phone"),
        keyed_digest("13800138000", key=key, purpose="body"),
        keyed_digest("13800138001", key=key, purpose="phone"),
    }

    assert len(digests) == 4
    assert keyed_digest("13800138000", key=key, purpose="phone") in digests


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text("甲乙ab\n🏮", max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("甲乙ab", max_size=3), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text("甲乙abc", max_size=3), JSON, max_size=5), st.randoms())
def test_the_order_of_keys_does_not_change_what_is_sealed(
    value: dict[str, Any], random: Any
) -> None:
    names = list(value)
    random.shuffle(names)

    assert canonical({name: value[name] for name in names}) == canonical(value)
