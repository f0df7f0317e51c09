"""Totals without records (汇总录入): a stated number for an indicator, an organisation and a period, with its source.

They are ordinary records of the register ``summary_entry`` and count in flow figures whose period covers them. A stated
total and records of the same period would count the same work twice, so overlaps are found when one is entered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlglot import exp

from yifa.indicators.conditions import column, table
from yifa.indicators.database import Database, as_day
from yifa.indicators.measure import CodexLike, organisation_values, organisations, padded
from yifa.indicators.numbers import Number, scaled
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
    value: Number


def _select(orgs: int) -> tuple[exp.Select, list[exp.Expr]]:
    select = exp.Select().from_(table(f"p_{REGISTER}", "t"), copy=False)
    return select, [organisations(orgs, "t")]


def _inside() -> list[exp.Expr]:
    return [exp.GTE(this=column("f_period_from", "t"), expression=exp.Placeholder(this="period_from")),
            exp.LT(this=column("f_period_to", "t"), expression=exp.Placeholder(this="period_next"))]  # fmt: skip


@lru_cache(maxsize=64)
def _totals_sql(orgs: int, dialect: str) -> str:
    select, filters = _select(orgs)
    select = select.select(column("f_indicator", "t"), exp.Sum(this=column("f_value", "t")), copy=False)
    select = select.where(*filters, *_inside(), copy=False).group_by(column("f_indicator", "t"), copy=False)
    return select.sql(dialect)


def totals(db: Database, codex: CodexLike, orgs: Sequence[str], first: date, last: date) -> dict[str, int]:
    """The sums of the summary entries that lie in the period, by indicator key, in the stored unit (分 and the like)."""
    if REGISTER not in codex.definitions:
        return {}
    values, _ = parameters(first, last)
    rows = db.rows(_totals_sql(len(padded(orgs)), db.dialect), values | organisation_values(orgs))
    keys = {name: i.key for i in codex.indicators.values() for name in (i.name, i.key)} if rows else {}
    found: dict[str, int] = {}
    for name, total in rows:
        if total is not None and name in keys:
            found[keys[name]] = found.get(keys[name], 0) + int(total)
    return found


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
        filters += [exp.LT(this=column("f_period_from", "t"), expression=exp.Placeholder(this="period_next")),
                    exp.GTE(this=column("f_period_to", "t"), expression=exp.Placeholder(this="period_from"))]  # fmt: skip
    else:
        filters += _inside()
    asked = codex.indicators[indicator]
    by_name: list[exp.Expr] = [exp.Placeholder(this="key"), exp.Placeholder(this="name")]
    filters.append(exp.In(this=column("f_indicator", "t"), expressions=by_name))
    order = [column("f_period_from", "t"), column("record", "t")]
    select = select.where(*filters, copy=False).order_by(*order, copy=False)
    values, _ = parameters(to_day(first), to_day(last))
    rows = db.run(select, values | organisation_values(orgs) | {"key": asked.key, "name": asked.name})
    return [
        Entry(r, n or "", o, as_day(a), as_day(b), scaled(v, asked.scale)) for r, n, o, a, b, v in rows if v is not None
    ]
