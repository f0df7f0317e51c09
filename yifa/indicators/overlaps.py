"""Checks that keep summary entries (汇总录入) and records of the same period from counting the same work twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from yifa.indicators.evaluate import evaluate
from yifa.indicators.measure import CodexLike
from yifa.indicators.periods import to_day
from yifa.indicators.summary import Entry, entries


@dataclass(frozen=True, slots=True)
class Overlap:
    """Why a summary entry is refused; ``count`` records or entries stand against it."""

    kind: str
    count: int
    message: str


def summary_overlaps(connection: Any, codex: CodexLike, indicator: str, org: str, first: date | str, last: date | str,
                     except_record: str | None = None) -> list[Overlap]:  # fmt: skip
    """Why a summary entry for this indicator, organisation and period must be refused; empty when it may be entered.

    Refused: an indicator that cannot take one, records of the same period, another entry that touches the period."""
    found = codex.indicators.get(indicator)
    if found is None:
        return [Overlap("unknown", 0, f"没有指标“{indicator}”，请从指标表中选择")]
    if to_day(last) < to_day(first):
        return [Overlap("period", 0, f"截止日 {last} 早于起始日 {first}，请核对")]
    if found.flow is None or found.flow.distinct:
        return [Overlap("kind", 0, f"“{found.name}”不是按期间累计的数量，不能汇总录入；请登记明细")]
    problems = []
    figure = evaluate(connection, codex, [org], first, last, [indicator])[indicator]
    if figure.detail_count:
        problems.append(Overlap("records", figure.detail_count,
            f"{first} 至 {last} 已有 {figure.detail_count} 条明细计入“{found.name}”，再录汇总会重复计算；"
            "请缩短汇总的期间，或先作废这些明细"))  # fmt: skip
    others = [e for e in entries(connection, codex, indicator, [org], first, last, True) if e.record != except_record]
    if others:
        e = others[0]
        problems.append(Overlap("entries", len(others),
            f"“{found.name}”已有汇总 {e.number or e.record}（{e.first} 至 {e.last}），期间重叠；"
            "请更正原汇总或改期间"))  # fmt: skip
    return problems


def covering_entries(connection: Any, codex: CodexLike, definition: str, org: str, days: dict[str, date | str]) -> list[
    tuple[str, Entry]
]:  # fmt: skip
    """For a record about to be entered: the entries (with their indicator's key) whose period already covers one of its
    dates (``days``: date field -> day), so that the record would be counted twice."""
    found = []
    for i in codex.indicators.values():
        if i.flow is not None and i.flow.of == definition and not i.flow.distinct and i.flow.on in days:
            day = days[i.flow.on]
            found += [(i.key, e) for e in entries(connection, codex, i.key, [org], day, day, True)]
    return found
