"""Import (导入): reads a sheet, checks every row by the same path as single entry, writes all or nothing (by default).

A row is recognised again by its definition's identity fields, or by source system and number; the same row again is
left alone, a changed one becomes corrections and later steps. Without either, rows that equal earlier records are listed
and need a choice. The same file is never taken twice; `undo` voids what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yifa.exchange.columns import FOREIGN_NUMBER, columns_of
from yifa.exchange.existing import Existing, find_by_identity, find_by_source, read_existing
from yifa.exchange.rows import CellProblem, RowActs, RowReader, source_of
from yifa.exchange.sheet import Sheet, SheetError, read_sheet
from yifa.procedure.values import Context
from yifa.records import amend
from yifa.records.acts import IMPORTER, Act, LedgerError, Outcome, new_uid
from yifa.records.batches import BatchInfo, close_batch, find_batch, open_batch
from yifa.records.canonical import dumps, sm3
from yifa.records.ledger import Ledger
from yifa.records.organisations import organisation, subtree
from yifa.records.work import Work

Progress = Callable[[int, int], None]


class ImportRefused(LedgerError):
    """The file as a whole cannot be imported; the message says why and what to do."""


@dataclass
class ImportReport:
    """What became of a file, row by row counted, with every problem found."""

    file: str
    definition: str
    org: str
    sheet: str = ""
    rows: int = 0
    new: int = 0
    same: int = 0
    changed: int = 0
    refused: int = 0
    duplicates: int = 0
    findings: int = 0
    batch: int | None = None
    written: bool = False
    unread: list[str] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        numbers = [self.numbers[0], self.numbers[-1]] if self.numbers else []
        return {"file": self.file, "definition": self.definition, "org": self.org, "sheet": self.sheet, "ok": self.ok,
                "written": self.written, "batch": self.batch, "rows": self.rows, "new": self.new, "same": self.same,
                "changed": self.changed, "refused": self.refused, "duplicates": self.duplicates,
                "findings": self.findings, "numbers": numbers, "unread_columns": self.unread,
                "problems": [p.as_dict() for p in self.problems]}  # fmt: skip

    def lines(self) -> list[str]:
        """The result in words."""
        found = [f"{self.file}（{self.sheet}）：{self.rows} 行，新增 {self.new}，无变化 {self.same}，变更 {self.changed}，"
                 f"退回 {self.refused}。"]  # fmt: skip
        if self.unread:
            found.append(f"没有对应栏目的列（未读）：{'、'.join(self.unread)}")
        if self.duplicates:
            found.append(f"有 {self.duplicates} 行与已有记录相同。加 --duplicates skip 跳过它们，或 --duplicates add 另立新记录。")
        if self.written:
            numbers = f"，编号 {self.numbers[0]} 至 {self.numbers[-1]}" if self.numbers else ""
            late = f"；办理中有 {self.findings} 处问题，见各件" if self.findings else ""
            found.append(f"已导入，批次 {self.batch}{numbers}{late}。如需撤回：yifa undo {self.batch}")
        elif self.problems:
            found.append("一行也没有写入。改好后再导入，或加 --partial 先导入没有问题的行。")
        else:
            found.append("检查通过，没有写入。")
        return found


def make_context(ledger: Ledger) -> Context:
    """What cleaning looks up in this ledger: organisations by code, name or short name, statutes by title."""
    import difflib

    names: dict[str, str | None] = {}
    for o in subtree():
        for name in (o.code, o.name, o.short):
            names[name] = o.code if names.get(name, o.code) == o.code else None
    book = ledger.codex.statutes

    def statute(title: str) -> str | None:
        match = book.resolve(title)
        return match.statute.key if match else None

    def near(name: str) -> list[str]:
        return difflib.get_close_matches(name, list(names), 3, 0.5) or [n for n in names if name in n][:3]

    return Context(ledger.today(), names.get, near, statute)


def import_file(ledger: Ledger, definition: str, org: str, path: Path, *, actor: str, sheet: str | None = None,
                partial: bool = False, duplicates: str = "ask", dry_run: bool = False, refused: Path | None = None,
                progress: Progress | None = None) -> ImportReport:  # fmt: skip
    """Import a spreadsheet. Raises SheetError, ImportRefused and LedgerError; then nothing was written.

    ``partial`` writes the rows without problems; ``duplicates`` is ask, skip or add; ``refused`` receives the rows that
    were sent back, in the form of the original."""
    d = ledger.codex.definitions[definition]
    town = organisation(org)
    columns = columns_of(d)
    book = read_sheet(path, columns, sheet)
    digest = sm3(path.read_bytes())
    earlier = find_batch(digest, definition, town.code)
    if earlier is not None and not dry_run:
        raise ImportRefused(f"{path.name} 已于 {earlier.recorded_at[:10]} 导入过（批次 {earlier.id}），没有再次导入。"
                            f"确要重来的，先运行 yifa undo {earlier.id}。")  # fmt: skip
    report = ImportReport(path.name, definition, town.code, book.name, unread=book.mapping.unread)
    missing = [c for c in columns if c.required and not any(p.key == c.key for p in book.mapping.places.values())]
    if missing:
        raise SheetError(f"{path.name}（{book.name}）缺少必填的列：{'、'.join(c.name for c in missing)}。请补上表头，"
                         f"或用 yifa template {definition} 生成模板。")  # fmt: skip
    rows = _read_rows(RowReader(d, book, make_context(ledger)), book, progress)
    report.rows = len(rows)
    good = [r for r in rows if not r.problems]
    for r in rows:
        report.problems += r.problems
    info = BatchInfo(digest, path.name, definition, town.code, len(rows), actor)
    run = _Import(ledger, definition, town.code, actor, info, report, duplicates)
    run.take(good, write=not dry_run and (partial or not report.problems), partial=partial)
    report.refused = len({p.row for p in report.problems})
    if refused is not None and report.problems:
        write_refused(refused, book, report.problems)
    return report


def _read_rows(reader: RowReader, sheet: Sheet, progress: Progress | None) -> list[RowActs]:
    found: list[RowActs] = []
    total = len(sheet.rows)
    for n, row in enumerate(reader, 1):
        found.append(row)
        if progress and n % 5000 == 0:
            progress(n, total)
    return found


class _RollBack(Exception):
    """Leave the transaction without writing."""


class _Import:
    """One import in one transaction."""

    def __init__(self, ledger: Ledger, definition: str, org: str, actor: str, info: BatchInfo, report: ImportReport,
                 duplicates: str):  # fmt: skip
        self.ledger, self.definition, self.org, self.actor = ledger, definition, org, actor
        self.info, self.report, self.duplicates = info, report, duplicates
        self.d = ledger.codex.definitions[definition]
        self.steps = {s.key: s for s in self.d.all_steps}
        self.reason = f"导入 {info.file_name}"
        self.row_of: list[int] = []

    def take(self, rows: list[RowActs], write: bool, partial: bool) -> None:
        """Classify the rows and write them. Without ``write`` everything is checked and rolled back."""
        try:
            with self.ledger.writing() as work:
                number = open_batch(work.cursor, self.info, work.now)
                work.batch = number
                acts = self._classify(work, rows)
                before = len(self.report.problems)
                outcomes = work.take_chunks(acts, all_or_nothing=not partial)
                self._tell(outcomes)
                stop = not write or (not partial and (len(self.report.problems) > before or before))
                if stop or not (any(o.ok for o in outcomes) or self.report.changed):
                    raise _RollBack
                close_batch(work.cursor, number, outcomes)
                self.report.batch, self.report.written = number, True
        except _RollBack:
            self.report.numbers = []

    def _classify(self, work: Work, rows: list[RowActs]) -> list[Act]:
        """The acts of new rows; rows known already are compared and corrected here."""
        keys = [self._identity(r) for r in rows]
        sources = [source_of(r.meta) for r in rows]
        by_source = find_by_source(work.cursor, self.definition, [(s["system"], s["id"]) for s in sources if s])
        by_identity = find_by_identity(work.cursor, self.definition, self.org, [k for k in keys if k])
        acts: list[Act] = []
        known: list[tuple[RowActs, str]] = []
        first_row: dict[str, int] = {}
        for row, key, source in zip(rows, keys, sources, strict=True):
            uid = by_source.get((source["system"], source["id"])) if source else None
            if uid is None and key and self.d.identity:
                uid = next(iter(by_identity.get(key, ())), None)
                if uid is None and first_row.setdefault(key, row.row) != row.row:
                    self._problem(row, "", f"与第 {first_row[key]} 行是同一件（{'、'.join(self._names())}都相同）。请删去一行或改正。")
                    continue
            if uid is not None:
                known.append((row, uid))
            elif key and not self.d.identity and source is None and by_identity.get(key) and self.duplicates != "add":
                if self.duplicates == "ask":
                    self.report.duplicates += 1
                    self._problem(row, "", "与已有记录完全相同。是同一件的请删去此行；确是另一件的，加 --duplicates add 导入。")
                else:
                    self.report.same += 1
            else:
                acts += self._acts(row, key, source)
        self._compare(work, known)
        return acts

    def _identity(self, row: RowActs) -> str | None:
        if self.d.identity:
            values: dict[str, Any] = {}
            for s in row.steps:
                values = {**values, **s.data, self.steps[s.step].milestone: s.on}
            return self.ledger.identity(self.definition, self.org, values)
        content = [[s.step, s.on, s.data] for s in row.steps]
        return self.ledger.keyring.digest(f"row:{self.definition}:{self.org}", dumps(content))

    def _names(self) -> list[str]:
        return [f.name for k in self.d.identity if (f := self.d.field(k))] or self.d.identity

    def _acts(self, row: RowActs, key: str | None, source: dict[str, str] | None) -> list[Act]:
        uid = new_uid()
        opening = row.steps[0]
        foreign = row.meta.get(FOREIGN_NUMBER)
        origin = source or {"system": "xlsx"}
        made = [Act(self.org, self.definition, opening.step, opening.on, opening.data, self.actor, (IMPORTER,), None, uid,
                    True, self.reason, {**origin, "row": row.row}, foreign_number=foreign, identity=key)]  # fmt: skip
        made += [Act(self.org, self.definition, s.step, s.on, s.data, self.actor, (IMPORTER,), uid, None, True,
                     self.reason, {**origin, "row": row.row}) for s in row.steps[1:]]  # fmt: skip
        self.row_of += [row.row] * len(made)
        return made

    def _problem(self, row: RowActs, column: str, message: str) -> None:
        self.report.problems.append(CellProblem(row.row, column, "", message))

    def _tell(self, outcomes: list[Outcome]) -> None:
        seen: set[str] = set()
        rows_new: set[int] = set()
        for row, o in zip(self.row_of, outcomes, strict=True):
            self.report.problems += [CellProblem(row, "", "", p.message) for p in o.problems]
            self.report.problems += [CellProblem(row, "", "", b.message) for b in o.refusals]
            self.report.findings += len(o.findings)
            if o.ok:
                rows_new.add(row)
                if o.number and o.record not in seen:
                    self.report.numbers.append(o.number)
                    seen.add(o.record or "")
        self.report.new = len(rows_new)

    def _compare(self, work: Work, known: list[tuple[RowActs, str]]) -> None:
        """Rows of records that are there: nothing, corrections of changed values, and steps taken since."""
        found = {e.uid: e for e in read_existing(self.ledger, work.cursor, [uid for _, uid in known])}
        for row, uid in known:
            corrections, later = self._changes(found[uid], row)
            if not corrections and not later:
                self.report.same += 1
                continue
            try:
                work.lock([found[uid].org])
                case = work.case(uid)
                for target, on, data in corrections:
                    amend.correct(work, case, target, data, actor=self.actor, roles=(IMPORTER,), reason=self.reason, on=on)
                if corrections:
                    work.write([case])
                    case.written_out()
                if later:
                    work.take_all(later)
                self.report.changed += 1
            except LedgerError as e:
                self._problem(row, "", f"{found[uid].number}：{e}")
                raise _RollBack from e

    def _changes(self, old: Existing, row: RowActs) -> tuple[list[tuple[int, str, dict[str, Any]]], list[Act]]:
        """Per event what is to be corrected, and the acts for steps not taken yet. Empty cells change nothing."""
        corrections: dict[int, tuple[str, dict[str, Any]]] = {}
        later: list[Act] = []
        for s in row.steps:
            done = old.steps.get(s.step)
            if not done:
                later.append(Act(old.org, self.definition, s.step, s.on, s.data, self.actor, (IMPORTER,), old.uid, None, True,
                                 self.reason, {"system": "xlsx", "row": row.row}))  # fmt: skip
                continue
            seq = done[-1][0]
            if done[-1][1] != s.on:
                corrections.setdefault(seq, ("", {}))
                corrections[seq] = (s.on, corrections[seq][1])
            for key, value in s.data.items():
                if old.facts.get(key) != value:
                    target = old.sources.get(key, seq) if key in old.sources else seq
                    on, data = corrections.setdefault(target, ("", {}))
                    data[key] = value
        return [(seq, on, data) for seq, (on, data) in sorted(corrections.items())], later


def write_refused(path: Path, sheet: Sheet, problems: list[CellProblem]) -> None:
    """The rows that were sent back, as they were, with the reasons in a last column; ready to be mended and imported."""
    from datetime import date, datetime

    import xlsxwriter

    reasons: dict[int, list[str]] = {}
    for p in problems:
        reasons.setdefault(p.row, []).append(f"{p.column}：{p.message}" if p.column else p.message)
    with xlsxwriter.Workbook(path, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        out = book.add_worksheet("退回")
        red = book.add_format({"font_color": "#B00020", "text_wrap": True})
        out.write_row(0, 0, [*sheet.headings, "退回原因"], book.add_format({"bold": True}))
        out.set_column(len(sheet.headings), len(sheet.headings), 60)
        for n, number in enumerate(sorted(r for r in reasons if r >= sheet.first_row), 1):
            for i, value in enumerate(sheet.rows[number - sheet.first_row]):
                if isinstance(value, datetime | date):
                    out.write_datetime(n, i, value if isinstance(value, datetime) else datetime(value.year, value.month, value.day))
                elif isinstance(value, str | int | float | bool):
                    out.write(n, i, value)
            out.write_string(n, len(sheet.headings), "\n".join(reasons[number]), red)
