"""期间的计算: the last lawful day of a time limit.

Rules (民法典 200-204; 民事诉讼法 85; the working days of 行政处罚法 85, 行政强制法 69, 行政复议法 88, 行政许可法 82):

- the starting day or the day of the event is not counted;
- months and years end on the corresponding day, or on the month's last day when there is none;
- a party's last day that is not a working day moves to the next working day, an agency's own limit never moves;
- "N days before" an event means N full days strictly between; the result is the last lawful day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from yifa.law.calendar import Calendar

Unit = Literal["hour", "calendar_day", "working_day", "month", "year"]
UNIT_NAMES: dict[str, str] = {
    "hour": "小时",
    "calendar_day": "日",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
}
_ONE_DAY = timedelta(days=1)


class DueError(ValueError):
    """A limit that cannot be computed; the message says why and what to do."""


class Skipped(NamedTuple):
    """A day that was not counted, and why."""

    date: date
    reason: str


# How a result came about; the explanation depends on it.
_PLAIN, _PARTY, _BACKWARDS = 0, 1, 2


class Due:
    """届满日: the result of :func:`due`. The explanation is worked out only when asked for."""

    __slots__ = ("_mode", "calendar", "due", "rolled_from", "start", "unit")

    def __init__(
        self, due: date, start: date, unit: str, calendar: Calendar, mode: int, rolled_from: date | None = None
    ) -> None:
        self.due = due
        self.start = start
        self.unit = unit
        self.calendar = calendar
        self._mode = mode
        self.rolled_from = rolled_from

    @property
    def skipped(self) -> list[Skipped]:
        """The days between start and due that were not counted: days off in a count of working days, and the days over
        which a party's last day moved."""
        if self.unit == "working_day":
            first, last = self._span()
        elif self.rolled_from is not None:
            first, last = self.rolled_from - _ONE_DAY, self.due
        else:
            return []
        return [Skipped(day, reason) for day, reason in self.calendar.days_off_between(first, last)]

    @property
    def provisional(self) -> bool:
        """暂定: a day whose working or resting no notice has settled yet had a part in the result."""
        if self.unit == "working_day":
            first, last = self._span()
            return first < last and self.calendar.any_provisional(first + _ONE_DAY, last)
        return self._mode == _PARTY and self.calendar.any_provisional(self.rolled_from or self.due, self.due)

    @property
    def last_working_day(self) -> date:
        """The last day in office on which the limit can still be kept: the due day, or the working day before it."""
        return self.calendar.previous_working_day(self.due)

    def _span(self) -> tuple[date, date]:
        """The days looked at, (first, last]."""
        if self._mode == _BACKWARDS:
            return self.due, _day(self.start) - _ONE_DAY
        return _day(self.start), self.due

    def as_dict(self, basis: dict[str, Any] | None = None) -> dict[str, Any]:
        """The result as the command line and the API give it; ``basis`` is the article of the limit, if it has one."""
        return {
            "due": self.due.isoformat(),
            "provisional": self.provisional,
            "skipped": [{"date": day.isoformat(), "reason": reason} for day, reason in self.skipped],
            "basis": basis,
            "calendar": self.calendar.version,
        }

    def __repr__(self) -> str:
        return f"<Due {self.due.isoformat()}>"


def due(
    quantity: int,
    unit: str,
    start: date,
    *,
    calendar: Calendar,
    party: bool = False,
    before: bool = False,
    excluded: int = 0,
    extension: int = 0,
) -> Due:
    """届满日: when a limit of ``quantity`` ``unit`` that begins on ``start`` ends.

    ``unit`` is hour, calendar_day, working_day, month or year. ``start`` is the day of the event that sets the limit
    going and is not counted; a limit in hours needs a date with time and ends at one (民法典 201).
    ``party``: the limit is a party's; a last day that is not worked moves to the next working day (民法典 203).
    ``before``: count backwards; the result is the last day on which N full days still lie between it and ``start``.
    ``extension`` is added in the same unit. ``excluded`` are the days that do not count (扣除), in the limit's own
    unit; for months and years they are calendar days, added after them.
    Raises DueError for what cannot be counted, CalendarError outside the calendar's years.
    """
    if unit == "working_day" and not before:  # the common case first, without further ado
        try:
            total = quantity + excluded + extension
            if total > 0 and quantity >= 0 and excluded >= 0 and extension >= 0:
                return Due(calendar.add_working_days(start, total), start, unit, calendar, _PLAIN)
        except (TypeError, AttributeError):
            pass  # _check says what is wrong
    _check(quantity, unit, start, before, excluded, extension)
    try:
        if before:
            return Due(_backwards(quantity, unit, start, calendar), start, unit, calendar, _BACKWARDS)
        if unit == "hour":
            return Due(start + timedelta(hours=quantity + extension + excluded), start, unit, calendar, _PLAIN)
        if unit == "working_day":
            return Due(_day(start), start, unit, calendar, _PLAIN)
        end = _forwards(quantity + extension, excluded, unit, _day(start))
    except OverflowError:
        raise DueError(
            f"自{start:%Y-%m-%d}起算{quantity}{UNIT_NAMES[unit]}超出可计算的日期范围，请检查数量。"
        ) from None
    if not party:
        return Due(end, start, unit, calendar, _PLAIN)
    moved = calendar.next_working_day(end)
    return Due(moved, start, unit, calendar, _PARTY, end if moved != end else None)


def counted_days_between(unit: str, after: date, until: date, calendar: Calendar) -> int:
    """How many days of a pause lie in (after, until], to be given to :func:`due` as ``excluded``.

    Working days for a limit in working days, full hours for one in hours, calendar days for all others.
    """
    if unit == "working_day":
        return calendar.working_days_between(after, until)
    if unit == "hour":
        if not isinstance(after, datetime) or not isinstance(until, datetime):
            raise DueError("按小时计算的期限，中止和恢复都要写明几时几分，请补填时间。")
        return max(0, int((until - after).total_seconds() // 3600))
    if unit not in UNIT_NAMES:
        raise DueError(_unknown_unit(unit))
    return max(0, (_day(until) - _day(after)).days)


def excluded_days(unit: str, spans: Iterable[tuple[date, date]], calendar: Calendar) -> int:
    """Days excluded by several pauses, each (first day, last day] as in :func:`counted_days_between`; a day that lies
    in two of them counts once."""
    total = 0
    reached: date | None = None
    for after, until in sorted(spans):
        begin = after if reached is None else max(after, reached)
        if until > begin:
            total += counted_days_between(unit, begin, until, calendar)
            reached = until
    return total


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later (earlier if negative), or the month's last day (民法典 202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError("year out of range")
    return date(year, month + 1, min(day.day, _month_length(year, month + 1)))


def _month_length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _day(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _forwards(quantity: int, excluded: int, unit: str, start: date) -> date:
    if unit == "calendar_day":
        return start + timedelta(days=quantity + excluded)
    return add_months(start, quantity * (12 if unit == "year" else 1)) + timedelta(days=excluded)


def _backwards(quantity: int, unit: str, start: date, calendar: Calendar) -> date:
    if unit == "hour":
        return start - timedelta(hours=quantity)
    eve = _day(start) - _ONE_DAY
    if unit == "working_day":
        # The working days before the event end on its eve; the last lawful day is the eve of the N-th of them.
        return calendar.add_working_days(start, -quantity) - _ONE_DAY
    if unit == "calendar_day":
        return eve - timedelta(days=quantity)
    target = add_months(eve.replace(day=1), -quantity * (12 if unit == "year" else 1))
    # The latest day whose corresponding day (or month end) is not later than the eve: a month end looks to month ends.
    length = _month_length(target.year, target.month)
    at_end = eve.day == _month_length(eve.year, eve.month)
    return target.replace(day=length if at_end else min(eve.day, length))


def _unknown_unit(unit: object) -> str:
    return (
        f"不认识的期限单位“{unit}”；可用 "
        + "、".join(f"{k}（{v.removeprefix('个')}）" for k, v in UNIT_NAMES.items())
        + "。"
    )


def _check(quantity: object, unit: str, start: object, before: bool, excluded: object, extension: object) -> None:
    if unit not in UNIT_NAMES:
        raise DueError(_unknown_unit(unit))
    for name, value in (("期限", quantity), ("扣除天数", excluded), ("延长", extension)):
        if not isinstance(value, int) or isinstance(value, bool):
            raise DueError(f"{name}应为整数，现为“{value}”。")
        if value < 0:
            raise DueError(f"{name}不能为负数（{value}）；倒推日期请用“之前”（before）。")
    if not isinstance(start, date):
        raise DueError(f"起算日应为日期，现为“{start}”。")
    if unit == "hour" and not isinstance(start, datetime):
        raise DueError("按小时计算的期限，起算要写明几时几分，请补填时间。")
    if before and (excluded or extension):
        raise DueError("倒推的期限没有扣除和延长；请改变终点日期后重新计算。")
