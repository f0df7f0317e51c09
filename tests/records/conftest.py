"""Fixtures of the store's tests: a home with two towns, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.records.kit import TODAY, make_codex
from tests.records.verify_places import place
from yifa.codex import Codex
from yifa.records.store import prepare

__all__ = ["Home", "home", "place"]


@dataclass
class Home:
    """A prepared home folder and its database."""

    path: Path
    address: str | None
    codex: Codex

    def ledger(self, **over: Any) -> Any:
        from yifa.records.ledger import Ledger

        return Ledger(over.pop("codex", self.codex), self.path, over.pop("today", lambda: TODAY), **over)

    @property
    def vendor(self) -> str:
        return "sqlite" if self.address is None else "postgresql"

    @property
    def connection(self) -> Any:
        from django.db import connection

        return connection


def make_home(path: Path, address: str | None, codex: Codex | None = None) -> Home:
    """An empty ledger with a county and two towns (ql 青龙镇, bh 白鹤镇)."""
    made = Home(path, address, codex or make_codex())
    prepare(made.path, made.codex, address)
    from yifa.records.organisations import add_organisation

    add_organisation("county", "山南县人民政府", "county")
    add_organisation("ql", "青龙镇人民政府", "town", "county")
    add_organisation("bh", "白鹤镇人民政府", "town", "county")
    return made


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def home(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """An empty ledger with a county and two towns, once on each database."""
    address = request.getfixturevalue("postgres_database") if request.param == "postgresql" else None
    made = make_home(tmp_path / "home", address)
    yield made
    made.connection.close()


@pytest.fixture
def sqlite_home(tmp_path: Path) -> Iterator[Home]:
    """An empty ledger with a county and two towns on SQLite, for what does not depend on the database."""
    made = make_home(tmp_path / "home", None)
    yield made
    made.connection.close()
