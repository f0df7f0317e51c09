"""Keys: the installation key (a file outside the database and its backups) and the record keys that it wraps.

``home/keys/installation.json`` holds one or, during a rotation, several wrapping secrets and one digest secret. Losing
it loses every sealed value for good, so a copy belongs in the safe; whoever has it and the database reads everything.
"""

from __future__ import annotations

import contextlib
import json
import os
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from yifa.records.canonical import hkdf_sm3, hmac_sm3, sm3
from yifa.records.seal import KEY_BYTES, SealBroken, SealError, check_sm4, decrypt, encrypt

KEY_FILE = "installation.json"
KEY_ID_BYTES = 8
_WRAPPED = b"\x01"


class KeyMissing(SealError):
    """The installation key file is not there or cannot be read."""


class KeyWrong(SealError):
    """The installation key at hand is not the one the record key was wrapped with."""


def key_path(home: Path) -> Path:
    """Where the installation key of a home folder lies."""
    return Path(home) / "keys" / KEY_FILE


def normalise(value: str) -> str:
    """The form in which a sealed value is searched: NFKC, no blanks at all, upper case (``1101x`` finds ``1101X``)."""
    return "".join(unicodedata.normalize("NFKC", value).split()).upper()


def _key_id(secret: bytes) -> str:
    return sm3(b"yifa key id" + secret)[: KEY_ID_BYTES * 2]


def open_keyring(connection: Any, home: Path) -> Keyring:
    """The installation key of a ledger in use, or a new one for a ledger that has sealed nothing yet.

    A key made in place of a lost one would split the ledger in two: what was sealed before would stay closed, what is
    sealed after would be lost when the old key is put back. Raises :class:`KeyMissing`, :class:`KeyWrong`, SM4Missing.
    """
    check_sm4()
    with connection.cursor() as cursor:
        cursor.execute("SELECT uid, wrapped_key FROM yifa_record WHERE wrapped_key IS NOT NULL ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
    if row is None:
        return Keyring.create(home)
    keyring = Keyring.load(home)
    keyring.unwrap(str(row[0]), row[1])
    return keyring


class Keyring:
    """The installation key, opened: wraps record keys and computes the digests of exact search."""

    def __init__(self, secrets: dict[str, bytes], current: str, digest_secret: bytes, path: Path | None = None) -> None:
        self.path = path
        self.current = current
        self._secrets = secrets
        self._digest_secret = digest_secret
        self._wrapping = {i: hkdf_sm3(s, "record key wrapping", KEY_BYTES) for i, s in secrets.items()}
        self._digest_key = hkdf_sm3(digest_secret, "search digest", 32)

    # -- the file -----------------------------------------------------------------------------------------------------

    @classmethod
    def load(cls, home: Path) -> Keyring:
        """Opens the installation key of ``home``. Raises :class:`KeyMissing` or :class:`KeyWrong` (a damaged file)."""
        return cls.read(key_path(home))

    @classmethod
    def read(cls, path: Path) -> Keyring:
        """Opens an installation key file, wherever it lies."""
        try:
            text = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise KeyMissing(
                f"找不到安装密钥 {path}。请从保险柜的副本放回该处；没有它，已加密的个人信息无法打开"
            ) from None
        except (OSError, UnicodeDecodeError) as error:
            raise KeyMissing(f"安装密钥 {path} 读不出来（{error}）。请检查文件权限或换用副本") from None
        try:
            stored = json.loads(text)
            secrets = {str(i): bytes.fromhex(s) for i, s in stored["keys"].items()}
            current, digest_secret = str(stored["current"]), bytes.fromhex(stored["digest"])
            sound = current in secrets and all(len(s) == 32 and _key_id(s) == i for i, s in secrets.items())
            sound = sound and stored["digest_id"] == _key_id(digest_secret)
        except (ValueError, KeyError, TypeError, AttributeError):
            sound = False
        if not sound:
            raise KeyWrong(f"安装密钥 {path} 已损坏，请换用保险柜的副本")
        return cls(secrets, current, digest_secret, path)

    @classmethod
    def create(cls, home: Path) -> Keyring:
        """Makes the installation key of a new ledger, once; if another process was first, opens that one."""
        path = key_path(home)
        if path.exists():
            return cls.read(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        secret = os.urandom(32)
        key_id = _key_id(secret)
        new = cls({key_id: secret}, key_id, os.urandom(32), path)
        temporary = new._write_beside()
        try:
            os.link(temporary, path)  # unlike replace, never overwrites the key of a process that was faster
        except FileExistsError:
            return cls.read(path)
        except OSError:  # a file system without hard links
            if path.exists():
                return cls.read(path)
            temporary.replace(path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
        return cls.read(path)

    def _write_beside(self) -> Path:
        assert self.path is not None
        stored: dict[str, Any] = {
            "what": "依法 安装密钥：妥善保管，不得与数据库备份放在一起",
            "current": self.current,
            "keys": {i: s.hex() for i, s in self._secrets.items()},
            "digest": self._digest_secret.hex(),
            "digest_id": _key_id(self._digest_secret),
        }
        temporary = self.path.with_name(f".{KEY_FILE}.{os.getpid()}.{os.urandom(4).hex()}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(temporary, flags, 0o600), "wb") as file:
            file.write((json.dumps(stored, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        return temporary

    def _save(self) -> None:
        assert self.path is not None
        self._write_beside().replace(self.path)

    def secrets(self) -> list[bytes]:
        """The secrets as they stand in the key file, for making sure that they stand nowhere else."""
        return [s.hex().encode("ascii") for s in (*self._secrets.values(), self._digest_secret)]

    # -- record keys --------------------------------------------------------------------------------------------------

    def new_record_key(self, record: str) -> tuple[bytes, bytes]:
        """A fresh record key and its wrapped form, which is what the database stores."""
        key = os.urandom(KEY_BYTES)
        return key, self.wrap(record, key)

    def wrap(self, record: str, key: bytes) -> bytes:
        """The record's key sealed under the current installation key; the id of that key stands in front."""
        header = _WRAPPED + bytes.fromhex(self.current)
        return header + encrypt(self._wrapping[self.current], key, header + record.encode("utf-8"))

    def unwrap(self, record: str, wrapped: bytes) -> bytes:
        """The record's key. Raises :class:`KeyWrong` (another installation key) or SealBroken (a changed key row)."""
        wrapped = bytes(wrapped)
        header = wrapped[: 1 + KEY_ID_BYTES]
        if len(header) != 1 + KEY_ID_BYTES or header[:1] != _WRAPPED:
            raise SealBroken("档案密钥残缺")
        wrapping = self._wrapping.get(header[1:].hex())
        if wrapping is None:
            raise KeyWrong(
                f"档案密钥是用另一把安装密钥（编号 {header[1:].hex()}）加密的，现用的是 {self.current}。请放回那一把"
            )
        key = decrypt(wrapping, wrapped[1 + KEY_ID_BYTES :], header + record.encode("utf-8"))
        if len(key) != KEY_BYTES:
            raise SealBroken("档案密钥残缺")
        return key

    # -- exact search -------------------------------------------------------------------------------------------------

    def digest(self, field: str, value: str) -> str:
        """The keyed digest under which a sealed value is found again (64 hex digits); fields do not share digests."""
        return hmac_sm3(self._digest_key, f"{field}\n{normalise(value)}".encode()).hex()

    # -- rotation -----------------------------------------------------------------------------------------------------

    def rotate(self) -> None:
        """Adds a new wrapping secret and makes it current; the old ones stay until :meth:`retire`.

        The digest secret stays, so that search goes on working. After a leak of the key file the searches' digests must
        be made anew from the opened values as well.
        """
        secret = os.urandom(32)
        key_id = _key_id(secret)
        self._secrets[key_id] = secret
        self._wrapping[key_id] = hkdf_sm3(secret, "record key wrapping", KEY_BYTES)
        self.current = key_id
        self._save()

    def rewrap(self, rows: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """Yields (record, newly wrapped key) for every row not wrapped under the current installation key."""
        current = _WRAPPED + bytes.fromhex(self.current)
        for record, wrapped in rows:
            if not bytes(wrapped).startswith(current):
                yield record, self.wrap(record, self.unwrap(record, wrapped))

    def retire(self) -> None:
        """Forgets all but the current wrapping secret. Call it only after the rewrapped rows are committed."""
        self._secrets = {self.current: self._secrets[self.current]}
        self._wrapping = {self.current: self._wrapping[self.current]}
        self._save()
