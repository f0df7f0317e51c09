"""Rebuilding (重建): folds every record from its events and compares, or makes the projections anew in shadow tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from yifa.procedure.engine import fold_events
from yifa.records import sql
from yifa.records.canonical import loads
from yifa.records.case import Case, Pending, event_of
from yifa.records.failures import translated
from yifa.records.projection_schema import create_table, figure_columns, index_statements
from yifa.records.refold import effective
from yifa.records.search import SEARCH_COLUMNS, search_row, search_statement
from yifa.records.shape import Table

if TYPE_CHECKING:
    from yifa.records.ledger import Ledger

_SIZE = 400
_FROM_FOLD = ("pin", "status", "stage", "opened_on", "last_on", "rseq", "late", "fold")
_FROM_OPENING = ("org", "definition", "number", "year", "n", "foreign_number", "restricted")
_REPAIRED = ("number", "year", "n", "foreign_number", "restricted")
_REPAIR = f"UPDATE yifa_record SET {', '.join(f'{c} = %s' for c in _REPAIRED)} WHERE uid = %s"
Progress = Callable[[int, int], None]


@dataclass(slots=True, frozen=True)
class Difference:
    """A row that is not what the events say: ``what`` is missing, extra or changed (with the columns)."""

    table: str
    record: str
    what: str
    columns: tuple[str, ...] = ()
    stored: tuple[Any, ...] = ()
    rebuilt: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.what != "changed":
            return f"{self.table} {self.record}：{'缺少一行' if self.what == 'missing' else '多出一行'}"
        told = "；".join(_told(c, s, r) for c, s, r in zip(self.columns, self.stored, self.rebuilt, strict=True))
        return f"{self.table} {self.record}：{told}"


def _told(column: str, stored: Any, rebuilt: Any) -> str:
    """One column's difference; of a whole fold only the parts that differ."""
    if isinstance(stored, dict) and isinstance(rebuilt, dict):
        parts = [k for k in sorted({*stored, *rebuilt}) if stored.get(k) != rebuilt.get(k)]
        return "；".join(_told(f"{column}.{k}", stored.get(k), rebuilt.get(k)) for k in parts)
    return f"{column} 存的是 {stored!r}，应是 {rebuilt!r}"


def rebuild(ledger: Ledger, check_only: bool = True, progress: Progress | None = None) -> list[Difference]:
    """Fold all records anew, each by the versions it pins, and list what differs from the stored rows: records,
    projections, child tables, deadlines and search. Unless ``check_only``, then write everything anew."""
    with translated(), transaction.atomic(), connection.cursor() as cursor:
        found = [d for case in _cases(ledger, cursor, progress, _Compare(cursor)) for d in case]
        found += _extra(cursor, _tables(ledger, cursor))
        if not check_only:
            _write_anew(ledger, cursor)
    return found


def _cases(ledger: Ledger, cursor: Any, progress: Progress | None, each: Any) -> Iterator[Any]:
    """Hand the refolded cases to ``each`` chunk by chunk, in order of recording."""
    total = sql.one(cursor, "SELECT count(*) FROM yifa_record", ())[0]
    done, last = 0, 0
    while True:
        columns = ", ".join(sql.RECORD_COLUMNS)
        rows = sql.all_rows(cursor, f"SELECT id, {columns} FROM yifa_record WHERE id > %s ORDER BY id LIMIT {_SIZE}", (last,))
        if not rows:
            return
        last = rows[-1][0]
        cases = {r[1]: Case.from_row(r[1:], cursor, ledger.library) for r in rows}
        stored = {r[1]: dict(zip(sql.RECORD_COLUMNS, r[1:], strict=True)) for r in rows}
        openings = _refold(ledger, cursor, cases)
        yield each(list(cases.values()), stored, openings)
        done += len(rows)
        if progress:
            progress(done, total)


def _refold(ledger: Ledger, cursor: Any, cases: dict[str, Case]) -> dict[str, dict[str, Any]]:
    """Fold every case from its events, by the version of its definition that the last of them names; gives the bodies of
    the first events, with the restriction as last stated."""
    uids = list(cases)
    openings: dict[str, dict[str, Any]] = {}
    for case in cases.values():
        case.history = []
    rows = sql.all_rows(cursor, f"SELECT record, body FROM yifa_event WHERE record {sql.among(uids)} ORDER BY record, rseq", uids)
    for uid, text in rows:
        body = loads(text)
        opening = openings.setdefault(uid, body)
        if "restricted" in body:
            opening["restricted"] = body["restricted"] or None
        opening["def_hash"] = body["def_hash"]
        history = cases[uid].history
        assert history is not None
        history.append(event_of(body))
    for uid, opening in openings.items():
        case = cases[uid]
        case.number, case.year, case.n = opening["number"], opening["year"], opening["n"]
        case.foreign_number, case.restricted = opening.get("foreign_number"), opening.get("restricted")
        if case.pinned.def_hash != opening["def_hash"]:
            case.pinned = ledger.library.version(cursor, case.definition, opening["def_hash"])
    for case in cases.values():
        pinned, events = case.pinned, case.history or []
        case.fold = fold_events(pinned.shape.plan, pinned.law, events)
        case.refolded = True
        case.rseq = len(events)
        case.late = int(any(e.late for e in effective(events)))
        case.opened_on = ""
        case.settle()
        if not case.opened_on:  # all steps are void: the day as last corrected
            steps = effective([e for e in events if e.kind != "void"])
            case.opened_on = steps[0].on if steps else ""
        case.pending = [Pending(e, e.kind, {}, None, []) for e in effective(events)]
    return openings


def expected_rows(case: Case, vendor: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows but the record's that a refolded case should have, by table."""
    shape, fold = case.pinned.shape, case.fold
    assert fold is not None
    found: dict[str, list[tuple[Any, ...]]] = {t.name: [] for t in shape.tables}
    found["yifa_deadline"], found["yifa_search"] = [], []
    if not case.shown:
        return found
    found[shape.main.name].append(shape.main_row(case.projection_head(), fold))
    for key, table in shape.lists.items():
        found[table.name] = shape.child_rows(key, case.uid, case.org, fold["facts"])
    for pending in case.pending:
        made = shape.step_row(case.uid, case.org, pending.event)
        if made is not None:
            found[made[0].name].append(made[1])
    found["yifa_deadline"] = shape.deadline_rows(case.uid, case.org, fold)
    text = shape.search_text(case.number, case.foreign_number, fold["facts"])
    found["yifa_search"] = [search_row(vendor, case.uid, case.org, case.definition, case.org_path, text)]
    return found


class _Compare:
    """Compares chunks of refolded cases with what is stored."""

    def __init__(self, cursor: Any):
        self.cursor = cursor

    def __call__(self, cases: list[Case], stored: dict[str, dict[str, Any]],
                 openings: dict[str, dict[str, Any]]) -> list[Difference]:  # fmt: skip
        found: list[Difference] = []
        wanted: dict[str, dict[tuple[Any, ...], tuple[Any, ...]]] = {}
        columns: dict[str, tuple[str, ...]] = {}
        for case in cases:
            found += self._record(case, stored[case.uid], openings.get(case.uid, {}))
            for t in case.pinned.shape.tables:
                # Records of an older version of the definition have fewer columns; the others must be empty.
                columns[t.name] = tuple(dict.fromkeys([*columns.get(t.name, ()), *t.names]))
        for case in cases:
            names = {t.name: (t.names, len(t.key)) for t in case.pinned.shape.tables}
            names["yifa_deadline"] = (list(sql.DEADLINE_COLUMNS), 2)
            for table, rows in expected_rows(case, "postgresql").items():
                if table == "yifa_search":
                    rows, names[table] = [r[:4] for r in rows], (list(SEARCH_COLUMNS[:4]), 1)
                own, width = names[table]
                columns.setdefault(table, tuple(own))
                place = {c: i for i, c in enumerate(own)}
                for row in rows:
                    whole = tuple(row[place[c]] if c in place else None for c in columns[table])
                    key = (row[0],) if width == 1 else (row[0], row[1] if table == "yifa_deadline" else row[2])
                    wanted.setdefault(table, {})[key] = whole
                wanted.setdefault(table, {})
        uids = [c.uid for c in cases]
        for table, rows_by_key in wanted.items():
            found += self._table(table, columns[table], rows_by_key, uids)
        return found

    def _record(self, case: Case, stored: dict[str, Any], opening: dict[str, Any]) -> list[Difference]:
        if not opening:
            return [Difference("yifa_record", case.uid, "extra")]
        now = dict(zip(sql.RECORD_COLUMNS, case.row(), strict=True))
        now["fold"] = None if now["fold"] is None else json.loads(now["fold"])
        was = {**stored, "fold": None if stored["fold"] is None else json.loads(stored["fold"])}
        now.update({c: opening.get(c) for c in _FROM_OPENING})
        source = opening.get("source") or {}
        now.update(source_system=source.get("system"), source_id=source.get("id"), batch=source.get("batch"))
        bad = tuple(c for c in (*_FROM_FOLD, *_FROM_OPENING, "source_system", "source_id", "batch") if now[c] != was[c])
        if not bad:
            return []
        return [Difference("yifa_record", case.uid, "changed", bad, tuple(was[c] for c in bad), tuple(now[c] for c in bad))]

    def _table(self, table: str, columns: tuple[str, ...], wanted: dict[tuple[Any, ...], tuple[Any, ...]],
               uids: list[str]) -> list[Difference]:  # fmt: skip
        second = {"yifa_deadline": "clock", "yifa_search": None}.get(table, "i" if "i" in columns else None)
        if table == "yifa_search" and self.cursor.db.vendor == "sqlite":
            where = f"rowid IN (SELECT id FROM yifa_record WHERE uid {sql.among(uids)})"
        else:
            where = f"record {sql.among(uids)}"
        found = []
        for row in sql.all_rows(self.cursor, f"SELECT {', '.join(columns)} FROM {table} WHERE {where}", uids):
            plain = tuple(v.isoformat() if isinstance(v, date) else v for v in row)
            key = (plain[0],) if second is None else (plain[0], plain[columns.index(second)])
            right = wanted.pop(key, None)
            if right is None:
                found.append(Difference(table, str(plain[0]), "extra"))
            elif right != plain:
                bad = [i for i, (a, b) in enumerate(zip(plain, right, strict=True)) if a != b]
                found.append(Difference(table, str(plain[0]), "changed", tuple(columns[i] for i in bad),
                                        tuple(plain[i] for i in bad), tuple(right[i] for i in bad)))  # fmt: skip
        found += [Difference(table, str(key[0]), "missing") for key in wanted]
        return found


def _tables(ledger: Ledger, cursor: Any) -> dict[str, Table]:
    """Every projection table with all columns it ever had."""
    found: dict[str, list[tuple[str, str]]] = {}
    for table, column, kind in sql.all_rows(cursor, "SELECT table_name, column_name, kind FROM yifa_column"):
        found.setdefault(table, []).append((column, kind))
    fixed = {"record": 0, "org": 1, "i": 2}
    made = {}
    for name, columns in found.items():
        columns.sort(key=lambda c: (fixed.get(c[0], 9), c[0]))
        made[name] = Table(name, columns, ("record", "i") if ("i", "int") in columns else ("record",), [])
    return made


def _extra(cursor: Any, tables: dict[str, Table]) -> list[Difference]:
    """Rows of records that do not exist."""
    found = []
    for table in [*tables, "yifa_deadline", "yifa_search"]:
        rows = sql.all_rows(cursor, f"SELECT DISTINCT record FROM {table} WHERE record NOT IN (SELECT uid FROM yifa_record)")
        found += [Difference(table, str(r[0]), "extra") for r in rows]
    return found


def _write_anew(ledger: Ledger, cursor: Any) -> None:
    tables = _tables(ledger, cursor)
    vendor = cursor.db.vendor
    for table in tables.values():
        cursor.execute(f"DROP TABLE IF EXISTS s_{table.name}")
        cursor.execute(create_table(vendor, table, f"s_{table.name}"))
    cursor.execute("DELETE FROM yifa_deadline")
    cursor.execute("DELETE FROM yifa_search")

    def write(cases: list[Case], stored: Any, openings: Any) -> None:
        rows: dict[tuple[str, tuple[str, ...]], list[Any]] = {}
        search = []
        for case in cases:
            names = {t.name: tuple(t.names) for t in case.pinned.shape.tables}
            for table, some in expected_rows(case, vendor).items():
                if table == "yifa_search":
                    search += some
                elif table == "yifa_deadline":
                    rows.setdefault((table, sql.DEADLINE_COLUMNS), []).extend(some)
                else:
                    rows.setdefault((f"s_{table}", names[table]), []).extend(some)
        for (table, columns), some in rows.items():
            sql.add_rows(cursor, table, columns, some)
        sql.write_rows(cursor, search_statement(vendor), search)
        sql.write_rows(cursor, sql.UPDATE_RECORD, [c.update() for c in cases])
        wrong = [c for c in cases if any(stored[c.uid][k] != getattr(c, k) for k in _REPAIRED)]
        sql.write_rows(cursor, _REPAIR, [(*(getattr(c, k) for k in _REPAIRED), c.uid) for c in wrong])

    for _ in _cases(ledger, cursor, None, write):
        pass
    for name in tables:
        cursor.execute(f"DROP TABLE {name}")
        cursor.execute(f"ALTER TABLE s_{name} RENAME TO {name}")
    read = figure_columns(ledger.codex)
    for key in ledger.codex.definitions:
        for statement in index_statements(ledger.library.current(cursor, key).shape, read):
            cursor.execute(statement)
