"""An indicator in words, as the annex of a report states it."""

from __future__ import annotations

import pytest

from tests.indicators.tiny import codex
from yifa.codex import load
from yifa.indicators.describe import describe

FLOW = {"of": "case", "on": "accepted_on"}


@pytest.mark.parametrize(("entry", "words"), [
    ({"flow": FLOW}, "《案件》中“受理日期”在统计期内的条数"),
    ({"flow": {**FLOW, "sum": "amount"}}, "《案件》中“受理日期”在统计期内的“金额”之和"),
    ({"flow": {**FLOW, "distinct": "kind"}}, "《案件》中“受理日期”在统计期内的“类别”个数（不重复）"),
    ({"flow": {**FLOW, "rows": "items", "on": "found_on", "sum": "persons"}}, "《案件》中“发现日期”在统计期内的“人数”之和"),
    ({"flow": {**FLOW, "rows": "visit", "on": "visit_on"}}, "《案件》中“走访日期”在统计期内的“走访”条数"),
    ({"flow": {**FLOW, "where": {"all": [{"field": "kind", "in": ["邻里", "土地"]}, {"field": "urgent", "is": True}]}}},
     "《案件》中“受理日期”在统计期内，“类别”为邻里、土地且“加急”为是的条数"),
    ({"flow": {**FLOW, "where": {"any": [{"field": "tags", "contains": "甲"}, {"not": {"field": "amount", "known": True}}]}}},
     "《案件》中“受理日期”在统计期内，（“标签”含“甲”或不属于（“金额”已填））的条数"),
    ({"flow": {**FLOW, "where": {"field": "closed_on", "not_after": {"field": "accepted_on"}}}},
     "《案件》中“受理日期”在统计期内，“办结日期”不晚于“受理日期”的条数"),
    ({"flow": {**FLOW, "where": {"deadline": "x", "days_late": {"at_most": 0}}}},
     "《案件》中“受理日期”在统计期内，超期天数不多于0的条数"),
    ({"stock": {"of": "mediator", "from": "appointed_on", "to": "left_on"}},
     "《调解员》中“聘任日期”不晚于截止日、截止日尚无“离任日期”或在其后的条数"),
    ({"least_per": {**FLOW, "period": "quarter"}}, "《案件》中“受理日期”在统计期内的条数，取每季度中最少的一个"),
])  # fmt: skip
def test_a_measure_says_what_it_counts(entry: dict, words: str) -> None:
    c = codex({"key": "x", **entry})
    assert describe(c, c.indicators["x"]) == words


def test_rates_and_totals_name_their_parts() -> None:
    c = codex({"key": "a", "name": "办结", "flow": FLOW}, {"key": "b", "name": "受理", "flow": FLOW},
              {"key": "r", "ratio": {"of": "a", "to": "b"}}, {"key": "t", "total": ["a", "b"]})  # fmt: skip
    assert [describe(c, c.indicators[k]) for k in ("r", "t")] == ["办结 ÷ 受理", "办结 ＋ 受理"]


def test_every_shipped_indicator_is_described_without_a_raw_key() -> None:
    c = load()
    said = {k: describe(c, i) for k, i in c.indicators.items()}
    assert [k for k, text in said.items() if "_" in text] == []
