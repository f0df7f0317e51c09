"""Semantic cross-checks of a codex: every name that one entry uses must exist in another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yifa.indicators.model import Indicator, Measure
from yifa.procedure.condition import Condition
from yifa.procedure.definition import Definition, Step
from yifa.procedure.roles import ROLES

if TYPE_CHECKING:
    from yifa.codex.bundle import Codex
    from yifa.law.limits import Basis

_PLAIN_NAMES = {"town", "year", "next_year", "cutoff", "last_year"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A name that does not exist: in the entry ``key`` of the kind ``what``, at the place ``at``, written as ``word``."""

    what: str
    key: str
    at: tuple[str | int, ...]
    reason: str
    word: str = ""


def cross_check(codex: Codex) -> list[Fault]:
    """Every fault; empty when all references hold."""
    return [*_definitions(codex), *_indicators(codex), *_relations(codex), *_duties(codex), *_outlines(codex), *_bases(codex)]


def fact_names(d: Definition) -> set[str]:
    """Fields and milestones: what conditions and indicators may read."""
    return {f.key for f in d.fields} | {s.milestone for s in d.all_steps}


def _missing(what: str, key: str, at: tuple[str | int, ...], kind: str, names: Iterable[str], known: Any) -> Iterator[Fault]:
    for name in dict.fromkeys(names):
        if name not in known:
            yield Fault(what, key, at, f"没有{kind}“{name}”", name)


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


def _fields_of(s: Step) -> Iterator[str]:
    yield from (f.key for f in s.fields)
    yield from ([s.per] if s.per else [])
    for group in (s.starts, s.meets, s.stops, s.resets, s.within, s.pauses, s.waits, s.extends):
        yield from (x.per for x in group if x.per)  # type: ignore[attr-defined]
    yield from (x.set_by for x in s.starts if x.set_by)
    yield from (x.on for x in s.starts if x.on)
    yield from (f for e in s.extends for f in (e.by_field, e.to_field) if f)
    yield from (x.to for x in s.leads if x.to != "this")
    yield from (f for a in s.apart for f in [*a.from_, *([a.field] if a.field else [])])


def _steps_of(s: Step) -> Iterator[str]:
    yield from [*s.after, *s.after_any, *s.before, *(p.until for p in s.pauses)]
    yield from (x.from_step for x in s.leads if x.from_step)
    yield from (x for a in s.apart for x in a.actor_of)


def _definitions(codex: Codex) -> Iterator[Fault]:
    for d in codex.definitions.values():
        names, steps = fact_names(d), {s.key for s in d.all_steps}
        lookups = {x.key for x in d.lookups}
        for s in d.all_steps:
            at: tuple[str | int, ...] = ("steps", s.key) if d.kind == "procedure" else ("step",)
            yield from _missing("定义", d.key, at, "环节", _steps_of(s), steps)
            yield from _missing("定义", d.key, at, "字段", _fields_of(s), names)
            yield from _missing("定义", d.key, at, "期限", _limits_of(s), codex.limits)
            yield from _missing("定义", d.key, at, "文书", s.produces, codex.documents)
            yield from _missing("定义", d.key, at, "岗位", [*s.by, *([s.approved_by] if s.approved_by else [])], ROLES)
            yield from _condition_faults(codex, d, at, _conditions(s), names, steps, lookups)
        for f in d.fields:
            if f.required_when is not None:
                yield from _condition_faults(codex, d, ("fields", f.key), [f.required_when], names, steps, lookups)
            yield from _missing("定义", d.key, ("fields", f.key), "字段", [f.in_force_on] if f.in_force_on else [], names)
        for where, roles in (("entered_by", d.entered_by), ("read_by", d.read_by), ("restricts", [x for r in d.restricts for x in r.to])):
            yield from _missing("定义", d.key, (where,), "岗位", roles, ROLES)
        for r in d.restricts:
            yield from _condition_faults(codex, d, ("restricts",), [r.when], names, steps, set())
        for g in d.rules:
            yield from _condition_faults(codex, d, ("rules", g.key), [c for c in (g.when, g.require) if c], names, steps, lookups)
        for x in d.lookups:
            at = ("lookups", x.key)
            other = codex.definitions.get(x.of)
            if other is None:
                yield Fault("定义", d.key, at, f"没有定义“{x.of}”", x.of)
                continue
            theirs = [*x.match, *(v for v in (x.valid_from, x.valid_to) if v)]
            yield from _missing("定义", d.key, at, f"（{x.of} 的）字段", theirs, fact_names(other))
            yield from _missing("定义", d.key, at, "字段", x.match.values(), names)
        yield from _missing("定义", d.key, ("columns",), "字段", d.columns.values(), names)
        yield from _missing("定义", d.key, ("identity",), "字段", d.identity, names)
        yield from _missing("定义", d.key, ("subject",), "字段", d.subject, names)
        yield from _missing("定义", d.key, ("act_on",), "字段", [d.act_on] if d.act_on else [], names)


def _condition_faults(codex: Codex, d: Definition, at: tuple[str | int, ...], conditions: Iterable[Condition],
                      names: set[str], steps: set[str], lookups: set[str]) -> Iterator[Fault]:  # fmt: skip
    for top in conditions:
        walked = top.walk()
        named = [x for c in walked if c.kind == "step" for x in [c.operand, *(c.value[1:] if c.op == "followed_by" else ())]]
        values = [c.value for c in walked if isinstance(c.value, tuple)]
        yield from _missing("定义", d.key, at, "（条件里的）字段", sorted(top.fields()), names)
        yield from _missing("定义", d.key, at, "（条件里的）环节", named, steps)
        yield from _missing("定义", d.key, at, "（条件里的）期限", (c.operand for c in walked if c.kind == "deadline"), codex.limits)
        yield from _missing("定义", d.key, at, "（条件里的）关联查询", (c.operand for c in walked if c.kind == "related"), lookups)
        yield from _missing("定义", d.key, at, "（条件里的）标准", (v[1] for v in values if v[0] == "limit"), codex.thresholds)


def _measure_faults(codex: Codex, i: Indicator, m: Measure) -> Iterator[Fault]:
    kind = next(k for k in ("flow", "stock", "least_per") if getattr(i, k) is not None)
    d = codex.definitions.get(m.of)
    if d is None:
        yield Fault("指标", i.key, (kind, "of"), f"没有定义“{m.of}”")
        return
    names = fact_names(d)
    if m.rows:
        rows: Any = d.field(m.rows)
        step = next((s for s in d.all_steps if s.key == m.rows), None)
        if rows is not None:
            names |= {f.key for f in rows.fields} | {"value"}
        elif step is None or not step.repeats:
            yield Fault("指标", i.key, (kind, "rows"), f"{d.key} 没有可计的明细“{m.rows}”")
    used = [v for v in (m.sum, m.distinct, getattr(m, "on", None), getattr(m, "from_", None), getattr(m, "to", None)) if v]
    used += sorted(m.where.fields()) if m.where else []
    yield from _missing("指标", i.key, (kind,), f"（{d.key} 的）字段", used, names)


def _indicators(codex: Codex) -> Iterator[Fault]:
    words: dict[str, str] = {}
    for i in codex.indicators.values():
        for word in [i.name, *i.alias]:
            if words.setdefault(word, i.key) != i.key:
                yield Fault("指标", i.key, ("name",) if word == i.name else ("alias",), f"名称“{word}”与 {words[word]} 重复", word)
        if i.measure is not None:
            yield from _measure_faults(codex, i, i.measure)
        parts = [i.ratio.of, i.ratio.to] if i.ratio else i.total or []
        yield from _missing("指标", i.key, ("ratio",) if i.ratio else ("total",), "指标", parts, codex.indicators)


def _relations(codex: Codex) -> Iterator[Fault]:
    for n, r in enumerate(codex.relations):
        keys = [*(r.at_most or []), *(r.sum or []), *(r.equals or [])]
        yield from _missing("关系", str(n), (), "指标", keys, codex.indicators)


def _duties(codex: Codex) -> Iterator[Fault]:
    for duty in codex.duties.values():
        d = codex.definitions.get(duty.met_by.definition)
        if d is None:
            yield Fault("职责", duty.key, ("met_by", "definition"), f"没有定义“{duty.met_by.definition}”")
            continue
        yield from _missing("职责", duty.key, ("met_by",), f"（{d.key} 的）环节", [duty.met_by.step], {s.key for s in d.all_steps})
        if duty.met_by.where is not None:
            used = sorted(duty.met_by.where.fields())
            yield from _missing("职责", duty.key, ("met_by",), f"（{d.key} 的）字段", used, fact_names(d))


def _outlines(codex: Codex) -> Iterator[Fault]:
    for o in codex.outlines.values():
        sentences = [*o.preface, *(s for p in o.parts for s in [*p.sentences, *(x for c in p.sections for x in c.sentences)])]
        for s in sentences:
            for text in [s.text, *s.clauses]:
                for name in re.findall(r"\{([^{}]+)\}", text):
                    if name not in _PLAIN_NAMES and name.split(":")[0] not in codex.indicators:
                        yield Fault("提纲", o.key, ("parts",), f"句子“{text[:20]}…”里没有指标“{name}”", name)
            yield from _missing("提纲", o.key, ("parts",), "（if_any 里的）指标", s.if_any, codex.indicators)


def _cited(codex: Codex) -> Iterator[tuple[str, str, tuple[str | int, ...], Basis | None]]:
    for d in codex.definitions.values():
        yield from (("定义", d.key, ("basis",), b) for b in d.basis)
        for s in d.all_steps:
            at = ("steps", s.key) if d.kind == "procedure" else ("step",)
            cited = [s.basis, *(x.basis for x in s.guards), *(x.basis for x in s.waits), *(x.basis for x in s.apart)]
            yield from (("定义", d.key, at, b) for b in cited)
        yield from (("定义", d.key, ("fields", f.key), f.basis) for f in d.fields)
        yield from (("定义", d.key, ("rules", g.key), g.basis) for g in d.rules)
    for x in codex.limits.values():
        yield from (("期限", x.key, ("versions", n), b) for n, v in enumerate(x.versions) for b in (v.basis, *v.also))
    for t in codex.thresholds.values():
        yield from (("期限", t.key, ("versions", n), b) for n, w in enumerate(t.versions) for b in (w.basis, *w.also))
    yield from (("指标", i.key, ("basis",), i.basis) for i in codex.indicators.values())
    yield from (("提纲", o.key, ("basis",), b) for o in codex.outlines.values() for b in o.basis)


def _bases(codex: Codex) -> Iterator[Fault]:
    """A cited statute must be in the book."""
    for what, key, at, b in _cited(codex):
        if b is not None and b.statute and codex.statutes.get(b.statute) is None:
            yield Fault(what, key, at, f"法规库没有“{b.statute}”", b.statute)
