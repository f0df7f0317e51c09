"""坏文件：a clear message in Chinese, and nothing is half-written."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from tests.exchange.conftest import book_of, sheet_of, stored
from tests.exchange.test_clerks_sheets import HEADINGS, ROW, take
from yifa.exchange.export import export_file
from yifa.exchange.importer import import_file
from yifa.exchange.template import write_template
from yifa.exchange.workbook import SheetError, open_workbook, rows_of
from yifa.records.acts import BadInput, StoreFailure
from yifa.records.ledger import Ledger


def refused(ledger: Ledger, path: Path, words: str) -> None:
    with pytest.raises(SheetError, match=words):
        take(ledger, path)
    assert stored(ledger, "publicity_event", "qs") == []


def test_no_file_a_folder_an_empty_file(ledger: Ledger, tmp_path: Path) -> None:
    refused(ledger, tmp_path / "none.xlsx", "找不到文件")
    refused(ledger, tmp_path, "是文件夹")
    (tmp_path / "empty.xlsx").write_bytes(b"")
    refused(ledger, tmp_path / "empty.xlsx", "空文件")


def test_a_csv_a_pdf_and_a_document_under_another_name(ledger: Ledger, tmp_path: Path) -> None:
    for n, content in enumerate(["序号,活动时间\n1,2025-03-01\n".encode("gbk"), b"%PDF-1.4\n", b"\x00\x01\x02" * 100, b"<html></html>"]):
        path = tmp_path / f"{n}.xlsx"
        path.write_bytes(content)
        refused(ledger, path, "不是表格文件")
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as z:
        z.writestr("word/document.xml", "<w/>")
    refused(ledger, tmp_path / "a.xlsx", "打不开")


def test_a_locked_file(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2000))
    refused(ledger, path, "密码")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_truncated_file(ledger: Ledger, tmp_path: Path, share: float) -> None:
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, *[ROW] * 50])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    refused(ledger, path, "打不开|不是表格|读不出来")


def test_damaged_bytes_never_crash_the_reader(tmp_path: Path) -> None:
    """Any damage gives a SheetError or a readable sheet, never another failure."""
    content = sheet_of(tmp_path / "a.xlsx", [HEADINGS, *[ROW] * 5]).read_bytes()
    rng = random.Random(5)
    failed = 0
    for _ in range(300):
        damaged = bytearray(content)
        for _ in range(rng.randint(1, 20)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        try:
            book = open_workbook("a.xlsx", bytes(damaged))
            for name in book.sheet_names:
                rows_of(book, name)
        except SheetError:
            failed += 1
    assert failed > 100


def test_a_cell_far_to_the_right_or_far_below(ledger: Ledger, tmp_path: Path) -> None:
    import xlsxwriter

    for n, (row, column) in enumerate([(20_000, 16_383), (1_048_575, 700)]):
        path = tmp_path / f"{n}.xlsx"
        with xlsxwriter.Workbook(path) as book:
            out = book.add_worksheet()
            out.write_row(0, 0, HEADINGS)
            out.write_row(1, 0, ROW)
            out.write(row, column, " ")
        refused(ledger, path, "很远的 XFD 列|范围太大")


def test_the_wrong_sheet_no_headings_no_rows_no_day_column(ledger: Ledger, tmp_path: Path) -> None:
    path = book_of(tmp_path / "a.xlsx", {"台账": [HEADINGS, ROW], "其他": [["甲", "乙"], [1, 2]]})
    with pytest.raises(SheetError, match="没有工作表“二月”。有：台账、其他"):
        take(ledger, path, sheet="二月")
    with pytest.raises(SheetError, match="没有找到表头"):
        take(ledger, path, sheet="其他")
    refused(ledger, sheet_of(tmp_path / "b.xlsx", [["甲", "乙"], [1, 2]]), "没有找到表头.*yifa template")
    refused(ledger, sheet_of(tmp_path / "c.xlsx", [HEADINGS]), "没有一行数据")
    refused(ledger, sheet_of(tmp_path / "d.xlsx", [["活动主题", "活动形式", "受众"], ["宪法", "咨询", 1]]), "缺少必填的列：活动日期")
    refused(ledger, sheet_of(tmp_path / "e.xlsx", [["活动时间", "主题", "受众"], ["2025-03-01", "宪法", 1]]), "缺少必填的列：形式")
    refused(ledger, sheet_of(tmp_path / "f.xlsx", [[*HEADINGS, "参加人数"], [*ROW, 3]]), "重复的列：参加人数")


def test_an_unknown_town_and_an_unknown_definition(ledger: Ledger, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW])
    with pytest.raises(BadInput, match="没有“青石乡”这个机构.*青石镇"):
        take(ledger, path, org="青石乡")
    with pytest.raises(BadInput, match="没有台账或程序"):
        take(ledger, path, "publicity")


def test_a_locked_ledger(ledger: Ledger, tmp_path: Path) -> None:
    import sqlite3

    from django.db import connection

    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(ledger.home / "yifa.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(StoreFailure, match="占用"):
            take(ledger, path)
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert take(ledger, path).written


def test_a_full_disk(ledger: Ledger, tmp_path: Path) -> None:
    """SQLite's own limit of pages stands for the disk."""
    from django.db import connection

    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, *([n, "2025-03-01", f"第{n}场" * 50, "咨询", n] for n in range(3000))])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages + 20}")
        with pytest.raises(StoreFailure, match="磁盘已满"):
            take(ledger, path)
        cursor.execute("PRAGMA max_page_count = 1073741823")
    assert stored(ledger, "publicity_event", "qs") == []
    assert take(ledger, path).new == 3000


def test_what_cannot_be_written_leaves_no_file_behind(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW]))
    with pytest.raises(SheetError, match="写不了"):
        export_file(ledger, "publicity_event", tmp_path / "no" / "b.xlsx")
    with pytest.raises(SheetError, match="写不了"):
        write_template(ledger.codex.definitions["publicity_event"], tmp_path / "no" / "c.xlsx")
    target = tmp_path / "d.xlsx"
    target.mkdir()
    with pytest.raises(SheetError, match="写不了"):
        export_file(ledger, "publicity_event", target)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.xlsx", "d.xlsx", "home"]


def test_a_sheet_that_is_not_a_table_of_this_kind_is_not_forced_into_it(ledger: Ledger, tmp_path: Path) -> None:
    """One heading in common is not enough."""
    path = sheet_of(tmp_path / "a.xlsx", [["日期", "收入", "支出"], ["2025-03-01", 1, 2]])
    with pytest.raises(SheetError):
        import_file(ledger, "dispute", "qs", path, actor="小王")
