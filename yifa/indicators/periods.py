"""Sub-periods of a period: whole months, quarters and half-years (每季度至少一次)."""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "half_year": 6}


def to_day(value: date | str) -> date:
    """A day from a date or ISO text. Raises ValueError with what to write."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError as e:
        raise ValueError(f"“{value}”不是有效日期，应写成 2024-01-31") from e


def sub_periods(kind: str, first: date, last: date) -> list[tuple[date, date]]:
    """The calendar months, quarters or half-years that lie wholly in ``first``..``last``, as (first day, day after).

    One that the cut-off cuts short is left out: it may still be met."""
    step = MONTHS[kind]
    found: list[tuple[date, date]] = []
    begin = date(first.year, (first.month - 1) // step * step + 1, 1)
    while True:
        month = begin.month + step
        end = date(begin.year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        if end > last + timedelta(days=1):
            return found
        if begin >= first:
            found.append((begin, end))
        begin = end


def parameters(first: date, last: date) -> tuple[dict[str, object], dict[str, list[tuple[date, date]]]]:
    """The named period parameters of compiled statements, and the sub-periods of each kind."""
    values: dict[str, object] = {"period_from": first, "period_next": last + timedelta(days=1)}
    parts = {kind: sub_periods(kind, first, last) for kind in MONTHS}
    for kind, spans in parts.items():
        for i, (a, b) in enumerate(spans):
            values |= {f"{kind}{i}_from": a, f"{kind}{i}_next": b}
    return values, parts
