"""A naive counter: figures by plain Python over the folded facts, without SQL, store or cleverness."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.roundtrip.ledger import Number, SeedLedger, SeedRecord
from yifa.codex import Codex
from yifa.indicators.model import Flow, Indicator, LeastPer, Measure, Stock
from yifa.procedure import engine
from yifa.procedure.condition import Condition, compile_condition
from yifa.procedure.events import Event
from yifa.procedure.rules import FoldView

MONTHS = {"month": 1, "quarter": 3, "half_year": 6}


class Oracle:
    """Counts one ledger."""

    def __init__(self, codex: Codex, ledger: SeedLedger) -> None:
        self.codex, self.ledger, self.law = codex, ledger, codex.law()
        self.first, self.last = f"{ledger.year}-01-01", ledger.cutoff
        self.folds: dict[str, list[tuple[SeedRecord, dict[str, Any]]]] = {}
        for r in ledger.records:
            if not r.voided and r.org == ledger.org:
                self.folds.setdefault(r.definition, []).append((r, self._fold(r)))

    def _fold(self, r: SeedRecord) -> dict[str, Any]:
        plan = self.codex.plan(r.definition)
        return engine.fold_events(plan, self.law, [
            Event(i, "step", s.step, s.on, data=s.data) for i, s in enumerate(r.steps, 1)])  # fmt: skip

    def _rows(self, m: Measure) -> list[tuple[str, dict[str, Any]]]:
        """The records that meet the condition and the period."""
        test = compile_condition(self._dated(m.where)) if m.where is not None else None
        found = []
        for r, fold in (line for one, f in self.folds.get(m.of, []) for line in self._lines(m, one, f)):
            facts = fold["facts"]
            if isinstance(m, Stock):
                begun, ended = facts.get(m.from_), facts.get(m.to) if m.to else None
                inside = begun is not None and begun <= self.last and (ended is None or ended > self.last)
            else:
                assert isinstance(m, Flow | LeastPer)
                inside = facts.get(m.on) is not None and self.first <= facts[m.on] <= self.last
            if inside and (test is None or test(FoldView(fold, self.law, self.last, {}))):
                found.append((r.ref, facts))
        return found

    def _lines(self, m: Measure, r: SeedRecord, fold: dict[str, Any]) -> list[tuple[SeedRecord, dict[str, Any]]]:
        """The record, or with ``rows`` each time that step was taken, with that time's own values."""
        if m.rows is None:
            return [(r, fold)]
        step = self.codex.plan(m.of).steps[m.rows]
        own = dict.fromkeys(f.key for f in step.step.fields)
        return [(r, {**fold, "facts": {**fold["facts"], **own, **s.data, step.milestone: s.on}})
                for s in r.steps if s.step == m.rows]  # fmt: skip

    def _dated(self, c: Condition) -> Condition:
        """The condition with the period's own dates in place of {period: ...}."""
        if isinstance(c.value, tuple) and c.value[0] == "period":
            return replace(c, value=self.first if c.value[1] == "start" else self.last)
        return replace(c, parts=tuple(self._dated(p) for p in c.parts))

    def figure(self, key: str) -> tuple[Number | None, set[str], set[str]]:
        """Value, the records that add to it, and those that meet the condition but add nothing."""
        i: Indicator = self.codex.indicators[key]
        if i.ratio is not None:
            (n, refs, _), (d, more, _) = self.figure(i.ratio.of), self.figure(i.ratio.to)
            if not d:
                return None, refs | more, set()
            step = Decimal(1).scaleb(-i.ratio.decimals)
            return (Decimal(100) * Decimal(n or 0) / Decimal(d)).quantize(step, ROUND_HALF_UP), refs | more, set()
        if i.total is not None:
            parts = [self.figure(k) for k in i.total]
            refs = {r for _, found, _ in parts for r in found}
            return sum(p[0] or 0 for p in parts), refs, {r for p in parts for r in p[2]} - refs
        m = i.measure
        assert m is not None
        rows = self._rows(m)
        refs = {ref for ref, _ in rows}
        if m.sum:
            adding = {ref for ref, facts in rows if facts.get(m.sum)}
            total = Decimal(sum(facts.get(m.sum) or 0 for _, facts in rows)) / i.scale
            return (int(total) if total == int(total) else total), adding, refs - adding
        if m.distinct:
            return len({facts[m.distinct] for _, facts in rows if facts.get(m.distinct) is not None}), refs, set()
        if isinstance(m, LeastPer):
            return self._least(m, rows), refs, set()
        return len(rows), refs, set()

    def _least(self, m: LeastPer, rows: list[tuple[str, dict[str, Any]]]) -> int:
        months = MONTHS[m.period]
        counts = []
        for start in range(1, 13, months):
            begin = date(self.ledger.year, start, 1)
            end = date(self.ledger.year + (start + months > 12), (start + months - 1) % 12 + 1, 1) - timedelta(days=1)
            counts.append(sum(begin.isoformat() <= facts[m.on] <= end.isoformat() for _, facts in rows))
        return min(counts)
