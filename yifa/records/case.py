"""A record in hand: its row, its fold, and the events that wait to be written (`Case`)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from yifa.procedure.engine import empty_fold
from yifa.procedure.events import Breach, Event, Fold
from yifa.records import sql
from yifa.records.acts import Act
from yifa.records.canonical import encoder, loads
from yifa.records.shape import Shape, first_day
from yifa.records.versions import Library, Pinned

_encode_fold = encoder(sort_keys=False)


@dataclass(slots=True)
class Head:
    """The locked head of a chain with what the record needs of its organisation."""

    org: str
    cseq: int
    hash: str
    path: str
    short: str
    name: str
    valid_from: str
    valid_to: str | None
    successor: str | None
    moved: bool = False


@dataclass(slots=True)
class Pending:
    """An event that passed its check and waits for its place in the chain. ``restricted``: what it says of who alone may
    open the record; None says nothing, "" that nothing restricts it any more."""

    event: Event
    kind: str
    receipt: dict[str, Any]
    source: dict[str, Any] | None
    files: list[dict[str, Any]]
    opening: Act | None = None
    index: int = 0
    restricted: str | None = None


@dataclass(slots=True)
class Case:
    """One record while it is being written. ``fold`` is None until it is needed; ``left`` is the version of its definition
    that it moves away from."""

    uid: str
    org: str
    org_path: str
    definition: str
    pinned: Pinned
    new: bool
    number: str = ""
    year: int = 0
    n: int = 0
    status: str = "open"
    stage: str = ""
    opened_on: str = ""
    last_on: str = ""
    rseq: int = 0
    late: int = 0
    fold: Fold | None = None
    source_system: str | None = None
    source_id: str | None = None
    foreign_number: str | None = None
    identity: str | None = None
    batch: int | None = None
    restricted: str | None = None
    wrapped_key: bytes | None = None
    key: bytes | None = None
    pending: list[Pending] = field(default_factory=list)
    sealed: list[tuple[Any, ...]] = field(default_factory=list)
    files: list[tuple[Any, ...]] = field(default_factory=list)
    touched: set[str] = field(default_factory=set)
    refolded: bool = False
    history: list[Event] | None = None
    before: dict[str, Any] | None = None
    left: Shape | None = None
    before_deadlines: dict[str, tuple[Any, ...]] = field(default_factory=dict)

    @classmethod
    def from_row(cls, row: Any, cursor: Any, library: Library) -> Case:
        """From a row of `sql.READ_RECORDS`."""
        (uid, org, org_path, definition, pin, number, year, n, status, stage, opened_on, last_on, rseq, late, fold,
         source_system, source_id, foreign_number, identity, batch, restricted, wrapped) = row  # fmt: skip
        return cls(uid, org, org_path, definition, library.by_id(cursor, pin), False, number, year, n, status, stage,
                   opened_on, last_on, rseq, late, json.loads(fold) if fold else None, source_system, source_id,
                   foreign_number, identity, batch, restricted, bytes(wrapped) if wrapped else None)  # fmt: skip

    @property
    def shown(self) -> bool:
        """Whether the record has projection rows: void and destroyed ones have none."""
        return self.status not in ("void", "destroyed")

    def remember(self) -> None:
        """Note the stored facts and deadlines before the fold changes, so that only rows that change are written."""
        if self.before is None and not self.new and self.fold is not None:
            self.before = dict(self.fold["facts"])
            if self.pinned.shape.clocked:
                rows = self.pinned.shape.deadline_rows(self.uid, self.org, self.fold)
                self.before_deadlines = {r[1]: r for r in rows}

    def changed(self, key: str) -> bool:
        """Whether a fact is not what was stored."""
        assert self.fold is not None
        return self.before is None or self.before.get(key) != self.fold["facts"].get(key)

    def settle(self) -> None:
        """Take status, stage and dates over from the fold."""
        fold = self.fold
        assert fold is not None
        self.status, self.stage, self.last_on = fold["status"], fold["stage"], fold["last"]
        if self.new or self.refolded:
            self.opened_on = opened_on(fold) or self.opened_on

    def row(self) -> tuple[Any, ...]:
        """The values of `sql.RECORD_COLUMNS`."""
        return (self.uid, self.org, self.org_path, self.definition, self.pinned.id, self.number, self.year, self.n,
                self.status, self.stage, self.opened_on, self.last_on, self.rseq, self.late, self.fold_text(),
                self.source_system, self.source_id, self.foreign_number, self.identity, self.batch, self.restricted,
                self.wrapped_key)  # fmt: skip

    def update(self) -> tuple[Any, ...]:
        """The values of `sql.UPDATE_RECORD`; of a destroyed record neither key nor identity may come back."""
        if self.status == "destroyed":
            self.wrapped_key = self.identity = None
        return (self.pinned.id, self.status, self.stage, self.opened_on, self.last_on, self.rseq, self.late,
                self.fold_text(), self.identity, self.restricted, self.wrapped_key, self.uid)  # fmt: skip

    def fold_text(self) -> str | None:
        """The stored fold; registers keep none, as it is one event."""
        return None if self.pinned.shape.register else _encode_fold(self.fold)

    def projection_head(self) -> tuple[Any, ...]:
        """The values of `shape.FIXED`."""
        return (self.uid, self.org, self.org_path, self.number, self.status, self.stage, first_day(self.opened_on),
                self.late, self.restricted)  # fmt: skip


def opened_on(fold: Fold) -> str:
    """The day of the first step entered."""
    entries = [e for steps in fold["steps"].values() for e in steps]
    return str(min(entries)[1]) if entries else ""


def event_of(body: dict[str, Any]) -> Event:
    """The engine's event of an event body."""
    receipt = body.get("receipt") or {}
    return Event(body["rseq"], body["kind"], body.get("step", ""), body.get("on", ""), body.get("actor", ""),
                 body.get("data", {}), bool(body.get("late")), body.get("reason", ""), tuple(body.get("target", ())),
                 receipt.get("related", {}), tuple(body.get("roles", ())),
                 tuple(Breach(**n) for n in receipt.get("notes", ())))  # fmt: skip


def read_events(cursor: Any, uid: str) -> list[Event]:
    """A record's history in order of recording."""
    return [event_of(loads(row[0])) for row in sql.all_rows(cursor, sql.READ_EVENTS, (uid,))]


def ensure_fold(cursor: Any, case: Case) -> Fold:
    """The case's fold; a register's is made from its events."""
    if case.fold is None:
        from yifa.procedure.engine import fold_events

        if case.new:
            case.fold = empty_fold()
        else:
            case.history = read_events(cursor, case.uid)
            case.fold = fold_events(case.pinned.shape.plan, case.pinned.law, case.history)
    case.remember()
    return case.fold
