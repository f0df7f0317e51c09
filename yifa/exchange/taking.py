"""One import in one transaction: which rows are new, known or doubtful, and their writing."""

from __future__ import annotations

from collections import Counter
from typing import Any

from yifa.exchange import existing as ex
from yifa.exchange.cells import CellProblem
from yifa.exchange.changes import apply_changes, changes
from yifa.exchange.report import ImportReport
from yifa.exchange.rows import RowActs
from yifa.procedure.definition import Definition
from yifa.records import sql
from yifa.records.acts import IMPORTER, Act, BadInput, LedgerError, Outcome, Refused, new_uid
from yifa.records.batches import BatchInfo, close_batch, open_batch
from yifa.records.ledger import Ledger
from yifa.records.work import Work

_MOST_NOTES = 500


class _RollBack(Exception):
    """Leave the transaction without writing."""


class Taking:
    """Takes the rows of a file into the ledger."""

    def __init__(self, ledger: Ledger, definition: Definition, org: str, actor: str, info: BatchInfo, report: ImportReport,
                 duplicates: str):  # fmt: skip
        self.ledger, self.d, self.org, self.actor = ledger, definition, org, actor
        self.info, self.report, self.duplicates = info, report, duplicates
        self.key = definition.key
        self.reason = f"导入 {info.file_name}"
        self.days = {s.key: s.milestone for s in definition.all_steps}
        self.row_of: list[RowActs] = []

    def take(self, rows: list[RowActs], write: bool, partial: bool) -> None:
        """Classify the rows and write them. Without ``write`` everything is checked all the same, and rolled back."""
        report = self.report
        good = [r for r in rows if not r.problems]
        try:
            with self.ledger.writing() as work:
                number = open_batch(work.cursor, self.info, work.now)
                work.batch = number
                acts, known = self._classify(work, good)
                outcomes = work.take_chunks(acts, all_or_nothing=not partial)
                self._tell(outcomes)
                outcomes += self._change(work, known)
                if not write or (report.problems and not partial) or not any(o.ok for o in outcomes):
                    raise _RollBack
                close_batch(work.cursor, number, outcomes)
        except _RollBack:
            report.numbers = []
        else:
            report.batch, report.written = number, True

    # -- which row is what --------------------------------------------------------------------------------------------

    def _classify(self, work: Work, rows: list[RowActs]) -> tuple[list[Act], list[tuple[RowActs, str]]]:
        """The acts of new rows, and the rows of records that are there with their uid."""
        cursor, key = work.cursor, self.key
        digests = self._digests(rows)
        if not self.d.identity:
            self._several_sheets(rows, digests)
        own = ex.by_own_number(cursor, key, (r.own for r in rows if r.own))
        sources = ex.by_source(cursor, key, ((r.source["system"], r.source["id"]) for r in rows if r.source))
        same = ex.by_identity(cursor, key, (x for x in digests if x))
        foreign: dict[tuple[str, str], list[str]] = {}
        if not self.d.identity:
            foreign = ex.by_foreign_number(cursor, key, (r.foreign for r in rows if r.foreign))
            days = {r.steps[0].on for r in rows}
            if ex.any_record(cursor, key):
                for k, uids in ex.entered_by_hand(self.ledger, cursor, key, sorted({r.org for r in rows}) or [self.org], days).items():
                    same.setdefault(k, []).extend(uids)
        acts: list[Act] = []
        known: list[tuple[RowActs, str]] = []
        first: dict[str, RowActs] = {}
        for row, digest in zip(rows, digests, strict=True):
            uid = own.get((row.org, row.own), [None])[0] if row.own else None
            if uid is None and row.source:
                uid = sources.get((row.source["system"], row.source["id"]))
            if uid is None and self.d.identity and digest:
                uid = same.get((row.org, digest), [None])[0]
            mark = uid or self._mark(row, digest)
            if mark and (one := first.setdefault(mark, row)) is not row:
                self._problem(row, f"与第 {one.row} 行{self._sheet(one, row)}是同一件（{self._why(row, uid)}）。请删去一行或改正。")
            elif uid is not None:
                known.append((row, uid))
            elif self.d.identity or row.source or not self._doubtful(row, digest, same, foreign, known):
                acts += self._acts(row, digest)
        return acts, known

    def _mark(self, row: RowActs, digest: str | None) -> str | None:
        """By what two rows of one file are the same record; rows without such a mark are separate records."""
        if row.source:
            return f"{row.source['system']}\n{row.source['id']}"
        return f"{row.org}\n{digest}" if self.d.identity and digest else None

    def _doubtful(self, row: RowActs, digest: str | None, same: dict[tuple[str, str], list[str]],
                  foreign: dict[tuple[str, str], list[str]], known: list[tuple[RowActs, str]]) -> bool:  # fmt: skip
        """Rows that equal an earlier record or bear its number go by the clerk's choice; True when that settles them."""
        equal = same.get((row.org, digest or ""))
        numbered = [] if equal else foreign.get((row.org, row.foreign), []) if row.foreign else []
        if (not equal and not numbered) or self.duplicates == "add":
            return False
        if self.duplicates == "ask":
            self.report.duplicates += 1
            what = "与已有记录完全相同" if equal else f"编号“{row.foreign}”已有记录，内容不同"
            self._problem(row, f"{what}。同一件的加 --duplicates skip 跳过或 update 按表更新；确是另一件的加 --duplicates add。")
        elif self.duplicates == "update" and len(numbered) > 1:
            self._problem(row, f"有 {len(numbered)} 件记录的编号都是“{row.foreign}”，不知道更新哪一件。请逐件更正。")
        elif self.duplicates == "update" and numbered:
            known.append((row, numbered[0]))
        else:
            self.report.same += 1
        return True

    def _several_sheets(self, rows: list[RowActs], digests: list[str | None]) -> None:
        """A summary sheet that repeats the monthly ones would enter everything twice. Raises BadInput."""
        if len({id(r.sheet) for r in rows}) < 2:
            return
        sheets: dict[str, Counter[str]] = {}
        for row, digest in zip(rows, digests, strict=True):
            sheets.setdefault(row.sheet.name, Counter())[digest or ""] += 1
        for name, mine in sheets.items():
            others = sum((c for n, c in sheets.items() if n != name), Counter())
            both = sum((mine & others).values())
            if both >= 3 and both > mine.total() / 2:
                raise BadInput(f"工作表“{name}”有 {both} 行在其他工作表里也有，像是汇总表，导入会重复。请用 --sheet 指明要导入的工作表。")

    def _digests(self, rows: list[RowActs]) -> list[str | None]:
        if not self.d.identity:
            return [ex.row_digest(self.ledger, self.key, r.org, r.steps) for r in rows]
        found = []
        for r in rows:
            values: dict[str, Any] = {}
            for s in r.steps:
                values = {**values, **s.data, self.days[s.step]: s.on}
            found.append(self.ledger.identity(self.key, r.org, values))
        return found

    def _acts(self, row: RowActs, digest: str | None) -> list[Act]:
        uid = new_uid()
        source: dict[str, Any] = {**(row.source or {"system": "xlsx"}), "row": row.row}
        org, key, actor, reason, roles = row.org, self.key, self.actor, self.reason, (IMPORTER,)
        opening = row.steps[0]
        made = [Act(org, key, opening.step, opening.on, opening.data, actor, roles, None, uid, True, reason, source,
                    foreign_number=row.foreign or row.ordinal or None, identity=digest)]  # fmt: skip
        for s in row.steps[1:]:
            made.append(Act(org, key, s.step, s.on, s.data, actor, roles, uid, None, True, reason, source))
        self.row_of += [row] * len(made)
        return made

    # -- telling ------------------------------------------------------------------------------------------------------

    def _sheet(self, one: RowActs, row: RowActs) -> str:
        return f"（{one.sheet.name}）" if one.sheet is not row.sheet else ""

    def _why(self, row: RowActs, uid: str | None) -> str:
        if uid and row.own:
            return f"系统编号 {row.own} 相同"
        if row.source:
            return f"外部系统编号 {row.source['id']} 相同"
        named = [f.name for k in self.d.identity if (f := self.d.field(k))] or self.d.identity
        return f"{'、'.join(named)}都相同"

    def _problem(self, row: RowActs, message: str, key: str = "") -> None:
        heading = next((row.sheet.headings[i] for i, c in row.sheet.mapping.places.items() if c.key == key), "") if key else ""
        self.report.problems.append(CellProblem(row.row, heading, "", message, row.sheet.name))

    def _tell(self, outcomes: list[Outcome]) -> None:
        report = self.report
        bad: set[int] = set()
        rows: dict[int, None] = {}
        last = None
        for row, o in zip(self.row_of, outcomes, strict=True):
            rows[id(row)] = None
            if o.problems or o.refusals:
                bad.add(id(row))
                for p in o.problems:
                    self._problem(row, p.message, p.field)
                for b in o.refusals:
                    self._problem(row, b.message)
            if o.findings:
                self._note(row, o)
            if o.ok and o.number and o.record != last:
                report.numbers.append(o.number)
                last = o.record
        report.new = len(rows) - len(bad)

    def _note(self, row: RowActs, o: Outcome) -> None:
        self.report.findings += len(o.findings)
        if len(self.report.notes) < _MOST_NOTES:
            self.report.notes += [CellProblem(row.row, "", "", f["message"], row.sheet.name) for f in o.findings]

    # -- known records ------------------------------------------------------------------------------------------------

    def _change(self, work: Work, known: list[tuple[RowActs, str]]) -> list[Outcome]:
        """Corrections and later steps of records that are there; a row that fails leaves its record as it was."""
        outcomes: list[Outcome] = []
        for some in sql.chunks(known, 500):
            found = {e.uid: e for e in ex.read_existing(self.ledger, work.cursor, [uid for _, uid in some])}
            differ = [(row, uid, made) for row, uid in some if (made := changes(self.d, found[uid], row))]
            self.report.same += len(some) - len(differ)
            work.lock({found[uid].org for _, uid, _ in differ})
            cases = work.read([uid for _, uid, _ in differ])
            done = []
            for index, (row, uid, made) in enumerate(differ):
                case = cases[uid]
                source = {**(row.source or {"system": "xlsx"}), "row": row.row}
                try:
                    outcomes += apply_changes(work, case, row, made, self.actor, self.reason, source, index)
                except Refused as e:
                    self._problem(row, f"{case.number}：{'；'.join(b.message for b in e.breaches)}")
                except BadInput as e:
                    for p in e.problems:
                        self._problem(row, f"{case.number}：{p.message}", p.field)
                except LedgerError as e:
                    self._problem(row, f"{case.number}：{e}")
                else:
                    done.append(case)
                    self.report.changed += 1
            work.write(done)
        return outcomes
