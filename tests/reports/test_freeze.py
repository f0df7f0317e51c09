"""A frozen report says what its figures were, and `check` which of them no longer hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.indicators.conftest import ledger
from tests.indicators.tiny import CASE, SUMMARY, Ledger
from tests.reports.kit import ENTRIES, report_codex
from yifa.reports.build import ReportError
from yifa.reports.freeze import check, read_frozen
from yifa.reports.render.produce import Produced, produce

__all__ = ["ledger"]


def make(ledger: Ledger, folder: Path, **more: Any) -> Produced:
    return produce(ledger.connection, report_codex(), ["A"], "青溪镇人民政府", 2025, folder, outline_key="small", **more)


@pytest.fixture
def filled(ledger: Ledger) -> Ledger:
    for i in range(3):
        ledger.add(CASE, {"accepted_on": "2025-05-01", "closed_on": "2025-06-01" if i else None, "amount": 100})
    return ledger


def test_a_fresh_report_holds(filled: Ledger, tmp_path: Path) -> None:
    made = make(filled, tmp_path, frozen_at="2026-01-05T09:00")
    frozen = read_frozen(made.frozen)
    assert [(f["key"], f["value"], f["records"]) for f in frozen["figures"]] == [
        ("accepted", "3", 3), ("closed", "2", 2), ("rate", "66.7", 3), ("amount", "3", 3)]  # fmt: skip
    assert frozen["figures"][2]["numerator"] == "2"
    assert (frozen["period"], frozen["codex"]) == ({"from": "2025-01-01", "to": "2025-12-31"}, report_codex().hash)
    assert check(frozen, filled.connection, report_codex()) == []


def test_a_late_entry_makes_value_and_records_stale(filled: Ledger, tmp_path: Path) -> None:
    frozen = read_frozen(make(filled, tmp_path).frozen)
    filled.add(CASE, {"accepted_on": "2025-12-31"})
    stale = {s.key: s for s in check(frozen, filled.connection, report_codex())}
    assert {k: (s.kind, s.frozen, s.now) for k, s in stale.items()} == {
        "accepted": ("value", "3件", "4件"), "rate": ("value", "66.7%", "50%"), "amount": ("records", "3元", "3元")}  # fmt: skip
    assert stale["accepted"].message == "“受理矛盾纠纷”定稿时为3件，现在为4件"
    assert "记录由3条变为4条" in stale["amount"].message


def test_a_correction_that_leaves_the_value_is_told_as_such(filled: Ledger, tmp_path: Path) -> None:
    frozen = read_frozen(make(filled, tmp_path).frozen)
    filled.run("INSERT INTO yifa_event VALUES ('r000002', 2, 'f')")
    found = check(frozen, filled.connection, report_codex())
    assert [(s.key, s.kind) for s in found] == [(k, "records") for k in ("accepted", "closed", "rate", "amount")]
    assert "更正或续办" in found[0].message


def test_a_changed_or_missing_definition_is_told(filled: Ledger, tmp_path: Path) -> None:
    frozen = read_frozen(make(filled, tmp_path).frozen)
    changed = [{**e, "name": "受理纠纷"} if e["key"] == "accepted" else e for e in ENTRIES if e["key"] != "amount"]
    found = {s.key: s.kind for s in check(frozen, filled.connection, report_codex(changed))}
    assert found == {"accepted": "definition", "rate": "definition", "amount": "gone"}


def test_a_summary_entry_is_part_of_the_proof(ledger: Ledger, tmp_path: Path) -> None:
    ledger.add(SUMMARY, {"indicator": "accepted", "period_from": "2025-01-01", "period_to": "2025-06-30", "value": 200})
    made = make(ledger, tmp_path)
    assert made.doc.parts[0].sections[0].paragraphs[0].text == "受理矛盾纠纷200件（仅有汇总、无明细）。"
    frozen = read_frozen(made.frozen)
    assert (frozen["figures"][0]["records"], frozen["figures"][0]["summary"]) == (1, "200")


@pytest.mark.parametrize(("content", "word"), [
    (None, "没有这个文件"), (b"{", "读不出"), (b"[]", "不是报告的定稿数据"), (b"\xff\xfe", "读不出"),
    (json.dumps({"format": "yifa-report/1", "figures": [{"key": "x"}], "period": {}}).encode(), "不完整"),
])  # fmt: skip
def test_a_file_that_is_no_frozen_report_is_refused(tmp_path: Path, content: bytes | None, word: str) -> None:
    path = tmp_path / "x.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReportError, match=word):
        read_frozen(path)


def test_nothing_is_left_half_written(filled: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, data: bytes) -> int:
        open(self, "wb").write(data[:3])  # noqa: SIM115, PTH123
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        make(filled, tmp_path)
    assert list(tmp_path.iterdir()) == []
