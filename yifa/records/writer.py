"""Writes judged cases: events into the chains, then record, projection, deadline, search and sealed rows.

One record or two thousand go the same way; the number of statements depends on the kinds of rows, not on their number.
"""

from __future__ import annotations

from json.encoder import encode_basestring as quote
from typing import Any

from yifa.procedure.events import Event
from yifa.records import sql
from yifa.records.canonical import encoder
from yifa.records.case import Case, Head, Pending
from yifa.records.chain import event_hash
from yifa.records.numbering import format_number, reserve
from yifa.records.refold import effective
from yifa.records.search import SEARCH_COLUMNS, search_row, search_statement, unsearch_statement
from yifa.records.shape import Table
from yifa.records.versions import Library

BODY_VERSION = 1
_encode = encoder()


class Writer:
    """Writes inside one transaction that holds the heads' locks."""

    def __init__(self, cursor: Any, library: Library, heads: dict[str, Head], now: str, batch: int | None = None):
        self.cursor, self.library, self.heads, self.now, self.batch = cursor, library, heads, now, batch

    def write(self, cases: list[Case]) -> None:
        """Write every pending event of the cases and all rows that follow from them."""
        self._number(cases)
        with sql.pipeline(self.cursor, few=len(cases) == 1):
            self._events(cases)
            self._records(cases)
            self._projections(cases)
            self._deadlines(cases)
            self._search(cases)
            sql.add_rows(self.cursor, "yifa_sealed", sql.SEALED_COLUMNS, [r for c in cases for r in c.sealed])
            sql.add_rows(self.cursor, "yifa_file", sql.FILE_COLUMNS, [r for c in cases for r in c.files])

    def _number(self, cases: list[Case]) -> None:
        """Numbers for the records that open, in the order of their acts."""
        opening = sorted(((p.index, c, p.event.on) for c in cases for p in c.pending if p.opening is not None),
                         key=lambda o: o[0])  # fmt: skip
        wanted: dict[tuple[str, str, int], list[Case]] = {}
        for _, case, on in opening:
            case.year, case.batch = int(on[:4]), self.batch
            wanted.setdefault((case.org, case.definition, case.year), []).append(case)
        for key, some in wanted.items():
            first = reserve(self.cursor, *key, len(some))
            short = self.heads[key[0]].short
            for n, case in enumerate(some, first):
                d = case.pinned.shape.definition
                case.n, case.number = n, format_number(d.number, short, case.year, d.name, n)

    # -- events -------------------------------------------------------------------------------------------------------

    def _events(self, cases: list[Case]) -> None:
        waiting = sorted(((p.index, p.event.seq, c, p) for c in cases for p in c.pending), key=lambda w: w[:2])
        rows = []
        moved: set[str] = set()
        for _, seq, case, pending in waiting:
            head = self.heads[case.org]
            body = self._body(case, pending, head)
            digest = event_hash(head.hash, body)
            head.cseq, head.hash = head.cseq + 1, digest
            moved.add(case.org)
            rows.append((case.org, head.cseq, case.uid, seq, digest, body))
        sql.add_rows(self.cursor, "yifa_event", sql.EVENT_COLUMNS, rows)
        sql_heads = [(self.heads[o].cseq, self.heads[o].hash, o) for o in sorted(moved)]
        sql.write_rows(self.cursor, sql.ADVANCE_HEAD, sql_heads)

    def _body(self, case: Case, p: Pending, head: Head) -> str:
        """The canonical text, put together in the order of its keys; equal to `canonical.dumps` of the same values."""
        ev = p.event
        pinned = case.pinned
        parts = [
            f'{{"actor":{quote(ev.actor)},"calendar":"{pinned.calendar}","codex":"{self.library.codex.hash}",'
            f'"cseq":{head.cseq + 1},"data":{_encode(ev.data)},"def_hash":"{pinned.def_hash}",'
            f'"definition":"{case.definition}"'
        ]
        opening = p.opening
        if p.files:
            parts.append(f'"files":{_encode(p.files)}')
        if opening is not None and case.foreign_number is not None:
            parts.append(f'"foreign_number":{quote(case.foreign_number)}')
        parts.append(f'"kind":"{p.kind}"')
        if ev.late:
            parts.append('"late":true')
        if opening is not None:
            parts.append(f'"n":{case.n},"number":{quote(case.number)}')
        parts.append(f'"on":"{ev.on}","org":"{case.org}","prev":"{head.hash}"')
        if ev.reason:
            parts.append(f'"reason":{quote(ev.reason)}')
        if p.receipt:
            parts.append(f'"receipt":{_encode(p.receipt)}')
        parts.append(f'"record":"{case.uid}","recorded_at":"{self.now}"')
        if p.restricted is not None:
            parts.append(f'"restricted":{quote(p.restricted)}')
        if ev.roles:
            parts.append(f'"roles":{_encode(ev.roles)}')
        parts.append(f'"rseq":{ev.seq}')
        if p.source or self.batch is not None:
            batch = {} if self.batch is None else {"batch": self.batch}
            parts.append(f'"source":{_encode({**(p.source or {}), **batch})}')
        if ev.step:
            parts.append(f'"step":"{ev.step}"')
        if ev.target:
            parts.append(f'"target":{_encode(ev.target)}')
        parts.append(f'"v":{BODY_VERSION}')
        if opening is not None:
            parts.append(f'"year":{case.year}')
        return ",".join(parts) + "}"

    # -- rows ---------------------------------------------------------------------------------------------------------

    def _records(self, cases: list[Case]) -> None:
        sql.add_rows(self.cursor, "yifa_record", sql.RECORD_COLUMNS, [c.row() for c in cases if c.new])
        sql.write_rows(self.cursor, sql.UPDATE_RECORD, [c.update() for c in cases if not c.new])

    def _projections(self, cases: list[Case]) -> None:
        rows = Rows()
        for case in cases:
            shape = case.pinned.shape
            fold = case.fold
            assert fold is not None
            for table in case.left.tables if case.left else ():
                rows.delete(table.delete, (case.uid,))
            if not case.shown:
                for table in shape.tables:
                    rows.delete(table.delete, (case.uid,))
                continue
            rows.put(shape.main, shape.main_row(case.projection_head(), fold), case.new)
            for key, table in shape.lists.items():
                if case.changed(key):
                    made = shape.child_rows(key, case.uid, case.org, fold["facts"])
                    for row in made:
                        rows.put(table, row, case.new)
                    was = (case.before or {}).get(key)
                    if isinstance(was, list) and len(was) > len(made):
                        rows.delete(table.shorten, (case.uid, len(made)))
            if shape.step_tables:
                self._step_rows(case, rows)
        rows.write(self.cursor)

    def _step_rows(self, case: Case, rows: Rows) -> None:
        """Rows of repeatable steps: of the new events; of all of a step of which a correction or voiding changed one."""
        shape = case.pinned.shape
        events = [p.event for p in case.pending]
        if any(e.kind != "step" for e in events):
            whole = [*(case.history or ()), *events]
            steps = set(shape.step_tables) if case.left else _touched(whole, events)
            for key in shape.step_tables.keys() & steps:
                rows.delete(shape.step_tables[key].delete, (case.uid,))
            events = [e for e in effective(whole) if e.step in steps]
        for event in events:
            made = shape.step_row(case.uid, case.org, event)
            if made is not None:
                rows.put(made[0], made[1], True)

    def _deadlines(self, cases: list[Case]) -> None:
        new: list[Any] = []
        changed: list[Any] = []
        gone: list[Any] = []
        for c in cases:
            if not c.pinned.shape.clocked and not c.before_deadlines:
                continue
            rows = c.pinned.shape.deadline_rows(c.uid, c.org, c.fold) if c.shown and c.fold else []
            if c.new:
                new += rows
                continue
            was = dict(c.before_deadlines)
            changed += [r for r in rows if was.pop(r[1], None) != r]
            gone += [(c.uid, clock) for clock in was]
        sql.write_rows(self.cursor, "DELETE FROM yifa_deadline WHERE record = %s AND clock = %s", gone)
        sql.add_rows(self.cursor, "yifa_deadline", sql.DEADLINE_COLUMNS, new)
        sql.write_rows(self.cursor, UPSERT_DEADLINE, changed)

    def _search(self, cases: list[Case]) -> None:
        vendor = self.cursor.db.vendor
        gone = [(c.uid,) for c in cases if not c.shown and not c.new]
        sql.write_rows(self.cursor, unsearch_statement(vendor), gone)
        new: list[Any] = []
        changed: list[Any] = []
        for c in cases:
            shape = c.pinned.shape
            if c.shown and (c.new or c.left or any(map(c.changed, shape.search))):
                assert c.fold is not None
                text = shape.search_text(c.number, c.foreign_number, c.fold["facts"])
                row = search_row(vendor, c.uid, c.org, c.definition, c.org_path, text)
                (new if c.new and vendor == "postgresql" else changed).append(row)
        sql.add_rows(self.cursor, "yifa_search", SEARCH_COLUMNS, new)
        sql.write_rows(self.cursor, search_statement(vendor), changed)


def _touched(events: list[Event], new: list[Event]) -> set[str]:
    """The steps that the ``new`` events among ``events`` take, correct or void."""
    taken = {e.seq: e.step for e in events}
    return {e.step for e in new} | {taken[t] for e in new for t in e.target}


UPSERT_DEADLINE = sql.upsert("yifa_deadline", sql.DEADLINE_COLUMNS, ("record", "clock"))


class Rows:
    """Rows for projection tables, gathered so that each table is written once."""

    def __init__(self) -> None:
        self._gone: dict[str, list[tuple[Any, ...]]] = {}
        self._new: dict[str, tuple[Table, list[Any]]] = {}
        self._set: dict[str, tuple[Table, list[Any]]] = {}

    def delete(self, statement: str, key: tuple[Any, ...]) -> None:
        self._gone.setdefault(statement, []).append(key)

    def put(self, table: Table, row: tuple[Any, ...], new: bool) -> None:
        (self._new if new else self._set).setdefault(table.insert, (table, []))[1].append(row)

    def write(self, cursor: Any) -> None:
        for statement, gone in self._gone.items():
            sql.write_rows(cursor, statement, gone)
        for table, rows in self._new.values():
            sql.add_rows(cursor, table.name, table.names, rows)
        for table, rows in self._set.values():
            sql.write_rows(cursor, table.upsert, rows)

