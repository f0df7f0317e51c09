"""Due dates of 20 working days: the public call against counting day by day with chinesecalendar."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar

from bench.measure import Line, best
from yifa.law.calendar import default_calendar
from yifa.law.due import due


def day_by_day(start: date, n: int) -> date:
    while n:
        start += timedelta(1)
        if chinese_calendar.is_workday(start):
            n -= 1
    return start


def run() -> list[Line]:
    calendar = default_calendar()
    starts = [date(2010, 1, 1) + timedelta(i) for i in range(0, 5800, 4)]
    assert all(due(20, "working_day", s, calendar=calendar).due == day_by_day(s, 20) for s in starts[::10])

    def ours() -> None:
        for s in starts:
            due(20, "working_day", s, calendar=calendar)

    def theirs() -> None:
        for s in starts:
            day_by_day(s, 20)

    mine, other = best(ours, 7) / len(starts), best(theirs, 2) / len(starts)
    return [Line("20个工作日到期日：比逐日数快（倍）", other / mine, 300, "at_least",
                 f"{mine * 1e6:.2f} µs 对 {other * 1e6:.0f} µs")]  # fmt: skip
