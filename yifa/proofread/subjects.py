"""What a figure counts: the words of the report, and the indicator of the codex they stand for (指标对应)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import add

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
        self._by_head: dict[str, tuple[list[str], dict[str, list[str]]]] = {}
        self._by_last: dict[str, list[_Pattern]] = {}
        self.units: dict[str, frozenset[str]] = {}
        self.names: dict[str, str] = {}
        terms: set[str] = set()
        for indicator in indicators:
            units = frozenset((*indicator.units, indicator.unit)) - {""}
            self.units[indicator.key] = units
            self.names[indicator.key] = indicator.name
            forms: set[tuple[str, ...]] = {(indicator.name,), *((alias,) for alias in indicator.aliases)}
            forms.update(tuple(words.split()) for words in indicator.words)
            forms.update([tuple(term.replace("（", "(").replace("）", ")") for term in form) for form in forms])
            for form in forms:
                form = tuple(term for term in form if term)
                if not form:
                    continue
                terms.update(form)
                pattern = _Pattern(indicator.key, form, units, sum(map(len, form)))
                self._by_last.setdefault(form[-1], []).append(pattern)
        for term in terms:
            if len(term) >= 2:
                short, longer = self._by_head.setdefault(term[:2], ([], {}))
                if len(term) == 2:
                    short.append(term)
                else:
                    longer.setdefault(term[2], []).append(term)

    def scan(self, text: str, start: int, end: int) -> list[tuple[int, str]]:
        """Every known term in ``text[start:end]`` with its offset, in order."""
        found: list[tuple[int, str]] = []
        heads = self._by_head.get
        passage = text[start:end]
        for index, pair in enumerate(map(add, passage, passage[1:])):
            known = heads(pair)
            if known is not None:
                if known[0]:
                    found.append((start + index, pair))
                for term in known[1].get(passage[index + 2:index + 3], ()):
                    if passage.startswith(term, index):
                        found.append((start + index, term))
        return found

    def resolve(self, terms: Sequence[tuple[int, str]], start: int, local: tuple[int, int], after: int,
                unit: str) -> str | None:
        """The key of the best indicator for a figure, or None.

        ``terms``: what :meth:`scan` found in the figure's sentence, which begins at ``start``; ``local``: the words right
        around the number; up to ``after`` the sentence may say more of it. The last term of a form must stand in
        ``local``; the others anywhere, the nearer the better.
        """
        near: dict[str, int] = {}
        far: dict[str, int] = {}
        later: set[str] = set()
        local_start, local_end = local
        for position, term in terms:
            if position < local_start:
                if position >= start:
                    far[term] = position - start
            elif position + len(term) <= local_end:
                near[term] = position - local_start
            elif position < after:
                later.add(term)
            else:
                break
        best: str | None = None
        best_score = 0.0
        span = (local_start - start) or 1
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
                    elif term in later:
                        score += 0.8 * len(term)
                    else:
                        break
                else:
                    if score > best_score:
                        best, best_score = pattern.key, score
        return best
