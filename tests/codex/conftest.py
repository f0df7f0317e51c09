"""Fixtures of the codex's tests."""

from __future__ import annotations

import copy
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from yifa.codex import sources
from yifa.codex.loader import read_yaml

_shipped = lru_cache(maxsize=None)(read_yaml)


@pytest.fixture
def shipped_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Parses the shipped files once for all tests, and keeps compiled forms out of the user's cache."""

    def read(path: Path) -> list[dict[str, Any]]:
        return copy.deepcopy(_shipped(path)) if sources.SHIPPED in path.parents else read_yaml(path)

    monkeypatch.setattr(sources, "read_yaml", read)
    monkeypatch.setenv("YIFA_CACHE", str(tmp_path / "cache"))
