"""Through report and proofreader: the generated report states every figure of the seed, and proofreading it finds them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.roundtrip import SEEDS, SeedLedger, build
from tests.roundtrip.enter import enter
from yifa.codex import Codex, load
from yifa.codex.proof import proof_codex
from yifa.indicators.details import records_behind
from yifa.indicators.evaluate import evaluate
from yifa.proofread import Report, proofread
from yifa.reports.build import build as build_report
from yifa.reports.build import figures_needed

TEXTS = {"problems": ["普法针对性不强，原因是形式较为单一。"]}


@pytest.fixture(scope="module", params=sorted(SEEDS))
def entered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, ...]]:
    """A home on SQLite that holds one seed ledger."""
    from django.db import connection

    from yifa.records.ledger import Ledger
    from yifa.records.store import prepare

    seed, codex = build(request.param), load()
    home: Path = tmp_path_factory.mktemp("seed") / "home"
    prepare(home, codex, None)
    ledger = Ledger(codex, home, today=lambda: date(seed.year + 2, 1, 31))
    refs = enter(ledger, seed)
    yield connection, codex, seed, refs
    connection.close()
