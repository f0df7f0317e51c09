"""Canonical values by field type, made at random but always the same: what a ledger may hold of any definition."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

from yifa.codex import Codex
from yifa.exchange.columns import openers
from yifa.exchange.rows import StepData, in_order
from yifa.indicators.summary import REGISTER
from yifa.procedure.definition import Definition, FieldDef, Step
from yifa.procedure.identifiers import id_check_character

WORDS = ["石桥村", "排水", "“三清”行动", "（一）", "A座", "第3组", "人民调解", "12345", "宅基地；边界", "甲、乙", "1,200元"]
PHONES = ["13900000000", "010-12345678"]


class Maker:
    """Makes values, steps and records of one codex."""

    def __init__(self, codex: Codex, seed: int = 1):
        self.codex, self.rng = codex, random.Random(seed)

    def day(self, first: date = date(2024, 1, 1), last: date = date(2026, 6, 1)) -> str:
        return (first + timedelta(days=self.rng.randint(0, (last - first).days))).isoformat()

    def _text(self, f: FieldDef) -> str:
        rng = self.rng
        if f.format == "id_number":
            first = f"110105{rng.randint(1950, 2000)}0{rng.randint(1, 9)}{rng.randint(10, 28)}{rng.randint(100, 999)}"
            return first + id_check_character(first)
        if f.format:
            return {"phone": rng.choice(PHONES), "uscc": "91350100M000100Y43", "bank_account": "6200000000000000123"}[f.format]
        text = "".join(rng.choice(WORDS) for _ in range(rng.randint(1, 4)))
        return text + "\n第二行" if f.type == "longtext" and rng.random() < 0.3 else text

    def one(self, f: FieldDef) -> Any:
        """A single canonical value."""
        rng = self.rng
        low = f.at_least or 0
        high = min(f.at_most or 10**6, 10**6) if f.unit not in ("个工作日", "日") else 30
        if f.type in ("text", "longtext", "person"):
            return self._text(f)
        if f.type == "record":
            return "未登记的" + str(rng.randint(1, 99))
        if f.type == "choice":
            assert isinstance(f.of, list)
            return rng.choice(f.of)
        if f.type == "boolean":
            return rng.random() < 0.5
        if f.type == "organization":
            return rng.choice(["qs1", "qs2", "bh1", "qs"])
        if f.type == "statute":
            return rng.choice(["民法典", "行政处罚法", "不知名的办法"])
        if f.type == "file":
            return rng.randbytes(32).hex()
        if f.type == "date":
            return rng.choice([self.day(), self.day()[:7], self.day()[:4]])
        if f.type == "datetime":
            return f"{self.day()}T{rng.randint(0, 23):02d}:{rng.randint(0, 59):02d}"
        return rng.randint(low, max(low, high)) * (1 if f.type != "decimal" else 10**f.decimals) + (0 if f.type != "decimal" else 5)

    def value(self, f: FieldDef) -> Any:
        """A canonical value, now and then 不详."""
        if f.type == "rows":
            return [{c.key: self.one(c) for c in f.fields if c.required or self.rng.random() < 0.7} or {f.fields[0].key: self.one(f.fields[0])}
                    for _ in range(self.rng.randint(1, 3))]  # fmt: skip
        if self.rng.random() < 0.04:
            return {"unknown": True}
        if f.many:
            return [self.one(f) for _ in range(self.rng.randint(1, 3))]
        return self.one(f)

    def data(self, d: Definition, step: Step, sparse: float = 0.7) -> dict[str, Any]:
        """The data of a step: what is required, and most of the rest."""
        found = {}
        for sf in step.fields:
            f = d.field(sf.key)
            if f is None:
                continue
            needed = (f.required if sf.required is None else sf.required) or f.required_when is not None
            if needed or f.key in d.identity or self.rng.random() < sparse:
                found[f.key] = self.one(f) if f.key in d.identity or f.milestone else self.value(f)
        return found

    def total(self) -> list[StepData]:
        """A total without records (汇总录入): of a figure that takes one, over a month known to the day."""
        figures = sorted(i.key for i in self.codex.indicators.values() if i.flow is not None and not i.flow.distinct)
        first = date(self.rng.randint(2021, 2023), self.rng.randint(1, 12), 1)
        data = {"indicator": self.rng.choice(figures), "period_from": first.isoformat(), "value": self.rng.randint(0, 10**6),
                "source_document": "县局〔2023〕统计表；第1页", "evidence": [self.rng.randbytes(32).hex()]}  # fmt: skip
        return [StepData("enter", first.replace(day=28).isoformat(), data)]

    def steps(self, d: Definition) -> list[StepData]:
        """The steps of one record, in order: a register's entry, or an opening and some further steps, some of them twice."""
        if d.key == REGISTER:
            return self.total()
        opening = self.rng.choice(openers(d))
        start = self.day(date(2024, 1, 1), date(2025, 1, 1))
        found = [StepData(opening.key, start, self.data(d, opening))]
        if d.kind == "procedure":
            day = date.fromisoformat(start)
            others = [s for s in d.all_steps if s.key != opening.key and s not in openers(d)]
            for s in self.rng.sample(others, min(len(others), self.rng.randint(0, 8))):
                for _ in range(1 if s.at_most == 1 else self.rng.randint(1, 3)):
                    day += timedelta(days=self.rng.randint(0, 9) + (len(found[-1].on) > 10))
                    on = self.rng.choice([day.isoformat()] * 4 + [f"{day.isoformat()}T10:20"])
                    found.append(StepData(s.key, on, self.data(d, s, 0.5)))
        return in_order(found)

    def records(self, d: Definition, count: int) -> list[list[StepData]]:
        """So many records, no two alike in their identity fields."""
        found: list[list[StepData]] = []
        seen: set[str] = set()
        for _ in range(20 * count):
            steps = self.steps(d)
            facts = {k: v for s in steps for k, v in {**s.data, next(x.milestone for x in d.all_steps if x.key == s.step): s.on}.items()}
            mark = repr([facts.get(k) for k in d.identity]) if d.identity else repr(steps)
            if mark not in seen and len(found) < count:
                seen.add(mark)
                found.append(steps)
        return found
