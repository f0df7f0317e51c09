"""What registers object to (登记时的提示): the rule, the article, and that it lets lawful entries pass."""

from __future__ import annotations

from typing import Any

import pytest

from yifa.codex import Codex, load
from yifa.procedure import engine
from yifa.procedure.events import Breach, Event


@pytest.fixture(scope="module")
def codex() -> Codex:
    return load()


def breaches(codex: Codex, definition: str, on: str, **data: Any) -> dict[str, Breach]:
    """What entering these values on that day breaks."""
    plan = codex.plan(definition)
    check = engine.check(plan, codex.law(), engine.empty_fold(), Event(1, "step", "enter", on, data=data))
    return {b.key: b for b in check.breaches}


def fine(codex: Codex, on: str, who: str, yuan: int) -> set[str]:
    return set(breaches(codex, "onspot_penalty", on, party_kind=who, kind="罚款", fine=yuan * 100))


@pytest.mark.parametrize(
    ("on", "who", "yuan", "too_much"),
    [
        ("2023-05-04", "个人", 200, False),
        ("2023-05-04", "个人", 201, True),
        ("2023-05-04", "单位", 3000, False),
        ("2023-05-04", "单位", 3001, True),
        ("2021-07-14", "个人", 50, False),
        ("2021-07-14", "个人", 51, True),
        ("2021-07-14", "单位", 1000, False),
        ("2021-07-14", "单位", 1001, True),
    ],
)
def test_apl_51_on_the_spot_fines_have_a_ceiling(codex: Codex, on: str, who: str, yuan: int, too_much: bool) -> None:
    """200/3000 yuan since 15 July 2021, 50/1000 before (1996 text 33)."""
    assert bool(fine(codex, on, who, yuan)) is too_much


def test_pml_8_a_committee_has_three_to_nine_members_and_a_woman(codex: Codex) -> None:
    for members, wrong in ((2, True), (3, False), (9, False), (10, True)):
        found = breaches(codex, "mediation_committee", "2023-01-05", members=members, has_woman=True)
        assert ("members_three_to_nine" in found) is wrong
    assert "has_woman_member" in breaches(codex, "mediation_committee", "2023-01-05", members=5, has_woman=False)
    assert breaches(codex, "mediation_committee", "2023-01-05", name="调委会") == {}


def test_ael_44_forced_demolition_needs_an_order_and_a_notice(codex: Codex) -> None:
    given = {"manner": "依法强制拆除", "order_number": "限拆〔1〕号", "announced_on": "2023-02-01"}
    assert breaches(codex, "demolition", "2023-09-01", **given) == {}
    for gone in ("order_number", "announced_on"):
        left = {k: v for k, v in given.items() if k != gone}
        assert "forced_needs_order" in breaches(codex, "demolition", "2023-09-01", **left)
    assert breaches(codex, "demolition", "2023-09-01", manner="当事人自行拆除") == {}


def test_apl_42_an_inspection_has_two_officers(codex: Codex) -> None:
    assert "two_officers" in breaches(codex, "inspection", "2023-03-03", officer_count=1)
    assert breaches(codex, "inspection", "2023-03-03", officer_count=2) == {}
    assert breaches(codex, "inspection", "2023-03-03", area="消防") == {}


@pytest.mark.parametrize(
    ("definition", "key", "right", "wrong"),
    [
        ("exam_result", "sat_within_should", {"should_sit": 10, "sat": 10}, {"should_sit": 10, "sat": 11}),
        ("exam_result", "passed_within_sat", {"should_sit": 10, "sat": 9, "passed": 9}, {"should_sit": 10, "sat": 9, "passed": 10}),
        ("study_coverage", "studied_within_should", {"should_study": 5, "studied": 5}, {"should_study": 5, "studied": 6}),
        ("service_month", "satisfied_within_rated", {"rated": 5, "satisfied": 5}, {"rated": 5, "satisfied": 6}),
        ("legal_review", "opinion_after_submission", {"submitted_on": "2023-05-05"}, {"submitted_on": "2023-05-06"}),
        ("permit", "accepted_before_decided", {"accepted_on": "2023-05-05"}, {"accepted_on": "2023-05-06"}),
        ("officer_certificate", "stopped_ends_validity", {"valid_to": "2024-01-01", "stopped_on": "2024-01-01"},
         {"valid_to": "2026-01-01", "stopped_on": "2024-01-01"}),
        ("summary_entry", "period_in_order", {"period_from": "2023-05-05"}, {"period_from": "2023-05-06"}),
    ],
)  # fmt: skip
def test_numbers_and_dates_that_cannot_be_are_refused(codex: Codex, definition: str, key: str, right: dict[str, Any],
                                                      wrong: dict[str, Any]) -> None:  # fmt: skip
    data = {codex.definitions[definition].all_steps[0].milestone: "2023-05-05"}
    assert breaches(codex, definition, "2023-05-05", **data, **right) == {}
    assert breaches(codex, definition, "2023-05-05", **data, **wrong)[key].strength == "block"


@pytest.mark.parametrize(
    ("definition", "key", "data"),
    [
        ("study_session", "attendance_within_expected", {"expected": 20, "attended": 21}),
        ("petition_reception", "visitors_not_fewer_than_batches", {"batches": 3, "visitors": 2}),
        ("patrol", "handled_within_problems", {"problems": 1, "handled": 2}),
        ("inspection", "fixed_within_problems", {"problems": 1, "fixed": 2}),
        ("file_review", "fixed_within_problems", {"problems": 1, "fixed": 2}),
        ("public_hearing", "adopted_within_opinions", {"opinions": 1, "adopted": 2}),
        ("contract", "contract_reviewed", {"reviewed": False}),
        ("normative_document", "document_reviewed", {"reviewed": False}),
        ("proactive_disclosure", "secrecy_check_done", {"secrecy_checked": False}),
        ("decision_catalogue", "review_before_decision", {"decided_on": "2023-05-05"}),
        ("decision_catalogue", "review_before_decision", {"decided_on": "2023-05-05", "reviewed_on": "2023-05-06"}),
    ],
)
def test_what_is_unlikely_or_irregular_is_shown_and_may_be_entered(codex: Codex, definition: str, key: str,
                                                                   data: dict[str, Any]) -> None:  # fmt: skip
    assert breaches(codex, definition, "2023-05-05", **data)[key].strength == "warn"
