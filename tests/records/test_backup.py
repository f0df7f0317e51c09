"""Backup and restore: one command each, whole or not at all, verified, and never with the installation key."""

from __future__ import annotations

import errno
import io
import json
import os
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.records.verify_kit import Place, behind_its_back
from yifa.records import backup as module
from yifa.records import backup_restore
from yifa.records.backup import MANIFEST, BackupError, backup, check_archive
from yifa.records.backup_restore import restore
from yifa.records.keys import Keyring, key_path
from yifa.records.triggers import check_triggers
from yifa.records.verify import verify

AT = datetime(2026, 3, 5, 18, 0)


@pytest.fixture
def new_database(place: Place, request: pytest.FixtureRequest) -> str | None:
    """An empty database to restore into, where one is needed."""
    return request.getfixturevalue("postgres_database") if place.connection.vendor == "postgresql" else None


def make(place: Place) -> Path:
    target = place.home.parent / "out" / "town.zip"
    backup(place.connection, place.home, target, AT)
    return target


def rows(connection: Any, table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return sorted(repr([bytes(v) if isinstance(v, memoryview) else v for v in r]) for r in cursor.fetchall())


TABLES = ("yifa_event", "yifa_record", "yifa_sealed", "yifa_file", "yifa_chain_head", "yifa_counter", "django_migrations")


def test_a_restored_ledger_is_the_same_and_verifies(place: Place, new_database: str | None) -> None:
    (place.home / "statutes").mkdir()
    (place.home / "statutes" / "行政处罚法.json").write_text("{}", encoding="utf-8")
    before = {t: rows(place.connection, t) for t in TABLES}
    target = place.home.parent / "out" / "town.zip"
    report = backup(place.connection, place.home, target, AT)
    assert (report.events, report.chains, report.files, report.warnings) == (11, 2, 2, [])
    assert report.size == target.stat().st_size
    assert [p.name for p in target.parent.iterdir()] == ["town.zip"]
    root = place.home / "roots" / "2026-03-02.json"

    new_home = place.home.parent / "another machine"
    restored = restore(target, new_home, new_database, key_path(place.home), root)
    assert restored.ok, restored.verified.lines()
    assert (restored.events, restored.files, restored.made_at) == (11, 2, "2026-03-05T18:00:00")
    assert restored.verified.relied_on is not None
    assert restored.verified.relied_on.given
    assert not restored.verified.warnings
    from django.db import connection

    assert check_triggers(connection) == []
    assert {t: rows(connection, t) for t in TABLES} == before
    assert (new_home / "statutes" / "行政处罚法.json").read_text(encoding="utf-8") == "{}"
    ring = Keyring.load(new_home)
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped_key FROM yifa_record WHERE uid = 'r1'")
        assert ring.unwrap("r1", bytes(cursor.fetchone()[0])) == place.kit.keys["r1"]
        # Numbers of identity columns go on where they were.
        cursor.execute("INSERT INTO yifa_file (record, rseq, digest, stored, name, size) VALUES ('r2', 1, 'd', 's', 'n', 1)")
    again = place.home.parent / "again.zip"
    with connection.cursor() as cursor, pytest.raises(Exception, match="不得改动"):
        cursor.execute("UPDATE yifa_event SET body = ''")
    with pytest.raises(BackupError, match="附件 s"):
        backup(connection, new_home, again, AT)
    assert not again.exists()


def test_the_installation_key_is_not_in_the_archive(place: Place) -> None:
    copy = place.home / "notes" / "copy of the key.txt"
    copy.parent.mkdir()
    copy.write_text("放好：" + key_path(place.home).read_text(encoding="utf-8"), encoding="utf-8")
    target = place.home.parent / "town.zip"
    report = backup(place.connection, place.home, target, AT)
    assert len(report.warnings) == 1
    assert "安装密钥" in report.warnings[0]
    secrets = Keyring.load(place.home).secrets()
    with zipfile.ZipFile(target) as archive:
        for name in archive.namelist():
            assert not name.startswith("keys")
            assert not any(s in archive.read(name) for s in secrets), name


def test_without_the_key_the_restored_ledger_verifies_but_stays_closed(place: Place, new_database: str | None) -> None:
    restored = restore(make(place), place.home.parent / "new", new_database)
    assert restored.ok
    assert any("安装密钥" in w for w in restored.verified.warnings)


def test_restoring_with_another_key_is_told(place: Place, new_database: str | None) -> None:
    other = place.home.parent / "other"
    Keyring.create(other)
    restored = restore(make(place), place.home.parent / "new", new_database, key_path(other))
    assert not restored.ok
    assert [p.kind for p in restored.verified.problems] == ["key_wrong"]


def test_a_ledger_changed_before_the_backup_is_told_when_restored(place: Place, new_database: str | None) -> None:
    behind_its_back(place.connection, lambda c: c.execute("DELETE FROM yifa_event WHERE org = 'a' AND cseq = 4"))
    restored = restore(make(place), place.home.parent / "new", new_database, key_path(place.home))
    assert not restored.ok
    assert restored.verified.first is not None
    assert restored.verified.first.cseq == 4


def test_backups_within_the_home_do_not_swallow_each_other(place: Place) -> None:
    first = place.home / "backups" / "1.zip"
    backup(place.connection, place.home, first, AT)
    loose = place.home / "2.zip"
    backup(place.connection, place.home, loose, AT)
    backup(place.connection, place.home, place.home / "3.zip", AT)
    for path in (loose, place.home / "3.zip"):
        with zipfile.ZipFile(path) as archive:
            assert not [n for n in archive.namelist() if n.endswith(".zip")]


def test_a_backup_shows_one_moment_while_others_write(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Events recorded while the attachments are being copied are not half in it."""
    original = module._copy_files

    def meanwhile(*arguments: Any) -> int:
        with place.connection.cursor() as cursor:
            cursor.execute("INSERT INTO yifa_event (org, cseq, record, rseq, hash, body) VALUES ('a', 8, 'r1', 9, 'h', 'b')")
        return original(*arguments)

    monkeypatch.setattr(module, "_copy_files", meanwhile)
    assert backup(place.connection, place.home, place.home.parent / "t.zip", AT).events == 11


# -- refusals ---------------------------------------------------------------------------------------------------------


def nothing_left(folder: Path, *expected: str) -> None:
    assert sorted(p.name for p in folder.iterdir()) == sorted(expected)


def test_an_existing_target_is_not_overwritten(place: Place) -> None:
    target = make(place)
    old = target.read_bytes()
    with pytest.raises(BackupError, match="已经存在"):
        backup(place.connection, place.home, target, AT)
    assert target.read_bytes() == old


def test_a_full_disk_leaves_no_archive(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(BackupError, match="磁盘已满"):
        backup(place.connection, place.home, place.home.parent / "out" / "t.zip", AT)
    nothing_left(place.home.parent / "out")


def test_a_missing_attachment_is_named(place: Place) -> None:
    next(iter((place.home / "files").rglob("*/*/*"))).unlink()
    with pytest.raises(BackupError, match="附件"):
        backup(place.connection, place.home, place.home.parent / "out" / "t.zip", AT)
    nothing_left(place.home.parent / "out")


def test_a_locked_or_broken_sqlite_ledger_is_said_in_words(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    if place.connection.vendor != "sqlite":
        return
    out = place.home.parent / "out" / "t.zip"

    def locked(*_: Any, **__: Any) -> Any:
        raise sqlite3.OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(module.sqlite3, "connect", locked)
        with pytest.raises(BackupError, match="正被占用"):
            backup(place.connection, place.home, out, AT)
    place.connection.close()
    database = place.home / "yifa.sqlite3"
    database.write_bytes(b"SQLite format 3\0" + os.urandom(5000))
    with pytest.raises(BackupError, match=r"损坏|不是台账"):
        backup(place.connection, place.home, out, AT)
    nothing_left(out.parent)
    database.unlink()
    with pytest.raises(BackupError, match="找不到台账数据库"):
        backup(place.connection, place.home, out, AT)


def edited(path: Path, edit: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy of the archive with its members changed."""
    with zipfile.ZipFile(path) as archive:
        members = {n: archive.read(n) for n in archive.namelist()}
    edit(members)
    other = path.with_name("edited.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return other


def _manifest(change: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, bytes]], None]:
    def edit(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        change(manifest)
        members[MANIFEST] = json.dumps(manifest).encode()

    return edit


def _file(members: dict[str, bytes]) -> str:
    return next(n for n in members if n.startswith("files/"))


EDITS: dict[str, tuple[Callable[[dict[str, bytes]], Any], str]] = {
    "a changed attachment": (lambda m: m.update({_file(m): b"other"}), "被改动"),
    "a changed root": (lambda m: m.update({"roots/roots.log": b"x"}), "被改动"),
    "a missing attachment": (lambda m: m.pop(_file(m)), "缺 1 个"),
    "an added file": (lambda m: m.update({"more.txt": b"x"}), "多 1 个"),
    "no manifest": (lambda m: m.pop(MANIFEST), "没有清单"),
    "a manifest that is no JSON": (lambda m: m.update({MANIFEST: b"{"}), "没有清单"),
    "another manifest": (lambda m: m.update({MANIFEST: b'{"members":[]}'}), "没有清单"),
    "a newer format": (_manifest(lambda m: m.update(format=99)), "先升级"),
    "another kind": (_manifest(lambda m: m.update(what="x")), "清单不符"),
    "a path that leads out": (
        lambda m: (m.update({"../evil": b""}), _manifest(lambda x: x["members"].append(
            {"name": "../evil", "size": 0, "sm3": ""}))(m)), "不该有的路径"),
    "a key": (
        lambda m: (m.update({"keys/installation.json": b""}), _manifest(lambda x: x["members"].append(
            {"name": "keys/installation.json", "size": 0, "sm3": ""}))(m)), "不该有的路径"),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_a_changed_archive_is_refused_and_nothing_is_left(place: Place, edit: str, new_database: str | None) -> None:
    change, words = EDITS[edit]
    archive = edited(make(place), change)
    new = archive.parent / "new"
    with pytest.raises(BackupError, match=words):
        restore(archive, new, new_database, key_path(place.home))
    nothing_left(archive.parent, "town.zip", "edited.zip")
    with pytest.raises(BackupError, match=words):
        check_archive(archive)


@pytest.mark.parametrize("cut", [0, 10, 0.5, -30])
def test_a_cut_archive_is_refused(place: Place, cut: float, new_database: str | None) -> None:
    archive = make(place)
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(len(whole) * cut) if isinstance(cut, float) else int(cut)])
    with pytest.raises(BackupError):
        restore(archive, archive.parent / "new", new_database)
    nothing_left(archive.parent, "town.zip")


def test_a_place_that_is_not_empty_is_refused(place: Place, new_database: str | None) -> None:
    archive = make(place)
    for full in (place.home, archive):
        with pytest.raises(BackupError, match="不是空文件夹"):
            restore(archive, full, new_database)
    empty = archive.parent / "empty"
    empty.mkdir()
    assert restore(archive, empty, new_database, key_path(place.home)).ok


def test_the_wrong_kind_of_database_is_refused(place: Place, new_database: str | None) -> None:
    archive = make(place)
    with pytest.raises(BackupError, match="备份来自"):
        restore(archive, archive.parent / "new", None if new_database else "postgresql:///x")
    nothing_left(archive.parent, "town.zip")


def test_a_key_that_is_missing_or_broken_is_refused_first(place: Place, new_database: str | None) -> None:
    archive = make(place)
    with pytest.raises(BackupError, match="找不到安装密钥"):
        restore(archive, archive.parent / "new", new_database, archive.parent / "none")
    broken = archive.parent / "broken"
    broken.write_text("{}", encoding="utf-8")
    with pytest.raises(BackupError, match="已损坏"):
        restore(archive, archive.parent / "new", new_database, broken)
    nothing_left(archive.parent, "town.zip", "broken")


def test_a_database_that_is_not_empty_or_not_there_is_refused(place: Place, new_database: str | None) -> None:
    if new_database is None:
        return
    archive = make(place)
    with pytest.raises(BackupError, match="恢复没有做成"):
        restore(archive, archive.parent / "new", new_database + "&dbname=none")
    restore(archive, archive.parent / "one", new_database)
    with pytest.raises(BackupError, match="已经有表"):
        restore(archive, archive.parent / "two", new_database)
    nothing_left(archive.parent, "town.zip", "one")


def test_a_restore_that_fails_leaves_the_database_empty(
    place: Place, new_database: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = make(place)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(backup_restore, "_settle", full)
        with pytest.raises(BackupError, match="磁盘已满"):
            restore(archive, archive.parent / "new", new_database, key_path(place.home))
    nothing_left(archive.parent, "town.zip")
    assert restore(archive, archive.parent / "new", new_database, key_path(place.home)).ok


HARMFUL = [
    {"name": "x; DROP TABLE y", "columns": [], "constraints": [], "indexes": []},
    {"name": "x", "columns": [{"name": "a", "type": "text); DROP TABLE y; --"}], "constraints": [], "indexes": []},
    {"name": "x", "columns": [{"name": "a", "type": "text", "default": "pg_read_file('x')", "identity": False}],
     "constraints": [], "indexes": []},
    {"name": "x", "columns": [], "constraints": [{"name": "c", "text": "CHECK (true); DROP TABLE y"}], "indexes": []},
    {"name": "x", "columns": [], "constraints": [], "indexes": ["DROP TABLE y"]},
    {"name": "x"},
]  # fmt: skip


@pytest.mark.parametrize("table", HARMFUL)
def test_only_the_description_of_a_table_is_run_as_sql(table: dict[str, Any]) -> None:
    from yifa.records import backup_postgres as dump

    with pytest.raises(dump.BadDump):
        dump.load(None, [table], lambda _: io.BytesIO())


def test_restored_and_backed_up_again_it_is_still_the_same(place: Place, new_database: str | None) -> None:
    restore(make(place), place.home.parent / "new", new_database, key_path(place.home))
    from django.db import connection

    second = place.home.parent / "second.zip"
    backup(connection, place.home.parent / "new", second, AT)

    def digests(path: Path) -> dict[str, str]:
        return {m["name"]: m["sm3"] for m in check_archive(path)["members"] if not m["name"].endswith("sqlite3")}

    assert digests(second) == digests(place.home.parent / "out" / "town.zip")
    assert verify(connection, place.home.parent / "new").ok
