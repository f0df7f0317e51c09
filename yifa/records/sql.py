"""The SQL of the store, portable between SQLite 3.31 and PostgreSQL 14; projections have theirs in `shape.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

READ_PIN = "SELECT definition, def_hash, limits, calendar FROM yifa_pin WHERE id = %s"
FIND_PIN = "SELECT id FROM yifa_pin WHERE def_hash = %s AND limits = %s AND calendar = %s"
ADD_PIN = "INSERT INTO yifa_pin (definition, def_hash, limits, calendar) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
READ_VERSION = "SELECT body FROM yifa_version WHERE hash = %s"
ADD_VERSION = (
    "INSERT INTO yifa_version (hash, kind, key, body, loaded_at) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"
)

# Lock order: heads by code, then everything else of those organisations. SQLite's write lock is already held.
LOCK_HEADS = (
    "SELECT h.org, h.cseq, h.hash, o.path, o.short, o.name, o.valid_from, o.valid_to, o.successor, "
    "{entries} FROM yifa_chain_head h JOIN yifa_organisation o ON o.code = h.org WHERE h.org {among} ORDER BY h.org"
)
ADVANCE_HEAD = "UPDATE yifa_chain_head SET cseq = %s, hash = %s WHERE org = %s"
READ_COUNTER = "SELECT n FROM yifa_counter WHERE org = %s AND definition = %s AND year = %s"
SET_COUNTER = (
    "INSERT INTO yifa_counter (org, definition, year, n) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (org, definition, year) DO UPDATE SET n = excluded.n"
)
ADD_TO_COUNTER = (
    "INSERT INTO yifa_counter (org, definition, year, n) VALUES (%s, %s, %s, %s) "
    "ON CONFLICT (org, definition, year) DO UPDATE SET n = yifa_counter.n + excluded.n RETURNING n"
)

RECORD_COLUMNS = (
    "uid", "org", "org_path", "definition", "pin", "number", "year", "n", "status", "stage", "opened_on", "last_on",
    "rseq", "late", "fold", "source_system", "source_id", "foreign_number", "identity", "batch", "restricted",
    "wrapped_key",
)  # fmt: skip
READ_RECORDS = f"SELECT {', '.join(RECORD_COLUMNS)} FROM yifa_record WHERE "
UPDATE_RECORD = (
    "UPDATE yifa_record SET pin = %s, status = %s, stage = %s, opened_on = %s, last_on = %s, rseq = %s, late = %s, "
    "fold = %s, identity = %s, restricted = %s, wrapped_key = %s WHERE uid = %s"
)
EVENT_COLUMNS = ("org", "cseq", "record", "rseq", "hash", "body")
SEALED_COLUMNS = ("record", "rseq", "path", "commitment", "box", "digest")
FILE_COLUMNS = ("record", "rseq", "digest", "stored", "name", "size")
DEADLINE_COLUMNS = (
    "record", "clock", "definition", "org", "limit_key", "party", "starts_on", "due_on", "met_on", "days_late", "state",
    "provisional",
)  # fmt: skip
READ_EVENTS = "SELECT body FROM yifa_event WHERE record = %s ORDER BY rseq"
BATCH_COLUMNS = ("file_digest", "file_name", "definition", "org", "rows", "records", "events", "state", "actor",
                 "recorded_at")  # fmt: skip

# A few rows go by INSERT, many by COPY (PostgreSQL).
COPY_FROM = 20


def first(cursor: Any, statement: str, parameters: Sequence[Any]) -> Any:
    """The first row, or None."""
    cursor.execute(statement, parameters)
    return cursor.fetchone()


def one(cursor: Any, statement: str, parameters: Sequence[Any]) -> Any:
    """The row that must be there."""
    row = first(cursor, statement, parameters)
    if row is None:
        raise LookupError(f"数据库里没有本该有的一行：{statement} {list(parameters)}")
    return row


def all_rows(cursor: Any, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
    cursor.execute(statement, parameters)
    found: list[Any] = cursor.fetchall()
    return found


def among(values: Sequence[Any]) -> str:
    """``IN (%s, ..)`` for so many values."""
    return f"IN ({', '.join(['%s'] * len(values))})"


def values(columns: int, rows: int) -> str:
    row = f"({', '.join(['%s'] * columns)})"
    return ", ".join([row] * rows)


def insert(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES {values(len(columns), 1)}"


def upsert(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """Insert, or set every other column of the row with the same key."""
    rest = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key)
    return f"{insert(table, columns)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET {rest}"


def write_rows(cursor: Any, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """One statement for one row, one prepared batch for many; a few rows of an INSERT go as one statement."""
    if not rows:
        return
    if len(rows) == 1:
        cursor.execute(statement, rows[0])
        return
    head, mark, tail = statement.partition(" VALUES ")
    one_row = values(len(rows[0]), 1)
    if mark and tail.startswith(one_row) and len(rows) * len(rows[0]) <= 900:
        cursor.execute(f"{head} VALUES {values(len(rows[0]), len(rows))}{tail[len(one_row):]}",
                       [v for row in rows for v in row])  # fmt: skip
        return
    cursor.executemany(statement, rows)


@contextmanager
def pipeline(cursor: Any, few: bool) -> Iterator[None]:
    """On PostgreSQL send a few writing statements without waiting for each answer; errors come at the end. Halves the
    time of one recorded step, most of which is waiting for the server a dozen times."""
    if not few or cursor.db.vendor != "postgresql":
        yield
        return
    with cursor.db.wrap_database_errors, cursor.db.connection.pipeline():
        yield


def _in_pipeline(cursor: Any) -> bool:
    return bool(cursor.db.connection.pgconn.pipeline_status)


def add_rows(cursor: Any, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """New rows into a table: INSERT, or COPY for many on PostgreSQL."""
    if not rows:
        return
    if len(rows) >= COPY_FROM and cursor.db.vendor == "postgresql" and not _in_pipeline(cursor):
        with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    write_rows(cursor, insert(table, columns), rows)


def chunks(items: Sequence[Any], size: int) -> Iterable[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
