"""Through the store: the five ledgers, entered by the one way in, give back every figure with exactly its records."""

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
from yifa.indicators.details import records_behind
from yifa.indicators.evaluate import evaluate


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


def test_every_figure_comes_back_with_exactly_its_records(entered: tuple[Any, Codex, SeedLedger, dict[str, str]]) -> None:
    connection, codex, seed, refs = entered
    keys = list(seed.expected)
    period = (f"{seed.year}-01-01", seed.cutoff)
    figures = evaluate(connection, codex, [seed.org], *period, keys)
    behind = records_behind(connection, codex, keys, [seed.org], period)
    for key, e in seed.expected.items():
        value = figures[key].value
        assert value is not None, e.what
        assert Decimal(value) == Decimal(e.value), (e.what, figures[key])
        found = {refs[uid] for uid in behind[key]}
        assert found - e.silent == e.refs, (e.what, found ^ e.refs)
