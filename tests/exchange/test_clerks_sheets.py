"""认得出办事人员自己的表：headings in any order and wording, merged cells, totals, units, months on sheets of their own."""

from __future__ import annotations

import shutil
import subprocess
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.conftest import book_of, sheet_of, stored
from yifa.exchange.importer import import_file
from yifa.exchange.report import ImportReport
from yifa.exchange.template import example_value
from yifa.records.ledger import Ledger

HEADINGS = ["序号", "活动时间", "活动主题", "活动形式", "受众人数"]
ROW = [1, "2025年3月1日", "宪法宣传", "法治讲座", 120]


def take(ledger: Ledger, path: Path, definition: str = "publicity_event", **more: Any) -> ImportReport:
    return import_file(ledger, definition, more.pop("org", "qs"), path, actor="小王", **more)


def facts(ledger: Ledger, definition: str = "publicity_event", org: str = "qs") -> list[dict[str, Any]]:
    """Days and data of the records, flat."""
    return [{k: v for step, on, data in r["steps"] for k, v in {step: on, **data}.items()} for r in stored(ledger, definition, org)]


def messages(report: ImportReport) -> list[tuple[int, str, str]]:
    return [(p.row, p.column, p.message) for p in report.problems]


def test_headings_in_another_order_and_wording_below_titles(ledger: Ledger, tmp_path: Path) -> None:
    rows = [["青石镇2025年普法活动台账"], ["填报单位：司法所", None, None, "2025年12月"], [],
            ["参与人数（人次）", "宣传 形式", "开展时间", "宣传内容", "我们自己的列"], [120, "法治讲座", "2025.3.1", "宪法", "甲"]]  # fmt: skip
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", rows))
    assert report.problems == []
    assert report.unread == ["我们自己的列"]
    assert facts(ledger) == [{"enter": "2025-03-01", "topic": "宪法", "form": "法治讲座", "audience": 120}]


def test_two_rows_of_headings_with_merged_cells(ledger: Ledger, tmp_path: Path) -> None:
    rows = [["普法台账"], ["序号", "活动", None, None, "效果", None], [None, "时间", "主题", "形式", "受众", "资料份数"],
            [1, "2025-03-01", "宪法", "咨询", 30, 50]]  # fmt: skip
    merged = {"Sheet1": [(0, 0, 0, 5), (1, 0, 2, 0), (1, 1, 1, 3), (1, 4, 1, 5)]}
    assert take(ledger, book_of(tmp_path / "a.xlsx", {"Sheet1": rows}, merged)).problems == []
    assert facts(ledger) == [{"enter": "2025-03-01", "topic": "宪法", "form": "咨询", "audience": 30, "materials": 50}]


@pytest.mark.parametrize("written", [
    "2025-3-1", "2025年3月1日", "2025.3.1", "2025/03/01", "２０２５年３月１日", "二〇二五年三月一日", "20250301", 20250301, 45717, "45717",
    date(2025, 3, 1), datetime(2025, 3, 1, 9, 30), "2025年3月1日（星期六）", "2025-03-01 08:30:00", "2025年3月1日 9:00-11:00", "25.3.1",
])  # fmt: skip
def test_a_date_in_every_form(ledger: Ledger, tmp_path: Path, written: Any) -> None:
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, [1, written, *ROW[2:]]]))
    assert report.problems == []
    assert [f["enter"] for f in facts(ledger)] == ["2025-03-01"]


def test_full_width_digits_thousands_and_estimates(ledger: Ledger, tmp_path: Path) -> None:
    rows = [HEADINGS, *([n, "2025-03-01", f"第{n}场", "咨询", v] for n, v in enumerate(["１２０", "1,200", "约400余人", "0.3万", "两百", "85人次"]))]
    assert take(ledger, sheet_of(tmp_path / "a.xlsx", rows)).problems == []
    assert [f["audience"] for f in facts(ledger)] == [120, 1200, 400, 3000, 200, 85]


def test_money_in_the_heading_s_unit_and_in_the_cell_s(ledger: Ledger, tmp_path: Path) -> None:
    d = ledger.codex.definitions["contract"]
    others = [f for f in d.fields if f.required and f.type != "money"]
    rows: list[list[Any]] = [[*(f.name for f in others), "金额（万元）"]]
    rows += [[*(example_value(f) for f in others), v] for v in [3.5, "0.85", "2000元", "￥1,234.50元"]]
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", rows), "contract")
    assert report.problems == []
    money = next(f.key for f in d.fields if f.type == "money")
    assert [f[money] for f in facts(ledger, "contract")] == [3_500_000, 850_000, 200_000, 123_450]


def test_a_unit_note_above_the_table_counts(ledger: Ledger, tmp_path: Path) -> None:
    d = ledger.codex.definitions["rule_of_law_fund"]
    money = next(f for f in d.fields if f.type == "money")
    names = [f.name for f in d.fields if f.required and f.type != "money"]
    values: list[Any] = ["2025-03-01" if f.type == "date" else f.of[0] if isinstance(f.of, list) else "甲"
                         for f in d.fields if f.required and f.type != "money"]  # fmt: skip
    rows = [["经费台账"], [None, "单位：万元"], [*names, money.name], [*values, 2]]
    assert take(ledger, sheet_of(tmp_path / "a.xlsx", rows), "rule_of_law_fund").problems == []
    assert [f[money.key] for f in facts(ledger, "rule_of_law_fund")] == [2_000_000]


def test_a_unit_of_another_kind_is_refused(ledger: Ledger, tmp_path: Path) -> None:
    from yifa.exchange.workbook import SheetError

    rows = [[*HEADINGS[:-1], "受众（公斤）"], ROW]
    with pytest.raises(SheetError, match="单位“公斤”与本栏的“人次”对不上"):
        take(ledger, sheet_of(tmp_path / "a.xlsx", rows))


def test_totals_blank_rows_footnotes_and_repeated_headings_are_no_records(ledger: Ledger, tmp_path: Path) -> None:
    rows = [HEADINGS, ROW, [None] * 5, ["", "", "", "", ""], HEADINGS, [2, "2025-04-01", "民法典", "咨询", 80], ["合 计", None, None, None, 200],
            [None, "合计：", None, None, 200], ["填表人：王某", None, "审核人：李某"]]  # fmt: skip
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", rows))
    assert report.problems == []
    assert [f["topic"] for f in facts(ledger)] == ["宪法宣传", "民法典"]


def test_a_vertically_merged_cell_speaks_for_all_its_rows(ledger: Ledger, tmp_path: Path) -> None:
    rows = [HEADINGS, [1, "2025-03-01", "宪法", "咨询", 10], [2, None, "民法典", "咨询", 20], [3, None, "反诈", "咨询", 30]]
    assert take(ledger, book_of(tmp_path / "a.xlsx", {"Sheet1": rows}, {"Sheet1": [(1, 1, 3, 1)]})).problems == []
    assert [(f["enter"], f["topic"]) for f in facts(ledger)] == [("2025-03-01", t) for t in ("宪法", "民法典", "反诈")]


def test_rows_under_one_merged_number_are_one_matter_and_sent_back(ledger: Ledger, tmp_path: Path) -> None:
    rows = [HEADINGS, [1, "2025-03-01", "宪法", "咨询", 10], [None, "2025-03-01", "宪法", "咨询", 20]]
    report = take(ledger, book_of(tmp_path / "a.xlsx", {"Sheet1": rows}, {"Sheet1": [(1, 0, 2, 0)]}))
    assert [p.row for p in report.problems] == [3]
    assert "同一件" in report.problems[0].message
    assert facts(ledger) == []


def test_a_sheet_for_each_month_is_read_whole(ledger: Ledger, tmp_path: Path) -> None:
    sheets = {f"{m}月": [["普法"], HEADINGS, [1, f"2025-{m:02d}-05", f"{m}月", "咨询", m]] for m in range(1, 13)}
    report = take(ledger, book_of(tmp_path / "a.xlsx", {"说明": [["本表由各村填报"]], **sheets}))
    assert report.problems == []
    assert report.new == 12
    assert [f["topic"] for f in facts(ledger)] == [f"{m}月" for m in range(1, 13)]


def test_a_summary_sheet_that_repeats_the_months_is_asked_about(ledger: Ledger, tmp_path: Path) -> None:
    from yifa.records.acts import BadInput

    rows = [[n, f"2025-01-{n:02d}", f"第{n}场", "咨询", n] for n in range(1, 9)]
    path = book_of(tmp_path / "a.xlsx", {"1月": [HEADINGS, *rows], "全年": [HEADINGS, *rows]})
    with pytest.raises(BadInput, match="--sheet"):
        take(ledger, path)
    assert take(ledger, path, sheet="全年").new == 8


def test_hidden_sheets_stay_unread(ledger: Ledger, tmp_path: Path) -> None:
    import openpyxl

    path = book_of(tmp_path / "a.xlsx", {"本年": [HEADINGS, ROW], "旧": [HEADINGS, [9, "2024-01-01", "旧的", "咨询", 1]]})
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    assert take(ledger, path).new == 1


def test_every_bad_cell_is_named_with_row_column_and_remedy(ledger: Ledger, tmp_path: Path) -> None:
    rows = [["普法"], HEADINGS, [1, "2025-02-30", "宪法", "讲座", "很多"], [2, "3月1日", "", "唱歌", 10], [3, "2027-01-01", "民法典", "咨询", -1], ROW]
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", rows))
    found = messages(report)
    assert {(r, c) for r, c, _ in found} == {(3, "活动时间"), (3, "受众人数"), (4, "活动时间"), (4, "活动主题"), (4, "活动形式"),
                                             (5, "活动时间"), (5, "受众人数")}  # fmt: skip
    text = {(r, c): m for r, c, m in found}
    assert "不是存在的日期" in text[3, "活动时间"]
    assert "没有写年份" in text[4, "活动时间"]
    assert "可填：" in text[4, "活动形式"]
    assert "还没有到" in text[5, "活动时间"]
    assert facts(ledger) == []
    assert not report.written


def test_numbers_damaged_by_the_spreadsheet_are_told_from_good_ones(ledger: Ledger, tmp_path: Path) -> None:
    d = ledger.codex.definitions["petition"]
    opening = d.all_steps[0]
    required = [d.field(sf.key) for sf in opening.fields if (d.field(sf.key).required if sf.required is None else sf.required)]
    names = ["收到日期", *(f.name for f in required if f.key != "petitioner_id"), "身份证号", "联系电话"]

    def row(number: Any, phone: Any) -> list[Any]:
        return ["2025-03-01", *(f.of[0] if isinstance(f.of, list) else "某事" for f in required if f.key != "petitioner_id"), number, phone]

    good = ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", "110105 19491231 002X", "'11010519491231002X", "110105491231002"]
    bad = [1.10105194912310e17, "1.10105E+17", "110105194912310000", "110105194912310021", "110105202702310021"]
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", [names, *(row(n, 13900000000) for n in [*good, *bad])]), "petition")
    assert {p.row for p in report.problems} == {7, 8, 9, 10, 11}
    assert all(p.column == "身份证号" for p in report.problems)
    assert sum("文本" in p.message for p in report.problems) == 3
    report = take(ledger, sheet_of(tmp_path / "b.xlsx", [names, *(row(n, 13900000000 + i) for i, n in enumerate(good))]), "petition")
    assert report.problems == []
    assert {f["petitioner_id"] for f in facts(ledger, "petition")} == {"11010519491231002X"}
    assert facts(ledger, "petition")[0]["phone"] == "13900000000"


@pytest.mark.libreoffice
@pytest.mark.parametrize("form", ["xls", "ods"])
def test_xls_and_ods(ledger: Ledger, tmp_path: Path, form: str) -> None:
    path = sheet_of(tmp_path / "a.xlsx", [["普法"], HEADINGS, [1, date(2025, 3, 1), "宪法", "咨询", 120]])
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office
    subprocess.run([office, f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", form, "--outdir", tmp_path, path],
                   check=True, capture_output=True, timeout=120)  # fmt: skip
    assert take(ledger, tmp_path / f"a.{form}").problems == []
    assert facts(ledger) == [{"enter": "2025-03-01", "topic": "宪法", "form": "咨询", "audience": 120}]


def test_villages_of_one_name_are_told_apart_by_the_town(ledger: Ledger, tmp_path: Path) -> None:
    rows = [[*HEADINGS, "村居"], [*ROW, "石桥村"], [2, *ROW[1:], "石桥村村委会"], [3, *ROW[1:], "白鹤镇石桥村"], [4, *ROW[1:], "qs2"]]
    assert take(ledger, sheet_of(tmp_path / "a.xlsx", rows)).problems == []
    assert [f["village"] for f in facts(ledger)] == ["qs1", "qs1", "bh1", "qs2"]
    report = take(ledger, sheet_of(tmp_path / "b.xlsx", rows[:2]), org="county")
    assert "石桥村（qs1）" in report.problems[0].message


def test_a_county_s_sheet_names_the_town_of_each_row(ledger: Ledger, tmp_path: Path) -> None:
    rows = [["乡镇", *HEADINGS], ["青石镇", *ROW], ["白鹤镇人民政府", *ROW], ["红岩镇", *ROW]]
    path = sheet_of(tmp_path / "a.xlsx", rows)
    report = take(ledger, path, org="county", partial=True)
    assert [(p.row, p.column) for p in report.problems] == [(4, "所属单位")]
    assert len(facts(ledger)) == len(facts(ledger, org="bh")) == 1


def test_words_in_the_file_column_do_not_refuse_the_row(ledger: Ledger, tmp_path: Path) -> None:
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", [[*HEADINGS, "佐证"], [*ROW, "照片三张"]]))
    assert report.problems == []
    assert "佐证" in report.unread[0]
    assert "evidence" not in facts(ledger)[0]


def test_the_clerk_s_number_is_kept_and_beats_the_ordinal(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, sheet_of(tmp_path / "a.xlsx", [[*HEADINGS, "编号"], [*ROW, "普法2025-01"]]))
    take(ledger, sheet_of(tmp_path / "b.xlsx", [HEADINGS, [7, *ROW[1:-1], 5]]))
    assert [r["foreign"] for r in stored(ledger, "publicity_event", "qs")] == ["普法2025-01", "7"]
