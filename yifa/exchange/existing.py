"""Records that are there already, with their sealed values opened: what an imported row is compared with, what is exported."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from yifa.exchange.rows import StepData, in_order
from yifa.procedure.events import Event
from yifa.records import sql
from yifa.records.canonical import encoder, loads
from yifa.records.case import event_of
from yifa.records.ledger import Ledger
from yifa.records.refold import effective
from yifa.records.seal import SealError
from yifa.records.sealing import open_values, put_back

_SOME = 500
_LIVE = "status NOT IN ('void', 'destroyed')"
_encode = encoder()


@dataclass(slots=True)
class Existing:
    """A record as it stands: the steps that count, as corrected, in order of their days."""

    uid: str
    number: str
    org: str
    rseq: int
    foreign_number: str | None
    source: tuple[str | None, str | None]
    steps: list[StepData]
    sequences: list[int]

    def facts(self) -> dict[str, Any]:
        """field -> latest value."""
        found: dict[str, Any] = {}
        for s in self.steps:
            found |= s.data
        return found


def row_digest(ledger: Ledger, definition: str, org: str, steps: Sequence[StepData]) -> str:
    """By which a row without identity fields is known again: keyed, for the row may hold personal data. The text is cut
    to a fixed length first by the fastest digest there is; what is kept is the keyed one."""
    text = _encode([(s.step, s.on, s.data) for s in steps])
    short = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return ledger.keyring.digest(f"row:{definition}:{org}", short)


def _table(cursor: Any, key: str, definition: str, values: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """(org, value of the column) -> live records."""
    found: dict[tuple[str, str], list[str]] = {}
    wanted = list(dict.fromkeys(values))
    if not wanted or not any_record(cursor, definition):
        return found
    for some in sql.chunks(wanted, _SOME):
        rows = sql.all_rows(cursor, f"SELECT org, {key}, uid FROM yifa_record WHERE {key} {sql.among(some)} "
                            f"AND definition = %s AND {_LIVE} ORDER BY id", (*some, definition))  # fmt: skip
        for org, value, uid in rows:
            found.setdefault((org, value), []).append(uid)
    return found


def any_record(cursor: Any, definition: str) -> bool:
    """Whether the definition has any record at all: a first import need not look for its rows."""
    return sql.first(cursor, "SELECT 1 FROM yifa_record WHERE definition = %s LIMIT 1", (definition,)) is not None


def by_identity(cursor: Any, definition: str, identities: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """(org, identity) -> records."""
    return _table(cursor, "identity", definition, identities)


def by_own_number(cursor: Any, definition: str, numbers: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """(org, our number) -> records."""
    return _table(cursor, "number", definition, numbers)


def by_foreign_number(cursor: Any, definition: str, numbers: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """(org, the clerk's number) -> records."""
    return _table(cursor, "foreign_number", definition, numbers)


def by_source(cursor: Any, definition: str, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """(system, number) -> record."""
    found: dict[tuple[str, str], str] = {}
    wanted = set(pairs)
    for some in sql.chunks(sorted({p[1] for p in wanted}), _SOME):
        rows = sql.all_rows(cursor, "SELECT source_system, source_id, uid FROM yifa_record WHERE definition = %s "
                            f"AND {_LIVE} AND source_id {sql.among(some)} ORDER BY id", (definition, *some))  # fmt: skip
        for system, number, uid in rows:
            if (system, number) in wanted:
                found.setdefault((system, number), uid)
    return found


def entered_by_hand(ledger: Ledger, cursor: Any, definition: str, orgs: Sequence[str], days: set[str]) -> dict[tuple[str, str], list[str]]:
    """(org, row digest) -> records that bear no digest (typed in, not imported) and opened on one of these days."""
    found: dict[tuple[str, str], list[str]] = {}
    for some in sql.chunks(sorted(days), _SOME):
        rows = sql.all_rows(cursor, f"SELECT uid FROM yifa_record WHERE definition = %s AND org {sql.among(orgs)} AND identity "
                            f"IS NULL AND {_LIVE} AND opened_on {sql.among(some)}", (definition, *orgs, *some))  # fmt: skip
        for e in read_existing(ledger, cursor, [r[0] for r in rows]):
            found.setdefault((e.org, row_digest(ledger, definition, e.org, e.steps)), []).append(e.uid)
    return found


def read_existing(ledger: Ledger, cursor: Any, uids: Sequence[str], opened: bool = True) -> Iterator[Existing]:
    """The records in the order given. ``opened``: sealed values as they are; else as their commitments."""
    for some in sql.chunks(list(dict.fromkeys(uids)), _SOME):
        rows = {r[0]: r for r in sql.all_rows(
            cursor, "SELECT uid, number, org, rseq, foreign_number, source_system, source_id, wrapped_key "
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
            if uid not in rows:
                continue
            _, number, org, rseq, foreign, system, source_id, wrapped = rows[uid]
            steps = _steps(ledger, uid, events.get(uid, []), wrapped, boxes.get(uid))
            ordered = in_order([s for _, s in steps])
            sequence = {id(s): seq for seq, s in steps}
            yield Existing(uid, number, org, rseq, foreign, (system, source_id), ordered, [sequence[id(s)] for s in ordered])


def _steps(ledger: Ledger, uid: str, events: list[Event], wrapped: Any, boxes: Any) -> list[tuple[int, StepData]]:
    """(sequence, step) of what counts, sealed values put back where the key is at hand."""
    values: dict[str, Any] = {}
    if wrapped and boxes:
        try:
            values = open_values(ledger.keyring, uid, bytes(wrapped), boxes)
        except SealError:
            values = {}  # another installation's key: these values stay closed, the rest can be read
    return [(e.seq, StepData(e.step, e.on, {k: put_back(v, values) for k, v in e.data.items() if v is not None}))
            for e in effective(events)]  # fmt: skip
