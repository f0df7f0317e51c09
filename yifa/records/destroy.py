"""Lawful destruction (依法销毁) and legal hold (暂停销毁) of records.

Destroying a record destroys its key, so that its sealed values and attachments cannot be opened even from what a disk
still holds; its sealed rows, search digests, projections and files are deleted, and a destruction event says who, when
and on what basis. The event's other fields stay in the chain, which therefore still verifies (档案法 21: nothing is
destroyed without leave; 个人信息保护法 47; 保守国家秘密法 57).

A backup made before holds the wrapped key. It opens only with the installation key of its time: after destroying secrets
rotate the installation key, rewrap, and destroy the copies of the old one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.db import DatabaseError, connection

from yifa.procedure.events import Breach, Event, Kind
from yifa.procedure.roles import role_names
from yifa.records import amend, sql
from yifa.records.acts import BadInput, Outcome, Problem, Refused
from yifa.records.case import Case
from yifa.records.triggers import DESTROYED, FILE, RECORD, SEALED
from yifa.records.work import Work

if TYPE_CHECKING:
    from yifa.records.ledger import Ledger

SECURITY = "security_admin"
"""The role of the security administrator (安全管理员), who alone destroys and holds."""

Ground = Literal["retention", "erasure", "secret"]
GROUNDS: dict[str, str] = {
    "retention": "保管期满，经鉴定销毁",
    "erasure": "个人信息依法删除",
    "secret": "误录涉密信息",
}
_YEARS = {"D10": 10, "D30": 30}


@dataclass(frozen=True)
class Order:
    """A destruction order (销毁令): which records, on what ground and basis, asked for by one and approved by another.

    ``basis`` names the paper: the appraisal's list, the request, the security office's letter.
    """

    records: Sequence[str]
    ground: Ground
    basis: str
    requester: str
    approver: str
    actor: str
    roles: Sequence[str]


def destroy(ledger: Ledger, order: Order) -> list[Outcome]:
    """Destroys the records of an order, all or none.

    Raises BadInput (no basis, unknown or already destroyed record, requester and approver the same) and Refused (no
    right, on hold, retention not over, still open).
    """
    _check(order)
    kept: list[str] = []
    with ledger.writing() as work:
        if work.cursor.db.vendor == "sqlite":
            work.cursor.execute("PRAGMA secure_delete = ON")
        work.lock(_organisations(work, order.records))
        cases = [work.case(uid) for uid in dict.fromkeys(order.records)]
        refusals = [b for case in cases for b in _refusals(work, case, order)]
        if refusals:
            raise Refused(refusals)
        outcomes = []
        for index, case in enumerate(cases):
            outcomes.append(_append(work, case, order))
            case.pending[-1].index = index
            kept += _erase(work, case, order)
        work.write(cases)
    # Only now: a file removed before the commit could not come back. Left over by a crash, it has no key any more.
    for stored in kept:
        ledger.files.remove(stored)
    _scrub()
    return outcomes


def hold(ledger: Ledger, record: str, *, actor: str, roles: Sequence[str], reason: str) -> Outcome:
    """暂停销毁: keeps a record from destruction until released (a lawsuit, an inspection). Raises BadInput, Refused."""
    return _hold(ledger, record, "hold", actor, roles, reason)


def release(ledger: Ledger, record: str, *, actor: str, roles: Sequence[str], reason: str) -> Outcome:
    """解除暂停销毁. Raises BadInput (not on hold) and Refused."""
    return _hold(ledger, record, "release", actor, roles, reason)


def held(events: Sequence[Event]) -> Event | None:
    """The event that holds a record, if it is on hold."""
    last = next((e for e in reversed(events) if str(e.kind) in ("hold", "release")), None)
    return last if last is not None and str(last.kind) == "hold" else None


def _hold(ledger: Ledger, record: str, kind: Kind, actor: str, roles: Sequence[str], reason: str) -> Outcome:
    if not reason.strip():
        raise BadInput([Problem("reason", "请写明理由和依据的文书。")])
    _right(roles, actor)
    with ledger.writing() as work:
        case = work.case(record)
        if case.status == "destroyed":
            raise BadInput([Problem("record", f"{case.number}已经销毁。")])
        on_hold = held(amend.history(work, case)) is not None
        if on_hold == (kind == "hold"):
            raise BadInput([Problem("record", f"{case.number}{'已经' if on_hold else '没有'}暂停销毁。")])
        outcome = amend.append(work, case, kind, actor=actor, roles=roles, reason=reason, on=work.today)
        work.write([case])
    return outcome


# -- checks -----------------------------------------------------------------------------------------------------------


def _right(roles: Sequence[str], actor: str) -> None:
    if SECURITY not in roles:
        held_posts = role_names(roles)
        raise Refused(
            [Breach("role", "block", f"销毁和暂停销毁只能由安全管理员办理；{actor or '登记人'}的岗位是{held_posts}。")]
        )


def _check(order: Order) -> None:
    problems = []
    if not order.records:
        problems.append(Problem("records", "没有写要销毁哪些案卷。"))
    if order.ground not in GROUNDS:
        problems.append(Problem("ground", f"销毁事由应是：{'、'.join(f'{k}（{v}）' for k, v in GROUNDS.items())}。"))
    for key, name in (("basis", "依据"), ("requester", "申请人"), ("approver", "批准人"), ("actor", "执行人")):
        if not getattr(order, key).strip():
            problems.append(Problem(key, f"销毁的{name}必填。"))
    if order.approver.strip() and order.approver.strip() in (order.requester.strip(), order.actor.strip()):
        problems.append(Problem("approver", "批准人不能同时是申请人或执行人，请由另一人批准。"))
    if problems:
        raise BadInput(problems)
    _right(order.roles, order.actor)


def _organisations(work: Work, records: Sequence[str]) -> list[str]:
    found = []
    for some in sql.chunks(list(records), 500):
        rows = sql.all_rows(work.cursor, f"SELECT DISTINCT org FROM {RECORD} WHERE uid {sql.among(some)}", some)
        found += [str(r[0]) for r in rows]
    return found


def _refusals(work: Work, case: Case, order: Order) -> list[Breach]:
    if case.status == "destroyed":
        raise BadInput([Problem("records", f"{case.number}已经销毁过。")])
    holding = held(amend.history(work, case))
    if holding is not None:
        return [Breach("on_hold", "block", f"{case.number}自 {holding.on} 起暂停销毁：{holding.reason}。须先解除。")]
    if order.ground != "retention":
        return []
    if case.status not in ("closed", "terminated", "void"):
        return [Breach("still_open", "block", f"{case.number}尚未办结，不能按保管期满销毁。")]
    return _retention(work, case)


def _retention(work: Work, case: Case) -> list[Breach]:
    """档案 are kept for their full years counted from the January after the matter was closed."""
    retention = case.pinned.shape.definition.retention
    period = retention.period if retention else None
    if period is None:
        return [Breach("retention", "block", f"{case.number}的保管期限没有定，不能按保管期满销毁。请先在定义中写明。")]
    if period == "Y":
        return [Breach("retention", "block", f"{case.number}的保管期限是永久，不得销毁。")]
    until = int(case.last_on[:4]) + _YEARS[period]
    if int(work.today[:4]) <= until:
        return [Breach("retention", "block", f"{case.number}的保管期限到 {until} 年底，尚未届满。")]
    return []


# -- the act ----------------------------------------------------------------------------------------------------------


def _append(work: Work, case: Case, order: Order) -> Outcome:
    data = {
        "ground": order.ground,
        "basis": order.basis,
        "requester": order.requester,
        "approver": order.approver,
    }
    return amend.append(
        work, case, "destroy", actor=order.actor, roles=order.roles, reason=GROUNDS[order.ground], on=work.today, data=data
    )


def _erase(work: Work, case: Case, order: Order) -> list[str]:
    """Deletes what lies beside the events; gives the files to be removed after the commit."""
    cursor = work.cursor
    columns = ("record", "org", "definition", "number", "rseq", "destroyed_at", "actor", "basis")
    values = (case.uid, case.org, case.definition, case.number, case.rseq, work.now, order.actor, order.basis)
    cursor.execute(sql.insert(DESTROYED, columns), values)
    kept = [str(r[0]) for r in sql.all_rows(cursor, f"SELECT stored FROM {FILE} WHERE record = %s", (case.uid,))]
    # Overwritten first, so that the bytes are gone from the page as well, not only the row's entry.
    cursor.execute(f"UPDATE {RECORD} SET wrapped_key = %s, identity = NULL WHERE uid = %s", (bytes(45), case.uid))
    cursor.execute(f"DELETE FROM {SEALED} WHERE record = %s", (case.uid,))
    cursor.execute(f"DELETE FROM {FILE} WHERE record = %s", (case.uid,))
    case.wrapped_key = case.key = None
    return kept


def _scrub() -> None:
    """Drives the old pages out of the log (SQLite) or the table (PostgreSQL), as far as the database lets us."""
    with contextlib.suppress(DatabaseError), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("PRAGMA secure_delete = FAST")
        elif connection.get_autocommit() and not connection.in_atomic_block:
            cursor.execute(f"VACUUM {RECORD}, {SEALED}")


def destroyed_rows(cursor: Any) -> list[dict[str, Any]]:
    """销毁清册 in order of time."""
    columns = ("destroyed_at", "number", "record", "org", "definition", "actor", "basis")
    rows = sql.all_rows(cursor, f"SELECT {', '.join(columns)} FROM {DESTROYED} ORDER BY destroyed_at, number")
    return [dict(zip(columns, row, strict=True)) for row in rows]
