"""行政处罚法 (APL): each deadline on its last lawful day, over holidays and over the change of 15 July 2021."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from yifa.law.due import DueError


@pytest.mark.parametrize(
    ("told", "last"),
    [
        (date(2021, 7, 14), date(2021, 7, 19)),  # old law: three calendar days end on Saturday 17 July and move
        (date(2021, 7, 12), date(2021, 7, 15)),  # the old limit runs on although the new law is in force by its end
        (date(2021, 7, 15), date(2021, 7, 22)),  # new law: five working days
        (date(2026, 9, 28), date(2026, 10, 10)),  # the worked Saturday is the fifth
        (date(2026, 11, 2), date(2026, 11, 9)),
    ],
)
def test_apl_64_hearing_request_three_days_until_2021_07_14_then_five_working_days(ends, told, last) -> None:
    assert ends("penalty.hearing_request", told).due.due == last


@pytest.mark.parametrize(
    ("hearing", "last"),
    [
        (date(2026, 11, 12), date(2026, 11, 2)),
        (date(2026, 10, 15), date(2026, 9, 29)),
        (date(2021, 7, 14), date(2021, 7, 6)),  # old law: seven full calendar days
    ],
)
def test_apl_64_hearing_notice_seven_working_days_before(ends, hearing, last) -> None:
    assert ends("penalty.hearing_notice_lead", hearing).due.due == last


def test_apl_64_hearing_notice_may_be_judged_by_the_law_of_its_own_day(ends) -> None:
    got = ends("penalty.hearing_notice_lead", date(2021, 7, 20), on=date(2021, 7, 10))
    assert (got.version.unit, got.due.due) == ("calendar_day", date(2021, 7, 12))


@pytest.mark.parametrize(
    ("registered", "last"),
    [
        (date(2021, 7, 14), date(2021, 7, 21)),  # calendar days; an agency's limit never moves
        (date(2021, 7, 3), date(2021, 7, 10)),  # a Saturday all the same
        (date(2021, 7, 15), date(2021, 7, 26)),
        (date(2026, 2, 12), date(2026, 2, 28)),  # over Spring Festival; 14 and 28 February are worked
    ],
)
def test_apl_56_registered_evidence_is_decided_on_in_seven_days(ends, registered, last) -> None:
    assert ends("penalty.evidence_register", registered).due.due == last


def test_apl_60_ninety_calendar_days_to_decide_and_none_before_2021(ends) -> None:
    assert ends("penalty.decision_limit", date(2026, 7, 5)).due.due == date(2026, 10, 3)  # a holiday, not moved
    with pytest.raises(DueError, match="自2021-07-15起才有规定"):
        ends("penalty.decision_limit", date(2021, 7, 14))


@pytest.mark.parametrize(
    ("decided", "last"), [(date(2021, 7, 14), date(2021, 7, 21)), (date(2026, 9, 29), date(2026, 10, 14))]
)
def test_apl_61_service_of_the_decision_in_seven_days(ends, decided, last) -> None:
    assert ends("penalty.decision_service", decided).due.due == last


def test_apl_67_fifteen_calendar_days_to_pay_and_the_last_holiday_moves(ends) -> None:
    got = ends("penalty.fine_payment", date(2026, 9, 18))
    assert (got.due.rolled_from, got.due.due) == (date(2026, 10, 3), date(2026, 10, 8))
    assert ends("penalty.fine_payment", date(2021, 7, 1)).basis()["article"] == 46
    assert got.basis() == {"statute": "行政处罚法", "article": 67, "version_from": "2021-07-15"}


@pytest.mark.parametrize("key", ["penalty.onspot_fine_handin", "penalty.onspot_fine_bank"])
def test_apl_71_fines_collected_on_the_spot_in_two_days(ends, key) -> None:
    assert ends(key, date(2021, 7, 9)).due.due == date(2021, 7, 11)
    assert ends(key, date(2026, 9, 30)).due.due == date(2026, 10, 9)


def test_apl_48_publicity_is_withdrawn_in_three_working_days(ends) -> None:
    assert ends("penalty.withdraw_publicity", date(2026, 4, 30)).due.due == date(2026, 5, 8)
    with pytest.raises(DueError):
        ends("penalty.withdraw_publicity", date(2021, 7, 14))


def test_publication_of_penalties_in_seven_working_days(ends) -> None:
    assert ends("penalty.publish", date(2026, 9, 30)).due.due == date(2026, 10, 15)
    assert ends("enforcement.publish_other", date(2026, 9, 28)).due.due == date(2026, 10, 30)


@pytest.mark.parametrize(
    ("act", "last"),
    [
        (date(2019, 7, 20), date(2021, 7, 20)),
        (date(2024, 2, 29), date(2026, 2, 28)),
        (date(2023, 10, 3), date(2025, 10, 3)),
    ],
)
def test_apl_36_two_years_of_limitation_on_the_corresponding_day(ends, act, last) -> None:
    assert ends("penalty.limitation_general", act).due.due == last


def test_apl_36_five_years_only_for_acts_since_2021_07_15(ends) -> None:
    assert ends("penalty.limitation_extended", date(2021, 7, 15)).due.due == date(2026, 7, 15)
    with pytest.raises(DueError):
        ends("penalty.limitation_extended", date(2021, 7, 14))


def test_civil_procedure_95_service_by_announcement_sixty_days_until_2021_then_thirty(ends) -> None:
    assert ends("penalty.service_announce", date(2021, 12, 31)).due.due == date(2022, 3, 1)
    assert ends("penalty.service_announce", date(2022, 1, 1)).due.due == date(2022, 1, 31)


@pytest.mark.parametrize("key", ["penalty.statement_window", "penalty.case_filing_decision", "penalty.archive_due"])
def test_what_the_law_leaves_open_must_be_set(ends, key) -> None:
    with pytest.raises(DueError, match="请先填写"):
        ends(key, date(2026, 3, 2))
    assert ends(key, date(2026, 3, 2), quantity=5).due.due >= date(2026, 3, 7)


def test_transfer_of_crimes_counts_calendar_days_and_clock_hours(ends) -> None:
    assert ends("transfer.decide", date(2026, 9, 30)).due.due == date(2026, 10, 3)
    assert ends("transfer.send", datetime(2026, 9, 30, 17, 0)).due.due == datetime(2026, 10, 1, 17, 0)
    assert ends("transfer.goods", date(2026, 9, 30)).due.due == date(2026, 10, 3)
