"""What no step may be added to, when a definition may be used, who answers for a finding, and how refusals name posts."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.records.conftest import Home
from tests.records.kit import CARD, DISPUTE, PATROL, accept, make_codex, patrol, step
from tests.records.test_ledger import rows
from yifa.records.acts import Act, BadInput, BatchRefused, Refused
from yifa.records.destroy import Order

WHO: dict[str, Any] = {"actor": "王五", "roles": ("clerk",)}
LATE: dict[str, Any] = {"late": True, "reason": "当时漏登"}


# -- void and destroyed records ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["作废", "销毁"])
@pytest.mark.parametrize("day", ["2026-03-05", "2026-03-25"], ids=["back-dated", "in order"])
@pytest.mark.parametrize("late", [{}, LATE], ids=["normal", "late"])
def test_nothing_is_added_to_a_void_or_destroyed_record(home: Home, how: str, day: str, late: dict[str, Any]) -> None:
    ledger = home.ledger()
    out = ledger.record(accept())
    ledger.record(step(out.record, "talk", "2026-03-20", {"talk": "话"}))
    if how == "作废":
        ledger.void(out.record, reason="重复", **WHO)
    else:
        ledger.destroy(Order([out.record], "erasure", "删除请求1号", "甲", "乙", "丙", ("security_admin",)))
    count = rows("SELECT count(*) FROM yifa_event")
    with pytest.raises(Refused, match=f"已{how}"):
        ledger.record(step(out.record, "talk", day, {"talk": "话"}, **late))
    with pytest.raises(BatchRefused):
        ledger.record_many([step(out.record, "talk", day, {"talk": "话"}, **late)])
    assert rows("SELECT count(*) FROM yifa_event") == count
    assert ledger.rebuild() == []


def test_nothing_is_added_to_a_void_register_entry(home: Home) -> None:
    ledger = home.ledger()
    out = ledger.record(patrol())
    ledger.void(out.record, reason="重复", **WHO)
    act = patrol(2, on="2026-02-01", record=out.record, **LATE)
    with pytest.raises(Refused, match="已作废"):
        ledger.record(act)


# -- the days of a definition -----------------------------------------------------------------------------------------


@pytest.fixture
def dated(sqlite_home: Home) -> Any:
    """Disputes under this version are opened from 2026-03-01 to 2026-03-31."""
    dispute, watch = copy.deepcopy(DISPUTE), copy.deepcopy(PATROL)
    for d in (dispute, watch):
        d["version"] = {"from": "2026-03-01", "to": "2026-03-31"}
    return sqlite_home.ledger(codex=make_codex([watch, CARD, dispute]))


@pytest.mark.parametrize(("day", "says"), [("2026-02-28", "自 2026-03-01 起用"), ("2026-04-01", "用到 2026-03-31 为止"),
                                           ("2025", "自 2026-03-01 起用"), ("2026-04", "用到 2026-03-31 为止")])  # fmt: skip
def test_a_definition_opens_records_within_its_days_only(dated: Any, day: str, says: str) -> None:
    for act in (accept(on=day), patrol(on=day)):
        with pytest.raises(Refused, match=says):
            dated.record(act)
    for act in (accept(on=day, **LATE), patrol(on=day, **LATE)):
        assert "version" in [f["key"] for f in dated.record(act).findings]
    assert dated.rebuild() == []


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-31", "2026-03", "2026"])
def test_the_first_and_last_day_and_a_day_that_may_lie_between_are_good(dated: Any, day: str) -> None:
    assert "version" not in [f["key"] for f in dated.record(accept(on=day)).findings]


def test_a_record_that_was_opened_in_time_goes_on_afterwards(dated: Any) -> None:
    out = dated.record(accept(on="2026-03-31"))
    assert dated.record(step(out.record, "talk", "2026-04-05", {"talk": "话"})).findings == []
    dated.correct(out.record, 1, {}, on="2026-02-01", reason="记错", **WHO)
    assert [f["key"] for f in dated.show(out.record).assessment.findings if f["seq"] == 1] == ["version"]
    assert dated.rebuild() == []


# -- posts and answers ------------------------------------------------------------------------------------------------


def test_refusals_name_posts_in_chinese(sqlite_home: Home) -> None:
    ledger = sqlite_home.ledger()
    with pytest.raises(Refused, match="“受理”应由经办人办理；赵一的岗位是本机关负责人、信访负责人。"):
        ledger.record(accept(actor="赵一", roles=("leader", "petition_head")))
    out = ledger.record(accept())
    with pytest.raises(Refused, match="更正应由经办人办理；赵一的岗位是（无）"):
        ledger.correct(out.record, 1, {"amount": 1}, actor="赵一", roles=(), reason="错")
    with pytest.raises(Refused, match="赵一的岗位是审计管理员"):
        ledger.destroy(Order([out.record], "erasure", "请求1号", "甲", "乙", "赵一", ("audit_admin",)))


@pytest.fixture
def kept(home: Home) -> Any:
    """A ledger whose disputes only clerks and mediators handle."""
    dispute = copy.deepcopy(DISPUTE)
    for s in dispute["steps"]:
        s["by"] = ["mediator"] if s["key"] == "talk" else ["clerk"]
    return home.ledger(codex=make_codex([PATROL, CARD, dispute]))


def test_an_overdue_deadline_may_be_answered_and_the_answer_stays(kept: Any) -> None:
    out = kept.record(accept(on="2026-03-02"))
    (finding,) = kept.show(out.record).assessment.findings
    assert (finding["key"], finding["seq"]) == ("overdue:test.mediate", 0)
    kept.answer(out.record, finding["key"], 0, "当事人住院，出院后办理", actor="周所", roles=("leader",))
    (finding,) = kept.show(out.record).assessment.findings
    assert finding["answer"] == {"seq": 2, "text": "当事人住院，出院后办理", "on": "2026-06-30"}
    kept.record(step(out.record, "talk", "2026-06-30", {"talk": "话"}, roles=("mediator",)))
    assert kept.show(out.record).assessment.findings[0]["answer"]["seq"] == 2
    kept.record(step(out.record, "end", "2026-06-30", {"result": "达成协议"}))
    assert [f["key"] for f in kept.show(out.record).assessment.findings] == ["late:test.mediate"]
    assert kept.rebuild() == []


def test_a_deadline_that_is_not_overdue_has_no_answer(kept: Any) -> None:
    out = kept.record(accept(on="2026-06-29"))
    with pytest.raises(BadInput, match="没有第 0 条的问题"):
        kept.answer(out.record, "overdue:test.mediate", 0, "说明", **WHO)


@pytest.mark.parametrize(("role", "may"), [("clerk", True), ("mediator", True), ("leader", True), ("officer", False), ("", False)])
def test_who_may_take_a_step_or_leads_may_answer(kept: Any, role: str, may: bool) -> None:
    out = kept.record(accept(on="2026-03-02"))
    roles = (role,) if role else ()
    if may:
        assert kept.answer(out.record, "overdue:test.mediate", 0, "说明", actor="某", roles=roles).ok
    else:
        with pytest.raises(Refused, match="应由能办理本件环节的岗位或本机关负责人作出"):
            kept.answer(out.record, "overdue:test.mediate", 0, "说明", actor="某", roles=roles)


def test_a_register_keeps_its_version_finding_when_it_is_read_again(dated: Any) -> None:
    out = dated.record(Act("ql", "card", "enter", "2019-05-01", {"holder": "钱七"}, "甲", ("clerk",), **LATE))
    assert [f["key"] for f in dated.show(out.record).assessment.findings] == ["version"]
