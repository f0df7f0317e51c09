"""What became of an imported file (导入结果), and the rows that were sent back as a sheet of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from yifa.exchange.cells import CellProblem
from yifa.exchange.rows import RowActs
from yifa.exchange.sheet import FURTHER, Found, Sheet
from yifa.exchange.workbook import whole_file


@dataclass
class ImportReport:
    """What became of a file, row by row counted, with every problem found. Of a file that was only checked, the counts
    say what an import would do."""

    file: str
    definition: str
    org: str
    sheet: str = ""
    rows: int = 0
    new: int = 0
    same: int = 0
    changed: int = 0
    refused: int = 0
    duplicates: int = 0
    findings: int = 0
    batch: int | None = None
    written: bool = False
    unread: list[str] = field(default_factory=list)
    unread_sheets: list[str] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    notes: list[CellProblem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        numbers = [self.numbers[0], self.numbers[-1]] if self.numbers else []
        return {"file": self.file, "definition": self.definition, "org": self.org, "sheet": self.sheet, "ok": self.ok,
                "written": self.written, "batch": self.batch, "rows": self.rows, "new": self.new, "same": self.same,
                "changed": self.changed, "refused": self.refused, "duplicates": self.duplicates,
                "findings": self.findings, "numbers": numbers, "unread_columns": self.unread,
                "unread_sheets": self.unread_sheets, "problems": [p.as_dict() for p in self.problems],
                "notes": [p.as_dict() for p in self.notes]}  # fmt: skip

    def lines(self) -> list[str]:
        """The result in words."""
        words = ("新增", "变更") if self.written else ("可新增", "可变更")
        found = [f"{self.file}（{self.sheet}）：{self.rows} 行，{words[0]} {self.new}，无变化 {self.same}，{words[1]} {self.changed}，"
                 f"退回 {self.refused}。"]  # fmt: skip
        if self.unread:
            found.append(f"没有对应栏目的列（未读）：{'、'.join(self.unread)}")
        if self.unread_sheets:
            found.append(f"没有读的工作表：{'、'.join(self.unread_sheets)}。要导入的用 --sheet 指明。")
        if self.duplicates:
            found.append(f"有 {self.duplicates} 行与已有记录相同或编号相同。加 --duplicates skip 跳过它们，update 按表更新已有记录，"
                         "add 另立新记录。")  # fmt: skip
        if self.written:
            numbers = f"，编号 {self.numbers[0]} 至 {self.numbers[-1]}" if self.numbers else ""
            late = f"；办理中有 {self.findings} 处问题，见各件" if self.findings else ""
            found.append(f"已导入，批次 {self.batch}{numbers}{late}。如需撤回：yifa undo {self.batch}")
        elif self.problems:
            found.append("一行也没有写入。改好后再导入，或加 --partial 先导入没有问题的行。")
        elif self.rows and self.same == self.rows:
            found.append("各行都已登记过，没有变化，没有写入。")
        else:
            found.append("检查通过，没有写入。")
        return found


def write_refused(path: Path, found: Found, rows: list[RowActs], problems: list[CellProblem]) -> None:
    """The rows that were sent back, as they were, with the reasons in a last column; ready to be mended and imported.
    Raises SheetError."""
    reasons: dict[tuple[str, int], list[str]] = {}
    for p in problems:
        reasons.setdefault((p.sheet, p.row), []).append(f"{p.column}：{p.message}" if p.column else p.message)
    for r in rows:
        if found.further and r.further and ((r.sheet.name, r.row) in reasons or any((FURTHER, n) in reasons for n in r.further)):
            reasons.setdefault((r.sheet.name, r.row), ["见“后续办理”各行"])
            for n in r.further:
                reasons.setdefault((FURTHER, n), [])
    with whole_file(path) as beside, xlsxwriter.Workbook(beside, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        for sheet in [*found.sheets, *([found.further] if found.further else [])]:
            chosen = sorted(row for name, row in reasons if name == sheet.name and row >= sheet.first_row)
            if chosen:
                _copy(book, sheet, chosen, reasons)


def _copy(book: Any, sheet: Sheet, chosen: list[int], reasons: dict[tuple[str, int], list[str]]) -> None:
    out = book.add_worksheet(sheet.name)
    red = book.add_format({"font_color": "#B00020", "text_wrap": True})
    last = len(sheet.headings)
    headings = [f"{h}（{u}）" if (u := sheet.units.get(i, "")) and u not in h else h for i, h in enumerate(sheet.headings)]
    out.write_row(0, 0, [*headings, "退回原因"], book.add_format({"bold": True}))
    out.set_column(last, last, 60)
    for n, number in enumerate(chosen, 1):
        for i, value in enumerate(sheet.rows[number - sheet.first_row]):
            if isinstance(value, datetime | date):
                out.write_datetime(n, i, value if isinstance(value, datetime) else datetime(value.year, value.month, value.day))
            elif isinstance(value, str):
                out.write_string(n, i, value)
            elif isinstance(value, int | float | bool):
                out.write(n, i, value)
            elif value is not None:
                out.write_string(n, i, str(value))
        out.write_string(n, last, "\n".join(reasons.get((sheet.name, number), [])), red)
