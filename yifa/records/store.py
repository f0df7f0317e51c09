"""Preparing a home: folders, database, tables, triggers, installation key, and the codex's tables."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from yifa import settings
from yifa.codex import Codex


def prepare(home: Path, codex: Codex, database: str | None = None, place: str = "") -> None:
    """Make everything that a ledger in ``home`` needs, or bring it up to date; safe to run again.

    Raises SettingsError, StoreFailure (database not writable) and SchemaConflict.
    """
    home = Path(home)
    home.mkdir(parents=True, exist_ok=True)
    settings.setup(home, database)
    from django.core.management import call_command
    from django.db import connection

    from yifa.records.failures import translated
    from yifa.records.keys import KeyMissing, open_keyring
    from yifa.records.projection_schema import codex_load
    from yifa.records.versions import Library

    with translated():
        call_command("migrate", verbosity=0, interactive=False)
        with suppress(KeyMissing):  # a restored ledger without its key can be read; sealing will ask for it
            open_keyring(connection, home)
        codex_load(connection, codex, Library(codex, place))
