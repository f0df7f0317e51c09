"""All indicators of one town over 100,000 records, against one hand-written statement per indicator over plain typed
tables, and against calamine reading the same ledgers from xlsx."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from bench.ledger import TOWN, VILLAGE, fresh
from bench.measure import Line, best
from yifa.indicators.evaluate import evaluate
from yifa.procedure.condition import Condition
from yifa.records.acts import IMPORTER, Act, new_uid

RECORDS = 100_000
PERIOD = (date(2025, 1, 1), date(2025, 12, 31))


def acts(count: int = RECORDS) -> Iterator[Act]:
    """Three years of a busy town: patrols, inspections, publicity, counsel visits, disclosure, consultations, disputes."""
    rng = random.Random(7)

    def act(definition: str, step: str, day: date, data: dict[str, Any], record: str | None = None, uid: str | None = None) -> Act:
        return Act(TOWN, definition, step, day.isoformat(), data, "经办", (IMPORTER,), record, uid, True, "测量", {"system": "bench"})

    for i in range(count):
        day = date(2023, 1, 1) + timedelta(rng.randint(0, 1085))
        pick = i % 20
        if pick < 7:
            yield act("patrol", "enter", day, {"kind": rng.choice(["河道", "森林防火"]), "level": rng.choice(["镇级", "村级"]),
                                               "village": VILLAGE, "patrollers": 3, "problems": rng.randint(0, 2)})  # fmt: skip
        elif pick < 11:
            yield act("inspection", "enter", day, {"area": rng.choice(["安全生产", "消防"]), "object": f"第{i}户",
                                                   "problems": 2, "fixed": 1, "joint": rng.random() < 0.3})  # fmt: skip
        elif pick < 13:
            yield act("publicity_event", "enter", day, {"topic": f"宣传{i}", "form": rng.choice(["法治讲座", "院坝会", "宣讲会"]),
                                                        "audience": rng.randint(10, 200), "materials": rng.randint(0, 300)})  # fmt: skip
        elif pick < 15:
            yield act("counsel_visit", "enter", day, {"village": VILLAGE, "lawyer": "甲律师", "hours": 200,
                                                      "consultations": rng.randint(0, 5), "lectures": 1})  # fmt: skip
        elif pick < 16:
            yield act("proactive_disclosure", "enter", day, {"title": f"公示{i}", "category": "涉农资金"})
        elif pick < 17:
            yield act("legal_consultation", "enter", day, {"persons": rng.randint(1, 3), "channel": "来访"})
        else:
            uid = new_uid()
            yield act("dispute", "register", day, {"source": "主动排查", "dispute_type": rng.choice(["邻里", "合同"]), "party_a": "甲",
                                                   "brief": f"争议{i}", "level": "村（社区）"}, None, uid)  # fmt: skip
            yield act("dispute", "mediate", day + timedelta(3), {"mediated_by": rng.choice(["村（社区）调委会", "镇（街道）调委会"])}, uid)
            if rng.random() < 0.95:
                yield act("dispute", "resolve", day + timedelta(5), {"resolve_way": "人民调解", "agreement_form": "当场履行无协议"}, uid)


class _NotPlain(Exception):
    """An indicator that takes more than one plain statement over one plain table."""


def _sql(c: Condition, mark: str) -> str:
    """A condition as one would write it by hand."""
    def literal(v: Any) -> str:
        return str(int(v)) if isinstance(v, bool | int) else "'" + str(v).replace("'", "''") + "'"

    if c.op in ("all", "any"):
        return "(" + (" AND " if c.op == "all" else " OR ").join(_sql(p, mark) for p in c.parts) + ")"
    if c.op == "not":
        return f"NOT COALESCE({_sql(c.parts[0], mark)}, FALSE)"
    if c.kind != "field" or (isinstance(c.value, tuple) and c.value[0] in ("limit", "field", "period")) or c.op in ("contains", "count"):
        raise _NotPlain
    name = f"f_{c.operand}"
    if c.op == "known":
        return f"{name} IS {'NOT ' if c.value else ''}NULL"
    if c.op in ("in", "not_in"):
        return f"{name} {'NOT ' if c.op == 'not_in' else ''}IN ({', '.join(literal(v) for v in c.value[1:])})"
    symbol = {"is": "=", "is_not": "<>", "at_least": ">=", "at_most": "<=", "more_than": ">", "less_than": "<"}[c.op]
    return f"{name} {symbol} {literal(c.value)}"


def hand_written(codex: Any, mark: str) -> list[tuple[str, str, list[Any]]]:
    """(key, statement, parameters) of every indicator that one plain statement over a plain table can give."""
    first, last = (d.isoformat() for d in PERIOD)
    found = []
    for i in codex.indicators.values():
        m = i.measure
        if m is None or m.rows or i.least_per:
            continue
        try:
            where = f" AND {_sql(m.where, mark)}" if m.where else ""
        except _NotPlain:
            continue
        what = f"sum(f_{m.sum})" if m.sum else f"count(DISTINCT f_{m.distinct})" if m.distinct else "count(*)"
        if i.flow:
            span, parameters = f"f_{i.flow.on} BETWEEN {mark} AND {mark}", [TOWN, first, last]
        else:
            assert i.stock is not None
            end = f" AND (f_{i.stock.to} IS NULL OR f_{i.stock.to} > {mark})" if i.stock.to else ""
            span, parameters = f"f_{i.stock.from_} <= {mark}{end}", [TOWN, last] + ([last] if end else [])
        found.append((i.key, f"SELECT {what} FROM plain_{m.of} WHERE org = {mark} AND {span}{where}", parameters))
    return found


def _plain_tables(connection: Any, codex: Any) -> None:
    """Plain typed copies of the projections, with an index on organisation and date, as one would make them by hand."""
    dates: dict[str, set[str]] = {}
    for i in codex.indicators.values():
        m = i.measure
        if m is not None:
            dates.setdefault(m.of, set()).add(i.flow.on if i.flow else i.stock.from_ if i.stock else i.least_per.on)
    with connection.cursor() as cursor:
        for definition, names in dates.items():
            cursor.execute(f"CREATE TABLE plain_{definition} AS SELECT * FROM p_{definition}")
            for name in names:
                cursor.execute(f"CREATE INDEX plain_{definition}_{name} ON plain_{definition} (org, f_{name})")
        cursor.execute("ANALYZE")


def _measure(ledger: Any, mark: str) -> tuple[float, float, int]:
    codex, connection = ledger.codex, ledger.connection
    _plain_tables(connection, codex)
    statements = hand_written(codex, mark)

    def ours() -> dict[str, Any]:
        return evaluate(connection, codex, [TOWN], *PERIOD)

    def theirs() -> dict[str, Any]:
        found = {}
        with connection.cursor() as cursor:
            raw = cursor.cursor if hasattr(cursor, "cursor") else cursor
            for key, statement, parameters in statements:
                raw.execute(statement, parameters)
                found[key] = raw.fetchone()[0]
        return found

    figures, by_hand = ours(), theirs()
    for key, value in by_hand.items():
        i = codex.indicators[key]
        assert (figures[key].value or 0) * i.scale == (value or 0), (key, figures[key].value, value)
    return best(ours, 7), best(theirs, 7), len(statements)


def _calamine_seconds(ledger: Any) -> float:
    """Reading the same ledgers from xlsx, a sheet a definition, columns as the projections have them."""
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "ledgers.xlsx"
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book, ledger.connection.cursor() as cursor:
            for definition in ("patrol", "inspection", "publicity_event", "counsel_visit", "proactive_disclosure",
                               "legal_consultation", "dispute"):  # fmt: skip
                sheet = book.add_worksheet(definition)
                cursor.execute(f"SELECT * FROM p_{definition}")
                keep = [i for i, c in enumerate(cursor.description) if c[0].startswith("f_") or c[0] == "number"]
                for r, row in enumerate(cursor.fetchall()):
                    sheet.write_row(r, 0, ["" if row[i] is None else str(row[i]) if isinstance(row[i], date) else row[i]
                                           for i in keep])  # fmt: skip
        begin = time.perf_counter()
        book2 = CalamineWorkbook.from_path(path)
        for sheet_name in book2.sheet_names:
            book2.get_sheet_by_name(sheet_name).to_python()
        return time.perf_counter() - begin


def run(postgres: str | None) -> list[Line]:
    lines = []
    with fresh() as ledger:
        ledger.record_many(acts())
        ours, theirs, n = _measure(ledger, "?")
        read = _calamine_seconds(ledger)
        total = len(ledger.codex.indicators)
    lines.append(Line("全部指标，10万条（SQLite）：为逐条手写SQL的倍数", ours / theirs, 1, "at_most",
                      f"{total} 个指标 {ours * 1e3:.0f} ms 对 {n} 条手写 {theirs * 1e3:.0f} ms"))  # fmt: skip
    lines.append(Line("全部指标：占 calamine 读同样台账的时间", ours / read, 1 / 30, "at_most", f"{ours * 1e3:.0f} ms 对 {read:.2f} s"))
    if postgres:
        from bench.postgres import database

        with database(postgres) as address, fresh(address) as ledger:
            ledger.record_many(acts())
            ours, theirs, n = _measure(ledger, "%s")
        lines.append(Line("全部指标，10万条（PostgreSQL）：为逐条手写SQL的倍数", ours / theirs, 1, "at_most",
                          f"{total} 个指标 {ours * 1e3:.0f} ms 对 {n} 条手写 {theirs * 1e3:.0f} ms"))  # fmt: skip
    return lines
