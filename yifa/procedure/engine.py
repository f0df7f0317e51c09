"""The engine (办理引擎): folds a record's events and judges each by the law of its own date.

`apply` takes one event into the fold and lists what it breaks. Recording refuses where a breach has strength block;
folding a history (and 补录) turns the same breaches into findings: what took place can always be entered.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from yifa.law.due import UNIT_NAMES
from yifa.procedure import clocks as ck
from yifa.procedure.condition import Test
from yifa.procedure.definition import Extension, Start
from yifa.procedure.events import Breach, Check, Event, Fold
from yifa.procedure.plan import Plan, StepPlan
from yifa.procedure.rules import (
    FoldView,
    apart_breaches,
    clock_breaches,
    clocks_of,
    guard_breaches,
    limit_basis,
    live,
    names,
    order_breaches,
    party_of,
    version_breaches,
)

OVERDUE = "overdue:"
"""How the keys of findings begin that the day alone makes (see `assess`); answers to them are kept in ``answers``."""


def empty_fold() -> Fold:
    """The fold of a record without events."""
    return {"facts": {}, "src": {}, "steps": {}, "clocks": {}, "findings": [], "status": "open", "stage": "",
            "last": "", "n": 0}  # fmt: skip


def _passes(test: Test | None, view: FoldView) -> bool:
    return test is None or test(view)


def _move_clocks(law: ck.Law, fold: Fold, sp: StepPlan, ev: Event, view: FoldView, party: str | None) -> list[Breach]:
    """Let the step act on clocks; gives the breaches of what is met late."""
    found: list[Breach] = []
    clocks: dict[str, ck.Clock] = fold["clocks"]
    for c in clocks.values():
        ck.release(law, c, sp.key, party, ev.on)
    for start, when in sp.starts:
        if start.ends_here and _passes(when, view):
            found += _start(law, fold, start, ev, view)
    for touch, when in sp.resets:
        if _passes(when, view):
            for c in clocks_of(fold, touch.limit, ev.data, touch.per):
                if live(c):
                    _restart(law, fold, c, ev)
    for ext in sp.extends:
        for c in clocks_of(fold, ext.limit, ev.data, ext.per):
            if live(c):
                found += _extend(law, c, ext, view)
    for pause, when in sp.pauses:
        if _passes(when, view):
            whose = party_of(fold, ev.data, pause.per)
            cap = ck.clock_id(pause.no_longer_than, whose) if pause.no_longer_than else None
            for c in clocks_of(fold, pause.limit, ev.data, None):
                ck.pause(c, ev.on, ck.clock_id(pause.until, whose), cap)
    for touch, when in sp.meets:
        if not _passes(when, view):
            continue
        for c in clocks_of(fold, touch.limit, ev.data, touch.per):
            if live(c):
                found += _met(law, c, ev)
    for touch, when in sp.stops:
        if _passes(when, view):
            for c in clocks_of(fold, touch.limit, ev.data, touch.per):
                if live(c):
                    c["state"], c["stopped"] = "stopped", ev.on
    for start, when in sp.starts:
        if not start.ends_here and _passes(when, view):
            found += _start(law, fold, start, ev, view)
    return found


def _start(law: ck.Law, fold: Fold, start: Start, ev: Event, view: FoldView) -> list[Breach]:
    """Start a clock; an incomplete beginning is shown, and a clock that ends on this very day is met at once."""
    whose = party_of(fold, ev.data, start.per)
    begin = ev.on if start.on is None else view.fact(start.on)
    if start.after_due:
        ends = [c["due"][:10] for x in start.after_due for c in clocks_of(fold, x, ev.data, start.per) if c["due"]]
        begin = max(ends, default=None)
    if not isinstance(begin, str):
        return []
    set_value = view.fact(start.set_by) if start.set_by else None
    made = ck.start_clock(law, start.limit, begin, whose, ev.seq, fold["facts"], ev.on, set_value)
    if made is None:
        return []
    fold["clocks"][made["id"]] = made
    if made["state"] == "unknown":
        what = "天数或日期超出日历范围，无法计算到期日。请核对。" if ck.full_date(begin) else f"起算日不完整（{begin}），无法计算到期日。请补全日期。"
        message = f"{law.limits[start.limit].name}的{what}"
        return [Breach(f"no_start:{start.limit}", "show", message)]
    return _met(law, made, ev) if start.ends_here else []


def _met(law: ck.Law, c: ck.Clock, ev: Event) -> list[Breach]:
    """Meet a clock; late is a finding and never a refusal (what was done late was done), a party's is neither."""
    late = ck.meet(law, c, ev.on, ev.seq)
    limit = law.limits[c["limit"]]
    if late is None or late <= 0 or limit.kind in ("right", "info"):
        return []
    strength = "error" if limit.strength == "block" else limit.strength
    return [Breach(f"late:{c['id']}", strength, f"{limit.name}应于 {c['due']} 前办理，实际 {ev.on}，逾期 {late} 日。",
                   limit_basis(law, c))]  # fmt: skip


def _restart(law: ck.Law, fold: Fold, c: ck.Clock, ev: Event) -> None:
    """重新起算: the clock starts again on this day, by the law of this day."""
    made = ck.start_clock(law, c["limit"], ev.on, c["party"], ev.seq, fold["facts"], ev.on)
    if made is not None:
        made["resets"] = c.get("resets", 0) + 1
        fold["clocks"][made["id"]] = made


def _extend(law: ck.Law, c: ck.Clock, ext: Extension, view: FoldView) -> list[Breach]:
    """延长: adds days, or moves the end to the agreed date; a clock without a number stays as it is. More than the law
    allows is a breach, and only what it allows is added."""
    if ext.to_field:
        agreed = ck.full_date(view.fact(ext.to_field))
        if agreed and c["due"] and agreed.isoformat() > c["due"]:
            c.update(due=agreed.isoformat(), fixed=True)
        return []
    found: list[Breach] = []
    begin = ck.full_date(c["start"])
    version = law.version(ext.by, begin) if begin and ext.by else None
    quantity = version.quantity if version else None
    asked = view.fact(ext.by_field) if ext.by_field else None
    if isinstance(asked, int):
        if version and ext.by and quantity is not None and asked > quantity:
            limit, unit = law.limits[ext.by], UNIT_NAMES[version.unit]
            found.append(Breach(f"too_long:{ext.by}", limit.strength, f"{limit.name}最多{version}，不能延长{asked}{unit}。",
                                ck.basis_dict(version.basis)))  # fmt: skip
        quantity = asked if quantity is None else min(asked, quantity)
    if quantity is not None and c["q"] is not None:
        c["ext"] = c.get("ext", 0) + quantity
        ck.recompute(law, c)
    return found


def add_finding(fold: Fold, b: Breach, seq: int) -> None:
    """Note a finding once per rule and event."""
    severity = "error" if b.strength in ("block", "error") else b.severity
    fold["findings"].append({"key": b.key, "severity": severity, "message": b.message, "basis": b.basis, "seq": seq})


def apply(plan: Plan, law: ck.Law, fold: Fold, ev: Event) -> list[Breach]:
    """Take a step event into the fold (changed in place) and list what it breaks; block-strength breaches included.

    The order, waiting and lapse of clocks are judged on the fold before, guards and separation after the data is in.
    Raises KeyError for a step that the definition does not have.
    """
    sp = plan.steps[ev.step]
    facts, day = fold["facts"], ev.on
    breaches = order_breaches(plan, fold, sp, day, ev.data)
    if not fold["steps"]:
        breaches += version_breaches(plan, day)
    party = party_of(fold, ev.data, sp.per)
    taken = {**ev.data, sp.milestone: day}
    facts.update(taken)
    fold["src"].update(dict.fromkeys(taken, ev.seq))
    if party is not None:
        fold.setdefault("parties", {}).setdefault(party, {}).update(taken)
    for key in plan.apart_fields & ev.data.keys():
        named = fold.setdefault("ever", {}).setdefault(key, [])
        named += sorted(names(ev.data[key]) - set(named))
    act_on = plan.definition.act_on
    if act_on and act_on in facts:
        facts["@act"] = facts[act_on]
    if not sp.plain or plan.rules:
        for c in fold["clocks"].values():
            ck.lapse_holds(law, fold["clocks"], c, day)
        view = FoldView(fold, law, day, ev.related, party, plan.party_fields)
        if sp.when is not None and not sp.when(view):
            message = sp.step.when_message or f"不符合“{sp.name}”的条件。"
            breaches.append(Breach("step_condition", "block", message, sp.basis))
        breaches += clock_breaches(law, fold, sp, view, day, ev.data)
        breaches += _move_clocks(law, fold, sp, ev, view, party)
    fold["steps"].setdefault(sp.key, []).append([ev.seq, day, ev.actor] if party is None
                                                else [ev.seq, day, ev.actor, party])  # fmt: skip
    if not sp.plain or plan.rules:
        breaches += guard_breaches(sp.guards, view)
        breaches += apart_breaches(fold, sp, ev.actor)
        breaches += guard_breaches(plan.rules, view)
    unknown = [k for k, v in ev.data.items() if isinstance(v, dict) and "unknown" in v]
    for key in unknown:
        name = f.name if (f := plan.definition.field(key)) else key
        breaches.append(Breach(f"unknown:{key}", "show", f"{name}登记为“不详”，请在查明后更正。"))
    if sp.to is not None:
        fold["status"] = sp.to
    if sp.stage is not None:
        fold["stage"] = sp.stage
    fold["last"] = max(fold["last"], day)
    fold["n"] = ev.seq
    return breaches


def check(plan: Plan, law: ck.Law, fold: Fold, ev: Event) -> Check:
    """Judge a new event that is the latest in time, on a fold that the caller hands over (it is changed in place)."""
    breaches = apply(plan, law, fold, ev)
    known = {(f["key"], f["seq"]) for f in fold["findings"]}
    for b in (*breaches, *ev.notes):
        if (b.key, ev.seq) not in known:
            add_finding(fold, b, ev.seq)
    receipt: dict[str, Any] = {}
    if breaches:
        receipt["broken"] = sorted({b.key for b in breaches})
    used = [[c["id"], c["vf"], c["due"]] for c in fold["clocks"].values() if c.get("vf") and c["by"] == ev.seq]
    if used:
        receipt["limits"] = used
    if ev.related:
        receipt["related"] = ev.related
    if ev.notes:
        receipt["notes"] = [{"key": b.key, "strength": b.strength, "message": b.message} for b in ev.notes]
    return Check(fold, breaches, receipt)


def _in_order(events: list[Event]) -> list[Event]:
    """By day, then by seq. A day known in part only (2023-05, or a date among times) comes after the events entered
    before it that lie within it: what a clerk enters second did not happen first."""
    if all(a.on <= b.on and len(a.on) == len(b.on) for a, b in pairwise(events)):
        return events
    days: list[str] = []
    for e in events:
        days.append(max([e.on, *(d for d in days if d.startswith(e.on))]))
    return [e for _, e in sorted(zip(days, events, strict=True), key=lambda p: (p[0], p[1].seq))]


def fold_events(plan: Plan, law: ck.Law, events: Iterable[Event]) -> Fold:
    """Fold a whole history: voided events are ignored, corrected ones taken as corrected, in order of
    (``on``, ``seq``). Deterministic: the same events give the same fold in whatever order they are handed in."""
    events = sorted(events, key=lambda e: e.seq)
    voids = {t for e in events if e.kind == "void" for t in e.target}
    patched: dict[int, Event] = {}
    answers: list[Event] = []
    destroyed = False
    n = 0
    for e in events:
        n = max(n, e.seq)
        if e.kind == "step":
            patched[e.seq] = e
        elif e.kind == "correct" and e.seq not in voids:
            for t in e.target:
                old = patched.get(t)
                if old is not None:
                    patched[t] = Event(t, "step", old.step, e.on or old.on, old.actor, {**old.data, **e.data},
                                       old.late, old.reason, (), e.related or old.related, old.roles, e.notes)  # fmt: skip
        elif e.kind == "answer":
            answers.append(e)
        elif e.kind == "destroy":
            destroyed = True
    fold = empty_fold()
    live = [e for s, e in sorted(patched.items()) if s not in voids]
    ordered = _in_order(live)
    for i, e in enumerate(ordered):
        if ordered is not live:
            # Known when this was entered, though it happened later: the clerk has mixed up two dates, not left out a step.
            fold["ahead"] = {x.step: x.on for x in reversed(ordered[i + 1 :]) if x.seq < e.seq}
        check(plan, law, fold, e)
    fold.pop("ahead", None)
    for e in answers:
        said = {"seq": e.seq, "text": e.data.get("text", ""), "on": e.on}
        for f in fold["findings"]:
            if f["key"] == e.data.get("finding") and (not e.target or f["seq"] in e.target):
                f["answer"] = said
        if str(e.data.get("finding", "")).startswith(OVERDUE):
            fold.setdefault("answers", {})[e.data["finding"]] = said
    fold["n"] = n
    if patched and all(s in voids for s in patched):
        fold["status"] = "void"
    if destroyed:
        fold.update(status="destroyed", facts={}, src={})
    return fold
