"""What a figure counts: the words of the report, and the indicator of the codex they stand for (指标对应)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .model import IndicatorName


@dataclass(slots=True)
class _Pattern:
    key: str
    terms: tuple[str, ...]
    units: frozenset[str]
    length: int


class IndicatorIndex:
    """Finds the indicator whose name, alias or words fit a figure best; made once per codex, read for every report."""

    def __init__(self, indicators: Iterable[IndicatorName]) -> None:
        self._by_head: dict[str, list[str]] = {}
        self._by_last: dict[str, list[_Pattern]] = {}
        self.units: dict[str, frozenset[str]] = {}
        self.names: dict[str, str] = {}
        terms: set[str] = set()
        for indicator in indicators:
            units = frozenset((*indicator.units, indicator.unit)) - {""}
            self.units[indicator.key] = units
            self.names[indicator.key] = indicator.name
            forms = {(indicator.name,), *((alias,) for alias in indicator.aliases)}
            forms.update(tuple(words.split()) for words in indicator.words)
            for form in forms:
                form = tuple(_plain(term) for term in form if term)
                if not form:
                    continue
                terms.update(form)
                pattern = _Pattern(indicator.key, form, units, sum(map(len, form)))
                self._by_last.setdefault(form[-1], []).append(pattern)
        for term in terms:
            self._by_head.setdefault(term[:2], []).append(term)

    def terms_in(self, passage: str) -> dict[str, int]:
        """Every known term in ``passage`` with the offset of its last occurrence."""
        found: dict[str, int] = {}
        heads = self._by_head
        for index in range(len(passage) - 1):
            candidates = heads.get(passage[index:index + 2])
            if candidates is not None:
                for term in candidates:
                    if passage.startswith(term, index):
                        found[term] = index
        return found

    def resolve(self, before: str, local: str, after: str, unit: str) -> str | None:
        """The key of the best indicator for a figure, or None.

        ``local``: the words right around the number; ``before`` and ``after``: what the sentence says earlier and later.
        The last term of a form must stand in ``local``; the others anywhere, the nearer the better.
        """
        near = self.terms_in(local)
        if not near:
            return None
        far = self.terms_in(before)
        later: dict[str, int] | None = None
        best: str | None = None
        best_score = 0.0
        span = len(before) or 1
        for last, position in near.items():
            for pattern in self._by_last.get(last, ()):
                if pattern.units and unit not in pattern.units:
                    continue
                score = 3.0 * len(last) + position / 50
                for term in pattern.terms[:-1]:
                    if term in near:
                        score += 3.0 * len(term)
                    elif term in far:
                        score += len(term) * (0.5 + far[term] / span)
                    else:
                        if later is None:
                            later = self.terms_in(after)
                        if term not in later:
                            break
                        score += 0.8 * len(term)
                else:
                    if score > best_score:
                        best, best_score = pattern.key, score
        return best


def _plain(term: str) -> str:
    return term.replace("（", "(").replace("）", ")")
