"""Sentences filled with figures: what has nothing to say leaves, what stays is joined with right punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from yifa.indicators.evaluate import Figure
from yifa.indicators.numbers import number_text
from yifa.indicators.summary import MARK
from yifa.reports.document import Run
from yifa.reports.outline import Sentence

_NAME = re.compile(r"\{([^{}]+)\}")
_STRONG, _WEAK = "。；：！？", "，、"


def figure_text(figure: Figure) -> str:
    """A figure as it is printed: the exact number and its unit, 元 with two decimals where there are any, and a mark
    where nothing but totals (汇总录入) stands behind it."""
    value = figure.value
    cents = figure.unit == "元" and isinstance(value, Decimal) and value != value.to_integral_value()
    text = f"{value:.2f}元" if cents else f"{number_text(value)}{figure.unit}"
    if figure.summary and figure.denominator is None:
        text += f"（{MARK}）" if figure.summary_only else f"（部分{MARK}）"
    return text


def counts_text(figure: Figure) -> str:
    """The counts of a rate, as the annex states them: 49÷53; empty for other figures."""
    if figure.numerator is None or figure.denominator is None:
        return ""
    return f"{number_text(figure.numerator)}÷{number_text(figure.denominator)}"


def silent(figure: Figure) -> bool:
    """Nothing to say: no number, or 0."""
    return not figure.value


def names(text: str) -> list[str]:
    """The names in braces."""
    return _NAME.findall(text)


class Composer:
    """Fills texts with ``words`` (town, year, …) and figures, and remembers which figures were printed."""

    def __init__(self, figures: Mapping[str, Figure], words: Mapping[str, str]):
        self.figures, self.words = figures, words
        self.used: dict[str, Figure] = {}

    def plain(self, text: str) -> str:
        """A heading or title: words only."""
        return _NAME.sub(lambda m: self.words[m.group(1)], text)

    def keys(self, text: str) -> list[str]:
        return [n for n in names(text) if n not in self.words]

    def _stays(self, text: str) -> bool:
        keys = self.keys(text)
        found = [self.figures[k] for k in keys]
        return not keys or not (any(f.value is None for f in found) or all(silent(f) for f in found))

    def _runs(self, text: str) -> list[Run]:
        runs: list[Run] = []
        end = 0
        for m in _NAME.finditer(text):
            if m.start() > end:
                runs.append(Run(text[end : m.start()]))
            name = m.group(1)
            if name in self.words:
                runs.append(Run(self.words[name]))
            else:
                self.used.setdefault(name, self.figures[name])
                runs.append(Run(figure_text(self.figures[name]), name))
            end = m.end()
        if end < len(text):
            runs.append(Run(text[end:]))
        return runs

    def sentence(self, s: Sentence) -> list[Run]:
        """The runs of a sentence, or none where it has nothing to say."""
        if s.if_any and all(silent(self.figures[k]) for k in s.if_any):
            return []
        clauses = [c for c in s.clauses if self._stays(c)]
        own = bool(self.keys(s.text))
        if own and not self._stays(s.text):
            if not clauses:
                return []
            pieces = clauses
        elif s.clauses and not clauses:
            if not own:
                return []
            pieces = [s.text]
        else:
            pieces = [s.text, *clauses] if s.text else clauses
        runs: list[Run] = []
        for i, piece in enumerate(pieces):
            if i:
                before = "".join(r.text for r in runs)[-1:]
                glued = before in _STRONG + _WEAK or (i == 1 and pieces[0] is s.text and not own)
                if not glued:
                    runs.append(Run(s.join))
            runs += self._runs(piece)
        text = "".join(r.text for r in runs)
        if text and text[-1] not in _STRONG:
            runs.append(Run(s.end))
        return merged(runs)


def merged(runs: Iterable[Run]) -> list[Run]:
    """Neighbouring plain runs joined."""
    found: list[Run] = []
    for r in runs:
        if found and found[-1].figure is None and r.figure is None:
            found[-1] = Run(found[-1].text + r.text)
        elif r.text:
            found.append(r)
    return found
