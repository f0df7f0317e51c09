"""The commands that work on a ledger: what they do, and what they say when they cannot."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Result, Yifa, publicity, sheet

NEED_LEDGER = [
    ["import", "publicity_event", "x.xlsx", "--org", "ql"], ["export", "publicity_event"], ["undo", "1"], ["record", "show", "1"],
    ["figures", "--org", "ql", "--year", "2025"], ["report", "--org", "ql", "--year", "2025"], ["report", "x.json", "--check"],
    ["verify"], ["rebuild"], ["backup", "x.zip"], ["org", "list"],
]  # fmt: skip


def tables(home: Path) -> dict[str, int]:
    """How many rows each table of the ledger has."""
    with sqlite3.connect(home / "yifa.sqlite3") as c:
        names = [r[0] for r in c.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%\\_%' ESCAPE '\\'")]
        found = {n: c.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names}
    c.close()
    return found


def imported(yifa: Yifa, home: Path, *days: str) -> Result:
    file = publicity(home.parent / f"普法{len(days)}.xlsx", *days)
    return yifa("import", "普法活动", file, "--org", "青龙镇", "--home", home, "--format", "json")


def request(yifa: Yifa, home: Path, day: str = "2026-11-02") -> Result:
    """A disclosure request, whose applicant is sealed."""
    rows = sheet(home.parent / f"申请{day}.xlsx", ["收到日期", "提交方式", "申请人类别", "申请人", "申请内容"],
                 [day, "当面", "自然人", "甲某", "测试用的申请"])  # fmt: skip
    return yifa("import", "disclosure_request", rows, "--org", "ql", "--home", home, "--format", "json")


@pytest.mark.parametrize("words", NEED_LEDGER, ids=lambda w: " ".join(w[:2]))
def test_without_a_ledger_it_says_how_to_get_one_and_makes_nothing(yifa: Yifa, words: list[str]) -> None:
    found = yifa(*words, "--home", "没有")
    assert (found.code, found.out) == (2, "")
    assert "make demo" in found.err
    assert not Path("没有").exists()


def test_without_home_it_works_on_the_demo_below_the_current_folder(yifa: Yifa, home: Path) -> None:
    Path("demo").symlink_to(home, target_is_directory=True)
    assert yifa("verify", "--format", "json").json["ok"] is True


def test_home_may_come_from_the_environment(yifa: Yifa, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YIFA_HOME", str(home))
    assert yifa("org", "list", "--format", "json").json[0]["code"] == "county"


def test_from_a_sheet_to_a_figure_to_its_records(yifa: Yifa, home: Path) -> None:
    done = imported(yifa, home, "2025-03-01", "2025-09-01", "2024-09-01")
    assert (done.code, done.json["new"], done.json["written"]) == (0, 3, True)
    data = yifa("figures", "--org", "青龙镇", "--year", "2025", "--home", home, "--format", "json").json
    assert (data["from"], data["to"], data["findings"]) == ("2025-01-01", "2025-12-31", [])
    value = {f["key"]: f["value"] for f in data["figures"]}
    assert value["publicity.lectures"] == 2
    opened = yifa("figures", "publicity.lectures", "--org", "ql", "--year", "2025", "--home", home, "--format", "json").json
    assert [r["day"] for r in opened["rows"]] == ["2025-03-01", "2025-09-01"]
    shown = yifa("record", "show", opened["rows"][0]["number"], "--home", home, "--format", "json").json
    assert shown["definition_name"] == "普法活动"
    assert {f["name"]: f["text"] for f in shown["facts"]}["主题"] == "宪法宣传1"
    text = yifa("figures", "publicity.lectures", "--org", "ql", "--year", "2025", "--home", home).out
    assert "2025-03-01" in text
    assert opened["rows"][0]["number"] in text
    assert shown["number"] in yifa("record", "show", shown["number"], "--home", home).out


def test_a_rate_shows_what_it_is_made_of(yifa: Yifa, home: Path) -> None:
    data = yifa("figures", "调解成功率", "--org", "ql", "--year", "2025", "--home", home, "--format", "json").json
    assert [p["key"] for p in data["parts"]] == ["mediation.succeeded", "mediation.mediated"]
    assert yifa("figures", "调解成功率", "--org", "ql", "--year", "2025", "--home", home).code == 0


def test_the_quarters_of_a_least_figure_end_on_their_last_day(yifa: Yifa, home: Path) -> None:
    data = yifa("figures", "leadership.hearings_each_quarter", "--org", "ql", "--year", "2025", "--home", home, "--format", "json").json
    assert [p["to"] for p in data["sub_periods"]] == ["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"]


def test_export_writes_what_import_reads_and_undo_makes_room(yifa: Yifa, home: Path) -> None:
    imported(yifa, home, "2025-03-01", "2025-09-01")
    assert yifa("export", "普法活动", "出.xlsx", "--home", home, "--format", "json").json == {"written": "出.xlsx", "rows": 2}
    again = yifa("import", "普法活动", "出.xlsx", "--org", "ql", "--home", home, "--format", "json").json
    assert (again["same"], again["new"], again["written"]) == (2, 0, False)
    assert yifa("undo", "1", "--home", home, "--format", "json").json["voided"] == 2
    assert yifa("verify", "--home", home).code == 0
    assert yifa("rebuild", "--check", "--home", home, "--format", "json").json == {"differences": []}


def test_a_report_and_what_no_longer_holds_of_it(yifa: Yifa, home: Path) -> None:
    imported(yifa, home, "2025-03-01")
    made = yifa("report", "报告", "--org", "青龙镇", "--year", "2025", "--home", home, "--format", "json").json
    assert all(Path(made[k]).is_file() for k in ("docx", "html", "frozen"))
    check = ["report", made["frozen"], "--check", "--home", home, "--format", "json"]
    assert (yifa(*check).code, yifa(*check).json) == (0, {"holds": True, "stale": []})
    imported(yifa, home, "2025-04-01", "2025-05-01")
    assert yifa(*check).code == 1
    assert "publicity.lectures" in {s["key"] for s in yifa(*check).json["stale"]}
    assert yifa(*check[:-2]).code == 1


def test_a_part_that_the_report_does_not_have_is_refused(yifa: Yifa, home: Path) -> None:
    Path("文字.yaml").write_text("problem: [一些不足]\n", encoding="utf-8")
    found = yifa("report", "报告", "--org", "ql", "--year", "2025", "--texts", "文字.yaml", "--home", home)
    assert (found.code, "没有“problem”这一部分" in found.err) == (2, True)
    assert not Path("报告").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["figures", "--year", "2025"], 64, "--org"),
        (["figures", "--org", "ql"], 64, "--year"),
        (["figures", "--org", "青龙", "--year", "2025"], 2, "青龙镇人民政府（ql）"),
        (["figures", "mediation.acepted", "--org", "ql", "--year", "2025"], 64, "mediation.accepted（"),
        (["figures", "--org", "ql", "--year", "2031"], 64, "还没有到"),
        (["figures", "--org", "ql", "--from", "2025-02-30", "--to", "2025-03-01"], 64, "没有“2025-02-30”这一天"),
        (["figures", "--org", "ql", "--from", "2025-05-01", "--to", "2025-03-01"], 64, "请对调"),
        (["figures", "publicity.lectures", "--org", "ql", "--year", "2025", "--page", "7"], 64, "没有第 7 页"),
        (["report", "--org", "ql"], 64, "--year"),
        (["report", "--org", "ql", "--year", "2025", "--cutoff", "2024-12-31"], 64, "不在 2025 年内"),
        (["report", "--check"], 64, "定稿"),
        (["report", "没有.json", "--check"], 2, "没有这个文件"),
        (["record", "show", "没有"], 2, "没有找到“没有”"),
        (["record", "show", "没有", "--open-sealed", "看"], 64, "理由"),
        (["undo", "9"], 2, "没有第 9 批"),
        (["verify", "--root", "没有.json"], 2, "找不到日根文件"),
        (["template", "活动"], 64, "publicity_event（普法活动）"),
        (["export", "publicity_event", "没有/x.xlsx"], 2, "没有/x.xlsx"),
        (["import", "publicity_event", "没有.xlsx", "--org", "ql"], 2, "没有.xlsx"),
        (["org", "add", "x", "某镇", "--kind", "city"], 64, "没有类别“city”"),
        (["org", "close", "ql", "1900-01-01"], 64, "不能止于"),
    ],
)
def test_what_is_not_there_is_said_with_what_is_near(yifa: Yifa, home: Path, words: list[str], code: int, said: str) -> None:
    before = tables(home)
    found = yifa(*words, "--home", home)
    assert (found.code, found.out) == (code, "")
    assert said in found.err
    assert tables(home) == before


@pytest.mark.parametrize("content", [b"", b"x", b"PK\x03\x04 cut", "普法".encode("gb18030"), b"\xd0\xcf\x11\xe0broken"])
def test_a_file_that_is_no_sheet_is_refused_whole(yifa: Yifa, home: Path, content: bytes) -> None:
    Path("坏.xlsx").write_bytes(content)
    before = tables(home)
    found = yifa("import", "publicity_event", "坏.xlsx", "--org", "ql", "--home", home, "--format", "json")
    assert found.code == 2
    assert "坏.xlsx" in found.json["error"]
    assert tables(home) == before


def test_one_bad_row_keeps_all_out(yifa: Yifa, home: Path) -> None:
    before = tables(home)
    done = imported(yifa, home, "2025-03-01", "2025-02-30")
    assert (done.code, done.json["written"], done.json["refused"]) == (1, False, 1)
    assert done.json["problems"][0]["row"] == 3
    assert tables(home) == before


def test_a_locked_ledger_is_said_and_left_alone(yifa: Yifa, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yifa.cli.place._BUSY_SECONDS", 0.2)
    before = tables(home)
    other = sqlite3.connect(home / "yifa.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        done = imported(yifa, home, "2025-03-01")
        assert (done.code, "占用" in done.json["error"]) == (2, True)
        assert yifa("undo", "1", "--home", home).code == 2
    finally:
        other.close()
    assert tables(home) == before
    assert imported(yifa, home, "2025-03-01").code == 0


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\x00" + b"\x00" * 200])
def test_a_database_that_is_none_is_said(yifa: Yifa, home: Path, content: bytes) -> None:
    for extra in home.glob("yifa.sqlite3*"):
        extra.unlink()
    (home / "yifa.sqlite3").write_bytes(content)
    found = yifa("figures", "--org", "ql", "--year", "2025", "--home", home)
    assert (found.code, found.out) == (2, "")
    assert "数据库" in found.err


def test_a_missing_key_stops_writing_before_anything_is_written(yifa: Yifa, home: Path) -> None:
    request(yifa, home)
    shutil.rmtree(home / "keys")
    before = tables(home)
    done = request(yifa, home, "2026-11-03")
    assert (done.code, "密钥" in done.json["error"]) == (2, True)
    assert tables(home) == before


def test_a_ledger_that_can_only_be_read_is_said(yifa: Yifa, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **more: mode != os.W_OK and access(path, mode, **more))
    found = yifa("verify", "--home", home)
    assert (found.code, "只能读" in found.err) == (2, True)


def test_a_full_disk_leaves_no_half_of_a_report(yifa: Yifa, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = Path.write_bytes

    def full(self: Path, data: Any) -> int:
        if len(data) > 1000:
            write(self, data[:1000])
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(self, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    found = yifa("report", "报告", "--org", "ql", "--year", "2025", "--home", home)
    assert (found.code, "磁盘空间不足" in found.err) == (2, True)
    assert list(Path("报告").iterdir()) == []


def test_opening_sealed_values_is_noted_with_its_reason(yifa: Yifa, home: Path) -> None:
    number = request(yifa, home).json["numbers"][0]
    assert "甲某" not in yifa("record", "show", number, "--home", home).out
    assert not (home / "opened.jsonl").exists()
    assert "甲某" in yifa("record", "show", number, "--open-sealed", "核对申请人", "--home", home).out
    assert "核对申请人" in (home / "opened.jsonl").read_text(encoding="utf-8")


def test_backup_and_restore_to_another_place(yifa: Yifa, home: Path) -> None:
    imported(yifa, home, "2025-03-01")
    assert yifa("backup", "备份.zip", "--home", home, "--format", "json").json["events"] == 1
    done = yifa("restore", "备份.zip", "--home", "新", "--format", "json")
    assert (done.code, done.json["ok"], done.json["events"]) == (0, True, 1)
    assert yifa("verify", "--home", "新").code == 0
    again = yifa("restore", "备份.zip", "--home", "新")
    assert (again.code, "不是空文件夹" in again.err) == (2, True)


@pytest.mark.parametrize(("name", "content"), [("没有.zip", None), ("坏.zip", b"x"), ("坏.zip", b"")])
def test_a_backup_that_is_none_makes_nothing(yifa: Yifa, name: str, content: bytes | None) -> None:
    if content is not None:
        Path(name).write_bytes(content)
    found = yifa("restore", name, "--home", "新")
    assert (found.code, found.out) == (2, "")
    assert not Path("新").exists()


def test_a_changed_event_is_named_and_the_exit_code_tells(yifa: Yifa, home: Path) -> None:
    imported(yifa, home, "2025-03-01", "2025-04-01")
    with sqlite3.connect(home / "yifa.sqlite3") as c:
        for (name,) in c.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            c.execute(f'DROP TRIGGER "{name}"')
        c.execute("UPDATE yifa_event SET body = replace(body, '2025-03-01', '2025-03-02')")
    c.close()
    found = yifa("verify", "--home", home, "--format", "json")
    assert (found.code, found.json["ok"]) == (1, False)
    assert found.json["first"] is not None


def test_an_empty_ledger_is_made_and_given_its_organisations(yifa: Yifa) -> None:
    assert yifa("init", "--home", "台账").code == 0
    assert yifa("org", "add", "c1", "某县", "--kind", "county", "--home", "台账").code == 0
    assert yifa("org", "add", "t1", "某镇人民政府", "--parent", "某县", "--home", "台账", "--format", "json").json["path"] == "/c1/t1/"
    assert yifa("org", "close", "某镇", "2026-10-31", "--home", "台账", "--format", "json").json["to"] == "2026-10-31"
    assert [o["to"] for o in yifa("org", "list", "--home", "台账", "--format", "json").json] == [None, "2026-10-31"]
    again = yifa("init", "--home", "台账")
    assert (again.code, "不是空文件夹" in again.err) == (2, True)
    from django.db import connection

    connection.close()


def test_a_ledger_that_cannot_be_made_whole_is_not_left_half(yifa: Yifa, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("yifa.records.projection_schema.codex_load", full)
    assert yifa("init", "--home", "台账").code == 2
    assert list(Path("台账").iterdir()) == []
