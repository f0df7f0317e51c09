"""What forbids a step (规则): order, running clocks, guards and the separation of duties, judged on a fold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from yifa.law.due import due
from yifa.procedure import clocks as ck
from yifa.procedure.events import Breach, Fold
from yifa.procedure.plan import GuardPlan, Plan, StepPlan


class FoldView:
    """What conditions may ask (see `condition.View`), over a fold and the event being judged."""

    __slots__ = ("_day", "_fold", "_law", "_own", "_party", "_related")

    def __init__(self, fold: Fold, law: ck.Law, day: str, related: dict[str, list[dict[str, Any]]],
                 party: str | None = None, party_fields: set[str] | None = None):  # fmt: skip
        self._fold, self._law, self._day, self._related = fold, law, day, related
        self._party, self._own = party, party_fields or set()

    def fact(self, key: str) -> Any:
        """A step of one party sees that party's own values of what each party has for itself."""
        if self._party is not None and key in self._own:
            return self._fold.get("parties", {}).get(self._party, {}).get(key)
        return self._fold["facts"].get(key)

    def step_entries(self, key: str) -> list[list[Any]]:
        """[seq, day, actor, party?] of a step, for a party's step only its own and those of no party."""
        return [e for e in self._fold["steps"].get(key, ()) if self._party is None or len(e) < 4 or e[3] == self._party]

    def step_count(self, key: str) -> int:
        return len(self.step_entries(key))

    def clocks(self, limit: str) -> list[dict[str, Any]]:
        return [c for c in self._fold["clocks"].values()
                if c["limit"] == limit and (self._party is None or c["party"] in (None, self._party))]  # fmt: skip

    def threshold(self, key: str) -> tuple[int | None, bool]:
        t = self._law.thresholds[key]
        day = self._day
        if getattr(t, "law_of", "step") == "act":
            day = self._fold["facts"].get("@act") or day
        judged = ck.full_date(day)
        return (None, t.when_unknown == "treat_as_met") if judged is None else self._law.threshold(key, judged)

    def related(self, key: str) -> list[dict[str, Any]]:
        return self._related.get(key, [])

    @property
    def day(self) -> str:
        return self._day[:10]


def limit_basis(law: ck.Law, clock: ck.Clock) -> dict[str, Any] | None:
    version = law.version(clock["limit"], date.fromisoformat(clock["vf"])) if clock.get("vf") else None
    return None if version is None else ck.basis_dict(version.basis)


def clocks_of(fold: Fold, limit: str, data: dict[str, Any], per: str | None) -> list[ck.Clock]:
    """The clocks of a limit; with ``per`` only those of the party that the event speaks of."""
    if per is not None:
        found = fold["clocks"].get(ck.clock_id(limit, party_of(fold, data, per)))
        return [found] if found else []
    return [c for c in fold["clocks"].values() if c["limit"] == limit]


def live(clock: ck.Clock) -> bool:
    return clock["state"] in ("running", "paused", "unknown")


def party_of(fold: Fold, data: dict[str, Any], per: str | None) -> str | None:
    if per is None:
        return None
    value = data.get(per, fold["facts"].get(per))
    if isinstance(value, dict):
        value = value.get("sealed", "?")[:8]
    return str(value) if value is not None else "当事人"


def restricted_to(plan: Plan, law: ck.Law, fold: Fold, day: str) -> list[str]:
    """限定查看: the posts that alone may see this record by its definition; empty where all who have the right may."""
    view = FoldView(fold, law, day, {})
    return sorted({role for test, roles in plan.restricts if test(view) for role in roles})


def version_breaches(plan: Plan, day: str) -> list[Breach]:
    """Whether this version of the definition may open a record on ``day`` (of a partial date, some day of it)."""
    d = plan.definition
    if day[:10] < plan.opens_from[: len(day)]:
        message = f"“{d.name}”的这一版自 {plan.opens_from} 起用，{day} 的事项不能用它登记。请核对日期；确属当时办理的，作补录并写明原因。"
    elif plan.opens_to and day[:10] > plan.opens_to[: len(day)]:
        message = f"“{d.name}”的这一版用到 {plan.opens_to} 为止，{day} 的事项不能用它登记。请核对日期，或改用现行的台账、程序。"
    else:
        return []
    return [Breach("version", "block", message)]


def order_breaches(plan: Plan, fold: Fold, sp: StepPlan, day: str, data: dict[str, Any]) -> list[Breach]:
    """What the order of steps forbids: closed or suspended record, missing earlier step, too late, too often."""
    found: list[Breach] = []
    done = fold["steps"]
    status = fold["status"]
    if status in ("closed", "terminated", "void") and not sp.reopens and plan.definition.kind == "procedure":
        word = {"closed": "已办结", "terminated": "已终止", "void": "已作废"}[status]
        message = f"本件{word}，不能再“{sp.name}”。确需办理的，先办理重新启动的环节。"
        found.append(Breach("record_closed", "block", message))
    if status == "suspended" and sp.to != "open" and sp.key not in plan.resumers:
        found.append(Breach("record_suspended", "block", f"本件已中止，恢复之前不能“{sp.name}”。"))
    steps = plan.steps
    mine = party_of(fold, data, sp.per)

    def days(key: str) -> list[str]:
        """The days of an earlier step; of the same party where both steps are taken for each party."""
        same = sp.per is not None and steps[key].per == sp.per
        return [e[1] for e in done.get(key, ()) if not same or len(e) < 4 or e[3] == mine]

    for key in sp.after:
        first = min(days(key), default=None) or fold.get("ahead", {}).get(key)
        if first is None:
            found.append(Breach("step_missing", "block", f"“{sp.name}”之前须先“{steps[key].name}”。", sp.basis))
        elif first[: len(day)] > day[: len(first)]:
            found.append(Breach("date_order", "block", f"{sp.name}日期 {day} 早于{steps[key].name}日期 {first}。"
                                "请核对两个日期。", sp.basis))  # fmt: skip
    if sp.after_any and not any(days(key) for key in sp.after_any):
        names = "”或“".join(steps[k].name for k in sp.after_any)
        found.append(Breach("step_missing", "block", f"“{sp.name}”之前须先“{names}”。", sp.basis))
    for key in sp.before:
        if days(key) and min(days(key)) <= day:
            found.append(Breach("step_too_late", "block", f"已“{steps[key].name}”，不能再“{sp.name}”。", sp.basis))
    if sp.at_most is not None:
        earlier = days(sp.key)
        if len(earlier) >= sp.at_most:
            times = "一次" if sp.at_most == 1 else f"{sp.at_most} 次"
            found.append(Breach("step_repeated", "block", f"“{sp.name}”只能办理{times}，已于 {earlier[-1]} 办理。"
                                "登记有误的请更正。", sp.basis))  # fmt: skip
    return found


def clock_breaches(law: ck.Law, fold: Fold, sp: StepPlan, view: FoldView, day: str,
                   data: dict[str, Any]) -> list[Breach]:  # fmt: skip
    """What running clocks forbid: a lapsed power, a party's window that is still open, too short a notice."""
    found: list[Breach] = []
    for touch, when in sp.within:
        if when is not None and not when(view):
            continue
        limit = law.limits[touch.limit]
        for c in clocks_of(fold, touch.limit, data, touch.per):
            if live(c) and c["due"] and day[: len(c["due"])] > c["due"]:
                level = limit.strength if limit.strength != "show" else "warn"
                message = f"{limit.name}已于 {c['due']} 届满，{day} 不能再“{sp.name}”。"
                found.append(Breach(f"lapsed:{touch.limit}", level, message, limit_basis(law, c)))
    for wait, unless in sp.waits:
        if unless is not None and unless(view):
            continue
        limit = law.limits[wait.limit]
        for c in clocks_of(fold, wait.limit, data, wait.per):
            if live(c) and c["due"] and day[:10] <= c["due"][:10]:
                message = wait.message or f"{limit.name}至 {c['due']} 届满，届满前不能“{sp.name}”。"
                strength = "block" if limit.kind == "right" else limit.strength
                found.append(Breach(f"window_open:{wait.limit}", strength, message, limit_basis(law, c)))
    for lead in sp.leads:
        found += _lead_breach(law, view, lead, day)
    return found


def _lead_breach(law: ck.Law, view: FoldView, lead: Any, day: str) -> list[Breach]:
    limit = law.limits[lead.limit]
    notice = day
    if lead.from_step:
        earlier = view.step_entries(lead.from_step)
        if not earlier:
            return []
        notice = earlier[-1][1]
    target = ck.full_date(day if lead.to == "this" else view.fact(lead.to))
    noticed = ck.full_date(notice)
    if target is None or noticed is None:
        return []
    version = law.version(lead.limit, noticed)
    if version is None or version.quantity is None:
        return []
    last = due(version.quantity, version.unit, target, calendar=law.calendar, before=True).due
    if noticed <= last:
        return []
    message = lead.message or f"{limit.name}：应在 {target} 的 {version} 前，最迟 {last}，实际 {noticed}。"
    return [Breach(f"notice_short:{lead.limit}", limit.strength, message, ck.basis_dict(version.basis))]


def guard_breaches(guards: Iterable[GuardPlan], view: FoldView) -> list[Breach]:
    """The guards whose ``when`` holds and whose ``require`` does not."""
    return [g.breach for g in guards if (g.when is None or g.when(view)) and not g.require(view)]


def names(value: Any) -> set[str]:
    if value is None:
        return set()
    if isinstance(value, dict):
        return {value["sealed"]} if "sealed" in value else set()
    return set().union(*(names(v) for v in value)) if isinstance(value, list) else {str(value)}


def apart_breaches(fold: Fold, sp: StepPlan, actor: str) -> list[Breach]:
    """职责分离: persons who must differ and do not."""
    found: list[Breach] = []
    facts = fold["facts"]
    for a in sp.apart:
        if a.field:
            mine = names(facts.get(a.field))
            both = mine & set().union(*(fold.get("ever", {}).get(f, ()) for f in a.from_))
        else:
            mine = {actor} if actor else set()
            both = mine & {e[2] for s in a.actor_of for e in fold["steps"].get(s, ())}
        if both:
            message = a.message or f"“{sp.name}”应由另外的人办理，{'、'.join(sorted(both))}已参与前面的环节。"
            found.append(Breach(f"not_apart:{sp.key}", a.strength, message, ck.basis_dict(a.basis) or sp.basis))
    return found
