"""An indicator in words (口径): what is counted, by which date, under which condition. Printed in a report's annex."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from yifa.indicators.measure import CodexLike
from yifa.indicators.model import Flow, Indicator, LeastPer, Measure, Stock
from yifa.procedure.condition import Condition
from yifa.procedure.definition import Definition

_ORDER = {"at_least": "不少于", "at_most": "不多于", "more_than": "多于", "less_than": "少于",
          "before": "早于", "after": "晚于", "not_before": "不早于", "not_after": "不晚于"}  # fmt: skip
_PERIOD = {"month": "每月", "quarter": "每季度", "half_year": "每半年"}


def field_name(d: Definition, key: str, rows: str | None = None) -> str:
    """The name of a field or milestone for people; the key where there is none."""
    if rows:
        row = d.field(rows)
        inner = next((f.name for f in row.fields if f.key == key), None) if row else None
        if inner:
            return inner
    found = d.field(key)
    if found is not None:
        return found.name
    step = next((s for s in d.all_steps if s.milestone == key), None)
    if step is not None:
        return step.on_name or f"{step.name}日期"
    return "登记日期" if key == "opened_on" else key


def _value(value: Any, name: Any) -> str:
    if isinstance(value, tuple) and value[0] == "period":
        return {"start": "统计起始日", "end": "统计截止日"}[value[1]]
    if isinstance(value, tuple):
        return "、".join(_value(v, name) for v in value[1:]) if value[0] == "list" else f"“{name(value[1])}”"
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def condition_words(c: Condition, d: Definition, rows: str | None = None) -> str:
    """A condition in words."""
    if c.op in ("all", "any"):
        parts = [condition_words(p, d, rows) for p in c.parts]
        return (
            ("且" if c.op == "all" else "或").join(parts)
            if len(parts) == 1 or c.op == "all"
            else f"（{'或'.join(parts)}）"
        )
    if c.op == "not":
        return f"不属于（{condition_words(c.parts[0], d, rows)}）"

    def name(key: str) -> str:
        return field_name(d, key, rows)

    if c.kind == "deadline":
        if c.op == "known":
            return "有法定期限" if c.value else "没有法定期限"
        if c.op == "met":
            return "期限均已履行" if c.value else "期限未全部履行"
        return f"超期天数{_ORDER[c.extra]}{c.value}"
    label = f"“{name(c.operand)}”"
    if c.op == "known":
        return f"{label}已填" if c.value else f"{label}未填"
    if c.op == "contains":
        return f"{label}含“{c.value}”"
    if c.op in ("is", "in"):
        return f"{label}为{_value(c.value, name)}"
    if c.op in ("is_not", "not_in"):
        return f"{label}不为{_value(c.value, name)}"
    return f"{label}{_ORDER[c.op]}{_value(c.value, name)}"


def describe(codex: CodexLike, indicator: Indicator, names: Mapping[str, Indicator] | None = None) -> str:
    """One line that says what the figure counts."""
    names = names or codex.indicators
    if indicator.ratio is not None:
        return f"{names[indicator.ratio.of].name} ÷ {names[indicator.ratio.to].name}"
    if indicator.total is not None:
        return " ＋ ".join(names[k].name for k in indicator.total)
    m = indicator.measure
    assert m is not None
    d = codex.definitions[m.of]
    return f"《{d.name}》中{_when(m, d)}{_where(m, d)}的{_what(m, d)}"


def _when(m: Measure, d: Definition) -> str:
    if isinstance(m, Stock):
        until = f"、截止日尚无“{field_name(d, m.to, m.rows)}”或在其后" if m.to else ""
        return f"“{field_name(d, m.from_, m.rows)}”不晚于截止日{until}"
    on = m.on if isinstance(m, Flow | LeastPer) else ""
    return f"“{field_name(d, on, m.rows)}”在统计期内"


def _where(m: Measure, d: Definition) -> str:
    return f"，{condition_words(m.where, d, m.rows)}" if m.where is not None else ""


def _what(m: Measure, d: Definition) -> str:
    if isinstance(m, LeastPer):
        return f"条数，取{_PERIOD[m.period]}中最少的一个"
    if m.sum:
        return f"“{field_name(d, m.sum, m.rows)}”之和"
    if m.distinct:
        return "案件数（不重复）" if m.distinct == "record" else f"“{field_name(d, m.distinct, m.rows)}”个数（不重复）"
    if m.rows:
        step = next((s for s in d.all_steps if s.key == m.rows), None)
        return f"“{step.name if step else field_name(d, m.rows)}”条数"
    return "条数"
