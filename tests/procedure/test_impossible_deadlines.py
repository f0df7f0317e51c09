"""A number of days beyond any calendar (a slip of the pen) leaves no due date and a finding, and never stops a fold."""

from __future__ import annotations

from tests.procedure.harness import law
from yifa.law.limits import load_limits
from yifa.procedure.clocks import Law
from yifa.procedure.definition import Definition
from yifa.procedure.engine import fold_events
from yifa.procedure.events import Event
from yifa.procedure.plan import compile_definition

LIMIT = {"key": "x.set", "name": "文书所定期限", "kind": "duty", "strength": "warn", "versions": [
    {"quantity": None, "unit": "working_day", "set_by": "days", "from": "2000-01-01"}]}  # fmt: skip
PLAN = compile_definition(Definition.model_validate({
    "key": "thing", "name": "事项", "kind": "procedure", "version": {"from": "2000-01-01"},
    "fields": [{"key": "days", "name": "天数", "type": "count"}],
    "steps": [{"key": "open", "name": "立案", "fields": ["days"], "starts": ["x.set"]},
              {"key": "do", "name": "办理", "after": ["open"], "meets": ["x.set"]}]}))  # fmt: skip


def _law() -> Law:
    limits, thresholds = load_limits([LIMIT])
    return Law(limits, thresholds, law().calendar)


def test_days_beyond_the_calendar_give_a_finding_and_no_due_date() -> None:
    fold = fold_events(PLAN, _law(), [Event(1, "step", "open", "2026-03-02", data={"days": 752_010})])
    clock = fold["clocks"]["x.set"]
    assert (clock["due"], clock["state"]) == (None, "unknown")
    assert [f["key"] for f in fold["findings"]] == ["no_start:x.set"]
    assert "超出日历范围" in fold["findings"][0]["message"]


def test_a_correction_of_the_days_brings_the_due_date_back() -> None:
    fold = fold_events(PLAN, _law(), [
        Event(1, "step", "open", "2026-03-02", data={"days": 752_010}),
        Event(2, "correct", "open", "", data={"days": 5}, target=(1,))])  # fmt: skip
    assert (fold["clocks"]["x.set"]["due"], fold["findings"]) == ("2026-03-09", [])


def test_what_could_not_be_computed_can_still_be_met() -> None:
    fold = fold_events(PLAN, _law(), [Event(1, "step", "open", "2026-03-02", data={"days": 752_010}),
                                      Event(2, "step", "do", "2026-03-05")])  # fmt: skip
    assert fold["clocks"]["x.set"]["state"] == "met"
