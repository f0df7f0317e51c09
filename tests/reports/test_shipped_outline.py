"""The shipped outline of the annual report: complete, and read back without doubt by the proofreader."""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from yifa.codex import Codex, load
from yifa.codex.proof import ProofView, proof_codex
from yifa.indicators.evaluate import Figure
from yifa.indicators.numbers import percent
from yifa.proofread.reader import proofread
from yifa.reports.build import ReportError, build, figures_needed, outline_for, sentences_of
from yifa.reports.compose import names
from yifa.reports.document import ReportDoc

SHARED = Path(os.environ.get("YIFA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
KEY = "annual_rule_of_law"


@cache
def codex() -> Codex:
    return load()


@cache
def view() -> ProofView:
    return proof_codex(codex())


def made_up(share: float, seed: int = 0) -> dict[str, Figure]:
    """36 of everything (money 360000), or 0 for a random part of it; rates from their counts."""
    r = random.Random(seed)
    found: dict[str, Figure] = {}
    for k, i in codex().indicators.items():
        if i.ratio is None:
            value = (360000 if i.unit == "元" else 36) if r.random() < share else 0
            found[k] = Figure(k, i.name, i.unit, value)
    for k, i in codex().indicators.items():
        if i.ratio is not None:
            a, b = found[i.ratio.of].value or 0, found[i.ratio.to].value or 0
            found[k] = Figure(k, i.name, i.unit, percent(a, b, i.ratio.decimals), a, b)
    return found


def report(figures: dict[str, Figure]) -> ReportDoc:
    texts = {"problems": ["一是人手不足。"], "first_responsible_person": ["书记、镇长带头。"], "next_year": ["一是补齐人手。"]}
    return build(codex(), figures, KEY, "青溪镇人民政府", 2025, "2025-12-31", texts, draft=False)


def places(doc: ReportDoc) -> list[tuple[int, int, str]]:
    """Where each figure stands in the plain text."""
    text, found, at = doc.plain_text(), [], 0
    for p in doc.paragraphs():
        at = text.index(p.text, at)
        for r in p.runs:
            if r.figure:
                found.append((at, at + len(r.text), r.figure))
            at += len(r.text)
    return found


@pytest.mark.shared
def test_every_indicator_that_the_seed_reports_state_has_its_sentence() -> None:
    seeds = SHARED / "seeds" / "figures.yaml"
    needed = [codex().indicators[k] for k in figures_needed(codex().outlines[KEY])]
    printed = {n for i in needed for n in (i.name, *i.alias)}
    stated = {f["what"] for seed in yaml.safe_load(seeds.read_text(encoding="utf-8")).values() for f in seed["figures"]}
    assert sorted(stated - printed) == []


def test_every_indicator_is_printed_or_is_part_of_one_that_is() -> None:
    needed = set(figures_needed(codex().outlines[KEY]))
    parts = {p for k in needed for p in _parts(k)}
    left = set(codex().indicators) - needed - parts
    assert left <= {"publicity.all_events", "petition.reviews", "mediation.closed"}


def _parts(key: str) -> list[str]:
    i = codex().indicators[key]
    return [i.ratio.of, i.ratio.to] if i.ratio else list(i.total or [])


def test_no_figure_is_printed_twice_and_every_rate_states_its_denominator() -> None:
    texts = [t for s in sentences_of(codex().outlines[KEY]) for t in [s.text, *s.clauses]]
    keys = [n for t in texts for n in names(t) if n in codex().indicators]
    assert sorted({k for k in keys if keys.count(k) > 1}) == []
    for t in texts:
        for n in names(t):
            if n in codex().indicators and codex().indicators[n].ratio is not None:
                after = t.split("{" + n + "}", 1)[1]
                assert after.startswith("（")
                assert "之比）" in after or names(after.split("）", 1)[0])


def _read_back(doc: ReportDoc) -> Any:
    """Every figure is found at its place with its value and indicator, and nothing else is taken for one."""
    read = proofread(doc.plain_text(), codex=view())
    ours = places(doc)
    found = {}
    for f in read.figures:
        at = [p for p in ours if p[0] <= f.number_start < p[1]]
        assert at, f"不是我们的数字：{f.text}"
        found[at[0]] = (f.indicator, float(f.value), f.approx)
    assert found == {p: (p[2], float(doc.figures[p[2]].value or 0), None) for p in ours}
    return read


def test_the_whole_report_is_read_back_without_an_error() -> None:
    doc = report(made_up(1.0))
    assert len(doc.figures) > 250
    read = _read_back(doc)
    assert [f for f in read.findings if f.severity == "error"] == []
    assert [p.key for p in read.parts if p.present] == [p.key for p in doc.parts]


@pytest.mark.parametrize("seed", range(12))
def test_whatever_leaves_the_text_the_rest_is_read_back(seed: int) -> None:
    _read_back(report(made_up((0.1, 0.3, 0.6)[seed % 3], seed)))


@pytest.mark.parametrize(("year", "key"), [(2020, "annual_rule_of_law_2016"), (2021, KEY), (2026, KEY)])
def test_every_report_year_has_one_outline_with_the_same_sentences(year: int, key: str) -> None:
    assert outline_for(codex(), year) == key
    assert sorted(figures_needed(codex().outlines[key])) == sorted(figures_needed(codex().outlines[KEY]))


def test_years_before_the_first_outline_are_refused() -> None:
    with pytest.raises(ReportError, match="没有适用于 2015 年度的报告提纲"):
        outline_for(codex(), 2015)


def agreeing(seed: int) -> dict[str, Figure]:
    """Random counts that keep the relations of the codex, parts within wholes, and rates from them."""
    r, all_of = random.Random(seed), codex().indicators
    value = {k: r.randint(20, 400) * (1000 if i.unit == "元" else 10 if i.unit == "人次" else 1)
             for k, i in all_of.items() if i.ratio is None and i.total is None}  # fmt: skip
    within = [(a, b) for x in codex().relations if x.at_most for a, b in zip(x.at_most, x.at_most[1:], strict=False)]
    within += [(i.ratio.of, i.ratio.to) for i in all_of.values() if i.ratio is not None]
    within += [("petition.accepted", "petition.received"), ("petition.settled", "petition.accepted"),
               ("petition.due_closed", "petition.closed"), ("enforcement.should_hold", "enforcement.staff"),
               ("exam.graded", "exam.sat"), ("enforcement.exam_passed", "exam.enforcement_participants")]  # fmt: skip
    while True:
        above = [(a, b) for a, b in within if a in value and b in value and value[a] > value[b]]
        if not above:
            break
        for a, b in above:
            value[a] = min(value[a], value[b])
    found = {k: Figure(k, all_of[k].name, all_of[k].unit, n) for k, n in value.items()}
    for k, i in all_of.items():
        if i.total is not None:
            found[k] = Figure(k, i.name, i.unit, sum(int(found[t].value or 0) for t in i.total if t in found))
    for k, i in all_of.items():
        if i.ratio is not None:
            a, b = found[i.ratio.of].value or 0, found[i.ratio.to].value or 0
            found[k] = Figure(k, i.name, i.unit, percent(a, b, i.ratio.decimals), a, b)
    return found


@pytest.mark.parametrize("seed", range(8))
def test_figures_that_agree_read_as_agreeing(seed: int) -> None:
    """The sentences set no count beside a rate or a whole that it does not belong to."""
    read = _read_back(report(agreeing(seed)))
    assert [(f.kind, f.message) for f in read.findings if f.severity == "error"] == []


def test_a_town_without_any_data_still_gets_a_draft() -> None:
    doc = build(codex(), made_up(0), KEY, "青溪镇人民政府", 2025, "2025-12-31")
    assert doc.figures == {}
    assert [p.heading[:2] for p in doc.parts] == ["一、", "二、", "三、", "四、", "五、"]
    assert doc.parts[4].paragraphs[0].text == "无。"
