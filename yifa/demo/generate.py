"""All acts of the demonstration in the order of time: registers and cases of the three towns, always the same ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from yifa.codex import Codex
from yifa.demo.cases import cases
from yifa.demo.plan import SEED, Plan, load_plan
from yifa.demo.registers import Registers
from yifa.demo.world import Town, towns
from yifa.records.acts import IMPORTER, Act, Attachment

SOURCE = "云河县原有台账"
REASON = "演示：由原有台账补录"
_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(slots=True)
class _Entry:
    """An act before it has its identifier: when, in which order, of which record."""

    on: str
    order: int
    record: int
    first: bool
    org: str
    definition: str
    step: str
    data: dict[str, Any]
    actor: str
    attach: list[str]
    live: bool
    restricted: str | None


def _uid(record: int, opened: str) -> str:
    """As the ledger makes them: 14 hex digits of microseconds, 18 of a digest."""
    stamp = (date.fromisoformat(opened).toordinal() - _EPOCH) * 86_400_000_000 + record
    return f"{stamp:014x}{hashlib.sha256(f'{SEED}/{record}'.encode()).hexdigest()[:18]}"


def _entries(codex: Codex, plan: Plan, town: Town, start: int) -> Iterator[_Entry]:
    order = record = start
    for made in Registers(codex, plan, town).make():
        record += 1
        order += 1
        actor = town.clerks[record % len(town.clerks)]
        yield _Entry(made.on, order, record, True, made.org, made.definition, "enter", made.data, actor, made.attach, False, None)
    for case in cases(codex, town):
        record += 1
        for i, taken in enumerate(case.steps):
            order += 1
            yield _Entry(taken.on, order, record, i == 0, case.org, case.definition, taken.step, taken.data, taken.actor,
                         taken.attach, case.live, case.restricted if i == 0 else None)  # fmt: skip


def _attachments(e: _Entry, town: Town, has_evidence: bool) -> list[Attachment]:
    files = []
    for name in e.attach:
        text = f"{town.name}　{name}\n日期：{e.on}\n（演示材料，内容系虚构）\n"
        files.append(Attachment(f"{name}.txt", text.encode(), "evidence" if has_evidence else None))
    return files


def acts(codex: Codex) -> list[Act]:
    """Every act, sorted by day; acts of one record keep their order. Raises PlanFault for a plan that does not fit."""
    plan = load_plan()
    world = towns(SEED)
    named = {t.code: t for t in world}
    entries = [e for n, t in enumerate(world) for e in _entries(codex, plan, t, n * 1_000_000)]
    entries.sort(key=lambda e: (e.on, e.order))
    opened = {e.record: e.on for e in entries if e.first}
    evidence = {k for k, d in codex.definitions.items() if d.kind == "register" and d.field("evidence")}
    by = {(k, s.key): s.by for k, d in codex.definitions.items() for s in d.all_steps}
    found = []
    for e in entries:
        uid = _uid(e.record, opened[e.record])
        act = Act(e.org, e.definition, e.step, e.on, e.data, e.actor, record=None if e.first else uid,
                  uid=uid if e.first else None, restricted=e.restricted,
                  files=_attachments(e, named[e.org], e.definition in evidence))  # fmt: skip
        if e.live:
            act.roles = tuple(by[e.definition, e.step][:1])
        else:
            act.roles, act.late, act.reason = (IMPORTER,), True, REASON
            act.source = {"system": SOURCE, "id": f"{e.record}-{e.order}"}
        found.append(act)
    return found
