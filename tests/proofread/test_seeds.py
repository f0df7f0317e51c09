"""The five real reports: every figure, and the faults that they are known to hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from yifa.proofread import Report, proofread

pytestmark = pytest.mark.shared
NAMES = ("000", "001", "002", "003", "004")


def report_of(seeds: Path, name: str, codex: Any) -> Report:
    file = next(seeds.glob(f"{name}_*.txt"))
    return proofread(file.read_text(encoding="utf-8-sig"), codex=codex, file=file.name)


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_and_no_other(seeds: Path, name: str, codex: Any) -> None:
    want = yaml.safe_load((seeds / "figures.yaml").read_text(encoding="utf-8"))[name]
    by_name: dict[str, str] = {}
    for indicator in codex.indicators:
        for alias in (indicator.name, *indicator.aliases):
            by_name.setdefault(alias, indicator.key)
    report = report_of(seeds, name, codex)
    assert report.year == want["year"]
    assert [(item.value, item.unit, item.approx, item.indicator) for item in report.figures] == [
        (item["value"], item["unit"].replace("％", "%"), item["approx"], by_name[item["what"]]) for item in want["figures"]]


def kinds(report: Report, kind: str) -> list[str]:
    return [item.text for item in report.findings if item.kind == kind]


def test_000_cites_the_repealed_petition_regulations(seeds: Path, codex: Any) -> None:
    report = report_of(seeds, "000", codex)
    assert [(item.text, item.severity) for item in report.findings if item.kind == "repealed_statute"] == [("《信访条例》", "error")]
    assert kinds(report, "junk_text") == ["(略)", "*", "????"]


def test_001_agrees_with_its_rates(seeds: Path, codex: Any) -> None:
    report = report_of(seeds, "001", codex)
    assert all(part.present for part in report.parts)
    assert kinds(report, "junk_text") == ["[bookmark: _GoBack]"]
    assert not report.has_errors


def test_002_lists_a_repealed_regulation_and_lacks_a_part(seeds: Path, codex: Any) -> None:
    report = report_of(seeds, "002", codex)
    assert kinds(report, "repealed_statute") == ["信访条例"]
    assert [part.key for part in report.parts if not part.present] == ["first_responsible_person", "other"]


def test_003_has_page_chrome_and_a_passage_twice(seeds: Path, codex: Any) -> None:
    report = report_of(seeds, "003", codex)
    doubled = kinds(report, "duplicate_passage")
    assert len(doubled) == 1
    assert doubled[0].startswith("努力完善政府决策机制")
    assert doubled[0].endswith("真正落到实处。")
    chrome = "".join(kinds(report, "junk_text"))
    assert all(word in chrome for word in ("信息索引号", "访问次数", "扫一扫"))
    assert report.title == "江东镇2020年度法治政府建设工作报告"


@pytest.mark.parametrize(("name", "old", "new"), [
    ("004", "办结率92.5%", "办结率95.2%"), ("004", "办结49宗", "办结45宗"), ("001", "调解率达100%", "调解率达90%"),
    ("001", "调解成功238件", "调解成功208件"),
])
def test_a_changed_digit_breaks_the_rate(seeds: Path, codex: Any, name: str, old: str, new: str) -> None:
    file = next(seeds.glob(f"{name}_*.txt"))
    text = file.read_text(encoding="utf-8-sig")
    assert old in text
    assert not kinds(proofread(text, codex=codex), "rate_mismatch")
    assert kinds(proofread(text.replace(old, new, 1), codex=codex), "rate_mismatch")
