"""Several writers at once, in processes of their own: numbers without gaps, chains unbroken, no update lost."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from django.db import connection, connections

from tests.records.conftest import Home
from tests.records.kit import accept, patrol
from yifa.records.acts import LedgerError
from yifa.records.verify import verify

ROOT = Path(__file__).resolve().parents[2]


def writer(home: Home, mode: str, count: int, *rest: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.records.writer_process", str(home.path), home.address or "-", mode, str(count), *rest]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(writers: list[subprocess.Popen[str]]) -> list[str]:
    lines: list[str] = []
    for w in writers:
        out, err = w.communicate(timeout=180)
        assert w.returncode == 0, err
        lines += out.split("\n")
    return lines


def rows(statement: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def sound(home: Home, ledger: Any) -> None:
    report = verify(connection, home.path)
    assert report.ok, report.problems[:3]
    assert ledger.rebuild() == []


def test_processes_that_open_records_share_numbers_and_chain(home: Home) -> None:
    finish([writer(home, "open", 16) for _ in range(3)])
    for definition in ("patrol", "dispute"):
        got = rows(f"SELECT n FROM yifa_record WHERE definition = '{definition}' ORDER BY n")
        assert [r[0] for r in got] == list(range(1, 25))
    assert rows("SELECT cseq FROM yifa_chain_head WHERE org = 'ql'") == [(48,)]
    sound(home, home.ledger())


def test_processes_that_follow_one_record_lose_no_step(home: Home) -> None:
    ledger = home.ledger()
    record = ledger.record(accept()).record
    lines = finish([writer(home, "follow", 8, record) for _ in range(3)])
    written = sorted(int(line.split()[1]) for line in lines if line.startswith("rseq"))
    assert written == list(range(2, 26))
    assert rows("SELECT rseq FROM yifa_record") == [(25,)]
    assert rows("SELECT n_talk FROM p_dispute") == [(24,)]
    sound(home, ledger)


def test_threads_recording_in_two_organisations_do_not_disturb_each_other(home: Home) -> None:
    ledger = home.ledger()
    failed: list[BaseException] = []

    def work(first: str, second: str) -> None:
        try:
            for n in range(10):
                ledger.record_many([patrol(n, org=first), patrol(n, org=second), accept(org=first)])
        except LedgerError as e:
            failed.append(e)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=a) for a in (("ql", "bh"), ("bh", "ql"), ("ql", "bh"))]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failed == []
    got = rows("SELECT org, definition, count(*), min(n), max(n) FROM yifa_record GROUP BY org, definition ORDER BY 1, 2")
    assert got == [("bh", "dispute", 10, 1, 10), ("bh", "patrol", 30, 1, 30), ("ql", "dispute", 20, 1, 20),
                   ("ql", "patrol", 30, 1, 30)]  # fmt: skip
    sound(home, ledger)
