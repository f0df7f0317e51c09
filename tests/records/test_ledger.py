"""Recording: one transaction, judged, numbered, chained, sealed and projected."""

from __future__ import annotations

from tests.records.conftest import Home
from tests.records.kit import accept, patrol, step


def test_a_register_entry_is_recorded_and_closed_at_once(home: Home) -> None:
    out = home.ledger().record(patrol())
    assert out.ok
    assert out.number == "青龙镇〔2026〕巡查1号"
    assert out.rseq == 1


def test_steps(home: Home) -> None:
    ledger = home.ledger()
    out = ledger.record(accept())
    out2 = ledger.record(step(out.record, "talk", "2026-03-03", {"talk": "第一次谈话"}))
    assert out2.rseq == 2
