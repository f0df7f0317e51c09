"""Evaluating indicators: figures of organisations over a period, each with what stands behind it.

Figures are exact: integers, or decimals after ``scale``; a rate is rounded half up at its decimals and is None
while its denominator is 0. A flow includes summary entries (汇总录入) that lie in the period.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from yifa.indicators import summary
from yifa.indicators.compile import Slot, compiled
from yifa.indicators.database import Database
from yifa.indicators.errors import IndicatorError
from yifa.indicators.measure import CodexLike, organisation_values, padded
from yifa.indicators.model import Indicator
from yifa.indicators.numbers import Number, exact, number_text, percent, scaled
from yifa.indicators.periods import parameters, to_day


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure (数字). ``value`` None: a rate without a denominator. ``numerator``/``denominator``: a rate's counts.
    ``detail_count``: records (or rows) behind it; ``summary``: the part that rests on summary entries only;
    ``summary_only``: nothing but summary entries (仅有汇总、无明细). ``definition_version``: SM3 of the indicator."""

    key: str
    name: str
    unit: str
    value: Number | None
    numerator: Number | None = None
    denominator: Number | None = None
    detail_count: int = 0
    summary: Number = 0
    parts: tuple[int, ...] = ()
    definition_version: str = ""

    @property
    def summary_only(self) -> bool:
        return bool(self.summary) and self.detail_count == 0

    @property
    def empty(self) -> bool:
        """Nothing to say: no value or 0."""
        return not self.value

    @property
    def text(self) -> str:
        """The number with its unit, as it is printed: 242件, 92.5%, 3000元."""
        return f"{number_text(self.value)}{self.unit}"


def parts_of(indicator: Indicator) -> list[str]:
    """The indicators that a rate or a total is computed from."""
    if indicator.ratio is not None:
        return [indicator.ratio.of, indicator.ratio.to]
    return list(indicator.total or [])


def closure(codex: CodexLike, keys: Iterable[str]) -> list[str]:
    """The keys with all that they are computed from, parts first. Raises IndicatorError for unknown or circular ones."""
    order: list[str] = []
    open_: set[str] = set()

    def visit(key: str, asked_by: str) -> None:
        if key in order:
            return
        if key not in codex.indicators:
            raise IndicatorError(f"没有指标“{key}”{f'（{asked_by} 用到）' if asked_by else ''}，请核对写法")
        if key in open_:
            raise IndicatorError(f"指标 {key} 由自己计算自己，请改正 ratio 或 total")
        open_.add(key)
        for part in parts_of(codex.indicators[key]):
            visit(part, key)
        order.append(key)

    for key in keys:
        visit(key, "")
    return order


@lru_cache(maxsize=4096)
def _version(text: str) -> str:
    return hashlib.new("sm3", text.encode()).hexdigest()


def definition_version(codex: CodexLike, key: str) -> str:
    """SM3 over the canonical text of the indicator and of those that it is computed from."""
    left_out = {"alias", "help"}
    texts = [
        codex.indicators[k].model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude=left_out)
        for k in closure(codex, [key])
    ]
    return _version(json.dumps(texts, sort_keys=True, ensure_ascii=False, default=str))


_versions: dict[str, dict[str, str]] = {}


def _all_versions(codex: CodexLike) -> dict[str, str]:
    if codex.hash not in _versions:
        if len(_versions) > 16:
            _versions.clear()
        _versions[codex.hash] = {k: definition_version(codex, k) for k in codex.indicators}
    return _versions[codex.hash]


def evaluate(
    connection: Any,
    codex: CodexLike,
    orgs: Sequence[str],
    period_from: date | str,
    period_to: date | str,
    keys: Iterable[str] | None = None,
) -> dict[str, Figure]:
    """Figures by key for the records of ``orgs`` from ``period_from`` to ``period_to`` (the cut-off), both included.

    ``connection``: Django's or a DB-API connection. Raises IndicatorError for unknown keys and for indicators that
    do not fit their definition, ValueError for impossible dates or a period that ends before it begins."""
    first, last = to_day(period_from), to_day(period_to)
    if last < first:
        raise ValueError(f"统计期的截止日 {last} 早于起始日 {first}，请核对")
    wanted = list(codex.indicators) if keys is None else list(dict.fromkeys(keys))
    order = closure(codex, wanted)
    db = Database(connection)
    values, spans = parameters(first, last)
    values |= organisation_values(orgs)
    shape = tuple(sorted((kind, len(found)) for kind, found in spans.items()))
    size = len(padded(orgs))
    raw: dict[str, tuple[Slot, Sequence[Any]]] = {}
    for s in compiled(codex, None if keys is None else frozenset(order), size, shape):
        row = db.rows(s.sql(db.dialect), values | s.constants)[0]
        for slot in s.slots:
            raw[slot.key] = (slot, row)
    entries = summary.totals(db, codex, orgs, first, last)
    versions = _all_versions(codex)
    figures: dict[str, Figure] = {}
    for key in order:
        indicator = codex.indicators[key]
        figure = _figure(indicator, raw.get(key), figures, scaled(entries.get(key, 0), indicator.scale))
        figures[key] = replace(figure, definition_version=versions[key])
    return {k: figures[k] for k in wanted}


def _figure(indicator: Indicator, raw: tuple[Slot, Sequence[Any]] | None, figures: dict[str, Figure],
            entered: Number) -> Figure:  # fmt: skip
    blank = Figure(indicator.key, indicator.name, indicator.unit, None)
    if indicator.ratio is not None:
        num, den = figures[indicator.ratio.of], figures[indicator.ratio.to]
        rate = percent(num.value or 0, den.value or 0, indicator.ratio.decimals)
        return replace(blank, value=rate, numerator=num.value, denominator=den.value, detail_count=den.detail_count,
                       summary=num.summary + den.summary)  # fmt: skip
    if indicator.total is not None:
        addends = [figures[k] for k in indicator.total]
        return replace(blank, value=exact(sum((a.value or 0 for a in addends), start=Decimal(0))),
                       detail_count=sum(a.detail_count for a in addends),
                       summary=sum((a.summary for a in addends), start=0))  # fmt: skip
    assert raw is not None
    slot, row = raw
    count = int(row[slot.rows] or 0)
    if slot.how == "least":
        counts = tuple(int(row[i] or 0) for i in slot.values)
        return replace(blank, value=min(counts, default=0), detail_count=count, parts=counts)
    value = scaled(row[slot.values[0]], indicator.scale)
    added = entered if slot.how in ("count", "sum") and indicator.flow is not None else 0
    return replace(blank, value=exact(Decimal(value) + Decimal(added)) if added else value, detail_count=count,
                   summary=added)  # fmt: skip
