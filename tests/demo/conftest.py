"""The acts of the demonstration, made once for all tests here."""

from __future__ import annotations

import pytest

from yifa.codex import Codex, load
from yifa.demo.generate import acts
from yifa.records.acts import Act


@pytest.fixture(scope="session")
def codex() -> Codex:
    return load()


@pytest.fixture(scope="session")
def made(codex: Codex) -> list[Act]:
    return acts(codex)
