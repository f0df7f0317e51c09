"""Exact numbers of figures: integers and decimals, never floats."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Number = int | Decimal


def number_text(value: Number | None) -> str:
    """A number without thousands separators and without trailing zeros; a dash for none."""
    if value is None:
        return "—"
    whole = exact(value)
    return str(whole) if isinstance(whole, int) else f"{whole:f}"


def exact(value: Number) -> Number:
    """A whole decimal as an integer; other decimals without trailing zeros."""
    if isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else value.normalize()


def percent(numerator: Number, denominator: Number, decimals: int) -> Decimal | None:
    """100 × numerator / denominator, rounded half up; None for a denominator of 0."""
    if not denominator:
        return None
    step = Decimal(1).scaleb(-decimals)
    return (Decimal(100) * Decimal(numerator) / Decimal(denominator)).quantize(step, ROUND_HALF_UP)


def scaled(raw: Any, scale: int) -> Number:
    """A stored integer in the indicator's unit (100: 分 -> 元)."""
    number = int(raw or 0)
    return number if scale == 1 else exact(Decimal(number) / Decimal(scale))
