"""Totals without records (汇总录入) and the relations between figures."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.indicators.tiny import CASE, SUMMARY, Ledger, codex
from yifa.indicators.details import details
from yifa.indicators.evaluate import evaluate
from yifa.indicators.model import Relation
from yifa.indicators.overlaps import covering_entries, summary_overlaps
from yifa.indicators.relations import check_relations

YEAR = ("2025-01-01", "2025-12-31")
ACCEPTED = {"key": "accepted", "name": "受理矛盾纠纷", "flow": {"of": "case", "on": "accepted_on"}}
FINES = {"key": "fines", "unit": "元", "scale": 100, "flow": {"of": "case", "on": "accepted_on", "sum": "amount"}}


def enter(ledger: Ledger, value: int, first: str = "2025-01-01", last: str = "2025-06-30", **more: Any) -> None:
    ledger.add(SUMMARY, {"indicator": "accepted", "period_from": first, "period_to": last, "value": value, **more})


def test_a_summary_counts_in_the_figure_whose_period_covers_it(ledger: Ledger) -> None:
    enter(ledger, 200)
    c = codex(ACCEPTED)
    figure = evaluate(ledger.connection, c, ["A"], *YEAR)["accepted"]
    assert (figure.value, figure.summary, figure.summary_only) == (200, 200, True)
    assert evaluate(ledger.connection, c, ["A"], "2025-02-01", "2025-12-31")["accepted"].value == 0
    ledger.add(CASE, {"accepted_on": "2025-09-01"})
    mixed = evaluate(ledger.connection, c, ["A"], *YEAR)["accepted"]
    assert (mixed.value, mixed.summary, mixed.summary_only) == (201, 200, False)
    d = details(ledger.connection, c, "accepted", ["A"], YEAR)
    assert (d.visible, d.hidden, d.summary, [e.value for e in d.entries]) == (1, 0, 200, [200])


def test_a_summary_is_stated_in_the_stored_unit_and_may_name_the_indicator(ledger: Ledger) -> None:
    enter(ledger, 12345, indicator="fines")
    enter(ledger, 3, indicator="受理矛盾纠纷")
    figures = evaluate(ledger.connection, codex(ACCEPTED, FINES), ["A"], *YEAR)
    assert (figures["fines"].value, figures["accepted"].value) == (Decimal("123.45"), 3)


def test_a_summary_over_records_or_over_another_summary_is_refused(ledger: Ledger) -> None:
    c = codex(ACCEPTED)
    assert summary_overlaps(ledger.connection, c, "accepted", "A", "2025-01-01", "2025-06-30") == []
    ledger.add(CASE, {"accepted_on": "2025-06-30"})
    found = summary_overlaps(ledger.connection, c, "accepted", "A", "2025-01-01", "2025-06-30")
    assert [(o.kind, o.count) for o in found] == [("records", 1)]
    enter(ledger, 5, "2025-01-01", "2025-03-31")
    found = summary_overlaps(ledger.connection, c, "accepted", "A", "2025-03-31", "2025-05-31")
    assert [o.kind for o in found] == ["entries"]
    assert summary_overlaps(ledger.connection, c, "accepted", "B", "2025-03-31", "2025-05-31") == []


@pytest.mark.parametrize(("entry", "kind"), [
    ({"stock": {"of": "mediator", "from": "appointed_on"}}, "kind"),
    ({"flow": {"of": "case", "on": "accepted_on", "distinct": "kind"}}, "kind"),
])  # fmt: skip
def test_only_counts_and_sums_over_a_period_take_a_summary(ledger: Ledger, entry: dict, kind: str) -> None:
    found = summary_overlaps(ledger.connection, codex({"key": "x", **entry}), "x", "A", *YEAR)
    assert [o.kind for o in found] == [kind]
    assert [o.kind for o in summary_overlaps(ledger.connection, codex(), "x", "A", *YEAR)] == ["unknown"]


def test_a_record_entered_where_a_summary_stands_is_noticed(ledger: Ledger) -> None:
    enter(ledger, 200)
    c = codex(ACCEPTED)
    found = covering_entries(ledger.connection, c, "case", "A", {"accepted_on": "2025-06-30"})
    assert [(k, e.value) for k, e in found] == [("accepted", 200)]
    assert covering_entries(ledger.connection, c, "case", "A", {"accepted_on": "2025-07-01"}) == []


def test_relations_name_the_figures_and_numbers_that_disagree(ledger: Ledger) -> None:
    closed = {"key": "closed", "name": "办结", "flow": {"of": "case", "on": "closed_on"}}
    ledger.add(CASE, {"closed_on": "2025-06-01"})
    figures = evaluate(ledger.connection, codex(ACCEPTED, closed), ["A"], *YEAR)
    found = check_relations(figures, [
        Relation(at_most=["closed", "accepted"]), Relation(at_most=["accepted", "closed"]),
        Relation(sum=["accepted", "closed"], equals=["accepted"], message="应相等"), Relation(at_most=["closed", "gone"]),
    ])  # fmt: skip
    assert [f.keys for f in found] == [("closed", "accepted"), ("accepted", "closed", "accepted")]
    assert "“办结”1件多于“受理矛盾纠纷”0件" in found[0].message
