"""行政强制法 (ACL): limits of ten days or less are working days (69), longer ones calendar days."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from yifa.law.calendar import default_calendar
from yifa.law.limit_due import combined_due


def test_acl_19_urgent_measures_are_reported_within_24_hours(ends) -> None:
    assert ends("compulsion.urgent_report", datetime(2026, 10, 1, 8, 5)).due.due == datetime(2026, 10, 2, 8, 5)


def test_acl_25_seizure_thirty_calendar_days_extension_and_testing_time(ends) -> None:
    start = date(2026, 9, 3)
    assert ends("compulsion.seizure_limit", start).due.due == date(2026, 10, 3)  # a holiday: not moved for the agency
    assert ends("compulsion.seizure_limit", start, extension=30).due.due == date(2026, 11, 2)
    assert ends("compulsion.seizure_limit", start, extension=30, excluded=10).due.due == date(2026, 11, 12)


def test_acl_51_demand_three_working_days_before_substitute_performance(ends) -> None:
    got = ends("compulsion.substitute_demand", date(2026, 10, 12))
    assert (got.due.due, got.due.last_working_day) == (date(2026, 10, 7), date(2026, 9, 30))


def test_acl_54_ten_working_days_after_the_demand_before_going_to_court(ends) -> None:
    got = ends("penalty.court_enforce_demand_wait", date(2026, 9, 28))
    assert (got.due.due, got.first_lawful) == (date(2026, 10, 16), date(2026, 10, 17))


@pytest.mark.parametrize(
    ("start", "last"), [(date(2026, 7, 4), date(2026, 10, 4)), (date(2025, 11, 30), date(2026, 2, 28))]
)
def test_acl_53_three_months_to_apply_to_the_court(ends, start, last) -> None:
    assert ends("penalty.court_enforce_apply", start).due.due == last


def test_acl_46_late_fines_must_have_run_more_than_thirty_days(ends) -> None:
    assert ends("compulsion.money_enforce_wait", date(2026, 9, 1)).first_lawful == date(2026, 10, 2)


def test_acl_39_execution_suspended_for_three_years_is_dead(ends) -> None:
    assert ends("compulsion.suspension_dead", date(2024, 2, 29)).due.due == date(2027, 2, 28)


def test_acl_44_demolition_waits_for_the_later_of_both_remedies(limits) -> None:
    gate = combined_due(limits["compulsion.demolition_gate"], limits, date(2026, 4, 3), calendar=default_calendar())
    assert [p.due.due for p in gate.parts] == [date(2026, 6, 2), date(2026, 10, 8)]
    assert gate.due.due == date(2026, 10, 8)  # six months end in the holiday and move for the party
    assert gate.first_lawful == date(2026, 10, 9)


def test_safety_law_70_24_hours_before_a_power_cut(ends) -> None:
    assert ends("compulsion.power_cut_notice", datetime(2026, 3, 3, 9, 0)).due.due == datetime(2026, 3, 2, 9, 0)
