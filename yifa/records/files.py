"""Attachments (附件) by digest: ``home/files/ab/cd/<SM3 of the stored bytes>``.

A file attached to a record is encrypted under the record's key, so that destroying the key destroys it; the event names
it by the SM3 of its plain content. Stored bytes: magic, nonce, ciphertext, tag. Verification of the stored digest needs
no key. Writing is durable and atomic: a file is there whole or not at all.
"""

from __future__ import annotations

import contextlib
import errno
import hmac
import io
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from cryptography.exceptions import InvalidTag

from yifa.records.canonical import dumps, sm3_state
from yifa.records.files_marking import refuse_marked
from yifa.records.seal import NONCE_BYTES, TAG_BYTES, SealBroken, check_sm4, sm4_gcm

CHUNK = 1 << 18
_MAGIC = b"YIFA\x01"
OVERHEAD = len(_MAGIC) + NONCE_BYTES + TAG_BYTES
"""By how many bytes the kept form is longer than the content."""
_NAME = re.compile(r"[0-9a-f]{64}")
_IN_MEMORY = 4 << 20


class FileBroken(Exception):
    """An attachment is missing or not what was stored."""


class FileStoreError(Exception):
    """The attachment could not be written: disk full, no permission."""


class StoredFile(NamedTuple):
    """``digest``: SM3 of the content, as events name it; ``stored``: SM3 of the bytes kept, the address; bytes."""

    digest: str
    stored: str
    size: int


def fsync_folder(folder: Path) -> None:
    """Makes a new name in ``folder`` durable; systems that cannot open a folder (Windows) do so by themselves."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


class FileStore:
    """The attachment folder of one home."""

    def __init__(self, home: Path) -> None:
        self.root = Path(home) / "files"

    def path(self, stored: str) -> Path:
        """Where stored bytes lie. Raises ValueError for what is no SM3 digest (nothing else becomes a path)."""
        if not _NAME.fullmatch(stored):
            raise ValueError(f"不是附件摘要：{stored!r}")
        return self.root / stored[:2] / stored[2:4] / stored

    def put(self, source: BinaryIO | bytes, name: str, record: str, key: bytes) -> StoredFile:
        """Stores the content of ``source`` for ``record`` under its ``key``.

        Raises MarkedSecret (不得录入涉密信息) and :class:`FileStoreError`. Whoever calls it writes the row in the same
        transaction as the event; a file left without a row by a crash is listed by verify.
        """
        with contextlib.ExitStack() as stack:
            stream = _seekable(source, stack)
            refuse_marked(name, stream)
            try:
                return self._write(stream, record, key)
            except OSError as error:
                why = "磁盘已满，请清理后重试" if error.errno == errno.ENOSPC else f"{error.strerror or error}"
                raise FileStoreError(f"附件《{name}》没有存上：{why}") from error

    def _write(self, stream: BinaryIO, record: str, key: bytes) -> StoredFile:
        check_sm4()
        self.root.mkdir(parents=True, exist_ok=True)
        nonce = os.urandom(NONCE_BYTES)
        plain, kept, size = sm3_state(), sm3_state(), 0
        worker = sm4_gcm(key, nonce).encryptor()
        worker.authenticate_additional_data(_bound(record))
        handle, temporary = tempfile.mkstemp(prefix=".put-", dir=self.root)
        try:
            with os.fdopen(handle, "wb") as out:

                def emit(piece: bytes) -> None:
                    kept.update(piece)
                    out.write(piece)

                emit(_MAGIC + nonce)
                while chunk := stream.read(CHUNK):
                    plain.update(chunk)
                    size += len(chunk)
                    emit(worker.update(chunk))
                emit(worker.finalize() + worker.tag)
                out.flush()
                os.fsync(out.fileno())
            stored = kept.hexdigest()
            target = self.path(stored)
            target.parent.mkdir(parents=True, exist_ok=True)
            Path(temporary).replace(target)
            fsync_folder(target.parent)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
        return StoredFile(plain.hexdigest(), stored, size)

    def get(self, stored: str, digest: str, record: str, key: bytes) -> BinaryIO:
        """The content as a readable file, checked whole before the first byte is given out.

        Raises :class:`FileBroken` when it is missing or changed.
        """
        self.verify(stored)
        plain = sm3_state()
        out = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - handed to the caller
        try:
            for piece in self._plain(stored, record, key):
                plain.update(piece)
                out.write(piece)
        except SealBroken as error:
            out.close()
            raise FileBroken(f"附件 {digest} 打不开：{error}") from None
        if not hmac.compare_digest(plain.hexdigest(), digest):
            out.close()
            raise FileBroken(f"附件 {digest} 的内容与登记的摘要不符")
        out.seek(0)
        return out  # type: ignore[return-value]

    def verify(self, stored: str) -> None:
        """Checks the kept bytes against their address, without any key. Raises :class:`FileBroken`."""
        kept = sm3_state()
        try:
            with self.path(stored).open("rb") as file:
                while chunk := file.read(CHUNK):
                    kept.update(chunk)
        except FileNotFoundError:
            raise FileBroken(f"附件缺失：{stored}") from None
        except OSError as error:
            raise FileBroken(f"附件读不出来：{stored}（{error.strerror or error}）") from None
        except ValueError as error:
            raise FileBroken(str(error)) from None
        if kept.hexdigest() != stored:
            raise FileBroken(f"附件被改动：{stored}")

    def check(self, stored: str, digest: str, size: int, record: str, key: bytes | None) -> None:
        """Do the kept bytes match their address and, with the ``key``, the content the event names?

        Raises :class:`FileBroken`.
        """
        self.verify(stored)
        if self.path(stored).stat().st_size != size + OVERHEAD:
            raise FileBroken(f"附件 {digest} 的大小与登记不符")
        if key is None:
            return
        plain = sm3_state()
        try:
            for piece in self._plain(stored, record, key):
                plain.update(piece)
        except (SealBroken, OSError) as error:
            raise FileBroken(f"附件 {digest} 打不开：{error}") from None
        if plain.hexdigest() != digest:
            raise FileBroken(f"附件 {digest} 的内容与登记的摘要不符")

    def remove(self, stored: str) -> bool:
        """Deletes the kept bytes; True when there were any."""
        try:
            self.path(stored).unlink()
        except FileNotFoundError:
            return False
        return True

    def all_stored(self) -> Iterator[str]:
        """The digests of all files kept."""
        if self.root.is_dir():
            for path in self.root.glob("??/??/*"):
                if _NAME.fullmatch(path.name):
                    yield path.name

    def _plain(self, stored: str, record: str, key: bytes) -> Iterator[bytes]:
        path = self.path(stored)
        with path.open("rb") as file:
            left = os.fstat(file.fileno()).st_size - OVERHEAD
            if left < 0 or file.read(len(_MAGIC)) != _MAGIC:
                raise SealBroken("附件格式不认识")
            nonce = file.read(NONCE_BYTES)
            body = file.tell()
            file.seek(-TAG_BYTES, os.SEEK_END)
            tag = file.read(TAG_BYTES)
            file.seek(body)
            worker = sm4_gcm(key, nonce, tag).decryptor()
            worker.authenticate_additional_data(_bound(record))
            while left > 0:
                chunk = file.read(min(CHUNK, left))
                if not chunk:
                    raise SealBroken("附件残缺")
                left -= len(chunk)
                yield worker.update(chunk)
            try:
                yield worker.finalize()
            except InvalidTag:
                raise SealBroken("密文或密钥不符") from None


def _bound(record: str) -> bytes:
    return dumps([record, "file"]).encode("utf-8")


def _seekable(source: BinaryIO | bytes, stack: contextlib.ExitStack) -> BinaryIO:
    if isinstance(source, bytes | bytearray | memoryview):
        return io.BytesIO(source)
    if source.seekable():
        return source
    spool = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))  # noqa: SIM115
    while chunk := source.read(CHUNK):
        spool.write(chunk)
    spool.seek(0)
    return spool  # type: ignore[return-value]
