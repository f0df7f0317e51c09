"""The fixture ``place``: a fresh copy of a small sound ledger for every test, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.records.verify_kit import Kit, Place, small_ledger
from yifa.records.files import FileStore
from yifa.records.roots import export_root

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
_made: dict[str, tuple[Path, Kit]] = {}


def administer(address: str, statement: str) -> None:
    """Runs a statement that needs its own connection, such as CREATE DATABASE."""
    with psycopg.connect(address.format(name="postgres"), autocommit=True) as raw:
        raw.execute(statement)  # type: ignore[call-overload]


def use(home: Path, address: str | None) -> Any:
    """Points Django to a ledger and gives its connection."""
    from yifa import settings

    settings.setup(home, address)
    from django.db import connection

    return connection


def migrate() -> None:
    """Makes the tables and triggers."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


@pytest.fixture(params=DATABASES)
def place(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A copy of the small ledger with a root of 2026-03-02."""
    vendor = request.param
    address = request.getfixturevalue("postgres_server") if vendor == "postgresql" else None
    name = f"yifa_{os.getpid()}_{tmp_path.name.replace('-', '_')[-30:].lower()}"
    pattern = f"yifa_pattern_{os.getpid()}"
    if vendor not in _made:
        made = tmp_path_factory.mktemp(f"pattern-{vendor}") / "home"
        made.mkdir()
        if address:
            administer(address, f"DROP DATABASE IF EXISTS {pattern}")
            administer(address, f"CREATE DATABASE {pattern}")
        connection = use(made, address.format(name=pattern) if address else None)
        migrate()
        kit = small_ledger(connection, made)
        export_root(connection, made, "2026-03-02")
        connection.close()
        _made[vendor] = (made, kit)
    made, kit = _made[vendor]
    home = tmp_path / "home"
    shutil.copytree(made, home)
    if address:
        administer(address, f'CREATE DATABASE "{name}" TEMPLATE {pattern}')
    connection = use(home, address.format(name=name) if address else None)
    mine = replace(kit, connection=connection, home=home, rows={}, heads={}, rseqs=dict(kit.rseqs), keys=dict(kit.keys))
    mine.rows.clear()  # the version is there already
    mine.store = FileStore(home)
    yield Place(connection, home, mine)
    connection.close()
    if address:
        administer(address, f'DROP DATABASE "{name}" WITH (FORCE)')
