"""Numbers are gap-free per organisation, definition and year of the matter."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from tests.records.conftest import Home
from tests.records.kit import accept, patrol
from yifa.records.acts import BatchRefused, LedgerError
from yifa.records.numbering import format_number


def numbers() -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT org, definition, year, n FROM yifa_record ORDER BY org, definition, year, n")
        return list(cursor.fetchall())


def test_each_organisation_definition_and_year_counts_for_itself(home: Home) -> None:
    ledger = home.ledger()
    acts = [patrol(), patrol(org="bh"), accept(), patrol(on="2025-12-31"), patrol(), patrol(on="2025"), patrol(org="bh")]
    assert [ledger.record(a).number for a in acts] == [
        "青龙镇〔2026〕巡查1号", "白鹤镇〔2026〕巡查1号", "青龙镇调〔2026〕1号", "青龙镇〔2025〕巡查1号",
        "青龙镇〔2026〕巡查2号", "青龙镇〔2025〕巡查2号", "白鹤镇〔2026〕巡查2号"]  # fmt: skip


def test_refused_acts_and_batches_leave_no_gap(home: Home) -> None:
    ledger = home.ledger()
    ledger.record(patrol())
    with pytest.raises(LedgerError):
        ledger.record(patrol(data={"people": "多"}))
    with pytest.raises(BatchRefused):
        ledger.record_many([patrol(), patrol(), patrol(data={"people": "多"})])
    outcomes = ledger.record_many([patrol(), patrol(data={"people": "多"}), patrol()], all_or_nothing=False)
    assert [o.number for o in outcomes] == ["青龙镇〔2026〕巡查2号", None, "青龙镇〔2026〕巡查3号"]
    assert ledger.record(patrol()).number == "青龙镇〔2026〕巡查4号"
    assert [n[3] for n in numbers()] == [1, 2, 3, 4]


def test_a_batch_numbers_in_the_order_of_its_acts(home: Home) -> None:
    outcomes = home.ledger().record_many([patrol(on=on) for on in ("2026-03-02", "2025-03-02", "2026-01-02", "2025-01-02")])
    assert [o.number for o in outcomes] == [
        "青龙镇〔2026〕巡查1号", "青龙镇〔2025〕巡查1号", "青龙镇〔2026〕巡查2号", "青龙镇〔2025〕巡查2号"]  # fmt: skip


def test_the_database_itself_refuses_a_number_given_twice(home: Home) -> None:
    ledger = home.ledger()
    ledger.record(patrol())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE yifa_counter SET n = 0")
    with pytest.raises(LedgerError, match="没有写成"):
        ledger.record(patrol())
    assert len(numbers()) == 1


def test_the_template_says_how_a_number_is_written() -> None:
    assert format_number("{org}公开申〔{year}〕{n}号", "青龙镇", 2026, "申请", 7) == "青龙镇公开申〔2026〕7号"
