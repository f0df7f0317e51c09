"""Templates (导入模板): headings, drop-downs, an example row and a sheet that explains every column."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

from yifa.codex import Codex
from yifa.exchange.columns import (
    FOREIGN_NUMBER,
    ORDINAL,
    OWN_NUMBER,
    RECORD_ORG,
    SOURCE_ID,
    SOURCE_SYSTEM,
    STEP_NAME,
    Column,
    columns_of,
    further_columns,
    openers,
)
from yifa.exchange.export import heading, sheet_name
from yifa.exchange.sheet import FURTHER
from yifa.exchange.workbook import whole_file
from yifa.indicators.summary import REGISTER
from yifa.procedure.definition import Definition, FieldDef, Step

_EXAMPLE_DAY = date(2026, 3, 2)
_ROWS_WITH_DROPDOWN = 2000
_TYPE_HELP = {"date": "日期，如 2026-03-02；只知道年月的写 2026-03", "datetime": "日期，需要时写到几点几分，如 2026-03-02 14:30",
              "integer": "整数", "count": "整数，只填数字", "money": "金额，单位元，最多两位小数", "boolean": "是 或 否",
              "statute": "法律法规名称", "organization": "单位名称", "person": "姓名", "file": "先上传附件，这里填附件摘要；没有的留空",
              "longtext": "文字", "record": "有关记录的编号"}  # fmt: skip


def example_value(f: FieldDef, day: date = _EXAMPLE_DAY) -> str | int | float | date | None:
    """A plausible value for the example row; None for what only this town can say."""
    if f.example is not None:
        return f.example
    if f.type == "choice" and isinstance(f.of, list):
        return f.of[0]
    if f.type == "rows":
        return "；".join("" if v is None else str(v) for v in (example_value(c, day) for c in f.fields))
    by_format = {"id_number": "11010519491231002X", "phone": "010-00000000", "uscc": "91350100M000100Y43",
                 "bank_account": "6200000000000000000"}  # fmt: skip
    if f.format is not None:
        return by_format[f.format]
    by_type: dict[str, Any] = {"date": day, "datetime": f"{day} 14:30", "integer": 12, "count": 12, "money": 200, "decimal": 200,
                               "boolean": "是", "statute": "民法典", "organization": None, "record": None, "file": None,
                               "person": "（示例）张三"}  # fmt: skip
    value = by_type.get(f.type, f"（示例）{f.name}")
    if isinstance(value, int):
        value = max(f.at_least or 0, min(value, value if f.at_most is None else f.at_most))
    return value


def explain_column(c: Column) -> str:
    """How to fill the column, in words."""
    f = c.field
    parts = []
    if f.type == "choice" and isinstance(f.of, list):
        parts.append("可填：" + "、".join(f.of))
    elif f.type == "rows":
        parts.append("每行一条，用分号隔开，依次填：" + "；".join(x.name for x in f.fields))
    elif f.type == "decimal":
        parts.append(f"数字，最多 {f.decimals} 位小数" + (f"，单位{f.unit}" if f.unit else ""))
    elif c.meta:
        parts.append(_META_HELP[c.key])
    elif f.type in _TYPE_HELP:
        parts.append(_TYPE_HELP[f.type] + (f"，单位{f.unit}" if f.unit and f.type == "count" else ""))
    if f.many and f.type != "rows":
        parts.append("多个用顿号分开")
    if f.sealed:
        parts.append("个人信息，加密保存")
    if f.help:
        parts.append(f.help)
    if f.basis:
        parts.append(str(f.basis))
    return "；".join(parts)


_META_HELP = {FOREIGN_NUMBER: "本单位自己的编号，照原样保留；写“示例”的行不导入", STEP_NAME: "从下拉列表选"}


def _shown(d: Definition) -> list[Column]:
    return [c for c in columns_of(d) if c.key not in (OWN_NUMBER, ORDINAL, SOURCE_SYSTEM, SOURCE_ID, RECORD_ORG)]


def example_steps(d: Definition) -> dict[str, date]:
    """The steps of the example and their days, a week apart: the way from the opening to the first step that closes the
    record, with what each rests on (of several that will do, the first that is taken once)."""
    steps = {s.key: s for s in d.all_steps}
    opening = openers(d)[-1]
    ways = [w for s in d.all_steps if s.to == "closed" and (w := _way(steps, s)) is not None and opening.key in w]
    chosen = min(ways, key=len, default={opening.key})
    order = [k for k in steps if k in chosen]
    return {k: _EXAMPLE_DAY + timedelta(days=7 * n) for n, k in enumerate(order)}


def _way(steps: dict[str, Step], last: Step) -> set[str] | None:
    """A step with all that it rests on; None where these exclude each other."""
    found: set[str] = set()
    waiting = [last.key]
    while waiting:
        s = steps[waiting.pop()]
        if s.key in found:
            continue
        found.add(s.key)
        waiting += s.after
        if s.after_any and found.isdisjoint(s.after_any):
            once = [k for k in s.after_any if steps[k].at_most == 1 and steps[k].when is None]
            waiting.append((once or s.after_any)[0])
    order = list(steps)
    clash = any(b in found and order.index(b) < order.index(k) for k in found for b in steps[k].before)
    return None if clash else found


def choices_of(codex: Codex, d: Definition) -> dict[str, list[str]]:
    """Fields whose values the codex lists elsewhere: the figures for which a total without records may be entered."""
    if d.key != REGISTER:
        return {}
    counted = [i for i in codex.indicators.values() if i.flow is not None and not i.flow.distinct]
    names = [i.name for i in counted]
    return {"indicator": [i.name if names.count(i.name) == 1 else i.key for i in counted]}


def write_template(d: Definition, path: Path, choices: dict[str, list[str]] | None = None) -> None:
    """Write the template of a definition, whole or not at all; ``choices`` as `choices_of` gives them. Raises SheetError."""
    columns = _shown(d)
    choices = choices or {}
    with whole_file(path) as beside, xlsxwriter.Workbook(beside, {"in_memory": True}) as book:
        made = _Template(book)
        sheet = book.add_worksheet(sheet_name(d.name))
        further = book.add_worksheet(FURTHER) if d.kind == "procedure" else None
        made.lists, guide = book.add_worksheet("选项"), book.add_worksheet("填写说明")
        made.headings(sheet, columns, choices)
        for i, value in enumerate(_example(d, columns, choices)):
            made.example(sheet, i, value)
        if further is not None:
            more = [c for c in further_columns(d) if c.key != OWN_NUMBER]
            made.headings(further, more, {STEP_NAME: [s.name for s in d.all_steps]})
        made.guide(guide, d, columns)
        made.lists.hide()


def _example(d: Definition, columns: list[Column], choices: dict[str, list[str]]) -> list[Any]:
    """The example row: the day and fields of each step of the main line. A field goes with its first step."""
    days = example_steps(d)
    steps = {s.key: s for s in d.all_steps}
    values: dict[str, Any] = {}
    for key, day in days.items():
        values.setdefault(steps[key].milestone, day)
        for sf in steps[key].fields:
            f = d.field(sf.key)
            if f is not None and sf.key not in values:
                values[sf.key] = choices[sf.key][0] if sf.key in choices else example_value(f, day)
    return ["示例" if c.meta else values.get(c.key) for c in columns]


class _Template:
    """The formats of a template and the hidden sheet of its drop-downs (long lists exceed what a cell rule holds)."""

    def __init__(self, book: Any):
        bold = {"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
        self.head, self.need = book.add_format(bold), book.add_format({**bold, "font_color": "#B00020"})
        self.grey = book.add_format({"font_color": "#808080", "italic": True})
        self.grey_day = book.add_format({"font_color": "#808080", "italic": True, "num_format": "yyyy-mm-dd"})
        self.day, self.text = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
        self.lists: Any = None
        self.list_column = 0

    def headings(self, sheet: Any, columns: list[Column], more: dict[str, list[str]] | None = None) -> None:
        """The headings, column formats and drop-downs of a sheet."""
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        for i, c in enumerate(columns):
            f = c.field
            title = heading(c)
            sheet.write_string(0, i, title + ("*" if c.required else ""), self.need if c.required else self.head)
            days = f.type == "date" or (f.type == "datetime" and c.step is not None)
            form = self.day if days else self.text if f.type in ("text", "longtext", "person", "record") else None
            sheet.set_column(i, i, max(11, min(28, 2 * len(title) + 2)), form)
            options = (more or {}).get(c.key) or (f.of if f.type == "choice" and isinstance(f.of, list) and not f.many else None)
            if options or f.type == "boolean":
                self._dropdown(sheet, i, options or ["是", "否"])

    def example(self, sheet: Any, i: int, value: Any) -> None:
        if isinstance(value, date):
            sheet.write_datetime(1, i, datetime(value.year, value.month, value.day), self.grey_day)
        elif value is not None:
            sheet.write(1, i, value, self.grey)

    def _dropdown(self, sheet: Any, i: int, options: list[str]) -> None:
        for r, option in enumerate(options):
            self.lists.write_string(r, self.list_column, option)
        letter = xlsxwriter.utility.xl_col_to_name(self.list_column)
        self.list_column += 1
        sheet.data_validation(1, i, _ROWS_WITH_DROPDOWN, i, {
            "validate": "list", "source": f"=选项!${letter}$1:${letter}${len(options)}", "error_type": "warning",
            "error_title": "不在选项内", "error_message": "请从下拉列表中选择。"})  # fmt: skip

    def guide(self, guide: Any, d: Definition, columns: list[Column]) -> None:
        """How to fill every column."""
        guide.set_column(0, 0, 24)
        guide.set_column(1, 1, 8)
        guide.set_column(2, 2, 80)
        guide.write_row(0, 0, ["栏目", "必填", "怎样填写"], self.head)
        for r, c in enumerate(columns, 1):
            guide.write_row(r, 0, [c.name, "是" if c.required else "", explain_column(c)])
        notes = ["第 2 行是示例，导入时自动跳过（原编号栏写着“示例”）。", "表头可以换顺序，也可以用本单位习惯的叫法。",
                 "不得录入涉密信息。不清楚的填“不详”，查明后更正。", "再次导入时，空着的格子不改动已有内容。"]  # fmt: skip
        if d.kind == "procedure":
            notes += ["每个环节填办理日期；没有办理的环节留空。",
                      f"同一环节办理多次的，第一次以后的填在“{FURTHER}”表，编号与主表写成一样。"]  # fmt: skip
            if len(openers(d)) > 1:
                notes.append("至少填一个：" + "、".join(c.name for c in columns if c.step and c.step in openers(d)) + "。")
        for n, note in enumerate(notes):
            guide.write_string(len(columns) + 2 + n, 0, note)
