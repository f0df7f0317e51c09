"""Reading codex files: every fault is named with file, line, field and a reason in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from yifa.codex.loader import CodexError, line_of, load_models, read_yaml
from yifa.procedure.definition import Definition


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(path: Path, text: str | bytes) -> list[str]:
    with pytest.raises(CodexError) as caught:
        load_models(Definition, write(path, text))
    return caught.value.problems


REGISTER = """\
key: night_patrol
name: 夜间巡查
kind: register
version: {from: 2024-01-01}
fields:
  - {key: patrolled_on, name: 巡查日期, type: date, milestone: true}
  - {key: place, name: 地点, type: text}
"""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("key: a\nname: [甲\n", 3, "没有配对"),
        ("key: a\nname: 甲\nkey: b\n", 3, "“key”写了两次"),
        ("key: a\n\tname: 甲\n", 2, "制表符"),
        ("key: a\nfrom: 2024-02-30\n", 2, "没有“2024-02-30”这一天"),
        ("? [a]\n: b\n", 1, "不能作键"),
        ("- 甲\n- 乙\n", 1, "“键: 值”"),
        ("", 1, "没有任何内容"),
        ("# 只有注释\n", 1, "没有任何内容"),
        ("key: a\nname: 甲\n".encode() + "备注: 乙".encode("gb18030"), 3, "不是 UTF-8"),
        ("key: !!python/name:os.system\n", 1, "不支持的标记"),
        (b"key: \x07", 1, "控制字符"),
    ],
)
def test_a_file_that_is_no_yaml_is_named_with_its_line(tmp_path: Path, text: str | bytes, line: int, words: str) -> None:
    path = tmp_path / "坏.yaml"
    (said,) = problems(path, text)
    assert said.startswith(f"{path}:{line}: ")
    assert words in said


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ("name: 夜间巡查", "nmae: 夜间巡查", 2, "nmae", "没有这一项"),
        ("name: 夜间巡查\n", "", 1, "name", "缺少这一项"),
        ("kind: register", "kind: ledger", 3, "kind", "只能是 register、procedure"),
        ("2024-01-01", "去年", 4, "version.from", "不是有效日期"),
        ("type: text", "type: string", 7, "fields.1.type", "只能是"),
        ("milestone: true", "milestone: 有", 6, "fields.0.milestone", "应是 true 或 false"),
        ("key: place", "key: 地点", 7, "fields.1.key", "写法不合要求"),
        ("name: 夜间巡查", "name: [夜间巡查]", 2, "name", "应是文字"),
        ("key: place", "key: patrolled_on", 1, "整条", "重复"),
    ],
)
def test_a_bad_field_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, field: str, words: str) -> None:
    path = tmp_path / "巡查.yaml"
    said = problems(path, REGISTER.replace(old, new))
    assert any(s.startswith(f"{path}:{line}: {field}: ") and words in s for s in said), said


def test_one_field_gives_one_problem_however_many_forms_it_may_have(tmp_path: Path) -> None:
    path = tmp_path / "巡查.yaml"
    (said,) = problems(path, REGISTER + "basis:\n  - {statute: 行政处罚法, article: [1]}\n")
    assert said == f"{path}:9: basis.0.article: 应是整数；或应是文字"


def test_a_value_that_no_validator_expected_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "巡查.yaml"
    (said,) = problems(path, "key: x\nname: 甲\nkind: procedure\nversion: {from: 2024-01-01}\nfields: []\nsteps:\n  - {key: a, name: 乙, starts: 5}\n")
    assert said.startswith(f"{path}:")


def test_all_entries_of_a_file_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "两条.yaml"
    said = problems(path, "- {key: a}\n- {key: b, kind: x}\n")
    assert {s.split(":")[1] for s in said} == {"1", "2"}


def test_on_and_off_and_no_are_words(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", "on: no\noff: yes\nflag: true\n")
    assert read_yaml(path) == [{"on": "no", "off": "yes", "flag": True}]


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    assert read_yaml(write(tmp_path / "a.yaml", b"\xef\xbb\xbfkey: a\n")) == [{"key": "a"}]


def test_a_missing_file_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(CodexError, match="打不开"):
        read_yaml(tmp_path / "没有.yaml")


def test_the_line_of_an_entry_in_a_list_is_found_by_its_key(tmp_path: Path) -> None:
    path = write(tmp_path / "a.yaml", "key: a\nsteps:\n  - key: one\n    after: [x]\n  - key: two\n    before:\n      - 去\n")
    assert line_of(path, 0, ("steps", "two")) == 5
    assert line_of(path, 0, ("steps", "two"), "去") == 7
    assert line_of(path, 0, ("steps", "three")) == 2
    assert line_of(path, 9, ()) == 1
    write(path, "\n\nkey: a\n")
    assert line_of(path, 0, ("key",)) == 3, "a changed file is read again"
