"""The tables around the chains: gap-free sequences and numbers, versions, and the list of what was destroyed."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from yifa.law.calendar import Calendar
from yifa.records.canonical import sm3
from yifa.records.roots import Root
from yifa.records.triggers import DESTROYED, EVENT, RECORD, VERSION
from yifa.records.verify_events import Tally
from yifa.records.verify_report import Destruction, Problem, VerifyReport
from yifa.records.verify_source import Reader

COUNTER = "yifa_counter"


def destroyed_records(reader: Reader) -> set[str]:
    """The records that the list of destruction names; :func:`check_destroyed` proves each by its event."""
    return {str(row[0]) for row in reader.stream(f"SELECT record FROM {DESTROYED}")}


def check_destroyed(reader: Reader, report: VerifyReport, tally: Tally) -> None:
    """Every row of the list has its destruction event in the chain and the other way round; fills the report's list."""
    columns = "d.org, d.definition, d.number, d.rseq, d.destroyed_at, d.actor, d.basis, r.number"
    sql = f"SELECT d.record, {columns} FROM {DESTROYED} d LEFT JOIN {RECORD} r ON r.uid = d.record"
    rows = {str(r[0]): r[1:] for r in reader.stream(sql)}
    for org, cseq, event in tally.destroys:
        record, data = str(event["record"]), event.get("data") or {}
        row = rows.pop(record, None)
        if row is None:
            report.add(Problem("destroyed_missing", "销毁清册缺这一条", org, cseq, record, event["rseq"]))
            continue
        told = (org, event.get("definition"), event["rseq"], event.get("recorded_at"), event.get("actor"))
        if told != (row[0], row[1], *row[3:6]) or (data.get("basis"), row[7] or row[2]) != (row[6], row[2]):
            report.add(
                Problem("destroyed_changed", "销毁清册与销毁事件不符：被改动", org, cseq, record, event["rseq"])
            )
        report.destroyed.append(
            Destruction(
                record,
                str(row[2]),
                str(event.get("definition")),
                org,
                cseq,
                str(event.get("recorded_at")),
                str(event.get("actor")),
                str(data.get("approver", "")),
                str(data.get("basis", "")),
            )
        )
    for record, row in rows.items():
        report.add(Problem("destroyed_unproven", "列入销毁清册，却没有销毁事件：不是依法销毁", row[0], None, record, None))


def check_records(reader: Reader, report: VerifyReport) -> None:
    """Sequences within records, records without events, numbers and counters, by grouped SQL."""
    report.records = int(reader.one(f"SELECT COUNT(*) FROM {RECORD}"))
    gaps = (
        f"SELECT record, COUNT(*), MIN(rseq), MAX(rseq) FROM {EVENT} GROUP BY record"
        " HAVING COUNT(*) <> MAX(rseq) OR MIN(rseq) <> 1"
    )
    for record, count, _, last in reader.stream(gaps):
        report.add(
            Problem("sequence", f"案卷的事件序号不连续：最后一条是第 {last} 条，现有 {count} 条", record=record)
        )
    behind = (
        f"SELECT r.uid, r.rseq, (SELECT MAX(e.rseq) FROM {EVENT} e WHERE e.record = r.uid) AS last, r.org FROM {RECORD} r"
    )
    for record, rseq, last, org in reader.stream(f"SELECT * FROM ({behind}) x WHERE last IS NULL OR last <> rseq"):
        if last is None:
            report.add(Problem("record_extra", "案卷没有任何事件：凭空插入，或事件被删除", org, None, record))
        else:
            what = f"案卷记到第 {rseq} 条，事件到第 {last} 条：案卷被改动，或末尾的事件被删除"
            report.add(Problem("sequence", what, org, None, record, min(rseq, last) + 1))
    numbers = (
        f"SELECT r.org, r.definition, r.year, COUNT(*), MIN(r.n), MAX(r.n), MAX(c.n) FROM {RECORD} r"
        f" LEFT JOIN {COUNTER} c ON c.org = r.org AND c.definition = r.definition AND c.year = r.year"
        " GROUP BY r.org, r.definition, r.year"
        " HAVING COUNT(*) <> MAX(r.n) OR MIN(r.n) <> 1 OR MAX(c.n) IS NULL OR MAX(c.n) <> MAX(r.n)"
    )
    for org, definition, year, count, _, last, counter in reader.stream(numbers):
        what = f"{definition} {year} 年的编号不连续：编到第 {last} 号，现有 {count} 件，编号簿记到 {counter or 0} 号"
        report.add(Problem("number_gap", what, org))
    unused = (
        f"SELECT c.org, c.definition, c.year, c.n FROM {COUNTER} c WHERE c.n <> 0 AND NOT EXISTS (SELECT 1 FROM {RECORD} r"
        " WHERE r.org = c.org AND r.definition = c.definition AND r.year = c.year)"
    )
    for org, definition, year, n in reader.stream(unused):
        report.add(Problem("number_gap", f"{definition} {year} 年编号簿记到 {n} 号，却没有案卷", org))


def _is_text_of(digest: str, kind: str, body: str) -> bool:
    if kind == "calendar":
        # Its digest covers the days that the program of its time counted; that its text is unchanged, the roots tell.
        try:
            Calendar.from_data(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
        return True
    return digest in (sm3(body), hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest())


def check_versions(reader: Reader, report: VerifyReport, tally: Tally, roots: list[Root]) -> None:
    """Every version an event names is there, and its text is the one its digest, and every root, names."""
    noted = {digest: (text, root.day) for root in roots for digest, text in root.versions.items()}
    found: set[str] = set()
    lists: list[tuple[str, Any]] = []
    for digest, kind, key, body in reader.stream(f"SELECT hash, kind, key, body FROM {VERSION}"):
        found.add(str(digest))
        text, day = noted.pop(str(digest), ("", ""))
        if text and sm3(str(body)) != text:
            what = f"规则版本 {kind} {key}（{digest}）的文本被改动，与 {day} 的根值不符"
            report.add(Problem("version_changed", what))
        elif kind == "codex":
            lists.append((digest, body))
        elif not _is_text_of(str(digest), str(kind), str(body)):
            report.add(Problem("version_changed", f"规则版本 {kind} {key}（{digest}）的文本被改动，与其摘要不符"))
    for digest, body in lists:
        try:
            named = json.loads(body)
            wanted = {named["limits"], named["calendar"], *named["definitions"].values()}
        except (ValueError, KeyError, TypeError, AttributeError):
            wanted = {""}
        if not wanted <= found:
            report.add(Problem("version_changed", f"规则总目 {digest} 被改动，或所列版本缺失"))
    for digest, (_, day) in noted.items():
        if digest not in tally.versions:
            report.add(Problem("version_missing", f"{day} 的根值记有规则版本 {digest}，现已缺失"))
    for digest in sorted(tally.versions - found):
        report.add(Problem("version_missing", f"事件所依据的规则版本 {digest} 缺失"))
