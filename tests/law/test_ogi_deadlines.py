"""政府信息公开条例 (OGI): 15 working days became 20 on 15 May 2019; pausing, resetting and extending differ."""

from __future__ import annotations

from datetime import date

import pytest

from yifa.law.calendar import default_calendar
from yifa.law.due import DueError, counted_days_between


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (date(2019, 5, 14), date(2019, 6, 4)),
        (date(2019, 5, 15), date(2019, 6, 13)),
        (date(2026, 9, 28), date(2026, 10, 30)),
        (date(2026, 1, 28), date(2026, 3, 3)),  # over Spring Festival: 14 and 28 February are worked
    ],
)
def test_ogi_33_reply(ends, received, last) -> None:
    assert ends("disclosure.reply", received).due.due == last


def test_ogi_33_extended_by_what_the_extension_allows(ends) -> None:
    start = date(2026, 9, 1)
    extra = ends("disclosure.reply_extension", start).version.quantity
    assert ends("disclosure.reply", start).due.due == date(2026, 9, 29)
    assert ends("disclosure.reply", start, extension=extra).due.due == date(2026, 11, 2)


def test_ogi_33_consultation_pauses(ends) -> None:
    days = counted_days_between("working_day", date(2026, 9, 16), date(2026, 9, 23), default_calendar())
    assert ends("disclosure.reply", date(2026, 9, 14), excluded=days).due.due == date(2026, 10, 26)


def test_ogi_30_a_correction_starts_the_reply_again(ends) -> None:
    assert ends("disclosure.reply", date(2026, 9, 14)).due.due == date(2026, 10, 16)
    assert ends("disclosure.reply", date(2026, 9, 28)).due.due == date(2026, 10, 30)  # from the corrected application


def test_ogi_30_correction_notice_in_seven_working_days(ends) -> None:
    assert ends("disclosure.correction_notice", date(2026, 9, 28)).due.due == date(2026, 10, 13)
    with pytest.raises(DueError):
        ends("disclosure.correction_notice", date(2019, 5, 14))


def test_ogi_30_the_period_for_correcting_is_set_in_the_notice(ends) -> None:
    with pytest.raises(DueError, match="补正告知书"):
        ends("disclosure.correction_period", date(2026, 9, 28))
    assert ends("disclosure.correction_period", date(2026, 9, 28), quantity=10).due.due == date(2026, 10, 16)


@pytest.mark.parametrize("key", ["disclosure.third_party_opinion", "disclosure.joint_maker_opinion"])
def test_ogi_32_34_opinions_in_fifteen_working_days(ends, key) -> None:
    assert ends(key, date(2026, 2, 10)).due.due == date(2026, 3, 9)


def test_ogi_26_active_disclosure_in_twenty_working_days(ends) -> None:
    assert ends("disclosure.proactive", date(2018, 9, 3)).due.due == date(2018, 9, 30)  # a worked Sunday
    assert ends("disclosure.proactive", date(2026, 9, 1)).due.due == date(2026, 9, 29)


def test_fee_within_twenty_working_days(ends) -> None:
    assert ends("disclosure.fee_payment", date(2026, 9, 28)).due.due == date(2026, 10, 30)


def test_silence_leads_to_suit_until_june_2026_and_to_reconsideration_since(ends) -> None:
    assert ends("disclosure.suit_after_silence", date(2026, 6, 30)).due.due == date(2026, 12, 30)
    with pytest.raises(DueError):
        ends("disclosure.suit_after_silence", date(2026, 7, 1))
    assert ends("disclosure.reconsideration_after_silence", date(2026, 7, 1)).due.due == date(2026, 8, 31)
    with pytest.raises(DueError):
        ends("disclosure.reconsideration_after_silence", date(2026, 6, 30))
