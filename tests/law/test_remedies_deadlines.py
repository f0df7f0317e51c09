"""行政复议法、行政诉讼法: the party's time limits and the agency's answers."""

from __future__ import annotations

from datetime import date

import pytest

from yifa.law.due import DueError


@pytest.mark.parametrize(
    ("known", "last"),
    [
        (date(2023, 12, 31), date(2024, 2, 29)),
        (date(2024, 1, 1), date(2024, 3, 1)),
        (date(2026, 8, 4), date(2026, 10, 8)),  # 3 October moves past the holiday
        (date(2026, 3, 2), date(2026, 5, 6)),  # 1 May moves past Labour Day
    ],
)
def test_arl_20_sixty_days_to_apply_for_reconsideration(ends, known, last) -> None:
    assert ends("reconsideration.apply", known).due.due == last


def test_arl_20_self_correction_time_is_not_counted(ends) -> None:
    assert ends("reconsideration.apply", date(2026, 8, 3), excluded=7).due.due == date(2026, 10, 9)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2023, 12, 29), date(2024, 1, 8)),  # ten calendar days under the old law
        (date(2024, 2, 5), date(2024, 2, 23)),  # ten working days over Spring Festival
    ],
)
def test_arl_48_the_answer_in_ten_days(ends, received, last) -> None:
    assert ends("reconsideration.reply", received).due.due == last


def test_arl_54_five_working_days_in_the_simple_procedure(ends) -> None:
    assert ends("reconsideration.reply_simple", date(2026, 9, 29)).due.due == date(2026, 10, 12)
    with pytest.raises(DueError):
        ends("reconsideration.reply_simple", date(2023, 12, 31))


def test_arl_regulation_38_self_correction_only_since_july_2026(ends) -> None:
    assert ends("reconsideration.self_correct", date(2026, 7, 1)).due.due == date(2026, 7, 8)
    with pytest.raises(DueError):
        ends("reconsideration.self_correct", date(2026, 6, 30))


def test_arl_62_decision_and_extension(ends) -> None:
    assert ends("reconsideration.decide", date(2026, 3, 2)).due.due == date(2026, 5, 1)
    assert ends("reconsideration.decide", date(2026, 3, 2), extension=30).due.due == date(2026, 5, 31)
    assert ends("reconsideration.decide_simple", date(2026, 3, 2)).due.due == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("known", "last"),
    [
        (date(2015, 4, 30), date(2015, 7, 30)),  # three months until the amendment
        (date(2015, 5, 1), date(2015, 11, 2)),  # six months end on a Sunday and move
        (date(2026, 4, 3), date(2026, 10, 8)),
        (date(2025, 8, 31), date(2026, 2, 28)),  # the month's end; a worked Saturday
        (date(2025, 8, 30), date(2026, 2, 28)),
    ],
)
def test_all_46_six_months_to_sue(ends, known, last) -> None:
    assert ends("litigation.direct", known).due.due == last


def test_all_45_fifteen_days_after_reconsideration(ends) -> None:
    assert ends("litigation.after_reconsideration", date(2026, 9, 18)).due.due == date(2026, 10, 8)


def test_all_46_and_arl_21_the_longest_periods(ends) -> None:
    assert ends("litigation.maximum", date(2021, 3, 1)).due.due == date(2026, 3, 2)  # 1 March 2026 is a Sunday
    assert ends("litigation.maximum_real_estate", date(2016, 6, 6)).due.due == date(2036, 6, 6)
    assert ends("reconsideration.maximum", date(2024, 4, 1)).due.due == date(2029, 4, 2)


def test_all_67_the_agency_answers_in_fifteen_days_and_never_later(ends) -> None:
    got = ends("litigation.answer", date(2026, 9, 18))
    assert (got.due.due, got.due.rolled_from) == (date(2026, 10, 3), None)


def test_land_law_83_fifteen_days(ends) -> None:
    assert ends("litigation.land_demolition", date(2026, 3, 2)).due.due == date(2026, 3, 17)


def test_arl_58_the_maker_of_a_document_answers_in_ten_working_days(ends) -> None:
    assert ends("document.reconsideration_reply", date(2026, 9, 28)).due.due == date(2026, 10, 16)
