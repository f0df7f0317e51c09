"""Opening the ledger of a home for a command: settings, tables brought up to date, then the `Ledger`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from yifa.codex import Codex

if TYPE_CHECKING:
    from yifa.records.ledger import Ledger


def connect_home(home: Path, database: str | None = None) -> Any:
    """Only the connection of a home, nothing brought up to date or made: what verifying and backing up need."""
    from yifa import settings

    settings.setup(home, database)
    from django.db import connection

    return connection


def open_home(home: Path, codex: Codex, database: str | None = None, today: Callable[[], date] | None = None,
              busy: float | None = None) -> Ledger:  # fmt: skip
    """The ledger in ``home``, at the place of its topmost organisation (see `organisations.installation_place`).

    Migrations and the codex's tables are brought up to date only where they are behind.

    Raises SettingsError and StoreFailure."""
    from yifa import settings

    settings.setup(home, database, settings.BUSY_SECONDS if busy is None else busy)
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from yifa.records.failures import translated

    with translated():
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if behind:
        from yifa.records.store import prepare

        prepare(home, codex, database)
    from yifa.records.ledger import Ledger
    from yifa.records.organisations import installation_place

    with translated(), connection.cursor() as cursor:
        place = installation_place(cursor)
    return Ledger(codex, home, today, place=place)
