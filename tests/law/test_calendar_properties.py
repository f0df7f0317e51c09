"""Working-day arithmetic against a naive count from day to day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from yifa.law.calendar import FIRST_DAY, LAST_DAY, default_calendar
from yifa.law.due import add_months, counted_days_between, due, excluded_days

CAL = default_calendar()
ONE = timedelta(days=1)
days = st.dates(date(2000, 1, 1), date(2035, 12, 31))
small = st.integers(0, 120)


def naive_add(start: date, n: int) -> date:
    day, step = start, ONE if n > 0 else -ONE
    while n:
        day += step
        if CAL.is_working_day(day):
            n += -1 if n > 0 else 1
    return day


def full_days_between(first: date, last: date, unit: str) -> int:
    """Days strictly between that count."""
    count, day = 0, first + ONE
    while day < last:
        count += unit == "calendar_day" or CAL.is_working_day(day)
        day += ONE
    return count


@given(days, st.integers(-120, 120))
def test_adding_working_days(start: date, n: int) -> None:
    assert CAL.add_working_days(start, n) == naive_add(start, n)


@given(days, st.integers(1, 120))
def test_between_counts_what_add_went_over(start: date, n: int) -> None:
    end = CAL.add_working_days(start, n)
    assert CAL.working_days_between(start, end) == n
    assert CAL.is_working_day(end)


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_a_day_is_worked_or_has_a_reason(day: date) -> None:
    assert CAL.is_working_day(day) == (CAL.reason_off(day) is None)


@given(days, st.integers(0, 60), st.integers(0, 30), st.integers(0, 30))
def test_working_day_limit_with_extension_and_pause(start: date, n: int, extension: int, excluded: int) -> None:
    got = due(n, "working_day", start, calendar=CAL, extension=extension, excluded=excluded)
    assert got.due == naive_add(start, n + extension + excluded)
    walked = [start + ONE * i for i in range(1, (got.due - start).days + 1)]
    assert [s.date for s in got.skipped] == [d for d in walked if not CAL.is_working_day(d)]
    assert got.provisional == any(CAL.is_provisional(d) for d in walked)


@given(days, small)
def test_a_partys_limit_ends_on_the_first_working_day_from_the_last_day_on(start: date, n: int) -> None:
    raw = start + timedelta(days=n)
    got = due(n, "calendar_day", start, calendar=CAL, party=True)
    assert got.due >= raw
    assert CAL.is_working_day(got.due)
    assert all(not CAL.is_working_day(raw + ONE * i) for i in range((got.due - raw).days))
    assert [s.date for s in got.skipped] == [raw + ONE * i for i in range((got.due - raw).days)]
    assert (got.rolled_from is None) == (got.due == raw)
    assert due(n, "calendar_day", start, calendar=CAL).due == raw


@given(days, st.integers(0, 60), st.sampled_from(["working_day", "calendar_day"]))
def test_backwards_gives_the_last_day_with_n_full_days_between(target: date, n: int, unit: str) -> None:
    last = due(n, unit, target, calendar=CAL, before=True).due
    assert full_days_between(last, target, unit) >= n
    assert full_days_between(last + ONE, target, unit) < n or last + ONE >= target


@given(days, st.integers(0, 30), st.sampled_from(["month", "year"]))
def test_backwards_in_months_gives_the_last_day_from_which_the_months_end_before(
    target: date, n: int, unit: str
) -> None:
    last = due(n, unit, target, calendar=CAL, before=True).due
    months = n * (12 if unit == "year" else 1)
    assert add_months(last, months) < target
    assert add_months(last + ONE, months) >= target


@given(days, st.integers(-400, 400))
def test_months_end_on_the_corresponding_day_or_the_months_end(start: date, n: int) -> None:
    end = add_months(start, n)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == n
    assert end.day == start.day or (end.day < start.day and (end + ONE).day == 1)


@given(
    st.lists(st.tuples(days, st.integers(0, 40)), max_size=4), st.sampled_from(["working_day", "calendar_day", "month"])
)
def test_a_day_in_two_pauses_is_excluded_once(spans: list[tuple[date, int]], unit: str) -> None:
    paused = {first + ONE * i for first, length in spans for i in range(1, length + 1)}
    counted = [d for d in paused if unit != "working_day" or CAL.is_working_day(d)]
    assert excluded_days(unit, [(a, a + timedelta(days=n)) for a, n in spans], CAL) == len(counted)


@given(days, small, small)
def test_pauses_can_be_added_up(start: date, a: int, b: int) -> None:
    middle, end = start + timedelta(days=a), start + timedelta(days=a + b)
    for unit in ("working_day", "calendar_day", "month", "year"):
        whole = counted_days_between(unit, start, end, CAL)
        parts = counted_days_between(unit, start, middle, CAL) + counted_days_between(unit, middle, end, CAL)
        assert whole == parts
