"""工作日历: the yearly notices, the years without one, and a user's notice file."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import chinese_calendar
import pytest
from chinese_calendar.constants import Holiday as PublicHoliday

from yifa.law.calendar import (
    FIRST_DAY,
    LAST_DAY,
    Calendar,
    CalendarError,
    Holiday,
    YearNotice,
    default_calendar,
    load_notice,
    statutory_holidays,
)

CAL = default_calendar()
ONE = timedelta(days=1)
NAMES = {
    PublicHoliday.new_years_day: "元旦",
    PublicHoliday.spring_festival: "春节",
    PublicHoliday.tomb_sweeping_day: "清明节",
    PublicHoliday.labour_day: "劳动节",
    PublicHoliday.dragon_boat_festival: "端午节",
    PublicHoliday.national_day: "国庆节",
    PublicHoliday.mid_autumn_festival: "中秋节",
    PublicHoliday.anti_fascist_70th_day: "抗战胜利70周年纪念日",
}
WEEKEND = {5: "周六", 6: "周日"}


def notice_2027() -> YearNotice:
    return YearNotice(
        2027,
        (
            Holiday("元旦", date(2027, 1, 1), date(2027, 1, 3)),
            Holiday("春节", date(2027, 2, 5), date(2027, 2, 11)),
            Holiday("国庆节", date(2027, 10, 1), date(2027, 10, 7)),
        ),
        (date(2027, 1, 30), date(2027, 10, 9)),
    )


def test_every_day_of_2004_to_2026_agrees_with_the_public_data_set() -> None:
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        assert CAL.is_working_day(day) == chinese_calendar.is_workday(day), day
        day += ONE


def test_every_day_off_of_2004_to_2026_has_the_holidays_name_or_the_weekday() -> None:
    day = date(2004, 1, 1)
    while day <= date(2026, 12, 31):
        on_holiday = chinese_calendar.constants.holidays.get(day)
        expected = None if chinese_calendar.is_workday(day) else WEEKEND.get(day.weekday())
        if on_holiday:
            expected = NAMES[PublicHoliday(on_holiday)]
        assert CAL.reason_off(day) == expected, day
        day += ONE


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2026, 10, 1), "国庆节"),
        (date(2026, 10, 3), "国庆节"),  # a Saturday inside the holiday is named after it
        (date(2026, 10, 10), None),  # a Saturday that is worked
        (date(2026, 9, 20), None),
        (date(2026, 10, 11), "周日"),
        (date(2026, 10, 17), "周六"),
        (date(2026, 9, 25), "中秋节"),
        (date(2015, 9, 3), "抗战胜利70周年纪念日"),
    ],
)
def test_reason_off(day: date, reason: str | None) -> None:
    assert CAL.reason_off(day) == reason
    assert CAL.is_working_day(day) == (reason is None)


def test_years_with_a_notice_are_settled_and_others_provisional() -> None:
    assert not CAL.is_provisional(date(2004, 1, 1))
    assert not CAL.is_provisional(date(2026, 12, 31))
    assert CAL.is_provisional(date(2027, 1, 1))
    assert CAL.is_provisional(date(2003, 12, 31))
    assert CAL.any_provisional(date(2026, 12, 31), date(2027, 1, 1))
    assert not CAL.any_provisional(date(2025, 1, 1), date(2026, 12, 31))


def test_a_year_without_notice_has_the_statutory_holidays_since_2025() -> None:
    off = {
        d for d in (date(2027, 1, 1) + ONE * i for i in range(365)) if CAL.reason_off(d) not in (None, "周六", "周日")
    }
    assert off == {
        date(2027, 1, 1),
        *(date(2027, 2, d) for d in (5, 6, 7, 8)),  # 除夕 to 初三
        date(2027, 4, 5),
        date(2027, 5, 1),
        date(2027, 5, 2),
        date(2027, 6, 9),
        date(2027, 9, 15),
        *(date(2027, 10, d) for d in (1, 2, 3)),
    }


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (1995, {(1, 1), (5, 1), (10, 1), (10, 2)}),
        (1999, {(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)}),
        (2003, {(1, 1), (5, 1), (5, 2), (5, 3), (10, 1), (10, 2), (10, 3)}),
        (2030, {(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)}),
    ],
)
def test_days_fixed_in_the_solar_calendar_by_the_rule_of_the_year(year: int, days: set[tuple[int, int]]) -> None:
    assert {(d.month, d.day) for d in statutory_holidays(year, None)} == days


@pytest.mark.parametrize(
    ("year", "spring"),
    [
        (2003, [(2, 1), (2, 2), (2, 3)]),  # 初一 to 初三
        (2010, [(2, 13), (2, 14), (2, 15)]),  # 除夕 to 初二
        (2016, [(2, 8), (2, 9), (2, 10)]),  # 初一 to 初三
        (2025, [(1, 28), (1, 29), (1, 30), (1, 31)]),  # 除夕 to 初三
    ],
)
def test_spring_festival_by_the_rule_of_the_year(year: int, spring: list[tuple[int, int]]) -> None:
    off = statutory_holidays(year, CAL.to_data()["festivals"][str(year)])
    assert [(d.month, d.day) for d in sorted(off) if off[d] == "春节"] == spring


def test_qingming_dragon_boat_and_mid_autumn_are_days_off_only_since_2008() -> None:
    later = {"清明节", "端午节", "中秋节"}
    festivals = CAL.to_data()["festivals"]
    assert later.isdisjoint(statutory_holidays(2007, festivals["2007"]).values())
    assert later <= set(statutory_holidays(2008, festivals["2008"]).values())


@pytest.mark.parametrize("year", range(2008, 2027))
def test_festival_table_agrees_with_the_notices(year: int) -> None:
    """Each computed day is a day off by the notice."""
    for day in statutory_holidays(year, CAL.to_data()["festivals"][str(year)]):
        assert not CAL.is_working_day(day), day


def test_festival_table_covers_the_whole_calendar() -> None:
    assert list(CAL.to_data()["festivals"]) == [str(y) for y in range(FIRST_DAY.year, LAST_DAY.year + 1)]


def test_counting_methods() -> None:
    assert CAL.add_working_days(date(2026, 9, 28), 20) == date(2026, 10, 30)
    assert CAL.add_working_days(date(2026, 11, 12), -7) == date(2026, 11, 3)
    assert CAL.add_working_days(date(2026, 10, 4), 0) == date(2026, 10, 4)
    assert CAL.add_working_days(date(2026, 10, 4), 1) == date(2026, 10, 8)
    assert CAL.add_working_days(date(2026, 10, 4), -1) == date(2026, 9, 30)
    assert CAL.working_days_between(date(2026, 9, 28), date(2026, 10, 30)) == 20
    assert CAL.working_days_between(date(2026, 9, 30), date(2026, 10, 7)) == 0
    assert CAL.working_days_between(date(2026, 10, 30), date(2026, 9, 28)) == 0
    assert CAL.next_working_day(date(2026, 10, 1)) == date(2026, 10, 8)
    assert CAL.next_working_day(date(2026, 10, 8)) == date(2026, 10, 8)
    assert CAL.previous_working_day(date(2026, 10, 7)) == date(2026, 9, 30)
    assert CAL.previous_working_day(date(2026, 9, 30)) == date(2026, 9, 30)


def test_a_notice_makes_a_new_calendar_and_leaves_the_old_one() -> None:
    before = CAL.hash
    after = CAL.with_notice(notice_2027())
    assert CAL.hash == before
    assert CAL.is_provisional(date(2027, 6, 9))
    assert after.hash != before
    assert not after.is_provisional(date(2027, 6, 9))
    assert after.is_working_day(date(2027, 6, 9))  # the notice, not the rule, decides
    assert after.is_working_day(date(2027, 10, 9))
    assert after.reason_off(date(2027, 10, 7)) == "国庆节"
    assert after.version != CAL.version


def test_a_second_notice_of_a_year_replaces_the_first() -> None:
    changed = YearNotice(2027, (Holiday("元旦", date(2027, 1, 1), date(2027, 1, 1)),))
    twice = CAL.with_notice(notice_2027()).with_notice(changed)
    assert twice == CAL.with_notice(changed)
    assert not twice.is_working_day(date(2027, 10, 9))


def test_a_holiday_may_begin_in_december_before() -> None:
    notice = YearNotice(2027, (Holiday("元旦", date(2026, 12, 31), date(2027, 1, 2)),), (date(2026, 12, 26),))
    cal = CAL.with_notice(notice)
    assert cal.reason_off(date(2026, 12, 31)) == "元旦"
    assert cal.is_working_day(date(2026, 12, 26))


def test_hash_follows_the_facts_and_not_titles() -> None:
    titled = YearNotice(
        2027, notice_2027().holidays, notice_2027().workdays, title="通知", number="某号", verified=True
    )
    assert CAL.with_notice(titled).hash == CAL.with_notice(notice_2027()).hash
    assert len(CAL.hash) == 64
    assert CAL.hash[:8] in CAL.version


def test_order_of_notices_does_not_matter() -> None:
    assert Calendar.from_years(reversed(CAL.notices), CAL.to_data()["festivals"]).hash == CAL.hash


def test_a_calendar_can_be_kept_as_data_and_made_again() -> None:
    cal = CAL.with_notice(notice_2027())
    again = Calendar.from_data(cal.to_data())
    assert again.hash == cal.hash
    assert again == cal
    assert hash(again) == hash(cal)
    assert again.notices == cal.notices


def test_two_notices_of_one_year_are_refused() -> None:
    with pytest.raises(CalendarError, match="2027年有两份"):
        Calendar.from_years([notice_2027(), notice_2027()])


@pytest.mark.parametrize("day", [date(1989, 12, 31), date(2061, 1, 1)])
def test_outside_the_calendar_is_refused_in_chinese(day: date) -> None:
    for ask in (CAL.is_working_day, CAL.reason_off, CAL.is_provisional, CAL.next_working_day):
        with pytest.raises(CalendarError, match="工作日历范围"):
            ask(day)
    for n in (1, 0, -1):
        with pytest.raises(CalendarError, match="工作日历范围"):
            CAL.add_working_days(day, n)


def test_counting_over_the_edge_is_refused() -> None:
    with pytest.raises(CalendarError, match="超出工作日历范围"):
        CAL.add_working_days(date(2060, 12, 1), 60)
    with pytest.raises(CalendarError, match="超出工作日历范围"):
        CAL.add_working_days(date(1990, 1, 10), -60)
    with pytest.raises(CalendarError, match="之前"):
        CAL.previous_working_day(date(1990, 1, 1))


# -- a user's notice file ---------------------------------------------------------------------------------------------

GOOD = """\
year: 2027
title: 国务院办公厅关于2027年部分节假日安排的通知
holidays:
  - {name: 元旦, from: 2027-01-01, to: 2027-01-03}
  - {name: 国庆节, from: 2027-10-01, to: "2027-10-07"}
workdays: [2027-10-09]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "2027.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_users_notice_file_is_read(tmp_path: Path) -> None:
    notice = load_notice(write(tmp_path, GOOD))
    assert (notice.year, notice.verified, notice.number) == (2027, False, None)
    assert notice.workdays == (date(2027, 10, 9),)
    assert notice.holidays[1] == Holiday("国庆节", date(2027, 10, 1), date(2027, 10, 7))


def test_a_file_with_byte_order_mark_is_read(tmp_path: Path) -> None:
    assert load_notice(write(tmp_path, "\ufeff" + GOOD)).year == 2027


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("year: 2027", "yaer: 2027"), "不认识的栏目“yaer”"),
        (("year: 2027", "year: 二〇二七"), "year 应为"),
        (("year: 2027", "year: 1899"), "year 应为"),
        (("2027-10-09]", "2027-10-08]"), "不是周六或周日"),
        (("2027-10-09]", "2027-10-03]"), "既是国庆节放假又是调休上班"),
        (("2027-10-09]", "2027-10-09, 2027-10-09]"), "重复"),
        (("2027-10-09]", "2028-10-09]"), "不属于2027年"),
        (("to: 2027-01-03", "to: 2026-12-31"), "早于首日"),
        (("to: 2027-01-03", "to: 2027-11-03"), "超过15天"),
        (('"2027-10-07"', "10月7日"), "不是日期"),
        (("to: 2027-01-03", "to: 2027-02-30"), "不存在的日期"),
        ((", to: 2027-01-03", ""), "from（首日）、to（末日）"),
        (("name: 元旦", "name: ' '"), "节日名）不能为空"),
        (("from: 2027-10-01", "from: 2027-01-02"), "超过15天"),
        (("[2027-10-09]", "2027-10-09"), "日期列表"),
        (("title: 国", "number: 12\ntitle: 国"), "加引号"),
        (("title: 国", "verified: 是\ntitle: 国"), "verified"),
        (("name: 元旦,", "name: 元旦"), "第4行格式有误"),
    ],
)
def test_a_wrong_notice_file_is_refused_with_the_reason(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    with pytest.raises(CalendarError, match=said) as caught:
        load_notice(write(tmp_path, GOOD.replace(*change, 1)))
    assert "2027.yaml" in str(caught.value)


def test_a_day_in_two_holidays_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="既列入元旦又列入国庆节"):
        load_notice(
            write(tmp_path, GOOD.replace("from: 2027-10-01", "from: 2027-01-03").replace("2027-10-07", "2027-01-05"))
        )


@pytest.mark.parametrize("text", ["", "- 1", "just text"])
def test_a_file_of_another_shape_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(CalendarError, match="请照 2026 年的文件填写"):
        load_notice(write(tmp_path, text))


def test_a_missing_or_wrongly_encoded_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CalendarError, match="找不到这个文件"):
        load_notice(tmp_path / "none.yaml")
    with pytest.raises(CalendarError, match="读不出来"):
        load_notice(tmp_path)
    path = tmp_path / "gbk.yaml"
    path.write_bytes(GOOD.encode("gb18030"))
    with pytest.raises(CalendarError, match="UTF-8"):
        load_notice(path)


def test_shipped_notices_say_that_they_were_not_checked_with_the_text() -> None:
    assert [n.year for n in CAL.notices] == list(range(2004, 2027))
    assert not any(n.verified for n in CAL.notices)
