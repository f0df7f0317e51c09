"""Events (事件), findings (问题) and assessments: the plain values that the engine takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["step", "correct", "void", "answer", "destroy", "hold", "release", "migrate"]
Fold = dict[str, Any]
"""The folded state of a record, JSON-able: facts, src, steps, clocks, findings, status, stage, last, n."""

UNKNOWN = {"unknown": True}
"""The value 不详: known not to be known."""


@dataclass(slots=True)
class Event:
    """One entry of a record's history as the engine sees it.

    ``on`` is when it happened (ISO date, possibly partial, or date-time); ``seq`` its place in the record (from 1);
    ``data`` holds values already cleaned, sealed ones as ``{"sealed": commitment}``; ``related`` the rows found by
    the definition's look-ups when it was recorded; ``target`` the events a correction, voiding or answer speaks of;
    ``notes`` what the store found beside the law when it was recorded (findings that a refold must show again).
    """

    seq: int
    kind: Kind
    step: str
    on: str
    actor: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    late: bool = False
    reason: str = ""
    target: tuple[int, ...] = ()
    related: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    notes: tuple[Breach, ...] = ()


@dataclass(slots=True)
class Breach:
    """What an act breaks: a refusal when ``strength`` is block and the act is still to be taken, a finding after."""

    key: str
    strength: str
    message: str
    basis: dict[str, Any] | None = None

    @property
    def severity(self) -> str:
        """error | warning | info, as findings state it."""
        return {"block": "error", "warn": "warning"}.get(self.strength, "info")


@dataclass(slots=True)
class Check:
    """The verdict on one event: the new fold, what it breaks, and the receipt of the law applied."""

    fold: Fold
    breaches: list[Breach]
    receipt: dict[str, Any]

    @property
    def refusals(self) -> list[Breach]:
        return [b for b in self.breaches if b.strength == "block"]


@dataclass(slots=True)
class StepState:
    """Where a step stands: done | available | blocked | not_required, with the reasons of a block."""

    key: str
    name: str
    state: Literal["done", "available", "blocked", "not_required"]
    count: int
    reasons: list[Breach]


@dataclass(slots=True)
class Deadline:
    """A running, paused, met, late, overdue, stopped or expired clock, for people and projections."""

    id: str
    limit: str
    name: str
    party: str | None
    starts: str
    due: str | None
    state: str
    met_on: str | None
    days_late: int | None
    excluded: int
    extension: int
    quantity: int | None
    unit: str
    provisional: bool
    basis: dict[str, Any] | None
    kind: str


@dataclass(slots=True)
class Assessment:
    """All that the law and the house rules say of a record on a day."""

    facts: dict[str, Any]
    sources: dict[str, int]
    status: str
    stage: str
    steps: list[StepState]
    deadlines: list[Deadline]
    findings: list[dict[str, Any]]
    fold: Fold
