"""Cases (案件) of the demonstration: one module per procedure, each giving lawful paths and a few deliberate breaches."""

from __future__ import annotations

from collections.abc import Iterator

from yifa.codex import Codex
from yifa.demo.cases import disclosure, dispute, penalty, petition, running
from yifa.demo.cases.kit import Case, Kit
from yifa.demo.registers import YEARS
from yifa.demo.world import Town


def cases(codex: Codex, town: Town) -> Iterator[Case]:
    """All cases of a town: those of the three years, then those still running at the demonstration's day."""
    for year in YEARS:
        for part in (dispute, petition, penalty, disclosure):
            yield from part.year(Kit(codex, town, f"{part.__name__}/{year}"), year)
    yield from running.now(Kit(codex, town, "running"))
