"""Fixtures of the command's tests: the command run in this process, and a small ledger of the shipped codex."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from yifa.cli.main import run


@dataclass(frozen=True)
class Result:
    """What one command gave."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """stdout as the one JSON value that it must be."""
        return json.loads(self.out)


Yifa = Callable[..., Result]


@pytest.fixture(scope="session")
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def yifa(_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Yifa:
    """Runs a command in an empty folder, on a fixed day, without a ledger unless ``--home`` says so."""
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    for name, value in (("YIFA_CACHE", str(_cache)), ("YIFA_TODAY", "2026-11-22"), ("COLUMNS", "160")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("YIFA_HOME", raising=False)
    monkeypatch.delenv("YIFA_DATABASE", raising=False)

    def call(*words: str | Path) -> Result:
        capsys.readouterr()
        code = run([str(w) for w in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return Result(code, said.out, said.err)

    return call


@pytest.fixture(scope="session")
def _ledger(_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county and two towns, with the shipped codex; copied for each test."""
    from tests.records.conftest import make_home
    from yifa.codex import load

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YIFA_CACHE", str(_cache))
        made = make_home(tmp_path_factory.mktemp("ledger") / "home", None, load())
    made.connection.close()
    return made.path


@pytest.fixture
def home(_ledger: Path, tmp_path: Path) -> Iterator[Path]:
    """A ledger of its own (ql 青龙镇, bh 白鹤镇 below county 山南县), without records."""
    copy = tmp_path / "home"
    shutil.copytree(_ledger, copy)
    yield copy
    from django.db import connection

    connection.close()


def sheet(path: Path, headings: list[str], *rows: list[Any]) -> Path:
    """A spreadsheet as a clerk would make it."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (headings, *rows):
        page.append(row)
    book.save(path)
    return path


def publicity(path: Path, *days: str) -> Path:
    """普法活动 on the given days."""
    return sheet(path, ["活动日期", "主题", "形式"], *([day, f"宪法宣传{n}", "讲座"] for n, day in enumerate(days, 1)))
