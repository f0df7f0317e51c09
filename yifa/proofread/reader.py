"""Proofreading one report: reads the structure, the figures, the citations, and runs every rule (校对)."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from .annex import end_of_report
from .chrome import chrome
from .figures import read_figures
from .model import Figure, Finding, Part, ProofCodex, Report
from .rules import RULES, Context
from .structure import headings, organization_of, statutory_parts, title_of, year_of
from .subjects import IndicatorIndex
from .tables import read_tables
from .text import Document

_ORDER = {"error": 0, "warning": 1, "info": 2}
_INDEXES: WeakKeyDictionary[ProofCodex, IndicatorIndex] = WeakKeyDictionary()


def index_of(codex: ProofCodex) -> IndicatorIndex:
    """The indicator index of a codex, made on first use and kept as long as the codex lives."""
    found = _INDEXES.get(codex)
    if found is None:
        found = IndicatorIndex(codex.indicators)
        _INDEXES[codex] = found
    return found


def proofread(text: str | Document, *, codex: ProofCodex, file: str = "", year: int | None = None,
              organization: str | None = None) -> Report:
    """Proofread one report.

    ``year`` and ``organization`` override what the text itself says. Nothing is raised for any text, be it no report at
    all; findings carry the article or standard they rest on.
    """
    document = text if isinstance(text, Document) else Document(text, file)
    end = end_of_report(document.text)
    if end < len(document.text):
        document = Document(document.text[:end], document.name)
    body = document.text
    lines = document.lines()
    title, title_start, title_end = title_of(document, lines)
    heads = headings(document, lines)
    year = year if year is not None else year_of(body, title, heads)
    frame = chrome(body, lines, title_start)
    parts = statutory_parts(heads, year, len(body))
    plans = [(part.start, part.end) for part in parts if part.key == "next_year" and part.start is not None
             and part.end is not None and not _shared(part.start, parts)]
    index = index_of(codex)
    figures = read_figures(document, index, [(item.start, item.end) for item in frame], plans)
    listed, bare = read_tables(document, lines, index)
    if listed:
        figures = _merged(figures, [item for item in listed if not any(junk.start <= item.start < junk.end for junk in frame)])
    context = Context(
        document=document, text=body, lines=lines, sentences=document.sentences(), title=title,
        title_span=(title_start, title_end), organization=organization or organization_of(body, title), year=year,
        headings=heads, parts=parts, figures=figures, chrome=frame, plans=plans, index=index, book=codex.statutes,
        bare=[item for item in bare if not any(junk.start <= item.start < junk.end for junk in frame)],
    )
    findings: list[Finding] = []
    for rule in RULES:
        findings.extend(rule(context))
    findings.sort(key=lambda item: (item.start, _ORDER[item.severity], item.kind))
    return Report(
        file=file or document.name, title=title, organization=context.organization, year=year, text=body,
        parts=parts, figures=figures, citations=context.citations, findings=findings,
    )


def _merged(running: list[Figure], listed: list[Figure]) -> list[Figure]:
    """Figures of the running text and of tables in order of place; a cell that was read twice counts once."""
    taken = {item.number_start for item in running}
    return sorted([*running, *(item for item in listed if item.number_start not in taken)], key=lambda item: item.number_start)


def _shared(start: int, parts: list[Part]) -> bool:
    """Whether another part stands under the same heading (存在问题及下一步打算), which is then no mere plan."""
    return sum(1 for part in parts if part.start == start) > 1 and any(
        part.key == "achievements" and part.start == start for part in parts)
