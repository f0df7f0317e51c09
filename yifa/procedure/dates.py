"""Dates as clerks' spreadsheets hold them, read into canonical text: YYYY-MM-DD, or YYYY-MM and YYYY where partial."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache

EMPTY_WORDS = frozenset(["", "-", "--", "—", "——", "/", "\\", "无", "暂无", "空", "null", "none", "nan", "#n/a"])
_NEVER = frozenset(["9999-12-31", "1900-01-01", "1899-12-30", "1900-01-00"])
_CN = {"〇": "0", "零": "0", "○": "0", "一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6", "七": "7",
       "八": "8", "九": "9"}  # fmt: skip
_DASHES = str.maketrans(dict.fromkeys("—–―−‐~、,。\\", "-"))
_FULL = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?份?")
_YEAR = re.compile(r"(\d{4})\s*(?:年度?)?")
_PACKED = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT_YEAR = re.compile(r"'?(\d{2})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_CLOCK = r"(?:(?:上午|下午|晚上?)\s*)?\d{1,2}[:时点](?:\d{1,2})?(?:[:分](?:\d{1,2})?)?秒?(?:\.\d+)?"
_TIME = re.compile(rf"[T\s]*(?:{_CLOCK}(?:\s*[-至到]\s*{_CLOCK})?|上午|下午|晚上?|全天)")
_EXCEL_EPOCH = date(1899, 12, 30)


class DateProblem(ValueError):
    """A date that cannot be read; the message says why and what to write."""


def _chinese_digits(text: str) -> str:
    """二〇二六年一月十五日 -> 2026年1月15日."""
    if not any(c in "一二三四五六七八九十〇零○" for c in text):
        return text

    def number(m: re.Match[str]) -> str:
        s = m.group()
        if "十" not in s:
            return "".join(_CN[c] for c in s)
        tens, _, ones = s.partition("十")
        return str((int(_CN[tens]) if tens else 1) * 10 + (int(_CN[ones]) if ones else 0))

    return re.sub(r"[一二三四五六七八九〇零○]*十[一二三四五六七八九]?|[一二三四五六七八九〇零○]+", number, text)


def _day(y: str, m: str, d: str, raw: str) -> str:
    try:
        return date(int(y), int(m), int(d)).isoformat()
    except ValueError:
        raise DateProblem(f"“{raw}”不是存在的日期。请核对年、月、日。") from None


def from_serial(n: float) -> str:
    """A spreadsheet's day number; or a packed number such as 20260105."""
    whole = int(n)
    if 19000101 <= whole <= 21001231 and whole == n:
        m = _PACKED.fullmatch(str(whole))
        if m:
            return _day(m[1], m[2], m[3], str(whole))
    if 1950 <= whole <= 2100 and whole == n:
        return str(whole)
    if 7306 <= whole <= 73415:  # 1920 to 2100
        return (_EXCEL_EPOCH + timedelta(days=whole)).isoformat()
    if 190001 <= whole <= 210012 and whole == n and 1 <= whole % 100 <= 12:
        return f"{whole // 100}-{whole % 100:02d}"
    raise DateProblem(f"“{n:g}”不像日期。请写成 2026-01-05。")


@lru_cache(maxsize=65536)
def read_date(raw: str) -> str | None:
    """Read a date written as text; None for empty. Raises DateProblem for what is no date."""
    text = unicodedata.normalize("NFKC", raw).strip()
    if text.lower() in EMPTY_WORDS or text in _NEVER:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text) and not re.fullmatch(r"(19|20)\d{2}\.\d{1,2}", text):
        return from_serial(float(text))
    text = _chinese_digits(text.replace("元月", "1月")).translate(_DASHES).rstrip(".-; ")
    for m in (_FULL.match(text), _PACKED.fullmatch(text)):
        if m:
            rest = text[m.end() :].strip()
            if rest and not _TIME.fullmatch(rest) and not re.fullmatch(r"\(?[周星期日天\d]+\)?", rest):
                raise DateProblem(f"“{raw}”除日期外还有别的内容“{rest}”。请只写一个日期，如 2026-01-05。")
            found = _day(m[1], m[2], m[3], raw)
            return None if found in _NEVER else found
    m = _MONTH.fullmatch(text)
    if m:
        if not 1 <= int(m[2]) <= 12:
            raise DateProblem(f"“{raw}”没有这个月份。请核对。")
        return _day(m[1], m[2], "1", raw)[:7]
    m = _YEAR.fullmatch(text)
    if m:
        return _day(m[1], "1", "1", raw)[:4]
    m = _SHORT_YEAR.fullmatch(text)
    if m:
        return _day("20" + m[1], m[2], m[3], raw)
    if re.fullmatch(r"\d{1,2}[-/.月]\d{1,2}日?", text):
        raise DateProblem(f"“{raw}”没有写年份。请写成 2026-01-05。")
    raise DateProblem(f"“{raw}”不是日期。请写成 2026-01-05。")


def read_datetime(raw: str) -> str | None:
    """Read a date with time (YYYY-MM-DDTHH:MM); without a time the plain date."""
    day = read_date(raw)
    if day is None or len(day) < 10:
        return day
    text = unicodedata.normalize("NFKC", raw)
    m = re.search(r"(?:(上午|下午|晚上?)\s*)?(\d{1,2})[:时点](\d{1,2})?", text)
    if not m:
        return day
    hour = int(m[2]) + (12 if m[1] in ("下午", "晚", "晚上") and int(m[2]) < 12 else 0)
    minute = int(m[3] or 0)
    if hour > 23 or minute > 59:
        raise DateProblem(f"“{raw}”的时间不对。请写成 2026-01-05 14:30。")
    return f"{day}T{hour:02d}:{minute:02d}"


def from_cell(value: date | datetime) -> str | None:
    """A date that the spreadsheet itself knows as one."""
    text = value.isoformat()[:10]
    return None if text in _NEVER else text
