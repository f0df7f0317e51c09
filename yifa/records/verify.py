"""Verification (核验): has anything been changed behind the ledger's back since it was recorded?

One pass over the events in chain order, one over the sealed values, one over the attachments, and grouped SQL for the
rest, all in one read-only snapshot beside the writers. What a chain rewritten whole hides, an exported root shows; the
report says which root it relied on.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from yifa.records.keys import Keyring
from yifa.records.roots import Root, RootBroken, all_roots, read_root
from yifa.records.seal import SealError, check_sm4
from yifa.records.triggers import EVENT, RECORD, check_triggers
from yifa.records.verify_events import ChainPass
from yifa.records.verify_records import check_destroyed, check_records, check_versions, destroyed_records
from yifa.records.verify_report import Problem, Progress, RootUsed, VerifyReport
from yifa.records.verify_source import Reader, Unreadable, snapshot
from yifa.records.verify_values import ValuePass


def verify(
    connection: Any,
    home: Path,
    root: Path | None = None,
    progress: Progress | None = None,
    keyring: Keyring | None = None,
) -> VerifyReport:
    """Checks the whole ledger behind a Django ``connection`` and its ``home`` folder.

    ``root`` is an exported root kept elsewhere, which counts for more than those in the home folder; all roots at hand
    are compared. Without ``keyring`` the installation key of ``home`` is used if it is there. Never raises for what it
    finds: an unreadable database is a problem of the report too.
    """
    report = VerifyReport()
    home = Path(home)
    roots = _roots(report, home, root)
    keyring = keyring or _keyring(report, home)
    try:
        missing = check_triggers(connection)
        with snapshot(connection) as reader:
            _run(reader, report, home, roots, keyring, progress)
            for name in missing:
                report.add(Problem("trigger", f"数据库触发器 {name} 缺失、被改或被停用：可能有人绕过它改过数据"))
            _locate(reader, report)
    except Unreadable as error:
        report.add(Problem("database", str(error)))
    report.problems.sort(key=_order)
    return report


def _run(
    reader: Reader,
    report: VerifyReport,
    home: Path,
    roots: list[Root],
    keyring: Keyring | None,
    progress: Progress | None,
) -> None:
    destroyed = destroyed_records(reader)
    tally = ChainPass(reader, report, roots, destroyed).run(progress)
    proven = {str(event["record"]) for _, _, event in tally.destroys}
    ValuePass(reader, report, home, keyring, destroyed & proven).run(tally, progress)
    check_destroyed(reader, report, tally)
    check_records(reader, report)
    check_versions(reader, report, tally, roots)


def _roots(report: VerifyReport, home: Path, given: Path | None) -> list[Root]:
    roots, problems = all_roots(home)
    for what in problems:
        report.add(Problem("root_file", what))
    used = roots[-1] if roots else None
    outside = False
    if given is not None:
        try:
            used, outside = read_root(given), True
            roots = sorted([*roots, used], key=lambda r: r.day)
        except RootBroken as error:
            report.add(Problem("root_file", str(error)))
    if used is None:
        report.warnings.append("还没有导出过根值；请每日导出，并抄存到别处")
    else:
        report.relied_on = RootUsed(used.day, used.digest, str(used.path), outside, used.events)
    return roots


def _keyring(report: VerifyReport, home: Path) -> Keyring | None:
    try:
        check_sm4()
        return Keyring.load(home)
    except SealError as error:
        report.warnings.append(f"加密值和附件只核对了有无和摘要，没有打开核对：{error}")
        return None


def _locate(reader: Reader, report: VerifyReport) -> None:
    """Gives problems of a record their place in the chain, and records their number."""
    lost = [p for p in report.problems if p.record and p.cseq is None and p.rseq is not None]
    for start in range(0, len(lost), 200):
        part = lost[start : start + 200]
        sql = f"SELECT record, rseq, org, cseq FROM {EVENT} WHERE record IN ({{among}})"
        places = {(r[0], r[1]): (r[2], r[3]) for r in reader.among(sql, sorted({p.record for p in part}))}
        for p in part:
            p.org, p.cseq = places.get((p.record, p.rseq), (p.org, None))
    named = sorted({p.record for p in report.problems if p.record})
    numbers: dict[str, str] = {}
    for start in range(0, len(named), 500):
        sql = f"SELECT uid, number FROM {RECORD} WHERE uid IN ({{among}})"
        numbers |= {r[0]: str(r[1]) for r in reader.among(sql, named[start : start + 500])}
    for p in report.problems:
        p.number = numbers.get(p.record, "")


def _order(problem: Problem) -> tuple[bool, str, int]:
    return problem.cseq is None, problem.org, problem.cseq or 0
