"""Properties of the engine over invented histories of the shipped procedures (hypothesis)."""

from __future__ import annotations

import copy
import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.procedure.harness import RELATED, Case, Refusal, law, plan
from yifa.procedure.engine import check, empty_fold, fold_events
from yifa.procedure.events import Event, Fold
from yifa.procedure.plan import Plan

PROCEDURES = ("disclosure_request", "dispute", "petition", "penalty")
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
FIRST = date(2021, 6, 1)  # before several changes of law
History = tuple[str, list[Event]]
DAYS = st.integers(0, 400).map(lambda n: (FIRST + timedelta(days=n)).isoformat())
WHEN = st.one_of(DAYS, DAYS, DAYS.map(lambda d: d[:7]), DAYS.map(lambda d: d + "T09:30"))


def value_of(f: Any) -> st.SearchStrategy[Any]:
    """Canonical values of a field, 不详 among them."""
    if f.type == "choice":
        one: st.SearchStrategy[Any] = st.sampled_from(list(f.of))
    elif f.type == "date":
        one = DAYS
    elif f.type in ("integer", "count", "money", "decimal"):
        one = st.integers(0, 100_000)
    elif f.type == "boolean":
        one = st.booleans()
    elif f.type == "person":
        one = st.sampled_from(["甲", "乙", "丙", "丁", "戊"])
    elif f.key in ("party_no", "evidence_no", "third_party_no", "agency"):
        one = st.sampled_from(["1", "2"])
    else:
        one = st.just({"sealed": "ab" * 8}) if f.sealed else st.sampled_from(["A01", "文字"])
    if f.many:
        return st.lists(one, min_size=1, max_size=3)
    return st.one_of(one, one, one, st.just({"unknown": True}))


@st.composite
def histories(draw: Any, when: Any = WHEN, most: int = 14) -> History:
    """A definition's key and events of its steps in any order of days."""
    key = draw(st.sampled_from(PROCEDURES))
    p = plan(key)
    found: list[Event] = []
    steps = list(p.steps.values())
    for seq in range(1, draw(st.integers(2, most)) + 1):
        # early steps more often, so that histories get somewhere
        sp = steps[min(draw(st.integers(0, len(steps) - 1)), draw(st.integers(0, len(steps) - 1)))]
        data = {}
        for sf in sp.step.fields:
            f = p.definition.field(sf.key)
            if f is not None and f.type not in ("rows", "file", "record") and draw(st.booleans()):
                data[f.key] = draw(value_of(f))
        related = {n: RELATED.get(n, []) for n in p.lookups_by_step.get(sp.key, [])}
        found.append(Event(seq, "step", sp.key, draw(when), draw(st.sampled_from("甲乙丙")), data, True, related=related))
    return key, found


def forward(p: Plan, events: list[Event]) -> Fold:
    """One event after another, as recording does."""
    fold = empty_fold()
    for e in events:
        fold = check(p, law(), fold, copy.deepcopy(e)).fold
    return fold


def in_order(events: list[Event]) -> list[Event]:
    days = sorted(e.on for e in events)
    return [Event(e.seq, e.kind, e.step, d, e.actor, e.data, e.late, related=e.related) for e, d in zip(events, days, strict=True)]


@QUICK
@given(histories(), st.randoms(use_true_random=False))
def test_a_fold_does_not_depend_on_the_order_of_handing_in(history: History, rnd: random.Random) -> None:
    p, events = plan(history[0]), history[1]
    shuffled = list(events)
    rnd.shuffle(shuffled)
    assert fold_events(p, law(), copy.deepcopy(events)) == fold_events(p, law(), copy.deepcopy(shuffled))


@QUICK
@given(histories())
def test_a_fold_is_plain_data_without_floats(history: History) -> None:
    p, events = plan(history[0]), history[1]
    fold = fold_events(p, law(), events)

    def no_float(_: str) -> Any:
        raise AssertionError("小数不得进入状态")

    assert json.loads(json.dumps(fold), parse_float=no_float) == fold


@QUICK
@given(histories(when=DAYS))
def test_recording_in_order_gives_the_same_fold_as_refolding(history: History) -> None:
    p, events = plan(history[0]), history[1]
    events = in_order(events)
    assert forward(p, events) == fold_events(p, law(), events)


@QUICK
@given(histories())
def test_recording_incrementally_where_it_may_is_refolding(history: History) -> None:
    """The rule of the store: apply when the day is not before the last one, else refold; partial days and times included."""
    p, events = plan(history[0]), history[1]
    fold = empty_fold()
    for n, e in enumerate(events):
        if e.on >= fold["last"]:
            fold = check(p, law(), fold, copy.deepcopy(e)).fold
        else:
            fold = fold_events(p, law(), copy.deepcopy(events[: n + 1]))
        assert fold == fold_events(p, law(), copy.deepcopy(events[: n + 1]))


@QUICK
@given(histories(when=DAYS))
def test_a_later_event_changes_no_finding_of_an_earlier_one(history: History) -> None:
    p, events = plan(history[0]), history[1]
    events = in_order(events)
    for n in range(1, len(events)):
        before, after = fold_events(p, law(), events[:n]), fold_events(p, law(), events[: n + 1])
        assert [f for f in after["findings"] if f["seq"] <= n] == before["findings"]


@QUICK
@given(histories(when=DAYS))
def test_no_step_past_a_block_is_recorded(history: History) -> None:
    """Normal recording leaves no error that blocks; only lateness (what was done late was done) may be an error."""
    p, events = plan(history[0]), history[1]
    case = Case(p.definition.key)
    for e in in_order(events):
        held, refused = copy.deepcopy(case.fold), False
        try:
            case.do(e.step, e.on, e.data, actor=e.actor, related=RELATED)
        except Refusal:
            refused = True
        assert refused is (case.fold == held), "拒绝不改变状态，记下必改变状态"
    errors = [f for f in case.fold["findings"] if f["severity"] == "error" and not f["key"].startswith("late:")]
    assert errors == []


@QUICK
@given(histories(when=DAYS), st.data())
def test_voiding_is_as_if_it_had_never_been_entered(history: History, data: st.DataObject) -> None:
    p, events = plan(history[0]), history[1]
    n = data.draw(st.integers(1, len(events)))
    voided = fold_events(p, law(), [*copy.deepcopy(events), Event(len(events) + 1, "void", "", "", target=(n,))])
    without = fold_events(p, law(), [e for e in copy.deepcopy(events) if e.seq != n])
    for part in ("facts", "steps", "clocks", "findings", "last", "stage", "status"):
        assert voided[part] == without[part]


@QUICK
@given(histories(when=DAYS), st.data())
def test_a_correction_is_as_if_entered_rightly_at_once(history: History, data: st.DataObject) -> None:
    p, events = plan(history[0]), history[1]
    n = data.draw(st.integers(1, len(events)))
    day = data.draw(DAYS)
    corrected = fold_events(p, law(), [*copy.deepcopy(events), Event(len(events) + 1, "correct", "", day, target=(n,))])
    rightly = copy.deepcopy(events)
    rightly[n - 1].on = day
    direct = fold_events(p, law(), rightly)
    for part in ("facts", "steps", "clocks", "findings", "last", "stage", "status"):
        assert corrected[part] == direct[part]


@QUICK
@given(histories(when=DAYS))
def test_a_finding_names_its_event_and_speaks_chinese(history: History) -> None:
    p, events = plan(history[0]), history[1]
    for f in fold_events(p, law(), events)["findings"]:
        assert 1 <= f["seq"] <= len(events)
        assert f["severity"] in ("error", "warning", "info")
        assert any("一" <= ch <= "鿿" for ch in f["message"]), f["message"]


@pytest.mark.parametrize("key", PROCEDURES)
def test_every_first_step_is_open_to_a_new_record(key: str) -> None:
    p = plan(key)
    first = next(iter(p.steps.values()))
    assert check(p, law(), empty_fold(), Event(1, "step", first.key, "2026-03-02")).refusals == []
