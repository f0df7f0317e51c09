"""工作日历 made from its records: rules at their borders, folders, labels."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from yifa.law.calendar import (
    FIRST_DAY,
    LAST_DAY,
    Calendar,
    CalendarError,
    default_calendar,
    load_calendar,
    statutory_holidays,
)

SHIPPED = Path(__file__).parents[2] / "yifa" / "codex" / "calendar"
FESTIVALS = default_calendar().to_data()["festivals"]


def rebuilt() -> Calendar:
    return Calendar.from_data(default_calendar().to_data())


def test_a_rebuilt_calendar_answers_as_the_shipped_one() -> None:
    again, shipped = rebuilt(), default_calendar()
    assert (again.hash, again.version) == (shipped.hash, shipped.version)
    day = date(2025, 12, 1)
    while day < date(2028, 3, 1):
        assert (again.is_working_day(day), again.reason_off(day)) == (
            shipped.is_working_day(day),
            shipped.reason_off(day),
        )
        day += timedelta(days=1)
    assert again.add_working_days(date(2026, 9, 28), 20) == date(2026, 10, 30)
    assert again.reason_off(date(2027, 2, 6)) == "春节"
    assert again.reason_off(date(2060, 10, 1)) == "国庆节"
    assert again.reason_off(date(2027, 9, 15)) == "中秋节"
    assert again.is_working_day(date(2026, 10, 10)) is True
    assert again.next_working_day(date(2026, 10, 10)) == date(2026, 10, 10)
    assert again != object()
    assert len({hash(again), hash(Calendar.from_years([]))}) == 2


def test_a_worked_day_that_was_a_holiday_of_a_neighbouring_notice_loses_the_name() -> None:
    last = rebuilt().notices[-1]
    assert last.year == 2026
    assert last.workdays[0] == date(2026, 1, 4)
    earlier = type(last)(2025, (type(last.holidays[0])("元旦", date(2026, 1, 3), date(2026, 1, 4)),))
    cal = Calendar.from_years([earlier, last])
    assert cal.reason_off(date(2026, 1, 4)) is None
    assert cal.days_off_between(date(2026, 1, 2), date(2026, 1, 4)) == [(date(2026, 1, 3), "元旦")]


def test_the_hash_that_events_name_stays_what_it_was() -> None:
    """An event names the calendar by which it was judged: the same facts must give the same hash in every version of
    Yifa, in whatever order they were written down."""
    notice = {"year": 2026, "holidays": [{"name": "元旦", "from": "2026-01-01", "to": "2026-01-03"}], "workdays": ["2026-01-04"]}
    made = Calendar.from_data({"notices": [notice], "festivals": {"2027": ["02-06", "04-05", "06-09", "09-15"], "2028": ["01-26", "04-04", "05-28", "10-03"]}})
    assert made.hash == "e63456225bf05c359743a82eea488a6f395c3539172fd8a4446855650c0e91b1"
    assert Calendar([]).hash == "32d0c2f0bb50b0f134d975d4165adec3f3550e3c2f9f86e9f311a3768c61ab8c"


@pytest.mark.parametrize(
    ("year", "labour"),
    [(1999, 1), (2000, 3), (2007, 3), (2008, 1), (2024, 1), (2025, 2), (2060, 2)],
)
def test_labour_day_changed_in_2000_2008_and_2025(year: int, labour: int) -> None:
    names = list(statutory_holidays(year, None).values())
    assert (names.count("劳动节"), names.count("元旦")) == (labour, 1)
    assert names.count("国庆节") == 3


@pytest.mark.parametrize(
    ("year", "eve", "days"), [(2007, 0, 3), (2008, 1, 3), (2013, 1, 3), (2014, 0, 3), (2024, 0, 3), (2025, 1, 4)]
)
def test_new_years_eve_was_off_in_2008_to_2013_and_is_since_2025(year: int, eve: int, days: int) -> None:
    off = [d for d, name in statutory_holidays(year, FESTIVALS[str(year)]).items() if name == "春节"]
    first = date.fromisoformat(f"{year}-{FESTIVALS[str(year)][0]}")
    assert (first - min(off)).days == eve
    assert len(off) == days


def test_the_first_and_the_last_day() -> None:
    cal = Calendar.from_years([])
    assert cal.add_working_days(FIRST_DAY, 1) == date(1990, 1, 2)
    assert cal.add_working_days(FIRST_DAY, 0) == FIRST_DAY
    assert cal.add_working_days(date(1990, 1, 3), -1) == date(1990, 1, 2)
    assert cal.previous_working_day(date(1990, 1, 2)) == date(1990, 1, 2)
    assert cal.next_working_day(LAST_DAY) == LAST_DAY  # a Friday
    with pytest.raises(CalendarError):
        cal.add_working_days(date(1990, 1, 2), -1)
    with pytest.raises(CalendarError):
        cal.add_working_days(LAST_DAY, 1)
    with pytest.raises(CalendarError):
        cal.previous_working_day(FIRST_DAY)


def test_the_label_names_the_years_with_a_notice() -> None:
    def label(*years: int) -> str:
        return Calendar.from_years(n for n in default_calendar().notices if n.year in years).version.split("/")[0]

    assert label() == "无放假通知"
    assert label(2026) == "2026"
    assert label(2004, 2006) == "2004,2006"
    assert label(2004, 2005, 2006, 2008, 2010, 2011) == "2004-2006,2008,2010-2011"
    version = default_calendar().version
    assert version == f"2004-2026/{default_calendar().hash[:8]}"


def test_a_replaced_notice_keeps_the_festivals_of_other_years() -> None:
    cal = rebuilt()
    assert cal.with_notice(cal.notices[-1]).reason_off(date(2027, 2, 6)) == "春节"
    assert cal.with_notice(cal.notices[-1]) == cal


def test_a_folder_is_read(tmp_path: Path) -> None:
    for name in ("2025.yaml", "2026.yaml", "festivals.yaml"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    (tmp_path / "说明.txt").write_text("不是通知", encoding="utf-8")
    cal = load_calendar(tmp_path)
    assert [n.year for n in cal.notices] == [2025, 2026]
    assert cal.to_data()["festivals"] == FESTIVALS
    assert cal.reason_off(date(2027, 2, 6)) == "春节"


def test_a_folder_without_festivals_knows_the_fixed_days_only(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "2026.yaml", tmp_path / "2026.yaml")
    cal = load_calendar(tmp_path)
    assert cal.is_working_day(date(2027, 2, 8))
    assert cal.reason_off(date(2027, 10, 1)) == "国庆节"


def test_a_notice_under_the_wrong_year_is_refused(tmp_path: Path) -> None:
    shutil.copy(SHIPPED / "2026.yaml", tmp_path / "2025.yaml")
    with pytest.raises(CalendarError, match=r"文件名应为 2026\.yaml"):
        load_calendar(tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- 1\n", r"festivals.yaml：应为“年份: \[春节"),
        ('2027: ["02-06", "04-05", "06-09"]\n', "festivals.yaml：2027年应为四个"),
        ("2027: [206, 405, 609, 915]\n", "2027年应为四个"),
        ('2027: ["02-30", "04-05", "06-09", "09-15"]\n', "2027年应为四个"),
        ("2027: 5\n", "2027年应为四个"),
        ("2027: [\n", "festivals.yaml：第2行格式有误"),
    ],
)
def test_a_wrong_festival_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "festivals.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CalendarError, match=said):
        load_calendar(tmp_path)


def test_a_wrong_notice_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text("year: 2027\n", encoding="utf-8")
    with pytest.raises(CalendarError, match=r"^2027.yaml：holidays"):
        load_calendar(tmp_path)


def test_an_unreadable_notice_in_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text("year: [2027", encoding="utf-8")
    with pytest.raises(CalendarError, match=r"^2027\.yaml：第1行格式有误"):
        load_calendar(tmp_path)
