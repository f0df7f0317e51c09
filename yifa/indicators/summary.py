"""Totals without records (汇总录入): a stated number for an indicator, an organisation and a period, with its source.

They are ordinary records of the register ``summary_entry`` and count in flow figures whose period covers them. A stated
total and records of the same period would count the same work twice, so overlaps are found when one is entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp

from yifa.indicators.conditions import column, table
from yifa.indicators.database import Database, as_day
from yifa.indicators.measure import CodexLike, organisation_values, organisations, padded
from yifa.indicators.periods import parameters, to_day

REGISTER = "summary_entry"
MARK = "仅有汇总、无明细"


@dataclass(frozen=True, slots=True)
class Entry:
    """One summary entry: its record, number, period, and value in the indicator's unit."""

    record: str
    number: str
    org: str
    first: date
    last: date
    value: int | Decimal


def _value(codex: CodexLike, raw: Any) -> int | Decimal:
    field = codex.definitions[REGISTER].field("value")
    if field is not None and field.type == "decimal":
        number = Decimal(int(raw)) / Decimal(10**field.decimals)
        return int(number) if number == number.to_integral_value() else number.normalize()
    return int(raw)


def _select(orgs: int) -> tuple[exp.Select, list[exp.Expression]]:
    select = exp.Select().from_(table(f"p_{REGISTER}", "t"), copy=False)
    return select, [organisations(orgs, "t")]


def _inside() -> list[exp.Expression]:
    return [exp.GTE(this=column("f_period_from", "t"), expression=exp.Placeholder(this="from")),
            exp.LT(this=column("f_period_to", "t"), expression=exp.Placeholder(this="next"))]  # fmt: skip


def totals(db: Database, codex: CodexLike, orgs: Sequence[str], first: date, last: date) -> dict[str, int | Decimal]:
    """The sums of the summary entries that lie in the period, by indicator; empty without such a register."""
    if REGISTER not in codex.definitions:
        return {}
    select, filters = _select(len(padded(orgs)))
    select = select.select(column("f_indicator", "t"), exp.Sum(this=column("f_value", "t")), copy=False)
    select = select.where(*filters, *_inside(), copy=False).group_by(column("f_indicator", "t"), copy=False)
    values, _ = parameters(first, last)
    rows = db.run(select, values | organisation_values(orgs))
    return {str(key): _value(codex, total) for key, total in rows if total is not None}


def entries(connection: Any, codex: CodexLike, indicator: str, orgs: Sequence[str], first: date | str,
            last: date | str, overlapping: bool = False) -> list[Entry]:  # fmt: skip
    """The entries of one indicator that lie in the period, or with ``overlapping`` those that touch it."""
    if REGISTER not in codex.definitions:
        return []
    db = Database(connection)
    select, filters = _select(len(padded(orgs)))
    names = ("record", "number", "org", "f_period_from", "f_period_to", "f_value")
    select = select.select(*[column(n, "t") for n in names], copy=False)
    if overlapping:
        filters += [exp.LT(this=column("f_period_from", "t"), expression=exp.Placeholder(this="next")),
                    exp.GTE(this=column("f_period_to", "t"), expression=exp.Placeholder(this="from"))]  # fmt: skip
    else:
        filters += _inside()
    filters.append(exp.EQ(this=column("f_indicator", "t"), expression=exp.Placeholder(this="indicator")))
    order = [column("f_period_from", "t"), column("record", "t")]
    select = select.where(*filters, copy=False).order_by(*order, copy=False)
    values, _ = parameters(to_day(first), to_day(last))
    rows = db.run(select, values | organisation_values(orgs) | {"indicator": indicator})
    return [Entry(r, n or "", o, as_day(a), as_day(b), _value(codex, v)) for r, n, o, a, b, v in rows if v is not None]
