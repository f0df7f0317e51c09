"""行政处罚法, article by article, through the recorder: what is refused, what becomes a finding, what is allowed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.procedure.harness import RELATED, Case, Refusal, certificates, follow

DECISION: dict[str, Any] = {
    "decision_kind": "给予处罚", "penalty_kinds": ["罚款"], "fine_amount": 50000, "decision_number": "1号",
    "penalty_basis": "某条例", "remedy_told": True, "decided_by": "戊",
}  # fmt: skip


def penalty(base: str) -> Case:
    return follow(Case("penalty"), base)


def refused(case: Case, step: str, on: str, data: dict[str, Any], **more: Any) -> Refusal:
    n = len(case.events)
    with pytest.raises(Refusal) as caught:
        case.do(step, on, data, **more)
    assert len(case.events) == n, "被拒绝的环节不应留下事件"
    return caught.value


def test_apl_42_not_fewer_than_two_officers_with_valid_certificates() -> None:
    case = penalty("case_lead")
    one = refused(case, "file_case", "2026-03-02", {"officers": ["甲"], "filing_approver": "戊"})
    assert one.keys == {"two_officers"}
    assert "《行政处罚法》第四十二条" in str(one)
    expired = {**RELATED, "certificates": certificates("甲")}
    assert refused(case, "file_case", "2026-03-02", {"officers": ["甲", "乙"], "filing_approver": "戊"},
                   related=expired).keys == {"certified_officers"}  # fmt: skip
    case.do("file_case", "2026-03-02", {"officers": ["甲", "乙"], "filing_approver": "戊"})
    assert case.findings() == set()


def test_apl_44_62_no_decision_before_the_party_was_told() -> None:
    assert "notified_first" in refused(penalty("case_concluded"), "decide", "2026-03-20", DECISION).keys


def test_apl_45_a_defence_must_not_make_it_worse() -> None:
    case = penalty("case_notified").do("state", "2026-03-12", {"statement_text": "情节轻微"})
    case.do("review_statement", "2026-03-13", {"statement_result": "不采纳"})
    assert refused(case, "decide", "2026-03-19", {**DECISION, "fine_amount": 50001}).keys == {"not_heavier_than_told"}
    case.do("decide", "2026-03-19", {**DECISION, "fine_amount": 49999})


def test_apl_56_evidence_registration_within_seven_working_days() -> None:
    case = penalty("case_filed").do("register_evidence", "2026-09-25", {"evidence_list": "灯箱", "evidence_approver": "戊"})
    case.do("dispose_evidence", "2026-10-13", {"evidence_result": "返还"})
    assert case.clock("penalty.evidence_register").due == "2026-10-12"
    assert any(k.startswith("late:penalty.evidence_register") for k in case.findings())


def test_apl_58_reviewer_is_not_the_handler() -> None:
    case = penalty("case_concluded")
    for handler in ("甲", "乙"):
        late = refused(case, "review_legality", "2026-03-11", {"reviewer": handler, "review_result": "同意"})
        assert late.keys == {"not_apart:review_legality"}
    case.do("review_legality", "2026-03-11", {"reviewer": "庚", "review_result": "同意"})


def test_apl_58_qualification_is_asked_from_2018_on() -> None:
    """处罚法 2017 第三十八条第三款 is in force from 2018-01-01; an earlier review needs no qualification."""
    first = {"reviewer": "庚", "first_reviewer": True, "review_result": "同意"}
    for on, keys in (("2017-12-31", set()), ("2018-01-01", {"qualified_reviewer"})):
        case = Case("penalty")
        case.do("lead", "2017-12-01", {"item_code": "A01"}).do("file_case", "2017-12-02", {"officers": ["甲", "乙"]})
        case.do("investigate", "2017-12-03", {"investigators": ["甲", "乙"]}).do("conclude", "2017-12-20", late=True)
        case.do("review_legality", on, first, late=True)
        assert case.findings(5) == keys


def test_apl_60_ninety_calendar_days_from_filing() -> None:
    assert penalty("case_filed").clock("penalty.decision_limit").due == "2026-05-31"


def test_apl_62_only_an_express_waiver_opens_the_window_early() -> None:
    case = penalty("case_notified")
    case.do("waive", "2026-03-12", {"waived_hearing": False, "waived_statement": True})
    assert refused(case, "decide", "2026-03-12", DECISION).keys == {"window_open:penalty.hearing_request"}
    case.do("waive", "2026-03-12", {"waived_hearing": True}).do("decide", "2026-03-12", DECISION)


def test_apl_63_an_unset_threshold_gives_the_party_the_hearing() -> None:
    case = penalty("case_concluded")
    data = {"intended_kinds": ["罚款"], "intended_fine": 1, "hearing_told": False}
    assert refused(case, "notify", "2026-03-11", data).keys == {"hearing_clause"}


def test_apl_64_hearing_request_within_five_working_days() -> None:
    last, after = penalty("case_notified"), penalty("case_notified")
    last.do("request_hearing", "2026-03-18")
    assert refused(after, "request_hearing", "2026-03-19", {}).keys == {"lapsed:penalty.hearing_request"}


def test_apl_42_of_1996_hearing_request_within_three_days_until_2021_07_14() -> None:
    for served, due in (("2021-07-14", "2021-07-19"), ("2021-07-15", "2021-07-22")):
        case = Case("penalty").do("lead", "2021-07-01", {"item_code": "A01"})
        case.do("file_case", "2021-07-01", {"officers": ["甲", "乙"]})
        case.do("investigate", "2021-07-02", {"investigators": ["甲", "乙"]}).do("conclude", "2021-07-12", rectify_ordered=True)
        case.do("notify", served, {"intended_kinds": ["罚款"], "intended_fine": 50000, "hearing_told": True})
        assert case.clock("penalty.hearing_request").due == due


def test_apl_64_hearing_notice_seven_working_days_before() -> None:
    """The hearing of 2026-11-12 must be noticed on 2026-11-02 at the latest: seven working days lie between."""
    for noticed, ok in (("2026-11-02", True), ("2026-11-03", False)):
        case = penalty("case_notified").do("request_hearing", "2026-03-18")
        data = {"hearing_date": "2026-11-12", "hearing_chair": "己"}
        if ok:
            case.do("notify_hearing", noticed, data)
        else:
            assert refused(case, "notify_hearing", noticed, data).keys == {"notice_short:penalty.hearing_notice_lead"}


def test_apl_64_hearing_chair_is_no_investigator() -> None:
    case = penalty("case_notified").do("request_hearing", "2026-03-12")
    found = refused(case, "notify_hearing", "2026-03-13", {"hearing_date": "2026-03-25", "hearing_chair": "乙"})
    assert found.keys == {"not_apart:notify_hearing"}
    assert "第六十四条" in str(found)


def test_apl_72_late_fine_never_exceeds_the_fine() -> None:
    case = penalty("case_served")
    data = {"late_fine_from": "2026-04-08", "late_fine_amount": 50001}
    assert refused(case, "add_late_fine", "2026-06-08", data).keys == {"late_fine_cap"}


def test_crime_transfer_5_within_24_hours_of_approval() -> None:
    for sent, late in (("2026-03-10T16:30", 0), ("2026-03-10T16:31", 1)):
        case = penalty("case_filed").do("report_crime", "2026-03-06", {"transfer_team": ["甲", "乙"]})
        case.do("approve_transfer", "2026-03-09T16:30", {"transfer_approver": "戊", "transfer_decision": "批准移送"})
        case.do("transfer", sent, {"police": "县公安局"})
        assert case.clock("transfer.send").days_late == late


def test_acl_53_three_months_after_the_remedies_lapsed_unused() -> None:
    case = penalty("case_served").do("demand", "2026-09-01")
    assert refused(case, "apply_court", "2026-09-20", {"court": "县法院"}).keys == {"window_open:litigation.direct"}
    clock = case.clock("penalty.court_enforce_apply")
    assert (clock.starts, clock.due) == ("2026-09-20", "2026-12-20")


def test_every_refusal_names_its_article_or_what_to_do() -> None:
    case = Case("penalty")
    found = refused(case, "decide", "2026-03-20", DECISION, related={})
    assert {"step_missing", "item_in_force", "notified_first"} <= found.keys
    assert all("《" in b.message or "须先" in b.message for b in found.breaches)
