"""工作日历: which days the State Council's yearly notices make working days.

A calendar is immutable and is identified by the hash of the facts it rests on, so that an event can name the calendar
by which it was judged. Years with a notice (放假通知) follow it; other years are computed from weekends and the days of
《全国年节及纪念日放假办法》 and are provisional (暂定): the compensatory days a notice would bring are not known.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import pairwise
from pathlib import Path
from typing import Any

from yifa.law.notices import CalendarError, Holiday, YearNotice, load_notice, read_yaml

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "Calendar",
    "CalendarError",
    "Holiday",
    "YearNotice",
    "default_calendar",
    "load_calendar",
    "load_notice",
    "statutory_holidays",
]

FIRST_DAY = date(1990, 1, 1)
LAST_DAY = date(2060, 12, 31)
_BASE = FIRST_DAY.toordinal()
_SIZE = LAST_DAY.toordinal() - _BASE + 1
_WEEKEND = {5: "周六", 6: "周日"}
# Part of the hash: change it when the rules for years without a notice change.
_RULES = "statutory-holidays-1"
_ONE_DAY = timedelta(days=1)

Festivals = Mapping[int, Sequence[str]]
"""year -> ("MM-DD" of 正月初一, 清明, 端午, 中秋)"""


def statutory_holidays(year: int, festival_days: Sequence[str] | None) -> dict[date, str]:
    """法定节假日 of a year without a notice: the days of 全国年节及纪念日放假办法 as it stood that year.

    ``festival_days`` are the four lunar and solar-term dates of the year; without them only the days fixed in the solar
    calendar are known. Compensatory days (补假, 调休) are set by the notice alone and are not guessed.
    """
    off: dict[date, str] = {date(year, 1, 1): "元旦"}
    labour = 2 if year >= 2025 else 3 if 2000 <= year <= 2007 else 1
    for day in range(1, labour + 1):
        off[date(year, 5, day)] = "劳动节"
    for day in range(1, 4 if year >= 1999 else 3):
        off[date(year, 10, day)] = "国庆节"
    if festival_days is None:
        return off
    spring, qingming, dragon, autumn = (date(year, int(d[:2]), int(d[3:])) for d in festival_days)
    # 除夕 is off in 2008-2013 (with 初一, 初二) and again from 2025 (with 初一 to 初三); else 初一 to 初三 alone.
    first, last = (-1, 2) if year >= 2025 else (-1, 1) if 2008 <= year <= 2013 else (0, 2)
    for offset in range(first, last + 1):
        off[spring + timedelta(days=offset)] = "春节"
    if year >= 2008:
        for name, day_off in (("清明节", qingming), ("端午节", dragon), ("中秋节", autumn)):
            off.setdefault(day_off, name)
    return off


class Calendar:
    """工作日历 from 1990 to 2060. Build it with :meth:`from_years`; it never changes after that."""

    __slots__ = ("_days", "_festivals", "_holidays", "_notices", "_rank", "_work", "hash", "version")

    hash: str
    version: str

    def __init__(self, notices: Iterable[YearNotice], festivals: Festivals | None = None) -> None:
        by_year: dict[int, YearNotice] = {}
        for notice in notices:
            if notice.year in by_year:
                raise CalendarError(f"{notice.year}年有两份放假通知；每年只能有一份，请删去其中一份。")
            by_year[notice.year] = notice
        self._notices = dict(sorted(by_year.items()))
        self._festivals = {int(y): tuple(days) for y, days in (festivals or {}).items()}
        self._build()
        self._identify()

    @classmethod
    def from_years(cls, notices: Iterable[YearNotice], festivals: Festivals | None = None) -> Calendar:
        """Make a calendar from year records; ``festivals`` serve the years that have no record."""
        return cls(notices, festivals)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Calendar:
        """Make the calendar that :meth:`to_data` described; its hash is the same."""
        return cls(
            [YearNotice.from_dict(n) for n in data["notices"]], {int(y): d for y, d in data["festivals"].items()}
        )

    def to_data(self) -> dict[str, Any]:
        """Everything the calendar rests on as plain data, to be kept with the events that name its hash."""
        return {
            "festivals": {str(y): list(days) for y, days in sorted(self._festivals.items())},
            "notices": [n.as_dict() for n in self._notices.values()],
        }

    def with_notice(self, notice: YearNotice) -> Calendar:
        """The calendar after a notice has come in; one of the same year is replaced by it."""
        return Calendar([*(n for n in self._notices.values() if n.year != notice.year), notice], self._festivals)

    @property
    def notices(self) -> tuple[YearNotice, ...]:
        """The notices it rests on, by year."""
        return tuple(self._notices.values())

    # -- questions about one day ------------------------------------------------------------------------------------

    def is_working_day(self, day: date) -> bool:
        """Whether the day is worked. Raises CalendarError outside 1990-2060."""
        return bool(self._work[self._index(day)])

    def reason_off(self, day: date) -> str | None:
        """Why the day is not worked: the holiday's name, 周六 or 周日; None for a working day."""
        index = self._index(day)
        if self._work[index]:
            return None
        return self._holidays.get(index) or _WEEKEND[day.weekday()]

    def is_provisional(self, day: date) -> bool:
        """暂定: the year of the day has no notice (yet), so its holidays are computed."""
        self._index(day)
        return day.year not in self._notices

    def any_provisional(self, first: date, last: date) -> bool:
        """Whether any day from ``first`` to ``last`` (both included) is provisional."""
        return any(year not in self._notices for year in range(first.year, last.year + 1))

    # -- counting ---------------------------------------------------------------------------------------------------

    def add_working_days(self, start: date, n: int) -> date:
        """The n-th working day after ``start`` (n < 0: before it). ``start`` is not counted; n = 0 gives it back."""
        index = start.toordinal() - _BASE
        try:
            if n > 0 and index >= 0:
                return self._days[self._rank[index] + n - 1]
            if n < 0:
                position = self._rank[self._index(start)] - self._work[index] + n
                if position >= 0:
                    return self._days[position]
            elif index >= 0:
                return FIRST_DAY + timedelta(days=range(_SIZE)[index])
        except IndexError:
            pass
        raise CalendarError(
            f"自{start:%Y-%m-%d}起{n}个工作日超出工作日历范围（{FIRST_DAY}至{LAST_DAY}），请检查日期和天数。"
        )

    def working_days_between(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 if ``until`` is not later."""
        return max(0, self._rank[self._index(until)] - self._rank[self._index(after)])

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the next one that is."""
        index = self._index(day)
        position = self._rank[index] - self._work[index]
        if position >= len(self._days):
            raise CalendarError(f"{day:%Y-%m-%d}之后的工作日超出工作日历范围（至{LAST_DAY}）。")
        return self._days[position]

    def previous_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the last one before it that is."""
        position = self._rank[self._index(day)] - 1
        if position < 0:
            raise CalendarError(f"{day:%Y-%m-%d}之前的工作日超出工作日历范围（自{FIRST_DAY}）。")
        return self._days[position]

    def days_off_between(self, after: date, until: date) -> list[tuple[date, str]]:
        """The days in (after, until] that are not worked, each with its reason."""
        start = self._index(after)
        end = self._index(until)
        off = []
        for index in range(start + 1, end + 1):
            if not self._work[index]:
                day = date.fromordinal(_BASE + index)
                off.append((day, self._holidays.get(index) or _WEEKEND[day.weekday()]))
        return off

    def __repr__(self) -> str:
        return f"<Calendar {self.version}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.hash == other.hash

    def __hash__(self) -> int:
        return int(self.hash[:15], 16)

    # -- building ---------------------------------------------------------------------------------------------------

    @staticmethod
    def _index(day: date) -> int:
        index = day.toordinal() - _BASE
        if not 0 <= index < _SIZE:
            raise CalendarError(f"{day:%Y-%m-%d}不在工作日历范围（{FIRST_DAY}至{LAST_DAY}）内，请检查日期是否填错。")
        return index

    def _build(self) -> None:
        first_weekday = FIRST_DAY.weekday()
        work = bytearray((first_weekday + i) % 7 < 5 for i in range(_SIZE))
        holidays: dict[int, str] = {}
        for year in range(FIRST_DAY.year, LAST_DAY.year + 1):
            if year not in self._notices:
                for day, name in statutory_holidays(year, self._festivals.get(year)).items():
                    self._set_off(work, holidays, day, name)
        for notice in self._notices.values():  # by year, so that a later notice overrides an earlier one's spill-over
            for day, name in notice.days_off():
                self._set_off(work, holidays, day, name)
            for day in notice.workdays:
                work[self._index(day)] = 1
        rank: list[int] = []
        days: list[date] = []
        day = FIRST_DAY
        for worked in work:
            if worked:
                days.append(day)
            rank.append(len(days))
            if len(rank) < _SIZE:
                day += _ONE_DAY
        self._work, self._holidays, self._rank, self._days = bytes(work), holidays, rank, days

    def _set_off(self, work: bytearray, holidays: dict[int, str], day: date, name: str) -> None:
        index = self._index(day)
        work[index] = 0
        holidays[index] = name

    def _identify(self) -> None:
        facts = {"rules": _RULES, "span": [FIRST_DAY.isoformat(), LAST_DAY.isoformat()]}
        # Titles and document numbers do not change a count; they stay out, so that mending one moves no hash.
        counted = [n.facts() for n in self._notices.values()]
        canonical = json.dumps([facts, self.to_data()["festivals"], counted], ensure_ascii=False, sort_keys=True)
        self.hash = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
        self.version = f"{_year_ranges(list(self._notices))}/{self.hash[:8]}"


def _year_ranges(years: list[int]) -> str:
    """[2004, 2005, 2006, 2008] -> "2004-2006,2008"."""
    if not years:
        return "无放假通知"
    breaks = [0, *(i for i in range(1, len(years)) if years[i] != years[i - 1] + 1), len(years)]
    parts = [(years[a], years[b - 1]) for a, b in pairwise(breaks)]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


def load_calendar(folder: Path | Traversable) -> Calendar:
    """Read a folder of ``<year>.yaml`` notices and ``festivals.yaml`` into a calendar. Raises CalendarError."""
    notices: list[YearNotice] = []
    festivals: dict[int, list[str]] = {}
    for entry in sorted(folder.iterdir(), key=lambda e: e.name):
        if entry.name == "festivals.yaml":
            festivals = _festivals(read_yaml(entry, entry.name), entry.name)
        elif entry.name.endswith(".yaml"):
            notice = YearNotice.from_dict(read_yaml(entry, entry.name), entry.name)
            if entry.name != f"{notice.year}.yaml":
                raise CalendarError(f"{entry.name}：内容是{notice.year}年的通知，文件名应为 {notice.year}.yaml。")
            notices.append(notice)
    return Calendar.from_years(notices, festivals)


def _festivals(data: Any, where: str) -> dict[int, list[str]]:
    if not isinstance(data, Mapping):
        raise CalendarError(f"{where}：应为“年份: [春节, 清明, 端午, 中秋]”。")
    for year, days in data.items():
        try:
            if len(days) != 4 or not all(isinstance(d, str) for d in days):
                raise ValueError
            for day in days:
                date.fromisoformat(f"{year}-{day}")
        except (TypeError, ValueError):
            raise CalendarError(
                f'{where}：{year}年应为四个“月-日”，如 ["02-06", "04-05", "06-09", "09-15"]。'
            ) from None
    return dict(data)


@lru_cache(maxsize=1)
def default_calendar() -> Calendar:
    """The calendar shipped with Yifa (notices of 2004-2026). Read once."""
    return load_calendar(resources.files("yifa") / "codex" / "calendar")
