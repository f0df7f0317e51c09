"""Import batches (导入批次): which file gave which records; the same file is not imported twice; undo voids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yifa.records import sql
from yifa.records.acts import BadInput, Outcome, Problem

_READ = ("id", "file_digest", "file_name", "definition", "org", "rows", "records", "events", "state", "actor",
         "recorded_at", "undone_at")  # fmt: skip


@dataclass(slots=True, frozen=True)
class BatchInfo:
    """What is imported: the file's SM3 digest and name, the definition, the organisation, and how many rows it has."""

    file_digest: str
    file_name: str
    definition: str
    org: str
    rows: int = 0
    actor: str = ""


@dataclass(slots=True, frozen=True)
class Batch:
    """A batch as stored; ``state`` is done or undone."""

    id: int
    file_digest: str
    file_name: str
    definition: str
    org: str
    rows: int
    records: int
    events: int
    state: str
    actor: str
    recorded_at: str
    undone_at: str | None


def open_batch(cursor: Any, info: BatchInfo, now: str) -> int:
    """Begin a batch inside the import's transaction. Raises BadInput when the file was imported and not undone."""
    if cursor.db.vendor == "postgresql":
        # Two imports of one file wait for each other; imports of different files do not.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s::text))", (info.file_digest,))
    row = sql.first(cursor, "SELECT id, recorded_at FROM yifa_batch WHERE file_digest = %s AND definition = %s "
                    "AND org = %s AND state = 'done'", (info.file_digest, info.definition, info.org))  # fmt: skip
    if row is not None:
        raise BadInput([Problem("file", f"《{info.file_name}》已于 {row[1][:10]} 导入过（批次 {row[0]}），不再重复导入。"
                                "确要重来的，先撤回那一批（yifa undo）。")])  # fmt: skip
    values = (info.file_digest, info.file_name, info.definition, info.org, info.rows, 0, 0, "done", info.actor, now)
    statement = sql.insert("yifa_batch", sql.BATCH_COLUMNS)
    if cursor.db.vendor == "postgresql":
        return int(sql.one(cursor, f"{statement} RETURNING id", values)[0])
    cursor.execute(statement, values)
    return int(cursor.lastrowid)


def close_batch(cursor: Any, batch: int, outcomes: Sequence[Outcome]) -> None:
    """Note what the batch wrote."""
    written = [o for o in outcomes if o.ok]
    cursor.execute("UPDATE yifa_batch SET records = %s, events = %s WHERE id = %s",
                   (len({o.record for o in written}), len(written), batch))  # fmt: skip


def batch(number: int) -> Batch:
    """A batch by its number. Raises BadInput for an unknown one."""
    with connection.cursor() as cursor:
        row = sql.first(cursor, f"SELECT {', '.join(_READ)} FROM yifa_batch WHERE id = %s", (number,))
    if row is None:
        raise BadInput([Problem("batch", f"没有第 {number} 批导入。用 yifa import --list 查看批次。")])
    return Batch(*row)


def batches(most: int = 100) -> list[Batch]:
    """The latest batches, newest first."""
    with connection.cursor() as cursor:
        rows = sql.all_rows(cursor, f"SELECT {', '.join(_READ)} FROM yifa_batch ORDER BY id DESC LIMIT %s", (most,))
    return [Batch(*row) for row in rows]


def find_batch(file_digest: str, definition: str, org: str) -> Batch | None:
    """The batch by which a file was imported, if it was and is not undone."""
    with connection.cursor() as cursor:
        row = sql.first(cursor, f"SELECT {', '.join(_READ)} FROM yifa_batch WHERE file_digest = %s AND definition = %s "
                        "AND org = %s AND state = 'done'", (file_digest, definition, org))  # fmt: skip
    return Batch(*row) if row else None


def batch_records(number: int) -> list[tuple[str, str, str, str]]:
    """(uid, org, definition, status) of a batch's records, in order of recording."""
    with connection.cursor() as cursor:
        rows = sql.all_rows(cursor, "SELECT uid, org, definition, status FROM yifa_record WHERE batch = %s ORDER BY id",
                            (number,))  # fmt: skip
    return [tuple(r) for r in rows]
