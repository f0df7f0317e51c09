"""Where the ledger lies: home folder and database address."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.records.conftest import Home
from tests.records.kit import TODAY, make_codex, patrol
from yifa import settings
from yifa.records.acts import StoreFailure


def test_without_an_address_it_is_a_durable_sqlite_file_in_the_home(tmp_path: Path) -> None:
    made = settings.database(tmp_path)
    assert made["NAME"] == str(tmp_path / "yifa.sqlite3")
    assert made["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_pragmas_are_in_force(sqlite_home: Home) -> None:
    with sqlite_home.connection.cursor() as cursor:
        got = {}
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            got[name] = cursor.fetchone()[0]
    assert got == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_postgresql_address_is_taken_apart() -> None:
    made = settings.database(Path(), "postgresql://li%40si:p%3Aw@db.example:5433/yi%20fa?sslmode=require")
    assert (made["USER"], made["PASSWORD"], made["HOST"], made["PORT"], made["NAME"]) == (
        "li@si", "p:w", "db.example", "5433", "yi fa")  # fmt: skip
    assert made["OPTIONS"]["sslmode"] == "require"
    made = settings.database(Path(), "postgresql://yifa@/town?host=/run/pg")
    assert (made["HOST"], made["PORT"], made["NAME"]) == ("/run/pg", "", "town")


@pytest.mark.parametrize("address", ["mysql://u@h/d", "postgresql://u@h", "postgresql://u@h:port/d", "town.db"])
def test_an_address_that_cannot_be_used_is_explained(address: str) -> None:
    with pytest.raises(settings.SettingsError, match="YIFA_DATABASE"):
        settings.database(Path(), address)


def test_home_comes_from_the_environment_then_demo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("YIFA_HOME", str(tmp_path / "x"))
    assert settings.default_home() == tmp_path / "x"
    monkeypatch.delenv("YIFA_HOME")
    monkeypatch.chdir(tmp_path)
    assert settings.default_home() == Path(settings.__file__).resolve().parents[1] / "demo"
    (tmp_path / "demo").mkdir()
    assert settings.default_home() == Path("demo")


def test_one_process_can_change_homes(sqlite_home: Home, tmp_path: Path) -> None:
    from tests.records.conftest import make_home

    first = sqlite_home.ledger().record(patrol())
    other = make_home(tmp_path / "other", None)
    assert other.ledger().record(patrol()).number == first.number
    settings.setup(sqlite_home.path)
    assert sqlite_home.ledger().record(patrol()).number == "青龙镇〔2026〕巡查2号"


def test_an_empty_folder_is_no_ledger(sqlite_home: Home, tmp_path: Path) -> None:
    from yifa.records.ledger import Ledger

    settings.setup(tmp_path)
    with pytest.raises(StoreFailure, match="还没有建好"):
        Ledger(make_codex(), tmp_path, today=lambda: TODAY)
    settings.setup(tmp_path / "missing")
    with pytest.raises(StoreFailure, match="连不上数据库"):
        Ledger(make_codex(), tmp_path, today=lambda: TODAY)


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    from yifa.records.ledger import Ledger

    (tmp_path / "yifa.sqlite3").write_bytes(b"not a database, just some text that is long enough" * 100)
    settings.setup(tmp_path)
    with pytest.raises(StoreFailure, match="已损坏"):
        Ledger(make_codex(), tmp_path, today=lambda: TODAY)
