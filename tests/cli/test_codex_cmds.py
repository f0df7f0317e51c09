"""`yifa codex check` and `yifa codex list`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Yifa
from yifa.cli.codex_cmds import KINDS


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_codex_is_sound(yifa: Yifa) -> None:
    found = yifa("codex", "check", "--format", "json")
    assert found.code == 0
    assert found.json["ok"] is True
    assert found.json["problems"] == []
    assert found.json["definitions"] > 50
    assert "法典无误" in yifa("codex", "check").out


def test_faults_are_listed_with_file_line_and_field(yifa: Yifa, tmp_path: Path) -> None:
    county = tmp_path / "本县"
    path = put(county, "registers/x.yaml", "key: x\nname: 甲\nkind: ledger\n")
    found = yifa("codex", "check", county)
    assert found.code == 2
    assert f"{path}:3: kind: 只能是 register、procedure\n" in found.out
    assert found.out.endswith("改好后再运行一次。\n")
    data = yifa("codex", "check", county, "--format", "json").json
    assert data["ok"] is False
    assert f"{path}:3: kind: 只能是 register、procedure" in data["problems"]


def test_a_broken_overlay_of_the_ledger_stops_every_command_that_needs_it(yifa: Yifa, home: Path) -> None:
    path = put(home / "overlay", "registers/x.yaml", "key: x\nkey: y\n")
    for words in (["codex", "check"], ["codex", "list"], ["figures", "--org", "ql", "--year", "2025"], ["template", "dispute"]):
        found = yifa(*words, "--home", home)
        assert found.code == 2, words
        assert f"{path}:2: YAML 写法有误" in found.out + found.err


def test_a_county_register_works_everywhere_without_code(yifa: Yifa, home: Path) -> None:
    from tests.cli.conftest import sheet

    put(home / "overlay", "registers/stove.yaml", """\
key: stove_change
name: 炉灶改造
kind: register
version: {from: 2024-01-01}
fields:
  - {key: changed_on, name: 改造日期, type: date, milestone: true, required: true}
  - {key: household, name: 户名, type: text, required: true}
  - {key: households, name: 户数, type: count, unit: 户}
""")
    put(home / "overlay", "indicators/stove.yaml", """\
- {key: stove.changed, name: 炉灶改造, unit: 户, flow: {of: stove_change, on: changed_on, sum: households}}
""")
    assert yifa("codex", "check", "--home", home).code == 0
    assert yifa("template", "炉灶改造", "--home", home).code == 0
    assert Path("炉灶改造.xlsx").is_file()
    file = sheet(Path("改造.xlsx"), ["改造日期", "户名", "户数"], ["2025-03-01", "东院", 3], ["2025-04-01", "西院", 4])
    assert yifa("import", "炉灶改造", file, "--org", "青龙镇", "--home", home).code == 0
    figures = yifa("figures", "stove.changed", "--org", "ql", "--year", "2025", "--home", home, "--format", "json").json
    assert (figures["value"], len(figures["rows"])) == (7, 2)
    assert {"户名", "户数"} <= {c["name"] for c in figures["columns"]}
    assert yifa("verify", "--home", home).code == 0


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_can_be_listed(yifa: Yifa, kind: str) -> None:
    rows = yifa("codex", "list", kind, "--format", "json").json
    assert rows
    assert all(list(row) == list(KINDS[kind].columns) for row in rows)
    assert f"共 {len(rows)} 项。" in yifa("codex", "list", kind).out


def test_a_definition_can_be_looked_at_by_key_or_name(yifa: Yifa) -> None:
    assert yifa("codex", "list", "dispute", "--format", "json").json["key"] == "dispute"
    assert "活动日期" in yifa("codex", "list", "普法活动").out
    found = yifa("codex", "list", "nought")
    assert (found.code, "没有“nought”" in found.err) == (64, True)
