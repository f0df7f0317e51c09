"""What is asked of the ledger and what it answers: acts, outcomes, and the errors with their messages for the clerk."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from yifa.procedure.events import Breach

IMPORTER = "importer"
"""The role of an import: it may take any step as a late entry (补录) from a named source."""


@dataclass(slots=True)
class Attachment:
    """附件 to be stored with an act; with ``field`` its digest is put into (or appended to) that field."""

    name: str
    content: bytes | Path
    field: str | None = None


@dataclass(slots=True)
class Act:
    """One step to be recorded. ``data`` holds canonical values (see the contract of values); ``on`` is when it happened.

    ``record`` is the record it belongs to; without it the act opens a new one, under ``uid`` if that is given (so that
    later acts of the same batch can name it). ``expect`` is the last sequence the writer saw. ``restricted`` names the
    roles that may open the record. ``identity`` is how an imported row is recognised again where its definition has
    no identity fields.
    """

    org: str
    definition: str
    step: str
    on: str
    data: dict[str, Any]
    actor: str
    roles: Sequence[str] = ()
    record: str | None = None
    uid: str | None = None
    late: bool = False
    reason: str = ""
    source: dict[str, Any] | None = None
    files: Sequence[Attachment] = ()
    expect: int | None = None
    foreign_number: str | None = None
    restricted: str | None = None
    identity: str | None = None


@dataclass(slots=True)
class Outcome:
    """What became of an act. Not ``ok``: nothing was written, ``refusals`` (by law) or ``problems`` (input) say why.

    ``skipped`` marks an act that was itself in order but was not written because another act of its record or batch
    was refused. ``deadlines`` are the record's clocks (期限) as the engine keeps them.
    """

    ok: bool
    record: str | None = None
    number: str | None = None
    rseq: int = 0
    refusals: list[Breach] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    deadlines: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    skipped: bool = False


@dataclass(slots=True, frozen=True)
class Problem:
    """One fault of the input: which field (key and path), and what to do about it."""

    field: str
    message: str


class LedgerError(Exception):
    """Nothing was written; the message says what, why and what to do."""


class BadInput(LedgerError):
    """The input cannot be taken: unknown organisation, field or step, a value of the wrong form."""

    def __init__(self, problems: Sequence[Problem] | str):
        self.problems = [Problem("", problems)] if isinstance(problems, str) else list(problems)
        super().__init__("\n".join(p.message for p in self.problems))


class NotFound(BadInput):
    """There is no such record."""


class Refused(LedgerError):
    """依法不予登记: the act breaks a rule of strength block; `breaches` carry message and article."""

    def __init__(self, breaches: Sequence[Breach]):
        self.breaches = list(breaches)
        super().__init__("\n".join(b.message for b in self.breaches))


class Conflict(LedgerError):
    """Someone recorded on the same record meanwhile; ``added`` lists those events (seq, step, on, actor, time)."""

    def __init__(self, number: str, seen: int, now: int, added: Sequence[dict[str, Any]]):
        self.seen, self.now, self.added = seen, now, list(added)
        what = "；".join(f"第 {a['rseq']} 条 {a['name']}（{a['on']}，{a['actor'] or '不详'} 登记）" for a in self.added)
        super().__init__(f"{number}在您打开之后已有新的登记：{what or '内容已变动'}。请重新打开，核对后再办理。")


class BatchRefused(LedgerError):
    """An all-or-nothing batch of which something was refused; nothing was written. ``outcomes`` tells of every act."""

    def __init__(self, outcomes: Sequence[Outcome]):
        self.outcomes = list(outcomes)
        bad = sum(1 for o in self.outcomes if o.refusals or o.problems)
        super().__init__(f"{bad} 条未通过检查，整批未登记。请按各条的说明改正后重新导入。")


class StoreFailure(LedgerError):
    """The database could not be written: locked, full, unreachable. Nothing was half-written."""


_lock = threading.Lock()
_last = 0


def new_uid() -> str:
    """A record's identifier: 32 hex digits, in time order within a process, unguessable enough to be unique anywhere."""
    global _last
    with _lock:
        stamp = max(int(time.time() * 1_000_000), _last + 1)
        _last = stamp
    return f"{stamp:014x}{os.urandom(9).hex()}"
