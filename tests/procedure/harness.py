"""What the procedure tests share: the shipped definitions and limits, a small recorder, scenario files."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import pytest

from yifa.codex.bundle import SHIPPED
from yifa.codex.hooks import merge_hooks
from yifa.codex.loader import load_models, read_yaml
from yifa.law.calendar import load_calendar
from yifa.law.limits import load_limits
from yifa.procedure.assess import assess_fold, deadlines
from yifa.procedure.clocks import Law
from yifa.procedure.definition import Definition
from yifa.procedure.engine import check, empty_fold, fold_events
from yifa.procedure.events import Breach, Deadline, Event
from yifa.procedure.plan import Plan, compile_definition

SCENARIOS = Path(__file__).parent / "scenarios"


@lru_cache(maxsize=1)
def law(place: str = "") -> Law:
    entries = [e for p in sorted((SHIPPED / "limits").glob("*.yaml")) for e in read_yaml(p)]
    limits, thresholds = load_limits(entries)
    return Law(limits, thresholds, load_calendar(SHIPPED / "calendar"), place)


@lru_cache(maxsize=1)
def definitions() -> dict[str, Definition]:
    general = {p.stem: read_yaml(p) for p in sorted((SHIPPED / "general").glob("*.yaml"))}
    found = [d for p in sorted((SHIPPED / "procedures").glob("*.yaml")) for d in load_models(Definition, p)]
    return {d.key: merge_hooks(d, general) for d in found}


@lru_cache(maxsize=8)
def plan(key: str) -> Plan:
    return compile_definition(definitions()[key])


def certificates(*names: str) -> list[dict[str, Any]]:
    return [{"uid": f"cert-{n}", "officer": n} for n in names]


RELATED = {
    "items": [{"uid": "item-1", "code": "A01"}],
    "certificates": certificates("甲", "乙"),
    "investigator_certificates": certificates("甲", "乙"),
}
"""The registers of the test town: one item of power in force, two certified officers."""


class Refusal(AssertionError):
    """A step that normal recording refuses."""

    def __init__(self, step: str, breaches: list[Breach]):
        self.keys = {b.key for b in breaches}
        self.breaches = breaches
        super().__init__(f"{step}: " + "；".join(f"[{b.key}] {b.message}" for b in breaches))


@dataclass
class Case:
    """One record, recorded the way the store records it: in time order incrementally, else refolded."""

    definition: str
    the_law: Law = field(default_factory=law)
    own_plan: Plan | None = None
    events: list[Event] = field(default_factory=list)
    fold: dict[str, Any] = field(default_factory=empty_fold)

    @property
    def plan(self) -> Plan:
        return self.own_plan or plan(self.definition)

    def do(self, step: str, on: str, data: dict[str, Any] | None = None, *, actor: str = "丙", late: bool = False,
           related: dict[str, list[dict[str, Any]]] | None = None, **more: Any) -> Case:  # fmt: skip
        """Record a step; raises Refusal in normal mode. ``late``: 补录, everything is a finding."""
        names = self.plan.lookups_by_step.get(step, [])
        rows = {n: (RELATED if related is None else related).get(n, []) for n in names}
        ev = Event(len(self.events) + 1, "step", step, on, actor, {**(data or {}), **more}, late, related=rows)
        return self._take(ev)

    def amend(self, kind: str, target: int, data: dict[str, Any] | None = None, on: str = "") -> Case:
        """更正 or 作废."""
        return self._take(Event(len(self.events) + 1, kind, "", on, data=data or {}, target=(target,)))  # type: ignore[arg-type]

    def _take(self, ev: Event) -> Case:
        if ev.kind == "step" and ev.on >= self.fold["last"]:
            result = check(self.plan, self.the_law, copy.deepcopy(self.fold), ev)
            if result.refusals and not ev.late:
                raise Refusal(ev.step, result.refusals)
            self.fold = result.fold
        else:
            fold = fold_events(self.plan, self.the_law, [*self.events, ev])
            errors = {f["key"] for f in fold["findings"] if f["seq"] == ev.seq and f["severity"] == "error"}
            if ev.kind == "step" and not ev.late and errors:
                raise Refusal(ev.step, [Breach(k, "block", k) for k in errors])
            self.fold = fold
        self.events.append(ev)
        return self

    def findings(self, seq: int | None = None) -> set[str]:
        return {f["key"] for f in self.fold["findings"] if seq is None or f["seq"] == seq}

    def clock(self, limit: str, today: str = "2026-06-03", party: str | None = None) -> Deadline:
        wanted = limit if party is None else f"{limit}#{party}"
        found = {d.id: d for d in deadlines(self.the_law, self.fold, today)}
        same = [d for d in found.values() if d.limit == limit]
        if party is None and len(same) == 1:
            return same[0]
        assert wanted in found, f"没有期限 {wanted}；现有 {sorted(found)}"
        return found[wanted]

    def has_clock(self, limit: str) -> bool:
        return any(c["limit"] == limit for c in self.fold["clocks"].values())

    def state(self, step: str, today: str = "2026-06-03") -> str:
        states = assess_fold(self.plan, self.the_law, self.fold, today, RELATED).steps
        return next(s.state for s in states if s.key == step)


def scenarios() -> list[dict[str, Any]]:
    found = []
    for path in sorted(SCENARIOS.glob("*.yaml")):
        if path.stem != "bases":
            found += read_yaml(path)
    return found


@lru_cache(maxsize=1)
def bases() -> dict[str, list[dict[str, Any]]]:
    return dict(read_yaml(SCENARIOS / "bases.yaml")[0])


def steps_of(base: str) -> list[dict[str, Any]]:
    """The events of a base, those of the base that it names first."""
    found: list[dict[str, Any]] = []
    for e in bases()[base]:
        found += steps_of(e["base"]) if "base" in e else [e]
    return found


def follow(case: Case, base: str) -> Case:
    for e in steps_of(base):
        case.do(e["step"], str(e["on"]), {k: _plain(v) for k, v in e.get("data", {}).items()}, actor=e.get("actor", "丙"))
    return case


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def run(scenario: dict[str, Any]) -> Case:
    """Play a scenario and check what must then hold; the message names what differs."""
    case = Case(scenario["definition"])
    if "base" in scenario:
        follow(case, scenario["base"])
    for e in scenario.get("given", []):
        data = {k: _plain(v) for k, v in e.get("data", {}).items()}
        kind = e.get("kind", "step")
        if kind != "step":
            case.amend(kind, e["target"], data, str(e.get("on", "")))
            continue
        act = partial(case.do, e["step"], str(e["on"]), data, actor=e.get("actor", "丙"), late=e.get("late", False),
                      related=e.get("related"))  # fmt: skip
        if "refused" not in e:
            act()
            continue
        with pytest.raises(Refusal) as caught:
            act()
        assert e["refused"] in caught.value.keys, f"应因 {e['refused']} 拒绝，实际 {caught.value}"
    last = case.fold["last"][:10]
    today = str(scenario.get("today", last if len(last) == 10 else "2026-06-03"))
    for t in scenario["then"]:
        _then(case, t, today)
    return case


def _then(case: Case, t: dict[str, Any], today: str) -> None:
    if "deadline" in t:
        d = case.clock(t["deadline"], today, t.get("party"))
        for key in t.keys() - {"deadline", "party"}:
            actual, wanted = getattr(d, key), _plain(t[key])
            assert actual == wanted, f"{t['deadline']} 的 {key} 应为 {wanted}，实际 {actual}"
    elif "no_deadline" in t:
        assert not case.has_clock(t["no_deadline"]), f"不应有期限 {t['no_deadline']}"
    elif "finding" in t:
        assert t["finding"] in case.findings(), f"应有问题 {t['finding']}，实际 {case.findings()}"
    elif "no_finding" in t:
        assert t["no_finding"] not in case.findings(), f"不应有问题 {t['no_finding']}"
    elif "findings" in t:
        assert case.findings() == set(t["findings"])
    elif "fact" in t:
        assert case.fold["facts"].get(t["fact"]) == _plain(t["is"])
    elif "status" in t:
        assert case.fold["status"] == t["status"], case.fold["status"]
    elif "step" in t:
        assert case.state(t["step"], today) == t["state"], case.state(t["step"], today)
    else:
        raise AssertionError(f"看不懂的断言 {t}")
