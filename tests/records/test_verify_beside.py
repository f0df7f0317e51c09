"""Verification names every change of what lies beside the chains: sealed values, keys, attachments, triggers, roots."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.records.test_verify_changes import Change, sound, sql
from tests.records.verify_kit import Place, behind_its_back
from yifa.records.keys import Keyring, key_path
from yifa.records.triggers import RULES, check_triggers, install_triggers
from yifa.records.verify import verify

# -- sealed values and keys -------------------------------------------------------------------------------------------


def wrapped_elsewhere(cursor: Any) -> None:
    cursor.execute("SELECT wrapped_key FROM yifa_record WHERE uid = 'r2'")
    cursor.execute("UPDATE yifa_record SET wrapped_key = %s WHERE uid = 'r1'", [bytes(cursor.fetchone()[0])])


def flip(table: str, column: str, where: str) -> Change:
    def change(cursor: Any) -> None:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {where}")
        raw = bytearray(cursor.fetchone()[0])
        raw[-1] ^= 1
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {where}", [bytes(raw)])

    return change


def exchange_boxes(cursor: Any) -> None:
    boxes = {}
    for uid in ("r1", "r2"):
        cursor.execute("SELECT box FROM yifa_sealed WHERE record = %s AND path = 'name'", [uid])
        boxes[uid] = bytes(cursor.fetchone()[0])
    for uid, other in (("r1", "r2"), ("r2", "r1")):
        cursor.execute("UPDATE yifa_sealed SET box = %s WHERE record = %s AND path = 'name'", [boxes[other], uid])


NAME = "record = 'r2' AND path = 'name'"
BESIDE: dict[str, tuple[Change, str, str, int | None]] = {
    "a byte of a box": (flip("yifa_sealed", "box", NAME), "sealed_changed", "r2", 2),
    "boxes exchanged": (exchange_boxes, "sealed_changed", "r1", 1),
    "a box deleted": (sql(f"DELETE FROM yifa_sealed WHERE {NAME}"), "sealed_missing", "r2", 2),
    "a commitment": (sql(f"UPDATE yifa_sealed SET commitment = '{'0' * 64}' WHERE {NAME}"), "sealed_changed", "r2", 2),
    "the place of a box": (sql(f"UPDATE yifa_sealed SET path = 'nam' WHERE {NAME}"), "sealed_changed", "r2", 2),
    "the event of a box": (sql(f"UPDATE yifa_sealed SET rseq = 2 WHERE {NAME}"), "sealed_missing", "r2", 2),
    "a search digest": (sql(f"UPDATE yifa_sealed SET digest = '{'0' * 64}' WHERE {NAME}"), "search_changed", "r2", 2),
    "a search digest taken away": (sql(f"UPDATE yifa_sealed SET digest = NULL WHERE {NAME}"), "search_changed", "r2", 2),
    "a box put in": (
        sql("INSERT INTO yifa_sealed (record, rseq, path, commitment, box, digest)"
            " SELECT record, rseq, 'more', commitment, box, digest FROM yifa_sealed WHERE record = 'r2'"
            " AND path = 'name'"),
        "sealed_extra", "r2", 2),
    "a byte of a record key": (flip("yifa_record", "wrapped_key", "uid = 'r1'"), "key_changed", "r1", None),
    "a record key of another record": (wrapped_elsewhere, "key_changed", "r1", None),
    "a record key taken away": (sql("UPDATE yifa_record SET wrapped_key = NULL WHERE uid = 'r1'"), "key_missing", "r1", 1),
}  # fmt: skip


@pytest.mark.parametrize("change", BESIDE)
def test_a_change_of_sealed_values_or_keys_is_named(place: Place, change: str) -> None:
    act, kind, record, cseq = BESIDE[change]
    behind_its_back(place.connection, act)
    report = sound(place)
    assert (kind, record, cseq) in [(p.kind, p.record, p.cseq) for p in report.problems], report.lines()
    assert report.first is not None
    assert cseq is None or report.first.cseq == cseq


def test_without_the_installation_key_the_rest_is_checked_and_it_says_so(place: Place) -> None:
    key_path(place.home).unlink()
    report = sound(place)
    assert report.ok
    assert any("安装密钥" in w for w in report.warnings)
    behind_its_back(place.connection, sql(f"DELETE FROM yifa_sealed WHERE {NAME}"))
    first = sound(place).first
    assert first is not None
    assert (first.kind, first.record) == ("sealed_missing", "r2")


def test_another_installation_key_is_one_problem_not_thousands(place: Place) -> None:
    key_path(place.home).unlink()
    Keyring.create(place.home)
    assert [p.kind for p in sound(place).problems] == ["key_wrong"]


# -- attachments ------------------------------------------------------------------------------------------------------


def stored(place: Place, record: str) -> Path:
    with place.connection.cursor() as cursor:
        cursor.execute("SELECT stored FROM yifa_file WHERE record = %s", [record])
        return place.kit.store.path(cursor.fetchone()[0])


def _swap(place: Place) -> None:
    one, two = stored(place, "r1"), stored(place, "r3")
    a, b = one.read_bytes(), two.read_bytes()
    one.write_bytes(b)
    two.write_bytes(a)


def _replace_with_row(place: Place) -> None:
    """The intruder who knows the folder stores other bytes and points the row to them."""
    other = place.kit.store.put(b"content of rx", "笔录.txt", "r1", os.urandom(16))
    sets = f"SET stored = '{other.stored}', size = {other.size}"
    behind_its_back(place.connection, sql(f"UPDATE yifa_file {sets} WHERE record = 'r1'"))


FILES: dict[str, tuple[Callable[[Place], None], str]] = {
    "bytes changed": (lambda p: stored(p, "r1").write_bytes(b"other") and None, "file_changed"),
    "deleted": (lambda p: stored(p, "r1").unlink(), "file_changed"),
    "exchanged with another": (_swap, "file_changed"),
    "row deleted": (lambda p: behind_its_back(p.connection, sql("DELETE FROM yifa_file WHERE record='r1'")), "file_missing"),
    "row renamed": (
        lambda p: behind_its_back(p.connection, sql("UPDATE yifa_file SET name='甲' WHERE record='r1'")), "file_missing"),
    "row of another digest": (
        lambda p: behind_its_back(p.connection, sql(f"UPDATE yifa_file SET digest='{'0' * 64}' WHERE record='r1'")),
        "file_changed"),
    "row put in": (
        lambda p: behind_its_back(p.connection, sql(
            "INSERT INTO yifa_file (record, rseq, digest, stored, name, size)"
            " SELECT record, rseq, digest, stored, name, size FROM yifa_file WHERE record='r1'")), "file_extra"),
    "replaced together with its row": (_replace_with_row, "file_changed"),
}  # fmt: skip


@pytest.mark.parametrize("change", FILES)
def test_a_changed_attachment_is_named_with_its_event(place: Place, change: str) -> None:
    act, kind = FILES[change]
    act(place)
    report = sound(place)
    first = report.first
    assert first is not None
    assert (first.kind, first.org, first.cseq, first.record, first.rseq) == (kind, "a", 4, "r1", 2), report.lines()
    assert first.number.startswith("a纠")


# -- triggers and roots -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.name)
def test_a_dropped_trigger_is_named(place: Place, rule: Any) -> None:
    if rule.vendor not in ("", place.connection.vendor):
        assert rule.name not in check_triggers(place.connection)
        return
    on = f" ON {rule.table}" if place.connection.vendor == "postgresql" else ""
    with place.connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {rule.name}{on}")
    assert [p.kind for p in sound(place).problems] == ["trigger"]
    assert rule.name in str(sound(place).first)
    install_triggers(place.connection)
    assert sound(place).ok


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


ROOT_FILES: dict[str, Callable[[Path], None]] = {
    "changed": lambda f: _edit(f / "2026-03-02.json", '"cseq":7', '"cseq":6'),
    "not JSON": lambda f: (f / "2026-03-02.json").write_text("{", encoding="utf-8") and None,
    "deleted": lambda f: (f / "2026-03-02.json").unlink(),
    "renamed": lambda f: (f / "2026-03-02.json").rename(f / "2026-03-01.json") and None,
    "log changed": lambda f: _edit(f / "roots.log", "2026-03-02", "2026-03-01"),
    "log emptied": lambda f: (f / "roots.log").write_text("", encoding="utf-8") and None,
}


@pytest.mark.parametrize("change", ROOT_FILES)
def test_a_changed_root_is_named(place: Place, change: str) -> None:
    ROOT_FILES[change](place.home / "roots")
    report = sound(place)
    assert {p.kind for p in report.problems} == {"root_file"}, report.lines()


def test_a_given_root_that_is_not_there_is_a_problem(place: Place) -> None:
    assert [p.kind for p in verify(place.connection, place.home, place.home / "none.json").problems] == ["root_file"]
    relied_on = verify(place.connection, place.home, place.home / "none.json").relied_on
    assert relied_on is not None
    assert not relied_on.given
