"""数额标准 at a step: by the law of the act or of the step, at the place; one that is not set favours the party."""

from __future__ import annotations

from typing import Any

import pytest

from tests.procedure.harness import Case, law
from tests.procedure.test_clocks import step
from tests.procedure.test_engine import make
from yifa.law.limits import load_limits
from yifa.procedure.assess import assess_fold
from yifa.procedure.clocks import Law
from yifa.procedure.rules import restricted_to

BASIS = {"document": "本省规定", "verified": False}


def law_with(place: str = "32", **more: Any) -> Law:
    """A province's threshold: unset before 2022, then 5000, in its city 3201 already 3000."""
    versions = [
        {"value": None, "from": "1996-10-01", "to": "2021-12-31", "note": "由省规定"},
        {"value": 5000, "from": "2022-01-01", "basis": BASIS},
        {"value": 3000, "from": "2022-01-01", "region": "3201", "basis": BASIS},
    ]
    entry = {"key": "trial.large", "name": "较大数额", "type": "threshold", "unit": "分", "when_unknown": "treat_as_met", "versions": versions, **more}
    return Law(law().limits, load_limits([entry])[1], law().calendar, place)


PLAN = make([step("a", fields=["acted_on", "fine"], guards=[
    {"key": "hearing", "strength": "warn", "when": {"field": "fine", "at_least": {"limit": "trial.large"}}, "require": {"field": "told", "known": True},
     "message": "要告知听证。"}])], [{"key": "acted_on", "name": "行为日", "type": "date"}, {"key": "fine", "name": "罚款", "type": "money"}], act_on="acted_on")  # fmt: skip


def large(the_law: Law, day: str, fine: int = 5000, acted_on: str | None = None) -> bool:
    """Whether the fine counts as large on that day."""
    data = {"fine": fine} if acted_on is None else {"fine": fine, "acted_on": acted_on}
    return Case("trial", the_law=the_law, own_plan=PLAN).do("a", day, data).findings() == {"hearing"}


def test_from_the_number_on_it_is_large() -> None:
    assert large(law_with(), "2022-01-01", 5000)
    assert not large(law_with(), "2022-01-01", 4999)


def test_one_that_is_not_set_gives_the_party_the_hearing_unless_the_codex_says_otherwise() -> None:
    assert large(law_with(), "2021-12-31", 1)
    assert not large(law_with(when_unknown="treat_as_unmet"), "2021-12-31", 10**9)


def test_the_day_of_the_step_decides_or_that_of_the_act() -> None:
    """law_of step: the law when the decision is told; law_of act: the law when the act was done, if that day is known."""
    assert not large(law_with(), "2022-01-01", 1, acted_on="2021-12-31")
    assert large(law_with(law_of="act"), "2022-01-01", 1, acted_on="2021-12-31")
    assert not large(law_with(law_of="act"), "2022-01-01", 1)


@pytest.mark.parametrize("day", ["2022", "2022-01"])
def test_on_a_day_known_in_part_no_number_is_known(day: str) -> None:
    assert large(law_with(), day, 1)
    assert not large(law_with(when_unknown="treat_as_unmet"), day, 10**9)


def test_the_place_s_own_number_goes_first() -> None:
    assert large(law_with("320102"), "2022-01-01", 3000)
    assert not large(law_with("320500"), "2022-01-01", 3000)
    assert not large(law_with(""), "2022-01-01", 4999)


def test_who_may_see_is_judged_by_the_law_of_the_day_asked() -> None:
    restricts = [
        {"when": {"field": "fine", "at_least": {"limit": "trial.large"}}, "to": ["leader", "head"]},
        {"when": {"deadline": "petition.handle", "expired": True}, "to": ["inspector", "head"]},
        {"when": {"related": "r", "at_least": 1}, "to": ["nobody"]},
    ]
    plan = make([step("a", fields=["fine"], starts=["petition.handle"])], [{"key": "fine", "name": "罚款", "type": "money"}],
                restricts=restricts, lookups=[{"key": "r", "of": "x"}])  # fmt: skip
    fold = Case("trial", the_law=law_with(), own_plan=plan).do("a", "2026-03-02", fine=4999).fold
    assert restricted_to(plan, law_with(), fold, "2026-05-01") == []
    assert restricted_to(plan, law_with(), fold, "2026-05-02") == ["head", "inspector"]
    fold["facts"]["fine"] = 5000
    assert restricted_to(plan, law_with(), fold, "2026-05-02") == ["head", "inspector", "leader"]


def test_the_page_tells_beforehand_by_the_law_of_today() -> None:
    plan = make([step("a", fields=["fine"]), step("hear", when={"field": "fine", "at_least": {"limit": "trial.large"}})],
                [{"key": "fine", "name": "罚款", "type": "money"}])  # fmt: skip
    fold = Case("trial", the_law=law_with(), own_plan=plan).do("a", "2021-12-01", fine=4999).fold
    for today, state in (("2021-12-31", "available"), ("2022-01-01", "not_required")):
        assert assess_fold(plan, law_with(), fold, today).steps[1].state == state
