"""Rows of records that are there already: nothing, corrections (更正) of changed values, and steps taken since."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from yifa.exchange.existing import Existing
from yifa.exchange.rows import RowActs, StepData
from yifa.procedure.definition import Definition
from yifa.records import amend
from yifa.records.acts import IMPORTER, Act, Outcome
from yifa.records.case import Case
from yifa.records.work import Work


@dataclass(slots=True)
class Changes:
    """What a row says otherwise than its record: by event the new day and values, and steps not there yet."""

    corrections: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    later: list[StepData] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.corrections or self.later)


def _closed(value: Any) -> bool:
    return isinstance(value, dict) and "sealed" in value


def changes(d: Definition, old: Existing, row: RowActs) -> Changes:
    """Compare. Empty cells change nothing; a step that may be taken again is the same one where the day is the same."""
    found = Changes()
    repeatable = {s.key for s in d.all_steps if s.repeats}
    facts = old.facts()
    used: set[int] = set()
    for s in row.steps:
        match = _same_step(old, s, used, s.step in repeatable)
        if match is None:
            found.later.append(s)
            continue
        used.add(match)
        done, seq = old.steps[match], old.sequences[match]
        data = {k: v for k, v in s.data.items()
                if done.data.get(k, facts.get(k)) != v and not _closed(done.data.get(k, facts.get(k)))}  # fmt: skip
        on = s.on if s.on != done.on else ""
        if data or on:
            found.corrections[seq] = (on, data)
    return found


def _same_step(old: Existing, s: StepData, used: set[int], repeatable: bool) -> int | None:
    """The place of the record's step that the row speaks of: of the same day, best with the same content."""
    same = [i for i, o in enumerate(old.steps) if o.step == s.step and i not in used]
    on_day = [i for i in same if old.steps[i].on == s.on]
    exact = [i for i in on_day if old.steps[i].data == s.data]
    if exact or on_day:
        return (exact or on_day)[0]
    return same[0] if same and not repeatable else None


def apply_changes(work: Work, case: Case, row: RowActs, made: Changes, actor: str, reason: str, source: dict[str, Any],
                  index: int) -> list[Outcome]:  # fmt: skip
    """Let corrections and later steps wait in the case; `Work.write` writes them. Raises LedgerError; then the case is of
    no use and nothing of the row is written."""
    outcomes = [amend.correct(work, case, seq, data, actor=actor, roles=(IMPORTER,), reason=reason, on=on)
                for seq, (on, data) in sorted(made.corrections.items())]  # fmt: skip
    for s in made.later:
        act = Act(case.org, case.definition, s.step, s.on, s.data, actor, (IMPORTER,), case.uid, None, True, reason, source)
        work.judge.take(case, act, index)
        outcomes.append(Outcome(True, case.uid, case.number, case.rseq))
    for p in case.pending:
        p.index = index
    return outcomes
