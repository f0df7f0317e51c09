"""Sealed values: what is sealed opens only in its place, with its key and its commitment."""

from __future__ import annotations

import os
from typing import Any

import pytest
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from hypothesis import given
from hypothesis import strategies as st

from yifa.records import seal as module
from yifa.records.canonical import NotCanonical
from yifa.records.seal import SealBroken, SM4Missing, check_sm4, open_box, seal

KEY = os.urandom(16)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


values = st.one_of(texts, st.integers(), st.lists(texts, max_size=3), st.just({"unknown": True}))


@given(values, texts, texts, st.integers(1))
def test_what_is_sealed_opens_again(value: Any, record: str, path: str, rseq: int) -> None:
    commitment, box = seal(KEY, record, path, rseq, value)
    assert open_box(KEY, record, path, rseq, box, commitment) == value


def test_the_box_shows_nothing_and_equal_values_look_different() -> None:
    first, second = (seal(KEY, "r", "id_number", 1, "110101199003071234") for _ in range(2))
    assert b"1990" not in first.box
    assert first.commitment != second.commitment
    assert first.box != second.box


@pytest.mark.parametrize(
    ("key", "record", "path", "rseq"),
    [(os.urandom(16), "r", "p", 1), (KEY, "s", "p", 1), (KEY, "r", "q", 1), (KEY, "r", "p", 2), (KEY, "r\np", "", 1)],
    ids=["other key", "other record", "other path", "other sequence", "shifted border"],
)
def test_another_key_or_place_does_not_open_it(key: bytes, record: str, path: str, rseq: int) -> None:
    commitment, box = seal(KEY, "r", "p", 1, "张三")
    with pytest.raises(SealBroken):
        open_box(key, record, path, rseq, box, commitment)


def test_every_changed_byte_of_the_box_is_noticed() -> None:
    commitment, box = seal(KEY, "r", "p", 1, "张三")
    for i in range(len(box)):
        changed = box[:i] + bytes([box[i] ^ 1]) + box[i + 1 :]
        with pytest.raises(SealBroken):
            open_box(KEY, "r", "p", 1, changed, commitment)
    for length in range(len(box)):
        with pytest.raises(SealBroken):
            open_box(KEY, "r", "p", 1, box[:length], commitment)


def test_a_value_exchanged_by_someone_with_the_key_breaks_the_commitment() -> None:
    commitment, _ = seal(KEY, "r", "p", 1, "张三")
    _, other = seal(KEY, "r", "p", 1, "李四")
    with pytest.raises(SealBroken, match="承诺值"):
        open_box(KEY, "r", "p", 1, other, commitment)


def test_a_value_without_canonical_text_is_refused() -> None:
    with pytest.raises(NotCanonical):
        seal(KEY, "r", "p", 1, 1.5)


def test_gbt_32907_example_of_sm4() -> None:
    """GB/T 32907-2016, example 1: one block, key equal to plain text."""
    block = bytes.fromhex("0123456789abcdeffedcba9876543210")
    assert module.SM4 is not None
    worker = Cipher(module.SM4(block), modes.ECB()).encryptor()
    assert worker.update(block).hex() == "681edf34d206965e86b3e94f536e4246"


def test_rfc_8998_example_of_sm4_gcm() -> None:
    """RFC 8998, appendix A.1."""
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    nonce = bytes.fromhex("00001234567800000000abcd")
    plain = bytes.fromhex(
        "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
        "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa"
    )
    worker = module.sm4_gcm(key, nonce).encryptor()
    worker.authenticate_additional_data(bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
    worker.update(plain)
    worker.finalize()
    assert worker.tag.hex() == "83de3541e4c2b58177e065a9bf7b62ec"


def test_a_library_without_sm4_is_named_and_does_not_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(*_: Any) -> Any:
        raise UnsupportedAlgorithm("sm4")

    check_sm4()
    monkeypatch.setattr(module, "sm4_gcm", absent)
    with pytest.raises(SM4Missing, match="SM4-GCM"):
        check_sm4()
    with pytest.raises(SM4Missing):
        module.decrypt(KEY, bytes(40), b"")
    monkeypatch.undo()
    monkeypatch.setattr(module, "SM4", None)
    with pytest.raises(SM4Missing):
        check_sm4()
