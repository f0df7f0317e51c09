"""Restore (恢复): an archive becomes a ledger on another machine, with triggers installed and everything verified."""

from __future__ import annotations

import contextlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from yifa import settings
from yifa.records.backup import (
    SQLITE_MEMBER,
    TABLES_MEMBER,
    BackupError,
    failures,
    read_manifest,
    read_member,
)
from yifa.records.files import fsync_folder
from yifa.records.keys import Keyring, key_path
from yifa.records.seal import SealError
from yifa.records.verify_report import Progress, VerifyReport
from yifa.records.verify_source import explain


@dataclass
class RestoreReport:
    """Where the ledger lies now, what the archive said of itself, and what verification found."""

    home: Path
    made_at: str
    events: int
    files: int
    verified: VerifyReport

    @property
    def ok(self) -> bool:
        return self.verified.ok and self.verified.events == self.events


def restore(
    archive: Path,
    home: Path,
    database: str | None = None,
    key: Path | None = None,
    root: Path | None = None,
    progress: Progress | None = None,
) -> RestoreReport:
    """Makes the ledger of ``archive`` in ``home``, which must not exist or be empty, and verifies it.

    ``database`` is the address of an empty PostgreSQL database when the archive holds one; ``key`` the installation key
    file from the safe (without it sealed values stay closed); ``root`` an exported root kept elsewhere. Django points to
    the new ledger afterwards. Raises :class:`BackupError`; then neither home nor database was touched.
    """
    archive, home = Path(archive), Path(home)
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise BackupError(f"{home} 不是空文件夹，不能恢复到这里；请另选一处")
    ring = _key(key)
    with failures("恢复"):
        home.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(archive) as opened, _beside(home) as made:
            manifest = read_manifest(opened)
            vendor = manifest["database"]
            if (vendor == "postgresql") != (database is not None):
                raise BackupError(
                    "备份来自 PostgreSQL，请用 --database 给出一个空库的地址"
                    if vendor == "postgresql"
                    else "备份来自 SQLite，恢复时不用给数据库地址"
                )
            _unpack(opened, manifest, made, progress)
            if ring is not None and key is not None:
                key_path(made).parent.mkdir()
                shutil.copyfile(key, key_path(made))
                key_path(made).chmod(0o600)
            if vendor == "sqlite":
                (made / SQLITE_MEMBER).replace(made / settings.DATABASE_FILE)
                shutil.rmtree(made / "database")
                _settle(made, home)
            else:
                assert database is not None
                _load(database, made, home)
    return _finish(home, database, manifest, root, progress)


def _key(key: Path | None) -> Keyring | None:
    try:
        return Keyring.read(Path(key)) if key is not None else None
    except SealError as error:
        raise BackupError(str(error)) from None


@contextlib.contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """A folder next to the new home, gone again unless it became the home."""
    made = Path(tempfile.mkdtemp(prefix=f".{home.name}.", suffix=".part", dir=home.parent))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _unpack(opened: zipfile.ZipFile, manifest: dict[str, Any], made: Path, progress: Progress | None) -> None:
    total = len(manifest["members"])
    for done, member in enumerate(manifest["members"], 1):
        path = made / member["name"]
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as out:
            read_member(opened, member, out)
        if progress is not None and done % 100 == 0:
            progress(done, total, "恢复文件")


def _settle(made: Path, home: Path) -> None:
    if home.exists():
        home.rmdir()  # empty, as checked
    made.replace(home)
    fsync_folder(home.parent)


def _load(address: str, made: Path, home: Path) -> None:
    """Fills the database in one transaction, and commits it only when the folder is in its place."""
    import psycopg

    from yifa.records import backup_postgres as dump

    try:
        tables = json.loads((made / TABLES_MEMBER).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        raise BackupError("备份中没有数据库的表结构") from None
    try:
        with psycopg.connect(address) as raw:
            if not dump.is_empty(raw):
                raise BackupError("目标数据库里已经有表，不能恢复到这里；请给一个空库")
            dump.load(raw, tables, lambda name: (made / "database" / f"{name}.copy").open("rb"))
            shutil.rmtree(made / "database")
            _settle(made, home)
            try:
                raw.commit()
            except psycopg.Error:
                shutil.rmtree(home, ignore_errors=True)
                raise
    except psycopg.Error as error:
        raise BackupError(f"恢复没有做成：{explain(error)}") from error
    except dump.BadDump as error:
        raise BackupError(str(error)) from error


def _finish(
    home: Path, database: str | None, manifest: dict[str, Any], root: Path | None, progress: Progress | None
) -> RestoreReport:
    settings.setup(home, database)
    from django.db import connection

    from yifa.records.triggers import check_triggers, install_triggers
    from yifa.records.verify import verify

    # A PostgreSQL copy carries no triggers; a SQLite file must bring its own, else they were missing before.
    lacking = check_triggers(connection) if manifest["database"] == "sqlite" else []
    install_triggers(connection)
    report = verify(connection, home, root, progress)
    if lacking:
        report.warnings.append(f"备份里缺触发器 {'、'.join(lacking)}，已重新安装；原台账上请核查")
    return RestoreReport(home, str(manifest["made_at"]), int(manifest["events"]), int(manifest["files"]), report)
