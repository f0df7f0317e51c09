"""Records that are there already, with their sealed values opened: what an imported row is compared with, what is exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from yifa.procedure.engine import fold_events
from yifa.procedure.events import Event
from yifa.records import sql
from yifa.records.canonical import loads
from yifa.records.case import event_of
from yifa.records.seal import SealError
from yifa.records.ledger import Ledger
from yifa.records.sealing import open_values, put_back

_SOME = 500


@dataclass(slots=True)
class Existing:
    """A record as it stands: its facts (sealed values opened where the key is there) and the events of its steps."""

    uid: str
    number: str
    org: str
    rseq: int
    facts: dict[str, Any]
    sources: dict[str, int]
    steps: dict[str, list[list[Any]]]
    foreign_number: str | None
    source: tuple[str | None, str | None]


def find_by_identity(cursor: Any, definition: str, org: str, identities: Iterable[str]) -> dict[str, list[str]]:
    """identity -> records that carry it, without void and destroyed ones."""
    found: dict[str, list[str]] = {}
    for some in sql.chunks(list(dict.fromkeys(identities)), _SOME):
        rows = sql.all_rows(cursor, "SELECT identity, uid FROM yifa_record WHERE definition = %s AND org = %s AND status "
                            f"NOT IN ('void', 'destroyed') AND identity {sql.among(some)}", (definition, org, *some))  # fmt: skip
        for identity, uid in rows:
            found.setdefault(identity, []).append(uid)
    return found


def find_by_source(cursor: Any, definition: str, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(system, number) -> record."""
    found: dict[tuple[str, str], str] = {}
    wanted = set(pairs)
    for some in sql.chunks(sorted({p[1] for p in wanted}), _SOME):
        rows = sql.all_rows(cursor, "SELECT source_system, source_id, uid FROM yifa_record WHERE definition = %s AND status "
                            f"NOT IN ('void', 'destroyed') AND source_id {sql.among(some)}", (definition, *some))  # fmt: skip
        for system, number, uid in rows:
            if (system, number) in wanted:
                found[(system, number)] = uid
    return found


def read_existing(ledger: Ledger, cursor: Any, uids: Sequence[str], opened: bool = True) -> Iterator[Existing]:
    """The records in the order given. ``opened``: sealed values as they are; else as their commitments."""
    for some in sql.chunks(list(uids), _SOME):
        rows = {r[0]: r for r in sql.all_rows(
            cursor, "SELECT uid, number, org, rseq, definition, foreign_number, source_system, source_id, wrapped_key "
            f"FROM yifa_record WHERE uid {sql.among(some)}", some)}  # fmt: skip
        events: dict[str, list[Event]] = {}
        for uid, body in sql.all_rows(cursor, f"SELECT record, body FROM yifa_event WHERE record {sql.among(some)} "
                                      "ORDER BY record, rseq", some):  # fmt: skip
            events.setdefault(uid, []).append(event_of(loads(body)))
        boxes: dict[str, list[tuple[Any, ...]]] = {}
        if opened:
            for uid, *box in sql.all_rows(cursor, "SELECT record, rseq, path, commitment, box FROM yifa_sealed "
                                          f"WHERE record {sql.among(some)}", some):  # fmt: skip
                boxes.setdefault(uid, []).append(tuple(box))
        for uid in some:
            _, number, org, rseq, definition, foreign, system, source_id, wrapped = rows[uid]
            fold = fold_events(ledger.codex.plan(definition), ledger.codex.law(), events.get(uid, []))
            facts = {k: v for k, v in fold["facts"].items() if not k.startswith("@")}
            if wrapped and boxes.get(uid):
                try:
                    facts = put_back(facts, open_values(ledger.keyring, uid, bytes(wrapped), boxes[uid]))
                except SealError:
                    pass  # another installation's key: the values stay closed, the rest can be read
            yield Existing(uid, number, org, rseq, facts, fold["src"], fold["steps"], foreign, (system, source_id))
