"""Templates (导入模板): headings, drop-downs, an example row and a sheet that explains every column."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from yifa.exchange.columns import SOURCE_ID, SOURCE_SYSTEM, Column, columns_of
from yifa.procedure.definition import Definition, FieldDef

_EXAMPLE_DAY = date(2026, 3, 2)
_ROWS_WITH_DROPDOWN = 2000
_TYPE_HELP = {"date": "日期，如 2026-03-02；只知道年月的写 2026-03", "datetime": "日期和时间，如 2026-03-02 14:30",
              "integer": "整数", "count": "整数，只填数字", "money": "金额，单位元，最多两位小数", "boolean": "是 或 否",
              "statute": "法律法规名称，多部用顿号分开", "organization": "单位名称", "person": "姓名", "file": "附件摘要",
              "longtext": "文字"}  # fmt: skip


def example_value(f: FieldDef) -> str | int | float | date:
    """A plausible value for the example row."""
    if f.example is not None:
        return f.example
    if f.type == "date":
        return _EXAMPLE_DAY
    if f.type == "datetime":
        return "2026-03-02 14:30"
    if f.type in ("integer", "count"):
        return 12
    if f.type in ("money", "decimal"):
        return 200
    if f.type == "choice" and isinstance(f.of, list):
        return f.of[0]
    if f.type == "boolean":
        return "是"
    if f.type == "statute":
        return "民法典"
    if f.type == "organization":
        return ""
    if f.type == "rows":
        return "；".join(str(example_value(c)) for c in f.fields)
    if f.format == "id_number":
        return "11010519491231002X"
    if f.format == "phone":
        return "010-00000000"
    return f"（示例）{f.name}" if f.type != "person" else "（示例）张三"


def explain_column(c: Column) -> str:
    """How to fill the column, in words."""
    f = c.field
    parts = []
    if f.type == "choice" and isinstance(f.of, list):
        parts.append("可填：" + "、".join(f.of))
    elif f.type == "rows":
        parts.append("每行一条，依次填：" + "；".join(x.name for x in f.fields))
    elif f.type == "decimal":
        parts.append(f"数字，最多 {f.decimals} 位小数" + (f"，单位{f.unit}" if f.unit else ""))
    elif f.type in _TYPE_HELP:
        parts.append(_TYPE_HELP[f.type] + (f"，单位{f.unit}" if f.unit and f.type == "count" else ""))
    if f.many and f.type not in ("statute", "rows"):
        parts.append("多个用顿号分开")
    if f.sealed:
        parts.append("个人信息，加密保存")
    if f.help:
        parts.append(f.help)
    if f.basis:
        parts.append(str(f.basis))
    return "；".join(parts)


def write_template(d: Definition, path: Path) -> None:
    """Write the template of a definition. The file is made whole or not at all (XlsxWriter writes on close)."""
    columns = [c for c in columns_of(d) if c.key not in (SOURCE_SYSTEM, SOURCE_ID)]
    with xlsxwriter.Workbook(path, {"in_memory": True}) as book:
        bold = {"bold": True, "bg_color": "#E8EEF7", "border": 1, "text_wrap": True, "valign": "vcenter"}
        head, need = book.add_format(bold), book.add_format({**bold, "font_color": "#B00020"})
        grey = book.add_format({"font_color": "#808080", "italic": True})
        grey_day = book.add_format({"font_color": "#808080", "italic": True, "num_format": "yyyy-mm-dd"})
        day, text = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(_sheet_name(d.name))
        lists = book.add_worksheet("选项")
        guide = book.add_worksheet("填写说明")
        sheet.freeze_panes(1, 0)
        sheet.set_row(0, 32)
        list_column = 0
        for i, c in enumerate(columns):
            f = c.field
            title = c.name + (f"（{f.unit}）" if f.unit else "（元）" if f.type == "money" else "")
            sheet.write_string(0, i, title + ("*" if c.required else ""), need if c.required else head)
            cell_format = day if f.type == "date" else text if f.type in ("text", "longtext", "person") else None
            sheet.set_column(i, i, max(11, min(28, 2 * len(title) + 2)), cell_format)
            example = "示例" if c.meta else example_value(f)
            if isinstance(example, date):
                sheet.write_datetime(1, i, _at_midnight(example), grey_day)
            else:
                sheet.write(1, i, example, grey)
            list_column = _dropdown(sheet, lists, i, c, list_column)
        _guide(guide, d, columns, head)
        lists.hide()


def _dropdown(sheet: Any, lists: Any, i: int, c: Column, list_column: int) -> int:
    """A drop-down for choices (from the hidden sheet: long lists exceed what a cell rule holds) and yes/no."""
    f = c.field
    if f.type == "choice" and isinstance(f.of, list) and not f.many:
        for r, option in enumerate(f.of):
            lists.write_string(r, list_column, option)
        letter = xlsxwriter.utility.xl_col_to_name(list_column)
        source: Any = f"=选项!${letter}$1:${letter}${len(f.of)}"
        list_column += 1
    elif f.type == "boolean":
        source = ["是", "否"]
    else:
        return list_column
    sheet.data_validation(1, i, _ROWS_WITH_DROPDOWN, i, {"validate": "list", "source": source, "error_type": "warning",
                          "error_title": "不在选项内", "error_message": "请从下拉列表中选择。"})  # fmt: skip
    return list_column


def _guide(guide: Any, d: Definition, columns: list[Column], head: Any) -> None:
    guide.set_column(0, 0, 24)
    guide.set_column(1, 1, 8)
    guide.set_column(2, 2, 80)
    guide.write_row(0, 0, ["栏目", "必填", "怎样填写"], head)
    for r, c in enumerate(columns, 1):
        guide.write_row(r, 0, [c.name, "是" if c.required else "", explain_column(c)])
    notes = ["第 2 行是示例，导入时自动跳过（编号栏写“示例”）。", "表头可以换顺序，也可以用本单位习惯的叫法。",
             "不得录入涉密信息。不清楚的填“不详”，查明后更正。"]  # fmt: skip
    if d.kind == "procedure":
        notes.append("每个环节填办理日期；没有办理的环节留空。")
    for n, note in enumerate(notes):
        guide.write_string(len(columns) + 2 + n, 0, note)


def _sheet_name(name: str) -> str:
    for c in "[]:*?/\\":
        name = name.replace(c, " ")
    return name[:31]


def _at_midnight(day: date) -> Any:
    from datetime import datetime

    return datetime(day.year, day.month, day.day)
