"""行政许可法、重大行政决策程序暂行条例、优化营商环境条例、档案法实施条例、村民委员会组织法."""

from __future__ import annotations

from datetime import date

import pytest

from yifa.law.due import DueError


@pytest.mark.parametrize(
    ("key", "start", "last"),
    [
        ("licence.correction", date(2026, 9, 28), date(2026, 10, 10)),  # 32
        ("licence.decide", date(2026, 9, 1), date(2026, 9, 29)),  # 42(1)
        ("licence.joint", date(2026, 9, 1), date(2026, 11, 9)),  # 42(2)
        ("licence.first_review", date(2026, 9, 1), date(2026, 9, 29)),  # 43
        ("licence.deliver", date(2026, 9, 28), date(2026, 10, 16)),  # 44
        ("licence.hearing_hold", date(2026, 9, 28), date(2026, 10, 30)),  # 47
    ],
)
def test_licensing_82_an_agencys_limits_are_working_days(ends, key, start, last) -> None:
    assert ends(key, start).due.due == last


def test_licensing_42_extensions(ends) -> None:
    start = date(2026, 9, 1)
    ten, fifteen = (ends(k, start).version.quantity for k in ("licence.extend", "licence.joint_extend"))
    assert ends("licence.decide", start, extension=ten).due.due == date(2026, 10, 19)
    assert ends("licence.joint", start, extension=fifteen).due.due == date(2026, 11, 30)


def test_licensing_47_the_applicants_five_days_are_calendar_days_and_move(ends) -> None:
    assert ends("licence.hearing_request", date(2026, 9, 28)).due.due == date(2026, 10, 8)


def test_licensing_48_50_backwards(ends) -> None:
    assert ends("licence.hearing_notice", date(2026, 10, 20)).due.due == date(2026, 10, 9)
    assert ends("licence.renew_apply", date(2026, 11, 4)).due.due == date(2026, 10, 4)
    assert ends("licence.renew_silence", date(2026, 11, 4)).due.due == date(2026, 11, 4)


def test_decision_15_16_26_comment_material_and_review(ends) -> None:
    assert ends("decision.public_comment", date(2026, 9, 1)).first_lawful == date(2026, 10, 2)
    assert ends("decision.hearing_material", date(2026, 10, 20)).due.due == date(2026, 10, 12)
    assert ends("decision.legal_review", date(2026, 9, 28)).due.due == date(2026, 10, 13)
    with pytest.raises(DueError):
        ends("decision.public_comment", date(2019, 8, 31))


def test_business_environment_62_and_local_adjustment_periods(ends) -> None:
    assert ends("document.comment_market", date(2026, 9, 1)).due.due == date(2026, 10, 1)
    assert ends("document.effect_gap", date(2026, 9, 1), place="110105").due.due == date(2026, 10, 1)
    with pytest.raises(DueError, match="由省、市规定"):
        ends("document.effect_gap", date(2026, 9, 1), place="440106")


def test_archives_20_ten_years_to_the_county_archive(ends) -> None:
    assert ends("archive.transfer", date(2024, 2, 29)).due.due == date(2034, 2, 28)
    assert ends("archive.transfer", date(2024, 3, 1)).basis()["statute"] == "档案法实施条例"


def test_villagers_committee_35_the_board_fifteen_days_since_2026(ends) -> None:
    assert ends("village.board", date(2026, 1, 1)).first_lawful == date(2026, 1, 17)
    with pytest.raises(DueError):
        ends("village.board", date(2025, 12, 31))
    assert ends("village.board", date(2025, 12, 31), place="500101").version.quantity == 10
    assert ends("village.committee_term", date(2025, 12, 31)).basis()["article"] == 11
    assert ends("village.committee_term", date(2026, 1, 1)).basis()["article"] == 14


def test_answers_to_villagers_are_local_only(ends) -> None:
    assert ends("village.answer_town", date(2026, 3, 2), place="330212001").due.due == date(2026, 3, 22)
    with pytest.raises(DueError, match="区划代码"):
        ends("village.answer_town", date(2026, 3, 2))


def test_payments_to_small_enterprises(ends) -> None:
    assert ends("contract.pay_sme", date(2026, 9, 3)).due.due == date(2026, 10, 3)
    assert ends("contract.pay_sme_agreed", date(2026, 9, 3)).due.due == date(2026, 11, 2)
    assert ends("contract.pay_sme", date(2025, 5, 31)).basis()["article"] == 8
