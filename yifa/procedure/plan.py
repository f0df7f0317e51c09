"""A definition compiled for the engine: conditions become functions, references are resolved, once per definition."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yifa.procedure.clocks import basis_dict
from yifa.procedure.condition import Test, compile_condition
from yifa.procedure.definition import Apart, Definition, Extension, Guard, Lead, Pause, Start, Step, Touch, Wait
from yifa.procedure.events import Breach


@dataclass(slots=True)
class GuardPlan:
    """A guard (规则) with its conditions compiled and the breach that it gives."""

    when: Test | None
    require: Test
    breach: Breach


@dataclass(slots=True)
class StepPlan:
    """A step with its conditions compiled."""

    step: Step
    key: str
    name: str
    milestone: str
    after: list[str]
    after_any: list[str]
    before: list[str]
    at_most: int | None
    per: str | None
    when: Test | None
    required_when: Test | None
    starts: list[tuple[Start, Test | None]]
    meets: list[tuple[Touch, Test | None]]
    resets: list[tuple[Touch, Test | None]]
    stops: list[tuple[Touch, Test | None]]
    within: list[tuple[Touch, Test | None]]
    pauses: list[tuple[Pause, Test | None]]
    extends: list[Extension]
    waits: list[tuple[Wait, Test | None]]
    leads: list[Lead]
    guards: list[GuardPlan]
    apart: list[Apart]
    basis: dict[str, Any] | None
    to: str | None
    stage: str | None
    reopens: bool
    plain: bool
    """True where nothing but data is taken: no order, clock, guard; lets registers be folded cheaply."""


@dataclass(slots=True)
class Plan:
    """A compiled definition."""

    definition: Definition
    steps: dict[str, StepPlan]
    rules: list[GuardPlan]
    lookups_by_step: dict[str, list[str]] = field(default_factory=dict)
    resumers: set[str] = field(default_factory=set)
    party_fields: set[str] = field(default_factory=set)
    """Fields and milestones that only steps with ``per`` take: each party has its own value."""
    apart_fields: set[str] = field(default_factory=set)
    """Fields whose every value is remembered, for the separation of duties."""
    restricts: list[tuple[Test, list[str]]] = field(default_factory=list)
    opens_from: str = ""
    opens_to: str = ""
    """First and last day (ISO, empty: none) on which this version may open a record."""


def _test(c: Any) -> Test | None:
    return None if c is None else compile_condition(c)


def _guard(g: Guard) -> GuardPlan:
    return GuardPlan(_test(g.when), compile_condition(g.require),
                     Breach(g.key, g.strength, g.message, basis_dict(g.basis)))  # fmt: skip


def _lookups_of(step: Step) -> list[str]:
    conditions = [c for g in step.guards for c in (g.when, g.require) if c is not None]
    conditions += [c for c in (step.when, step.required_when) if c is not None]
    return sorted({c.operand for top in conditions for c in top.walk() if c.kind == "related"})


def compile_definition(definition: Definition) -> Plan:
    """Compile; the definition must have passed `check_definition` (references exist)."""
    steps: dict[str, StepPlan] = {}
    all_steps = definition.all_steps
    closers = {s.key for s in all_steps if s.to in ("closed", "terminated")}
    resumers = {p.until for s in all_steps for p in s.pauses}
    # What follows the end of a record, at whatever distance (service, remedies, filing), may be entered on a closed one.
    afterlife = set(closers)
    for _ in all_steps:
        afterlife |= {s.key for s in all_steps if afterlife & {*s.after, *s.after_any}}
    afterlife -= {s.key for s in all_steps if s.key in closers and not afterlife & {*s.after, *s.after_any}}
    for s in all_steps:
        def many(items: list[Any]) -> list[Any]:
            return [(i, _test(i.when)) for i in items]

        plain = not (s.after or s.after_any or s.before or s.when or s.starts or s.meets or s.resets or s.stops
                     or s.within or s.pauses or s.extends or s.waits or s.leads or s.guards or s.apart or s.key in resumers)  # fmt: skip
        steps[s.key] = StepPlan(
            step=s, key=s.key, name=s.name, milestone=s.milestone, after=s.after, after_any=s.after_any,
            before=s.before, at_most=s.at_most, per=s.per, when=_test(s.when), required_when=_test(s.required_when),
            starts=many(s.starts), meets=many(s.meets), resets=many(s.resets), stops=many(s.stops),
            within=many(s.within), pauses=many(s.pauses), extends=s.extends,
            waits=[(w, _test(w.unless)) for w in s.waits], leads=s.leads, guards=[_guard(g) for g in s.guards],
            apart=s.apart, basis=basis_dict(s.basis), to=s.to, stage=s.stage,
            reopens=s.to == "open" or s.key in afterlife, plain=plain,
        )  # fmt: skip
    taken = [({f.key for f in s.fields} | {s.milestone}, s.per) for s in all_steps]
    shared = {f for fields, per in taken if per is None for f in fields}
    own = {f for fields, per in taken if per is not None for f in fields} - shared - {s.per for s in all_steps}
    apart = {f for s in all_steps for a in s.apart if a.field for f in a.from_}
    return Plan(definition, steps, [_guard(g) for g in definition.rules],
                {s.key: _lookups_of(s) for s in all_steps}, resumers, own, apart,
                [(compile_condition(r.when), r.to) for r in definition.restricts],
                definition.version.from_.isoformat(),
                definition.version.to.isoformat() if definition.version.to else "")  # fmt: skip
