"""Semantic cross-checks of a codex: every name that one entry uses must exist in another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from yifa.indicators.model import Indicator, Measure
from yifa.procedure.condition import Condition
from yifa.procedure.definition import Definition, Step

if TYPE_CHECKING:
    from yifa.codex.bundle import Codex


def cross_check(codex: Codex) -> list[str]:
    """Every fault as 'definition.step: reason'; empty when all references hold."""
    return [*_definitions(codex), *_indicators(codex), *_relations(codex), *_duties(codex), *_outlines(codex)]


def fact_names(d: Definition) -> set[str]:
    """Fields and milestones: what conditions and indicators may read."""
    return {f.key for f in d.fields} | {s.milestone for s in d.all_steps}


def _conditions(step: Step) -> Iterator[Condition]:
    for g in step.guards:
        yield from (c for c in (g.when, g.require) if c is not None)
    yield from (c for c in (step.when, step.required_when) if c is not None)
    for group in (step.starts, step.meets, step.resets, step.stops, step.within, step.pauses):
        for item in group:  # type: ignore[attr-defined]
            if item.when is not None:
                yield item.when
    for w in step.waits:
        if w.unless is not None:
            yield w.unless


def _limits_of(step: Step) -> Iterator[str]:
    for group in (step.starts, step.meets, step.resets, step.stops, step.within, step.pauses, step.waits, step.leads,
                  step.extends):  # fmt: skip
        for item in group:  # type: ignore[attr-defined]
            yield item.limit
    yield from (e.by for e in step.extends if e.by)
    yield from (p.no_longer_than for p in step.pauses if p.no_longer_than)
    yield from (x for s in step.starts for x in s.after_due)


def _definitions(codex: Codex) -> Iterator[str]:
    for d in codex.definitions.values():
        names, steps = fact_names(d), {s.key for s in d.all_steps}
        lookups = {x.key for x in d.lookups}
        for s in d.all_steps:
            at = f"{d.key}.{s.key}"
            for ref in [*s.after, *s.after_any, *s.before, *(p.until for p in s.pauses)]:
                if ref not in steps:
                    yield f"{at}: 没有环节“{ref}”"
            fields = [f.key for f in s.fields] + ([s.per] if s.per else [])
            fields += [x.per for x in [*s.starts, *s.meets, *s.stops, *s.resets, *s.within] if x.per]
            fields += [p.per for p in s.pauses if p.per] + [x.per for x in s.waits if x.per]
            fields += [x.set_by for x in s.starts if x.set_by] + [f for e in s.extends for f in (e.by_field, e.to_field) if f]
            fields += [x.on for x in s.starts if x.on] + [x.to for x in s.leads if x.to != "this"]
            fields += [f for a in s.apart for f in [*a.from_, *([a.field] if a.field else [])]]
            yield from (f"{at}: 没有字段“{f}”" for f in fields if f not in names)
            yield from (f"{at}: 没有期限“{x}”" for x in _limits_of(s) if x not in codex.limits)
            yield from _condition_faults(codex, at, _conditions(s), names, steps, lookups)
        for g in d.rules:
            at = f"{d.key}.rules.{g.key}"
            yield from _condition_faults(codex, at, [c for c in (g.when, g.require) if c], names, steps, lookups)
        for x in d.lookups:
            other = codex.definitions.get(x.of)
            if other is None:
                yield f"{d.key}.lookups.{x.key}: 没有定义“{x.of}”"
                continue
            theirs = fact_names(other)
            for f in [*x.match, *(v for v in (x.valid_from, x.valid_to) if v)]:
                if f not in theirs:
                    yield f"{d.key}.lookups.{x.key}: {x.of} 没有字段“{f}”"
            yield from (f"{d.key}.lookups.{x.key}: 没有字段“{f}”" for f in x.match.values() if f not in names)
        for heading, name in d.columns.items():
            if name not in names:
                yield f"{d.key}.columns.{heading}: 没有字段“{name}”"
        yield from (f"{d.key}.identity: 没有字段“{f}”" for f in d.identity if f not in names)
        yield from _bases(codex, d)


def _bases(codex: Codex, d: Definition) -> Iterator[str]:
    """A cited statute must be in the book."""
    cited = [(f"{d.key}.{s.key}", b) for s in d.all_steps for b in [s.basis, *(g.basis for g in s.guards)] if b]
    cited += [(d.key, b) for b in d.basis]
    for at, b in cited:
        if b.statute and codex.statutes.get(b.statute) is None:
            yield f"{at}: 法规库没有“{b.statute}”"


def _condition_faults(codex: Codex, at: str, conditions: Iterable[Condition], names: set[str], steps: set[str],
                      lookups: set[str]) -> Iterator[str]:  # fmt: skip
    for top in conditions:
        yield from (f"{at}: 条件里没有字段“{f}”" for f in sorted(top.fields()) if f not in names)
        for c in top.walk():
            named = [c.operand, *(c.value[1:] if c.op == "followed_by" else ())] if c.kind == "step" else []
            yield from (f"{at}: 条件里没有环节“{x}”" for x in named if x not in steps)
            if c.kind == "deadline" and c.operand not in codex.limits:
                yield f"{at}: 条件里没有期限“{c.operand}”"
            if c.kind == "related" and c.operand not in lookups:
                yield f"{at}: 条件里没有关联查询“{c.operand}”"
            if isinstance(c.value, tuple) and c.value[0] == "limit" and c.value[1] not in codex.thresholds:
                yield f"{at}: 条件里没有标准“{c.value[1]}”"


def _measure_names(codex: Codex, i: Indicator, m: Measure) -> Iterator[str]:
    d = codex.definitions.get(m.of)
    if d is None:
        yield f"{i.key}: 没有定义“{m.of}”"
        return
    names = fact_names(d)
    inner = set(names)
    if m.rows:
        rows: Any = d.field(m.rows)
        step = next((s for s in d.all_steps if s.key == m.rows), None)
        if rows is not None:
            inner |= {f.key for f in rows.fields} | {"value"}
        elif step is None:
            yield f"{i.key}: {d.key} 没有可计的明细“{m.rows}”"
    used = [v for v in (m.sum, m.distinct, getattr(m, "on", None), getattr(m, "from_", None), getattr(m, "to", None)) if v]
    used += sorted(m.where.fields()) if m.where else []
    yield from (f"{i.key}: {d.key} 没有字段“{f}”" for f in used if f not in inner)


def _indicators(codex: Codex) -> Iterator[str]:
    words: dict[str, str] = {}
    for i in codex.indicators.values():
        for word in [i.name, *i.alias]:
            if words.setdefault(word, i.key) != i.key:
                yield f"{i.key}: 名称“{word}”与 {words[word]} 重复"
        if i.measure is not None:
            yield from _measure_names(codex, i, i.measure)
        parts = [i.ratio.of, i.ratio.to] if i.ratio else i.total or []
        yield from (f"{i.key}: 没有指标“{p}”" for p in parts if p not in codex.indicators)


def _relations(codex: Codex) -> Iterator[str]:
    for r in codex.relations:
        keys = [*(r.at_most or []), *(r.sum or []), *(r.equals or [])]
        yield from (f"relations: 没有指标“{k}”" for k in keys if k not in codex.indicators)


def _duties(codex: Codex) -> Iterator[str]:
    for duty in codex.duties.values():
        d = codex.definitions.get(duty.met_by.definition)
        if d is None:
            yield f"{duty.key}: 没有定义“{duty.met_by.definition}”"
        elif duty.met_by.step not in {s.key for s in d.all_steps}:
            yield f"{duty.key}: {d.key} 没有环节“{duty.met_by.step}”"


def _outlines(codex: Codex) -> Iterator[str]:
    import re

    plain = {"town", "year", "next_year", "cutoff", "last_year"}
    for o in codex.outlines.values():
        sentences = [*o.preface, *(s for p in o.parts for s in [*p.sentences, *(x for c in p.sections for x in c.sentences)])]
        for s in sentences:
            for text in [s.text, *s.clauses]:
                for name in re.findall(r"\{([^{}]+)\}", text):
                    if name not in plain and name.split(":")[0] not in codex.indicators:
                        yield f"{o.key}: 句子“{text[:20]}…”里没有指标“{name}”"
