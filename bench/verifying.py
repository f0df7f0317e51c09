"""Verifying 1,000,000 events: within 60 s and 300 MB, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import islice

from bench.measure import Line

EVENTS = 1_000_000
_BATCH = 50_000

_CHILD = """
import json, sys, time
from pathlib import Path
from yifa.codex import load
from yifa.records.setup import open_home
ledger = open_home(Path(sys.argv[1]), load())
from yifa.records.verify import verify
begin = time.perf_counter()
report = verify(ledger.connection, ledger.home)
seconds = time.perf_counter() - begin
# ru_maxrss would carry over the high-water mark of the process that started this one; VmHWM is this program's own.
status = Path("/proc/self/status")
peak = 0
if status.exists():
    peak = next(int(x.split()[1]) / 1024 for x in status.read_text().splitlines() if x.startswith("VmHWM"))
print(json.dumps({"ok": report.ok, "events": report.events, "seconds": seconds, "megabytes": peak}))
"""


def run() -> list[Line]:
    from bench.indicators import acts
    from bench.ledger import fresh

    with fresh() as ledger:
        left = EVENTS
        source = acts(EVENTS)
        while left > 0:
            some = list(islice(source, min(_BATCH, left)))
            if not some:
                break
            # A record whose steps fall into two batches is named by uid, which the store knows by then.
            ledger.record_many(some)
            left -= len(some)
        from yifa.records.roots import export_root

        export_root(ledger.connection, ledger.home, ledger.today())
        done = subprocess.run([sys.executable, "-c", _CHILD, str(ledger.home)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["ok"], found
    detail = f"{found['events']} 个事件，{found['seconds']:.1f} s，峰值 {found['megabytes']:.0f} MB"
    return [Line("查验100万事件：占 60 秒", found["seconds"] / 60, 1, "at_most", detail),
            Line("查验100万事件：占 300 MB", found["megabytes"] / 300, 1, "at_most", detail)]  # fmt: skip
