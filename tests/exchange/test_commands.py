"""yifa template | import | export | undo: exit codes, Chinese messages, JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.exchange.conftest import sheet_of
from tests.exchange.test_clerks_sheets import HEADINGS, ROW
from yifa.cli.main import run
from yifa.records.ledger import Ledger

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def yifa(ledger: Ledger, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command on the test's ledger: (exit code, output, errors)."""
    monkeypatch.setenv("YIFA_TODAY", "2026-06-30")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("YIFA_DATABASE", raising=False)

    def command(*words: Any) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*map(str, words), "--home", str(ledger.home)])
        out = capsys.readouterr()
        return code, out.out, out.err

    return command


def test_from_template_to_export_and_back(yifa: Command, tmp_path: Path) -> None:
    assert yifa("template", "普法活动", tmp_path / "t.xlsx")[0] == 0
    code, out, _ = yifa("import", "publicity_event", tmp_path / "t.xlsx", "--org", "青石镇")
    assert code == 2  # nothing but the example
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW, [2, *ROW[1:]]])
    code, out, _ = yifa("import", "普法活动", path, "--org", "青石镇", "--format", "json")
    report = json.loads(out)
    assert (code, report["ok"], report["new"], report["written"], report["batch"]) == (0, True, 2, True, 1)
    assert report["numbers"] == ["青石镇〔2025〕普法活动1号", "青石镇〔2025〕普法活动2号"]
    code, out, err = yifa("import", "普法活动", path, "--org", "青石镇")
    assert code == 2
    assert "导入过（批次 1）" in err
    code, out, _ = yifa("export", "普法活动", tmp_path / "b.xlsx", "--org", "青石镇", "--format", "json")
    assert (code, json.loads(out)["rows"]) == (0, 2)
    code, out, _ = yifa("import", "普法活动", tmp_path / "b.xlsx", "--org", "青石镇")
    assert code == 0
    assert "没有变化" in out
    code, out, _ = yifa("undo")
    assert "a.xlsx" in out
    code, out, _ = yifa("undo", 1)
    assert (code, "作废 2 件" in out) == (0, True)
    assert yifa("undo", 1)[0] == 2
    assert yifa("import", "普法活动", path, "--org", "青石镇")[0] == 0


def test_bad_rows_are_listed_and_nothing_is_written(yifa: Command, tmp_path: Path) -> None:
    path = sheet_of(tmp_path / "a.xlsx", [HEADINGS, ROW, [2, "2025-02-30", *ROW[2:]]])
    back = tmp_path / "back.xlsx"
    code, out, _ = yifa("import", "普法活动", path, "--org", "青石镇", "--refused", back)
    assert code == 1
    assert "活动时间" in out
    assert "一行也没有写入" in out
    assert back.is_file()
    code, out, _ = yifa("import", "普法活动", path, "--org", "青石镇", "--partial", "--format", "json")
    report = json.loads(out)
    assert (code, report["new"], report["refused"], report["written"]) == (1, 1, 1, True)
    assert report["problems"] == [{"sheet": "Sheet1", "row": 3, "column": "活动时间", "value": "2025-02-30",
                                   "message": report["problems"][0]["message"]}]  # fmt: skip


@pytest.mark.parametrize(("words", "message", "code"), [
    (("import", "普法活动", "no.xlsx", "--org", "青石镇"), "找不到文件", 2), (("import", "没有的", "no.xlsx", "--org", "青石镇"), "没有台账或程序", 64),
    (("export", "普法活动", "no/no.xlsx"), "写不了", 2), (("export", "普法活动", "a.xlsx", "--org", "红岩镇"), "没有“红岩镇”这个机构", 2),
    (("undo", 99), "没有第 99 批", 2), (("template", "没有的"), "没有台账或程序", 64), (("import", "普法活动", "a.xlsx"), "命令写法有误", 64),
])  # fmt: skip
def test_failures_have_a_message_and_an_exit_code(yifa: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: Any, message: str,
                                                  code: int) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    done, _, err = yifa(*words)
    assert (done, message in err) == (code, True)
    assert [p.name for p in tmp_path.iterdir()] == ["home"]


def test_every_template_at_once(yifa: Command, ledger: Ledger, tmp_path: Path) -> None:
    code, out, _ = yifa("template", "all", tmp_path / "模板", "--format", "json")
    assert code == 0
    assert len(json.loads(out)["written"]) == len(ledger.codex.definitions) == len(list((tmp_path / "模板").iterdir()))


def test_personal_values_leave_only_with_a_reason_that_is_logged(yifa: Command, ledger: Ledger, tmp_path: Path) -> None:
    import openpyxl

    path = sheet_of(tmp_path / "a.xlsx", [[*HEADINGS, "主讲人"], [*ROW, "张三丰"]])
    assert yifa("import", "普法活动", path, "--org", "青石镇")[0] == 0

    def cells(name: str) -> str:
        return str([[c.value for c in row] for row in openpyxl.load_workbook(tmp_path / name).worksheets[0]])

    assert yifa("export", "普法活动", tmp_path / "b.xlsx")[0] == 0
    assert "张三丰" not in cells("b.xlsx")
    log = ledger.home / "exports.log"
    assert not log.exists()
    code, _, err = yifa("export", "普法活动", tmp_path / "c.xlsx", "--with-personal", "要")
    assert (code, "写明理由" in err, (tmp_path / "c.xlsx").exists()) == (2, True, False)
    assert yifa("export", "普法活动", tmp_path / "c.xlsx", "--with-personal", "上级抽查核对", "--actor", "小王")[0] == 0
    assert "张三丰" in cells("c.xlsx")
    line = json.loads(log.read_text(encoding="utf-8"))
    assert (line["actor"], line["definition"], line["rows"], line["reason"]) == ("小王", "publicity_event", 1, "上级抽查核对")
    log.unlink()
    log.mkdir()
    code, _, err = yifa("export", "普法活动", tmp_path / "d.xlsx", "--with-personal", "上级抽查核对")
    assert (code, (tmp_path / "d.xlsx").exists()) == (2, False)
