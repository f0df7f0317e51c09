"""What the proofreader needs of the codex: the statute book and the names of the indicators."""

from __future__ import annotations

from dataclasses import dataclass

from yifa.codex.bundle import Codex
from yifa.law.statutes import StatuteBook
from yifa.proofread.model import IndicatorName


@dataclass(frozen=True, eq=False)
class ProofView:
    """Satisfies `proofread.ProofCodex`."""

    statutes: StatuteBook
    indicators: tuple[IndicatorName, ...]


def proof_codex(codex: Codex) -> ProofView:
    """The codex as the proofreader reads it; make it once for many reports, it is compiled once."""
    names = (IndicatorName(i.key, i.name, tuple(i.alias), i.unit, tuple(i.units), tuple(i.words))
             for i in codex.indicators.values())  # fmt: skip
    return ProofView(codex.statutes, tuple(names))
