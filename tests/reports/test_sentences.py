"""Sentences appear only where there is something to say, with right punctuation."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.reports.kit import figure
from yifa.reports.compose import Composer, figure_text
from yifa.reports.outline import Sentence

FIGURES = {
    "n": figure("n", 242), "m": figure("m", 238), "zero": figure("zero", 0), "none": figure("none", None, "%", denominator=0),
    "rate": figure("rate", Decimal("98.3"), "%", denominator=242), "nought": figure("nought", Decimal(0), "%", denominator=5),
}  # fmt: skip


def say(**sentence: object) -> str:
    composer = Composer(FIGURES, {"year": "2025"})
    return "".join(r.text for r in composer.sentence(Sentence.model_validate(sentence)))


@pytest.mark.parametrize(("sentence", "expected"), [
    ({"text": "{year}年受理{n}"}, "2025年受理242件。"),
    ({"text": "受理{zero}"}, ""),
    ({"text": "受理{n}，办结{zero}"}, "受理242件，办结0件。"),
    ({"text": "办结率{none}"}, ""),
    ({"text": "办结率{nought}"}, ""),
    ({"text": "受理{n}，办结率{nought}"}, "受理242件，办结率0%。"),
    ({"text": "受理{n}，办结率{none}"}, ""),
    ({"text": "没有数字的句子"}, "没有数字的句子。"),
    ({"clauses": ["受理{n}", "办结{zero}", "成功{m}"]}, "受理242件，成功238件。"),
    ({"clauses": ["受理{zero}", "率{none}"]}, ""),
    ({"text": "其中", "clauses": ["受理{zero}", "成功{m}"]}, "其中成功238件。"),
    ({"text": "其中", "clauses": ["受理{zero}"]}, ""),
    ({"text": "按类型分：", "clauses": ["甲{n}", "乙{m}"]}, "按类型分：甲242件，乙238件。"),
    ({"text": "清理{n}", "clauses": ["保留{zero}", "废止{m}"]}, "清理242件，废止238件。"),
    ({"text": "清理{n}", "clauses": ["保留{zero}"]}, "清理242件。"),
    ({"text": "清理{zero}", "clauses": ["保留{m}"]}, "保留238件。"),
    ({"clauses": ["甲{n}", "乙{m}"], "join": "；", "end": "！"}, "甲242件；乙238件！"),
    ({"text": "受理{n}。"}, "受理242件。"),
    ({"text": "受理{n}", "if_any": ["zero", "none"]}, ""),
    ({"text": "受理{n}", "if_any": ["zero", "m"]}, "受理242件。"),
    ({"clauses": ["成功率{rate}（成功÷调解）"]}, "成功率98.3%（成功÷调解）。"),
])  # fmt: skip
def test_what_has_nothing_to_say_leaves(sentence: dict, expected: str) -> None:
    assert say(**sentence) == expected


def test_only_printed_figures_are_remembered() -> None:
    composer = Composer(FIGURES, {})
    composer.sentence(Sentence(clauses=["受理{n}", "办结{zero}"]))
    assert list(composer.used) == ["n"]


@pytest.mark.parametrize(("value", "unit", "more", "expected"), [
    (15000, "份", {}, "15000份"),
    (Decimal("3000.5"), "元", {}, "3000.50元"),
    (Decimal("3000"), "元", {}, "3000元"),
    (Decimal("98.0"), "%", {"denominator": 50}, "98%"),
    (Decimal("1945.25"), "平方米", {}, "1945.25平方米"),
    (242, "件", {"summary": 242}, "242件（仅有汇总、无明细）"),
    (242, "件", {"summary": 200, "detail_count": 42}, "242件（部分仅有汇总、无明细）"),
])  # fmt: skip
def test_figures_are_exact_and_marked_where_only_totals_stand_behind(value, unit, more, expected) -> None:  # type: ignore[no-untyped-def]
    assert figure_text(figure("x", value, unit, **more)) == expected
