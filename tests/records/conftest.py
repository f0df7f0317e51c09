"""Fixtures of the store's tests: a home with two towns, on SQLite and on PostgreSQL."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.records.kit import TODAY, make_codex
from tests.records.verify_places import place
from yifa import settings
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
    if codex is None and address is None:
        shutil.copytree(_template(), path)
        settings.setup(path)
        return made
    _prepare(made)
    return made


@cache
def _template() -> Path:
    """An empty ledger on SQLite, prepared once; its copies are what the tests write to."""
    folder = Path(tempfile.mkdtemp(prefix="yifa-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Home(folder / "home", None, make_codex())
    _prepare(made)
    made.connection.close()
    return made.path


def _prepare(made: Home) -> None:
    prepare(made.path, made.codex, made.address)
    from yifa.records.organisations import add_organisation

    add_organisation("county", "山南县人民政府", "county")
    add_organisation("ql", "青龙镇人民政府", "town", "county")
    add_organisation("bh", "白鹤镇人民政府", "town", "county")


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
