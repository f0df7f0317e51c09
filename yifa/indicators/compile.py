"""Indicators compiled: all of the same definition and rows become one statement of conditional aggregates.

A statement has one output column per distinct aggregate; a `Slot` says which columns an indicator reads. Flows and
stocks of one definition are two statements, because a flow's WHERE is limited to the period (index on organisation and
date) and a stock's reaches back. Compiled text is kept per codex, dialect and shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlglot import exp

from yifa.indicators.conditions import Parameters, number
from yifa.indicators.errors import IndicatorError
from yifa.indicators.measure import CodexLike, How, MeasureSql, matches, measure_sql, organisations
from yifa.indicators.model import Indicator, LeastPer

Shape = tuple[tuple[str, int], ...]
"""How many whole sub-periods of each kind the period has: (("half_year", 2), ("month", 12), ("quarter", 4))."""


@dataclass(slots=True)
class Slot:
    """Where an indicator's numbers stand in the result row: its value (or sub-period counts) and its row count."""

    key: str
    how: How
    values: list[int]
    rows: int


@dataclass(slots=True)
class Statement:
    """One statement: its tree, constants, and the indicators that it answers."""

    tree: exp.Select
    constants: dict[str, Any]
    slots: list[Slot]
    texts: dict[str, str] = field(default_factory=dict)

    def sql(self, dialect: str) -> str:
        """Text for ``sqlite`` (:name), ``postgres`` (%(name)s), ``duckdb`` ($name) or ``spark``."""
        if dialect not in self.texts:
            self.texts[dialect] = self.tree.sql(dialect)
        return self.texts[dialect]


def _case(test: exp.Expr | None, value: exp.Expr) -> exp.Expr:
    return value if test is None else exp.Case(ifs=[exp.If(this=test, true=value)])


class _Columns:
    """The aggregates of a statement; equal ones are computed once."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, exp.Expr]] = {}

    def add(self, aggregate: exp.Expr) -> int:
        text = aggregate.sql("sqlite")
        if text not in self.found:
            self.found[text] = (len(self.found), aggregate)
        return self.found[text][0]

    def select(self) -> list[exp.Expr]:
        return [exp.alias_(e, f"a{i}", copy=False) for i, e in self.found.values()]


def _count(test: exp.Expr | None) -> exp.Expr:
    return exp.Count(this=exp.Star() if test is None else _case(test, number(1)), big_int=True)


def _slot(m: MeasureSql, with_period: bool, shape: dict[str, int], columns: _Columns) -> Slot:
    test = matches(m, with_period)
    rows = columns.add(_count(test))
    if m.how == "count":
        return Slot(m.indicator.key, "count", [rows], rows)
    if m.how == "least":
        assert isinstance(m.indicator.measure, LeastPer)
        period = m.indicator.measure.period
        counts = []
        for i in range(shape.get(period, 0)):
            inside = m.in_period(f"{period}{i}_from", f"{period}{i}_next")
            parts = [inside] if m.test is None else [inside, m.test.copy()]
            counts.append(columns.add(_count(exp.and_(*parts, copy=False))))
        return Slot(m.indicator.key, "least", counts, rows)
    assert m.value is not None
    inner = _case(test.copy() if test is not None else None, m.value.copy())
    if m.how == "sum":
        return Slot(m.indicator.key, "sum", [columns.add(exp.Sum(this=inner))], rows)
    return Slot(m.indicator.key, "distinct",
                [columns.add(exp.Count(this=exp.Distinct(expressions=[inner])))], rows)  # fmt: skip


def _statement(group: list[MeasureSql], parameters: Parameters, orgs: int, shape: dict[str, int]) -> Statement:
    """One statement for measures over the same tables. The WHERE is the union of what they need."""
    first = group[0]
    ranges = {m.period().sql("sqlite"): m for m in group}
    with_period = len(ranges) > 1
    columns = _Columns()
    slots = [_slot(m, with_period, shape, columns) for m in group]
    select = first.source(any(m.scope.parent_used for m in group))
    select = select.select(*columns.select(), copy=False)
    branches = []
    for m in ranges.values():
        aliases = ["t"] if m.child is None else ["c"]
        if m.child is not None and m.when.table == "t":
            aliases.append("t")
        branches.append(exp.and_(*[organisations(orgs, a) for a in aliases], m.period(), copy=False))
    select = select.where(exp.or_(*branches, copy=False) if len(branches) > 1 else branches[0], copy=False)
    return Statement(select, parameters.values, slots)


def compile_indicators(codex: CodexLike, indicators: list[Indicator], orgs: int, shape: Shape) -> list[Statement]:
    """Statements for those indicators that measure records. Raises IndicatorError."""
    groups: dict[tuple[str, str, bool], tuple[Parameters, list[MeasureSql]]] = {}
    for indicator in indicators:
        m = indicator.measure
        if m is None:
            continue
        key = (m.of, m.rows or "", indicator.stock is None)
        parameters, group = groups.setdefault(key, (Parameters(), []))
        group.append(measure_sql(codex, indicator, parameters))
    return [_statement(group, parameters, orgs, dict(shape)) for parameters, group in groups.values()]


class _Keyed:
    """A codex that hashes by its hash, so that compiled statements are found again."""

    def __init__(self, codex: CodexLike):
        self.codex = codex

    def __hash__(self) -> int:
        return hash(self.codex.hash)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and other.codex.hash == self.codex.hash


@lru_cache(maxsize=64)
def _cached(keyed: _Keyed, keys: frozenset[str] | None, orgs: int, shape: Shape) -> list[Statement]:
    all_of = keyed.codex.indicators
    chosen = list(all_of.values()) if keys is None else [all_of[k] for k in all_of if k in keys]
    return compile_indicators(keyed.codex, chosen, orgs, shape)


def compiled(codex: CodexLike, keys: frozenset[str] | None, orgs: int, shape: Shape) -> list[Statement]:
    """Compiled statements from the cache; ``orgs`` is the number of organisation parameters."""
    return _cached(_Keyed(codex), keys, orgs, shape)


def indicator_faults(codex: CodexLike) -> list[str]:
    """Why indicators of the codex cannot be computed, one line each; empty when all can. For ``yifa codex check``."""
    found = []
    for indicator in codex.indicators.values():
        try:
            compile_indicators(codex, [indicator], 1, (("half_year", 2), ("month", 12), ("quarter", 4)))
        except IndicatorError as e:
            found.append(str(e))
    return found
