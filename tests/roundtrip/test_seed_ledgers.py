"""The ledgers of the five real reports hold exactly what their figures need; counted naively, the figures come back."""

from __future__ import annotations

import os
from copy import deepcopy
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.roundtrip import SEEDS, SeedLedger, SeedRecord, build
from tests.roundtrip.ledger import shifted
from tests.roundtrip.oracle import Oracle
from yifa.codex import Codex, load
from yifa.procedure import engine
from yifa.procedure.definition import Definition
from yifa.procedure.events import Event

SHARED = Path(os.environ.get("YIFA_SHARED") or Path(__file__).resolve().parents[3] / "shared")
SEED_KEYS = sorted(SEEDS)


@pytest.fixture(scope="module")
def codex() -> Codex:
    return load()


def _seed_figures() -> dict[str, list[dict[str, object]]]:
    path = SHARED / "seeds" / "figures.yaml"
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {seed: entry["figures"] for seed, entry in data.items()}


def admits(word: str | None, stated: Decimal, value: Decimal) -> bool:
    """Whether an exact number may stand for a number stated with an approximation word."""
    if word is None:
        return value == stated
    if word in ("余", "多", "以上", "超", "逾"):
        digit = Decimal(10) ** (stated.adjusted()) if word in ("余", "多") else stated
        return stated < value < stated + digit
    return abs(value - stated) * 100 <= stated  # 约, 近, 左右


@pytest.mark.shared
@pytest.mark.parametrize("seed", SEED_KEYS)
def test_the_ledger_states_every_figure_of_the_report(seed: str, codex: Codex) -> None:
    stated = _seed_figures()[seed]
    by_what = {e.what: (key, e) for key, e in build(seed).expected.items()}
    assert sorted(by_what) == sorted({str(f["what"]) for f in stated})
    for f in stated:
        key, e = by_what[str(f["what"])]
        word = f["approx"]
        assert admits(str(word) if word else None, Decimal(str(f["value"])), Decimal(e.value)), (f["text"], e.value)
        indicator = codex.indicators[key]
        assert f["what"] in [indicator.name, *indicator.alias]
        assert f["unit"] in [indicator.unit, *indicator.units]


@pytest.mark.parametrize("seed", SEED_KEYS)
def test_counted_naively_each_figure_and_its_records_come_back(seed: str, codex: Codex) -> None:
    ledger = build(seed)
    oracle = Oracle(codex, ledger)
    for key, e in ledger.expected.items():
        value, refs, silent = oracle.figure(key)
        assert value is not None, e.what
        assert Decimal(value) == Decimal(e.value), (e.what, value)
        assert refs == e.refs, (e.what, refs ^ e.refs)
        assert silent == e.silent, (e.what, silent ^ e.silent)


@pytest.mark.parametrize("seed", SEED_KEYS)
def test_every_figure_has_records_that_must_not_be_counted(seed: str) -> None:
    ledger = build(seed)
    by_ref = {r.ref: r for r in ledger.records}
    assert len(by_ref) == len(ledger.records)
    for e in ledger.expected.values():
        definitions = {by_ref[ref].definition for ref in e.refs}
        others = [r for r in ledger.records if r.definition in definitions and r.ref not in e.refs]
        assert any(r.voided for r in others), e.what
        assert any(r.org != ledger.org for r in others), e.what
        assert {r.why for r in others} & {"上一年", "已届满"}, e.what
        assert not any(by_ref[ref].voided or by_ref[ref].why or by_ref[ref].org != ledger.org for ref in e.refs), e.what


def _candidates(ledger: SeedLedger, of: SeedRecord, definition: Definition, lookup: str) -> list[dict[str, Any]]:
    """The town's records that a look-up finds here: they are valid throughout, so only town and kind matter."""
    wanted = next(x.of for x in definition.lookups if x.key == lookup)
    return [{"uid": r.ref, **r.steps[0].data} for r in ledger.records if r.definition == wanted and r.org == of.org]


@pytest.mark.parametrize("seed", SEED_KEYS)
def test_every_act_is_lawful_on_its_day(seed: str, codex: Codex) -> None:
    """Nothing here needs 补录: the engine refuses no step, so the ledgers can be entered as they stand."""
    law, ledger = codex.law(), build(seed)
    for r in ledger.records:
        plan = codex.plan(r.definition)
        known = {f.key for f in plan.definition.fields}
        fold = engine.empty_fold()
        for i, s in enumerate(r.steps, 1):
            taken = {f.key for f in plan.steps[s.step].step.fields}
            assert s.data.keys() <= known & taken, (r.ref, s.step, s.data.keys() - taken)
            related = {k: _candidates(ledger, r, plan.definition, k) for k in plan.lookups_by_step[s.step]}
            event = Event(i, "step", s.step, s.on, actor=f"经办{i}", data=s.data, related=related)
            check = engine.check(plan, law, deepcopy(fold), event)
            assert not check.refusals, (r.ref, s.step, s.on, [b.message for b in check.refusals])
            fold = check.fold


def test_shifting_years_keeps_what_is_no_date() -> None:
    assert shifted({"a": "2020-02-29", "b": ["2023-01-05"], "c": "告〔1〕", "d": 5}, 1) == {
        "a": "2021-02-28", "b": ["2024-01-05"], "c": "告〔1〕", "d": 5}  # fmt: skip
