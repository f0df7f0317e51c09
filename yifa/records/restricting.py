"""限定查看: which posts alone may open a record. Said in the event that made it so, so that verify can prove the column."""

from __future__ import annotations

from yifa.procedure.events import Fold
from yifa.procedure.rules import restricted_to
from yifa.records.case import Case


def by_definition(case: Case, fold: Fold, day: str) -> str | None:
    """The posts (comma list) to which the record's definition restricts it as its fold stands, or None."""
    return ",".join(restricted_to(case.pinned.shape.plan, case.pinned.law, fold, day)) or None


def after_step(case: Case, day: str) -> str | None:
    """Restrict a record that a step made one to be restricted; gives what the event must say of it.

    A step never widens: what was classified as 检举控告 stays restricted when it is classified anew."""
    if case.restricted is None and case.pinned.shape.plan.restricts and case.fold is not None:
        case.restricted = by_definition(case, case.fold, day)
        return case.restricted
    return None


def after_amending(case: Case, before: str | None, day: str) -> str | None:
    """The same after a correction, voiding or new version; a restriction that rested on a mistake (``before``: what the
    definition said until now) is lifted or changed with it, one that was asked for at opening is not. "" says lifted.

    A void or destroyed record stays restricted as it was."""
    if case.restricted != before or case.fold is None or not case.shown:
        return None
    now = by_definition(case, case.fold, day)
    if now == before:
        return None
    case.restricted = now
    return now or ""
