"""There and back: each ledger through the store, the indicators, the generated report and the proofreader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
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
from yifa.reports.document import ReportDoc


@dataclass(slots=True)
class Entered:
    """A seed ledger in a home on SQLite, and the report generated from it."""

    connection: Any
    codex: Codex
    seed: SeedLedger
    refs: dict[str, str]
    doc: ReportDoc
    read: Report


def _for_year(codex: Codex, year: int) -> tuple[Codex, str]:
    """A codex with an outline for the year: two seeds are older than the plan whose outline is shipped."""
    fitting = [o for o in codex.outlines.values() if o.from_ <= year and (o.to is None or year <= o.to)]
    if fitting:
        return codex, fitting[0].key
    oldest = min(codex.outlines.values(), key=lambda o: o.from_)
    return replace(codex, outlines={oldest.key: oldest.model_copy(update={"from_": year})}), oldest.key


@pytest.fixture(scope="module", params=sorted(SEEDS))
def entered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entered]:
    """Enter a seed, write its report, proofread it."""
    from django.db import connection

    from yifa.records.ledger import Ledger
    from yifa.records.store import prepare

    seed, codex = build(request.param), load()
    home: Path = tmp_path_factory.mktemp("seed") / "home"
    prepare(home, codex, None)
    ledger = Ledger(codex, home, today=lambda: date(seed.year + 2, 1, 31))
    refs = enter(ledger, seed)
    with_outline, outline = _for_year(codex, seed.year)
    needed = figures_needed(with_outline.outlines[outline])
    figures = evaluate(connection, codex, [seed.org], f"{seed.year}-01-01", seed.cutoff, needed)
    doc = build_report(with_outline, figures, outline, seed.org_name, seed.year, seed.cutoff)
    yield Entered(connection, codex, seed, refs, doc, proofread(doc.plain_text(), codex=proof_codex(codex)))
    connection.close()


def test_every_figure_comes_back_with_exactly_its_records(entered: Entered) -> None:
    seed, keys = entered.seed, list(entered.seed.expected)
    period = (f"{seed.year}-01-01", seed.cutoff)
    figures = evaluate(entered.connection, entered.codex, [seed.org], *period, keys)
    behind = records_behind(entered.connection, entered.codex, keys, [seed.org], period)
    for key, e in seed.expected.items():
        value = figures[key].value
        assert value is not None, e.what
        assert Decimal(value) == Decimal(e.value), (e.what, figures[key])
        found = {entered.refs[uid] for uid in behind[key]}
        assert found - e.silent == e.refs, (e.what, found ^ e.refs)


def test_the_report_prints_every_figure_without_an_approximation_word(entered: Entered) -> None:
    for key, e in entered.seed.expected.items():
        assert key in entered.doc.figures, e.what
    text = entered.doc.plain_text()
    assert not any(f"{e.value}{word}" in text for e in entered.seed.expected.values() for word in ("余", "多", "以上"))


def test_proofreading_the_report_finds_the_same_figures(entered: Entered) -> None:
    found: dict[str, set[Decimal]] = {}
    for f in entered.read.figures:
        if f.indicator is not None and f.approx is None:
            found.setdefault(f.indicator, set()).add(Decimal(str(f.value)))
    for key, e in entered.seed.expected.items():
        assert found.get(key) == {Decimal(e.value)}, (e.what, e.value, found.get(key))


def test_proofreading_the_report_finds_no_error(entered: Entered) -> None:
    assert [(f.kind, f.message) for f in entered.read.findings if f.severity == "error"] == []
    assert entered.read.year == entered.seed.year
    assert all(p.present for p in entered.read.parts)
