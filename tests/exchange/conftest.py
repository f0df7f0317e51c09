"""A ledger of the real codex with a county, two towns and their villages, shared by the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from yifa.codex import load
from yifa.records.ledger import Ledger
from yifa.records.store import prepare

TODAY = date(2026, 6, 30)


def make_ledger(path: Path, address: str | None = None) -> Ledger:
    """An empty ledger with a county (县), the towns 青石镇 (qs) and 白鹤镇 (bh), and villages of which two share a name."""
    codex = load()
    prepare(path, codex, address)
    from yifa.records.organisations import add_organisation

    add_organisation("county", "云河县人民政府", "county")
    add_organisation("qs", "青石镇人民政府", "town", "county")
    add_organisation("bh", "白鹤镇人民政府", "town", "county")
    add_organisation("qs1", "石桥村", "village", "qs")
    add_organisation("qs2", "柳河村", "village", "qs")
    add_organisation("bh1", "石桥村", "village", "bh")
    return Ledger(codex, path, lambda: TODAY)


def close() -> None:
    from django.db import connection

    connection.close()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger on SQLite."""
    yield make_ledger(tmp_path / "home")
    close()


@pytest.fixture(scope="module")
def shared_ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    """A ledger on SQLite for a whole module: its tests keep apart by organisation or definition."""
    yield make_ledger(tmp_path_factory.mktemp("shared") / "home")
    close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def any_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A fresh ledger, once on each database."""
    address = request.getfixturevalue("postgres_database") if request.param == "postgresql" else None
    yield make_ledger(tmp_path / "home", address)
    close()


def sheet_of(path: Path, rows: list[list[Any]], name: str = "Sheet1") -> Path:
    """Write a spreadsheet as a clerk has it."""
    return book_of(path, {name: rows})


def book_of(path: Path, sheets: dict[str, list[list[Any]]], merged: dict[str, list[tuple[int, int, int, int]]] | None = None) -> Path:
    """Write several sheets; ``merged`` gives ranges (first row, first column, last row, last column) from 0."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for name, rows in sheets.items():
            out = book.add_worksheet(name)
            for r, row in enumerate(rows):
                for c, value in enumerate(row):
                    if isinstance(value, str):
                        out.write_string(r, c, value)
                    elif value is not None:
                        out.write(r, c, value)
            for top, left, bottom, right in (merged or {}).get(name, []):
                value = rows[top][left]
                out.merge_range(top, left, bottom, right, value)
    return path


def stored(ledger: Ledger, definition: str, org: str) -> list[dict[str, Any]]:
    """The records of an organisation as (steps with day and data), sealed values opened, in order of number."""
    from django.db import connection

    from yifa.exchange.existing import read_existing

    with connection.cursor() as cursor:
        cursor.execute("SELECT uid FROM yifa_record WHERE definition = %s AND org = %s AND status NOT IN ('void', 'destroyed') "
                       "ORDER BY year, n", (definition, org))  # fmt: skip
        uids = [r[0] for r in cursor.fetchall()]
        return [{"steps": [(s.step, s.on, s.data) for s in e.steps], "foreign": e.foreign_number, "source": e.source[1],
                 "number": e.number, "uid": e.uid} for e in read_existing(ledger, cursor, uids)]  # fmt: skip
