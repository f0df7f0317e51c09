"""`yifa statute`, `yifa law import`, `yifa law notice`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Yifa, sheet

TEXT = """\
# 中华人民共和国行政处罚法

2021年1月22日第十三届全国人民代表大会常务委员会第二十五次会议修订

第一条 测试用的第一条文字。

第二条 测试用的第二条文字。
"""
NOTICE = """\
year: 2027
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-06}
workdays: [2027-01-09]
"""


def test_a_statute_is_found_by_its_short_form(yifa: Yifa) -> None:
    found = yifa("statute", "处罚法", "--on", "2020-05-01", "--format", "json")
    assert found.code == 0
    assert found.json["key"] == "行政处罚法"
    assert found.json["status"] == "in_force"
    assert found.json["version"]["from"] == "2018-01-01"


def test_a_repealed_statute_names_its_successor(yifa: Yifa) -> None:
    out = yifa("statute", "信访条例").out
    assert "已失效" in out
    assert "《信访工作条例》" in out
    assert "施行至" in out
    assert "2022-04-30" in out
    assert "失效：2022-05-01 起" in out


def test_an_unknown_statute_gives_near_titles(yifa: Yifa) -> None:
    found = yifa("statute", "行政处罚")
    assert found.code == 1
    assert "《中华人民共和国行政处罚法》" in found.err


@pytest.mark.parametrize("words", [["--article", "三"], ["--article", "第三条"], ["--article", "3"]])
def test_an_article_may_be_written_in_any_form(yifa: Yifa, words: list[str]) -> None:
    assert yifa("statute", "行政处罚法", *words, "--format", "json").json["article"]["number"] == 3


def test_what_is_no_article_or_no_date_is_refused(yifa: Yifa) -> None:
    assert yifa("statute", "行政处罚法", "--article", "甲").code == 64
    assert yifa("statute", "行政处罚法", "--on", "2026-02-30").code == 64


@pytest.mark.shared
def test_loaded_texts_are_shown_wherever_they_are_cited(yifa: Yifa, home: Path) -> None:
    import os

    laws = Path(os.environ.get("YIFA_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "laws"
    found = yifa("law", "import", laws, "--home", home, "--format", "json")
    assert (found.code, found.json["problems"]) == (0, [])
    assert found.json["loaded"] > 60
    article = yifa("statute", "行政处罚法", "--on", "2025-05-01", "--article", "64", "--home", home, "--format", "json").json["article"]
    assert article["text"]
    assert "条文：" in yifa("due", "disclosure.reply", "--from", "2026-09-28", "--home", home).out


@pytest.mark.parametrize(
    ("content", "said"),
    [("一些文字".encode("gb18030"), "UTF-8"), ("# 某法\n\n没有条文。\n".encode(), "条")],
)
def test_a_text_that_cannot_be_read_is_named(yifa: Yifa, home: Path, tmp_path: Path, content: bytes, said: str) -> None:
    folder = tmp_path / "条文"
    folder.mkdir()
    (folder / "某法.md").write_bytes(content)
    found = yifa("law", "import", folder, "--home", home)
    assert found.code == 1
    assert "未载入：某法.md" in found.out
    assert said in found.out


def test_a_folder_without_texts_and_a_missing_folder(yifa: Yifa, home: Path, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    assert "没有条文文件" in yifa("law", "import", tmp_path / "空", "--home", home).err
    assert yifa("law", "import", tmp_path / "没有", "--home", home).code == 2
    assert yifa("law", "import", home / "yifa.sqlite3", "--home", home).code == 2


def test_a_new_notice_moves_running_deadlines_and_lists_them(
    yifa: Yifa, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YIFA_TODAY", "2026-12-25")
    file = tmp_path / "2027.yaml"
    file.write_text(NOTICE, encoding="utf-8")
    rows = sheet(tmp_path / "申请.xlsx", ["收到日期", "提交方式", "申请人类别", "申请人", "申请内容"],
                 ["2026-12-21", "当面", "自然人", "甲某", "测试用的申请"])  # fmt: skip
    found = yifa("import", "disclosure_request", rows, "--org", "ql", "--home", home)
    assert found.code == 0, found.out + found.err
    before = yifa("due", "disclosure.reply", "--from", "2026-12-21", "--home", home, "--format", "json").json
    assert before["provisional"] is True

    found = yifa("law", "notice", file, "--home", home, "--format", "json")
    assert found.code == 0
    after = yifa("due", "disclosure.reply", "--from", "2026-12-21", "--home", home, "--format", "json").json
    assert after["provisional"] is False
    assert date.fromisoformat(after["due"]) > date.fromisoformat(before["due"])
    moved = {m["limit"]: m for m in found.json["moved"]}
    assert (moved["disclosure.reply"]["old_due"], moved["disclosure.reply"]["new_due"]) == (before["due"], after["due"])
    assert yifa("law", "notice", file, "--home", home, "--format", "json").json == {"year": 2027, "moved": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"year: [", "格式有误"), (NOTICE.replace("2027-01-01", "2026-05-01").encode(), "请检查年份"),
     (NOTICE.encode("gb18030"), "UTF-8"), (b"year: 2027\nholidays: []\n", "不能为空"),
     (NOTICE.replace("2027-01-06", "2027-02-30").encode(), "不存在的日期")],
)  # fmt: skip
def test_a_notice_that_cannot_be_right_changes_nothing(yifa: Yifa, home: Path, tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "2027.yaml"
    file.write_bytes(content)
    found = yifa("law", "notice", file, "--home", home)
    assert (found.code, found.out) == (2, "")
    assert said in found.err
    assert not (home / "overlay").exists()


def test_a_notice_needs_a_ledger(yifa: Yifa, tmp_path: Path) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(NOTICE, encoding="utf-8")
    found = yifa("law", "notice", file, "--home", tmp_path / "没有")
    assert found.code == 2
    assert not (tmp_path / "没有").exists()


def test_a_notice_whose_recomputing_fails_is_taken_back(
    yifa: Yifa, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "2027.yaml"
    file.write_text(NOTICE, encoding="utf-8")

    def full(self: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("yifa.records.ledger.Ledger.recompute", full)
    assert yifa("law", "notice", file, "--home", home).code == 2
    assert not (home / "overlay" / "calendar" / "2027.yaml").exists()
