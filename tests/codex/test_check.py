"""Cross-checks: a name that one entry uses must exist in another; the fault is shown at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from yifa.codex import CodexError, load

PROCEDURE = """\
key: stove_change
name: 炉灶改造
kind: procedure
version: {from: 2024-01-01}
fields:
  - {key: household, name: 户名, type: text}
  - {key: cards, name: 证件, type: text}
steps:
  - key: apply
    name: 申请
    fields: [household]
  - key: accept
    name: 验收
    after: [apply]
    guards:
      - {key: named, require: {field: household, known: true}, message: 先写户名}
"""
INDICATOR = "key: stove.changed\nname: 炉灶改造户数\nunit: 户\nflow:\n  of: stove_change\n  on: accept_on\n"


@pytest.fixture(autouse=True)
def _read_once(shipped_read_once: None) -> None:
    """The shipped files are parsed once for all tests."""


def problems(folder: Path) -> list[str]:
    with pytest.raises(CodexError) as caught:
        load(folder)
    return [p.removeprefix(f"{folder}/") for p in caught.value.problems]


def put(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("after: [apply]", "after: [aply]", "14: steps.accept: 没有环节“aply”"),
        ("fields: [household]", "fields: [houshold]", "11: steps.apply: 没有字段“houshold”"),
        ("after: [apply]", "after: [apply]\n    meets: [stove.none]", "15: steps.accept: 没有期限“stove.none”"),
        ("after: [apply]", "after: [apply]\n    starts:\n      - {limit: disclosure.reply, on: nought}", "16: steps.accept: 没有字段“nought”"),
        ("{field: household,", "{field: owner,", "16: steps.accept: 没有（条件里的）字段“owner”"),
        ("{field: household, known: true}", "{step: aply, done: true}", "16: steps.accept: 没有（条件里的）环节“aply”"),
        ("{field: household, known: true}", "{related: cards, at_least: 1}", "16: steps.accept: 没有（条件里的）关联查询“cards”"),
        ("{field: household, known: true}", "{field: household, at_least: {limit: no.threshold}}", "16: steps.accept: 没有（条件里的）标准“no.threshold”"),
        ("after: [apply]", "after: [apply]\n    basis: {statute: 天书法, article: 3}", "15: steps.accept: 法规库没有“天书法”"),
        ("after: [apply]", "after: [apply]\n    produces: [nothing]", "15: steps.accept: 没有文书“nothing”"),
        ("after: [apply]", "after: [apply]\n    hooks: [nothing]", "15: 整条: 没有名为“nothing”的通用环节（general/nothing.yaml）"),
        ("steps:\n", "identity: [nummer]\nsteps:\n", "8: identity: 没有字段“nummer”"),
        ("steps:\n", "columns: {户: nummer}\nsteps:\n", "8: columns: 没有字段“nummer”"),
        ("steps:\n", "lookups:\n  - {key: k, of: nought}\nsteps:\n", "9: lookups.k: 没有定义“nought”"),
        ("steps:\n", "lookups:\n  - {key: k, of: dispute, match: {nummer: household}}\nsteps:\n", "9: lookups.k: 没有（dispute 的）字段“nummer”"),
    ],
)
def test_a_name_that_does_not_exist_is_shown_at_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = PROCEDURE.replace(old, new)
    assert text != PROCEDURE
    put(tmp_path, "procedures/stove.yaml", text)
    assert problems(tmp_path) == [f"procedures/stove.yaml:{expected}"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("of: stove_change", "of: stove", "5: flow.of: 没有定义“stove”"),
        ("on: accept_on", "on: accepted_on", "6: flow: 没有（stove_change 的）字段“accepted_on”"),
        ("on: accept_on", "on: accept_on\n  where: {field: colour, is: 红}", "7: flow: 没有（stove_change 的）字段“colour”"),
        ("name: 炉灶改造户数", "name: 炉灶改造户数\nalias: [调解成功率]", "3: alias: 名称“调解成功率”与 mediation.success_rate 重复"),
    ],
)
def test_an_indicator_counts_what_exists(tmp_path: Path, old: str, new: str, expected: str) -> None:
    put(tmp_path, "procedures/stove.yaml", PROCEDURE)
    put(tmp_path, "indicators/stove.yaml", INDICATOR)
    load(tmp_path)
    put(tmp_path, "indicators/stove.yaml", INDICATOR.replace(old, new))
    assert problems(tmp_path) == [f"indicators/stove.yaml:{expected}"]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("indicators/relations.yaml", "- at_most: [mediation.accepted, no.such]\n", "1: 整条: 没有指标“no.such”"),
        ("indicators/x.yaml", "key: a.b\nname: 某率\nunit: '%'\nratio: {of: no.such, to: mediation.accepted}\n", "4: ratio: 没有指标“no.such”"),
        ("duties/x.yaml", "key: a.b\nname: 某事\nevery: year\nmet_by: {definition: nought}\n", "4: met_by.definition: 没有定义“nought”"),
        ("duties/x.yaml", "key: a.b\nname: 某事\nevery: year\nmet_by: {definition: dispute, step: nought}\n", "4: met_by: 没有（dispute 的）环节“nought”"),
        ("reports/x.yaml", "key: r\nname: 报告\ntitle: 报告\nfrom: 2021\nparts:\n  - key: a\n    heading: 成效\n    sentences:\n      - {text: '受理{no.such}。'}\n",
         "9: parts: 句子“受理{no.such}。…”里没有指标“no.such”"),
        ("limits/x.yaml", "- key: stove.limit\n  name: 验收\n  kind: duty\n  versions:\n    - {quantity: 3, unit: month, from: 2024-01-01, basis: {statute: 天书法, article: 1}}\n",
         "5: versions.0: 法规库没有“天书法”"),
        ("limits/x.yaml", "- key: contract.review\n  versions:\n    - {quantity: 5, unit: week, basis: {document: 本县规定}}\n", "3: versions.0.unit: 只能是 "),
        ("limits/x.yaml", "- key: contract.review\n  versions: 5\n", "2: versions: 已有的期限，要写 versions（列表）"),
        ("limits/x.yaml", "- {key: a.b, name: 甲, kind: duty, versions: []}\n", "1: 整条: 要写 versions"),
        ("statutes/x.yaml", "- key: 行政处罚法\n  title: 中华人民共和国行政处罚法\n  kind: law\n  versions:\n    - {from: 1996-10-01}\n", "1: key: 法规“行政处罚法”已在"),
        ("general/x.yaml", "- steps:\n    - {name: 甲}\n", "2: steps.0.key: 缺少这一项"),
        ("documents/x.yaml", "- {name: 某文书}\n", "1: key: 缺少这一项"),
        ("calendar/2027.yaml", "year: 2027\nholidays: []\n", "holidays（放假安排）不能为空"),
    ],
)  # fmt: skip
def test_every_kind_of_file_is_checked(tmp_path: Path, name: str, text: str, expected: str) -> None:
    put(tmp_path, name, text)
    said = problems(tmp_path)
    assert any(p.startswith(f"{name}:{expected}") or (name.startswith("calendar") and expected in p) for p in said), said


def test_all_faults_are_listed_at_once(tmp_path: Path) -> None:
    put(tmp_path, "procedures/a.yaml", "key: [")
    put(tmp_path, "registers/b.yaml", "key: b\n")
    put(tmp_path, "limits/c.yaml", "- {key: contract.review, versions: 5}\n")
    assert {p.split(":")[0] for p in problems(tmp_path)} == {"procedures/a.yaml", "registers/b.yaml", "limits/c.yaml"}
