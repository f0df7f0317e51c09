"""期限 in the engine: whose clock a step moves, by which day's law it runs, what lateness is worth, what is shown."""

from __future__ import annotations

from typing import Any

import pytest

from tests.procedure.harness import Case, law
from tests.procedure.test_engine import case, make
from yifa.law.limits import load_limits
from yifa.procedure.assess import assess
from yifa.procedure.clocks import Law
from yifa.procedure.engine import check, empty_fold
from yifa.procedure.events import Event

HANDLE = "petition.handle"
"""Sixty calendar days, an agency's own, of strength block; extended by thirty."""
WHO = [{"key": "who", "name": "谁", "type": "text"}]


def step(key: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "at_most": None, **more}


def of_party(key: str, **acts: Any) -> dict[str, Any]:
    """A step that each party takes, acting on that party's own clock."""
    return step(key, per="who", fields=["who"], **{k: [{"limit": HANDLE, "per": "who", **v}] for k, v in acts.items()})


class TestEachPartyHasItsOwnClock:
    plan = make([of_party("a", starts={}), of_party("again", resets={}), of_party("more", extends={"by": "petition.extend"}),
                 of_party("drop", stops={}), of_party("b", meets={}),
                 of_party("next", starts={"after_due": [HANDLE], "limit": "petition.review_apply"})], WHO)  # fmt: skip

    def two(self) -> Case:
        return case(self.plan).do("a", "2026-03-02", who="1").do("a", "2026-03-04", who="2")

    @pytest.mark.parametrize(("act", "due", "state"), [
        ("again", "2026-05-08", "running"), ("more", "2026-05-31", "running"), ("drop", "2026-05-01", "stopped"), ("b", "2026-05-01", "met"),
    ])  # fmt: skip
    def test_an_act_for_one_leaves_the_other(self, act: str, due: str, state: str) -> None:
        c = self.two().do(act, "2026-03-09", who="1")
        one, other = c.clock(HANDLE, "2026-03-09", party="1"), c.clock(HANDLE, "2026-03-09", party="2")
        assert (one.due, one.state) == (due, state)
        assert (other.due, other.state, other.starts) == ("2026-05-03", "running", "2026-03-04")

    def test_a_clock_that_begins_again_stays_its_party_s(self) -> None:
        c = self.two().do("again", "2026-03-09", who="2").do("b", "2026-03-10", who="2")
        assert sorted(c.fold["clocks"]) == [f"{HANDLE}#1", f"{HANDLE}#2"]
        assert c.clock(HANDLE, party="2").met_on == "2026-03-10"

    def test_the_end_of_one_s_time_begins_one_s_next(self) -> None:
        c = self.two().do("next", "2026-05-06", who="1")
        assert c.clock("petition.review_apply", party="1").starts == "2026-05-01"


class TestWhatIsTold:
    def test_a_step_meets_all_that_it_may_meet(self) -> None:
        """The first clock's condition does not hold; the others are met all the same, and each lateness is told."""
        unmet = {"limit": HANDLE, "when": {"step": "zz", "done": True}}
        others = ["penalty.decision_limit", "petition.review_decide"]
        c = case(make([step("a", starts=[HANDLE, *others]), step("b", meets=[unmet, *others])])).do("a", "2026-03-02").do("b", "2026-07-01")
        assert [c.clock(x).state for x in (HANDLE, *others)] == ["overdue", "late", "late"]
        assert c.findings(2) == {f"late:{x}" for x in others}

    def test_two_ends_measured_at_once_are_both_told(self) -> None:
        """Both limits ran from the act and were over on the day when it came to light."""
        starts = [{"limit": x, "on": "acted_on", "ends_here": True} for x in (HANDLE, "penalty.decision_limit")]
        plan = make([step("a", fields=["acted_on"], starts=starts)], [{"key": "acted_on", "name": "行为日", "type": "date"}])
        c = case(plan).do("a", "2026-07-01", acted_on="2026-03-02")
        assert c.findings() == {f"late:{HANDLE}", "late:penalty.decision_limit"}

    @pytest.mark.parametrize(("limit", "severity", "words"), [
        (HANDLE, "error", "申诉求决事项办结应于 2026-05-01 前办理，实际 2026-07-01，逾期 61 日。"),
        ("penalty.decision_limit", "warning", "办案期限应于 2026-05-31 前办理，实际 2026-07-01，逾期 31 日。"),
    ])  # fmt: skip
    def test_lateness_is_an_error_where_the_limit_binds_and_else_a_warning(self, limit: str, severity: str, words: str) -> None:
        c = case(make([step("a", starts=[limit]), step("b", meets=[limit])])).do("a", "2026-03-02").do("b", "2026-07-01")
        assert c.fold["findings"] == [{"key": f"late:{limit}", "severity": severity, "message": words, "seq": 2,
                                       "basis": c.clock(limit).basis}]  # fmt: skip
        assert c.clock(limit).basis is not None
        assert c.fold["clocks"][limit]["met_by"] == 2

    @pytest.mark.parametrize("limit", ["petition.review_apply", "reconsideration.decide"])
    def test_a_party_s_or_another_organ_s_lateness_is_no_fault_of_this_one(self, limit: str) -> None:
        c = case(make([step("a", starts=[limit]), step("b", meets=[limit])])).do("a", "2026-03-02").do("b", "2026-07-01")
        assert (c.clock(limit).state, c.findings()) == ("late", set())

    def test_one_day_late_is_late(self) -> None:
        plan = make([step("a", starts=[HANDLE]), step("b", meets=[HANDLE])])
        assert case(plan).do("a", "2026-03-02").do("b", "2026-05-01").findings() == set()
        assert case(plan).do("a", "2026-03-02").do("b", "2026-05-02").findings() == {f"late:{HANDLE}"}

    def test_a_beginning_known_in_part_is_told_with_what_to_do(self) -> None:
        c = case(make([step("a", starts=[HANDLE])])).do("a", "2026-03")
        assert c.fold["findings"] == [{"key": f"no_start:{HANDLE}", "severity": "info", "basis": None, "seq": 1,
                                       "message": "申诉求决事项办结的起算日不完整（2026-03），无法计算到期日。请补全日期。"}]  # fmt: skip

    def test_an_answer_to_what_is_overdue_is_shown_with_it(self) -> None:
        c = case(make([step("a", starts=[HANDLE])])).do("a", "2026-03-02")
        c._take(Event(2, "answer", "", "2026-05-06", data={"finding": f"overdue:{HANDLE}", "text": "涉及外省，待复函"}))
        c._take(Event(3, "answer", "", "2026-05-07", data={"finding": f"overdue:{HANDLE}"}))
        [finding] = assess(c.plan, law(), c.events, "2026-05-08").findings
        assert (finding["key"], finding["severity"], finding["basis"]["article"]) == (f"overdue:{HANDLE}", "error", 34)
        assert finding["message"] == "申诉求决事项办结已于 2026-05-01 届满，尚未办理。"
        assert finding["answer"] == {"seq": 3, "text": "", "on": "2026-05-07"}
        assert assess(c.plan, law(), c.events[:2], "2026-05-08").findings[0]["answer"] == {"seq": 2, "text": "涉及外省，待复函", "on": "2026-05-06"}

    def test_answers_to_other_findings_are_not_kept_apart(self) -> None:
        c = case(make([step("a", starts=[HANDLE])])).do("a", "2026-03")
        c._take(Event(2, "answer", "", "2026-05-06", data={"finding": f"no_start:{HANDLE}", "text": "旧档"}))
        assert "answers" not in c.fold
        assert c.fold["findings"][0]["answer"] == {"seq": 2, "text": "旧档", "on": "2026-05-06"}


class TestWhichLaw:
    def test_the_law_of_the_step_s_own_day_where_the_limit_says_so(self) -> None:
        """penalty.hearing_request is of the day of the step: told on 14 July 2021, registered on the 15th under the new law."""
        starts = [{"limit": "penalty.hearing_request", "on": "told_on"}]
        plan = make([step("a", fields=["told_on"], starts=starts)], [{"key": "told_on", "name": "送达日", "type": "date"}])
        assert case(plan).do("a", "2021-07-15", told_on="2021-07-14").clock("penalty.hearing_request").due == "2021-07-21"
        assert case(plan).do("a", "2021-07-14", told_on="2021-07-14").clock("penalty.hearing_request").due == "2021-07-19"

    def test_a_clock_that_begins_again_looks_at_the_act_again(self) -> None:
        """penalty.limitation_extended came with the law of 2021-07-15 and is judged by the day of the act."""
        limit = "penalty.limitation_extended"
        plan = make([step("a", fields=["acted_on"], starts=[limit]), step("again", fields=["acted_on"], resets=[limit])],
                    [{"key": "acted_on", "name": "行为日", "type": "date"}], act_on="acted_on")  # fmt: skip
        c = case(plan).do("a", "2021-08-02", acted_on="2021-08-01").do("again", "2021-08-09", acted_on="2021-07-01")
        assert c.clock(limit).due == "2026-08-02", "行为日在新法施行前，重新起算无从适用，原期限不变"
        assert case(plan).do("a", "2021-08-02", acted_on="2021-08-01").do("again", "2021-08-09").clock(limit).due == "2026-08-09"

    def test_a_clock_that_begins_again_names_the_step_and_counts_how_often(self) -> None:
        c = case(make([step("a", starts=[HANDLE]), step("again", resets=[HANDLE])])).do("a", "2026-03-02")
        for day in ("2026-03-09", "2026-03-10"):
            c.do("again", day)
        clock = c.fold["clocks"][HANDLE]
        assert (clock["by"], clock["resets"], clock["start"]) == (3, 2, "2026-03-10")

    @pytest.mark.parametrize(("place", "due"), [("", "2026-03-12"), ("320102", "2026-03-07"), ("330102", "2026-03-12")])
    def test_the_place_s_own_limit_goes_first(self, place: str, due: str) -> None:
        basis = {"document": "某规定", "verified": False}
        versions = [{"quantity": 10, "unit": "calendar_day", "basis": basis}, {"quantity": 5, "unit": "calendar_day", "region": "32", "basis": basis}]
        limits, _ = load_limits([{"key": "trial.reply", "name": "答复", "kind": "duty", "versions": versions}])
        own = Law(limits, {}, law().calendar, place)
        c = Case("trial", the_law=own, own_plan=make([step("a", starts=["trial.reply"])])).do("a", "2026-03-02")
        assert c.clock("trial.reply").due == due

    def test_a_stopped_clock_knows_the_day(self) -> None:
        c = case(make([step("a", starts=[HANDLE]), step("drop", stops=[HANDLE])])).do("a", "2026-03-02").do("drop", "2026-03-09")
        assert c.fold["clocks"][HANDLE]["stopped"] == "2026-03-09"

    def test_days_are_counted_from_the_day_on_which_hours_ended(self) -> None:
        plan = make([step("a", starts=["transfer.send"]), step("b", starts=[{"limit": "transfer.recheck", "after_due": ["transfer.send"]}])])
        c = case(plan).do("a", "2026-03-09T16:30").do("b", "2026-03-11")
        assert (c.clock("transfer.send").due, c.clock("transfer.recheck").starts) == ("2026-03-10T16:30:00", "2026-03-10")

    def test_the_receipt_names_what_this_step_started_and_no_other(self) -> None:
        plan = make([step("a", starts=[HANDLE]), step("b", starts=["petition.review_apply"])])
        fold = check(plan, law(), empty_fold(), Event(1, "step", "a", "2026-03-02")).fold
        assert check(plan, law(), fold, Event(2, "step", "b", "2026-03-03")).receipt == {"limits": [["petition.review_apply", "2022-05-01", "2026-04-02"]]}


class TestWhilePaused:
    plan = make([step("a", starts=[HANDLE]), step("ask", pauses={"limit": HANDLE, "until": "answer"}), step("answer"), step("b", meets=[HANDLE]),
                 step("more", extends={"limit": HANDLE, "by": "petition.extend"}), step("again", resets=[HANDLE]), step("drop", stops=[HANDLE])])  # fmt: skip

    def waiting(self) -> Case:
        return case(self.plan).do("a", "2026-03-02").do("ask", "2026-03-09")

    def test_what_is_done_meanwhile_is_done(self) -> None:
        """The days up to the act do not count, and it is met."""
        clock = self.waiting().do("b", "2026-05-08").clock(HANDLE)
        assert (clock.state, clock.excluded, clock.due) == ("met", 60, "2026-06-30")

    def test_it_can_be_stopped_extended_and_begun_again(self) -> None:
        assert self.waiting().do("drop", "2026-03-10").clock(HANDLE).state == "stopped"
        assert self.waiting().do("more", "2026-03-10").do("answer", "2026-03-11").clock(HANDLE).due == "2026-06-02"
        again = self.waiting().do("again", "2026-03-10").clock(HANDLE, "2026-03-11")
        assert (again.state, again.due) == ("running", "2026-05-09")


class TestExtending:
    plan = make([
        step("a", starts=[HANDLE]), step("doc", fields=["until"], starts=[{"limit": HANDLE, "set_by": "until"}]),
        step("more", fields=["days"], extends={"limit": HANDLE, "by": "petition.extend", "by_field": "days"}),
        step("agreed", fields=["until"], extends={"limit": HANDLE, "to_field": "until"}),
    ], [{"key": "days", "name": "日数", "type": "count"}, {"key": "until", "name": "至", "type": "date"}])  # fmt: skip

    def test_twice_adds_up(self) -> None:
        clock = case(self.plan).do("a", "2026-03-02").do("more", "2026-03-09", days=10).do("more", "2026-03-10", days=5).clock(HANDLE)
        assert (clock.extension, clock.due) == (15, "2026-05-16")

    def test_an_agreed_end_is_not_moved_by_days_afterwards(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("agreed", "2026-03-09", until="2026-06-01").do("more", "2026-03-10", days=10)
        assert c.clock(HANDLE).due == "2026-06-01"

    def test_agreeing_on_the_end_that_there_is_changes_nothing(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("agreed", "2026-03-09", until="2026-05-01").do("more", "2026-03-10", days=10)
        assert c.clock(HANDLE).due == "2026-05-11"

    def test_what_has_no_number_takes_no_days(self) -> None:
        """An end that a document set, and a beginning known in part."""
        for c in (case(self.plan).do("doc", "2026-03-02", until="2026-04-01"), case(self.plan).do("a", "2026-03")):
            before = c.clock(HANDLE).due
            c.do("more", "2026-04-01", days=10)
            assert (c.clock(HANDLE).due, c.clock(HANDLE).extension) == (before, 0)

    def test_no_law_no_extension(self) -> None:
        """The announcement's sixty days are law since 1991, the extension that is asked for since 2005."""
        plan = make([step("a", starts=["penalty.service_announce"]), step("more", extends={"limit": "penalty.service_announce", "by": "petition.extend"})])
        clock = case(plan).do("a", "2004-03-01").do("more", "2004-03-02").clock("penalty.service_announce")
        assert (clock.due, clock.extension) == ("2004-04-30", 0)
