"""The same hand-made ledger on SQLite and, where its binaries are, on PostgreSQL."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator

import psycopg
import pytest

from tests.indicators.tiny import Ledger


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """An empty ledger on SQLite."""
    connection = sqlite3.connect(":memory:")
    yield Ledger(connection, "sqlite")
    connection.close()


@pytest.fixture
def pg_ledger() -> Iterator[Ledger]:
    """An empty ledger on PostgreSQL."""
    url = os.environ.get("YIFA_TEST_PG")
    if not url:
        pytest.skip("没有 PostgreSQL")
    with psycopg.connect(url, autocommit=True) as connection:
        yield Ledger(connection, "postgres")
