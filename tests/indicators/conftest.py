"""The same hand-made ledger on SQLite and on PostgreSQL."""

from __future__ import annotations

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
def pg_ledger(postgres_database: str) -> Iterator[Ledger]:
    """An empty ledger on PostgreSQL."""
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        yield Ledger(connection, "postgres")
