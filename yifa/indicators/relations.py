"""Relations that figures must keep: a part is at most its whole, parts add up to the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from yifa.indicators.evaluate import Figure
from yifa.indicators.model import Relation
from yifa.indicators.numbers import number_text


@dataclass(frozen=True, slots=True)
class RelationFinding:
    """A relation that does not hold, in words with the numbers."""

    message: str
    keys: tuple[str, ...]


def check_relations(figures: Mapping[str, Figure], relations: Sequence[Relation]) -> list[RelationFinding]:
    """Findings for the relations whose figures are all there and do not agree."""
    found = []
    for r in relations:
        keys = (*(r.at_most or []), *(r.sum or []), *(r.equals or []))
        if any(k not in figures or figures[k].value is None for k in keys):
            continue
        if r.at_most:
            for a, b in zip(r.at_most, r.at_most[1:], strict=False):
                if Decimal(figures[a].value or 0) > Decimal(figures[b].value or 0):
                    found.append(_finding(r, f"{_said(figures[a])}多于{_said(figures[b])}", (a, b)))
        if r.sum and r.equals:
            left = sum(Decimal(figures[k].value or 0) for k in r.sum)
            right = sum(Decimal(figures[k].value or 0) for k in r.equals)
            if left != right:
                words = ["、".join(_said(figures[k]) for k in side) for side in (r.sum, r.equals)]
                text = f"{words[0]}合计{number_text(left)}，与{words[1]}合计{number_text(right)}不等"
                found.append(_finding(r, text, keys))
    return found


def _said(f: Figure) -> str:
    return f"“{f.name}”{f.text}"


def _finding(r: Relation, text: str, keys: tuple[str, ...]) -> RelationFinding:
    return RelationFinding(f"{r.message}：{text}" if r.message else text, keys)
