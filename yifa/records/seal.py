"""Sealed values (加密字段): a salted commitment goes into the event, the value lies beside it under the record's key.

The commitment proves later that a value was not exchanged; without its salt, which lies in the box, it says nothing of
the value. SM3 is GB/T 32905, SM4 is GB/T 32907, GCM as in GB/T 36624.
"""

from __future__ import annotations

import hmac
import os
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from yifa.records.canonical import NotCanonical, dumps, loads, sm3

try:
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
except ImportError:  # pragma: no cover - a build of cryptography without SM4 in its interface
    SM4 = None  # type: ignore[assignment,misc]

KEY_BYTES = 16
SALT_BYTES = 16
NONCE_BYTES = 12
TAG_BYTES = 16
_VERSION = b"\x01"


class SealError(Exception):
    """A sealed value cannot be made or opened; the message says why in words for the clerk."""


class SM4Missing(SealError):
    """The cryptographic library of this machine has no SM4 in GCM mode."""


class SealBroken(SealError):
    """The box, its place or its commitment was changed, or the key is not the record's."""


class Sealed(NamedTuple):
    """What sealing gives: the commitment for the event's body and the box that is stored beside it."""

    commitment: str
    box: bytes


def sm4_gcm(key: bytes, nonce: bytes, tag: bytes | None = None) -> Cipher[Any]:
    """The SM4-GCM cipher, to seal (no tag) or open. Raises :class:`SM4Missing` where the library has no SM4."""
    if SM4 is None:
        raise SM4Missing(_MISSING)
    return Cipher(SM4(key), modes.GCM(nonce, tag))


_MISSING = (
    "本机的密码库不支持国密 SM4-GCM，不能存取个人信息。"
    "请安装本软件随附的 cryptography 轮子（自带 OpenSSL），不要用系统里裁剪过的版本"
)


def check_sm4() -> None:
    """Raises :class:`SM4Missing` when this machine cannot seal; call it once at start."""
    encrypt(bytes(KEY_BYTES), b"", b"")


def encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """SM4-GCM: nonce, ciphertext, tag. ``bound_to`` is authenticated with it and not stored."""
    nonce = os.urandom(NONCE_BYTES)
    try:
        worker = sm4_gcm(key, nonce).encryptor()
    except UnsupportedAlgorithm:
        raise SM4Missing(_MISSING) from None
    worker.authenticate_additional_data(bound_to)
    return nonce + worker.update(plain) + worker.finalize() + worker.tag


def decrypt(key: bytes, box: bytes, bound_to: bytes) -> bytes:
    """Opens what :func:`encrypt` made. Raises :class:`SealBroken` for a wrong key, place or byte."""
    if len(box) < NONCE_BYTES + TAG_BYTES:
        raise SealBroken("密文残缺")
    try:
        worker = sm4_gcm(key, box[:NONCE_BYTES], box[-TAG_BYTES:]).decryptor()
        worker.authenticate_additional_data(bound_to)
        return worker.update(box[NONCE_BYTES:-TAG_BYTES]) + worker.finalize()
    except UnsupportedAlgorithm:
        raise SM4Missing(_MISSING) from None
    except InvalidTag:
        raise SealBroken("密文、所在位置或密钥不符") from None


def place(record: str, path: str, rseq: int) -> bytes:
    """Where a value belongs: a box carried to another record, field or event no longer opens."""
    return dumps([record, path, rseq]).encode("utf-8")


def seal(key: bytes, record: str, path: str, rseq: int, value: Any) -> Sealed:
    """Seals ``value`` of the field ``path`` (``parties/0/id_number``) of event ``rseq`` under the record's ``key``.

    Raises NotCanonical for a value that cannot be stored and :class:`SM4Missing`.
    """
    content = os.urandom(SALT_BYTES) + dumps(value).encode("utf-8")
    return Sealed(sm3(content), _VERSION + encrypt(key, content, place(record, path, rseq)))


def open_box(key: bytes, record: str, path: str, rseq: int, box: bytes, commitment: str) -> Any:
    """The value in the box. Raises :class:`SealBroken` when box, place, key or commitment do not belong together."""
    content = _content(key, record, path, rseq, box, commitment)
    try:
        return loads(content[SALT_BYTES:].decode("utf-8"))
    except (UnicodeDecodeError, NotCanonical):
        raise SealBroken("密文内容不是有效的值") from None


def _content(key: bytes, record: str, path: str, rseq: int, box: bytes, commitment: str) -> bytes:
    if bytes(box[:1]) != _VERSION:
        raise SealBroken("密文的版本不认识")
    content = decrypt(key, bytes(box[1:]), place(record, path, rseq))
    if len(content) < SALT_BYTES or not hmac.compare_digest(sm3(content), commitment):
        raise SealBroken("值与事件中的承诺值不符")
    return content
