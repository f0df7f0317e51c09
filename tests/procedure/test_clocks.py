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


DOCUMENT = {"document": "某规定", "verified": False}


def own_limit(versions: list[dict[str, Any]], place: str = "") -> Law:
    """A law of one limit, ``trial.reply``, in calendar days."""
    limits, _ = load_limits([{"key": "trial.reply", "name": "答复", "kind": "duty", "versions": [{"unit": "calendar_day", **v} for v in versions]}])
    return Law(limits, {}, law().calendar, place)


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

    def test_what_is_only_shown_says_so(self) -> None:
        plan = make([step("a", fields=["who"], starts=[HANDLE])], WHO)
        found = check(plan, law(), empty_fold(), Event(1, "step", "a", "2026-03", data={"who": {"unknown": True}})).breaches
        assert [(b.key, b.strength) for b in found] == [(f"no_start:{HANDLE}", "show"), ("unknown:who", "show")]

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

    def test_a_beginning_known_in_part_is_unknown_whatever_the_day_of_the_step(self) -> None:
        starts = [{"limit": "penalty.hearing_request", "on": "told_on"}]
        plan = make([step("a", fields=["told_on"], starts=starts)], [{"key": "told_on", "name": "送达日", "type": "date"}])
        clock = case(plan).do("a", "2021-07-15", told_on="2021-07").clock("penalty.hearing_request")
        assert (clock.state, clock.due, clock.quantity, clock.unit) == ("unknown", None, None, "")

    @pytest.mark.parametrize(("place", "due"), [("", "2026-03-12"), ("320102", "2026-03-07"), ("330102", "2026-03-12")])
    def test_the_place_s_own_limit_goes_first(self, place: str, due: str) -> None:
        own = own_limit([{"quantity": 10, "basis": DOCUMENT}, {"quantity": 5, "region": "32", "basis": DOCUMENT}], place)
        c = Case("trial", the_law=own, own_plan=make([step("a", starts=["trial.reply"])])).do("a", "2026-03-02")
        assert c.clock("trial.reply").due == due

    def test_a_stopped_clock_knows_the_day(self) -> None:
        c = case(make([step("a", starts=[HANDLE]), step("drop", stops=[HANDLE])])).do("a", "2026-03-02").do("drop", "2026-03-09")
        assert c.fold["clocks"][HANDLE]["stopped"] == "2026-03-09"

    def test_days_are_counted_from_the_day_on_which_hours_ended(self) -> None:
        plan = make([step("a", starts=["transfer.send"]), step("b", starts=[{"limit": "transfer.recheck", "after_due": ["transfer.send"]}])])
        c = case(plan).do("a", "2026-03-09T16:30").do("b", "2026-03-11")
        assert (c.clock("transfer.send").due, c.clock("transfer.recheck").starts) == ("2026-03-10T16:30:00", "2026-03-10")

    def test_hours_of_a_day_without_a_time_run_from_midnight(self) -> None:
        clock = case(make([step("a", starts=["transfer.send"])])).do("a", "2026-03-09").clock("transfer.send")
        assert (clock.starts, clock.due) == ("2026-03-09T00:00:00", "2026-03-10T00:00:00")

    def test_what_rests_on_a_year_without_a_notice_is_provisional(self) -> None:
        """The notices reach to 2026; twenty working days from the end of that year end in the next."""
        plan = make([step("a", starts=["disclosure.reply"])])
        assert case(plan).do("a", "2026-12-20").clock("disclosure.reply").provisional is True
        assert case(plan).do("a", "2026-03-02").clock("disclosure.reply").provisional is False

    def test_the_receipt_names_what_this_step_started_and_no_other(self) -> None:
        plan = make([step("a", starts=[HANDLE]), step("b", starts=["petition.review_apply"])])
        fold = check(plan, law(), empty_fold(), Event(1, "step", "a", "2026-03-02")).fold
        assert check(plan, law(), fold, Event(2, "step", "b", "2026-03-03")).receipt == {"limits": [["petition.review_apply", "2022-05-01", "2026-04-02"]]}


class TestSetByADocument:
    """限期由文书确定: the law leaves the end to the document, as a date or as a number of days."""

    law = own_limit([{"quantity": None, "set_by": "until", "from": "2020-01-01", "basis": DOCUMENT}])
    fields = [{"key": "until", "name": "至", "type": "text"}, {"key": "other", "name": "另", "type": "text"}]
    plan = make([step("a", fields=["until", "other"], starts=["trial.reply"]), step("rest", pauses={"limit": "trial.reply", "until": "go"}), step("go"),
                 step("own", fields=["other"], starts=[{"limit": "trial.reply", "set_by": "other"}])], fields)  # fmt: skip

    def test_a_date_is_the_end_and_no_pause_moves_it(self) -> None:
        c = Case("trial", the_law=self.law, own_plan=self.plan).do("a", "2026-03-02", until="2026-03-20T12:00")
        c.do("rest", "2026-03-03").do("go", "2026-03-09")
        clock = c.clock("trial.reply")
        assert (clock.due, clock.quantity, clock.unit, clock.excluded, clock.basis) == ("2026-03-20", None, "calendar_day", 0, DOCUMENT)

    def test_a_number_is_counted(self) -> None:
        c = Case("trial", the_law=self.law, own_plan=self.plan).do("a", "2026-03-02", until=7)
        assert (c.clock("trial.reply").due, c.clock("trial.reply").quantity) == ("2026-03-09", 7)

    def test_the_step_s_own_field_goes_before_the_law_s(self) -> None:
        c = Case("trial", the_law=self.law, own_plan=self.plan).do("own", "2026-03-02", until=7, other="2026-03-31")
        assert c.clock("trial.reply").due == "2026-03-31"

    def test_a_part_of_a_date_or_nothing_sets_no_end(self) -> None:
        for data in ({"until": "2026-03"}, {}):
            assert not Case("trial", the_law=self.law, own_plan=self.plan).do("a", "2026-03-02", data).has_clock("trial.reply")
            assert not Case("trial", the_law=self.law, own_plan=self.plan).do("a", "2019-12-31", {"until": 7}).has_clock("trial.reply")


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


    def test_it_lasts_until_the_last_of_its_causes_is_over(self) -> None:
        """The first question may be answered within thirty days, the second within fifteen working days: neither is."""
        plan = make([step("a", starts=[HANDLE]), step("b", meets=[HANDLE]), *(
            step(k, starts=[x], pauses={"limit": HANDLE, "until": "answer_" + k, "no_longer_than": x})
            for k, x in (("long", "petition.review_apply"), ("short", "disclosure.third_party_opinion"))), step("answer_long"), step("answer_short")])  # fmt: skip
        c = case(plan).do("a", "2026-03-02").do("long", "2026-03-03").do("short", "2026-03-04").do("b", "2026-06-01")
        assert (c.clock("petition.review_apply").due, c.clock("disclosure.third_party_opinion").due) == ("2026-04-02", "2026-03-25")
        assert c.clock(HANDLE).excluded == 30

    def test_the_last_day_for_an_answer_is_still_waited_for(self) -> None:
        plan = make([step("a", starts=[HANDLE]), step("any", after=["a"]), step("answer"),
                     step("ask", starts=["petition.review_apply"], pauses={"limit": HANDLE, "until": "answer", "no_longer_than": "petition.review_apply"})])  # fmt: skip
        c = case(plan).do("a", "2026-03-02").do("ask", "2026-03-03").do("any", "2026-04-02T17:00")
        assert c.fold["clocks"][HANDLE]["state"] == "paused"
        assert c.do("any", "2026-04-03T08:00").fold["clocks"][HANDLE]["state"] == "running"

    def test_of_a_limit_in_hours_whole_days_are_left_out(self) -> None:
        plan = make([step("a", starts=["transfer.send"]), step("ask", pauses={"limit": "transfer.send", "until": "answer"}), step("answer")])
        c = case(plan).do("a", "2026-03-09T16:30").do("ask", "2026-03-09T18:00").do("answer", "2026-03-11T09:00")
        assert (c.clock("transfer.send").excluded, c.clock("transfer.send").due) == (48, "2026-03-12T16:30:00")

    def test_a_party_may_have_any_name(self) -> None:
        plan = make([step("a", starts=[HANDLE]), step("ask", per="who", fields=["who"], pauses={"limit": HANDLE, "until": "answer", "per": "who"}),
                     step("answer", per="who", fields=["who"])], WHO)  # fmt: skip
        c = case(plan).do("a", "2026-03-02").do("ask", "2026-03-03", who="甲#1").do("answer", "2026-03-09", who="1")
        assert c.fold["clocks"][HANDLE]["state"] == "paused"
        assert c.do("answer", "2026-03-10", who="甲#1").clock(HANDLE).excluded == 7

    def test_nothing_of_it_stays_when_it_is_over(self) -> None:
        c = self.waiting().do("answer", "2026-03-11")
        assert c.fold["clocks"][HANDLE].keys().isdisjoint({"paused", "holds", "held_to"})

    @pytest.mark.parametrize(("asked", "answered"), [("2026-03", "2026-03-20"), ("2026-03-09", "2026-04"), ("2026-03-09", "2026-03-09")])
    def test_of_days_known_in_part_and_of_one_day_none_is_left_out(self, asked: str, answered: str) -> None:
        clock = case(self.plan).do("a", "2026-03-02").do("ask", asked).do("answer", answered).clock(HANDLE)
        assert (clock.excluded, clock.due, clock.state) == (0, "2026-05-01", "overdue")


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

    def test_longer_than_the_law_allows_is_refused_in_words_for_each_clock(self) -> None:
        """Thirty days for a petition, twenty working days for a disclosure: what is asked beyond is an error, and not added."""
        asked = [{"limit": HANDLE, "by": "petition.extend", "by_field": "days"}, {"limit": "disclosure.reply", "by": "disclosure.reply_extension", "by_field": "days"}]
        plan = make([step("a", starts=[HANDLE, "disclosure.reply"]), step("more", fields=["days"], extends=asked)], [{"key": "days", "name": "日数", "type": "count"}])
        c = case(plan).do("a", "2026-03-02").do("more", "2026-03-09", late=True, days=31)
        assert [(f["key"], f["severity"], f["message"]) for f in c.fold["findings"]] == [
            ("too_long:petition.extend", "error", f"{law().limits['petition.extend'].name}最多30日，不能延长31日。"),
            ("too_long:disclosure.reply_extension", "error", f"{law().limits['disclosure.reply_extension'].name}最多20个工作日，不能延长31个工作日。"),
        ]  # fmt: skip
        assert [f["basis"]["article"] for f in c.fold["findings"]] == [34, 33]
        assert (c.clock(HANDLE).extension, c.clock("disclosure.reply").extension) == (30, 20)
        assert case(plan).do("a", "2026-03-02").do("more", "2026-03-09", days=20).findings() == set()


class TestBeyondTheCalendar:
    law = own_limit([{"quantity": None, "set_by": "days", "basis": DOCUMENT}])
    plan = make([step("a", fields=["days"], starts=["trial.reply"]), step("b", meets=["trial.reply"]),
                 step("more", fields=["days"], extends={"limit": "trial.reply", "by": "trial.reply", "by_field": "days"})],
                [{"key": "days", "name": "日数", "type": "count"}])  # fmt: skip

    def test_a_mistyped_number_has_no_end_and_is_told(self) -> None:
        c = Case("trial", the_law=self.law, own_plan=self.plan).do("a", "2026-03-02", days=9_999_999)
        assert (c.clock("trial.reply").state, c.clock("trial.reply").due, c.clock("trial.reply").provisional) == ("unknown", None, False)
        assert c.fold["findings"] == [{"key": "no_start:trial.reply", "severity": "info", "basis": None, "seq": 1,
                                       "message": "答复的天数或日期超出日历范围，无法计算到期日。请核对。"}]  # fmt: skip
        assert c.do("b", "2026-03-03").clock("trial.reply").state == "met"

    def test_corrected_it_runs(self) -> None:
        c = Case("trial", the_law=self.law, own_plan=self.plan).do("a", "2026-03-02", days=9_999_999).amend("correct", 1, {"days": 99})
        assert (c.clock("trial.reply").state, c.clock("trial.reply").due, c.findings()) == ("running", "2026-06-09", set())

    def test_extended_beyond_it_has_no_end(self) -> None:
        c = Case("trial", the_law=self.law, own_plan=self.plan).do("a", "2026-03-02", days=30).do("more", "2026-03-03", days=9_999_999)
        assert (c.clock("trial.reply").state, c.clock("trial.reply").due) == ("unknown", None)
