"""The engine on small definitions of its own: order, clocks, holds, corrections, partial dates, suspension."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import Any

import pytest

from tests.procedure.harness import Case, Refusal, law
from yifa.procedure.assess import assess, deadline_state
from yifa.procedure.definition import Definition
from yifa.procedure.engine import fold_events
from yifa.procedure.events import Event
from yifa.procedure.plan import Plan, compile_definition
from yifa.procedure.rules import restricted_to


def make(steps: list[dict[str, Any]], fields: list[dict[str, Any]] | None = None, **more: Any) -> Plan:
    """A procedure for one test; step names are their keys."""
    data = {
        "key": "trial", "name": "试验", "kind": "procedure", "version": {"from": "2000-01-01"},
        "fields": fields or [], "steps": [{"name": s["key"], **s} for s in steps], **more,
    }  # fmt: skip
    return compile_definition(Definition.model_validate(data))


def case(plan: Plan) -> Case:
    return Case("trial", own_plan=plan)


@lru_cache(maxsize=1)
def pausing() -> Plan:
    """A 20-working-day clock that two kinds of questions stop; answers to the first kind are expected in 15."""
    return make([
        {"key": "a", "starts": ["disclosure.reply"]},
        {"key": "ask", "at_most": None, "per": "who", "fields": ["who"],
         "starts": [{"limit": "disclosure.third_party_opinion", "per": "who"}],
         "pauses": [{"limit": "disclosure.reply", "until": "answer", "per": "who", "no_longer_than": "disclosure.third_party_opinion"}]},
        {"key": "answer", "at_most": None, "per": "who", "fields": ["who"]},
        {"key": "stop", "at_most": None, "pauses": {"limit": "disclosure.reply", "until": "go"}},
        {"key": "go", "at_most": None},
        {"key": "b", "meets": ["disclosure.reply"]},
    ], [{"key": "who", "name": "谁", "type": "text"}])  # fmt: skip


class TestPauses:
    def test_overlapping_pauses_count_each_day_once(self) -> None:
        c = case(pausing()).do("a", "2026-03-02").do("ask", "2026-03-03", who="1").do("stop", "2026-03-04")
        c.do("answer", "2026-03-06", who="1")
        assert c.clock("disclosure.reply").state == "paused"
        c.do("go", "2026-03-10")
        assert c.clock("disclosure.reply").excluded == 5  # 4, 5, 6, 9, 10 March

    def test_an_answer_of_another_party_does_not_end_the_pause(self) -> None:
        c = case(pausing()).do("a", "2026-03-02").do("ask", "2026-03-03", who="1").do("answer", "2026-03-05", who="2")
        assert c.clock("disclosure.reply", "2026-03-24").state == "paused"
        assert c.clock("disclosure.reply", "2026-03-25").state == "running"

    def test_a_lapsed_question_ends_the_pause_by_itself_on_the_next_step(self) -> None:
        c = case(pausing()).do("a", "2026-03-02").do("ask", "2026-03-03", who="1").do("b", "2026-04-20")
        clock = c.clock("disclosure.reply")
        assert clock.excluded == 15
        assert clock.state == "met"

    def test_a_pause_without_end_of_its_own_goes_on(self) -> None:
        c = case(pausing()).do("a", "2026-03-02").do("stop", "2026-03-03")
        assert c.clock("disclosure.reply", "2027-03-03").state == "paused"

    def test_lapsed_question_and_open_pause_together(self) -> None:
        c = case(pausing()).do("a", "2026-03-02").do("ask", "2026-03-03", who="1").do("stop", "2026-03-04")
        c.do("go", "2026-03-31")
        assert c.clock("disclosure.reply").excluded == 20  # 4 to 31 March

    def test_pausing_twice_adds_up(self) -> None:
        c = case(pausing()).do("a", "2026-03-02")
        c.do("stop", "2026-03-03").do("go", "2026-03-05").do("stop", "2026-03-09").do("go", "2026-03-10")
        assert c.clock("disclosure.reply").excluded == 3

    def test_go_without_stop_changes_nothing(self) -> None:
        c = case(pausing()).do("a", "2026-03-02").do("go", "2026-03-05")
        assert (c.clock("disclosure.reply").excluded, c.clock("disclosure.reply").due) == (0, "2026-03-30")


ORDER = [{"key": "a"}, {"key": "b", "after": ["a"]}, {"key": "c", "after": ["b"], "before": ["d"], "at_most": 2}, {"key": "d", "after_any": ["a", "b"]}]


class TestOrder:
    def test_a_step_needs_its_earlier_step(self) -> None:
        with pytest.raises(Refusal) as r:
            case(make(ORDER)).do("b", "2026-03-02")
        assert r.value.keys == {"step_missing"}

    def test_a_step_dated_before_its_earlier_step_is_refused_even_when_entered_later(self) -> None:
        c = case(make(ORDER)).do("a", "2026-03-02")
        with pytest.raises(Refusal):
            c.do("b", "2026-03-01")
        assert len(c.events) == 1

    def test_after_any_needs_one(self) -> None:
        with pytest.raises(Refusal):
            case(make(ORDER)).do("d", "2026-03-02")
        case(make(ORDER)).do("a", "2026-03-02").do("d", "2026-03-02")

    def test_too_late(self) -> None:
        c = case(make(ORDER)).do("a", "2026-03-02").do("b", "2026-03-02").do("d", "2026-03-03")
        with pytest.raises(Refusal) as r:
            c.do("c", "2026-03-04")
        assert r.value.keys == {"step_too_late"}
        c.do("c", "2026-03-02", late=True)
        assert c.findings() == set(), "补录的 c 在 d 之前，没有问题"

    def test_only_so_often(self) -> None:
        c = case(make(ORDER)).do("a", "2026-03-02").do("b", "2026-03-02").do("c", "2026-03-02").do("c", "2026-03-02")
        with pytest.raises(Refusal) as r:
            c.do("c", "2026-03-02")
        assert "只能办理2 次" in str(r.value).replace("2次", "2 次")

    def test_an_unknown_step_is_a_key_error(self) -> None:
        with pytest.raises(KeyError):
            case(make(ORDER)).do("zz", "2026-03-02")


class TestPartialDates:
    def test_a_month_entered_second_comes_after_the_day_entered_first(self) -> None:
        c = case(make(ORDER)).do("a", "2026-03-05").do("b", "2026-03")
        assert c.findings() == set()
        assert c.fold["facts"]["b_on"] == "2026-03"

    def test_a_day_entered_second_comes_after_the_month_entered_first(self) -> None:
        assert case(make(ORDER)).do("a", "2026-03").do("b", "2026-03-05").findings() == set()

    def test_a_month_before_is_before(self) -> None:
        with pytest.raises(Refusal):
            case(make(ORDER)).do("a", "2026-03-05").do("b", "2026-02")

    def test_a_date_among_times_of_its_day(self) -> None:
        assert case(make(ORDER)).do("a", "2026-03-05T10:00").do("b", "2026-03-05").findings() == set()

    def test_a_clock_without_full_beginning_is_shown_and_never_overdue(self) -> None:
        c = case(pausing()).do("a", "2026-03").do("b", "2026-12-01")
        assert c.clock("disclosure.reply").state == "met"
        assert c.clock("disclosure.reply").days_late is None
        assert c.findings() == {"no_start:disclosure.reply"}


class TestEndings:
    steps = [{"key": "a"}, {"key": "b", "after": ["a"]}, {"key": "end", "after": ["a"], "to": "closed"},
             {"key": "file", "after": ["end"]}, {"key": "label", "after": ["file"]}, {"key": "again", "after": ["end"], "to": "open"},
             {"key": "rest", "to": "suspended"}, {"key": "wake", "to": "open"}]  # fmt: skip

    def test_nothing_but_the_afterlife_on_a_closed_record(self) -> None:
        c = case(make(self.steps)).do("a", "2026-03-02").do("end", "2026-03-03")
        with pytest.raises(Refusal) as r:
            c.do("b", "2026-03-04")
        assert r.value.keys == {"record_closed"}
        c.do("file", "2026-03-04").do("label", "2026-03-05")
        assert c.fold["status"] == "closed"

    def test_a_reopened_record_goes_on(self) -> None:
        c = case(make(self.steps)).do("a", "2026-03-02").do("end", "2026-03-03").do("again", "2026-03-04").do("b", "2026-03-05")
        assert c.fold["status"] == "open"

    def test_what_is_over_is_not_ended_once_more(self) -> None:
        plan = make([{"key": "end", "to": "closed"}, {"key": "stop", "to": "terminated"}, {"key": "file", "after": ["stop"]}, {"key": "again", "to": "open"}])
        for first, second in (("end", "stop"), ("stop", "end")):
            with pytest.raises(Refusal) as r:
                case(plan).do(first, "2026-03-03").do(second, "2026-03-04")
            assert r.value.keys == {"record_closed"}
        case(plan).do("stop", "2026-03-03").do("file", "2026-03-04")
        assert case(plan).do("end", "2026-03-03").do("again", "2026-03-04").fold["status"] == "open"

    def test_suspension_bars_all_but_waking(self) -> None:
        c = case(make(self.steps)).do("a", "2026-03-02").do("rest", "2026-03-03")
        with pytest.raises(Refusal) as r:
            c.do("b", "2026-03-04")
        assert r.value.keys == {"record_suspended"}
        c.do("wake", "2026-03-05").do("b", "2026-03-05")

    def test_all_voided_is_void(self) -> None:
        c = case(make(self.steps)).do("a", "2026-03-02")
        c.amend("void", 1)
        assert c.fold["status"] == "void"

    def test_a_destroyed_record_keeps_no_fact(self) -> None:
        c = case(make(self.steps)).do("a", "2026-03-02")
        c.amend("destroy", 1)
        assert (c.fold["status"], c.fold["facts"]) == ("destroyed", {})


class TestAmendments:
    def test_a_corrected_value_keeps_the_rest(self) -> None:
        plan = make([{"key": "a", "fields": ["x", "y"]}], [{"key": k, "name": k, "type": "text"} for k in ("x", "y")])
        c = case(plan).do("a", "2026-03-02", x="1", y="2")
        c.amend("correct", 1, {"x": "3"})
        assert (c.fold["facts"]["x"], c.fold["facts"]["y"], c.fold["facts"]["a_on"]) == ("3", "2", "2026-03-02")

    def test_a_voided_correction_is_forgotten(self) -> None:
        plan = make([{"key": "a", "fields": ["x"]}], [{"key": "x", "name": "x", "type": "text"}])
        c = case(plan).do("a", "2026-03-02", x="1")
        c.amend("correct", 1, {"x": "3"})
        c.amend("void", 2)
        assert c.fold["facts"]["x"] == "1"

    def test_a_voided_step_may_be_taken_again(self) -> None:
        c = case(make(ORDER)).do("a", "2026-03-01").do("b", "2026-03-02")
        c.amend("void", 2)
        c.do("b", "2026-03-04")
        assert c.fold["facts"]["b_on"] == "2026-03-04"

    def test_nothing_more_on_a_void_record(self) -> None:
        c = case(make(ORDER)).do("a", "2026-03-02")
        c.amend("void", 1)
        with pytest.raises(Refusal) as r:
            c.do("a", "2026-03-04")
        assert r.value.keys == {"record_closed"}

    def test_an_answer_stands_beside_its_finding_and_does_not_remove_it(self) -> None:
        c = case(make(ORDER)).do("b", "2026-03-02", late=True)
        c._take(Event(2, "answer", "", "2026-03-09", data={"finding": "step_missing", "text": "原件遗失"}, target=(1,)))
        finding = c.fold["findings"][0]
        assert finding["key"] == "step_missing"
        assert finding["answer"]["text"] == "原件遗失"


class TestParties:
    plan = make([
        {"key": "tell", "per": "who", "fields": ["who", "fine"], "starts": [{"limit": "penalty.hearing_request", "per": "who"}]},
        {"key": "ask", "per": "who", "fields": ["who"], "after": ["tell"], "within": [{"limit": "penalty.hearing_request", "per": "who"}]},
        {"key": "hear", "at_most": None, "fields": []},
        {"key": "decide", "per": "who", "fields": ["who", "amount"], "after": ["tell"],
         "waits": [{"limit": "penalty.hearing_request", "per": "who", "unless": {"step": "ask", "done": True}}],
         "guards": [{"key": "heard", "require": {"step": "ask", "followed_by": ["hear"]}, "message": "听证"},
                    {"key": "same", "require": {"not": {"field": "amount", "more_than": {"field": "fine"}}}, "message": "不重"}]},
    ], [{"key": "who", "name": "谁", "type": "text"}, {"key": "fine", "name": "拟罚", "type": "money"},
        {"key": "amount", "name": "罚", "type": "money"}])  # fmt: skip

    def told(self) -> Case:
        return case(self.plan).do("tell", "2026-03-02", who="1", fine=100).do("tell", "2026-03-10", who="2", fine=10)

    def test_each_has_a_window(self) -> None:
        c = self.told()
        assert c.clock("penalty.hearing_request", party="1").due == "2026-03-09"
        assert c.clock("penalty.hearing_request", party="2").due == "2026-03-17"

    def test_each_has_its_values(self) -> None:
        c = self.told()
        c.do("decide", "2026-03-10", who="1", amount=100)
        with pytest.raises(Refusal) as r:
            c.do("decide", "2026-03-18", who="2", amount=11)
        assert r.value.keys == {"same"}

    def test_a_step_of_one_is_no_step_of_the_other(self) -> None:
        c = self.told()
        c.do("ask", "2026-03-11", who="2")
        c.do("decide", "2026-03-12", who="1", amount=1)
        with pytest.raises(Refusal) as r:
            c.do("decide", "2026-03-18", who="2", amount=1)
        assert r.value.keys == {"heard"}
        c.do("hear", "2026-03-18").do("decide", "2026-03-18", who="2", amount=1)

    def test_not_told_not_decided(self) -> None:
        with pytest.raises(Refusal) as r:
            self.told().do("decide", "2026-03-18", who="3", amount=1)
        assert "step_missing" in r.value.keys


class TestApart:
    plan = make([{"key": "do", "at_most": None, "fields": ["who"]},
                 {"key": "check", "fields": ["by"], "apart": [{"field": "by", "from": ["who"]}]},
                 {"key": "sign", "apart": [{"actor_of": ["do"]}]}],
                [{"key": "who", "name": "办", "type": "person", "many": True}, {"key": "by", "name": "审", "type": "person"}])  # fmt: skip

    def test_whoever_was_ever_named_is_barred(self) -> None:
        c = case(self.plan).do("do", "2026-03-02", who=["甲", "乙"]).do("do", "2026-03-03", who=["丙"])
        for name in "甲乙丙":
            with pytest.raises(Refusal):
                c.do("check", "2026-03-04", by=name)
        c.do("check", "2026-03-04", by="丁")

    def test_whoever_acted_is_barred(self) -> None:
        c = case(self.plan).do("do", "2026-03-02", actor="甲")
        with pytest.raises(Refusal):
            c.do("sign", "2026-03-04", actor="甲")
        c.do("sign", "2026-03-04", actor="乙")

    def test_a_sealed_name_is_the_same_by_its_commitment(self) -> None:
        c = case(self.plan).do("do", "2026-03-02", who=[{"sealed": "x"}])
        assert c.fold["ever"]["who"] == ["x"]


class TestExtending:
    plan = make([
        {"key": "a", "starts": ["petition.handle"]},
        {"key": "more", "fields": ["days"], "extends": {"limit": "petition.handle", "by": "petition.extend", "by_field": "days"}},
        {"key": "agreed", "fields": ["until"], "extends": {"limit": "petition.handle", "to_field": "until"}},
        {"key": "again", "resets": ["petition.handle"]}, {"key": "drop", "stops": ["petition.handle"]}, {"key": "b", "meets": ["petition.handle"]},
    ], [{"key": "days", "name": "日数", "type": "count"}, {"key": "until", "name": "至", "type": "date"}])  # fmt: skip

    @pytest.mark.parametrize(("asked", "due"), [(None, "2026-05-31"), (10, "2026-05-11"), (30, "2026-05-31"), (31, "2026-05-31")])
    def test_the_law_caps_what_is_asked(self, asked: int | None, due: str) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("more", "2026-03-09", {} if asked is None else {"days": asked}, late=True)
        assert c.clock("petition.handle").due == due
        assert c.findings() == ({"too_long:petition.extend"} if asked == 31 else set())

    def test_more_than_the_law_allows_is_refused(self) -> None:
        with pytest.raises(Refusal, match="最多30日，不能延长31日"):
            case(self.plan).do("a", "2026-03-02").do("more", "2026-03-09", days=31)

    def test_to_an_agreed_day_but_never_shorter(self) -> None:
        assert case(self.plan).do("a", "2026-03-02").do("agreed", "2026-03-09", until="2026-06-01").clock("petition.handle").due == "2026-06-01"
        assert case(self.plan).do("a", "2026-03-02").do("agreed", "2026-03-09", until="2026-03-20").clock("petition.handle").due == "2026-05-01"

    def test_a_reset_forgets_the_extension(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("more", "2026-03-09", days=10).do("again", "2026-03-16")
        assert (c.clock("petition.handle").starts, c.clock("petition.handle").due) == ("2026-03-16", "2026-05-15")

    def test_a_stopped_clock_is_neither_met_nor_overdue(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("drop", "2026-03-16").do("b", "2026-12-01")
        assert c.clock("petition.handle", "2027-01-01").state == "stopped"
        assert c.findings() == set()

    def test_a_met_clock_is_not_extended(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("b", "2026-03-09").do("more", "2026-03-10", days=10)
        assert c.clock("petition.handle").due == "2026-05-01"


def test_an_overdue_duty_is_a_finding_of_the_day_and_not_of_the_fold() -> None:
    c = case(TestExtending.plan).do("a", "2026-03-02")
    on_time = assess(c.plan, law(), c.events, "2026-05-01")
    late = assess(c.plan, law(), c.events, "2026-05-02")
    assert [f["key"] for f in on_time.findings] == []
    assert [f["key"] for f in late.findings] == ["overdue:petition.handle"]
    assert late.fold["findings"] == []


def test_a_denunciation_is_seen_by_few() -> None:
    """信访工作条例 30(3): what is denounced must not reach those denounced."""
    for purpose, posts in (("检举控告", ["leader", "petition_head"]), ("建议意见", []), (None, [])):
        c = Case("petition").do("register", "2026-03-02", {"channel": "书信", "purpose": purpose} if purpose else {"channel": "书信"})
        assert restricted_to(c.plan, law(), c.fold, "2026-03-02") == posts


@pytest.mark.parametrize(("kind", "state"), [("duty", "overdue"), ("right", "lapsed"), ("power_lapses", "lapsed")])
def test_whose_time_is_over(kind: str, state: str) -> None:
    clock = {"state": "running", "due": "2026-03-02"}
    assert deadline_state(clock, kind, "2026-03-02") == "running"
    assert deadline_state(clock, kind, "2026-03-03") == state


def test_looking_does_not_change_the_fold() -> None:
    c = case(pausing()).do("a", "2026-03-02").do("ask", "2026-03-03", who="1")
    before = copy.deepcopy(c.fold)
    assess(c.plan, law(), c.events, "2027-01-01")
    c.clock("disclosure.reply", "2027-01-01")
    assert c.fold == before
    assert fold_events(c.plan, law(), c.events) == before
