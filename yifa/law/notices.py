"""放假通知: one year's holidays and make-up working days as the State Council's notice fixes them, and its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

_KEYS = {"year", "title", "number", "verified", "holidays", "workdays"}
_LONGEST_HOLIDAY = 15


class CalendarError(ValueError):
    """A date outside the calendar, or a notice that cannot be right; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Holiday:
    """放假: ``name`` of the holiday, off from ``first`` to ``last``, both included."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class YearNotice:
    """The notice of one year. ``workdays`` are the weekend days that are worked (调休上班).

    ``verified`` is False while nobody has compared the record with the notice itself.
    """

    year: int
    holidays: tuple[Holiday, ...]
    workdays: tuple[date, ...] = ()
    title: str | None = None
    number: str | None = None
    verified: bool = False

    @classmethod
    def from_dict(cls, data: Any, where: str = "放假通知") -> YearNotice:
        """Check plain data (as read from YAML) and make the record. Raises CalendarError naming ``where``."""
        if not isinstance(data, Mapping):
            raise CalendarError(f"{where}：应为“year、holidays、workdays”等栏目，请照 2026 年的文件填写。")
        unknown = sorted(str(k) for k in set(data) - _KEYS)
        if unknown:
            raise CalendarError(f"{where}：不认识的栏目“{'、'.join(unknown)}”；可用栏目为{'、'.join(sorted(_KEYS))}。")
        year = data.get("year")
        if not isinstance(year, int) or not 1990 <= year <= 2060:
            raise CalendarError(f"{where}：year 应为 1990 至 2060 之间的年份，现为“{year}”。")
        rows = data.get("holidays")
        if not isinstance(rows, list) or not rows:
            raise CalendarError(f"{where}：holidays（放假安排）不能为空，请逐个节日填写 name、from、to。")
        holidays = tuple(_holiday(row, year, f"{where}：第{i}个节日") for i, row in enumerate(rows, 1))
        workdays_raw = data.get("workdays") or []
        if not isinstance(workdays_raw, list):
            raise CalendarError(f"{where}：workdays（调休上班日）应为日期列表，没有就写 []。")
        workdays = tuple(sorted(_day(d, year, f"{where}：调休上班日") for d in workdays_raw))
        verified = data.get("verified", False)
        if not isinstance(verified, bool):
            raise CalendarError(f"{where}：verified（是否已核对原文）应为 true 或 false，现为“{verified}”。")
        notice = cls(year, holidays, workdays, _text(data, "title", where), _text(data, "number", where), verified)
        notice._check(where)
        return notice

    def _check(self, where: str) -> None:
        off: dict[date, str] = {}
        for day, name in self.days_off():
            if day in off:
                raise CalendarError(f"{where}：{day}既列入{off[day]}又列入{name}，请只留一处。")
            off[day] = name
        for i, day in enumerate(self.workdays):
            if day in off:
                raise CalendarError(f"{where}：{day}既是{off[day]}放假又是调休上班，请核对通知。")
            if day in self.workdays[:i]:
                raise CalendarError(f"{where}：调休上班日{day}重复，请删去一个。")
            if day.weekday() < 5:
                raise CalendarError(f"{where}：调休上班日{day}不是周六或周日，请核对通知。")

    def days_off(self) -> Iterator[tuple[date, str]]:
        """Every day off with its holiday's name."""
        for holiday in self.holidays:
            for offset in range((holiday.last - holiday.first).days + 1):
                yield holiday.first + timedelta(days=offset), holiday.name

    def facts(self) -> dict[str, Any]:
        """What bears on counting; the calendar's hash is taken over this."""
        return {
            "year": self.year,
            "holidays": [
                {"name": h.name, "from": h.first.isoformat(), "to": h.last.isoformat()} for h in self.holidays
            ],
            "workdays": [d.isoformat() for d in self.workdays],
        }

    def as_dict(self) -> dict[str, Any]:
        """Plain data in the shape of the file; :meth:`from_dict` reads it."""
        head = {"title": self.title, "number": self.number}
        return {**self.facts(), **{k: v for k, v in head.items() if v}, "verified": self.verified}


def _text(data: Mapping[str, Any], key: str, where: str) -> str | None:
    value = data.get(key)
    if value is not None and not isinstance(value, str):
        raise CalendarError(f"{where}：{key} 应为文字，现为“{value}”，请加引号。")
    return value


def _day(value: Any, year: int, where: str) -> date:
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value.strip())
        except ValueError:
            raise CalendarError(f"{where}：“{value}”不是日期，请写成 {year}-10-01 的样子。") from None
    if type(value) is not date:
        raise CalendarError(f"{where}：“{value}”不是日期，请写成 {year}-10-01 的样子。")
    # A New Year's holiday may begin in December before, a long one end in January after.
    if not date(year - 1, 12, 1) <= value <= date(year + 1, 1, 31):
        raise CalendarError(f"{where}：{value}不属于{year}年的放假安排，请检查年份。")
    return value


def _holiday(row: Any, year: int, where: str) -> Holiday:
    if not isinstance(row, Mapping) or set(row) != {"name", "from", "to"}:
        raise CalendarError(f"{where}：应填 name（节日名）、from（首日）、to（末日）三项，单日的 from 与 to 相同。")
    if not isinstance(row["name"], str) or not row["name"].strip():
        raise CalendarError(f"{where}：name（节日名）不能为空。")
    first, last = _day(row["from"], year, where), _day(row["to"], year, where)
    if last < first:
        raise CalendarError(f"{where}（{row['name']}）：末日{last}早于首日{first}，请对调或更正。")
    if (last - first).days >= _LONGEST_HOLIDAY:
        raise CalendarError(f"{where}（{row['name']}）：{first}至{last}超过{_LONGEST_HOLIDAY}天，请检查月份是否填错。")
    return Holiday(row["name"].strip(), first, last)


def read_yaml(source: Path | Traversable, where: str) -> Any:
    """Plain data of a YAML file of the user. Raises CalendarError, in the clerk's language, when it cannot be read."""
    try:
        text = source.read_text(encoding="utf-8-sig" if isinstance(source, Path) else "utf-8")
    except FileNotFoundError:
        raise CalendarError(f"{where}：找不到这个文件，请检查路径。") from None
    except OSError as error:
        raise CalendarError(f"{where}：文件读不出来（{error.strerror}），请检查是否为文件、有无读取权限。") from None
    except UnicodeDecodeError:
        raise CalendarError(f"{where}：不是 UTF-8 编码，请另存为 UTF-8 后再试。") from None
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第{mark.line + 1}行" if mark else ""
        raise CalendarError(f"{where}：{line}格式有误，请对照 2026 年的文件检查缩进、冒号和括号。") from None
    except ValueError as error:  # PyYAML builds dates itself and lets date() complain about 2026-02-30
        raise CalendarError(f"{where}：含有不存在的日期（{error}），请更正。") from None


def load_notice(path: str | Path) -> YearNotice:
    """Read a user's notice file (the same YAML shape as codex/calendar/2026.yaml). Raises CalendarError."""
    return YearNotice.from_dict(read_yaml(Path(path), str(path)), str(path))
