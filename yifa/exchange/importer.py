"""Import (导入): reads a spreadsheet, checks every row by the same path as single entry, writes all or nothing (by default).

A row is known again by our own number (an export that comes back), by its source system and number, or by its
definition's identity fields: the same is left alone, a changed one becomes corrections and later steps. Without any of
these, rows that equal earlier records, or bear the number of one, are listed and need a choice. The same file is never
taken twice; `undo` voids what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from yifa.exchange.columns import columns_of, further_columns, openers, required_fields
from yifa.exchange.context import OrganisationNames, make_context
from yifa.exchange.report import ImportReport, write_refused
from yifa.exchange.rows import RowActs, RowReader
from yifa.exchange.sheet import Found, Sheet, read_sheets
from yifa.exchange.taking import Taking
from yifa.exchange.workbook import SheetError, open_workbook, read_bytes
from yifa.procedure.definition import Definition
from yifa.records.acts import BadInput, LedgerError
from yifa.records.batches import BatchInfo, find_batch
from yifa.records.canonical import sm3
from yifa.records.ledger import Ledger, no_collection
from yifa.records.organisations import Organisation, organisation

DUPLICATES = ("ask", "skip", "add", "update")
Progress = Callable[[int, int], None]


class ImportRefused(LedgerError):
    """The file as a whole cannot be imported; the message says why and what to do."""


def import_file(ledger: Ledger, definition: str, org: str, path: Path, *, actor: str, sheet: str | None = None,
                partial: bool = False, duplicates: str = "ask", dry_run: bool = False, refused: Path | None = None,
                progress: Progress | None = None) -> ImportReport:  # fmt: skip
    """Import a spreadsheet. Raises SheetError, ImportRefused and LedgerError; then nothing was written.

    ``partial`` writes the rows without problems; ``duplicates`` says what to do with rows that equal earlier records or
    bear their number: ask (list them, write nothing), skip, add (as new records), update (the earlier record);
    ``refused`` receives the rows that were sent back, in the form of the original."""
    if definition not in ledger.codex.definitions:
        raise BadInput(f"没有台账或程序“{definition}”。用 yifa codex list 查看。")
    if duplicates not in DUPLICATES:
        raise BadInput(f"--duplicates 只能是 {'、'.join(DUPLICATES)}，现为“{duplicates}”。")
    d = ledger.codex.definitions[definition]
    town = organisation(org)
    content = read_bytes(path)
    with no_collection():
        found = _sheets(d, path.name, content, sheet)
        digest = _digest(path.name, content, found, sheet, definition, town.code, dry_run)
        report = ImportReport(path.name, definition, town.code, "、".join(s.name for s in found.sheets),
                              unread_sheets=found.unread)  # fmt: skip
        rows = _rows(ledger, d, found, town, report)
        report.rows = len(rows)
        if not rows and not report.problems:
            raise SheetError(f"{path.name}（{report.sheet}）只有表头，没有一行数据。请填好后再导入。")
        if progress:
            progress(0, len(rows))
        info = BatchInfo(digest, path.name, definition, town.code, len(rows), actor)
        taking = Taking(ledger, d, town.code, actor, info, report, duplicates)
        taking.take(rows, write=not dry_run and (partial or not report.problems), partial=partial)
    if progress:
        progress(len(rows), len(rows))
    report.problems.sort(key=lambda p: (p.sheet, p.row))
    report.refused = len({(p.sheet, p.row) for p in report.problems})
    if refused is not None and report.problems:
        write_refused(refused, found, rows, report.problems)
    return report


def _digest(name: str, content: bytes, found: Found, sheet: str | None, definition: str, org: str, dry_run: bool) -> str:
    """Under what digest the file is noted: its own, or with ``sheet`` that of this sheet of it, so that the sheets of one
    file may be taken one by one. Raises ImportRefused for what was taken before, whole or by sheet."""
    whole = sm3(content)
    parts = {s.name: sm3(f"{whole}\n{s.name}") for s in found.sheets}
    for digest in () if dry_run else (whole, *parts.values()):
        earlier = find_batch(digest, definition, org)
        if earlier is not None:
            raise ImportRefused(f"{name} 已于 {earlier.recorded_at[:10]} 导入过（批次 {earlier.id}），没有再次导入。"
                                f"确要重来的，先运行 yifa undo {earlier.id}。")  # fmt: skip
    return parts[sheet] if sheet else whole


def _sheets(d: Definition, name: str, content: bytes, sheet: str | None) -> Found:
    """The sheets to be imported; each has the columns that its definition cannot do without."""
    columns = columns_of(d)
    first = openers(d)
    days = [s.milestone for s in first]
    further = further_columns(d) if d.kind == "procedure" else []
    found = read_sheets(name, open_workbook(name, content), columns, further, days, sheet)
    for s in found.sheets:
        _check_columns(d, name, s, days)
    return found


def _check_columns(d: Definition, name: str, sheet: Sheet, days: list[str]) -> None:
    first = openers(d)
    names = {c.key: c.name for c in columns_of(d)}
    mapped = [s for s in first if sheet.mapping.has(s.milestone)]
    missing = [] if mapped else [days[0]] if len(days) == 1 else days
    if len(mapped) == 1:
        missing = [k for k in required_fields(d, mapped[0]) if not sheet.mapping.has(k) and k != mapped[0].milestone]
    if missing:
        joint = "、" if mapped or len(days) == 1 else "或"
        unread = sheet.mapping.unread
        hint = f"没有认出的表头：{'、'.join(unread[:12])}；其中若有就是它的，把表头改成上面的名称。" if unread else ""
        raise SheetError(f"{name}（{sheet.name}）缺少必填的列：{joint.join(names[k] for k in missing)}。{hint}"
                         f"表里确实没有的，请加上这一列，或用 yifa template {d.key} 生成模板。")  # fmt: skip
    if sheet.mapping.doubled:
        raise SheetError(f"{name}（{sheet.name}）有重复的列：{'、'.join(sheet.mapping.doubled)}。它们与另一列是同一栏，"
                         "请删去或改名。")  # fmt: skip


def _rows(ledger: Ledger, d: Definition, found: Found, town: Organisation, report: ImportReport) -> list[RowActs]:
    """The rows of all sheets, each with its organisation."""
    reader = RowReader(d, make_context(ledger, town.code))
    rows = [r for s in found.sheets for r in reader.read(s)]
    if found.further is not None:
        report.problems += reader.attach(found.further, rows)
    report.unread = list(dict.fromkeys([*(h for s in found.sheets for h in s.mapping.unread), *reader.ignored]))
    if any(r.org for r in rows):
        _place(rows, town)
    for r in rows:
        r.org = r.org or town.code
        report.problems += r.problems
    return rows


def _place(rows: list[RowActs], town: Organisation) -> None:
    """Rows that name their organisation belong to it; it must be the import's own or lie below it."""
    names = OrganisationNames(town.code)
    known: dict[str, str] = {}
    for r in rows:
        if not r.org:
            continue
        if r.org not in known:
            code = names.find(r.org)
            inside = code is not None and names.codes[code].path.startswith(town.path)
            known[r.org] = code if code and inside else ""
        if known[r.org]:
            r.org = known[r.org]
        else:
            r.problem("所属单位", r.org, f"{town.name}及其下级里没有“{r.org}”。请改正，或用 --org 指明上级单位。")
            r.org = ""
