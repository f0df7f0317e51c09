"""汇总录入: a total and records of the same period never count the same work twice without being noticed."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import pytest

from tests.records.conftest import Home
from tests.records.kit import CARD, DISPUTE, PATROL, accept, make_codex, patrol, step
from tests.records.test_ledger import rows, statements
from yifa.codex import load
from yifa.indicators.model import Indicator
from yifa.records.acts import Act, BadInput, BatchRefused, Refused

ENTRY = load().definitions["summary_entry"]
WHO: dict[str, Any] = {"actor": "王五", "roles": ("clerk",)}
INDICATORS: list[dict[str, Any]] = [
    {"key": "patrols", "name": "巡查次数", "alias": ["开展巡查"], "unit": "次", "flow": {"of": "patrol", "on": "patrolled_on"}},
    {"key": "night", "name": "夜间巡查", "unit": "次",
     "flow": {"of": "patrol", "on": "patrolled_on", "where": {"field": "night", "is": True}}},
    {"key": "fines", "name": "罚款", "unit": "元", "scale": 100, "flow": {"of": "patrol", "on": "patrolled_on", "sum": "fine"}},
    {"key": "ended", "name": "办结纠纷", "unit": "件", "flow": {"of": "dispute", "on": "end_on"}},
    {"key": "settled", "name": "调解成功", "unit": "件",
     "flow": {"of": "dispute", "on": "end_on", "where": {"field": "result", "is": "达成协议"}}},
    {"key": "cards", "name": "持证", "unit": "名", "stock": {"of": "card", "from": "issued_on", "to": "expires_on"}},
]  # fmt: skip


@pytest.fixture
def ledger(home: Home) -> Any:
    """A ledger that takes totals."""
    codex = make_codex([PATROL, CARD, DISPUTE])
    return home.ledger(codex=replace(codex, hash="s" * 64, definitions={**codex.definitions, "summary_entry": ENTRY},
                                    indicators={i["key"]: Indicator.model_validate(i) for i in INDICATORS}))  # fmt: skip


def total(indicator: str = "patrols", first: str = "2026-01-01", last: str = "2026-03-31", org: str = "ql", **over: Any) -> Act:
    data = {"indicator": indicator, "period_from": first, "value": 40, "source_document": "县统计表", **over.pop("data", {})}
    return Act(org, "summary_entry", "enter", last, data, "王五", ("clerk",), **over)


def keys(out: Any) -> list[str]:
    return [f["key"] for f in out.findings]


def test_a_total_over_records_is_refused_whenever_it_is_entered(ledger: Any) -> None:
    ledger.record(patrol(on="2026-03-31"))
    for late in ({}, {"late": True, "reason": "补录"}):
        with pytest.raises(Refused, match="2026-01-01 至 2026-03-31 已有 1 条明细计入“巡查次数”"):
            ledger.record(total(**late))
    assert ledger.record(total(last="2026-03-30")).ok
    assert ledger.record(total(org="bh")).ok
    assert ledger.record(total("ended")).ok
    assert ledger.rebuild() == []


def test_two_totals_of_one_period_are_refused(ledger: Any) -> None:
    first = ledger.record(total())
    with pytest.raises(Refused, match=rf"已有汇总 {first.number}.*期间重叠"):
        ledger.record(total("巡查次数", "2026-03-31", "2026-05-31"))
    assert ledger.record(total("巡查次数", "2026-04-01", "2026-05-31")).ok
    ledger.void(first.record, reason="误登", **WHO)
    assert ledger.record(total()).ok


def test_a_batch_of_totals_is_checked_against_itself_and_the_records_it_brings(ledger: Any) -> None:
    for acts in ([total(), total(first="2026-02-01")], [patrol(), total()]):
        with pytest.raises(BatchRefused) as caught:
            ledger.record_many(acts)
        assert [bool(o.refusals) for o in caught.value.outcomes] == [False, True]
    assert rows("SELECT count(*) FROM yifa_record") == [(0,)]
    taken = ledger.record_many([total(), patrol()])
    assert keys(taken[1]) == ["summary_covers:patrols"]
    assert ledger.rebuild() == []


@pytest.mark.parametrize(("given", "says"), [("巡查次", r"是不是：巡查次数（patrols）"), ("patrol", r"巡查次数（patrols）"),
                                             ("开展巡查了", r"巡查次数（patrols）"), ("xyz", "请从指标表中选择")])  # fmt: skip
def test_an_unknown_indicator_is_refused_with_near_names(ledger: Any, given: str, says: str) -> None:
    with pytest.raises(BadInput, match=f"没有指标“{given}”。.*{says}"):
        ledger.record(total(given))


def test_figures_that_are_no_flow_take_no_total_and_a_period_needs_days(ledger: Any) -> None:
    with pytest.raises(Refused, match="不能汇总录入"):
        ledger.record(total("cards"))
    with pytest.raises(BadInput, match="都要写到日"):
        ledger.record(total(first="2026-01"))
    with pytest.raises(Refused, match="早于起始日"):
        ledger.record(total(first="2026-05-01"))


def test_a_correction_of_a_total_is_checked_like_a_new_one(ledger: Any) -> None:
    out = ledger.record(total(last="2026-02-28"))
    ledger.record(patrol(on="2026-03-15"))
    with pytest.raises(Refused, match="已有 1 条明细"):
        ledger.correct(out.record, 1, {}, on="2026-03-31", reason="期间记错", **WHO)
    with pytest.raises(BadInput, match="没有指标"):
        ledger.correct(out.record, 1, {"indicator": "没有的"}, reason="记错", **WHO)
    assert ledger.correct(out.record, 1, {"value": 41}, on="2026-02-27", reason="记错", **WHO).ok


def test_a_record_entered_where_a_total_stands_is_taken_with_a_finding(ledger: Any) -> None:
    entry = ledger.record(total())
    out = ledger.record(patrol(on="2026-03-31"))
    assert keys(out) == ["summary_covers:patrols"]
    assert entry.number in out.findings[0]["message"]
    assert out.findings[0]["severity"] == "warning"
    assert keys(ledger.record(patrol(on="2026-04-01"))) == []
    assert keys(ledger.record(patrol(on="2026-03-31", org="bh"))) == []
    ledger.void(entry.record, reason="已有明细", **WHO)
    assert keys(ledger.record(patrol(on="2026-03-31"))) == []
    assert [f["key"] for f in ledger.show(out.record).assessment.findings] == ["summary_covers:patrols"]
    assert ledger.rebuild() == []


def test_only_what_the_figure_counts_is_noticed(ledger: Any) -> None:
    for indicator in ("night", "fines", "settled"):
        ledger.record(total(indicator, data={"indicator": indicator}))
    assert keys(ledger.record(patrol(data={"night": False, "fine": None}))) == []
    assert keys(ledger.record(patrol(data={"night": True, "fine": None}))) == ["summary_covers:night"]
    assert keys(ledger.record(patrol(data={"night": False}))) == ["summary_covers:fines"]
    for result, noted in (("达成协议", ["summary_covers:settled"]), ("调解不成", [])):
        opened = ledger.record(accept())
        assert keys(opened) == []
        data = {"result": result, "reason": "分歧"}
        assert [k for k in keys(ledger.record(step(opened.record, "end", "2026-03-20", data))) if "summary" in k] == noted
    assert ledger.rebuild() == []


def test_a_correction_into_a_total_is_noticed_and_one_out_of_it_ends_the_finding(ledger: Any) -> None:
    ledger.record(total())
    out = ledger.record(patrol(on="2026-04-01"))

    def move(day: str) -> list[str]:
        ledger.correct(out.record, 1, {}, on=day, reason="日期记错", **WHO)
        return [f["key"] for f in ledger.show(out.record).assessment.findings]

    assert move("2026-03-30") == ["summary_covers:patrols"]
    ledger.correct(out.record, 1, {"place": "桥头"}, reason="地点记错", **WHO)
    assert [f["key"] for f in ledger.show(out.record).assessment.findings] == ["summary_covers:patrols"]
    assert move("2026-04-02") == []
    assert ledger.rebuild() == []


def test_back_dated_steps_are_noticed_too(ledger: Any) -> None:
    ledger.record(total("ended"))
    out = ledger.record(accept())
    ledger.record(step(out.record, "talk", "2026-05-05", {"talk": "话"}))
    late = ledger.record(step(out.record, "end", "2026-03-20", {"result": "达成协议"}, late=True, reason="补录"))
    assert "summary_covers:ended" in keys(late)
    assert ledger.rebuild() == []


def test_totals_cost_recording_no_statement(ledger: Any) -> None:
    ledger.record(patrol(on="2026-05-01"))
    before = statements(lambda: ledger.record(patrol(on="2026-05-01")))
    ledger.record(total())
    assert statements(lambda: ledger.record(patrol(on="2026-05-02"))) == before
    assert statements(lambda: ledger.record(patrol(on="2026-03-02"))) == before


def test_an_indicator_that_counts_rows_of_a_step_is_noticed(sqlite_home: Home) -> None:
    dispute = copy.deepcopy(DISPUTE)
    codex = make_codex([PATROL, CARD, dispute])
    talks = {"key": "talks", "name": "谈话", "unit": "次", "flow": {"of": "dispute", "on": "talk_on", "rows": "talk",
                                                                "where": {"field": "amount", "at_least": 5}}}  # fmt: skip
    ledger = sqlite_home.ledger(codex=replace(codex, hash="t" * 64, indicators={"talks": Indicator.model_validate(talks)},
                                              definitions={**codex.definitions, "summary_entry": ENTRY}))  # fmt: skip
    ledger.record(total("talks"))
    out = ledger.record(accept())
    assert keys(ledger.record(step(out.record, "talk", "2026-03-05", {"talk": "话", "amount": 4}))) == []
    assert keys(ledger.record(step(out.record, "talk", "2026-03-06", {"talk": "话", "amount": 5}))) == ["summary_covers:talks"]
