"""Recording a step, one durable commit, against a bare durable insert of the same bytes."""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.ledger import TOWN, fresh
from bench.measure import Line
from yifa.records.acts import Act

STEPS = 300


def fsync_seconds(folder: Path) -> float:
    """The median time of one fsync of 4 KiB."""
    path = folder / "fsync"
    times = []
    with path.open("wb") as f:
        for _ in range(100):
            f.write(b"x" * 4096)
            f.flush()
            begin = time.perf_counter()
            os.fsync(f.fileno())
            times.append(time.perf_counter() - begin)
    return statistics.median(times)


def _steps(ledger: Any) -> tuple[float, int, int]:
    """(median seconds of one step, bytes of one event's body, most SQL statements of one step)."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    opened = [ledger.record(Act(TOWN, "dispute", "register", "2026-03-02", {
        "source": "主动排查", "dispute_type": "邻里", "party_a": "甲某", "party_b": "乙某", "brief": "排水沟走向争议",
        "level": "村（社区）"}, "经办", ("clerk",))) for _ in range(3)]  # fmt: skip

    def handle(n: int) -> Act:
        record = opened[n % 3].record
        return Act(TOWN, "dispute", "handle", "2026-03-03", {"handle_way": "面谈", "progress": f"第 {n} 次面谈，双方各让一步。"},
                   "经办", ("clerk",), record)  # fmt: skip

    for n in range(20):
        ledger.record(handle(n))
    times = []
    for n in range(STEPS):
        act = handle(n)
        begin = time.perf_counter()
        ledger.record(act)
        times.append(time.perf_counter() - begin)
    with CaptureQueriesContext(connection) as seen:
        ledger.record(handle(0))
    with connection.cursor() as cursor:
        cursor.execute("SELECT avg(length(body)) FROM yifa_event")
        size = int(cursor.fetchone()[0])
    return statistics.median(times), size, len(seen.captured_queries)


def _bare_sqlite(folder: Path, size: int) -> float:
    db = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    db.execute("PRAGMA journal_mode=wal")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, body TEXT)")
    times = []
    for _ in range(STEPS):
        begin = time.perf_counter()
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO bare (body) VALUES (?)", ("x" * size,))
        db.execute("COMMIT")
        times.append(time.perf_counter() - begin)
    db.close()
    return statistics.median(times)


def _bare_postgres(address: str, size: int) -> float:
    import psycopg

    times = []
    with psycopg.connect(address, autocommit=True) as db:
        db.execute("CREATE TABLE bare (id bigserial PRIMARY KEY, body text)")
        assert db.execute("SHOW synchronous_commit").fetchone() == ("on",)
        for _ in range(STEPS):
            begin = time.perf_counter()
            with db.transaction():
                db.execute("INSERT INTO bare (body) VALUES (%s)", ("x" * size,))
            times.append(time.perf_counter() - begin)
    return statistics.median(times)


def run(postgres: str | None) -> list[Line]:
    """``postgres``: an address pattern with ``{name}``, or None where there is no server."""
    lines = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sync = fsync_seconds(folder)
        with fresh() as ledger:
            ours, size, statements = _steps(ledger)
        bare = _bare_sqlite(folder, size)
        lines.append(Line("登记一步（SQLite）：为裸插入的倍数", ours / bare, 15, "at_most",
                          f"{ours * 1e3:.2f} ms 对 {bare * 1e3:.2f} ms，fsync {sync * 1e3:.2f} ms，{statements} 条语句"))  # fmt: skip
        lines.append(Line("登记一步的SQL语句数", statements, 15, "at_most", "含开始和提交"))
    if postgres:
        from bench.postgres import database

        with database(postgres) as address, fresh(address) as ledger:
            ours, size, statements = _steps(ledger)
            bare = _bare_postgres(address, size)
        lines.append(Line("登记一步（PostgreSQL）：为裸插入的倍数", ours / bare, 8, "at_most",
                          f"{ours * 1e3:.2f} ms 对 {bare * 1e3:.2f} ms，{statements} 条语句"))  # fmt: skip
    return lines
