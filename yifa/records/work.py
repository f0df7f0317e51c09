"""One transaction of the ledger (`Work`): locks chains, reads cases, judges acts and writes what passed."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from yifa.records import sql
from yifa.records.acts import Act, BadInput, Conflict, NotFound, Outcome, Problem, Refused, new_uid
from yifa.records.canonical import loads
from yifa.records.case import Case, Head
from yifa.records.judge import Judge
from yifa.records.organisations import near_text
from yifa.records.summaries import REGISTER, Stated
from yifa.records.writer import Writer

if TYPE_CHECKING:
    from yifa.records.ledger import Ledger

CHUNK = 2000
KINDS = {"correct": "更正", "void": "作废", "answer": "说明", "destroy": "销毁", "hold": "暂缓销毁", "release": "解除暂缓销毁",
         "migrate": "换版"}  # fmt: skip


class Work:
    """One transaction of the ledger."""

    def __init__(self, ledger: Ledger, cursor: Any, now: str, today: str):
        self.ledger, self.cursor, self.now, self.today = ledger, cursor, now, today
        self.judge = Judge(cursor, ledger.library, ledger.keyring, ledger.files, today, ledger.summaries)
        self.heads: dict[str, Head] = {}
        self.batch: int | None = None
        self.stored: list[str] = []
        self._for_update = "" if cursor.db.vendor == "sqlite" else " FOR UPDATE OF h"

    # -- reading under lock -------------------------------------------------------------------------------------------

    def lock(self, orgs: Iterable[str]) -> None:
        """Lock the chains of these organisations, in one order for all writers. Raises BadInput for an unknown one."""
        wanted = sorted(set(orgs) - self.heads.keys())
        if not wanted:
            return
        summaries = self.ledger.summaries
        entries = summaries.column(self.cursor.db.vendor)
        statement = sql.LOCK_HEADS.format(among=sql.among(wanted), entries=entries) + self._for_update
        for row in sql.all_rows(self.cursor, statement, wanted):
            plain: list[Any] = [v.isoformat() if isinstance(v, date) else v for v in row]
            self.heads[row[0]] = Head(*plain[:-1])
            self.judge.entries[row[0]] = summaries.parsed(plain[-1])

    def head(self, org: str) -> Head:
        found = self.heads.get(org)
        if found is None:
            self.lock([org])
            found = self.heads.get(org)
        if found is None:
            raise BadInput([Problem("org", f"没有“{org}”这个机构。{near_text(self.cursor, org)}")])
        return found

    def read(self, uids: Sequence[str]) -> dict[str, Case]:
        """The cases of these records; their chains must be locked."""
        found = {}
        for some in sql.chunks(list(dict.fromkeys(uids)), 500):
            for row in sql.all_rows(self.cursor, f"{sql.READ_RECORDS}uid {sql.among(some)}", some):
                found[row[0]] = Case.from_row(row, self.cursor, self.ledger.library)
        return found

    def case(self, uid: str, expect: int | None = None) -> Case:
        """One record, its chain locked. Raises NotFound, and Conflict if its last sequence is not ``expect``."""
        row = sql.first(self.cursor, "SELECT org FROM yifa_record WHERE uid = %s", (uid,))
        if row is None:
            raise NotFound([Problem("record", f"没有找到案卷 {uid}。请核对编号。")])
        self.head(row[0])
        found = self.read([uid])[uid]
        if expect is not None and expect != found.rseq:
            raise self._conflict(found, expect)
        return found

    def case_for(self, act: Act, cases: dict[str, Case]) -> Case:
        """The case that an act belongs to. Raises BadInput, NotFound or Conflict."""
        if act.record is None:
            return self._open(act, cases)
        case = cases.get(act.record)
        if case is None:
            raise NotFound([Problem("record", f"没有找到案卷 {act.record}。请核对编号。")])
        if case.org != act.org or case.definition != act.definition:
            raise BadInput([Problem("record", f"案卷 {case.number or case.uid} 属于 {case.org} 的 {case.definition}，"
                                    f"不是 {act.org} 的 {act.definition}。")])  # fmt: skip
        if act.expect is not None and act.expect != case.rseq:
            raise self._conflict(case, act.expect)
        return case

    def _conflict(self, case: Case, seen: int) -> Conflict:
        rows = sql.all_rows(self.cursor, "SELECT body FROM yifa_event WHERE record = %s AND rseq > %s ORDER BY rseq",
                            (case.uid, seen))  # fmt: skip
        added = []
        for (text,) in rows:
            body = loads(text)
            step = case.pinned.shape.steps.get(body.get("step", ""))
            name = KINDS.get(body["kind"], "")
            added.append({"rseq": body["rseq"], "kind": body["kind"], "step": body.get("step", ""),
                          "name": name or (step.name if step else body.get("step", "")), "on": body["on"],
                          "actor": body["actor"], "recorded_at": body["recorded_at"]})  # fmt: skip
        return Conflict(case.number, seen, case.rseq, added)

    def _open(self, act: Act, cases: dict[str, Case]) -> Case:
        head = self.head(act.org)
        library = self.ledger.library
        if act.definition not in library.codex.definitions:
            near = difflib.get_close_matches(act.definition, list(library.codex.definitions), n=3)
            raise BadInput([Problem("definition", f"没有“{act.definition}”这种台账或程序。"
                                    + (f"是不是：{'、'.join(near)}？" if near else ""))])  # fmt: skip
        on = act.on[:10]
        if head.valid_to is not None and on > head.valid_to[: len(on)]:
            heir = f"，现由 {head.successor} 承接" if head.successor else ""
            raise BadInput([Problem("org", f"{head.name}已于 {head.valid_to} 撤并{heir}，{on} 的事项不能记在它名下。")])
        if on < head.valid_from[: len(on)]:
            raise BadInput([Problem("org", f"{head.name}自 {head.valid_from} 起才有，{on} 的事项不能记在它名下。")])
        pinned = library.current(self.cursor, act.definition)
        uid = act.uid or new_uid()
        if uid in cases:
            raise BadInput([Problem("uid", f"同一批里有两件用了标识 {uid}。")])
        source = act.source or {}
        case = Case(uid, act.org, head.path, act.definition, pinned, True, source_system=source.get("system"),
                    source_id=source.get("id"), foreign_number=act.foreign_number, restricted=act.restricted)  # fmt: skip
        if pinned.shape.identity:
            case.identity = self.ledger.identity(act.definition, act.org, {**act.data, **self._day(pinned.shape, act)})
        else:
            case.identity = act.identity
        return case

    @staticmethod
    def _day(shape: Any, act: Act) -> dict[str, Any]:
        step = shape.plan.steps.get(act.step)
        return {} if step is None else {step.milestone: act.on}

    # -- taking acts --------------------------------------------------------------------------------------------------

    def take_all(self, acts: Sequence[Act]) -> list[Outcome]:
        """Judge and write acts; the first refusal is raised."""
        self.lock(a.org for a in acts)
        cases = self.read([a.record for a in acts if a.record is not None])
        outcomes = []
        used: dict[str, Case] = {}
        for index, act in enumerate(acts):
            case = self.case_for(act, cases)
            cases[case.uid] = used[case.uid] = case
            outcomes.append(self._judge(case, act, index))
        self.write(list(used.values()))
        self._number(outcomes, used)
        return outcomes

    def _judge(self, case: Case, act: Act, index: int) -> Outcome:
        try:
            verdict = self.judge.take(case, act, index)
        finally:
            if act.files:
                self.stored += [row[3] for row in case.files if row[3] not in self.stored]
        rseq, fold = case.rseq, verdict.fold
        if case.definition == REGISTER:
            facts = fold["facts"]
            self.judge.entries[case.org].append(Stated(case.uid, "", facts["indicator"], facts["period_from"], facts["period_to"]))
        findings = [f for f in fold["findings"] if f["seq"] == rseq] if fold["findings"] else []
        return Outcome(True, case.uid, None, rseq, [], findings, list(fold["clocks"].values()))

    def write(self, cases: list[Case]) -> None:
        """Write what waits in the cases."""
        Writer(self.cursor, self.ledger.library, self.heads, self.now, self.batch).write(cases)

    @staticmethod
    def _number(outcomes: Iterable[Outcome], cases: dict[str, Case]) -> None:
        for o in outcomes:
            if o.ok and o.record is not None:
                o.number = cases[o.record].number

    def take_chunks(self, acts: Iterable[Act], all_or_nothing: bool) -> list[Outcome]:
        """Judge and write in chunks; refused acts are told in their outcomes, the other acts of their record skipped."""
        outcomes: list[Outcome] = []
        dead: set[str] = set()
        kept: dict[str, Case] = {}
        for chunk in self._cut(acts):
            cases = dict(kept)
            self.lock(a.org for a in chunk)
            cases.update(self.read([a.record for a in chunk if a.record is not None and a.record not in cases]))
            made, used = self._judge_all(chunk, cases, dead)
            outcomes += made
            if all_or_nothing and dead:
                kept = cases
                continue
            self.write([c for c in used.values() if c.uid not in dead])
            self.judge.lookups.clear()
            self._number(made, used)
        if all_or_nothing and dead:
            for o in outcomes:
                if o.ok:
                    o.ok, o.skipped, o.number = False, True, None
        return outcomes

    def _cut(self, acts: Iterable[Act]) -> Iterator[list[Act]]:
        """Chunks that end before a new record, and before one whose look-ups read what the chunk opens."""
        chunk: list[Act] = []
        opened: set[str] = set()
        for act in acts:
            if act.record is None:
                if chunk and (len(chunk) >= CHUNK or not opened.isdisjoint(self._reads(act.definition))):
                    yield chunk
                    chunk, opened = [], set()
                opened.add(act.definition)
            chunk.append(act)
        if chunk:
            yield chunk

    def _reads(self, definition: str) -> set[str]:
        d = self.ledger.codex.definitions.get(definition)
        return {x.of for x in d.lookups} | self.ledger.summaries.reads(definition) if d else set()

    def _judge_all(self, acts: list[Act], cases: dict[str, Case], dead: set[str]) -> tuple[list[Outcome], dict[str, Case]]:
        """Outcomes of all acts and the cases they touch; ``dead`` collects records of which an act was refused."""
        outcomes = []
        used: dict[str, Case] = {}
        for index, act in enumerate(acts):
            uid = act.record or act.uid
            if uid is not None and uid in dead:
                outcomes.append(Outcome(False, uid, skipped=True))
                continue
            try:
                case = self.case_for(act, cases)
                uid = case.uid
                cases[uid] = used[uid] = case
                outcomes.append(self._judge(case, act, index))
            except Refused as e:
                outcomes.append(Outcome(False, uid, refusals=e.breaches))
            except BadInput as e:
                outcomes.append(Outcome(False, uid, problems=e.problems))
            except Conflict as e:
                outcomes.append(Outcome(False, uid, problems=[Problem("expect", str(e))]))
            if not outcomes[-1].ok:
                dead.add(uid or f"#{len(dead)}")
        for o in outcomes:
            if o.ok and o.record in dead:
                o.ok, o.skipped = False, True
        for case in used.values():
            if case.uid in dead:
                for row in case.files:
                    self.ledger.files.remove(row[3])
        return outcomes, used
