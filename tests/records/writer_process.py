"""A writer in a process of its own: `python -m tests.records.writer_process HOME ADDRESS MODE COUNT [RECORD]`.

Modes: ``open`` records patrols and disputes; ``follow`` adds talks to RECORD, each after the last it saw; ``batch`` writes
batches of a hundred until it is killed; ``one`` records single acts until it is killed. A line is printed for each commit.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path
from typing import Any

from tests.records.kit import TODAY, accept, make_codex, patrol, step
from yifa import settings


def open_ledger(home: str, address: str) -> Any:
    settings.setup(home, address if address != "-" else None)
    from yifa.records.ledger import Ledger

    return Ledger(make_codex(), Path(home), today=lambda: TODAY)


def say(text: Any) -> None:
    print(text, flush=True)


def follow(ledger: Any, record: str, count: int) -> None:
    """Add talks by compare and set: a conflict means reading again."""
    from yifa.records.acts import Conflict

    done = 0
    while done < count:
        seen = ledger.show(record).record["rseq"]
        try:
            out = ledger.record(step(record, "talk", "2026-03-05", {"talk": "话"}, expect=seen))
        except Conflict as e:
            say(f"conflict {e.seen} {e.now}")
            continue
        say(f"rseq {out.rseq}")
        done += 1


def main() -> None:
    home, address, mode, count, *rest = sys.argv[1:]
    ledger = open_ledger(home, address)
    say("ready")
    if mode == "open":
        for n in range(int(count)):
            say(f"number {ledger.record(patrol(n) if n % 2 else accept()).number}")
    elif mode == "follow":
        follow(ledger, rest[0], int(count))
    elif mode == "batch":
        from yifa.records.batches import BatchInfo

        for n in itertools.count():
            acts = [patrol(i) if i % 2 else accept() for i in range(100)]
            ledger.record_many(acts, BatchInfo(f"{n}-{rest[0] if rest else ''}", "台账.xlsx", "patrol", "ql", 100))
            say(f"batch {n}")
    elif mode == "one":
        from yifa.records.acts import Attachment

        for n in itertools.count():
            files = [Attachment("照片.txt", f"内容{n}".encode(), "photo")] if n % 5 == 0 else []
            say(f"number {ledger.record(patrol(n, files=files)).number}")


if __name__ == "__main__":
    main()
