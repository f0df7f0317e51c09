"""期间的计算 (民法典 200-204)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from yifa.law.calendar import CalendarError, default_calendar
from yifa.law.due import DueError, counted_days_between, due, excluded_days

CAL = default_calendar()


def test_twenty_working_days_over_national_day() -> None:
    got = due(20, "working_day", date(2026, 9, 28), calendar=CAL)
    assert got.due == date(2026, 10, 30)
    assert len(got.skipped) == 12
    assert date(2026, 10, 10) not in [s.date for s in got.skipped]  # 调休上班
    assert not got.provisional
    assert got.rolled_from is None


def test_as_dict_is_the_shape_of_the_command_line() -> None:
    got = due(3, "working_day", date(2026, 9, 30), calendar=CAL).as_dict(
        {"statute": "某法", "article": 1, "version_from": None}
    )
    assert got == {
        "due": "2026-10-10",
        "provisional": False,
        "skipped": [{"date": f"2026-10-0{d}", "reason": "国庆节"} for d in range(1, 8)],
        "basis": {"statute": "某法", "article": 1, "version_from": None},
        "calendar": CAL.version,
    }


def test_civil_code_201_the_first_day_is_not_counted() -> None:
    assert due(1, "calendar_day", date(2026, 3, 2), calendar=CAL).due == date(2026, 3, 3)
    assert due(1, "working_day", date(2026, 3, 2), calendar=CAL).due == date(2026, 3, 3)


def test_a_start_with_time_counts_by_its_day() -> None:
    assert due(1, "calendar_day", datetime(2026, 3, 2, 23, 59), calendar=CAL).due == date(2026, 3, 3)
    got = due(1, "working_day", datetime(2026, 3, 6, 23, 59), calendar=CAL)
    assert got.due == date(2026, 3, 9)
    assert [s.reason for s in got.skipped] == ["周六", "周日"]
    assert due(0, "working_day", datetime(2026, 3, 6, 9, 0), calendar=CAL).due == date(2026, 3, 6)


def test_civil_code_201_hours_run_from_the_moment() -> None:
    got = due(24, "hour", datetime(2026, 9, 30, 16, 30), calendar=CAL, extension=2, excluded=1)
    assert got.due == datetime(2026, 10, 1, 19, 30)
    assert got.skipped == []
    assert not got.provisional
    assert got.as_dict()["due"] == "2026-10-01T19:30:00"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),  # the corresponding day, not the month's end
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_civil_code_202_months_end_on_the_corresponding_day(start: date, months: int, end: date) -> None:
    assert due(months, "month", start, calendar=CAL).due == end


def test_civil_code_202_years() -> None:
    assert due(2, "year", date(2024, 2, 29), calendar=CAL).due == date(2026, 2, 28)
    assert due(4, "year", date(2020, 2, 29), calendar=CAL).due == date(2024, 2, 29)


def test_civil_code_203_a_partys_last_day_on_a_holiday_moves_and_an_agencys_does_not() -> None:
    party = due(15, "calendar_day", date(2026, 9, 18), calendar=CAL, party=True)
    assert party.due == date(2026, 10, 8)
    assert party.rolled_from == date(2026, 10, 3)
    assert [s.date for s in party.skipped] == [date(2026, 10, d) for d in (3, 4, 5, 6, 7)]
    agency = due(15, "calendar_day", date(2026, 9, 18), calendar=CAL)
    assert agency.due == date(2026, 10, 3)
    assert agency.rolled_from is None
    assert agency.skipped == []
    assert agency.last_working_day == date(2026, 9, 30)


def test_civil_code_203_does_not_move_to_a_weekend_nor_past_a_worked_one() -> None:
    assert due(5, "calendar_day", date(2026, 10, 5), calendar=CAL, party=True).due == date(2026, 10, 10)  # 调休上班
    assert due(1, "month", date(2026, 9, 17), calendar=CAL, party=True).due == date(2026, 10, 19)


def test_a_partys_limit_in_working_days_needs_no_moving() -> None:
    got = due(5, "working_day", date(2026, 9, 28), calendar=CAL, party=True)
    assert (got.due, got.rolled_from) == (date(2026, 10, 10), None)


def test_seven_working_days_before_a_hearing() -> None:
    got = due(7, "working_day", date(2026, 11, 12), calendar=CAL, before=True)
    assert got.due == date(2026, 11, 2)
    assert [s.date for s in got.skipped] == [date(2026, 11, 7), date(2026, 11, 8)]
    assert not got.provisional


def test_before_over_a_holiday_names_the_last_day_in_office_too() -> None:
    got = due(3, "working_day", date(2026, 10, 12), calendar=CAL, before=True)
    assert got.due == date(2026, 10, 7)
    assert got.last_working_day == date(2026, 9, 30)
    assert [s.date for s in got.skipped] == [date(2026, 10, 11)]


def test_before_never_moves_forward_for_a_party() -> None:
    got = due(30, "calendar_day", date(2026, 11, 4), calendar=CAL, before=True, party=True)
    assert got.due == date(2026, 10, 4)
    assert got.rolled_from is None


@pytest.mark.parametrize(
    ("quantity", "unit", "event", "last"),
    [
        (7, "calendar_day", date(2026, 11, 12), date(2026, 11, 4)),
        (0, "calendar_day", date(2026, 11, 12), date(2026, 11, 11)),
        (0, "working_day", date(2026, 11, 12), date(2026, 11, 11)),
        (1, "month", date(2026, 3, 1), date(2026, 1, 31)),
        (1, "month", date(2026, 3, 31), date(2026, 2, 28)),
        (6, "month", date(2026, 12, 1), date(2026, 5, 31)),
        (1, "year", date(2026, 3, 15), date(2025, 3, 14)),
        (1, "year", date(2025, 2, 28), date(2024, 2, 27)),
        (1, "year", date(2025, 3, 1), date(2024, 2, 29)),
    ],
)
def test_before_in_other_units(quantity: int, unit: str, event: date, last: date) -> None:
    assert due(quantity, unit, event, calendar=CAL, before=True).due == last


def test_before_in_hours() -> None:
    got = due(24, "hour", datetime(2026, 3, 3, 9, 0), calendar=CAL, before=True)
    assert got.due == datetime(2026, 3, 2, 9, 0)


def test_extending_and_excluding() -> None:
    assert due(20, "working_day", date(2026, 9, 1), calendar=CAL).due == date(2026, 9, 29)
    assert due(20, "working_day", date(2026, 9, 1), calendar=CAL, extension=20).due == date(2026, 11, 2)
    assert due(60, "calendar_day", date(2026, 3, 2), calendar=CAL, extension=30, excluded=5).due == date(2026, 6, 5)
    # months first, then the excluded days: 3 months from 30 November end on 28 February
    assert due(2, "month", date(2026, 11, 30), calendar=CAL, extension=1, excluded=3).due == date(2027, 3, 3)
    # an excluded last day of a party may itself be a holiday
    assert due(14, "calendar_day", date(2026, 9, 18), calendar=CAL, party=True, excluded=1).due == date(2026, 10, 8)


def test_the_pause_of_article_33_of_the_disclosure_regulation() -> None:
    excluded = counted_days_between("working_day", date(2026, 9, 16), date(2026, 9, 23), CAL)
    assert excluded == 6  # 17, 18, 20 (调休上班), 21, 22, 23 September
    assert due(20, "working_day", date(2026, 9, 14), calendar=CAL, excluded=excluded).due == date(2026, 10, 26)


def test_counted_days_of_a_pause_by_unit() -> None:
    a, b = date(2026, 9, 30), date(2026, 10, 8)
    assert counted_days_between("calendar_day", a, b, CAL) == 8
    assert counted_days_between("month", a, b, CAL) == 8
    assert counted_days_between("year", a, b, CAL) == 8
    assert counted_days_between("working_day", a, b, CAL) == 1
    assert counted_days_between("calendar_day", b, a, CAL) == 0
    assert counted_days_between("hour", datetime(2026, 3, 2, 9, 0), datetime(2026, 3, 2, 11, 59), CAL) == 2
    assert counted_days_between("calendar_day", datetime(2026, 3, 2, 23, 0), datetime(2026, 3, 3, 1, 0), CAL) == 1
    with pytest.raises(DueError, match="几时几分"):
        counted_days_between("hour", a, b, CAL)
    with pytest.raises(DueError, match="不认识的期限单位"):
        counted_days_between("week", a, b, CAL)


def test_overlapping_pauses_count_once() -> None:
    spans = [
        (date(2026, 3, 10), date(2026, 3, 16)),
        (date(2026, 3, 2), date(2026, 3, 12)),
        (date(2026, 3, 3), date(2026, 3, 4)),
    ]
    assert excluded_days("calendar_day", spans, CAL) == 14
    assert excluded_days("calendar_day", [], CAL) == 0


def test_no_working_days_end_where_they_begin() -> None:
    """Nothing is counted, so nothing rolls forward either, though the day is a Saturday."""
    assert due(0, "working_day", date(2026, 3, 7), calendar=CAL, party=True).due == date(2026, 3, 7)


def test_provisional_where_a_day_without_notice_mattered() -> None:
    assert due(10, "working_day", date(2026, 12, 28), calendar=CAL).provisional
    assert not due(3, "working_day", date(2026, 12, 28), calendar=CAL).provisional
    assert not due(0, "working_day", date(2027, 3, 1), calendar=CAL).provisional
    assert due(5, "working_day", date(2027, 1, 4), calendar=CAL, before=True).provisional
    assert not due(1, "working_day", date(2027, 1, 1), calendar=CAL, before=True).provisional
    # The day of the event is not counted, so its year does not matter: 2003 has no notice here, 2004 has.
    assert not due(3, "working_day", date(2003, 12, 31), calendar=CAL).provisional
    assert not due(3, "working_day", date(2004, 1, 1), calendar=CAL).provisional
    assert not due(30, "calendar_day", date(2026, 12, 28), calendar=CAL).provisional
    assert due(30, "calendar_day", date(2026, 12, 28), calendar=CAL, party=True).provisional


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"unit": "week"}, "不认识的期限单位“week”"),
        ({"unit": "工作日"}, "working_day（工作日）"),
        ({"quantity": -1}, "不能为负数"),
        ({"quantity": 1.5}, "应为整数"),
        ({"quantity": "20"}, "应为整数"),
        ({"quantity": None}, "应为整数"),
        ({"excluded": -1}, "扣除天数不能为负数"),
        ({"extension": -1}, "延长不能为负数"),
        ({"extension": -1, "unit": "month"}, "延长不能为负数"),
        ({"start": "2026-09-28"}, "起算日应为日期"),
        ({"unit": "hour"}, "几时几分"),
        ({"before": True, "excluded": 1}, "倒推的期限没有扣除和延长"),
        ({"before": True, "extension": 1}, "倒推的期限没有扣除和延长"),
        ({"quantity": 99_999, "unit": "year"}, "超出可计算的日期范围"),
        ({"quantity": 10**12, "unit": "calendar_day"}, "超出可计算的日期范围"),
        ({"quantity": 99_999, "unit": "year", "before": True}, "超出可计算的日期范围"),
    ],
)
def test_what_cannot_be_counted_is_refused_in_chinese(arguments: dict, said: str) -> None:
    call = {"quantity": 20, "unit": "working_day", "start": date(2026, 9, 28), **arguments}
    with pytest.raises(DueError, match=said):
        due(call.pop("quantity"), call.pop("unit"), call.pop("start"), calendar=CAL, **call)


def test_working_days_outside_the_calendar_are_refused() -> None:
    with pytest.raises(CalendarError, match="工作日历范围"):
        due(20, "working_day", date(2060, 12, 20), calendar=CAL)
    with pytest.raises(CalendarError, match="工作日历范围"):
        due(20, "working_day", date(1970, 1, 1), calendar=CAL)
    with pytest.raises(CalendarError, match="工作日历范围"):
        due(50, "year", date(2026, 1, 1), calendar=CAL, party=True)
    assert due(50, "year", date(2026, 1, 1), calendar=CAL).due == date(2076, 1, 1)


@pytest.mark.parametrize(
    ("unit", "start"),
    [("working_day", date(2026, 3, 2)), ("month", date(2026, 3, 2)), ("hour", datetime(2026, 3, 2, 9, 0))],
)
@pytest.mark.parametrize("options", [{}, {"party": True}, {"before": True}])
@pytest.mark.parametrize("quantity", [0, 3])
def test_a_result_says_what_it_was_asked(unit: str, start: date, options: dict, quantity: int) -> None:
    got = due(quantity, unit, start, calendar=CAL, **options)
    assert (got.start, got.unit, got.calendar) == (start, unit, CAL)
    assert repr(got) == f"<Due {got.due.isoformat()}>"


def test_nothing_of_its_own_but_an_extension() -> None:
    assert due(0, "working_day", date(2026, 9, 30), calendar=CAL, extension=2).due == date(2026, 10, 9)
    assert due(0, "working_day", date(2026, 10, 4), calendar=CAL).due == date(2026, 10, 4)


def test_before_the_first_of_a_month_and_on_a_holiday() -> None:
    assert due(0, "working_day", date(2026, 10, 9), calendar=CAL, before=True).due == date(2026, 10, 8)
    assert due(1, "month", date(2026, 3, 2), calendar=CAL, before=True).due == date(2026, 2, 1)


def test_hours_of_a_pause_are_whole_hours() -> None:
    nine = datetime(2026, 3, 2, 9, 0)
    assert counted_days_between("hour", nine, datetime(2026, 3, 3, 9, 0), CAL) == 24
    assert counted_days_between("hour", nine, datetime(2026, 3, 2, 9, 59), CAL) == 0
    assert counted_days_between("hour", nine, datetime(2026, 3, 1, 9, 0), CAL) == 0
    with pytest.raises(DueError, match="几时几分"):
        counted_days_between("hour", nine, date(2026, 3, 3), CAL)
    with pytest.raises(DueError, match="“week”"):
        counted_days_between("week", nine, nine, CAL)


def test_the_years_at_the_ends_of_the_calendar_of_the_world() -> None:
    assert due(7973, "year", date(2026, 1, 1), calendar=CAL).due == date(9999, 1, 1)
    with pytest.raises(DueError, match="超出可计算的日期范围"):
        due(7974, "year", date(2026, 1, 1), calendar=CAL)
