"""Export (导出): the records of a definition in the form that import reads, with nothing left out but what is sealed.

A procedure's record stands in one row as far as a row can say it; steps taken again, and steps whose values the row would
give to another step, follow in the sheet 后续办理.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from yifa.exchange.columns import (
    FOREIGN_NUMBER,
    ORDINAL,
    OWN_NUMBER,
    RECORD_ORG,
    SOURCE_ID,
    SOURCE_SYSTEM,
    STEP_DAY,
    STEP_NAME,
    Column,
    columns_of,
    further_columns,
    openers,
)
from yifa.exchange.context import OrganisationNames, make_context, numbers_of
from yifa.exchange.display import Cell, display, holds_sealed
from yifa.exchange.existing import Existing, read_existing
from yifa.exchange.rows import StepData, in_order
from yifa.exchange.sheet import FURTHER
from yifa.exchange.workbook import SheetError, whole_file
from yifa.procedure.definition import Definition, FieldDef
from yifa.records import sql
from yifa.records.acts import BadInput
from yifa.records.ledger import Ledger
from yifa.records.organisations import organisation, subtree

__all__ = ["display", "export_file", "split_steps"]
LOG = "exports.log"


def export_file(ledger: Ledger, definition: str, path: Path, *, org: str = "", year: int | None = None,
                personal: str = "", actor: str = "") -> int:  # fmt: skip
    """Write the records of ``org`` and below (all without it), numbered in ``year``; gives the number of rows.

    Sealed values leave only with a reason (``personal``), and the log of exports says so before the file is there. Void
    and destroyed records are not exported. Raises BadInput and SheetError; then there is no file."""
    if definition not in ledger.codex.definitions:
        raise BadInput(f"没有台账或程序“{definition}”。用 yifa codex list 查看。")
    d = ledger.codex.definitions[definition]
    if personal and len(personal.strip()) < 4:
        raise BadInput("导出个人信息要写明理由（至少四个字）。")
    town = organisation(org).code if org else None
    with connection.cursor() as cursor:
        uids = _uids(cursor, d, [o.code for o in subtree(town)], year)
        with whole_file(path) as beside, xlsxwriter.Workbook(
            beside, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}
        ) as book:
            rows = _Export(ledger, d, bool(personal), cursor).write(book, uids)
            if personal:
                _log(ledger, actor, d, town, rows, personal, path)
    return rows


def _uids(cursor: Any, d: Definition, orgs: list[str], year: int | None) -> list[str]:
    found: list[tuple[Any, ...]] = []
    for some in sql.chunks(orgs, 500):
        where, given = (" AND year = %s", [year]) if year is not None else ("", [])
        found += sql.all_rows(cursor, f"SELECT org, year, n, uid FROM yifa_record WHERE definition = %s AND org {sql.among(some)}"
                              f"{where} AND status NOT IN ('void', 'destroyed')", [d.key, *some, *given])  # fmt: skip
    return [r[3] for r in sorted(found)]


def _log(ledger: Ledger, actor: str, d: Definition, org: str | None, rows: int, reason: str, path: Path) -> None:
    """A line in ``exports.log`` of the home. What cannot be logged does not leave."""
    line = {"at": datetime.now().astimezone().isoformat(timespec="seconds"), "actor": actor, "definition": d.key,
            "org": org or "", "rows": rows, "reason": reason.strip(), "file": path.name}  # fmt: skip
    try:
        with (ledger.home / LOG).open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
    except OSError as e:
        raise SheetError(f"写不了导出记录 {LOG}（{e.strerror or e}），没有导出个人信息。请检查台账文件夹。") from e


def split_steps(d: Definition, steps: list[StepData]) -> tuple[list[StepData], list[StepData]]:
    """(what the row says, what follows in 后续办理). A row gives each value to the first of its steps that takes the field,
    so a step goes into the row only if no earlier step there would take its values."""
    if d.kind == "register":
        return steps[:1], steps[1:]
    order = {s.key: i for i, s in enumerate(d.all_steps)}
    takes = {s.key: {f.key for f in s.fields} for s in d.all_steps}
    main: dict[str, StepData] = {}
    reached: set[str] = set()
    once: dict[str, StepData] = {}
    for s in steps:
        once.setdefault(s.step, s)
    for s in sorted(once.values(), key=lambda s: order[s.step]):
        if reached.isdisjoint(s.data):
            main[s.step] = s
            reached |= takes[s.step]
    chosen = list(main.values())
    rest = [s for s in steps if main.get(s.step) is not s]
    if [id(s) for s in in_order([*chosen, *rest])] != [id(s) for s in steps]:
        first = next((s for s in steps if s.step in {o.key for o in openers(d)}), steps[0])
        chosen, rest = [first], [s for s in steps if s is not first]
    return chosen, rest


class _Export:
    """The writing of one file."""

    def __init__(self, ledger: Ledger, d: Definition, opened: bool, cursor: Any):
        self.ledger, self.d, self.opened, self.cursor = ledger, d, opened, cursor
        self.orgs = OrganisationNames().shown()
        self.names: dict[str, str] = dict(self.orgs)
        self.context = make_context(ledger)
        self.columns = columns_of(d)
        self.days = {s.key: s.milestone for s in d.all_steps}
        self.titles = {s.key: s.name for s in d.all_steps}
        self.cells = {c.key: Cell(c.field, self.context, self.names) for c in self.columns}

    def write(self, book: Any, uids: list[str]) -> int:
        """Both sheets; gives the number of records."""
        orgs = {r[0] for some in sql.chunks(uids, 500)
                for r in sql.all_rows(self.cursor, f"SELECT DISTINCT org FROM yifa_record WHERE uid {sql.among(some)}", some)}  # fmt: skip
        columns = [c for c in self.columns if c.key != ORDINAL and (c.key != RECORD_ORG or len(orgs) > 1)]
        main = _Sheet(book, sheet_name(self.d.name), columns)
        more: _Sheet | None = None
        count = 0
        for record in self._records(uids):
            count += 1
            row, rest = split_steps(self.d, record.steps)
            values: dict[str, Any] = {}
            for s in row:
                values |= s.data
                values[self.days[s.step]] = s.on
            main.row(self._row(columns, values, record))
            if rest and more is None:
                more = _Sheet(book, FURTHER, further_columns(self.d))
            for s in rest:
                assert more is not None
                more.row(self._row(more.columns, s.data, record, s))
        return count

    def _records(self, uids: list[str]) -> Iterator[Existing]:
        """The records, the numbers of those they refer to made known."""
        refers = [f.key for f in self.d.fields if f.type == "record"]
        for some in sql.chunks(uids, 500):
            found = list(read_existing(self.ledger, self.cursor, list(some), opened=self.opened))
            if refers:
                named = {v for e in found for s in e.steps for k in refers for v in _texts(s.data.get(k))}
                self.names |= {u: n for u, n in numbers_of(named).items() if self.context.record(None, n) == u}
            yield from found

    def _row(self, columns: list[Column], values: dict[str, Any], record: Existing, step: StepData | None = None) -> list[Any]:
        cells = []
        for c in columns:
            if c.key == STEP_DAY and step is not None:
                cells.append(display(c.field, step.on, {}))
            elif c.meta:
                cells.append(self._meta(record, c.key, step))
            else:
                value = values.get(c.key)
                closed = value is not None and c.field.type != "rows" and holds_sealed(value)
                cells.append(None if value is None or closed else self._cell(c, value, record))
        return cells

    def _cell(self, c: Column, value: Any, record: Existing) -> Any:
        try:
            return self.cells[c.key](value)
        except BadInput as e:
            raise BadInput(f"{record.number}：{e}") from None

    def _meta(self, record: Existing, key: str, step: StepData | None) -> str | None:
        return {OWN_NUMBER: record.number, FOREIGN_NUMBER: record.foreign_number, SOURCE_ID: record.source[1],
                SOURCE_SYSTEM: record.source[0] if record.source[1] else None, RECORD_ORG: self.orgs.get(record.org, record.org),
                STEP_NAME: self.titles[step.step] if step else None}[key]  # fmt: skip


def _texts(value: Any) -> list[str]:
    return [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, str)]


def heading(c: Column) -> str:
    """A column's heading with its unit."""
    f: FieldDef = c.field
    unit = f.unit or ("元" if f.type == "money" else "")
    return f"{c.name}（{unit}）" if unit else c.name


class _Sheet:
    """One sheet being written row by row."""

    def __init__(self, book: Any, name: str, columns: list[Column]):
        self.out, self.columns, self.count = book.add_worksheet(name), columns, 0
        self.money = book.add_format({"num_format": "0.00"})
        head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
        self.out.freeze_panes(1, 0)
        for i, c in enumerate(columns):
            title = heading(c)
            self.out.set_column(i, i, max(10, min(26, 2 * len(title) + 2)))
            self.out.write_string(0, i, title, head)

    def row(self, cells: list[Any]) -> None:
        self.count += 1
        for i, value in enumerate(cells):
            if value is None or value == "":
                continue
            if isinstance(value, date):
                self.out.write_datetime(self.count, i, datetime(value.year, value.month, value.day))
            elif isinstance(value, float):
                self.out.write_number(self.count, i, value, self.money if self.columns[i].field.type == "money" else None)
            elif isinstance(value, int):
                self.out.write_number(self.count, i, value)
            else:
                self.out.write_string(self.count, i, str(value))


def sheet_name(name: str) -> str:
    """A name as a sheet may bear it."""
    return "".join(" " if c in "[]:*?/\\" else c for c in name)[:31].strip("'")
