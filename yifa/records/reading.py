"""Reading records (查阅): by number, with history and assessment; facts in bulk for exports; exact search of persons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection

from yifa.procedure.assess import assess_fold
from yifa.procedure.engine import fold_events
from yifa.procedure.events import Assessment, Event
from yifa.records import sql
from yifa.records.acts import BadInput, NotFound, Problem
from yifa.records.canonical import loads
from yifa.records.case import event_of
from yifa.records.sealing import open_values, put_back
from yifa.records.versions import Pinned

if TYPE_CHECKING:
    from yifa.records.ledger import Ledger

_SIZE = 500
_UID = 32


@dataclass(slots=True)
class Shown:
    """A record as people read it. ``record`` is its row; ``facts`` and event data have sealed values as
    ``{"sealed": commitment}`` unless they were opened; ``events`` are the bodies with ``hash``."""

    record: dict[str, Any]
    definition_name: str
    facts: dict[str, Any]
    events: list[dict[str, Any]]
    assessment: Assessment
    files: list[dict[str, Any]]


def find(ref: str, org: str | None = None, definition: str | None = None) -> str:
    """The uid of a record by uid, number or foreign number (原编号). Raises NotFound, or BadInput naming several."""
    ref = ref.strip()
    with connection.cursor() as cursor:
        where = " AND ".join(["org = %s"] * bool(org) + ["definition = %s"] * bool(definition)) or "1 = 1"
        rest = [p for p in (org, definition) if p]
        for column in ("uid", "number", "foreign_number"):
            if column == "uid" and len(ref) != _UID:
                continue
            rows = sql.all_rows(cursor, f"SELECT uid, number, org, definition, opened_on FROM yifa_record WHERE {column} = %s "
                                f"AND {where} ORDER BY id LIMIT 6", [ref, *rest])  # fmt: skip
            if len(rows) == 1:
                return str(rows[0][0])
            if rows:
                listed = "；".join(f"{r[1]}（{r[2]}，{r[3]}，{r[4]}，标识 {r[0]}）" for r in rows[:5])
                raise BadInput([Problem("record", f"有几件的编号是“{ref}”：{listed}。请写标识，或指明机构和种类。")])
    raise NotFound([Problem("record", f"没有找到“{ref}”。请核对编号；也可以用原编号或 32 位标识。")])


def show(ledger: Ledger, ref: str, day: str, open_sealed: bool = False) -> Shown:
    """A record with its history, assessed as of ``day``. ``open_sealed`` needs the installation key (and a right, which
    the caller has checked). Raises NotFound, BadInput, SealError."""
    uid = find(ref)
    with connection.cursor() as cursor:
        row = dict(zip(sql.RECORD_COLUMNS, sql.one(cursor, f"{sql.READ_RECORDS}uid = %s", (uid,)), strict=True))
        pinned = ledger.library.by_id(cursor, row["pin"])
        bodies = [{**loads(body), "hash": digest} for body, digest in
                  sql.all_rows(cursor, "SELECT body, hash FROM yifa_event WHERE record = %s ORDER BY rseq", (uid,))]  # fmt: skip
        files = [dict(zip(sql.FILE_COLUMNS, r, strict=True)) for r in sql.all_rows(
            cursor, f"SELECT {', '.join(sql.FILE_COLUMNS)} FROM yifa_file WHERE record = %s ORDER BY id", (uid,))]  # fmt: skip
        opened = _open(ledger, cursor, [uid]).get(uid, {}) if open_sealed else {}
    fold = json.loads(row.pop("fold")) if row["fold"] else _fold(pinned, [event_of(b) for b in bodies])
    row.pop("fold", None)
    row.pop("wrapped_key")
    row.update(limits=pinned.limits, calendar=pinned.calendar, def_hash=pinned.def_hash)
    assessment = assess_fold(pinned.shape.plan, pinned.law, fold, day)
    if opened:
        bodies = [{**b, "data": put_back(b["data"], opened)} for b in bodies]
        assessment.facts = put_back(assessment.facts, opened)
    return Shown(row, pinned.shape.definition.name, assessment.facts, bodies, assessment, files)


def _fold(pinned: Pinned, events: Sequence[Event]) -> dict[str, Any]:
    return fold_events(pinned.shape.plan, pinned.law, events)


def _open(ledger: Ledger, cursor: Any, uids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """uid -> commitment -> value, for the records that have sealed values."""
    among = sql.among(uids)
    keys = {u: bytes(k) for u, k in sql.all_rows(
        cursor, f"SELECT uid, wrapped_key FROM yifa_record WHERE wrapped_key IS NOT NULL AND uid {among}", uids)}  # fmt: skip
    boxes: dict[str, list[tuple[Any, ...]]] = {}
    for uid, *rest in sql.all_rows(
        cursor, f"SELECT record, rseq, path, commitment, box FROM yifa_sealed WHERE record {among}", uids
    ):
        boxes.setdefault(uid, []).append(tuple(rest))
    return {u: open_values(ledger.keyring, u, keys[u], rows) for u, rows in boxes.items() if u in keys}


def facts(ledger: Ledger, uids: Sequence[str], open_sealed: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
    """(uid, facts with milestones) of many records in the order asked for, as their events state them: partial dates,
    times, 不详, rows and lists included, which projections do not keep. For exports."""
    for some in sql.chunks(list(uids), _SIZE):
        with connection.cursor() as cursor:
            found = _facts(ledger, cursor, list(some))
            opened = _open(ledger, cursor, some) if open_sealed else {}
        for uid in some:
            if uid in found:
                yield uid, put_back(found[uid], opened[uid]) if uid in opened else found[uid]


def _facts(ledger: Ledger, cursor: Any, uids: list[str]) -> dict[str, dict[str, Any]]:
    among = sql.among(uids)
    found: dict[str, dict[str, Any]] = {}
    pins: dict[str, int] = {}
    for uid, pin, fold in sql.all_rows(cursor, f"SELECT uid, pin, fold FROM yifa_record WHERE uid {among}", uids):
        if fold is None:
            pins[uid] = pin
        else:
            found[uid] = json.loads(fold)["facts"]
    if pins:
        events: dict[str, list[Event]] = {}
        wanted = list(pins)
        for (body,) in sql.all_rows(cursor, f"SELECT body FROM yifa_event WHERE record {sql.among(wanted)} "
                                    "ORDER BY record, rseq", wanted):  # fmt: skip
            event = loads(body)
            events.setdefault(event["record"], []).append(event_of(event))
        for uid, history in events.items():
            found[uid] = _fold(ledger.library.by_id(cursor, pins[uid]), history)["facts"]
    return {u: {k: v for k, v in f.items() if not k.startswith("@")} for u, f in found.items()}


def find_by_personal(ledger: Ledger, value: str, field: str | None = None) -> list[dict[str, Any]]:
    """Records with a sealed value that equals ``value`` (blanks, width and case aside), newest first; ``field`` is a
    field key (a column's key inside rows), without it all sealed fields are asked. Raises BadInput for an unknown one."""
    known = sorted({k for d in ledger.codex.definitions.values() for f in d.fields
                    for k in ([f.key] if f.sealed else [s.key for s in f.fields if s.sealed])})  # fmt: skip
    if field is not None and field not in known:
        raise BadInput([Problem("field", f"“{field}”不是加密保存的栏目。加密的有：{'、'.join(known) or '（无）'}。")])
    digests = [ledger.keyring.digest(k, value) for k in ([field] if field else known)]
    if not digests:
        return []
    columns = ("uid", "org", "definition", "number", "status", "opened_on", "restricted")
    with connection.cursor() as cursor:
        rows = sql.all_rows(cursor, f"SELECT {', '.join(columns)} FROM yifa_record WHERE uid IN (SELECT record FROM yifa_sealed "
                            f"WHERE digest {sql.among(digests)}) ORDER BY id DESC LIMIT 500", digests)  # fmt: skip
    return [dict(zip(columns, r, strict=True)) for r in rows]


def known_identities(digests: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Identity digest -> (uid, number) of the records, not void, that have it. For imports."""
    found: dict[str, tuple[str, str]] = {}
    with connection.cursor() as cursor:
        for some in sql.chunks(list(digests), _SIZE):
            for identity, uid, number in sql.all_rows(
                cursor, f"SELECT identity, uid, number FROM yifa_record WHERE identity {sql.among(some)} "
                "AND status NOT IN ('void', 'destroyed')", some):  # fmt: skip
                found[identity] = (uid, number)
    return found


def known_sources(system: str, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Source id -> (uid, number) of the records, not void, that came from this system. For imports."""
    found: dict[str, tuple[str, str]] = {}
    with connection.cursor() as cursor:
        for some in sql.chunks(list(ids), _SIZE):
            for source_id, uid, number in sql.all_rows(
                cursor, "SELECT source_id, uid, number FROM yifa_record WHERE source_system = %s AND source_id "
                f"{sql.among(some)} AND status NOT IN ('void', 'destroyed')", [system, *some]):  # fmt: skip
                found[source_id] = (uid, number)
    return found
