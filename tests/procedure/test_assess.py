"""What a record's page is told: which steps are done, open, barred and why; sources of facts; answers; house rules."""

from __future__ import annotations

import pytest

from tests.procedure.harness import RELATED, Case, Refusal, follow, law
from tests.procedure.test_engine import ORDER, case, make
from yifa.procedure.assess import assess, assess_fold
from yifa.procedure.events import Event, StepState
from yifa.procedure.plan import Plan


def states(c: Case, today: str) -> dict[str, StepState]:
    return {s.key: s for s in assess_fold(c.plan, law(), c.fold, today, RELATED).steps}


def test_done_available_and_blocked_with_the_reason() -> None:
    c = case(make(ORDER)).do("a", "2026-03-02")
    found = states(c, "2026-03-03")
    assert {k: s.state for k, s in found.items()} == {"a": "done", "b": "available", "c": "blocked", "d": "available"}
    assert [b.message for b in found["c"].reasons] == ["“c”之前须先“b”。"]


def test_a_repeatable_step_stays_open() -> None:
    c = case(make(ORDER)).do("a", "2026-03-02").do("b", "2026-03-02").do("c", "2026-03-02")
    assert (states(c, "2026-03-03")["c"].state, states(c, "2026-03-03")["c"].count) == ("available", 1)
    assert states(c.do("c", "2026-03-02"), "2026-03-03")["c"].state == "done"


def test_a_barred_step_says_until_when_it_must_wait() -> None:
    c = follow(Case("penalty"), "case_notified")
    barred = states(c, "2026-03-18")["decide"]
    assert barred.state == "blocked"
    assert any("2026-03-18" in b.message for b in barred.reasons)


def optional() -> Plan:
    return make([
        {"key": "a", "fields": ["kind"]},
        {"key": "more", "when": {"field": "kind", "is": "难"}, "required_when": {"field": "kind", "is": "难"}},
        {"key": "must", "when": {"field": "kind", "is": "易"}, "required_when": {"field": "kind", "is": "难"}, "when_message": "易的才办。"},
        {"key": "warned", "guards": [{"key": "w", "strength": "warn", "require": {"step": "more", "done": True}, "message": "提示。"}]},
        {"key": "guarded", "guards": [{"key": "g", "require": {"step": "more", "done": True}, "message": "先办 more。"}]},
        {"key": "own", "fields": ["ok"], "guards": [{"key": "o", "require": {"field": "ok", "is": True}, "message": "要填。"}]},
        {"key": "looked", "guards": [{"key": "l", "require": {"related": "r", "at_least": 1}, "message": "没有。"}]},
    ], [{"key": "kind", "name": "难易", "type": "choice", "of": ["难", "易"]}, {"key": "ok", "name": "好", "type": "boolean"}],
        lookups=[{"key": "r", "of": "x"}])  # fmt: skip


def test_a_step_that_does_not_apply_is_not_required() -> None:
    c = case(optional()).do("a", "2026-03-02", kind="易")
    found = states(c, "2026-03-03")
    assert found["more"].state == "not_required"
    assert found["must"].state == "available"


def test_a_step_that_is_required_but_barred_is_blocked() -> None:
    c = case(optional()).do("a", "2026-03-02", kind="难")
    found = states(c, "2026-03-03")
    assert (found["more"].state, found["must"].state) == ("available", "blocked")
    assert [b.message for b in found["must"].reasons] == ["易的才办。"]


def test_guards_are_told_beforehand_where_they_can_be() -> None:
    found = states(case(optional()).do("a", "2026-03-02", kind="易"), "2026-03-03")
    assert (found["warned"].state, found["guarded"].state) == ("available", "blocked")
    assert (found["own"].state, found["looked"].state) == ("available", "available"), "要看所填内容和台账的，办理时再判断"


def test_a_condition_without_words_of_its_own_has_a_general_message() -> None:
    with pytest.raises(Refusal, match="不符合“more”的条件"):
        case(optional()).do("a", "2026-03-02", kind="易").do("more", "2026-03-03")


def test_each_fact_knows_its_event() -> None:
    c = case(optional()).do("a", "2026-03-02", kind="难").do("more", "2026-03-03").do("own", "2026-03-04", ok=True)
    found = assess(c.plan, law(), c.events, "2026-03-05")
    assert found.sources == {"kind": 1, "a_on": 1, "more_on": 2, "ok": 3, "own_on": 3}
    assert found.facts == {"kind": "难", "a_on": "2026-03-02", "more_on": "2026-03-03", "ok": True, "own_on": "2026-03-04"}


def test_the_act_date_is_no_fact_of_its_own() -> None:
    c = follow(Case("penalty"), "case_lead")
    assert "@act" in c.fold["facts"]
    assert not any(k.startswith("@") for k in assess_fold(c.plan, law(), c.fold, "2026-03-05").facts)


def test_house_rules_are_judged_at_every_step() -> None:
    plan = make([{"key": "a", "fields": ["n"]}, {"key": "b", "fields": ["n"]}], [{"key": "n", "name": "数", "type": "count"}],
                rules=[{"key": "few", "strength": "warn", "require": {"not": {"field": "n", "more_than": 3}}, "message": "不多于三。"}])  # fmt: skip
    c = case(plan).do("a", "2026-03-02", n=3)
    assert c.findings() == set()
    c.do("b", "2026-03-03", n=4)
    assert c.fold["findings"] == [{"key": "few", "severity": "warning", "message": "不多于三。", "basis": None, "seq": 2}]


def test_an_answer_goes_to_the_finding_and_event_it_names() -> None:
    c = case(make(ORDER)).do("b", "2026-03-02", late=True).do("d", "2026-03-03", late=True)
    c._take(Event(3, "answer", "", "2026-03-09", data={"finding": "step_missing", "text": "甲"}, target=(9,)))
    c._take(Event(4, "answer", "", "2026-03-09", data={"finding": "other", "text": "乙"}, target=(1,)))
    assert not any("answer" in f for f in c.fold["findings"])
    c._take(Event(5, "answer", "", "2026-03-10", data={"finding": "step_missing", "text": "丙"}))
    assert [f["answer"]["text"] for f in c.fold["findings"]] == ["丙"]


def test_two_mixed_up_dates_are_called_that() -> None:
    """interface.md: 决定日期早于立案日期……请核对两个日期, and not that the filing is missing."""
    c = case(make(ORDER)).do("a", "2026-03-05")
    c.do("b", "2026-03-02", late=True)
    assert [f["message"] for f in c.fold["findings"]] == ["b日期 2026-03-02 早于a日期 2026-03-05。请核对两个日期。"]


def test_what_is_entered_later_does_not_rename_the_fault() -> None:
    c = case(make(ORDER)).do("b", "2026-03-02", late=True).do("a", "2026-03-05")
    assert c.findings() == {"step_missing"}


def test_the_receipt_says_which_law_was_applied() -> None:
    from yifa.procedure.engine import check, empty_fold

    c = Case("penalty")
    rows = {"items": RELATED["items"]}
    result = check(c.plan, law(), empty_fold(), Event(1, "step", "lead", "2026-03-02", data={"acted_on": "2026-03-01", "item_code": "A01"}, related=rows))
    assert result.receipt == {"limits": [["penalty.limitation_general", "2021-07-15", "2028-03-01"]], "related": rows}
    late = check(c.plan, law(), result.fold, Event(2, "step", "decide", "2026-03-02"))
    assert "notified_first" not in late.receipt["broken"], "没有写明给予处罚的不要求告知"
    assert late.receipt["broken"] == sorted({b.key for b in late.breaches})


def test_deadlines_come_nearest_first_and_live_ones_before_those_done() -> None:
    c = follow(Case("penalty"), "case_served")
    found = assess_fold(c.plan, law(), c.fold, "2026-03-23").deadlines
    live = [d.due for d in found if d.state in ("running", "paused", "overdue")]
    assert live == sorted(x for x in live if x)
    assert [d.state in ("running", "paused", "overdue") for d in found] == sorted([d.state in ("running", "paused", "overdue") for d in found], reverse=True)
