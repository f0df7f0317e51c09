"""Corrections (更正), voiding (作废) and answers (说明): events about events. Nothing that was recorded is changed.

A correction is never refused by the law: what it shows to be broken stands as a finding. Voiding a step on which later
valid steps rest is refused unless they are voided with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from yifa.procedure.assess import assess_fold
from yifa.procedure.engine import OVERDUE, fold_events
from yifa.procedure.events import Breach, Event, Kind
from yifa.procedure.roles import role_names
from yifa.records import restricting
from yifa.records.acts import IMPORTER, BadInput, Outcome, Problem, Refused
from yifa.records.case import Case, Pending, read_events
from yifa.records.data_check import DataCheck, valid_moment
from yifa.records.refold import effective
from yifa.records.sealing import identity_of, seal_data
from yifa.records.summaries import REGISTER
from yifa.records.versions import Pinned
from yifa.records.work import Work

LEADER = "leader"
_RESTS_ON = ("step_missing", "step_condition", "date_order")


def append(work: Work, case: Case, kind: Kind, *, actor: str, roles: Sequence[str], reason: str = "", step: str = "",
           on: str = "", data: dict[str, Any] | None = None, target: Sequence[int] = (),
           related: dict[str, Any] | None = None, source: dict[str, Any] | None = None, notes: tuple[Breach, ...] = (),
           pinned: Pinned | None = None) -> Outcome:  # fmt: skip
    """Let an event of any kind but a step wait in the case, with the history folded anew; `Work.write` writes it.
    ``pinned``: the version of the definition from now on (换版)."""
    if case.status == "destroyed":
        raise Refused([Breach("destroyed", "block", f"{case.number}已经销毁，不能再登记。")])
    history(work, case)
    before = {(f["key"], f["seq"]) for f in fold_of(case)["findings"]}
    case.remember()
    restricted = restricting.by_definition(case, fold_of(case), work.today)
    case.pinned = pinned or work.ledger.library.renewed(work.cursor, case.pinned)
    event = Event(case.rseq + 1, kind, step, on, actor, data or {}, False, reason, tuple(target), related or {},
                  tuple(roles), notes)  # fmt: skip
    events = [*(case.history or ()), *(p.event for p in case.pending), event]
    case.fold = fold_events(case.pinned.shape.plan, case.pinned.law, events)
    case.rseq, case.refolded = event.seq, True
    case.late = int(any(e.late for e in effective(events)))
    case.settle()
    found = [f for f in case.fold["findings"] if (f["key"], f["seq"]) not in before]
    receipt: dict[str, Any] = {"broken": sorted({f["key"] for f in found})} if found else {}
    if related:
        receipt["related"] = related
    if notes:
        receipt["notes"] = [{"key": b.key, "strength": b.strength, "message": b.message} for b in notes]
    said = restricting.after_amending(case, restricted, work.today)
    case.pending.append(Pending(event, kind, receipt, source, [], None, 0, said))
    return Outcome(True, case.uid, case.number, event.seq, [], found, list(case.fold["clocks"].values()))


def history(work: Work, case: Case) -> list[Event]:
    """The recorded events of a case, read once."""
    if case.history is None:
        case.history = read_events(work.cursor, case.uid)
    return case.history


def valid_steps(work: Work, case: Case) -> list[int]:
    """The sequences of all steps that count."""
    return [e.seq for e in effective(history(work, case))]


def fold_of(case: Case) -> dict[str, Any]:
    """The case's fold; made from its history where none is stored."""
    if case.fold is None:
        case.fold = fold_events(case.pinned.shape.plan, case.pinned.law, case.history or ())
    return case.fold


def _need_reason(reason: str, what: str) -> None:
    if not reason.strip():
        raise BadInput([Problem("reason", f"{what}要写明理由。")])


def _step_event(work: Work, case: Case, seq: int) -> Event:
    found = next((e for e in effective(history(work, case)) if e.seq == seq), None)
    if found is None:
        raise BadInput([Problem("target", f"{case.number}没有第 {seq} 条登记，或它已作废。")])
    return found


def _right(case: Case, step: str, roles: Sequence[str], actor: str, what: str) -> None:
    s = case.pinned.shape.steps[step]
    if s.by and set(s.by).isdisjoint(roles) and IMPORTER not in roles:
        raise Refused([Breach("role", "block", f"“{s.name}”的{what}应由{role_names(s.by)}办理；{actor or '登记人'}的岗位是"
                              f"{role_names(roles)}。")])  # fmt: skip


def correct(work: Work, case: Case, target: int, data: dict[str, Any], *, actor: str, roles: Sequence[str], reason: str,
            on: str = "") -> Outcome:  # fmt: skip
    """更正 the step with sequence ``target``: new values of its fields, and its day if ``on`` is given.

    Raises BadInput (no reason, no such step, bad values, nothing changed) and Refused (no right, future day)."""
    _need_reason(reason, "更正")
    old = _step_event(work, case, target)
    shape = case.pinned.shape
    milestone = shape.plan.steps[old.step].milestone
    if milestone in data and milestone not in shape.allowed[old.step]:
        data = dict(data)
        on = data.pop(milestone) or on
    if on and not valid_moment(on):
        raise BadInput([Problem(milestone, f"日期应写成 2026-01-05，现为“{on}”。")])
    if on and on[:10] > work.today[: len(on[:10])]:
        raise Refused([Breach("future_date", "block", f"更正后的日期 {on} 还没有到。请核对日期。")])
    _right(case, old.step, roles, actor, "更正")
    problems = DataCheck(shape).problems(old.step, data)
    if problems:
        raise BadInput(problems)
    if not data and (not on or on == old.on):
        raise BadInput([Problem("", "没有写要更正的内容。")])
    fold = fold_of(case)
    related = work.judge.lookups.related(shape, old.step, case.org, on or old.on, fold, data)
    taken = {**old.data, **data, milestone: on or old.on}
    if case.definition == REGISTER:
        work.ledger.summaries.refuse(work.cursor.db, case.org, {**fold["facts"], **taken}, case.uid)
    entries = work.judge.entries[case.org]
    notes = work.ledger.summaries.notes(shape, case.pinned.law, fold, taken, on or old.on, entries)
    sealed = seal_data(work.ledger.keyring, case, shape, old.step, case.rseq + 1, data)
    outcome = append(work, case, "correct", actor=actor, roles=roles, reason=reason, step=old.step, on=on, data=sealed,
                     target=(target,), related=related, notes=notes)  # fmt: skip
    facts = fold_of(case)["facts"]
    if shape.identity_set & {*data, milestone}:
        case.identity = identity_of(work.cursor, work.ledger.keyring, case)
    empty = [k for k, when in shape.required[old.step] if when is None and k in data and facts.get(k) in (None, "", [])]
    if empty:
        raise BadInput([Problem(k, f"{shape.fields[k].name}必填，不能更正为空。确实查不到的，请填“不详”。") for k in empty])
    return outcome


def void(work: Work, case: Case, targets: Sequence[int], *, actor: str, roles: Sequence[str], reason: str,
         source: dict[str, Any] | None = None) -> Outcome:  # fmt: skip
    """作废 these events. With all steps voided the record is void; its number stays used.

    Raises BadInput (no reason, no such event) and Refused (no right, or later steps rest on it)."""
    _need_reason(reason, "作废")
    events = history(work, case)
    voided = {t for e in events if e.kind == "void" for t in e.target}
    by_seq = {e.seq: e for e in events if e.kind in ("step", "correct")}
    wanted = sorted(set(targets))
    for seq in wanted:
        if seq not in by_seq or seq in voided:
            raise BadInput([Problem("target", f"{case.number}没有第 {seq} 条登记，或它已作废。")])
        _right(case, by_seq[seq].step, roles, actor, "作废")
    if not wanted:
        raise BadInput([Problem("target", "没有写要作废哪一条。")])
    known = {(f["key"], f["seq"]) for f in fold_of(case)["findings"]}
    outcome = append(work, case, "void", actor=actor, roles=roles, reason=reason, target=wanted, source=source)
    upset = sorted({f["seq"] for f in fold_of(case)["findings"]
                    if f["key"] in _RESTS_ON and (f["key"], f["seq"]) not in known})  # fmt: skip
    if upset and case.status != "void":
        steps = case.pinned.shape.steps
        named = "、".join(f"第 {s} 条“{steps[by_seq[s].step].name}”" for s in upset)
        raise Refused([Breach("rests_on", "block", f"{named}以要作废的内容为前提。确需作废的，请一并作废。")])
    return outcome


def answer(work: Work, case: Case, finding: str, seq: int, text: str, *, actor: str, roles: Sequence[str]) -> Outcome:
    """说明/整改 of a finding of event ``seq``, or of an overdue deadline (``overdue:…``, seq 0) as it stands today; the
    finding stays. Whoever may take a step of the record may answer, and the leader.

    Raises BadInput for an unknown finding or no text, Refused without the right."""
    if not text.strip():
        raise BadInput([Problem("text", "请写明说明或整改的内容。")])
    _may_answer(case, roles, actor)
    history(work, case)
    known = fold_of(case)["findings"]
    if finding.startswith(OVERDUE):
        known = assess_fold(case.pinned.shape.plan, case.pinned.law, fold_of(case), work.today).findings
    found = [f for f in known if f["key"] == finding and f["seq"] == seq]
    if not found:
        listed = "、".join(f"{f['key']}（第 {f['seq']} 条）" for f in known) or "没有问题"
        raise BadInput([Problem("finding", f"{case.number}没有第 {seq} 条的问题“{finding}”。现有：{listed}。")])
    return append(work, case, "answer", actor=actor, roles=roles, on=work.today, data={"finding": finding, "text": text},
                  target=(seq,) if seq else ())  # fmt: skip


def _may_answer(case: Case, roles: Sequence[str], actor: str) -> None:
    steps = case.pinned.shape.steps.values()
    may = {r for s in steps for r in s.by} | {LEADER}
    if may.isdisjoint(roles) and all(s.by for s in steps):
        raise Refused([Breach("role", "block", f"{case.number}的说明应由能办理本件环节的岗位或{role_names([LEADER])}作出；"
                              f"{actor or '登记人'}的岗位是{role_names(roles)}。")])  # fmt: skip
