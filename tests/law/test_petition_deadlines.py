"""信访工作条例 (until 30 April 2022 信访条例), 人民调解法: days are calendar days but for one."""

from __future__ import annotations

from datetime import date

import pytest

from yifa.law.due import DueError


@pytest.mark.parametrize("key", ["petition.notice_direct", "petition.notice_transferred"])
@pytest.mark.parametrize(
    ("received", "last", "statute"),
    [(date(2022, 4, 30), date(2022, 5, 15), "信访条例"), (date(2026, 9, 18), date(2026, 10, 3), "信访工作条例")],
)
def test_petition_23_notice_in_fifteen_days(ends, key, received, last, statute) -> None:
    got = ends(key, received)
    assert (got.due.due, got.basis()["statute"]) == (last, statute)


def test_petition_23_objection_in_five_working_days_and_none_before(ends) -> None:
    assert ends("petition.objection", date(2026, 9, 30)).due.due == date(2026, 10, 13)
    with pytest.raises(DueError):
        ends("petition.objection", date(2022, 4, 30))


def test_petition_34_sixty_days_and_thirty_more(ends) -> None:
    assert ends("petition.handle", date(2026, 8, 4)).due.due == date(2026, 10, 3)
    extra = ends("petition.extend", date(2026, 8, 4)).version.quantity
    assert ends("petition.handle", date(2026, 8, 4), extension=extra).due.due == date(2026, 11, 2)
    assert ends("petition.handle", date(2022, 4, 30)).basis() == {
        "statute": "信访条例",
        "article": 33,
        "version_from": "2005-05-01",
    }


@pytest.mark.parametrize("key", ["petition.review_apply", "petition.final_apply"])
def test_petition_35_36_the_petitioners_thirty_days_move_past_a_holiday(ends, key) -> None:
    assert ends(key, date(2026, 9, 5)).due.due == date(2026, 10, 8)
    assert ends(key, date(2026, 9, 10)).due.due == date(2026, 10, 10)  # a worked Saturday


@pytest.mark.parametrize("key", ["petition.review_decide", "petition.final_decide"])
def test_petition_35_36_the_organs_thirty_days_do_not(ends, key) -> None:
    assert ends(key, date(2026, 9, 5)).due.due == date(2026, 10, 5)


def test_petition_36_hearing_time_is_not_counted(ends) -> None:
    assert ends("petition.final_decide", date(2026, 9, 5), excluded=8).due.due == date(2026, 10, 13)


def test_petition_31_duty_branch_two_months(ends) -> None:
    assert ends("petition.duty_branch", date(2025, 12, 31)).due.due == date(2026, 2, 28)


def test_petition_suggestions_thirty_days_until_april_2022_and_no_number_since(ends) -> None:
    assert ends("petition.suggestion_feedback", date(2022, 4, 1)).due.due == date(2022, 5, 1)
    with pytest.raises(DueError, match="没有规定天数"):
        ends("petition.suggestion_feedback", date(2022, 5, 1))


def test_mediation_33_thirty_days_to_apply_for_confirmation(ends) -> None:
    assert ends("mediation.confirm", date(2026, 1, 20)).due.due == date(2026, 2, 24)  # 19 February is Spring Festival
    assert ends("mediation.confirm", date(2026, 1, 15)).due.due == date(2026, 2, 14)  # a worked Saturday


@pytest.mark.parametrize(
    ("place", "last"),
    [
        (None, date(2026, 2, 28)),
        ("330212001", date(2026, 2, 28)),
        ("440305001", date(2026, 3, 2)),
        ("510104", date(2026, 3, 2)),
    ],
)
def test_mediation_rules_33_one_month_and_local_thirty_days(ends, place, last) -> None:
    assert ends("mediation.close", date(2026, 1, 31), place=place).due.due == last


@pytest.mark.parametrize("key", ["dispute.verify", "dispute.due", "dispute.review", "dispute.followup", "grid.handle"])
def test_dispute_limits_wait_for_the_county(ends, key) -> None:
    with pytest.raises(DueError, match="由县级工作规范"):
        ends(key, date(2026, 3, 2))


def test_labour_law_82_sixty_days_until_april_2008_then_one_year(ends) -> None:
    assert ends("arbitration.labor_apply", date(2008, 4, 30)).due.due == date(2008, 6, 30)  # 29 June was a Sunday
    assert ends("arbitration.labor_apply", date(2008, 5, 1)).due.due == date(2009, 5, 4)  # Labour Day moves
