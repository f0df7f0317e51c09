"""撤回导入: voids the records that a file opened, and what it changed in records that were there before."""

from __future__ import annotations

from yifa.records import amend, sql
from yifa.records.acts import IMPORTER
from yifa.records.canonical import loads
from yifa.records.ledger import Ledger
from yifa.records.undo import undo_batch
from yifa.records.work import Work


def undo_import(ledger: Ledger, number: int, *, actor: str, reason: str) -> dict[str, int]:
    """Undo a batch, all or nothing: {"records": voided records, "changes": voided corrections and later steps}.

    Numbers stay used and show 作废; the file may be imported again. Raises BadInput (no such batch, undone already) and
    Refused (a record was worked on since, or later steps rest on what would be voided)."""
    with ledger.writing() as work:
        records = undo_batch(work, number, actor=actor, roles=(IMPORTER,), reason=reason)
        changes = _undo_changes(work, number, actor, reason)
    return {"records": records, "changes": changes}


def _undo_changes(work: Work, number: int, actor: str, reason: str) -> int:
    rows = sql.all_rows(work.cursor, "SELECT e.record, e.rseq, e.body FROM yifa_event e JOIN yifa_record r ON r.uid = e.record "
                        "WHERE e.body LIKE %s AND (r.batch IS NULL OR r.batch <> %s) AND r.status NOT IN ('void', 'destroyed') "
                        "ORDER BY e.record, e.rseq", (f'%"batch":{number}%', number))  # fmt: skip
    targets: dict[str, list[int]] = {}
    for uid, rseq, body in rows:
        event = loads(body)
        if (event.get("source") or {}).get("batch") == number and event["kind"] in ("step", "correct"):
            targets.setdefault(uid, []).append(rseq)
    cases = []
    for uid, sequences in targets.items():
        case = work.case(uid)
        amend.void(work, case, sequences, actor=actor, roles=(IMPORTER,), reason=reason, source={"undo": number})
        cases.append(case)
    work.write(cases)
    return sum(len(s) for s in targets.values())
