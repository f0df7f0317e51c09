"""What every rule gets to see, and how it states a finding (规则的共同部分)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..chrome import Junk
from ..model import Cited, Figure, Finding, Part, Severity
from ..structure import Heading
from ..subjects import IndicatorIndex
from ..tables import Bare
from ..text import Document


@dataclass(slots=True)
class Context:
    """One report as the readers left it: text, structure, figures, citations."""

    document: Document
    text: str
    lines: Sequence[tuple[int, int]]
    sentences: Sequence[tuple[int, int]]
    title: str | None
    title_span: tuple[int, int]
    organization: str | None
    year: int | None
    headings: Sequence[Heading]
    parts: Sequence[Part]
    figures: Sequence[Figure]
    chrome: Sequence[Junk]
    plans: Sequence[tuple[int, int]]
    index: IndicatorIndex
    book: Any = None
    bare: Sequence[Bare] = ()
    citations: list[Cited] = field(default_factory=list)

    def finding(self, kind: str, severity: Severity, message: str, start: int, end: int, suggestion: str = "",
                basis: str = "") -> Finding:
        """A finding about ``text[start:end]``."""
        return Finding(kind, severity, message, self.text[start:end], start, end, self.document.line_of(start),
                       suggestion, basis)

    def is_annual_report(self) -> bool:
        """Whether the text presents itself as a year's report on rule-of-law work (法治政府建设年度报告)."""
        opening = (self.title or "") + self.text[:800]
        stands = len(self.text) >= 300 or (self.title is not None and sum(part.present for part in self.parts) >= 2)
        return (stands and any(word in opening for word in ("法治政府", "法治建设", "依法行政", "依法治"))
                and self.year is not None)

    def in_chrome(self, position: int) -> bool:
        """Whether ``position`` lies in a web page's frame."""
        return any(item.start <= position < item.end for item in self.chrome)

    def in_plans(self, position: int) -> bool:
        """Whether ``position`` lies in the part on next year's work."""
        return any(start <= position < end for start, end in self.plans)


Rule = Callable[[Context], Iterator[Finding]]
