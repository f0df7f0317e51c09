"""Judges an act before it is written: form, right, day, related records, and the law (the one check of all paths)."""

from __future__ import annotations

from typing import Any

from yifa.law.calendar import CalendarError
from yifa.law.due import DueError
from yifa.procedure.engine import check, fold_events
from yifa.procedure.events import Breach, Check, Event, Fold
from yifa.procedure.roles import role_names
from yifa.procedure.rules import FoldView
from yifa.records import restricting
from yifa.records.acts import IMPORTER, Act, BadInput, Problem, Refused
from yifa.records.case import Case, Pending, ensure_fold, read_events
from yifa.records.data_check import DataCheck, valid_moment
from yifa.records.files import FileStore
from yifa.records.keys import Keyring
from yifa.records.lookups import Lookups
from yifa.records.sealing import identity_of, record_key, seal_data
from yifa.records.shape import Shape
from yifa.records.summaries import REGISTER, Stated, Summaries
from yifa.records.versions import Library


class Judge:
    """The check of acts inside one transaction."""

    def __init__(self, cursor: Any, library: Library, keyring: Keyring, files: FileStore, today: str, summaries: Summaries):
        self.cursor, self.library, self.keyring, self.files, self.today = cursor, library, keyring, files, today
        self.summaries = summaries
        self.entries: dict[str, list[Stated]] = {}
        self.lookups = Lookups(cursor, lambda c, key: library.current(c, key).shape)

    def take(self, case: Case, act: Act, index: int = 0) -> Check:
        """Check one act and let the case wait for writing. Raises BadInput or Refused; the case is then of no use."""
        data = self._form(case.pinned.shape, act)
        self._right(case.pinned.shape, act)
        ensure_fold(self.cursor, case)
        self._renew(case)
        fold = ensure_fold(self.cursor, case)
        shape, law = case.pinned.shape, case.pinned.law
        if fold["status"] in ("void", "destroyed"):
            word = "已作废" if fold["status"] == "void" else "已销毁"
            raise Refused([Breach("record_closed", "block", f"{case.number}{word}，不能再登记。")])
        rseq = case.rseq + 1
        kept: list[dict[str, Any]] = []
        if act.files:
            data, kept = self._attach(case, act, rseq, data)
        related = self.lookups.related(shape, act.step, case.org, act.on, fold, data)
        data = seal_data(self.keyring, case, shape, act.step, rseq, data)
        data = {k: v for k, v in data.items() if v is not None} if None in data.values() else data
        taken = {**data, shape.plan.steps[act.step].milestone: act.on}
        if case.definition == REGISTER:
            self.summaries.refuse(self.cursor.db, case.org, {**fold["facts"], **taken})
        notes = self.summaries.notes(shape, law, fold, taken, act.on, entries) if (entries := self.entries.get(case.org)) else ()
        event = Event(rseq, "step", act.step, act.on, act.actor, data, act.late, act.reason, (), related, tuple(act.roles), notes)
        in_order = act.on >= fold["last"]
        try:
            verdict = check(shape.plan, law, fold, event) if in_order else self._insert(case, event)
        except (CalendarError, DueError) as error:
            raise BadInput([Problem("", f"{shape.steps[act.step].name}起算的期限算不出来：{error}请核对日期和天数。")]) from error
        if not act.late:
            if verdict.refusals:
                raise Refused(verdict.refusals)
            if not in_order and (upset := self._upset(case, fold, verdict.fold, rseq)):
                raise Refused(upset)
        elif not act.reason.strip():
            raise BadInput([Problem("reason", "补录要写明原因（为什么当时没有登记）。")])
        missing = self._missing(case, verdict.fold, event)
        if missing:
            raise BadInput(missing)
        case.fold, case.rseq = verdict.fold, rseq
        case.late = 1 if act.late else case.late
        case.touched |= data.keys()
        case.settle()
        said = case.restricted if case.new and rseq == 1 else None
        said = restricting.after_step(case, act.on) or said
        if rseq > 1 and not shape.identity_set.isdisjoint(case.touched):
            case.identity = identity_of(self.cursor, self.keyring, case)
        case.pending.append(Pending(event, "step", verdict.receipt, act.source, kept, act if case.new and rseq == 1 else None,
                                    index, said))  # fmt: skip
        return verdict

    # -- form and right -----------------------------------------------------------------------------------------------

    def _form(self, shape: Shape, act: Act) -> dict[str, Any]:
        """The act's data without the step's own day. Raises BadInput with every fault, Refused for a future day."""
        sp = shape.plan.steps.get(act.step)
        if sp is None:
            names = "、".join(f"{s.key}（{s.name}）" for s in shape.steps.values())
            raise BadInput([Problem("step", f"{shape.definition.name}没有“{act.step}”这个环节。可用：{names}。")])
        if not valid_moment(act.on):
            raise BadInput([Problem(sp.milestone, f"{sp.name}日期应写成 2026-01-05，现为“{act.on}”。")])
        data = act.data
        if sp.milestone in data and sp.milestone not in shape.allowed[act.step]:
            if data[sp.milestone] not in (None, act.on):
                raise BadInput([Problem(sp.milestone, f"{sp.name}日期写了两个：{data[sp.milestone]} 和 {act.on}。请核对。")])
            data = {k: v for k, v in data.items() if k != sp.milestone}
        problems = self._checker(shape).problems(act.step, data)
        if problems:
            raise BadInput(problems)
        shown = act.on[:10]
        if shown > self.today[: len(shown)]:
            raise Refused([Breach("future_date", "block", f"{sp.name}日期 {act.on} 还没有到（今天是 {self.today}）。"
                                  "已经发生的事才能登记，请核对日期。")])  # fmt: skip
        return data

    def _checker(self, shape: Shape) -> DataCheck:
        if shape.data_check is None:
            shape.data_check = DataCheck(shape)
        found: DataCheck = shape.data_check
        return found

    @staticmethod
    def _right(shape: Shape, act: Act) -> None:
        """Whether the actor's roles may take the step; an import may take any as a late entry from a named source."""
        step = shape.steps[act.step]
        if not step.by or not set(step.by).isdisjoint(act.roles):
            return
        if act.late and act.source and IMPORTER in act.roles:
            return
        raise Refused([Breach("role", "block", f"“{step.name}”应由{role_names(step.by)}办理；"
                              f"{act.actor or '登记人'}的岗位是{role_names(act.roles)}。")])  # fmt: skip

    @staticmethod
    def _missing(case: Case, fold: Fold, event: Event) -> list[Problem]:
        """Required fields that neither this event nor another one gives in the ``fold`` with it; 不详 counts as given."""
        shape = case.pinned.shape
        required = shape.required[event.step]
        if not required:
            return []
        facts = fold["facts"]
        view = None
        found = []
        for key, when in required:
            if facts.get(key) in (None, "", []):
                if when is not None:
                    view = view or FoldView(fold, case.pinned.law, event.on, event.related)
                    if not when(view):
                        continue
                found.append(Problem(key, f"{shape.fields[key].name}必填。确实查不到的，请填“不详”。"))
        return found

    # -- the law ------------------------------------------------------------------------------------------------------

    def _renew(self, case: Case) -> None:
        """A running case is judged by today's limits and calendar; if these changed, its fold is made anew first."""
        renewed = self.library.renewed(self.cursor, case.pinned)
        if renewed is case.pinned:
            return
        case.pinned = renewed
        if not case.new:
            case.history = self._events(case)
            case.fold = fold_events(renewed.shape.plan, renewed.law, case.history)
            case.refolded = True

    def _events(self, case: Case) -> list[Event]:
        """The whole history so far, with what waits to be written."""
        if case.history is None:
            case.history = [] if case.new else read_events(self.cursor, case.uid)
        return [*case.history, *(p.event for p in case.pending)]

    @staticmethod
    def _upset(case: Case, before: Fold, after: Fold, rseq: int) -> list[Breach]:
        """What a new event that lies before others makes unlawful in them; only a late entry (补录) may do that."""
        known = {(f["key"], f["seq"]) for f in before["findings"]}
        plan = case.pinned.shape.plan
        named = {e[0]: plan.steps[key].name for key, entries in after["steps"].items() for e in entries}
        return [
            Breach(f["key"], "block", f"会使第 {f['seq']} 条“{named[f['seq']]}”不合规定：{f['message']}"
                   "请核对日期；确属当时办过、现在补登的，作补录并写明原因。", f["basis"])
            for f in after["findings"]
            if f["severity"] == "error" and f["seq"] not in (0, rseq) and (f["key"], f["seq"]) not in known
        ]  # fmt: skip

    def _insert(self, case: Case, event: Event) -> Check:
        """Judge an event that lies before others: on the fold of its own day; then fold everything with it.

        What a late entry (补录) upsets in later steps shows as findings of those steps, not as a refusal.
        """
        plan, law = case.pinned.shape.plan, case.pinned.law
        events = self._events(case)
        days = {e.seq: e.on for e in events if e.kind == "step"}
        days |= {t: e.on for e in events if e.kind == "correct" and e.on for t in e.target}
        before = [e for e in events if e.kind != "step" or days[e.seq] <= event.on]
        verdict = check(plan, law, fold_events(plan, law, before), event)
        fold = fold_events(plan, law, [*events, event])
        case.refolded = True
        return Check(fold, verdict.breaches, verdict.receipt)


    def _attach(self, case: Case, act: Act, rseq: int, data: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """Store the attachments; gives the data with their digests in the named fields, and what the event says of them.

        Whoever rolls back removes what `Case.files` lists.
        """
        shape = case.pinned.shape
        data, kept = dict(data), []
        for a in act.files:
            f = shape.fields.get(a.field) if a.field else None
            if a.field and (f is None or f.type != "file" or a.field not in shape.allowed[act.step]):
                raise BadInput([Problem(a.field, f"附件《{a.name}》指定的栏目 {a.field} 不是本环节的附件栏。")])
            key = record_key(self.keyring, case)
            if isinstance(a.content, bytes):
                stored = self.files.put(a.content, a.name, case.uid, key)
            else:
                with a.content.open("rb") as stream:
                    stored = self.files.put(stream, a.name, case.uid, key)
            case.files.append((case.uid, rseq, stored.digest, stored.stored, a.name, stored.size))
            kept.append({"digest": stored.digest, "name": a.name, "size": stored.size})
            if a.field and f is not None:
                data[a.field] = [*(data.get(a.field) or []), stored.digest] if f.many else stored.digest
        return data, kept
