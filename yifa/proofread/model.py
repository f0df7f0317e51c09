"""What the proofreader hands back: parts, figures, citations and findings of one report.

All offsets are code points in the decoded text (BOM removed, line ends as ``\\n``); ``text[start:end] == item.text``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Severity = Literal["error", "warning", "info"]
Number = int | float


@dataclass(slots=True)
class Part:
    """One of the five statutory parts (督察工作规定所列五项内容) and the heading under which it stands."""

    key: str
    name: str
    present: bool
    heading: str | None
    line: int | None
    start: int | None = None
    end: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The part as the JSON output names it."""
        return {"key": self.key, "name": self.name, "present": self.present, "heading": self.heading, "line": self.line}


@dataclass(slots=True)
class Figure:
    """A number that says how much was done, how many there are, or at what rate (数字).

    ``value``: 万 and 亿 expanded, a percentage as 92.5; ``value_max`` only for ranges; ``unit`` as printed (％ as %).
    """

    text: str
    value: Number
    value_max: Number | None
    unit: str
    approx: str | None
    subject: str
    indicator: str | None
    start: int
    end: int
    line: int
    number_start: int = 0
    number_end: int = 0
    clause_start: int = 0
    magnitude: int = 1
    decimals: int = 0
    noun_after: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The figure as the JSON output names it."""
        return {
            "text": self.text, "value": self.value, "value_max": self.value_max, "unit": self.unit,
            "approx": self.approx, "subject": self.subject, "indicator": self.indicator,
            "start": self.start, "end": self.end, "line": self.line,
        }


@dataclass(slots=True)
class Cited:
    """A statute or plan cited in the text, with its state (status) in the year that the sentence speaks of."""

    text: str
    statute: str | None
    article: str | None
    status: str
    start: int
    end: int
    line: int

    def as_dict(self) -> dict[str, Any]:
        """The citation as the JSON output names it."""
        return {
            "text": self.text, "statute": self.statute, "article": self.article, "status": self.status,
            "start": self.start, "end": self.end, "line": self.line,
        }


@dataclass(slots=True)
class Finding:
    """Something to mend (问题): what, where, why (basis) and what to do (suggestion)."""

    kind: str
    severity: Severity
    message: str
    text: str
    start: int
    end: int
    line: int
    suggestion: str
    basis: str

    def as_dict(self) -> dict[str, Any]:
        """The finding as the JSON output names it."""
        return {
            "kind": self.kind, "severity": self.severity, "message": self.message, "text": self.text,
            "start": self.start, "end": self.end, "line": self.line,
            "suggestion": self.suggestion, "basis": self.basis,
        }


@dataclass(slots=True)
class Report:
    """Everything that proofreading one report found."""

    file: str
    title: str | None
    organization: str | None
    year: int | None
    text: str
    parts: list[Part] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    citations: list[Cited] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def has_errors(self) -> bool:
        """Whether any finding is of error level (decides the exit code of ``yifa proofread``)."""
        return any(finding.severity == "error" for finding in self.findings)

    def as_dict(self, *, with_text: bool = False) -> dict[str, Any]:
        """The report as one JSON object; ``text`` only when asked for (``--with-text``)."""
        head: dict[str, Any] = {
            "file": self.file, "title": self.title, "organization": self.organization, "year": self.year,
        }
        if with_text:
            head["text"] = self.text
        head["parts"] = [item.as_dict() for item in self.parts]
        head["figures"] = [item.as_dict() for item in self.figures]
        head["citations"] = [item.as_dict() for item in self.citations]
        head["findings"] = [item.as_dict() for item in self.findings]
        return head


@dataclass(frozen=True, slots=True)
class IndicatorName:
    """How reports name an indicator (指标名称): its key, name, aliases, the units it is counted in.

    ``words``: further ways to recognise it; each entry holds terms separated by blanks that must all stand in the
    sentence, the last one in the figure's own clause ("信访 办结").
    """

    key: str
    name: str
    aliases: tuple[str, ...] = ()
    unit: str = ""
    units: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class ProofCodex(Protocol):
    """What the proofreader needs of the codex: the statutes and the names of the indicators."""

    @property
    def statutes(self) -> Any:
        """The book of statutes (yifa.law.statutes.StatuteBook), or None to leave citations unread."""

    @property
    def indicators(self) -> Sequence[IndicatorName]:
        """The catalogue of indicators."""
