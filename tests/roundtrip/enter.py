"""Entering a seed ledger through the store's one way in."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from tests.roundtrip.ledger import SeedLedger, SeedRecord
from yifa.codex import Codex
from yifa.records.acts import Act, BatchRefused
from yifa.records.ledger import Ledger
from yifa.records.organisations import add_organisation

KINDS = {6: "county", 9: "town", 12: "village"}


def acts_of(record: SeedRecord, codex: Codex, uid: str) -> Iterator[Act]:
    """The record's acts, each by somebody who may take the step."""
    steps = {s.key: s for s in codex.definitions[record.definition].all_steps}
    for i, s in enumerate(record.steps):
        step = steps[s.step]
        roles = tuple(dict.fromkeys([*step.by, *([step.approved_by] if step.approved_by else [])]))
        yield Act(record.org, record.definition, s.step, s.on, dict(s.data), f"经办{i + 1}", roles,
                  record=uid if i else None, uid=None if i else uid)  # fmt: skip


def enter(ledger: Ledger, seed: SeedLedger) -> dict[str, str]:
    """Record everything (organisations first, voids last); the record's uid -> our ref."""
    for code, (name, parent) in seed.places.items():
        add_organisation(code, name, KINDS[len(code)], parent or None)
    uids = {r.ref: uuid4().hex for r in seed.records}
    first = [r for r in seed.records if r.definition in ("power_item", "officer_certificate")]
    rest = [r for r in seed.records if r not in first]
    try:
        ledger.record_many(a for r in [*first, *rest] for a in acts_of(r, ledger.codex, uids[r.ref]))
    except BatchRefused as e:
        raise AssertionError([(o.record, o.refusals, o.problems) for o in e.outcomes if not o.ok and not o.skipped]) from e
    for r in seed.records:
        if r.voided:
            roles = {role for step in ledger.codex.definitions[r.definition].all_steps for role in step.by}
            ledger.void(uids[r.ref], actor="经办1", roles=tuple(sorted(roles)), reason="重复登记")
    return {uid: ref for ref, uid in uids.items()}
