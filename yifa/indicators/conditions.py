"""Conditions as SQL: the structured condition (条件) becomes a sqlglot expression with named parameters.

The Python meaning binds (``procedure/condition``): a comparison with an empty value is false, and so is its opposite.
SQL's NULL does the same until it is negated, so atoms are made two-valued below a ``not``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from sqlglot import exp

from yifa.indicators.errors import IndicatorError
from yifa.indicators.tables import Column, Table
from yifa.procedure.condition import Condition

_COMPARE: dict[str, type[exp.Binary]] = {
    "at_least": exp.GTE, "not_before": exp.GTE, "at_most": exp.LTE, "not_after": exp.LTE,
    "more_than": exp.GT, "after": exp.GT, "less_than": exp.LT, "before": exp.LT,
}  # fmt: skip
_DATE_OPS = ("before", "after", "not_before", "not_after")


def identifier(name: str) -> exp.Identifier:
    return exp.to_identifier(name, quoted=True)


def column(name: str, table: str) -> exp.Column:
    return exp.Column(this=identifier(name), table=identifier(table))


def number(n: int) -> exp.Expr:
    return exp.Literal.number(n)


def table(name: str, alias: str) -> exp.Table:
    return exp.Table(this=identifier(name), alias=exp.TableAlias(this=identifier(alias)))


def conjunction(parts: list[exp.Expr]) -> exp.Expr | None:
    """The parts joined by AND; None without any."""
    return exp.and_(*parts, copy=False) if parts else None


class Parameters:
    """Constants of the conditions, by parameter name; equal ones share a name."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def add(self, value: Any) -> exp.Placeholder:
        for name, known in self.values.items():
            if type(known) is type(value) and known == value:
                return exp.Placeholder(this=name)
        name = f"c{len(self.values)}"
        self.values[name] = value
        return exp.Placeholder(this=name)


class Scope:
    """Where the names of a condition are looked up: the child table first (alias ``c``), then the parent (``t``)."""

    def __init__(self, where: str, parent: Table, child: Table | None, parameters: Parameters):
        self.where, self.parent, self.child, self.parameters = where, parent, child, parameters
        self.parent_used = child is None
        """Whether the statement must read the parent table."""

    def fault(self, text: str) -> IndicatorError:
        return IndicatorError(f"{self.where}：{text}")

    def find(self, key: str) -> tuple[exp.Column, Column]:
        """The column of a field. Raises IndicatorError saying why there is none."""
        if self.child is not None and key in self.child.columns:
            found = self.child.columns[key]
            return column(found.name, "c"), found
        if (self.child is not None and key in self.child.sealed) or key in self.parent.sealed:
            raise self.fault(f"字段 {key} 是个人信息，密封保存，不能用于统计；请改用不密封的字段")
        if key in self.parent.many:
            raise self.fault(f"字段 {key} 有多个值，只能用 contains 或 known，或在 rows 中写 {key} 按行统计")
        if key in self.parent.columns:
            found = self.parent.columns[key]
            self.parent_used = True
            return column(found.name, "t"), found
        homes = [name for name, c in self.parent.children.items() if key in c.columns]
        hint = f"；它在 {homes[0]} 的行里，请写 rows: {homes[0]}" if homes else ""
        raise self.fault(f"没有字段 {key}{hint}")

    def record(self) -> exp.Column:
        return column("record", "c" if self.child is not None else "t")

    def exists(self, name: str, tests: Callable[[str], list[exp.Expr]]) -> exp.Exists:
        """EXISTS over the rows of another table that belong to the same record."""
        inner = exp.select(number(1)).from_(table(name, "x"), copy=False)
        own = exp.EQ(this=column("record", "x"), expression=self.record())
        return exp.Exists(this=inner.where(*[own, *tests("x")], copy=False))


def _literal(scope: Scope, col: Column, key: str, value: Any) -> Any:
    """A YAML constant as the column stores it. Raises IndicatorError for a kind that can never match."""
    if col.kind == "boolean" and isinstance(value, bool):
        return int(value)
    if col.kind == "date" and isinstance(value, str):
        padded = value + "-01-01" if len(value) == 4 else value + "-01" if len(value) == 7 else value
        try:
            return date.fromisoformat(padded[:10])
        except ValueError as e:
            raise scope.fault(f"字段 {key} 是日期，不能与“{value}”比较；日期写成 2024-01-31") from e
    if col.kind == "number" and isinstance(value, int) and not isinstance(value, bool):
        return value
    if col.kind == "text" and isinstance(value, str):
        return value
    raise scope.fault(f"字段 {key} 的值不会是 {value!r}，请核对条件里值的类型")


def compile_condition(c: Condition, scope: Scope, negated: bool = False) -> exp.Expr:
    """The condition as SQL; ``negated`` tells that a NOT stands above. Raises IndicatorError."""
    if c.op in ("all", "any"):
        parts = [compile_condition(p, scope, negated) for p in c.parts]
        if len(parts) == 1:
            return parts[0]
        joined = exp.and_(*parts, copy=False) if c.op == "all" else exp.or_(*parts, copy=False)
        return exp.Paren(this=joined)
    if c.op == "not":
        return exp.Not(this=exp.Paren(this=compile_condition(c.parts[0], scope, True)))
    if c.kind == "field":
        return _field(c, scope, negated)
    if c.kind == "deadline":
        return _deadline(c, scope)
    what = "环节（step）" if c.kind == "step" else "关联记录（related）"
    raise scope.fault(f"指标条件里不能用{what}；请改用环节的日期字段，例如 {{field: 日期, known: true}}")


def _two_valued(test: exp.Expr, columns: list[exp.Column], negated: bool) -> exp.Expr:
    if not negated:
        return test
    return exp.Paren(this=exp.and_(test, *[known(c) for c in columns], copy=False))


def known(c: exp.Column) -> exp.Expr:
    return exp.Not(this=exp.Is(this=c.copy(), expression=exp.Null()))


def _field(c: Condition, scope: Scope, negated: bool) -> exp.Expr:
    key, op, value = c.operand, c.op, c.value
    inside = scope.child is not None and key in scope.child.columns
    if key in scope.parent.many and not inside:
        return _many(c, scope)
    if op == "known" and key in scope.parent.sealed:
        raise scope.fault(f"字段 {key} 密封保存，不能统计是否填写")
    col, info = scope.find(key)
    if op == "known":
        return known(col) if value else exp.Is(this=col, expression=exp.Null())
    if op == "contains":
        if info.kind != "text":
            raise scope.fault(f"contains 只用于文字或多值字段，{key} 不是")
        place = exp.StrPosition(this=col, substr=scope.parameters.add(_literal(scope, info, key, value)))
        return _two_valued(exp.GT(this=place, expression=number(0)), [col], negated)
    if op in ("in", "not_in"):
        values = [scope.parameters.add(_literal(scope, info, key, v)) for v in value[1:]]
        test: exp.Expr = exp.In(this=col, expressions=values)
        return _two_valued(test if op == "in" else exp.Not(this=test), [col], negated)
    if isinstance(value, tuple) and value[0] == "limit":
        raise scope.fault("指标条件里不能用 limit：门槛值在办理时已随事件保存，请改用保存它的字段")
    binary = _COMPARE.get(op) or (exp.EQ if op == "is" else exp.NEQ)
    if op in _DATE_OPS and info.kind != "date":
        raise scope.fault(f"{op} 只用于日期，字段 {key} 不是日期")
    if isinstance(value, tuple) and value[0] == "period":
        return _two_valued(_against_period(scope, op, value[1], col), [col], negated)
    if isinstance(value, tuple):
        other, theirs = scope.find(value[1])
        if theirs.kind != info.kind:
            raise scope.fault(f"字段 {key} 与 {value[1]} 类型不同，不能比较")
        return _two_valued(binary(this=col, expression=other), [col, other], negated)
    right = scope.parameters.add(_literal(scope, info, key, value))
    return _two_valued(binary(this=col, expression=right), [col], negated)


def _against_period(scope: Scope, op: str, edge: str, col: exp.Column) -> exp.Expr:
    """A date against the statistical period (统计期): its first day, or its cut-off, which belongs to it."""
    first, after_last = exp.Placeholder(this="period_from"), exp.Placeholder(this="period_next")
    tests = {("before", "start"): (exp.LT, first), ("not_before", "start"): (exp.GTE, first),
             ("after", "end"): (exp.GTE, after_last), ("not_after", "end"): (exp.LT, after_last)}  # fmt: skip
    found = tests.get((op, edge))
    if found is None:
        raise scope.fault("与统计期比较，只能写 before/not_before: {period: start} 或 after/not_after: {period: end}")
    return found[0](this=col, expression=found[1])


def _many(c: Condition, scope: Scope) -> exp.Expr:
    """A field with several values: asked by EXISTS over its child table."""
    child = scope.parent.children.get(c.operand)
    if child is None:
        raise scope.fault(f"字段 {c.operand} 密封保存，不能用于统计")
    if c.op == "known":
        found = scope.exists(child.name, lambda _: [])
        return found if c.value else exp.Not(this=found)
    if c.op == "contains" and "value" in child.columns:
        right = scope.parameters.add(_literal(scope, child.columns["value"], c.operand, c.value))
        return scope.exists(child.name, lambda x: [exp.EQ(this=column("value", x), expression=right)])
    raise scope.fault(f"字段 {c.operand} 有多个值，只能用 contains 或 known，不能用 {c.op}")


def _deadline(c: Condition, scope: Scope) -> exp.Expr:
    """Deadlines give what is settled: whether there is one, met or not, and days late; never "overdue today"."""
    if c.op == "expired":
        raise scope.fault("指标不看当前是否逾期（结果会随查询日变化）；请用 met 或 days_late")
    limit = scope.parameters.add(c.operand)

    def own(x: str) -> exp.Expr:
        return exp.EQ(this=column("limit_key", x), expression=limit.copy())

    there = scope.exists("yifa_deadline", lambda x: [own(x)])
    if c.op == "known":
        return there if c.value else exp.Not(this=there)
    if c.op == "met":
        open_ = exp.Is(this=column("met_on", "x"), expression=exp.Null())
        unmet = scope.exists("yifa_deadline", lambda x: [own(x), open_])
        test = exp.Paren(this=exp.and_(there, exp.Not(this=unmet), copy=False))
        return test if c.value else exp.Not(this=test)
    if not isinstance(c.value, int) or isinstance(c.value, bool):
        raise scope.fault("days_late 只能与整数比较")
    late, bound = "days_late", scope.parameters.add(c.value)
    has = scope.exists("yifa_deadline", lambda x: [own(x), known(column(late, x))])
    binary = _COMPARE[c.extra]
    bad = scope.exists(
        "yifa_deadline",
        lambda x: [own(x), known(column(late, x)), exp.Not(this=binary(this=column(late, x), expression=bound))],
    )
    return exp.Paren(this=exp.and_(has, exp.Not(this=bad), copy=False))
