"""Amended and recomputed records: only what changed is written, told and listed."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.records.conftest import Home
from tests.records.kit import CARD, DISPUTE, LIMITS, PATROL, accept, make_codex, step
from yifa.records.rebuild import Difference


def test_a_correction_writes_only_the_step_that_it_corrects(sqlite_home: Home) -> None:
    """A procedure may have twenty repeatable steps; correcting one of them leaves the rows of the others alone."""
    steps = [*DISPUTE["steps"], *({"key": f"visit{n}", "name": f"走访{n}", "after": ["accept"], "at_most": None, "fields": ["talk"]}
                                  for n in range(20))]  # fmt: skip
    ledger = sqlite_home.ledger(codex=make_codex([PATROL, CARD, {**DISPUTE, "steps": steps}]))
    out = ledger.record(accept())
    for n in range(3):
        ledger.record(step(out.record, f"visit{n}", "2026-03-05", {"talk": f"第{n}次"}))
    with CaptureQueriesContext(connection) as seen:
        ledger.correct(out.record, 3, {"talk": "更正"}, actor="王五", roles=("clerk",), reason="笔误")
    written = [q["sql"] for q in seen if "p_dispute__visit" in q["sql"]]
    assert {"visit1"} == {name for name in (f"visit{n}" for n in range(20)) if any(f"p_dispute__{name} " in sql for sql in written)}
    assert len(seen) <= 15
    ledger.void(out.record, [2, 4], actor="王五", roles=("clerk",), reason="错登")
    assert ledger.rebuild() == []


@pytest.mark.parametrize(("due_after", "listed"), [("2026-03-31", ["open"]), ("2026-03-29", ["open", "closed"])])
def test_a_closed_case_moves_too_while_a_period_of_it_runs(home: Home, due_after: str, listed: list[str]) -> None:
    """A right of the party's goes on after the case is closed; one that is over stays as it was."""
    end = next(s for s in DISPUTE["steps"] if s["key"] == "end")
    steps = [s if s is not end else {k: v for k, v in end.items() if k != "meets"} for s in DISPUTE["steps"]]
    definitions = [PATROL, CARD, {**DISPUTE, "steps": steps}]
    ledger = home.ledger(codex=make_codex(definitions))
    cases = {"open": ledger.record(accept()).record, "closed": ledger.record(accept()).record}
    ledger.record(step(cases["closed"], "end", "2026-03-20", {"result": "达成协议"}))
    limits = copy.deepcopy(LIMITS)
    limits[0]["versions"][0]["quantity"] = 5
    newer = home.ledger(codex=make_codex(definitions, limits), today=lambda: date.fromisoformat(due_after))
    assert [m.record for m in newer.recompute()] == [cases[k] for k in listed]
    assert newer.rebuild() == []


def test_of_a_fold_only_the_parts_that_differ_are_told() -> None:
    stored, rebuilt = {"facts": {"a": 1, "b": 2}, "n": 3}, {"facts": {"a": 1, "b": 5}, "n": 3}
    told = str(Difference("yifa_record", "x", "changed", ("fold", "status"), (stored, "open"), (rebuilt, "closed")))
    assert told == "yifa_record x：fold.facts.b 存的是 2，应是 5；status 存的是 'open'，应是 'closed'"
