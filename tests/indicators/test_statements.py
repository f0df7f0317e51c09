"""The statements themselves: one per definition and kind, limited to the period, and readable by every engine."""

from __future__ import annotations

import sqlite3

import pytest
import sqlglot

from tests.indicators.tiny import CASE, Ledger, codex
from yifa.codex import load
from yifa.indicators.compile import compile_indicators, indicator_faults
from yifa.indicators.errors import IndicatorError
from yifa.indicators.evaluate import evaluate

FLOWS = [
    {"key": "n", "flow": {"of": "case", "on": "accepted_on"}},
    {"key": "urgent", "flow": {"of": "case", "on": "accepted_on", "where": {"field": "urgent", "is": True}}},
    {"key": "again", "flow": {"of": "case", "on": "accepted_on"}},
    {"key": "closed", "flow": {"of": "case", "on": "closed_on"}},
    {"key": "tagged", "flow": {"of": "case", "on": "closed_on", "where": {"field": "tags", "contains": "甲"}}},
    {"key": "titled", "flow": {"of": "case", "on": "closed_on", "where": {"field": "title", "contains": "a'b"}}},
]
OTHERS = [{"key": "open", "stock": {"of": "case", "from": "accepted_on", "to": "closed_on"}},
          {"key": "items", "flow": {"of": "case", "rows": "items", "on": "found_on"}}]  # fmt: skip


def test_flows_of_one_definition_are_one_statement_and_equal_aggregates_one_column() -> None:
    c = codex(*FLOWS, *OTHERS)
    statements = compile_indicators(c, list(c.indicators.values()), 1, ())
    assert [len(s.slots) for s in statements] == [6, 1, 1]
    assert len(statements[0].tree.expressions) == 5


@pytest.mark.parametrize("dialect", ["sqlite", "postgres", "duckdb", "spark"])
def test_statements_can_be_read_again_in_every_dialect_and_hold_no_constant(dialect: str) -> None:
    c = codex(*FLOWS, *OTHERS)
    for s in compile_indicators(c, list(c.indicators.values()), 2, ()):
        text = s.sql(dialect)
        assert "'" not in text
        again = text.replace("%(", "$").replace(")s", "") if dialect == "postgres" else text
        assert sqlglot.parse_one(again, read=dialect).find(sqlglot.exp.Where) is not None


def test_the_index_on_organisation_and_date_serves_the_statement(ledger: Ledger) -> None:
    for name in ("accepted_on", "closed_on"):
        ledger.run(f"CREATE INDEX by_{name} ON p_case (org, f_{name})")
    for keys in (FLOWS[:3], FLOWS):
        c = codex(*keys)
        s = compile_indicators(c, list(c.indicators.values()), 1, ())[0]
        values = {"o0": "A", "period_from": "2025-01-01", "period_next": "2026-01-01", **s.constants}
        plan = [r[3] for r in ledger.connection.execute("EXPLAIN QUERY PLAN " + s.sql("sqlite"), values)]
        assert not [p for p in plan if p.startswith("SCAN t")]
        assert [p for p in plan if "by_accepted_on (org=? AND f_accepted_on>? AND f_accepted_on<?)" in p]


def test_django_style_parameters_give_the_same_figures(ledger: Ledger) -> None:
    class Cursor:
        def __init__(self, cursor: sqlite3.Cursor):
            self.cursor = cursor

        def execute(self, sql: str, values: dict) -> None:
            self.cursor.execute(sql % {k: f":{k}" for k in values}, values)

        def __getattr__(self, name: str):
            return getattr(self.cursor, name)

    class Connection:
        vendor = "sqlite"

        def cursor(self) -> Cursor:
            return Cursor(ledger.connection.cursor())

    ledger.add(CASE, {"accepted_on": "2025-05-01", "closed_on": "2025-05-02", "title": "xa'by", "tags": ["甲"]})
    c = codex(*FLOWS)
    plain = evaluate(ledger.connection, c, ["A"], "2025-01-01", "2025-12-31")
    assert [f.value for f in plain.values()] == [1, 0, 1, 1, 1, 1]
    assert evaluate(Connection(), c, ["A"], "2025-01-01", "2025-12-31") == plain


@pytest.mark.parametrize(("where", "word"), [
    ({"step": "close", "done": True}, "环节"),
    ({"related": "x", "at_least": 1}, "关联记录"),
    ({"field": "amount", "at_least": {"limit": "penalty.hearing_threshold"}}, "limit"),
    ({"deadline": "x", "expired": True}, "当前是否逾期"),
    ({"field": "party", "known": True}, "密封"),
    ({"field": "tags", "is": "甲"}, "多个值"),
    ({"field": "amount", "is": "五"}, "值的类型"),
    ({"field": "closed_on", "before": "去年"}, "不是|日期"),
    ({"field": "closed_on", "before": {"field": "kind"}}, "类型不同"),
    ({"field": "kind", "before": "2025-01-01"}, "只用于日期"),
    ({"field": "amount", "contains": "1"}, "contains"),
])  # fmt: skip
def test_conditions_that_figures_cannot_rest_on_are_refused_with_the_reason(where: dict, word: str) -> None:
    c = codex({"key": "x", "flow": {"of": "case", "on": "accepted_on", "where": where}})
    with pytest.raises(IndicatorError, match=word):
        compile_indicators(c, list(c.indicators.values()), 1, ())


def test_every_shipped_indicator_can_be_computed() -> None:
    assert indicator_faults(load()) == []


def test_faults_are_listed_one_by_one() -> None:
    c = codex({"key": "x", "flow": {"of": "case", "on": "kind"}}, {"key": "y", "flow": {"of": "gone", "on": "kind"}}, FLOWS[0])
    assert [f.split("（")[0] for f in indicator_faults(c)] == ["指标 x", "指标 y"]
