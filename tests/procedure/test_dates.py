"""日期的各种写法：read whole, in part, or refused with a reason."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yifa.procedure.dates import DateProblem, from_cell, from_serial, read_date, read_datetime


@pytest.mark.parametrize("written", [
    "2025-03-01", "2025-3-1", "2025.3.1", "2025/3/1", "2025年3月1日", "2025年03月01号", "２０２５年３月１日", "2025 年 3 月 1 日", "二〇二五年三月一日",
    "二○二五年三月一日", "20250301", "45717", "2025—3—1", "2025、3、1", "2025。3。1", "25.3.1", "25年3月1日", "2025-03-01 08:30", "2025-03-01T08:30:15",
    "2025年3月1日上午", "2025年3月1日（周六）", "2025年3月1日(星期六)", "2025年3月1日 9:00-11:00", "2025.3.1.", "\t2025-3-1 ",
])  # fmt: skip
def test_a_whole_day(written: str) -> None:
    assert read_date(written) == "2025-03-01"


@pytest.mark.parametrize(("written", "read"), [
    ("2025年3月", "2025-03"), ("2025-03", "2025-03"), ("2025.10", "2025-10"), ("2025年10月份", "2025-10"), ("202503", "2025-03"), ("2025", "2025"),
    ("2025年", "2025"), ("2025年度", "2025"), ("二〇二五年十二月三十一日", "2025-12-31"), ("二零二五年十月十日", "2025-10-10"), ("2025年元月5日", "2025-01-05"),
    ("1949年", "1949"), ("二〇二五", "2025"), ("2025年1月", "2025-01"), ("2025年12月", "2025-12"),
])  # fmt: skip
def test_partial_days_and_chinese_numerals(written: str, read: str) -> None:
    assert read_date(written) == read


@pytest.mark.parametrize("written", ["", " ", "-", "—", "/", "无", "暂无", "null", "9999-12-31", "9999年12月31日", "1900-01-00"])
def test_nothing(written: str) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize(("written", "why"), [
    ("2025-02-30", "不是存在的日期"), ("2025年13月", "没有这个月份"), ("3月1日", "没有写年份"), ("3.1", "没有写年份|不像日期"), ("2025年3月1日至3日", "还有别的内容"),
    ("3/1/2025", "不是日期"), ("昨天", "不是日期"), ("2025年3月中旬", "不是日期"), ("20251301", "不是存在的日期"), ("12", "不像日期"), ("123456789012", "不像日期"),
])  # fmt: skip
def test_no_day(written: str, why: str) -> None:
    with pytest.raises(DateProblem, match=why):
        read_date(written)


@pytest.mark.parametrize(("written", "read"), [
    ("2025-03-01 14:30", "2025-03-01T14:30"), ("2025年3月1日下午2时30分", "2025-03-01T14:30"), ("2025年3月1日14点", "2025-03-01T14:00"),
    ("2025-03-01T00:00", "2025-03-01T00:00"), ("2025年3月1日", "2025-03-01"), ("2025年3月", "2025-03"), ("2025年3月1日下午12时", "2025-03-01T12:00"),
    ("2025年3月1日晚8时", "2025-03-01T20:00"), ("2025年3月1日晚上8点", "2025-03-01T20:00"), ("2025年3月1日上午8点", "2025-03-01T08:00"),
    ("2025-03-01 23:59", "2025-03-01T23:59"), ("2025-03-01 23:00", "2025-03-01T23:00"), ("无", None),
])  # fmt: skip
def test_a_day_with_its_time(written: str, read: str | None) -> None:
    assert read_datetime(written) == read


@pytest.mark.parametrize("written", ["2025-03-01 25:00", "2025-03-01 24:00", "2025-03-01 12:60"])
def test_a_time_that_is_none(written: str) -> None:
    with pytest.raises(DateProblem, match=f"^“{written}”的时间不对"):
        read_datetime(written)


def test_numbers_and_cells_of_a_spreadsheet() -> None:
    assert (from_serial(45717), from_serial(20250301), from_serial(2025), from_serial(202512)) == ("2025-03-01", "2025-03-01", "2025", "2025-12")
    assert (from_cell(date(2025, 3, 1)), from_cell(datetime(2025, 3, 1, 9)), from_cell(date(9999, 12, 31))) == ("2025-03-01", "2025-03-01", None)
    for n in (0, 5.5, 202513, 2025.1, 99999999):
        with pytest.raises(DateProblem):
            from_serial(n)


@pytest.mark.parametrize(("number", "read"), [
    (1950, "1950"), (2100, "2100"), (1949, None), (2101, None), (7306, "1920-01-01"), (73415, "2100-12-31"), (7305, None), (73416, None),
    (190001, "1900-01"), (210012, "2100-12"), (202501, "2025-01"), (202500, None), (202513, None), (190000, None), (210101, None),
    (19000101, "1900-01-01"), (21001231, "2100-12-31"), (19000100, None), (21010101, None), (45717.75, "2025-03-01"), (20250301.5, None),
    (202503.5, None), (2025.5, None),
])  # fmt: skip
def test_which_numbers_are_days(number: float, read: str | None) -> None:
    """A day number of 1920 to 2100 (its fraction is the time), a year, a year and month, or a packed day; nothing else."""
    if read is not None:
        assert from_serial(number) == read
    else:
        with pytest.raises(DateProblem):
            from_serial(number)


@pytest.mark.parametrize("written", ["20250230", "2025-02-30", "2025年2月30日", "2025年13月", "昨天", "3月1日", "2025年3月1日至3日", "25.2.30", "0000年", "0000年3月"])
def test_a_refusal_repeats_what_was_written(written: str) -> None:
    with pytest.raises(DateProblem, match=f"^“{written}”.*。$"):
        read_date(written)


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.sampled_from(["{0:%Y-%m-%d}", "{0.year}.{0.month}.{0.day}", "{0.year}年{0.month}月{0.day}日",
                                                                        "{0:%Y%m%d}", "{0.year}/{0.month}/{0.day}", "{0:%Y-%m-%d} 10:20"]))
def test_every_day_in_every_form(day: date, form: str) -> None:
    assert read_date(form.format(day)) == day.isoformat()


@given(st.text(max_size=20))
def test_any_text_is_a_day_nothing_or_a_problem(text: str) -> None:
    try:
        read = read_date(text)
    except DateProblem as e:
        assert "。" in str(e)
    else:
        assert read is None or date.fromisoformat((read + "-01-01")[:10] if len(read) == 4 else (read + "-01")[:10])
