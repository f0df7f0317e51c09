"""`yifa init` and `yifa org`: a new ledger and its organisations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from yifa.cli.main import run


@pytest.fixture
def home(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    place = tmp_path / "台账"
    assert run(["init", "--home", str(place)]) == 0
    assert "钥匙" in capsys.readouterr().out
    return place


def test_a_new_ledger_takes_a_county_a_town_and_a_village(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["org", "add", "999801", "南溪县人民政府", "--kind", "county", "--home", str(home)]) == 0
    assert run(["org", "add", "999801101", "东山镇人民政府", "--parent", "999801", "--home", str(home)]) == 0
    assert run(["org", "add", "999801101201", "上河村", "--parent", "东山镇", "--kind", "village", "--home", str(home)]) == 0
    capsys.readouterr()
    assert run(["org", "list", "--format", "json", "--home", str(home)]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(o["code"], o["parent"]) for o in found] == [
        ("999801", None), ("999801101", "999801"), ("999801101201", "999801101")]  # fmt: skip
    assert run(["verify", "--home", str(home)]) == 0


def test_init_leaves_a_folder_that_is_not_empty_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "我的文件.txt").write_text("x", encoding="utf-8")
    assert run(["init", "--home", str(tmp_path)]) == 2
    assert "不是空文件夹" in capsys.readouterr().err
    assert [p.name for p in tmp_path.iterdir()] == ["我的文件.txt"]


def test_an_unknown_parent_is_named_with_what_is_near(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["org", "add", "999801", "南溪县人民政府", "--kind", "county", "--home", str(home)]) == 0
    assert run(["org", "add", "999801101", "东山镇人民政府", "--parent", "南西县", "--home", str(home)]) == 2
    assert "南溪县" in capsys.readouterr().err


def test_a_town_that_was_merged_takes_no_later_records(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["org", "add", "A", "甲镇人民政府", "--home", str(home)]) == 0
    assert run(["org", "add", "B", "乙镇人民政府", "--home", str(home)]) == 0
    assert run(["org", "close", "甲镇", "2025-12-31", "--successor", "乙镇", "--home", str(home)]) == 0
    capsys.readouterr()
    assert run(["org", "list", "甲镇", "--format", "json", "--home", str(home)]) == 0
    assert json.loads(capsys.readouterr().out)[0]["to"] == "2025-12-31"
