"""There and back: each ledger through the store, the indicators, the generated report and the proofreader."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.roundtrip import SEEDS, SeedLedger, build
from tests.roundtrip.enter import enter
from yifa.codex import Codex, load
from yifa.codex.proof import proof_codex
from yifa.indicators.details import records_behind
from yifa.indicators.evaluate import evaluate
from yifa.proofread import Report, proofread
from yifa.proofread.read import read_document
from yifa.reports.document import ReportDoc
from yifa.reports.render.produce import produce

FORMS = ("text", "docx", "html")


@dataclass(slots=True)
class Entered:
    """A seed ledger in a home, the report generated from it, and what proofreading makes of each of its forms."""

    connection: Any
    codex: Codex
    seed: SeedLedger
    refs: dict[str, str]
    doc: ReportDoc
    reads: dict[str, Report]


def _for_year(codex: Codex, year: int) -> tuple[Codex, str]:
    """A codex with an outline for the year: two seeds are older than the plan whose outline is shipped."""
    fitting = [o for o in codex.outlines.values() if o.from_ <= year and (o.to is None or year <= o.to)]
    if fitting:
        return codex, fitting[0].key
    oldest = min(codex.outlines.values(), key=lambda o: o.from_)
    return replace(codex, outlines={oldest.key: oldest.model_copy(update={"from_": year})}), oldest.key


def _emptied(server: str) -> str:
    """The address of an empty database for the seeds, which live longer than one test."""
    name = f"yifa_{os.getpid()}_seeds"
    with psycopg.connect(server.format(name="postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    return server.format(name=name)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((seed, database), id=f"{seed}-{database}", marks=[pytest.mark.postgres] * (database == "postgresql"))
        for seed in sorted(SEEDS)
        for database in ("sqlite", "postgresql")
    ],
)
def entered(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Entered]:
    """Enter a seed, write its report, proofread its text and its files."""
    from django.db import connection

    from yifa.records.ledger import Ledger
    from yifa.records.store import prepare

    name, database = request.param
    seed, codex = build(name), load()
    home: Path = tmp_path_factory.mktemp("seed") / "home"
    prepare(home, codex, _emptied(request.getfixturevalue("postgres_server")) if database == "postgresql" else None)
    ledger = Ledger(codex, home, today=lambda: date(seed.year + 2, 1, 31))
    refs = enter(ledger, seed)
    with_outline, outline = _for_year(codex, seed.year)
    made = produce(connection, with_outline, [seed.org], seed.org_name, seed.year, home.parent / "report",
                   cutoff=date.fromisoformat(seed.cutoff), outline_key=outline)  # fmt: skip
    forms = {"text": made.doc.plain_text(), "docx": read_document(made.docx), "html": read_document(made.html)}
    reads = {form: proofread(content, codex=proof_codex(codex)) for form, content in forms.items()}
    yield Entered(connection, codex, seed, refs, made.doc, reads)
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


@pytest.mark.parametrize("form", FORMS)
def test_proofreading_the_report_finds_the_same_figures(entered: Entered, form: str) -> None:
    found: dict[str | None, set[Decimal]] = {}
    for f in entered.reads[form].figures:
        assert f.approx is None
        found.setdefault(f.indicator, set()).add(Decimal(str(f.value)))
    for key, e in entered.seed.expected.items():
        assert found.get(key) == {Decimal(e.value)}, (e.what, e.value, found.get(key))
    assert found == {key: {Decimal(f.value)} for key, f in entered.doc.figures.items() if f.value is not None}


@pytest.mark.parametrize("form", FORMS)
def test_proofreading_the_report_finds_no_error(entered: Entered, form: str) -> None:
    read = entered.reads[form]
    assert [(f.kind, f.message) for f in read.findings if f.severity == "error"] == []
    assert read.year == entered.seed.year
    assert all(p.present for p in read.parts)
