"""One measure as SQL expressions: what is read, which rows count, and what each contributes.

Both the figure (aggregated, `compile`) and its drill-down (row by row, `details`) are made of these same expressions,
so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from sqlglot import exp

from yifa.indicators.conditions import Parameters, Scope, column, compile_condition, table
from yifa.indicators.errors import IndicatorError
from yifa.indicators.model import Flow, Indicator, LeastPer, Relation, Stock
from yifa.indicators.tables import Table, tables_of
from yifa.procedure.definition import Definition

How = Literal["count", "sum", "distinct", "least"]


class CodexLike(Protocol):
    """What indicators need of a codex."""

    hash: str
    definitions: dict[str, Definition]
    indicators: dict[str, Indicator]
    relations: list[Relation]


@dataclass(slots=True)
class MeasureSql:
    """The expressions of one indicator. ``test`` holds the condition only, ``period`` when a row falls in."""

    indicator: Indicator
    how: How
    parent: Table
    child: Table | None
    scope: Scope
    when: exp.Column
    until: exp.Column | None
    test: exp.Expr | None
    value: exp.Column | None

    @property
    def flow(self) -> bool:
        return not isinstance(self.indicator.measure, Stock)

    def in_period(self, begin: str = "period_from", end: str = "period_next") -> exp.Expr:
        """``begin`` <= the date < ``end`` (the day after the last one), named parameters."""
        low = exp.GTE(this=self.when.copy(), expression=exp.Placeholder(this=begin))
        high = exp.LT(this=self.when.copy(), expression=exp.Placeholder(this=end))
        return exp.and_(low, high, copy=False)

    def period(self) -> exp.Expr:
        """For a flow: the date lies in the period. For a stock: valid at the cut-off (from <= cut-off < to)."""
        if self.flow:
            return self.in_period()
        begun = exp.LT(this=self.when.copy(), expression=exp.Placeholder(this="period_next"))
        if self.until is None:
            return begun
        cut_off = exp.Placeholder(this="period_next")
        ended_not = exp.or_(exp.Is(this=self.until.copy(), expression=exp.Null()),
                            exp.GTE(this=self.until.copy(), expression=cut_off), copy=False)  # fmt: skip
        return exp.and_(begun, exp.Paren(this=ended_not), copy=False)

    def source(self, parent_needed: bool | None = None) -> exp.Select:
        """SELECT … FROM the child and/or parent table, without columns and filters."""
        if self.child is None:
            return exp.Select().from_(table(self.parent.name, "t"), copy=False)
        select = exp.Select().from_(table(self.child.name, "c"), copy=False)
        if parent_needed if parent_needed is not None else self.scope.parent_used:
            on = exp.EQ(this=column("record", "t"), expression=column("record", "c"))
            select = select.join(table(self.parent.name, "t"), on=on, copy=False)
        return select


def organisations(count: int, alias: str) -> exp.Expr:
    """The organisation filter, plain so that an index serves it; parameters o0, o1, …"""
    names: list[exp.Expr] = [exp.Placeholder(this=f"o{i}") for i in range(count)]
    org = column("org", alias)
    return exp.EQ(this=org, expression=names[0]) if count == 1 else exp.In(this=org, expressions=names)


def padded(orgs: Sequence[str]) -> list[str]:
    """Organisations filled up to a power of two with the last one, so that few statement texts are needed."""
    if not orgs:
        raise IndicatorError("没有给出单位，至少要有一个")
    size = 1 << (len(orgs) - 1).bit_length()
    return [*orgs, *[orgs[-1]] * (size - len(orgs))]


def organisation_values(orgs: Sequence[str]) -> dict[str, object]:
    """The values of the parameters of `organisations`."""
    return {f"o{i}": org for i, org in enumerate(padded(orgs))}


def measure_sql(codex: CodexLike, indicator: Indicator, parameters: Parameters) -> MeasureSql:
    """Compile one indicator that measures records. Raises IndicatorError naming the indicator and the fault."""
    where = f"指标 {indicator.key}（{indicator.name}）"
    m = indicator.measure
    if m is None:
        raise IndicatorError(f"{where}：由其他指标计算，没有自己的记录")
    definition = codex.definitions.get(m.of)
    if definition is None:
        raise IndicatorError(f"{where}：没有定义“{m.of}”，请核对 of")
    parent = tables_of(definition)
    child = parent.children.get(m.rows) if m.rows else None
    if m.rows and child is None:
        known_rows = "、".join(parent.children) or "无"
        raise IndicatorError(f"{where}：{m.of} 没有行表“{m.rows}”（现有：{known_rows}）")
    scope = Scope(where, parent, child, parameters)
    if m.sum and m.distinct:
        raise scope.fault("sum 与 distinct 只能写一个")
    begin = m.from_ if isinstance(m, Stock) else m.on if isinstance(m, Flow | LeastPer) else ""
    when, info = scope.find(begin)
    if info.kind != "date":
        raise scope.fault(f"{begin} 不是日期，不能作为统计的日期")
    until = None
    if isinstance(m, Stock) and m.to:
        until, end_info = scope.find(m.to)
        if end_info.kind != info.kind:
            raise scope.fault(f"{begin} 与 {m.to} 类型不同，不能作为有效期的起止")
    how, value = _value(scope, m.sum, m.distinct, isinstance(m, LeastPer))
    test = compile_condition(m.where, scope) if m.where is not None else None
    return MeasureSql(indicator, how, parent, child, scope, when, until, test, value)


def _value(scope: Scope, total: str | None, distinct: str | None, least: bool) -> tuple[How, exp.Column | None]:
    if least:
        if total or distinct:
            raise scope.fault("least_per 只数次数，不能再写 sum 或 distinct")
        return "least", None
    if total:
        if scope.child is not None and total not in scope.child.columns:
            raise scope.fault(f"按行统计时不能加总上级字段 {total}，否则会重复计算")
        col, info = scope.find(total)
        if info.kind != "number":
            raise scope.fault(f"字段 {total} 不是数，不能加总")
        return "sum", col
    if distinct:
        return "distinct", scope.record() if distinct == "record" else scope.find(distinct)[0]
    return "count", None


def matches(m: MeasureSql, with_period: bool) -> exp.Expr | None:
    """The rows that count: the condition, and the period unless the statement as a whole is limited to it."""
    parts = ([m.period()] if with_period else []) + ([m.test.copy()] if m.test is not None else [])
    return exp.and_(*parts, copy=False) if parts else None
