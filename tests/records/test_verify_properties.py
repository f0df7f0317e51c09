"""Property: whatever single thing of the store is edited behind its back, verification does not pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import Error, transaction
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.records.verify_kit import Place, behind_its_back
from yifa.records.verify import verify

# What verification answers for. The other columns of a record are made from its events (`yifa rebuild`).
COLUMNS = {
    "yifa_event": ("org", "cseq", "record", "rseq", "hash", "body"),
    "yifa_chain_head": ("org", "cseq", "hash"),
    "yifa_record": ("uid", "org", "definition", "number", "year", "n", "rseq", "source_system", "source_id",
                    "foreign_number", "batch", "restricted", "wrapped_key"),
    "yifa_sealed": ("record", "rseq", "path", "commitment", "box", "digest"),
    "yifa_file": ("record", "rseq", "digest", "stored", "name", "size"),
    "yifa_counter": ("org", "definition", "year", "n"),
    "yifa_version": ("hash", "body"),
}  # fmt: skip
SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
)


def table_rows(place: Place, table: str) -> tuple[list[str], list[list[Any]]]:
    with place.connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        names = [c[0] for c in cursor.description]
        return names, sorted(([_plain(v) for v in r] for r in cursor.fetchall()), key=repr)


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def lay(place: Place, table: str, names: list[str], rows: list[list[Any]]) -> None:
    """Puts these rows in place of the table's, all or none."""

    def change(cursor: Any) -> None:
        cursor.execute(f"DELETE FROM {table}")
        marks = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})", rows)

    with transaction.atomic():
        behind_its_back(place.connection, change)


def edited(data: st.DataObject, value: Any) -> Any:
    """Another value of the same kind, differing in one place."""
    if value is None:
        return data.draw(st.sampled_from(["x", "1"]))
    if isinstance(value, int):
        return data.draw(st.integers(-3, 20).filter(lambda n: n != value))
    at = data.draw(st.integers(0, max(len(value) - 1, 0)))
    kind = data.draw(st.sampled_from(["replace", "insert", "delete"]))
    piece: Any = data.draw(st.sampled_from("a0 甲\"'{")) if isinstance(value, str) else bytes([data.draw(st.integers(0, 255))])
    if kind == "insert":
        return value[:at] + piece + value[at:]
    return value[:at] + (piece if kind == "replace" else value[:0]) + value[at + 1 :]


@SETTINGS
@given(st.data())
def test_an_edited_cell_is_found(place: Place, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    names, rows = table_rows(place, table)
    i = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.sampled_from(COLUMNS[table]))
    j = names.index(column)
    new = edited(data, rows[i][j] if column != "batch" else 7)
    assume(new != rows[i][j])
    if rows[i][j] is None and column == "batch":
        new = 1
    changed = [[*r[:j], new, *r[j + 1 :]] if k == i else r for k, r in enumerate(rows)]
    _found(place, table, names, rows, changed)


@SETTINGS
@given(st.data())
def test_a_row_taken_out_or_put_in_is_found(place: Place, data: st.DataObject) -> None:
    table = data.draw(st.sampled_from(sorted(COLUMNS)))
    names, rows = table_rows(place, table)
    i = data.draw(st.integers(0, len(rows) - 1))
    if data.draw(st.booleans()):
        _found(place, table, names, rows, [r for k, r in enumerate(rows) if k != i])
        return
    assume(table != "yifa_version")  # one more definition that no event names harms nobody
    copy = list(rows[i])
    for column in ("id", *COLUMNS[table]):
        if column in names and data.draw(st.booleans() if column != "id" else st.just(True)):
            j = names.index(column)
            copy[j] = edited(data, copy[j]) if column not in ("id", "batch") else 900
    if table == "yifa_counter":
        assume(copy[names.index("n")] != 0)
    assume(copy not in rows)
    _found(place, table, names, rows, [*rows, copy])


def _found(place: Place, table: str, names: list[str], rows: list[list[Any]], changed: list[list[Any]]) -> None:
    try:
        lay(place, table, names, changed)
    except (Error, OverflowError):
        assume(False)  # the database itself refused it
    try:
        report = verify(place.connection, place.home)
        assert not report.ok, (table, [r for r in changed if r not in rows])
    finally:
        lay(place, table, names, rows)


@SETTINGS
@given(st.data())
def test_an_edited_byte_of_a_file_is_found(place: Place, data: st.DataObject) -> None:
    files = sorted(p for f in ("files", "roots", "keys") for p in (place.home / f).rglob("*") if p.is_file())
    path = data.draw(st.sampled_from(files))
    raw = path.read_bytes()
    at = data.draw(st.integers(0, len(raw) - 1))
    new = raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]
    _file_found(place, path, raw, new)


@SETTINGS
@given(st.data())
def test_a_cut_or_lost_file_is_found(place: Place, data: st.DataObject) -> None:
    files = sorted(p for f in ("files", "roots") for p in (place.home / f).rglob("*") if p.is_file())
    path = data.draw(st.sampled_from(files))
    raw = path.read_bytes()
    _file_found(place, path, raw, raw[: data.draw(st.integers(0, len(raw) - 2))])


def _file_found(place: Place, path: Path, raw: bytes, new: bytes) -> None:
    path.write_bytes(new)
    try:
        report = verify(place.connection, place.home)
        # A damaged key file is not a change of the ledger: it is told, and nothing sealed is opened.
        told = report.warnings if path.parent.name == "keys" else report.problems
        assert told or _same_key(raw, new), path
    finally:
        path.write_bytes(raw)


def _same_key(raw: bytes, new: bytes) -> bool:
    """Whether the edit only touched what a person reads or JSON does not mind (words, blanks, a digit's case)."""
    import json

    def values(text: bytes) -> Any:
        found = json.loads(text)
        return [found[k] for k in ("current", "digest_id")], {k: v.lower() for k, v in found["keys"].items()}, found[
            "digest"].lower()  # fmt: skip

    try:
        return bool(values(raw) == values(new))
    except (ValueError, KeyError):
        return False
