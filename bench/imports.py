"""Import of 20,000 rows of 15 columns through the full check, against calamine's bare reading of the same file."""

from __future__ import annotations

import random
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from bench.ledger import fresh
from bench.measure import Line

ROWS = 20_000
_REGISTER = ["序号", "公布日期", "村（社区）", "种类", "内容", "公布方式", "村务监督委员会是否审核"]


def _register(path: Path) -> None:
    """Inspections: 15 columns, no personal data."""
    rng = random.Random(3)
    headings = ["序号", "检查日期", "领域", "任务来源", "检查对象", "对象类别", "检查单位数", "执法人员", "执法人员人数",
                "是否联合执法", "发现问题", "已整改", "是否全过程记录", "结果", "原编号二"]  # fmt: skip
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("检查")
        sheet.write_row(0, 0, headings)
        for i in range(ROWS):
            day = date(2025, 1, 1) + timedelta(rng.randint(0, 364))
            found = rng.randint(0, 4)
            sheet.write_row(i + 1, 0, [
                i + 1, f"{day.year}年{day.month}月{day.day}日", rng.choice(["安全生产", "消防", "食品安全"]), "日常检查", f"第{i}号经营户",
                rng.choice(["企业", "个体工商户"]), 1, "甲某、乙某", 2, rng.choice(["是", "否"]), found, rng.randint(0, found), "是",
                rng.choice(["未发现问题", "当场改正", "责令限期改正"]), f"备查{i}"])  # fmt: skip


def _procedure(path: Path) -> None:
    """Disputes: registered, graded, mediated, settled — four events a row, two persons' names."""
    rng = random.Random(4)
    headings = ["序号", "受理日期", "来源", "纠纷类型", "当事人甲", "当事人乙", "纠纷简要情况", "化解层级", "定级日期", "风险等级",
                "调解日期", "调解主体", "调解成功日期", "协议形式", "化解方式"]  # fmt: skip
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("纠纷")
        sheet.write_row(0, 0, headings)
        for i in range(ROWS):
            day = date(2025, 1, 1) + timedelta(rng.randint(0, 330))
            later = [(day + timedelta(n)).isoformat() for n in (1, 4, 9)]
            sheet.write_row(i + 1, 0, [
                i + 1, day.isoformat(), rng.choice(["主动排查", "当事人申请"]), rng.choice(["邻里", "婚姻家庭", "合同"]), f"甲{i}",
                f"乙{i}", f"第{i}起争议", "村（社区）", later[0], rng.choice(["黄", "蓝"]), later[1], "村（社区）调委会", later[2],
                "当场履行无协议", "人民调解"])  # fmt: skip


def _measure(ledger: Any, definition: str, path: Path) -> tuple[float, float, int]:
    from yifa.exchange.importer import import_file

    begin = time.perf_counter()
    CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    bare = time.perf_counter() - begin
    begin = time.perf_counter()
    report = import_file(ledger, definition, "青石镇", path, actor="经办")
    ours = time.perf_counter() - begin
    assert report.written and report.new == ROWS, report.as_dict()
    with ledger.connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM yifa_event")
        events = int(cursor.fetchone()[0])
    return ours, bare, events


def run() -> list[Line]:
    lines = []
    with tempfile.TemporaryDirectory() as name:
        for kind, definition, write, bound in (("台账", "inspection", _register, 8), ("四步程序", "dispute", _procedure, 25)):
            path = Path(name) / f"{definition}.xlsx"
            write(path)
            with fresh() as ledger:
                ours, bare, events = _measure(ledger, definition, path)
            lines.append(Line(f"导入2万行（{kind}）：为 calamine 裸读的倍数", ours / bare, bound, "at_most",
                              f"{ours:.2f} s 对 {bare:.2f} s，{events} 个事件"))  # fmt: skip
    return lines
