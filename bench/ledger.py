"""A ledger to measure on: a temporary home on SQLite or PostgreSQL, with one town."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from yifa.codex import load

TOWN, VILLAGE = "999901101", "999901101201"


@contextmanager
def fresh(database: str | None = None) -> Iterator[Any]:
    """A new ledger; ``database`` is the address of an empty PostgreSQL database."""
    from yifa.records.setup import open_home
    from yifa.records.store import prepare

    home = Path(tempfile.mkdtemp(prefix="yifa-bench-"))
    try:
        codex = load()
        prepare(home, codex, database)
        from yifa.records.organisations import add_organisation

        add_organisation("999901", "云河县人民政府", "county")
        add_organisation(TOWN, "青石镇人民政府", "town", "999901")
        add_organisation(VILLAGE, "石桥村", "village", TOWN)
        yield open_home(home, codex, database)
    finally:
        from django.db import connections

        connections.close_all()
        shutil.rmtree(home, ignore_errors=True)
