"""Properties on generated ledgers, on both databases: SQL and Python mean the same by a condition, the databases agree,
and what is visible and hidden in the drill-down adds up to the figure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.indicators.tiny import CASE, Ledger, codex
from yifa.indicators.details import details
from yifa.indicators.evaluate import evaluate
from yifa.procedure.condition import compile_condition, parse_condition

PERIOD = ("2025-01-01", "2025-12-31")
KINDS, TAGS = ["邻里", "土地", "其他"], ["甲", "乙", "丙"]
days = st.one_of(st.none(), st.dates(date(2024, 11, 1), date(2026, 2, 1)).map(str))
numbers = st.one_of(st.none(), st.integers(0, 5))
deadlines = st.lists(st.fixed_dictionaries({"limit_key": st.sampled_from(["x.a", "x.b"]), "met_on": days,
                                            "days_late": numbers}), max_size=3)  # fmt: skip
facts = st.fixed_dictionaries({
    "accepted_on": days, "closed_on": days, "kind": st.one_of(st.none(), st.sampled_from(KINDS)),
    "title": st.one_of(st.none(), st.sampled_from(["村道积水", "积水 50%", "a:b", "'"])), "amount": numbers,
    "urgent": st.one_of(st.none(), st.booleans()), "tags": st.lists(st.sampled_from(TAGS), max_size=3, unique=True),
    "items": st.lists(st.fixed_dictionaries({"found_on": days, "place": st.sampled_from(["东", "西"]),
                                             "persons": numbers}), max_size=3),
})  # fmt: skip
records = st.lists(st.tuples(facts, deadlines, st.sampled_from(["A", "A", "B"]),
                             st.sampled_from([None, None, "head", "head,clerk"])), max_size=12)  # fmt: skip
order_ops = st.sampled_from(["at_least", "at_most", "more_than", "less_than"])
date_ops = st.sampled_from(["before", "after", "not_before", "not_after"])
atoms = st.one_of(
    st.builds(lambda v, op: {"field": "kind", op: v}, st.sampled_from(KINDS), st.sampled_from(["is", "is_not"])),
    st.builds(lambda v, op: {"field": "kind", op: v}, st.lists(st.sampled_from(KINDS), min_size=1, max_size=2),
              st.sampled_from(["in", "not_in"])),
    st.builds(lambda f, v: {"field": f, "known": v}, st.sampled_from(["kind", "closed_on", "tags", "urgent", "items"]),
              st.booleans()),
    st.builds(lambda v: {"field": "tags", "contains": v}, st.sampled_from(TAGS)),
    st.builds(lambda v: {"field": "title", "contains": v}, st.sampled_from(["积水", "%", ":", "'"])),
    st.builds(lambda op, n: {"field": "amount", op: n}, order_ops, st.integers(0, 5)),
    st.builds(lambda v: {"field": "urgent", "is": v}, st.booleans()),
    st.builds(lambda op: {"field": "closed_on", op: {"field": "accepted_on"}}, date_ops),
    st.builds(lambda op, v: {"field": "closed_on", op: v}, date_ops, st.sampled_from(["2025", "2025-06", "2025-03-04"])),
    st.builds(lambda k, v: {"deadline": "x.a", k: v}, st.sampled_from(["known", "met"]), st.booleans()),
    st.builds(lambda op, n: {"deadline": "x.a", "days_late": {op: n}}, order_ops, st.integers(0, 4)),
)  # fmt: skip
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(lambda c: {"not": c}, inner),
        st.builds(lambda op, cs: {op: cs}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1, max_size=3)),
    ),
    max_leaves=5,
)


class View:
    """A record as the engine sees it."""

    day = "2026-01-01"

    def __init__(self, facts: dict[str, Any], clocks: list[dict[str, Any]]):
        self._facts, self._clocks = facts, clocks

    def fact(self, key: str) -> Any:
        return self._facts.get(key)

    def clocks(self, limit: str) -> list[dict[str, Any]]:
        return [c for c in self._clocks if c["limit_key"] == limit]


def _in(value: str | None) -> bool:
    return value is not None and PERIOD[0] <= value <= PERIOD[1]


def _indicators(condition: dict[str, Any]) -> list[dict[str, Any]]:
    flow = {"of": "case", "on": "accepted_on", "where": condition}
    return [
        {"key": "n", "flow": flow},
        {"key": "all", "flow": {"of": "case", "on": "accepted_on"}},
        {"key": "closed", "flow": {**flow, "on": "closed_on"}},
        {"key": "sum", "flow": {**flow, "sum": "amount"}, "scale": 100},
        {"key": "kinds", "flow": {**flow, "distinct": "kind"}},
        {"key": "rows", "flow": {**flow, "rows": "items", "on": "found_on", "sum": "persons"}},
        {"key": "rows_of_year", "flow": {**flow, "rows": "items"}},
        {"key": "least", "least_per": {**flow, "period": "half_year"}},
        {"key": "open", "stock": {"of": "case", "from": "accepted_on", "to": "closed_on", "where": condition}},
        {"key": "both", "total": ["n", "closed"]},
        {"key": "rate", "unit": "%", "ratio": {"of": "n", "to": "all", "decimals": 1}},
    ]


def _expected(condition: dict[str, Any], rows: list[Any]) -> dict[str, Any]:
    """A naive count in Python."""
    test = compile_condition(parse_condition(condition))
    ours = [f for f, clocks, org, _ in rows if org == "A" and test(View(f, clocks))]  # type: ignore[arg-type]
    year = [f for f in ours if _in(f["accepted_on"])]
    items = [i for f in ours for i in f["items"]]
    halves = [sum(f["accepted_on"] < "2025-07" for f in year), sum(f["accepted_on"] >= "2025-07" for f in year)]
    n, closed = len(year), sum(_in(f["closed_on"]) for f in ours)
    return {
        "n": n,
        "closed": closed,
        "sum": Decimal(sum(f["amount"] or 0 for f in year)) / 100,
        "kinds": len({f["kind"] for f in year} - {None}),
        "rows": sum(i["persons"] or 0 for i in items if _in(i["found_on"])),
        "rows_of_year": sum(len(f["items"]) for f in year),
        "least": min(halves),
        "open": sum(f["accepted_on"] is not None and f["accepted_on"] <= PERIOD[1]
                    and (f["closed_on"] is None or f["closed_on"] > PERIOD[1]) for f in ours),
        "both": n + closed,
    }  # fmt: skip


def _check(ledger: Ledger, condition: dict[str, Any], rows: list[Any]) -> dict[str, Any]:
    ledger.clear()
    for f, clocks, org, restricted in rows:
        ledger.add(CASE, f, org=org, restricted=restricted, deadlines=clocks)
    c = codex(*_indicators(condition))
    figures = evaluate(ledger.connection, c, ["A"], *PERIOD)
    values = {k: f.value for k, f in figures.items()}
    expected = _expected(condition, rows)
    assert {k: values[k] for k in expected} == expected
    for key in expected:
        for roles in ((), ("clerk",), ("head",)):
            d = details(ledger.connection, c, key, ["A"], PERIOD, roles)
            assert Decimal(d.visible) + Decimal(d.hidden) == figures[key].value
            rows_shown = d.rows or [r for p in d.parts for r in p.rows]
            assert len(rows_shown) == d.visible_rows
            assert d.total_rows == figures[key].detail_count
            assert sum(Decimal(r.contribution) for r in rows_shown) == d.visible
    return values


CHECKS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@CHECKS
@given(condition=conditions, rows=records)
def test_sql_counts_what_python_counts(ledger: Ledger, condition: dict, rows: list) -> None:
    _check(ledger, condition, rows)


@pytest.mark.postgres
@CHECKS
@given(condition=conditions, rows=records)
def test_both_databases_agree(ledger: Ledger, pg_ledger: Ledger, condition: dict, rows: list) -> None:
    assert _check(ledger, condition, rows) == _check(pg_ledger, condition, rows)
