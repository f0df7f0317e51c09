"""Export (导出): the records of a definition in the form that import reads, with nothing left out but what is sealed."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from django.db import connection

from yifa.exchange.columns import FOREIGN_NUMBER, SOURCE_ID, SOURCE_SYSTEM, Column, columns_of
from yifa.exchange.existing import Existing, read_existing
from yifa.procedure.definition import FieldDef
from yifa.records import sql
from yifa.records.acts import BadInput
from yifa.records.ledger import Ledger
from yifa.records.organisations import subtree

SEALED = "〔已加密〕"


def display(f: FieldDef, value: Any, names: dict[str, str]) -> Any:
    """A canonical value as a cell: 元 for 分, 是/否, organisation names, rows one a line."""
    if value is None:
        return None
    if isinstance(value, dict):
        return "不详" if "unknown" in value else SEALED
    if f.type == "rows":
        return "\n".join("；".join(str(display(c, r.get(c.key), names) or "") for c in f.fields) for r in value)
    if isinstance(value, list):
        return "、".join(str(display(f, v, names)) for v in value)
    if f.type == "money":
        return value / 100
    if f.type == "decimal":
        return value / 10**f.decimals
    if f.type == "boolean":
        return "是" if value else "否"
    if f.type == "organization":
        return names.get(value, value)
    if f.type == "date" and len(value) == 10:
        return date.fromisoformat(value)
    if f.type == "datetime":
        return value.replace("T", " ")
    return value


def export_file(ledger: Ledger, definition: str, path: Path, *, org: str = "", year: int | None = None,
                personal: str = "") -> int:  # fmt: skip
    """Write the records of ``org`` and below (all without it), numbered in ``year``; gives the number of rows.

    Sealed values leave only with a reason (``personal``). Void and destroyed records are not exported."""
    columns = [c for c in columns_of(ledger.codex.definitions[definition])]
    orgs = subtree(org or None)
    names = {o.code: o.name for o in subtree(None)}
    if personal and len(personal.strip()) < 4:
        raise BadInput("导出个人信息要写明理由（至少四个字）。")
    with connection.cursor() as cursor:
        uids: list[str] = []
        for some in sql.chunks([o.code for o in orgs], 500):
            where, parameters = "", [definition, *some]
            if year is not None:
                where, parameters = " AND year = %s", [*parameters, year]
            uids += [r[0] for r in sql.all_rows(
                cursor, f"SELECT uid FROM yifa_record WHERE definition = %s AND org {sql.among(some)}{where} "
                "AND status NOT IN ('void', 'destroyed') ORDER BY org, year, n", parameters)]  # fmt: skip
        try:
            with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
                return _write(book, ledger, cursor, definition, columns, uids, names, bool(personal))
        except xlsxwriter.exceptions.FileCreateError as e:
            raise BadInput(f"写不了 {path}：{e}。请检查文件是否正被打开、文件夹是否可写。") from e


def _write(book: Any, ledger: Ledger, cursor: Any, definition: str, columns: list[Column], uids: list[str],
           names: dict[str, str], opened: bool) -> int:  # fmt: skip
    d = ledger.codex.definitions[definition]
    out = book.add_worksheet("".join(" " if c in "[]:*?/\\" else c for c in d.name)[:31])
    head = book.add_format({"bold": True, "bg_color": "#E8EEF7", "border": 1})
    number_form = book.add_format({"num_format": "0.00"})
    out.freeze_panes(1, 0)
    headings = ["系统编号（勿改）", *(c.name + ("（元）" if c.field.type == "money" else "") for c in columns)]
    for i, heading in enumerate(headings):
        out.set_column(i, i, max(10, min(26, 2 * len(heading) + 2)))
        out.write_string(0, i, heading, head)
    row = 0
    for record in read_existing(ledger, cursor, uids, opened=opened):
        row += 1
        out.write_string(row, 0, record.number)
        for i, c in enumerate(columns, 1):
            value = _meta(record, c) if c.meta else display(c.field, record.facts.get(c.key), names)
            if value is None or value == "" or (value == SEALED and not opened):
                continue
            if isinstance(value, date):
                out.write_datetime(row, i, datetime(value.year, value.month, value.day))
            elif isinstance(value, float):
                out.write_number(row, i, value, number_form)
            elif isinstance(value, int):
                out.write_number(row, i, value)
            else:
                out.write_string(row, i, str(value))
    return row


def _meta(record: Existing, c: Column) -> str | None:
    return {FOREIGN_NUMBER: record.foreign_number, SOURCE_SYSTEM: record.source[0], SOURCE_ID: record.source[1]}[c.key]
