"""限定查看: what a definition restricts is restricted from the event on that makes it so, and drill-downs hide it."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.records.conftest import Home, make_home
from tests.records.kit import CARD, DISPUTE, PATROL, accept, make_codex, patrol, step
from tests.records.test_ledger import bodies, rows
from tests.records.verify_kit import behind_its_back
from yifa.codex import load
from yifa.indicators.details import details
from yifa.records.acts import IMPORTER, Act
from yifa.records.search import search
from yifa.records.verify import verify

TO = "leader,mediator"
WHO: dict[str, Any] = {"actor": "王五", "roles": ("clerk",)}


@pytest.fixture
def ledger(home: Home) -> Any:
    """A dispute of which somebody is afraid is seen by two posts only."""
    dispute = copy.deepcopy(DISPUTE)
    dispute["restricts"] = [{"when": {"field": "amount", "at_least": 1_000_000}, "to": ["mediator", "leader"]}]
    return home.ledger(codex=make_codex([PATROL, CARD, dispute]))


def restricted(uid: str | None) -> list[Any]:
    """As the record, its projection row, and its events say."""
    return [rows("SELECT restricted FROM yifa_record WHERE uid = %s", uid)[0][0],
            rows("SELECT restricted FROM p_dispute WHERE record = %s", uid)[0][0],
            [b.get("restricted") for b in bodies(str(uid))]]  # fmt: skip


def sound(home: Home, ledger: Any) -> bool:
    return ledger.rebuild() == [] and verify(home.connection, home.path).ok


def test_what_the_definition_restricts_is_restricted_at_opening(home: Home, ledger: Any) -> None:
    open_to_all, closed = ledger.record(accept()), ledger.record(accept(data={"amount": 1_000_000}))
    asked = ledger.record(accept(data={"amount": 1_000_000}, restricted="leader"))
    assert restricted(open_to_all.record) == [None, None, [None]]
    assert restricted(closed.record) == [TO, TO, [TO]]
    assert restricted(asked.record) == ["leader", "leader", ["leader"]]
    assert sound(home, ledger)


def test_a_later_step_restricts_and_none_lifts_it(home: Home, ledger: Any) -> None:
    out = ledger.record(accept())
    ledger.record(step(out.record, "talk", "2026-03-05", {"talk": "话", "amount": 2_000_000}))
    assert restricted(out.record) == [TO, TO, [None, TO]]
    ledger.record(step(out.record, "talk", "2026-03-06", {"talk": "话", "amount": 1}))
    assert restricted(out.record) == [TO, TO, [None, TO, None]]
    ledger.record(step(out.record, "talk", "2026-03-05", {"talk": "补", "amount": 3_000_000}, late=True, reason="补录"))
    assert sound(home, ledger)
    assert ledger.rebuild(check_only=False) == []
    assert restricted(out.record)[0] == TO


def test_a_batch_restricts_at_the_event_that_makes_it_so(home: Home, ledger: Any) -> None:
    uid = "a" * 32
    ledger.record_many([accept(uid=uid), step(uid, "talk", "2026-03-05", {"talk": "话", "amount": 2_000_000})])
    assert restricted(uid) == [TO, TO, [None, TO]]
    assert sound(home, ledger)


def test_a_correction_restricts_or_lifts_what_rested_on_a_mistake(home: Home, ledger: Any) -> None:
    out, asked = ledger.record(accept()), ledger.record(accept(restricted="leader"))
    for uid in (out.record, asked.record):
        ledger.correct(uid, 1, {"amount": 1_000_000}, reason="记错", **WHO)
        ledger.correct(uid, 1, {"amount": 5}, reason="又记错", **WHO)
    assert restricted(out.record) == [None, None, [None, TO, ""]]
    assert restricted(asked.record) == ["leader", "leader", ["leader", None, None]]
    assert sound(home, ledger)


def test_a_void_record_stays_restricted(home: Home, ledger: Any) -> None:
    out = ledger.record(accept(data={"amount": 1_000_000}))
    ledger.void(out.record, reason="重复", **WHO)
    assert rows("SELECT restricted FROM yifa_record WHERE uid = %s", out.record) == [(TO,)]
    assert sound(home, ledger)


@pytest.mark.parametrize("late_step", [False, True])
@pytest.mark.parametrize("to", ["NULL", "'clerk'"])
def test_verify_shows_a_restriction_changed_behind_its_back(home: Home, ledger: Any, late_step: bool, to: str) -> None:
    out = ledger.record(accept(data={} if late_step else {"amount": 1_000_000}))
    if late_step:
        ledger.record(step(out.record, "talk", "2026-03-05", {"talk": "话", "amount": 2_000_000}))
    behind_its_back(home.connection, lambda c: c.execute(f"UPDATE yifa_record SET restricted = {to}"))
    (problem,) = verify(home.connection, home.path).problems
    assert (problem.kind, problem.record, problem.rseq) == ("record_changed", out.record, 2 if late_step else 1)
    assert [d.columns for d in ledger.rebuild() if d.table == "yifa_record"] == [("restricted",)]


def test_xfgztl_30_accusations_are_hidden_in_lists_and_drill_downs(tmp_path: Path) -> None:
    """信访工作条例 30(3), with the shipped definition: classified late as 检举控告."""
    home = make_home(tmp_path / "home", None, load())
    ledger = home.ledger()
    source = {"system": "县信访系统"}
    uids = []
    for n, purpose in enumerate(("申诉求决", "检举控告")):
        data = {"channel": "书信", "petitioner": f"赵试{n}", "request": f"反映道路问题{n}"}
        out = ledger.record(Act("ql", "petition", "register", "2026-03-02", data, "甲", (IMPORTER,), late=True, reason="补录",
                                source=source))  # fmt: skip
        ledger.record(Act("ql", "petition", "classify", "2026-03-03", {"purpose": purpose, "branch": "6信访处理"}, "甲",
                          (IMPORTER,), record=out.record, late=True, reason="补录", source=source))  # fmt: skip
        uids.append(out.record)
    assert [rows("SELECT restricted FROM p_petition WHERE record = %s", u) for u in uids] == [[(None,)], [("leader,petition_head",)]]

    def seen(*roles: str) -> tuple[Any, ...]:
        d = details(home.connection, ledger.codex, "petition.received", ["ql"], ("2026-01-01", "2026-06-30"), roles)
        return d.visible, d.hidden, {r.record for r in d.rows}

    assert seen("clerk") == (1, 1, {uids[0]})
    assert seen("petition_head") == (2, 0, set(uids))
    with home.connection.cursor() as cursor:
        assert [r["record"] for r in search(cursor, "道路问题", roles=("clerk",))] == [uids[0]]
    assert sound(home, ledger)
    home.connection.close()


def test_a_patrol_has_no_restriction(sqlite_home: Home) -> None:
    out = sqlite_home.ledger().record(patrol())
    assert rows("SELECT restricted FROM p_patrol WHERE record = %s", out.record) == [(None,)]
