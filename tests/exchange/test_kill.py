"""导入中断电：kill -9 at any moment leaves the whole file in the ledger, or nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.exchange.conftest import close, make_ledger, sheet_of, stored
from tests.exchange.test_clerks_sheets import HEADINGS, take

CHILD = """
import sys
from pathlib import Path
from datetime import date
from yifa.codex import load
from yifa.records.setup import open_home
from yifa.exchange.importer import import_file
home, file, database = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3] or None
ledger = open_home(home, load(), database, lambda: date(2026, 6, 30))
print("ready", flush=True)
import_file(ledger, "publicity_event", "qs", file, actor="小王")
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is for POSIX")
@pytest.mark.parametrize("database", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_kill_during_import_leaves_nothing_half_done(request: pytest.FixtureRequest, tmp_path: Path, database: str) -> None:
    address = request.getfixturevalue("postgres_database") if database == "postgresql" else None
    home = tmp_path / "home"
    ledger = make_ledger(home, address)
    count = 3000
    rows = [[n, "2025-03-01", f"第{n}场", "咨询", n] for n in range(count)]
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, *rows])
    killed = 0
    for delay in (0.05, 0.2, 0.4, 0.7):
        child = subprocess.Popen([sys.executable, "-c", CHILD, str(home), str(path), address or ""], stdout=subprocess.PIPE, text=True,
                                 env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])})  # fmt: skip
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
        child.wait()
        there = len(stored(ledger, "publicity_event", "qs"))
        assert there in (0, count)
        if there:
            break
        assert "done" not in rest
        killed += 1
    assert killed
    if len(stored(ledger, "publicity_event", "qs")) == 0:
        assert take(ledger, path).new == count
    numbers = [r["number"] for r in stored(ledger, "publicity_event", "qs")]
    assert [n.rsplit("普法活动", 1)[1] for n in numbers] == [f"{n}号" for n in range(1, count + 1)]
    close()
