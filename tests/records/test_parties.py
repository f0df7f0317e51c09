"""Steps taken for each party: a row for every party's, so that figures count and sum all of them (行政处罚法 57)."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.records.conftest import Home, make_home
from tests.records.kit import CARD, DISPUTE, PATROL, accept, make_codex, step
from tests.records.test_ledger import rows
from yifa.codex import load
from yifa.indicators.details import details
from yifa.indicators.evaluate import evaluate
from yifa.records.acts import IMPORTER, Act
from yifa.records.verify import verify

PERIOD = ("2026-01-01", "2026-06-30")


def test_a_step_of_each_party_has_a_row_each(home: Home) -> None:
    dispute = copy.deepcopy(DISPUTE)
    dispute["fields"] += [{"key": "who", "name": "当事人序号", "type": "text"}, {"key": "sum", "name": "应付", "type": "money"}]
    dispute["steps"].append({"key": "pay", "name": "付款", "per": "who", "on": "paid_on", "fields": ["who", "sum"]})
    ledger = home.ledger(codex=make_codex([PATROL, CARD, dispute]))
    out = ledger.record(accept())
    ledger.record(step(out.record, "pay", "2026-03-05", {"who": "1", "sum": 500}))
    ledger.record(step(out.record, "pay", "2026-03-04", {"who": "2", "sum": 700}, late=True, reason="补录"))
    table = "SELECT i, f_paid_on, f_who, f_sum FROM p_dispute__pay ORDER BY i"
    plain = [(i, str(on), who, s) for i, on, who, s in rows(table)]
    assert plain == [(2, "2026-03-05", "1", 500), (3, "2026-03-04", "2", 700)]
    assert rows("SELECT n_pay FROM p_dispute") == [(2,)]
    ledger.correct(out.record, 2, {"sum": 600}, actor="王五", roles=("clerk",), reason="记错")
    ledger.void(out.record, [3], actor="王五", roles=("clerk",), reason="误登")
    assert [r[3] for r in rows(table)] == [600]
    assert ledger.rebuild() == []


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def shipped(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Home]:
    """An empty ledger under the shipped codex."""
    address = request.getfixturevalue("postgres_database") if request.param == "postgresql" else None
    made = make_home(tmp_path / "home", address, load())
    yield made
    made.connection.close()


def penalty(ledger: Any, decisions: list[dict[str, Any]]) -> str:
    """A case with these decisions, imported."""
    found: str | None = None
    taken: list[tuple[str, str, dict[str, Any]]] = [
        ("lead", "2026-02-02", {"matter": "占道经营", "item_code": "A01"}),
        ("file_case", "2026-02-03", {"officers": ["甲", "乙"], "filing_approver": "丙"}),
        ("conclude", "2026-02-20", {"conclusion": "属实"}),
        *(("decide", f"2026-03-{10 + n}", {"decided_by": "丙", **d}) for n, d in enumerate(decisions)),
    ]
    for key, on, data in taken:
        out = ledger.record(Act("ql", "penalty", key, on, data, "甲", (IMPORTER,), record=found, late=True, reason="补录",
                                source={"system": "省执法平台"}))  # fmt: skip
        found = found or out.record
    assert found
    return found


def test_apl_57_two_parties_are_two_decisions_and_both_fines_count(shipped: Home) -> None:
    ledger = shipped.ledger()
    punished = {"decision_kind": "给予处罚", "penalty_kinds": ["罚款"]}
    both = penalty(ledger, [{**punished, "party_no": "1", "fine_amount": 20_000, "confiscated_amount": 500},
                            {**punished, "party_no": "2", "fine_amount": 30_050}])  # fmt: skip
    mixed = penalty(ledger, [{**punished, "party_no": "1", "fine_amount": 100},
                             {"party_no": "2", "decision_kind": "不予处罚", "no_penalty_ground": "无主观过错"}])  # fmt: skip
    alone = penalty(ledger, [{**punished, "fine_amount": 1}])
    figures = evaluate(shipped.connection, ledger.codex, ["ql"], *PERIOD)
    values = {k: figures[f"enforcement.{k}"].value for k in ("penalties_ordinary", "penalties", "no_penalty", "fines_ordinary",
                                                             "confiscated", "fines", "filed")}  # fmt: skip
    assert values == {"penalties_ordinary": 4, "penalties": 4, "no_penalty": 1, "fines_ordinary": Decimal("501.51"),
                      "confiscated": 5, "fines": Decimal("506.51"), "filed": 3}  # fmt: skip
    d = details(shipped.connection, ledger.codex, "enforcement.penalties_ordinary", ["ql"], PERIOD)
    assert (d.value, sorted(r.record for r in d.rows)) == (4, sorted([both, both, mixed, alone]))
    late = evaluate(shipped.connection, ledger.codex, ["ql"], "2026-03-11", "2026-06-30")
    assert late["enforcement.fines_ordinary"].value == Decimal("300.50")
    assert ledger.rebuild() == []
    assert verify(shipped.connection, shipped.path).ok


def test_rows_that_figures_count_are_indexed_by_organisation_and_date(shipped: Home) -> None:
    shipped.ledger()
    known = ("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'p_penalty__decide'"
             if shipped.vendor == "sqlite" else
             "SELECT indexdef FROM pg_indexes WHERE tablename = 'p_penalty__decide' AND indexname NOT LIKE '%%_pkey'")  # fmt: skip
    ((statement,),) = rows(known)
    columns = statement.split("(")[1].rstrip(")").split(", ")
    assert columns[:2] == ["org", "f_decided_on"]
    assert {"f_decision_kind", "f_fine_amount"} <= set(columns)
