"""Rates cannot pass 100 %: numerator and denominator count the same records, placed in the year by the same date."""

from __future__ import annotations

from yifa.codex import load
from yifa.indicators.model import Flow

# What is counted here stands in two registers, so that no date can be shared.
TWO_REGISTERS = {"enforcement.certified_rate", "legal_service.counsel_coverage"}


def test_both_parts_of_a_rate_fall_in_the_year_by_the_same_date() -> None:
    indicators = load().indicators
    apart = set()
    for key, i in indicators.items():
        if i.ratio is None:
            continue
        parts = [indicators[k].measure for k in (i.ratio.of, i.ratio.to)]
        if all(isinstance(m, Flow) for m in parts) and len({(m.of, m.on) for m in parts if isinstance(m, Flow)}) > 1:
            apart.add(key)
    assert apart - TWO_REGISTERS == set()


def test_what_was_carried_over_from_last_year_is_counted_apart() -> None:
    indicators = load().indicators
    for done, carried in (("mediation.succeeded", "mediation.succeeded_carried"), ("petition.closed", "petition.closed_carried")):
        now, before = indicators[done].measure, indicators[carried].measure
        assert isinstance(now, Flow) and isinstance(before, Flow)
        assert now.on == "accepted_on" and "accepted_on" in str(before.where) and "start" in str(before.where)
