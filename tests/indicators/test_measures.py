"""What each kind of measure counts, on hand-made records."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.indicators.tiny import CASE, MEDIATOR, Ledger, codex
from yifa.indicators.errors import IndicatorError
from yifa.indicators.evaluate import evaluate
from yifa.indicators.numbers import percent

YEAR = ("2025-01-01", "2025-12-31")
ACCEPTED = {"key": "accepted", "flow": {"of": "case", "on": "accepted_on"}}


def value(ledger: Ledger, *entries: dict, orgs: tuple[str, ...] = ("A",), period: tuple[str, str] = YEAR):
    """The value of the last entry."""
    return evaluate(ledger.connection, codex(*entries), list(orgs), *period)[entries[-1]["key"]].value


def test_flow_counts_records_whose_date_lies_in_the_period_both_days_included(ledger: Ledger) -> None:
    for on in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01", None):
        ledger.add(CASE, {"accepted_on": on})
    assert value(ledger, ACCEPTED) == 2


def test_flow_on_a_datetime_counts_by_its_day(ledger: Ledger) -> None:
    ledger.add(CASE, {"heard_at": "2025-12-31"})
    ledger.add(CASE, {"heard_at": "2026-01-01"})
    assert value(ledger, {"key": "h", "flow": {"of": "case", "on": "heard_at"}}) == 1


def test_only_the_organisations_asked_for_count(ledger: Ledger) -> None:
    for org in ("A", "A", "B", "C"):
        ledger.add(CASE, {"accepted_on": "2025-05-01"}, org=org)
    assert value(ledger, ACCEPTED) == 2
    assert value(ledger, ACCEPTED, orgs=("A", "B", "C")) == 4


def test_sum_of_money_is_scaled_exactly_from_fen_to_yuan(ledger: Ledger) -> None:
    for amount in (300000, 1, None):
        ledger.add(CASE, {"accepted_on": "2025-05-01", "amount": amount})
    entry = {"key": "fines", "unit": "元", "scale": 100, "flow": {"of": "case", "on": "accepted_on", "sum": "amount"}}
    assert value(ledger, entry) == Decimal("3000.01")


def test_distinct_counts_each_value_once_and_no_empty_one(ledger: Ledger) -> None:
    for kind in ("邻里", "邻里", "土地", None):
        ledger.add(CASE, {"accepted_on": "2025-05-01", "kind": kind})
    assert value(ledger, {"key": "kinds", "flow": {"of": "case", "on": "accepted_on", "distinct": "kind"}}) == 2


def test_rows_are_counted_by_their_own_date_or_by_that_of_the_record(ledger: Ledger) -> None:
    ledger.add(CASE, {"accepted_on": "2025-05-01", "items": [
        {"found_on": "2024-05-01", "persons": 3}, {"found_on": "2025-05-02", "persons": 4}]})  # fmt: skip
    own = {"key": "own", "flow": {"of": "case", "rows": "items", "on": "found_on"}}
    parent = {"key": "parent", "flow": {"of": "case", "rows": "items", "on": "accepted_on", "sum": "persons"}}
    assert value(ledger, own) == 1
    assert value(ledger, own, parent) == 7


def test_repeatable_step_is_counted_through_its_rows(ledger: Ledger) -> None:
    ledger.add(CASE, {"accepted_on": "2025-05-01", "visit": [
        {"visit_on": "2025-05-03", "hours": 2}, {"visit_on": "2025-06-03", "hours": 1}]})  # fmt: skip
    assert value(ledger, {"key": "v", "flow": {"of": "case", "rows": "visit", "on": "visit_on"}}) == 2


def test_a_condition_may_compare_with_the_period_so_that_later_closings_do_not_change_it(ledger: Ledger) -> None:
    for closed in ("2025-06-01", "2025-12-31", "2026-01-01", None):
        ledger.add(CASE, {"accepted_on": "2025-05-01", "closed_on": closed})
    ledger.add(CASE, {"accepted_on": "2024-12-31", "closed_on": "2025-02-01"})
    settled = {"key": "settled", "flow": {"of": "case", "on": "accepted_on",
                                          "where": {"field": "closed_on", "not_after": {"period": "end"}}}}  # fmt: skip
    carried = {"key": "carried", "flow": {"of": "case", "on": "closed_on",
                                          "where": {"field": "accepted_on", "before": {"period": "start"}}}}  # fmt: skip
    assert value(ledger, settled) == 2
    assert value(ledger, carried) == 1
    with pytest.raises(IndicatorError, match="统计期"):
        value(ledger, {**settled, "flow": {**settled["flow"], "where": {"field": "closed_on", "before": {"period": "end"}}}})


def test_stock_is_what_is_valid_at_the_cut_off(ledger: Ledger) -> None:
    for begin, end in (("2020-01-01", None), ("2025-12-31", None), ("2026-01-01", None), ("2020-01-01", "2025-12-31"),
                       ("2020-01-01", "2026-01-01")):  # fmt: skip
        ledger.add(MEDIATOR, {"appointed_on": begin, "left_on": end, "full_time": begin == "2020-01-01"})
    entry = {"key": "m", "stock": {"of": "mediator", "from": "appointed_on", "to": "left_on"}}
    assert value(ledger, entry) == 3
    assert value(ledger, {**entry, "stock": {**entry["stock"], "where": {"field": "full_time", "is": True}}}) == 2


def test_least_per_quarter_sees_the_empty_quarter(ledger: Ledger) -> None:
    for on in ("2025-01-05", "2025-02-05", "2025-04-05", "2025-10-05"):
        ledger.add(CASE, {"accepted_on": on})
    entry = {"key": "q", "least_per": {"of": "case", "on": "accepted_on", "period": "quarter"}}
    assert value(ledger, entry) == 0
    ledger.add(CASE, {"accepted_on": "2025-09-30"})
    assert value(ledger, entry) == 1


def test_least_per_leaves_out_the_quarter_that_the_cut_off_cuts_short(ledger: Ledger) -> None:
    for on in ("2025-01-05", "2025-04-05", "2025-09-05"):
        ledger.add(CASE, {"accepted_on": on})
    entry = {"key": "q", "least_per": {"of": "case", "on": "accepted_on", "period": "quarter"}}
    assert value(ledger, entry, period=("2025-01-01", "2025-11-30")) == 1
    assert value(ledger, entry, period=("2025-01-01", "2025-02-28")) == 0


def test_ratio_states_its_counts_and_is_empty_without_a_denominator(ledger: Ledger) -> None:
    closed = {"key": "closed", "flow": {"of": "case", "on": "closed_on"}}
    rate = {"key": "rate", "unit": "%", "ratio": {"of": "closed", "to": "accepted", "decimals": 1}}
    assert value(ledger, ACCEPTED, closed, rate) is None
    for i in range(53):
        ledger.add(CASE, {"accepted_on": "2025-05-01", "closed_on": "2025-06-01" if i < 49 else None})
    figure = evaluate(ledger.connection, codex(ACCEPTED, closed, rate), ["A"], *YEAR)["rate"]
    assert (figure.value, figure.numerator, figure.denominator, figure.text) == (Decimal("92.5"), 49, 53, "92.5%")


@pytest.mark.parametrize(("n", "d", "decimals", "expected"), [
    (1, 8, 1, "12.5"), (1, 16, 1, "6.3"), (1, 3, 0, "33"), (5, 1000, 1, "0.5"), (1, 800, 1, "0.1"), (2, 3, 2, "66.67"),
])  # fmt: skip
def test_percent_rounds_half_up(n: int, d: int, decimals: int, expected: str) -> None:
    assert percent(n, d, decimals) == Decimal(expected)


def test_total_adds_figures_and_asks_for_parts_not_named(ledger: Ledger) -> None:
    ledger.add(CASE, {"accepted_on": "2025-05-01", "closed_on": "2025-06-01"})
    c = codex(ACCEPTED, {"key": "closed", "flow": {"of": "case", "on": "closed_on"}},
              {"key": "both", "total": ["accepted", "closed"]})  # fmt: skip
    assert evaluate(ledger.connection, c, ["A"], *YEAR, keys=["both"])["both"].value == 2


@pytest.mark.parametrize(("entry", "word"), [
    ({"flow": {"of": "nothing", "on": "x"}}, "没有定义"),
    ({"flow": {"of": "case", "on": "nowhere"}}, "没有字段 nowhere"),
    ({"flow": {"of": "case", "on": "kind"}}, "不是日期"),
    ({"flow": {"of": "case", "on": "visit_on", "rows": "visits"}}, "没有行表"),
    ({"flow": {"of": "case", "on": "accepted_on", "sum": "kind"}}, "不能加总"),
    ({"flow": {"of": "case", "on": "accepted_on", "sum": "amount", "rows": "items"}}, "重复计算"),
    ({"flow": {"of": "case", "on": "accepted_on", "sum": "amount", "distinct": "kind"}}, "只能写一个"),
    ({"flow": {"of": "case", "on": "accepted_on", "distinct": "party"}}, "密封"),
    ({"flow": {"of": "case", "on": "accepted_on", "distinct": "persons"}}, "rows: items"),
    ({"ratio": {"of": "nowhere", "to": "x"}}, "没有指标"),
    ({"total": ["x"]}, "自己计算自己"),
])  # fmt: skip
def test_an_indicator_that_cannot_be_computed_says_why(ledger: Ledger, entry: dict, word: str) -> None:
    with pytest.raises(IndicatorError, match=word):
        value(ledger, {"key": "x", **entry})


def test_period_and_organisations_are_checked(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="早于起始日"):
        value(ledger, ACCEPTED, period=("2025-12-31", "2025-01-01"))
    with pytest.raises(ValueError, match="不是有效日期"):
        value(ledger, ACCEPTED, period=("2025-02-30", "2025-12-31"))
    with pytest.raises(IndicatorError, match="没有给出单位"):
        value(ledger, ACCEPTED, orgs=())
