"""Backup (备份): one command, one archive with the database, attachments, roots, statute texts and whatever else the home
folder holds, but never the installation key: who finds the archive cannot read a sealed value.

The archive is a zip; its ``manifest.json`` names every member with size and SM3. The database is copied as of one moment
while others go on working: SQLite through its backup interface, PostgreSQL through COPY in one repeatable-read
transaction (no client programs needed). Attachments never change, so those that the copied database lists belong to it.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import yifa
from yifa.records.canonical import sm3_state
from yifa.records.files import FileStore
from yifa.records.keys import Keyring, key_path
from yifa.records.seal import SealError
from yifa.records.triggers import EVENT, FILE, HEAD
from yifa.records.verify_source import Reader, Unreadable, explain, snapshot, sqlite_snapshot

MANIFEST = "manifest.json"
SQLITE_MEMBER = "database/yifa.sqlite3"
TABLES_MEMBER = "database/tables.json"
FORMAT = 1
CHUNK = 1 << 18
_LEFT_OUT = ("keys", "backups", "files")


class BackupError(Exception):
    """The backup or restore was not made; nothing half-written is left. The message says why and what to do."""


@dataclass
class BackupReport:
    """What an archive holds."""

    path: Path
    events: int
    chains: int
    files: int
    size: int
    made_at: str
    warnings: list[str] = field(default_factory=list)


class _Archive:
    """A zip being written, with the manifest's list."""

    def __init__(self, file: BinaryIO) -> None:
        self.zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=1)
        self.members: list[dict[str, Any]] = []

    @contextlib.contextmanager
    def member(self, name: str, *, packed: bool = True) -> Iterator[Any]:
        """A writer for a new member; encrypted content is not worth packing."""
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
        with self.zip.open(info, "w", force_zip64=True) as out:
            writer = _Writer(out)
            yield writer
        self.members.append({"name": name, "size": writer.size, "sm3": writer.digest.hexdigest()})

    def add(self, name: str, path: Path, *, packed: bool = True) -> None:
        with path.open("rb") as file, self.member(name, packed=packed) as out:
            while chunk := file.read(CHUNK):
                out.write(chunk)

    def finish(self, vendor: str, report: BackupReport) -> None:
        """Writes the manifest and the zip's directory."""
        self.zip.writestr(MANIFEST, json.dumps(_manifest(vendor, report, self.members), ensure_ascii=False, indent=1))
        self.zip.close()

    def close(self) -> None:
        """After a failure: lets go of the file, which is thrown away."""
        with contextlib.suppress(OSError, ValueError):
            self.zip.close()

    def text(self, name: str, value: Any) -> None:
        with self.member(name) as out:
            out.write((json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))


class _Writer:
    def __init__(self, out: Any) -> None:
        self._out, self.digest, self.size = out, sm3_state(), 0

    def write(self, piece: bytes) -> None:
        self.digest.update(piece)
        self.size += len(piece)
        self._out.write(piece)


@contextlib.contextmanager
def failures(what: str) -> Iterator[None]:
    """Turns what the system says into a message for the clerk."""
    try:
        yield
    except Unreadable as error:
        raise BackupError(f"{what}没有做成：{error}") from error
    except sqlite3.Error as error:
        raise BackupError(f"{what}没有做成：{explain(error)}") from error
    except zipfile.BadZipFile as error:
        raise BackupError(f"备份文件已损坏或不是备份文件（{error}），请换用另一份") from error
    except OSError as error:
        why = "磁盘已满，请换一处或清理后重试" if error.errno == errno.ENOSPC else str(error.strerror or error)
        raise BackupError(f"{what}没有做成：{why}") from error


def backup(connection: Any, home: Path, target: Path, made_at: datetime) -> BackupReport:
    """Writes the archive ``target`` of the ledger behind a Django ``connection`` and its ``home``, and reads it back.

    ``made_at`` is the moment noted in it. Raises :class:`BackupError`: the target exists, the disk is full, the database
    is locked or damaged, an attachment is missing.
    """
    home, target = Path(home), Path(target)
    if target.exists():
        raise BackupError(f"{target} 已经存在，请换一个文件名")
    with failures("备份"):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        temporary = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                report = _write(connection, home, target, made_at, file)
                file.flush()
                os.fsync(file.fileno())
            check_archive(temporary)
            report.size = temporary.stat().st_size
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    return report


def _write(connection: Any, home: Path, target: Path, made_at: datetime, file: BinaryIO) -> BackupReport:
    archive = _Archive(file)
    report = BackupReport(target, 0, 0, 0, 0, made_at.isoformat(timespec="seconds"))
    with contextlib.ExitStack() as stack:
        stack.callback(archive.close)
        if connection.vendor == "sqlite":
            copy = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=".yifa-", dir=target.parent))) / "copy"
            _copy_sqlite(Path(str(connection.settings_dict["NAME"])), copy)
            archive.add(SQLITE_MEMBER, copy)
            reader = stack.enter_context(sqlite_snapshot(copy))
        else:
            reader = stack.enter_context(snapshot(connection))
            _copy_postgres(reader, archive)
        report.events = int(reader.one(f"SELECT COUNT(*) FROM {EVENT}"))
        report.chains = int(reader.one(f"SELECT COUNT(*) FROM {HEAD}"))
        report.files = _copy_files(reader, FileStore(home), archive)
        _copy_rest(home, target, archive, report)
        archive.finish(connection.vendor, report)
    return report


def _manifest(vendor: str, report: BackupReport, members: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "what": "yifa backup",
        "format": FORMAT,
        "yifa": yifa.__version__,
        "made_at": report.made_at,
        "database": vendor,
        "events": report.events,
        "chains": report.chains,
        "files": report.files,
        "members": members,
    }


def _copy_sqlite(source: Path, copy: Path) -> None:
    if not source.is_file():
        raise BackupError(f"找不到台账数据库 {source}，请检查台账位置")
    uri = source.resolve().as_uri() + "?mode=ro"
    with (
        contextlib.closing(sqlite3.connect(uri, uri=True, timeout=30)) as live,
        contextlib.closing(sqlite3.connect(copy)) as made,
    ):
        live.backup(made)
        made.execute("PRAGMA journal_mode = delete")


def _copy_postgres(reader: Reader, archive: _Archive) -> None:
    import psycopg

    from yifa.records import backup_postgres as dump

    try:
        tables = dump.describe(reader.raw)
        archive.text(TABLES_MEMBER, tables)
        for table in tables:
            with archive.member(f"database/{table['name']}.copy") as out:
                for piece in dump.rows(reader.raw, table):
                    out.write(piece)
    except psycopg.Error as error:
        raise Unreadable(explain(error)) from error


def _copy_files(reader: Reader, store: FileStore, archive: _Archive) -> int:
    count = 0
    for (stored,) in reader.stream(f"SELECT DISTINCT stored FROM {FILE} ORDER BY stored"):
        try:
            path = store.path(stored)
            archive.add(f"files/{stored[:2]}/{stored[2:4]}/{stored}", path, packed=False)
        except (FileNotFoundError, ValueError):
            raise BackupError(
                f"附件 {stored} 不在台账文件夹内。若刚刚办理过销毁，请重新备份；否则请先核验（yifa verify）"
            ) from None
        count += 1
    return count


def _copy_rest(home: Path, target: Path, archive: _Archive, report: BackupReport) -> None:
    """Roots, statute texts, local definitions, calendars: everything but keys, the database and other backups."""
    secrets = _secrets(home)
    for path in sorted(home.rglob("*")):
        relative = path.relative_to(home)
        if relative.parts[0] in _LEFT_OUT or not path.is_file() or path.is_symlink():
            continue
        if path.name.startswith((".", "yifa.sqlite3")) or path.resolve() == target.resolve():
            continue
        with path.open("rb") as file:
            head = file.read(1 << 16)
        if any(s in head for s in secrets):
            report.warnings.append(f"{relative} 含有安装密钥，没有备份；请移到保险柜保管")
            continue
        if zipfile.is_zipfile(path) and MANIFEST in zipfile.ZipFile(path).namelist():
            continue
        archive.add(relative.as_posix(), path)


def _secrets(home: Path) -> list[bytes]:
    try:
        return Keyring.read(key_path(home)).secrets()
    except SealError:
        return []


# -- reading an archive -----------------------------------------------------------------------------------------------


def read_manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    """The manifest, with the list of members checked against the archive's. Raises :class:`BackupError`."""
    try:
        manifest = json.loads(archive.read(MANIFEST).decode("utf-8"))
        named = {str(m["name"]): m for m in manifest["members"]}
        sound = manifest["what"] == "yifa backup" and manifest["database"] in ("sqlite", "postgresql")
        version = int(manifest["format"])
    except (KeyError, TypeError, ValueError):
        raise BackupError("不是依法的备份文件：没有清单，或清单读不出来") from None
    if not sound:
        raise BackupError("不是依法的备份文件：清单不符")
    if version > FORMAT:
        raise BackupError(f"备份文件的格式（{version}）比本程序新，请先升级程序")
    there = [n for n in archive.namelist() if n != MANIFEST]
    lacking, extra = sorted(named.keys() - set(there)), sorted(set(there) - named.keys())
    if lacking or extra or len(there) != len(set(there)):
        raise BackupError(f"备份文件与清单不符：缺 {len(lacking)} 个、多 {len(extra)} 个{_some(lacking or extra)}")
    for name in there:
        path = Path(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or path.parts[0] == "keys":
            raise BackupError(f"备份文件中有不该有的路径：{name}")
    return dict(manifest)


def _some(names: list[str]) -> str:
    return f"（{'、'.join(names[:3])}）" if names else ""


def read_member(archive: zipfile.ZipFile, member: dict[str, Any], out: Any) -> None:
    """Copies a member, checking its size and digest. Raises :class:`BackupError` when it was changed."""
    digest, size = sm3_state(), 0
    try:
        with archive.open(member["name"]) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                out.write(chunk)
    except (zipfile.BadZipFile, zlib_error(), EOFError, NotImplementedError) as error:
        raise BackupError(f"备份文件已损坏：{member['name']}（{error}），请换用另一份") from None
    if (size, digest.hexdigest()) != (member["size"], member["sm3"]):
        raise BackupError(f"备份文件被改动：{member['name']} 与清单的摘要不符，请换用另一份")


def zlib_error() -> type[Exception]:
    import zlib

    return zlib.error


class _Nowhere:
    def write(self, piece: bytes) -> None:
        pass


def check_archive(path: Path) -> dict[str, Any]:
    """Reads an archive through and gives its manifest. Raises :class:`BackupError`."""
    with failures("检查备份"), zipfile.ZipFile(path) as archive:
        manifest = read_manifest(archive)
        for member in manifest["members"]:
            read_member(archive, member, _Nowhere())
    return manifest
