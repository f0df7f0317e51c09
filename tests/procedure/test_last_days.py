"""Every limit that a procedure starts, on its last lawful day and on the day after: see last_days.yaml."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.procedure.harness import Case, definitions, follow, law
from yifa.codex.loader import read_yaml

ROWS = read_yaml(Path(__file__).parent / "last_days.yaml")
PROCEDURES = ("disclosure_request", "dispute", "petition", "penalty")
NOT_COUNTED = {"mediation.execution", "penalty.major_filing"}
"""Started for display only: the parties' claim to execution, and a filing whose number is one province's."""


def _play(row: dict[str, Any], day: date) -> Case:
    case = Case(row["definition"])
    if "base" in row:
        follow(case, row["base"])
    for e in row.get("given", []):
        case.do(e["step"], str(e["on"]), _data(e), late=True)
    return case.do(row["step"], day.isoformat(), _data(row), late=True)


def _data(e: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in e.get("data", {}).items()}


def _last(row: dict[str, Any]) -> date:
    last: date = row["last"]
    return last


def _wait_finding(case: Case, limit: str) -> bool:
    return f"window_open:{limit}" in case.findings(len(case.events))


@pytest.mark.parametrize("row", ROWS, ids=[r["article"] for r in ROWS])
def test_on_the_last_lawful_day_and_the_day_after(row: dict[str, Any]) -> None:
    limit, last = row["limit"], _last(row)
    on_time, late = _play(row, last), _play(row, last + timedelta(days=1))
    assert on_time.clock(limit).due is not None
    assert str(on_time.clock(limit).due)[:10] == last.isoformat()
    if row.get("wait"):
        assert _wait_finding(on_time, limit)
        assert not _wait_finding(late, limit)
        return
    assert (on_time.clock(limit).state, on_time.clock(limit).days_late) == ("met", 0)
    assert (late.clock(limit).state, late.clock(limit).days_late) == ("late", 1)
    kind = law().limits[limit].kind
    late_keys = {k for k in late.findings() - on_time.findings() if k.startswith(("late:", "lapsed:"))}
    if kind in ("duty", "power_lapses"):
        assert late_keys, f"{limit} 逾期应成为问题"
    else:
        assert not any(k.startswith("late:") for k in late_keys), "当事人和其他机关的期限不算本机关逾期"


@pytest.mark.parametrize("key", PROCEDURES)
def test_no_limit_is_forgotten(key: str) -> None:
    """Each limit with a number of its own that a procedure starts has its row."""
    started = {x.limit for s in definitions()[key].all_steps for x in s.starts}
    counted = {x for x in started if any(v.quantity is not None for v in law().limits[x].versions)} - NOT_COUNTED
    assert counted - {r["limit"] for r in ROWS if r["definition"] == key} == set()
