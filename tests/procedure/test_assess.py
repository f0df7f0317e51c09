"""What a record's page is told: which steps are done, open, barred and why; sources of facts; answers; house rules."""

from __future__ import annotations

import pytest

from tests.procedure.harness import RELATED, Case, Refusal, follow, law
from tests.procedure.test_engine import ORDER, case, make
from yifa.procedure.assess import assess, assess_fold
from yifa.procedure.events import Breach, Event, StepState
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


def test_overdue_paused_and_running_come_before_what_is_over() -> None:
    of_each = {"overdue": "penalty.decision_service", "paused": "petition.handle", "running": "petition.review_decide", "met": "petition.notice_direct"}
    plan = make([{"key": "a", "starts": list(of_each.values())}, {"key": "b", "meets": [of_each["met"]]},
                 {"key": "rest", "pauses": {"limit": of_each["paused"], "until": "go"}}, {"key": "go"}])  # fmt: skip
    c = case(plan).do("a", "2026-03-02").do("b", "2026-03-03").do("rest", "2026-03-04")
    found = assess_fold(plan, law(), c.fold, "2026-03-20").deadlines
    assert [(d.limit, d.state) for d in found] == [
        (of_each["overdue"], "overdue"), (of_each["running"], "running"), (of_each["paused"], "paused"), (of_each["met"], "met")]  # fmt: skip
    assert {d.kind for d in found} == {"duty"}
    assert [d.party for d in found] == [None] * 4


def test_a_party_s_deadline_says_whose_it_is() -> None:
    c = follow(Case("penalty"), "case_notified")
    [window] = [d for d in assess_fold(c.plan, law(), c.fold, "2026-03-12").deadlines if d.limit == "penalty.hearing_request"]
    assert (window.party, window.kind, window.starts, window.quantity, window.unit) == ("当事人", "right", "2026-03-11", 5, "working_day")
    assert (window.met_on, window.days_late, window.excluded, window.extension, window.provisional) == (None, None, 0, 0, False)


def test_what_depends_on_the_day_or_on_other_registers_is_judged_for_today() -> None:
    plan = make([{"key": "a", "starts": ["petition.handle"]}, {"key": "urge", "when": {"deadline": "petition.handle", "expired": True}},
                 {"key": "look", "when": {"related": "certificates", "at_least": 2}}], lookups=[{"key": "certificates", "of": "x"}])  # fmt: skip
    c = case(plan).do("a", "2026-03-02")
    assert [states(c, day)["urge"].state for day in ("2026-05-01", "2026-05-02")] == ["not_required", "available"]
    assert states(c, "2026-03-03")["look"].state == "available"
    without = {s.key: s.state for s in assess_fold(plan, law(), c.fold, "2026-03-03").steps}
    assert without["look"] == "not_required"


def test_a_step_taken_once_and_barred_now_is_done_with_the_reason() -> None:
    plan = make([{"key": "a", "at_most": None}, {"key": "end", "to": "closed"}])
    found = states(case(plan).do("a", "2026-03-02").do("end", "2026-03-03"), "2026-03-04")["a"]
    assert (found.state, found.count, [b.key for b in found.reasons]) == ("done", 1, ["record_closed"])


def test_a_step_of_each_party_may_be_taken_for_the_next() -> None:
    plan = make([{"key": "tell", "per": "who", "fields": ["who"]}], [{"key": "who", "name": "谁", "type": "text"}])
    found = states(case(plan).do("tell", "2026-03-02", who="1"), "2026-03-03")["tell"]
    assert (found.state, found.count, found.reasons) == ("available", 1, [])


def test_each_state_carries_name_count_and_the_article_that_bars() -> None:
    basis = {"statute": "行政处罚法", "article": 63}
    plan = make([{"key": "a", "name": "甲环节"}, {"key": "b", "name": "乙环节", "when": {"step": "zz", "done": True}, "basis": basis}])
    found = states(case(plan).do("a", "2026-03-02"), "2026-03-03")
    assert found["a"] == StepState("a", "甲环节", "done", 1, [])
    assert found["b"] == StepState("b", "乙环节", "not_required", 0, [Breach("step_condition", "block", "不符合“乙环节”的条件。", basis)])


def test_each_guard_that_bars_is_told_with_its_article() -> None:
    basis = {"statute": "行政处罚法", "article": 58}
    plan = make([{"key": "z"}, {"key": "a", "after": ["z"], "guards": [
        {"key": "g", "require": {"step": "zz", "done": True}, "message": "一。", "basis": basis}, {"key": "h", "require": {"step": "zz", "done": True}, "message": "二。"}]}])  # fmt: skip
    found = states(case(plan), "2026-03-03")["a"]
    assert (found.name, found.state, found.count) == ("a", "blocked", 0)
    assert [(b.key, b.basis) for b in found.reasons] == [("step_missing", None), ("g", basis), ("h", None)]


def test_a_guard_whose_condition_asks_for_what_is_yet_to_be_filled_in_waits() -> None:
    guard = {"key": "g", "when": {"not": {"field": "ok", "is": True}}, "require": {"step": "zz", "done": True}, "message": "先办。"}
    plan = make([{"key": "a", "fields": ["ok"], "guards": [guard]}, {"key": "b", "guards": [guard]}], [{"key": "ok", "name": "好", "type": "boolean"}])
    found = states(case(plan), "2026-03-03")
    assert (found["a"].state, found["a"].reasons, found["b"].state) == ("available", [], "blocked")


def test_a_step_taken_and_barred_by_a_condition_or_a_guard_is_done() -> None:
    never = {"step": "zz", "done": True}
    plan = make([{"key": "when", "at_most": 2, "when": {"step": "end", "done": False}}, {"key": "end"},
                 {"key": "guard", "at_most": 2, "guards": [{"key": "g", "require": never, "message": "不行。"}]}])  # fmt: skip
    c = case(plan).do("when", "2026-03-02").do("guard", "2026-03-02", late=True).do("end", "2026-03-03")
    found = states(c, "2026-03-04")
    assert [(found[k].name, found[k].state, found[k].count, [b.key for b in found[k].reasons]) for k in ("when", "guard")] == [
        ("when", "done", 1, ["step_condition"]), ("guard", "done", 1, ["g"])]  # fmt: skip
    assert states(case(plan), "2026-03-04")["when"] == StepState("when", "when", "available", 0, [])


def test_an_overdue_limit_that_only_warns_is_a_warning() -> None:
    plan = make([{"key": "a", "starts": ["penalty.decision_limit"], "stage": "调查"}])
    found = assess(plan, law(), [Event(1, "step", "a", "2026-03-02")], "2026-06-01")
    assert found.findings == [{"key": "overdue:penalty.decision_limit", "severity": "warning", "seq": 0, "basis": found.deadlines[0].basis,
                               "message": "办案期限已于 2026-05-31 届满，尚未办理。"}]  # fmt: skip
    assert (found.status, found.stage) == ("open", "调查")


def test_what_was_looked_up_for_the_page_is_used() -> None:
    plan = make([{"key": "a"}, {"key": "look", "when": {"related": "r", "at_least": 1}}], lookups=[{"key": "r", "of": "x"}])
    events = [Event(1, "step", "a", "2026-03-02", data={"list": ["甲"]})]
    for related, state in (({"r": [{"uid": "1"}]}, "available"), ({}, "not_required"), (None, "not_required")):
        assert assess(plan, law(), events, "2026-03-03", related).steps[1].state == state
    assert events == [Event(1, "step", "a", "2026-03-02", data={"list": ["甲"]})]
