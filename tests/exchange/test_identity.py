"""同一件认得出，改过的成更正，撤回的可重来：identity, changes, late entry and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.exchange.conftest import book_of, sheet_of, stored
from tests.exchange.test_clerks_sheets import HEADINGS, ROW, facts, take
from yifa.exchange.importer import ImportRefused
from yifa.exchange.undoing import undo_import
from yifa.records.acts import IMPORTER, Act, Refused
from yifa.records.ledger import Ledger

DISPUTE = ["编号", "受理日期", "来源", "纠纷类型", "当事人甲", "定级日期", "风险等级", "化解层级", "化解日期", "协议形式", "协议内容"]
CASE = ["纠2025-1", "2025-03-01", "主动排查", "邻里", "张三", "2025-03-02", "黄", "村（社区）", "2025-03-10", "口头协议", "各退一步"]


def history(ledger: Ledger, definition: str, org: str = "qs") -> list[list[tuple[str, str]]]:
    return [[(step, on) for step, on, _ in r["steps"]] for r in stored(ledger, definition, org)]


def statuses(ledger: Ledger, definition: str) -> list[tuple[str, str]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT number, status FROM yifa_record WHERE definition = %s ORDER BY year, n", (definition,))
        return [tuple(r) for r in cursor.fetchall()]


def test_the_same_file_is_never_taken_twice(any_ledger: Ledger, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW])
    assert take(any_ledger, path).written
    with pytest.raises(ImportRefused, match="已于 .* 导入过（批次 1）.*yifa undo 1"):
        take(any_ledger, path)
    renamed = tmp_path / "b.xlsx"
    renamed.write_bytes(path.read_bytes())
    with pytest.raises(ImportRefused):
        take(any_ledger, renamed)
    assert take(any_ledger, path, org="bh").written
    assert len(facts(any_ledger)) == 1


def test_the_sheets_of_one_file_may_be_taken_one_by_one_but_once(ledger: Ledger, tmp_path: Path) -> None:
    path = book_of(tmp_path / "a.xlsx", {"1月": [HEADINGS, ROW], "2月": [HEADINGS, [2, "2025-04-01", "民法典", "咨询", 8]]})
    assert take(ledger, path, sheet="1月").new == 1
    for sheet in ("1月", None):
        with pytest.raises(ImportRefused, match="批次 1"):
            take(ledger, path, sheet=sheet)
    assert take(ledger, path, sheet="2月").new == 1


def test_equal_rows_of_one_file_are_separate_records(ledger: Ledger, tmp_path: Path) -> None:
    assert take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW, ROW, ROW])).new == 3


@pytest.mark.parametrize(("choice", "new", "same"), [("ask", 0, 0), ("skip", 1, 1), ("update", 1, 1), ("add", 2, 0)])
def test_rows_that_equal_earlier_records_need_a_choice(ledger: Ledger, tmp_path: Path, choice: str, new: int, same: int) -> None:
    take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW]))
    path = sheet_of(tmp_path / "b.xlsx", [HEADINGS, [2, *ROW[1:]], [3, *ROW[1:-1], 9]])
    report = take(ledger, path, duplicates=choice)
    if choice == "ask":
        assert [p.row for p in report.problems] == [2]
        assert (report.duplicates, report.written) == (1, False)
        assert "--duplicates" in "".join(report.lines())
    else:
        assert (report.new, report.same, report.problems) == (new, same, [])
    assert len(facts(ledger)) == 1 + new


def test_rows_that_equal_what_was_typed_in_by_hand_are_found_too(ledger: Ledger, tmp_path: Path) -> None:
    data = {"topic": "宪法宣传", "form": "法治讲座", "audience": 120}
    ledger.record(Act("qs", "publicity_event", "enter", "2025-03-01", data, "小王", ("clerk",)))
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW]))
    assert report.duplicates == 1


def test_identity_fields_find_the_record_again(any_ledger: Ledger, tmp_path: Path) -> None:
    ledger = any_ledger
    d = ledger.codex.definitions["mediation_room"]
    key = next(f.name for f in d.fields if f.key == "name")
    day = next(f for f in d.fields if f.milestone)
    other = next(f for f in d.fields if f.type == "choice")
    assert isinstance(other.of, list)
    headings = [day.name, key, other.name]
    rows: list[list[Any]] = [["2025-01-01", "石桥调解室", other.of[0]], ["2025-01-02", "柳河调解室", other.of[0]]]
    assert take(ledger, sheet_of(tmp_path / "a.xlsx", [headings, *rows]), d.key).problems == []
    rows[1][2] = other.of[1]
    rows.append(["2025-01-03", "新调解室", other.of[0]])
    path = sheet_of(tmp_path / "b.xlsx", [headings, *rows])
    report = take(ledger, path, d.key, dry_run=True)
    assert (report.new, report.same, report.changed, report.written) == (1, 1, 1, False)
    report = take(ledger, path, d.key)
    assert (report.new, report.same, report.changed, report.written) == (1, 1, 1, True)
    assert [f[other.key] for f in facts(ledger, d.key)] == [other.of[0], other.of[1], other.of[0]]
    shown = ledger.show(stored(ledger, d.key, "qs")[1]["uid"])
    assert [e["kind"] for e in shown.events] == ["step", "correct"]
    assert shown.events[1]["reason"] == "导入 b.xlsx"
    rows.append(rows[0])
    report = take(ledger, sheet_of(tmp_path / "c.xlsx", [headings, *rows]), d.key)
    assert "与第 2 行是同一件" in report.problems[0].message


def test_source_system_and_number_find_the_record_again(ledger: Ledger, tmp_path: Path) -> None:
    headings = [*HEADINGS, "来源系统", "来源编号"]
    take(ledger, sheet_of(tmp_path / "a.xlsx", [headings, [*ROW, "省平台", "A1"], [*ROW, "省平台", "A2"]]))
    report = take(ledger, sheet_of(tmp_path / "b.xlsx", [headings, [*ROW, "省平台", "A1"], [*ROW[:-1], 500, "省平台", "A2"]]))
    assert (report.same, report.changed, report.problems) == (1, 1, [])
    assert [f["audience"] for f in facts(ledger)] == [120, 500]


def test_a_row_becomes_dated_events_in_order_and_breaches_are_findings(any_ledger: Ledger, tmp_path: Path) -> None:
    report = take(any_ledger, sheet_of(tmp_path / "a.xlsx", [DISPUTE, CASE]), "dispute")
    assert report.problems == []
    assert history(any_ledger, "dispute") == [[("register", "2025-03-01"), ("grade", "2025-03-02"), ("resolve", "2025-03-10")]]
    shown = any_ledger.show("纠2025-1")
    assert all(e["late"] and e["reason"] == "导入 a.xlsx" for e in shown.events)
    assert shown.record["foreign_number"] == "纠2025-1"
    red = [*CASE[:6], "红", *CASE[7:]]
    red[0] = "纠2025-2"
    report = take(any_ledger, sheet_of(tmp_path / "b.xlsx", [DISPUTE, red]), "dispute")
    assert report.written
    assert any("包案人" in n.message for n in report.notes)


def test_steps_in_the_wrong_order_are_a_slip_of_a_date(ledger: Ledger, tmp_path: Path) -> None:
    wrong = [*CASE]
    wrong[5] = "2024-03-02"
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", [DISPUTE, wrong]), "dispute")
    assert [(p.row, p.column) for p in report.problems] == [(2, "受理日期")]
    assert "晚于定级（2024-03-02）" in report.problems[0].message
    report = take(ledger, sheet_of(tmp_path / "b.xlsx", [DISPUTE, [*CASE[:5], "", *CASE[6:]]]), "dispute")
    assert {p.column for p in report.problems} <= {"风险等级", "化解层级"} or report.written


def test_a_rolling_ledger_grows_by_its_numbers(ledger: Ledger, tmp_path: Path) -> None:
    """The clerk's number of an earlier record with other content is asked about; update brings corrections and later steps."""
    take(ledger, sheet_of(tmp_path / "a.xlsx", [DISPUTE, [*CASE[:8]]]), "dispute")
    path = sheet_of(tmp_path / "b.xlsx", [DISPUTE, [*CASE[:6], "橙", *CASE[7:]]])
    assert take(ledger, path, "dispute").duplicates == 1
    report = take(ledger, path, "dispute", duplicates="update")
    assert (report.new, report.changed, report.problems) == (0, 1, [])
    assert history(ledger, "dispute") == [[("register", "2025-03-01"), ("grade", "2025-03-02"), ("resolve", "2025-03-10")]]
    assert facts(ledger, "dispute")[0]["risk"] == "橙"


def test_an_export_mended_in_the_spreadsheet_comes_back_as_corrections(ledger: Ledger, tmp_path: Path) -> None:
    import openpyxl

    from yifa.exchange.export import export_file

    take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW, [2, "2025-04-01", "民法典", "咨询", 8]]))
    path = tmp_path / "b.xlsx"
    export_file(ledger, "publicity_event", path, org="qs")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    column = next(c.column for c in sheet[1] if "受众" in str(c.value))
    sheet.cell(3, column).value = 88
    book.save(path)
    report = take(ledger, path)
    assert (report.new, report.same, report.changed, report.problems) == (0, 1, 1, [])
    assert [f["audience"] for f in facts(ledger)] == [120, 88]


def test_partial_takes_the_good_rows_and_gives_the_others_back(any_ledger: Ledger, tmp_path: Path) -> None:
    rows = [HEADINGS, ROW, [2, "2025-02-30", "民法典", "咨询", 8], [3, "2025-04-01", "反诈", "咨询", 9]]
    back = tmp_path / "back.xlsx"
    report = take(any_ledger, sheet_of(tmp_path / "a.xlsx", rows), partial=True, refused=back)
    assert (report.new, report.refused, report.written) == (2, 1, True)
    import openpyxl

    book = openpyxl.load_workbook(back)
    sheet = book.worksheets[0]
    assert [c.value for c in sheet[1]] == [*HEADINGS, "退回原因"]
    assert [c.value for c in sheet[2]][:2] == [2, "2025-02-30"]
    assert "不是存在的日期" in str(sheet.cell(2, 6).value)
    sheet.cell(2, 2).value = "2025-02-28"
    book.save(back)
    report = take(any_ledger, back)
    assert (report.new, report.problems, report.unread) == (1, [], [])
    assert len(facts(any_ledger)) == 3


def test_a_known_row_that_fails_does_not_hold_back_the_others(any_ledger: Ledger, tmp_path: Path) -> None:
    """A record that is void for one row: its correction is refused, the others are made."""
    ledger = any_ledger
    headings = [*HEADINGS, "来源系统", "来源编号"]
    rows = [[*ROW, "省平台", f"A{n}"] for n in range(3)]
    take(ledger, sheet_of(tmp_path / "a.xlsx", [headings, *rows]))
    for n, row in enumerate(rows):
        row[4] = 200 + n
    rows[1][1] = "2019-01-01"
    from yifa.exchange import taking

    original = taking.apply_changes

    def failing(work: Any, case: Any, row: Any, *rest: Any) -> Any:
        if row.row == 3:
            raise Refused([])
        return original(work, case, row, *rest)

    taking.apply_changes = failing
    try:
        path = sheet_of(tmp_path / "b.xlsx", [headings, *rows])
        report = take(ledger, path)
        assert (report.written, report.changed, [p.row for p in report.problems]) == (False, 2, [3])
        assert [f["audience"] for f in facts(ledger)] == [120, 120, 120]
        report = take(ledger, path, partial=True)
    finally:
        taking.apply_changes = original
    assert (report.written, report.changed, [p.row for p in report.problems]) == (True, 2, [3])
    assert [f["audience"] for f in facts(ledger)] == [200, 120, 202]


def test_undo_voids_numbers_stay_used_and_the_file_may_come_again(any_ledger: Ledger, tmp_path: Path) -> None:
    ledger = any_ledger
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW, [2, *ROW[1:]]])
    report = take(ledger, path)
    assert report.batch is not None
    assert undo_import(ledger, report.batch, actor="小王", reason="导错了") == {"records": 2, "changes": 0}
    assert facts(ledger) == []
    again = take(ledger, path)
    assert again.new == 2
    assert [(n[-2:], s) for n, s in statuses(ledger, "publicity_event")] == [("1号", "void"), ("2号", "void"), ("3号", "closed"), ("4号", "closed")]


def test_undo_takes_back_what_the_file_changed_in_earlier_records(any_ledger: Ledger, tmp_path: Path) -> None:
    ledger = any_ledger
    take(ledger, sheet_of(tmp_path / "a.xlsx", [DISPUTE, [*CASE[:8]]]), "dispute")
    second = [*CASE]
    second[0] = "纠2025-2"
    report = take(ledger, sheet_of(tmp_path / "b.xlsx", [DISPUTE, [*CASE[:6], "橙", *CASE[7:]], second]), "dispute", duplicates="update")
    assert (report.new, report.changed) == (1, 1)
    assert report.batch is not None
    assert undo_import(ledger, report.batch, actor="小王", reason="导错了") == {"records": 1, "changes": 2}
    assert history(ledger, "dispute") == [[("register", "2025-03-01"), ("grade", "2025-03-02")]]
    assert facts(ledger, "dispute")[0]["risk"] == "黄"


def test_an_import_can_be_undone_once_what_came_after_it_was_undone(any_ledger: Ledger, tmp_path: Path) -> None:
    ledger = any_ledger
    first = take(ledger, sheet_of(tmp_path / "a.xlsx", [DISPUTE, CASE]), "dispute")
    second = take(ledger, sheet_of(tmp_path / "b.xlsx", [DISPUTE, [*CASE[:6], "橙", *CASE[7:]]]), "dispute", duplicates="update")
    assert first.batch is not None and second.batch is not None
    with pytest.raises(Refused, match=f"先撤回第 {second.batch} 批"):
        undo_import(ledger, first.batch, actor="小王", reason="导错了")
    undo_import(ledger, second.batch, actor="小王", reason="导错了")
    assert undo_import(ledger, first.batch, actor="小王", reason="导错了") == {"records": 1, "changes": 0}
    assert take(ledger, tmp_path / "a.xlsx", "dispute").new == 1


def test_a_dry_run_writes_nothing_and_says_what_would_happen(any_ledger: Ledger, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW, [2, "2025-04-01", "民法典", "咨询", 8]])
    report = take(any_ledger, path, dry_run=True)
    assert (report.new, report.written, report.batch, report.numbers) == (2, False, None, [])
    assert "可新增 2" in report.lines()[0]
    assert facts(any_ledger) == []
    assert take(any_ledger, path).numbers[0].endswith("1号")


def test_steps_taken_again_stand_in_a_sheet_of_their_own(ledger: Ledger, tmp_path: Path) -> None:
    further = [["原编号", "环节", "办理日期", "调处方式", "进展"], ["纠2025-1", "调处", "2025-03-05", "面谈", "谈了一次"],
               ["纠2025-1", "调处", "2025-03-06", "电话", "又谈一次"]]  # fmt: skip
    path = book_of(tmp_path / "a.xlsx", {"纠纷": [DISPUTE, CASE], "后续办理": further})
    assert take(ledger, path, "dispute").problems == []
    assert [s for s, _ in history(ledger, "dispute")[0]] == ["register", "grade", "handle", "handle", "resolve"]
    further += [["纠2025-9", "调处", "2025-03-05", "面谈", "谁的"], ["纠2025-3", "跳舞", "2025-03-05", None, None],
                ["纠2025-3", "调处", "2025-03-05", None, None]]  # fmt: skip
    third = ["纠2025-3", *CASE[1:]]
    path = book_of(tmp_path / "b.xlsx", {"纠纷": [DISPUTE, third], "后续办理": [further[0], *further[3:]]})
    report = take(ledger, path, "dispute")
    assert {(p.sheet, p.row) for p in report.problems} >= {("后续办理", 2), ("后续办理", 3)}
    assert not report.written


def test_no_role_but_the_importer_s_is_lent(ledger: Ledger, tmp_path: Path) -> None:
    take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW]))
    event = ledger.show(stored(ledger, "publicity_event", "qs")[0]["uid"]).events[0]
    assert event["roles"] == [IMPORTER]
    assert event["source"] == {"system": "xlsx", "row": 2, "batch": 1}


def test_a_step_known_to_the_month_after_one_known_to_the_day(ledger: Ledger, tmp_path: Path) -> None:
    row = [*CASE]
    row[8] = "2025-03"
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", [DISPUTE, row]), "dispute")
    assert report.problems == []
    assert history(ledger, "dispute") == [[("register", "2025-03-01"), ("grade", "2025-03-02"), ("resolve", "2025-03")]]


def test_an_unknown_choice(ledger: Ledger, tmp_path: Path) -> None:
    report = take(ledger, sheet_of(tmp_path / "a.xlsx", [HEADINGS, [1, "2025-03-01", "宪法", "不详", 3]]))
    assert report.problems == []
    assert facts(ledger)[0]["form"] == {"unknown": True}
    assert report.findings == 1
