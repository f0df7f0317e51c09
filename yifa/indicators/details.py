"""The drill-down (明细): the records behind a figure, by the same expressions without the aggregate.

Every row contributes a part of the figure: 1 for a count, its number for a sum, 1 for the first row of each value for a
distinct count. What the reader may open plus what is hidden plus summary entries is the figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlglot import exp

from yifa.indicators.conditions import Parameters, column, number
from yifa.indicators.database import Database, as_day
from yifa.indicators.errors import IndicatorError
from yifa.indicators.evaluate import evaluate
from yifa.indicators.measure import CodexLike, MeasureSql, measure_sql, organisation_values, organisations, padded
from yifa.indicators.model import Indicator, LeastPer
from yifa.indicators.numbers import Number, exact, scaled
from yifa.indicators.periods import parameters, to_day
from yifa.indicators.summary import Entry, entries
from yifa.indicators.tables import Column
from yifa.procedure.definition import Definition

Readable = Callable[[str, str | None], bool]
"""Whether the reader may open records of a definition with this restriction (None: not restricted)."""
PAGE_SIZE = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One record (or child row) behind a figure and what it contributes, in the indicator's unit."""

    record: str
    number: str
    org: str
    day: date
    late: bool
    values: dict[str, Any]
    contribution: Number
    row: int | None = None


@dataclass(slots=True)
class Details:
    """What stands behind one figure. ``visible`` + ``hidden`` + ``summary`` = ``value`` of every figure but a rate,
    whose numerator and denominator are ``parts``. ``total_rows`` = readable rows + ``hidden_rows``."""

    key: str
    name: str
    unit: str
    definition: str
    value: Number | None
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    visible: Number = 0
    hidden: Number = 0
    summary: Number = 0
    visible_rows: int = 0
    hidden_rows: int = 0
    entries: list[Entry] = field(default_factory=list)
    parts: list[Details] = field(default_factory=list)
    sub_periods: list[tuple[date, date, int]] = field(default_factory=list)
    page: int = 1
    pages: int = 1

    @property
    def total_rows(self) -> int:
        return self.visible_rows + self.hidden_rows


def by_roles(roles: Collection[str]) -> Readable:
    """Readable by someone with these roles: not restricted, or restricted to one of them."""
    held = set(roles)
    return lambda _definition, restricted: not restricted or bool(held & {r.strip() for r in restricted.split(",")})


def shown_columns(m: MeasureSql, definition: Definition) -> list[Column]:
    """The columns that help to recognise a row: its subject, what the condition reads, what is summed."""
    names: list[str] = []
    if m.child is not None:
        names += list(m.child.columns)[:4]
    names += list(definition.subject)
    measure = m.indicator.measure
    if measure is not None:
        names += sorted(measure.where.fields()) if measure.where is not None else []
        names += [n for n in (measure.sum, measure.distinct) if n and n != "record"]
    if not definition.subject and m.child is None:
        plain = [f.key for f in definition.fields if f.type in ("text", "choice", "longtext")]
        names += plain[:2]
    found: dict[str, Column] = {}
    for n in names:
        home = m.child.columns.get(n) if m.child is not None else None
        col = home or m.parent.columns.get(n)
        if col is not None and col.name != m.when.name:
            found.setdefault(("c." if home else "t.") + col.name, col)
    return list(found.values())[:6]


def _contribution(m: MeasureSql, least: tuple[str, str] | None) -> exp.Expr:
    if m.how == "sum":
        assert m.value is not None
        return exp.Coalesce(this=m.value.copy(), expressions=[number(0)])
    if m.how == "distinct":
        assert m.value is not None
        order = exp.Order(expressions=[m.when.copy(), m.scope.record()])
        first = exp.Window(this=exp.RowNumber(), partition_by=[m.value.copy()], order=order)
        counted = exp.and_(exp.EQ(this=first, expression=number(1)),
                           exp.Not(this=exp.Is(this=m.value.copy(), expression=exp.Null())), copy=False)  # fmt: skip
        return exp.Case(ifs=[exp.If(this=counted, true=number(1))], default=number(0))
    if m.how == "least":
        if least is None:
            return number(0)
        return exp.Case(ifs=[exp.If(this=m.in_period(*least), true=number(1))], default=number(0))
    return number(1)


def _inner(m: MeasureSql, orgs: int, columns: list[Column], least: tuple[str, str] | None) -> exp.Select:
    """Every row behind the figure, one by one."""

    def home(c: Column) -> str:
        return "c" if m.child is not None and c in m.child.columns.values() else "t"

    chosen: list[exp.Expr] = [column(n, "t") for n in ("record", "number", "org", "late", "restricted")]
    row = column("i", "c") if m.child is not None else exp.Null()
    chosen += [exp.alias_(m.when.copy(), "day"), exp.alias_(row, "i"),
               exp.alias_(_contribution(m, least), "contribution")]  # fmt: skip
    chosen += [exp.alias_(column(c.name, home(c)), f"v{i}") for i, c in enumerate(columns)]
    select = m.source(parent_needed=True).select(*chosen, copy=False)
    filters = [organisations(orgs, "t"), *([organisations(orgs, "c")] if m.child is not None else []), m.period()]
    return select.where(*filters, *([m.test.copy()] if m.test is not None else []), copy=False)


def _of(name: str) -> exp.Column:
    return column(name, "d")


def _outer(inner: exp.Select, *chosen: exp.Expr) -> exp.Select:
    return exp.Select().select(*chosen, copy=False).from_(inner.copy().subquery("d"), copy=False)


class _Reader:
    """Reads the details of one connection, organisation set and period."""

    def __init__(self, connection: Any, codex: CodexLike, orgs: Sequence[str], first: date, last: date):
        self.db, self.codex, self.orgs, self.first, self.last = Database(connection), codex, orgs, first, last
        self.size = len(padded(orgs))
        period, self.spans = parameters(first, last)
        self.values = period | organisation_values(orgs)

    def measure(self, indicator: Indicator, counts: Sequence[int] = ()) -> tuple[exp.Select, MeasureSql, list[Column],
                                                                                  dict[str, Any]]:  # fmt: skip
        constants = Parameters()
        m = measure_sql(self.codex, indicator, constants)
        columns = shown_columns(m, self.codex.definitions[indicator.measure.of])  # type: ignore[union-attr]
        least = None
        if counts and isinstance(indicator.measure, LeastPer):
            i = list(counts).index(min(counts))
            least = (f"{indicator.measure.period}{i}_from", f"{indicator.measure.period}{i}_next")
        return _inner(m, self.size, columns, least), m, columns, self.values | constants.values

    def details(self, indicator: Indicator, readable: Readable, page: int | None, size: int) -> Details:
        connection, key = self.db.connection, indicator.key
        figure = evaluate(connection, self.codex, self.orgs, self.first, self.last, [key])[key]
        found = Details(indicator.key, indicator.name, indicator.unit, "", figure.value)
        measure = indicator.measure
        if measure is None:
            keys = list(indicator.total or []) or [indicator.ratio.of, indicator.ratio.to]  # type: ignore[union-attr]
            found.parts = [self.details(self.codex.indicators[k], readable, page, size) for k in keys]
            if indicator.total is not None:
                found.visible = exact(sum((Decimal(p.visible) for p in found.parts), start=Decimal(0)))
                found.hidden = exact(sum((Decimal(p.hidden) for p in found.parts), start=Decimal(0)))
                found.summary = exact(sum((Decimal(p.summary) for p in found.parts), start=Decimal(0)))
            found.visible_rows = sum(p.visible_rows for p in found.parts)
            found.hidden_rows = sum(p.hidden_rows for p in found.parts)
            found.pages = max((p.pages for p in found.parts), default=1)
            return found
        found.definition = measure.of
        inner, _m, found.columns, values = self.measure(indicator, figure.parts)
        if isinstance(measure, LeastPer):
            found.sub_periods = [(a, b, n) for (a, b), n in
                                 zip(self.spans[measure.period], figure.parts, strict=True)]  # fmt: skip
        groups = self.db.run(
            _outer(inner, _of("restricted"), exp.Count(this=exp.Star()), exp.Sum(this=_of("contribution")))
            .group_by(_of("restricted"), copy=False), values)  # fmt: skip
        opened: list[str | None] = []
        for restricted, n, contribution in groups:
            if readable(measure.of, restricted):
                opened.append(restricted)
                found.visible_rows += n
                found.visible = exact(Decimal(found.visible) + Decimal(scaled(contribution, indicator.scale)))
            else:
                found.hidden_rows += n
                found.hidden = exact(Decimal(found.hidden) + Decimal(scaled(contribution, indicator.scale)))
        if figure.summary:
            found.summary = figure.summary
            found.entries = entries(self.db.connection, self.codex, indicator.key, self.orgs, self.first, self.last)
        if page is not None:
            found.page, found.pages = page, max(1, -(-found.visible_rows // size))
        if opened:
            found.rows = self._rows(inner, found.columns, values, opened, page, size, indicator.scale)
        return found

    def _rows(self, inner: exp.Select, columns: list[Column], values: dict[str, Any], opened: list[str | None],
              page: int | None, size: int, scale: int) -> list[Row]:  # fmt: skip
        chosen = [_of(n) for n in ("record", "number", "org", "day", "late", "i", "contribution")]
        select = _outer(inner, *chosen, *[_of(f"v{i}") for i in range(len(columns))])
        values = dict(values)
        allowed: list[exp.Expr] = []
        if None in opened:
            allowed.append(exp.Is(this=_of("restricted"), expression=exp.Null()))
        names = []
        for i, restricted in enumerate(r for r in opened if r is not None):
            values[f"r{i}"] = restricted
            names.append(exp.Placeholder(this=f"r{i}"))
        if names:
            allowed.append(exp.In(this=_of("restricted"), expressions=list(names)))
        select = select.where(exp.or_(*allowed, copy=False), copy=False)
        select = select.order_by(*[_of(n) for n in ("day", "number", "record", "i")], copy=False)
        if page is not None:
            values |= {"size": size, "skip": (max(page, 1) - 1) * size}
            select.set("limit", exp.Limit(expression=exp.Placeholder(this="size")))
            select.set("offset", exp.Offset(expression=exp.Placeholder(this="skip")))
        return [Row(str(r[0]), r[1] or "", r[2], as_day(r[3]), bool(r[4]), dict(zip([c.name for c in columns], r[7:],
                    strict=True)), scaled(r[6], scale), r[5]) for r in self.db.run(select, values)]  # fmt: skip

    def records(self, indicator: Indicator) -> set[str]:
        """All records behind an indicator, readable or not, with those of its summary entries."""
        measure = indicator.measure
        if measure is None:
            keys = list(indicator.total or []) or [indicator.ratio.of, indicator.ratio.to]  # type: ignore[union-attr]
            return {r for k in keys for r in self.records(self.codex.indicators[k])}
        inner, _, _, values = self.measure(indicator)
        select = _outer(inner, _of("record")).distinct(copy=False)
        found = {str(r[0]) for r in self.db.run(select, values)}
        if indicator.flow is not None:
            key, conn = indicator.key, self.db.connection
            found |= {e.record for e in entries(conn, self.codex, key, self.orgs, self.first, self.last)}
        return found


def details(
    connection: Any,
    codex: CodexLike,
    key: str,
    orgs: Sequence[str],
    period: tuple[date | str, date | str],
    readable: Readable | Collection[str] = (),
    page: int | None = None,
    size: int = PAGE_SIZE,
) -> Details:
    """The records behind one figure. ``readable``: a function (definition, restriction) -> bool, or the reader's roles.
    ``page`` (from 1) of ``size`` rows, or None for all. Raises IndicatorError for an unknown key."""
    if key not in codex.indicators:
        raise IndicatorError(f"没有指标“{key}”，请核对写法")
    may = readable if callable(readable) else by_roles(readable)
    reader = _Reader(connection, codex, orgs, to_day(period[0]), to_day(period[1]))
    return reader.details(codex.indicators[key], may, page, size)


def records_behind(connection: Any, codex: CodexLike, keys: Sequence[str], orgs: Sequence[str],
                   period: tuple[date | str, date | str]) -> dict[str, set[str]]:  # fmt: skip
    """The records behind each figure, all of them whoever reads: what its digest covers."""
    reader = _Reader(connection, codex, orgs, to_day(period[0]), to_day(period[1]))
    return {k: reader.records(codex.indicators[k]) for k in keys}
