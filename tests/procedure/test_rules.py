"""规则：what a refusal says, whom it looks at, and what a correction leaves as it was."""

from __future__ import annotations

import pytest

from tests.procedure.harness import Case, Refusal, law
from tests.procedure.test_clocks import HANDLE, WHO, step
from tests.procedure.test_engine import case, make
from yifa.procedure.engine import check, empty_fold, fold_events
from yifa.procedure.events import Breach, Event
from yifa.procedure.rules import FoldView, names, party_of

BASIS = {"statute": "行政处罚法", "article": 58}


def refusal(c: Case, key: str, on: str, **data: object) -> list[Breach]:
    with pytest.raises(Refusal) as caught:
        c.do(key, on, data)
    return caught.value.breaches


def told(c: Case, key: str, on: str, **data: object) -> list[tuple[str, str]]:
    """(key, message) of each refusal; each of them must block."""
    found = refusal(c, key, on, **data)
    assert {b.strength for b in found} == {"block"}
    return [(b.key, b.message) for b in found]


class TestOrder:
    plan = make([
        step("a"), {"key": "b", "after": ["a"], "basis": BASIS}, {"key": "c", "after_any": ["a", "b"], "before": ["d"], "at_most": 2, "basis": BASIS},
        {"key": "d", "basis": BASIS}, {"key": "end", "to": "closed"}, {"key": "stop", "to": "terminated"}, {"key": "rest", "to": "suspended"},
    ])  # fmt: skip

    def test_what_is_missing(self) -> None:
        assert told(case(self.plan), "b", "2026-03-02") == [("step_missing", "“b”之前须先“a”。")]
        assert told(case(self.plan), "c", "2026-03-02") == [("step_missing", "“c”之前须先“a”或“b”。")]

    def test_what_was_mixed_up(self) -> None:
        c = case(self.plan).do("a", "2026-03-05").do("b", "2026-03-02", late=True)
        [finding] = c.fold["findings"]
        assert (finding["key"], finding["severity"], finding["seq"]) == ("date_order", "error", 2)
        assert finding["message"] == "b日期 2026-03-02 早于a日期 2026-03-05。请核对两个日期。"

    def test_each_refusal_has_its_article(self) -> None:
        c = case(self.plan)
        assert [b.basis for b in refusal(c, "b", "2026-03-02")] == [BASIS]
        assert [b.basis for b in refusal(c, "c", "2026-03-02")] == [BASIS]
        c.do("a", "2026-03-02").do("d", "2026-03-03")
        assert [b.basis for b in refusal(c, "c", "2026-03-04")] == [BASIS]
        c = case(self.plan).do("a", "2026-03-02").do("b", "2026-03-02")
        assert [b.basis for b in refusal(c, "b", "2026-03-03")] == [BASIS]
        late = case(self.plan).do("a", "2026-03-05").do("b", "2026-03-02", late=True)
        assert late.fold["findings"][0]["basis"] == BASIS

    def test_on_the_same_day_is_already_too_late(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("d", "2026-03-03")
        assert told(c, "c", "2026-03-03") == [("step_too_late", "已“d”，不能再“c”。")]

    def test_how_often_and_when_it_was_taken(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").do("b", "2026-03-02")
        assert told(c, "b", "2026-03-03") == [("step_repeated", "“b”只能办理一次，已于 2026-03-02 办理。登记有误的请更正。")]
        c = case(self.plan).do("a", "2026-03-02").do("c", "2026-03-02").do("c", "2026-03-04")
        assert told(c, "c", "2026-03-05") == [("step_repeated", "“c”只能办理2 次，已于 2026-03-04 办理。登记有误的请更正。")]

    @pytest.mark.parametrize(("ending", "key", "words"), [
        ("end", "record_closed", "本件已办结，不能再“a”。确需办理的，先办理重新启动的环节。"),
        ("stop", "record_closed", "本件已终止，不能再“a”。确需办理的，先办理重新启动的环节。"),
        ("rest", "record_suspended", "本件已中止，恢复之前不能“a”。"),
    ])  # fmt: skip
    def test_on_a_record_that_is_over_or_rests(self, ending: str, key: str, words: str) -> None:
        assert told(case(self.plan).do(ending, "2026-03-02"), "a", "2026-03-03") == [(key, words)]

    def test_on_a_voided_record(self) -> None:
        c = case(self.plan).do("a", "2026-03-02").amend("void", 1)
        assert told(c, "a", "2026-03-03") == [("record_closed", "本件已作废，不能再“a”。确需办理的，先办理重新启动的环节。")]

    def test_what_a_pause_waits_for_ends_a_suspension(self) -> None:
        plan = make([step("a", starts=[HANDLE]), step("rest", to="suspended", pauses={"limit": HANDLE, "until": "heard"}), step("heard"), step("b")])
        c = case(plan).do("a", "2026-03-02").do("rest", "2026-03-03")
        assert refusal(c, "b", "2026-03-04")[0].key == "record_suspended"
        c.do("heard", "2026-03-04")


class TestVersion:
    plan = make([step("a"), step("b")], version={"from": "2021-07-15", "to": "2025-12-31"})

    @pytest.mark.parametrize(("day", "allowed"), [
        ("2021-07-14", False), ("2021-07-15", True), ("2025-12-31", True), ("2026-01-01", False), ("2021-06", False), ("2021-07", True), ("2021", True),
        ("2020", False), ("2025-12", True), ("2026", False), ("2025-12-31T18:00", True), ("2021-07-14T23:59", False),
    ])  # fmt: skip
    def test_a_version_opens_records_between_its_days(self, day: str, allowed: bool) -> None:
        if allowed:
            case(self.plan).do("a", day)
        else:
            assert [b.key for b in refusal(case(self.plan), "a", day)] == ["version"]

    def test_it_says_what_to_do(self) -> None:
        assert told(case(self.plan), "a", "2021-07-14") == [
            ("version", "“试验”的这一版自 2021-07-15 起用，2021-07-14 的事项不能用它登记。请核对日期；确属当时办理的，作补录并写明原因。")]
        assert told(case(self.plan), "a", "2026-01-01") == [
            ("version", "“试验”的这一版用到 2025-12-31 为止，2026-01-01 的事项不能用它登记。请核对日期，或改用现行的台账、程序。")]

    def test_what_it_opened_it_may_finish(self) -> None:
        case(self.plan).do("a", "2025-12-31").do("b", "2026-06-01")

    def test_without_end_it_goes_on(self) -> None:
        case(make([step("a")])).do("a", "2099-12-31")


class TestRunningClocks:
    def test_a_power_that_lapsed(self) -> None:
        plan = make([step("a", starts=["penalty.court_enforce_apply"]), step("b", within=["penalty.court_enforce_apply"])])
        case(plan).do("a", "2026-03-02").do("b", "2026-06-02")
        found = refusal(case(plan).do("a", "2026-03-02"), "b", "2026-06-03")
        assert [(b.key, b.strength) for b in found] == [("lapsed:penalty.court_enforce_apply", "block")]
        assert found[0].message == f"{law().limits['penalty.court_enforce_apply'].name}已于 2026-06-02 届满，2026-06-03 不能再“b”。"
        assert found[0].basis is not None
        assert found[0].basis["article"] == 53

    @pytest.mark.parametrize(("limit", "severity"), [("transfer.recheck", "warning"), ("petition.review_apply", "warning")])
    def test_a_lapsed_limit_that_does_not_bind_is_a_warning(self, limit: str, severity: str) -> None:
        """Also where the limit itself is only shown: whoever acts after the end is told."""
        c = case(make([step("a", starts=[limit]), step("b", within=[limit])])).do("a", "2026-03-02").do("b", "2026-06-03")
        assert [(f["key"], f["severity"]) for f in c.fold["findings"]] == [(f"lapsed:{limit}", severity)]

    def test_one_that_does_not_apply_hides_no_other(self) -> None:
        never = {"step": "zz", "done": True}
        always = {"step": "a", "done": True}
        plan = make([step("a", starts=["penalty.court_enforce_apply", "petition.review_apply"]),
                     step("b", within=[{"limit": "petition.review_apply", "when": never}, "penalty.court_enforce_apply"]),
                     step("c", waits=[{"limit": "petition.review_apply", "unless": always}, {"limit": "penalty.court_enforce_apply"}])])  # fmt: skip
        c = case(plan).do("a", "2026-03-02")
        assert [b.key for b in refusal(c, "b", "2026-06-03")] == ["lapsed:penalty.court_enforce_apply"]
        assert [b.key for b in refusal(c, "c", "2026-03-03")] == ["window_open:penalty.court_enforce_apply"]

    @pytest.mark.parametrize(("limit", "severity"), [
        ("petition.review_apply", "error"), ("penalty.court_enforce_demand_wait", "error"), ("document.comment_general", "warning"),
    ])  # fmt: skip
    def test_a_party_s_window_and_a_binding_wait_block(self, limit: str, severity: str) -> None:
        c = case(make([step("a", starts=[limit]), step("b", waits=[{"limit": limit}])])).do("a", "2026-03-02")
        c.do("b", "2026-03-03", late=True)
        [finding] = c.fold["findings"]
        name, due = law().limits[limit].name, c.clock(limit).due
        assert (finding["key"], finding["severity"]) == (f"window_open:{limit}", severity)
        assert finding["message"] == f"{name}至 {due} 届满，届满前不能“b”。"
        assert finding["basis"] == c.clock(limit).basis

    def test_the_last_day_of_a_window_still_belongs_to_it(self) -> None:
        plan = make([step("a", starts=["petition.review_apply"]), step("b", waits=[{"limit": "petition.review_apply", "message": "等。"}])])
        c = case(plan).do("a", "2026-03-02")
        assert told(c, "b", "2026-04-01") == [("window_open:petition.review_apply", "等。")]
        assert told(c, "b", "2026-04-01T18:00") == [("window_open:petition.review_apply", "等。")]
        c.do("b", "2026-04-02")

    def test_hours_lapse_by_the_minute(self) -> None:
        plan = make([step("a", starts=["transfer.send"]), step("b", within=["transfer.send"])])
        c = case(plan).do("a", "2026-03-09T16:30")
        assert [b.key for b in refusal(c, "b", "2026-03-10T16:31")] == ["lapsed:transfer.send"]
        case(plan).do("a", "2026-03-09T16:30").do("b", "2026-03-10T16:30")


class TestLead:
    plan = make([step("a"), step("b", fields=["day"], leads=[{"limit": "penalty.hearing_notice_lead", "to": "day"}]),
                 step("held", leads=[{"limit": "penalty.hearing_notice_lead", "to": "this", "from_step": "a"}])],
                [{"key": "day", "name": "日", "type": "date"}])  # fmt: skip

    def test_too_short_a_notice_is_told_with_the_last_lawful_day(self) -> None:
        [b] = refusal(case(self.plan), "b", "2026-11-03", day="2026-11-12")
        name = law().limits["penalty.hearing_notice_lead"].name
        assert (b.key, b.strength) == ("notice_short:penalty.hearing_notice_lead", "block")
        assert b.message == f"{name}：应在 2026-11-12 的 7个工作日 前，最迟 2026-11-02，实际 2026-11-03。"
        assert b.basis is not None
        assert b.basis["article"] == 64

    def test_each_of_two_notices_is_told(self) -> None:
        leads = [{"limit": x, "to": "day"} for x in ("penalty.hearing_notice_lead", "licence.hearing_notice")]
        plan = make([step("b", fields=["day"], leads=leads)], [{"key": "day", "name": "日", "type": "date"}])
        found = refusal(case(plan), "b", "2026-11-03", day="2026-11-12")
        assert [b.key for b in found] == ["notice_short:penalty.hearing_notice_lead", "notice_short:licence.hearing_notice"]

    def test_the_last_notice_counts(self) -> None:
        c = case(self.plan).do("a", "2026-10-20").do("a", "2026-11-03")
        assert [b.key for b in refusal(c, "held", "2026-11-12")] == ["notice_short:penalty.hearing_notice_lead"]
        case(self.plan).do("a", "2026-11-03").do("a", "2026-11-04").do("held", "2026-11-16")

    def test_nothing_to_judge_without_notice_date_or_law(self) -> None:
        case(self.plan).do("held", "2026-11-12")
        case(self.plan).do("b", "2026-11-03")
        case(self.plan).do("b", "2026-11", day="2026-11-12")
        case(self.plan).do("b", "1990-11-03", late=True, day="1990-11-04")


class TestApart:
    plan = make([step("a", fields=["who"]), step("b", fields=["by"], basis=BASIS, apart=[{"field": "by", "from": ["who"]}]),
                 step("sign", apart=[{"actor_of": ["a"], "strength": "warn", "message": "换人。", "basis": {"statute": "行政处罚法", "article": 57}}])],
                [{"key": "who", "name": "办", "type": "person", "many": True}, {"key": "by", "name": "审", "type": "person", "many": True}])  # fmt: skip

    def test_it_names_them_and_its_article(self) -> None:
        [b] = refusal(case(self.plan).do("a", "2026-03-02", who=["丙", "乙", "甲"]), "b", "2026-03-03", by=["乙", "丙", "丁"])
        assert (b.key, b.strength, b.message, b.basis) == ("not_apart:b", "block", "“b”应由另外的人办理，丙、乙已参与前面的环节。", BASIS)

    def test_words_strength_and_article_of_its_own(self) -> None:
        c = case(self.plan).do("a", "2026-03-02", actor="甲").do("sign", "2026-03-03", actor="甲")
        assert c.fold["findings"] == [{"key": "not_apart:sign", "severity": "warning", "message": "换人。", "seq": 2,
                                       "basis": {"statute": "行政处罚法", "article": 57}}]  # fmt: skip

    def test_an_unnamed_actor_is_nobody(self) -> None:
        """Imported events name no actor: two unnamed ones are not the same person."""
        assert case(self.plan).do("a", "2026-03-02", actor="").do("sign", "2026-03-03", actor="").findings() == set()

    def test_whoever_acts_where_nobody_acted_before_may(self) -> None:
        assert case(self.plan).do("sign", "2026-03-03", actor="甲").findings() == set()

    def test_who_is_named(self) -> None:
        assert names(["甲", None, {"unknown": True}, {"sealed": "ab"}]) == {"甲", "ab"}
        assert names(7) == {"7"}

    def test_a_correction_leaves_who_did_it(self) -> None:
        c = case(self.plan).do("a", "2026-03-02", actor="甲").amend("correct", 1, {"who": ["乙"]})
        assert c.fold["steps"]["a"] == [[1, "2026-03-02", "甲"]]
        c.do("sign", "2026-03-04", actor="甲")
        assert c.findings(3) == {"not_apart:sign"}


class TestParties:
    def test_what_another_kind_of_party_did_is_done(self) -> None:
        """The goods are listed one by one after the persons were told: neither is the other's step."""
        plan = make([step("tell", per="who", fields=["who"]), step("list", per="thing", fields=["thing"], after=["tell"])],
                    [*WHO, {"key": "thing", "name": "物", "type": "text"}])  # fmt: skip
        case(plan).do("tell", "2026-03-02", who="1").do("list", "2026-03-03", thing="灯箱")

    def test_a_party_is_known_by_name_commitment_or_as_the_party(self) -> None:
        fold = {"facts": {"who": "乙"}}
        assert party_of(fold, {"who": "甲"}, "who") == "甲"
        assert party_of(fold, {}, "who") == "乙"
        assert party_of(fold, {"who": {"sealed": "0123456789abcdef"}}, "who") == "01234567"
        assert party_of({"facts": {}}, {}, "who") == "当事人"
        assert party_of(fold, {"who": {"unknown": True}}, "who") == "?"
        assert party_of(fold, {"who": "甲"}, None) is None

    def test_a_party_sees_its_own_and_what_is_everybody_s(self) -> None:
        fold = {"facts": {"fine": 2, "matter": "占道"}, "parties": {"1": {"fine": 1}}, "clocks": {}, "steps": {
            "tell": [[1, "2026-03-02", "甲", "1"], [2, "2026-03-03", "甲", "2"]], "file": [[3, "2026-03-01", "甲"]]}}  # fmt: skip
        view = FoldView(fold, law(), "2026-03-05T10:00", {}, "1", {"fine"})
        assert (view.fact("fine"), view.fact("matter"), view.day) == (1, "占道", "2026-03-05")
        assert (view.step_count("tell"), view.step_count("file"), view.step_count("none")) == (1, 1, 0)
        assert FoldView(fold, law(), "2026-03-05", {}, "3", {"fine"}).fact("fine") is None
        assert FoldView({**fold, "parties": {}}, law(), "2026-03-05", {}, "1", {"fine"}).fact("fine") is None
        assert FoldView({"facts": {"fine": 2}}, law(), "2026-03-05", {}, "1", {"fine"}).fact("fine") is None
        everybody = FoldView(fold, law(), "2026-03-05", {})
        assert (everybody.fact("fine"), everybody.step_count("tell")) == (2, 2)

    def test_a_party_sees_its_own_clocks_and_those_of_none(self) -> None:
        clocks = {k: {"limit": HANDLE, "party": p} for k, p in (("a", None), ("b", "1"), ("c", "2"))}
        fold = {"facts": {}, "steps": {}, "clocks": {**clocks, "d": {"limit": "x", "party": "1"}}}
        assert [c["party"] for c in FoldView(fold, law(), "2026-03-05", {}, "1").clocks(HANDLE)] == [None, "1"]
        assert [c["party"] for c in FoldView(fold, law(), "2026-03-05", {}).clocks(HANDLE)] == [None, "1", "2"]


class TestWhatIsRecorded:
    plan = make([step("a", fields=["who"], stage="受理"), step("b", stage="办理"), step("c"),
                 step("d", when={"step": "zz", "done": True}, basis=BASIS)], WHO)  # fmt: skip

    def test_a_record_without_events_is_open_and_empty(self) -> None:
        fold = fold_events(self.plan, law(), [])
        assert fold == empty_fold()
        assert (fold["status"], fold["stage"], fold["last"], fold["n"], fold["facts"]) == ("open", "", "", 0, {})

    def test_the_stage_stays_until_the_next(self) -> None:
        c = case(self.plan)
        assert [c.do(k, "2026-03-02").fold["stage"] for k in ("a", "b", "c")] == ["受理", "办理", "办理"]

    def test_what_is_unknown_is_noted_by_the_field_s_name(self) -> None:
        c = case(self.plan).do("a", "2026-03-02", who={"unknown": True})
        assert c.fold["findings"] == [{"key": "unknown:who", "severity": "info", "message": "谁登记为“不详”，请在查明后更正。", "basis": None, "seq": 1}]
        assert case(self.plan).do("a", "2026-03-02", other={"unknown": True}).fold["findings"][0]["message"] == "other登记为“不详”，请在查明后更正。"

    def test_a_step_that_does_not_apply_has_its_article(self) -> None:
        [b] = refusal(case(self.plan), "d", "2026-03-02")
        assert (b.key, b.message, b.basis) == ("step_condition", "不符合“d”的条件。", BASIS)

    def test_what_the_store_noted_is_shown_and_kept(self) -> None:
        notes = (Breach("duplicate", "warn", "可能重复。"),)
        result = check(self.plan, law(), empty_fold(), Event(1, "step", "a", "2026-03-02", notes=notes))
        assert result.breaches == []
        assert result.receipt == {"notes": [{"key": "duplicate", "strength": "warn", "message": "可能重复。"}]}
        assert result.fold["findings"] == [{"key": "duplicate", "severity": "warning", "message": "可能重复。", "basis": None, "seq": 1}]

    def test_a_correction_is_known_by_the_event_it_corrects(self) -> None:
        c = case(self.plan).do("a", "2026-03-02", who="甲").amend("correct", 1, {"who": {"unknown": True}})
        assert c.fold["src"] == {"who": 1, "a_on": 1}
        assert [(f["key"], f["seq"]) for f in c.fold["findings"]] == [("unknown:who", 1)]
        assert (c.fold["n"], c.fold["last"]) == (2, "2026-03-02")

    def test_a_correction_keeps_the_rows_that_were_looked_up(self) -> None:
        plan = make([step("a", fields=["who"], guards=[{"key": "g", "require": {"related": "r", "at_least": 1}, "message": "没有。"}])], WHO,
                    lookups=[{"key": "r", "of": "x"}])  # fmt: skip
        rows = {"r": [{"uid": "1"}]}
        opened = Event(1, "step", "a", "2026-03-02", "甲", {"who": "1"}, related=rows)
        for looked, wanted in (({}, set()), ({"r": []}, {"g"})):
            fold = fold_events(plan, law(), [opened, Event(2, "correct", "", "", data={"who": "2"}, target=(1,), related=looked)])
            assert {f["key"] for f in fold["findings"]} == wanted

    def test_nothing_of_the_folding_stays_in_the_fold(self) -> None:
        c = case(self.plan).do("b", "2026-03-05").do("a", "2026-03-02", late=True)
        assert "ahead" not in c.fold
        c.amend("destroy", 1)
        assert (c.fold["facts"], c.fold["src"]) == ({}, {})

    def test_expired_is_judged_by_the_day_of_the_step(self) -> None:
        guard = {"key": "g", "strength": "warn", "require": {"deadline": HANDLE, "expired": False}, "message": "过期。"}
        plan = make([step("a", starts=[HANDLE]), step("b", guards=[guard])])
        assert case(plan).do("a", "2026-03-02").do("b", "2026-05-01T09:00").findings() == set()
        assert case(plan).do("a", "2026-03-02").do("b", "2026-05-02").findings() == {"g"}
