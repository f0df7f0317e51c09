"""`assess`: all that the law says of a record on a day: facts, steps, deadlines, findings."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from yifa.procedure import clocks as ck
from yifa.procedure.engine import OVERDUE, fold_events
from yifa.procedure.events import Assessment, Breach, Deadline, Event, Fold, StepState
from yifa.procedure.plan import Plan, StepPlan
from yifa.procedure.rules import FoldView, clock_breaches, guard_breaches, order_breaches


def deadline_state(clock: ck.Clock, limit_kind: str, today: str) -> str:
    """running | paused | met | late | overdue (机关逾期) | lapsed (期满: a right or power ended) | stopped | unknown."""
    state: str = clock["state"]
    if state == "running" and clock["due"] and clock["due"][:10] < today:
        return "overdue" if limit_kind == "duty" else "lapsed"
    return state


def deadlines(law: ck.Law, fold: Fold, today: str) -> list[Deadline]:
    """The clocks of a fold as they stand on ``today`` (ISO date), nearest first."""
    found = []
    for c in fold["clocks"].values():
        if c["state"] == "paused":
            c = copy.deepcopy(c)
            ck.lapse_holds(law, fold["clocks"], c, today)
        limit = law.limits[c["limit"]]
        vf = ck.full_date(c.get("vf"))
        version = law.version(c["limit"], vf) if vf else None
        found.append(Deadline(
            c["id"], c["limit"], limit.name, c["party"], c["start"], c["due"], deadline_state(c, limit.kind, today),
            c.get("met_on"), c.get("days_late"), c.get("ex", 0), c.get("ext", 0), c["q"], c["unit"],
            bool(c.get("prov")), ck.basis_dict(version.basis) if version else None, limit.kind,
        ))  # fmt: skip
    return sorted(found, key=lambda d: (d.state not in ("overdue", "running", "paused"), d.due or "9999", d.id))


def step_states(plan: Plan, law: ck.Law, fold: Fold, today: str,
                related: dict[str, list[dict[str, Any]]]) -> list[StepState]:  # fmt: skip
    """For every step whether it is done, available, blocked (and why) or not required, as of ``today``."""
    view = FoldView(fold, law, today, related)
    return [_step_state(plan, law, fold, sp, view, today) for sp in plan.steps.values()]


def _step_state(plan: Plan, law: ck.Law, fold: Fold, sp: StepPlan, view: FoldView, today: str) -> StepState:
    count = len(fold["steps"].get(sp.key, ()))
    reasons = [b for b in order_breaches(plan, fold, sp, today, {}) if not (count and b.key == "step_repeated")]
    repeated = sp.at_most is not None and sp.per is None and count >= sp.at_most
    if repeated:
        return StepState(sp.key, sp.name, "done", count, [])
    if sp.when is not None and not sp.when(view):
        message = sp.step.when_message or f"不符合“{sp.name}”的条件。"
        reasons.append(Breach("step_condition", "block", message, sp.basis))
    reasons += [b for b in clock_breaches(law, fold, sp, view, today, {}) if b.strength == "block"]
    # 守卫: those that speak only of what is already there (steps, other fields) can be told beforehand.
    own = {f.key for f in sp.step.fields}
    for g, gp in zip(sp.step.guards, sp.guards, strict=True):
        read = g.require.fields() | (g.when.fields() if g.when else set())
        if g.strength == "block" and not (read & own) and not any(c.kind == "related" for c in g.require.walk()):
            reasons += guard_breaches([gp], view)
    required = sp.required_when is not None and sp.required_when(view)
    if not reasons:
        return StepState(sp.key, sp.name, "available", count, [])
    condition_only = all(b.key in ("step_condition", "step_too_late", "record_closed") for b in reasons)
    if condition_only and not required:
        return StepState(sp.key, sp.name, "done" if count else "not_required", count, reasons)
    return StepState(sp.key, sp.name, "done" if count else "blocked", count, reasons)


def assess_fold(plan: Plan, law: ck.Law, fold: Fold, today: str,
                related: dict[str, list[dict[str, Any]]] | None = None) -> Assessment:  # fmt: skip
    """Assess a fold that is already made (the store keeps it)."""
    due_list = deadlines(law, fold, today)
    findings = list(fold["findings"])
    for d in due_list:
        if d.state == "overdue":
            severity = "error" if law.limits[d.limit].strength == "block" else "warning"
            finding = {"key": f"{OVERDUE}{d.id}", "severity": severity, "basis": d.basis, "seq": 0,
                       "message": f"{d.name}已于 {d.due} 届满，尚未办理。"}  # fmt: skip
            answer = fold.get("answers", {}).get(finding["key"])
            findings.append(finding if answer is None else {**finding, "answer": answer})
    facts = {k: v for k, v in fold["facts"].items() if not k.startswith("@")}
    return Assessment(facts, dict(fold["src"]), fold["status"], fold["stage"],
                      step_states(plan, law, fold, today, related or {}), due_list, findings, fold)  # fmt: skip


def assess(plan: Plan, law: ck.Law, events: Iterable[Event], today: str,
           related: dict[str, list[dict[str, Any]]] | None = None) -> Assessment:  # fmt: skip
    """Fold a record's whole history and assess it on ``today``."""
    return assess_fold(plan, law, fold_events(plan, law, copy.deepcopy(list(events))), today, related)
