"""Histories: the events that count, and folding a record anew."""

from __future__ import annotations

from dataclasses import replace

from yifa.procedure.events import Event


def effective(events: list[Event]) -> list[Event]:
    """The steps that count, as corrected, without voided ones, in order of recording (as `engine.fold_events` takes them)."""
    events = sorted(events, key=lambda e: e.seq)
    voids = {t for e in events if e.kind == "void" for t in e.target}
    steps = {e.seq: e for e in events if e.kind == "step"}
    for e in events:
        if e.kind == "correct" and e.seq not in voids:
            for t in e.target:
                if t in steps and t < e.seq:
                    old = steps[t]
                    steps[t] = replace(old, on=e.on or old.on, data={**old.data, **e.data})
    return [e for seq, e in sorted(steps.items()) if seq not in voids]
