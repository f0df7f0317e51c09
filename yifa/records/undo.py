"""撤回导入: voids the records of a batch in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from yifa.procedure.events import Breach
from yifa.records import amend, sql
from yifa.records.acts import BadInput, Problem, Refused
from yifa.records.canonical import loads
from yifa.records.case import Case, event_of
from yifa.records.work import Work

_SIZE = 500


def undo_batch(work: Work, number: int, *, actor: str, roles: Sequence[str], reason: str) -> int:
    """Void every record of the batch and mark it undone; gives the number of records voided.

    Raises BadInput (no such batch, already undone, no reason) and Refused, naming records worked on since the import.
    """
    if not reason.strip():
        raise BadInput([Problem("reason", "撤回导入要写明理由。")])
    lock = "" if work.cursor.db.vendor == "sqlite" else " FOR UPDATE"
    row = sql.first(work.cursor, f"SELECT state FROM yifa_batch WHERE id = %s{lock}", (number,))
    if row is None:
        raise BadInput([Problem("batch", f"没有第 {number} 批导入。")])
    if row[0] != "done":
        raise BadInput([Problem("batch", f"第 {number} 批已经撤回。")])
    orgs = [r[0] for r in sql.all_rows(work.cursor, "SELECT DISTINCT org FROM yifa_record WHERE batch = %s", (number,))]
    work.lock(orgs)
    rows = sql.all_rows(work.cursor, "SELECT uid FROM yifa_record WHERE batch = %s AND status <> 'void' ORDER BY id", (number,))
    uids = [r[0] for r in rows]
    for some in sql.chunks(uids, _SIZE):
        _undo_some(work, number, list(some), actor, roles, reason)
    work.cursor.execute("UPDATE yifa_batch SET state = 'undone', undone_at = %s WHERE id = %s", (work.now, number))
    return len(uids)


def _undo_some(work: Work, number: int, uids: list[str], actor: str, roles: Sequence[str], reason: str) -> None:
    cases = work.read(uids)
    sources: dict[str, dict[int, int | None]] = {uid: {} for uid in uids}
    for case in cases.values():
        case.history = []
    rows = sql.all_rows(work.cursor, f"SELECT record, body FROM yifa_event WHERE record {sql.among(uids)} "
                        "ORDER BY record, rseq", uids)  # fmt: skip
    for uid, text in rows:
        body = loads(text)
        history = cases[uid].history
        assert history is not None
        event = event_of(body)
        history.append(event)
        if (batch := (body.get("source") or {}).get("batch")) != number:
            sources[uid][event.seq] = batch
    _refuse_worked_on(cases, sources)
    waiting = []
    for index, uid in enumerate(uids):
        case = cases[uid]
        if case.status == "destroyed":
            continue
        amend.void(work, case, amend.valid_steps(work, case), actor=actor, roles=roles, reason=reason,
                   source={"undo": number})  # fmt: skip
        case.pending[-1].index = index
        waiting.append(case)
    work.write(waiting)


def _refuse_worked_on(cases: Mapping[str, Case], later: Mapping[str, Mapping[int, int | None]]) -> None:
    """Refuse where later work stands: ``later`` gives for each record the events that are not of the batch, with the
    batch they came by. What was voided since, and the voiding itself, is no work that would be lost."""
    changed, batches = [], set()
    for uid, others in later.items():
        history = cases[uid].history or []
        voided = {seq for e in history if e.kind == "void" for seq in e.target}
        standing = [e.seq for e in history if e.seq in others and e.kind != "void" and e.seq not in voided]
        if standing:
            changed.append(cases[uid].number)
            batches |= {others[seq] for seq in standing}
    if not changed:
        return
    shown = "、".join(changed[:5]) + (f"等 {len(changed)} 件" if len(changed) > 5 else "")
    by_import = sorted(b for b in batches if b is not None)
    if by_import and None not in batches:
        how = f"请先撤回第 {'、'.join(map(str, reversed(by_import)))} 批。"
    else:
        how = "请先作废后来办理的环节和更正，再撤回。"
    raise Refused([Breach("worked_on", "block", f"导入之后又办理过，不能整批撤回：{shown}。{how}")])
