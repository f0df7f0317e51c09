"""The rules of proofreading, one idea a module; ``RULES`` in the order in which they run."""

from __future__ import annotations

from . import (
    duplicates,
    junk,
    measures,
    numbering,
    parts,
    personal,
    rates,
    repeats,
    statutes,
    table_unit,
    totals,
    towns,
    wording,
    years,
)
from .base import Context, Rule

RULES: tuple[Rule, ...] = (
    statutes.check, parts.check, numbering.check, rates.check, totals.check, measures.check, repeats.check,
    duplicates.check, years.check, wording.check, towns.check, personal.check, table_unit.check, junk.check,
)

__all__ = ["RULES", "Context", "Rule"]
