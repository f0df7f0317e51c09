"""Makes the whole set of one report: docx, HTML and the frozen figures, all or none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from yifa.indicators.details import Readable, details
from yifa.indicators.evaluate import Figure, evaluate
from yifa.indicators.relations import RelationFinding, check_relations
from yifa.reports.build import build, figures_needed, outline_for, outline_of
from yifa.reports.document import Meta, ReportDoc
from yifa.reports.freeze import freeze, frozen_bytes, write_files
from yifa.reports.render.docx import render_docx
from yifa.reports.render.html import MAX_ROWS, render_html


@dataclass(slots=True)
class Produced:
    """The files of a report, the report itself, and relations between its figures that do not hold."""

    docx: Path
    html: Path
    frozen: Path
    doc: ReportDoc
    figures: dict[str, Figure]
    findings: list[RelationFinding]


def produce(
    connection: Any,
    codex: Any,
    orgs: Sequence[str],
    town: str,
    year: int,
    folder: Path,
    *,
    cutoff: date | None = None,
    outline_key: str | None = None,
    texts: Mapping[str, Sequence[str]] | None = None,
    meta: Meta | None = None,
    draft: bool = True,
    readable: Readable | Collection[str] = (),
    frozen_at: str = "",
    stem: str = "",
) -> Produced:
    """Evaluates, builds, freezes and writes ``<stem>.docx``, ``.html`` and ``.json`` into ``folder``.

    ``readable``: who will read the HTML (see `details`). Raises ReportError, IndicatorError, and OSError for a folder that
    cannot be written to. Without ``outline_key`` the outline of the report year is taken."""
    last = cutoff or date(year, 12, 31)
    outline_key = outline_key or outline_for(codex, year)
    needed = figures_needed(outline_of(codex, outline_key, year))
    related = {k for r in codex.relations for k in [*(r.at_most or []), *(r.sum or []), *(r.equals or [])]}
    figures = evaluate(connection, codex, orgs, date(year, 1, 1), last, keys=[*needed, *sorted(related - set(needed))])
    doc = build(codex, figures, outline_key, town, year, last, texts, meta, draft)
    frozen = freeze(connection, codex, doc, orgs, frozen_at)
    behind = {k: details(connection, codex, k, orgs, (doc.period_from, last), readable, page=1, size=MAX_ROWS)
              for k in doc.figures}  # fmt: skip
    name = stem or f"{town}{year}年法治政府建设年度报告"
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{name}.{ext}" for ext in ("docx", "html", "json")]
    contents = [render_docx(doc, codex, frozen), render_html(doc, codex, frozen, behind).encode(), frozen_bytes(frozen)]
    write_files(dict(zip(paths, contents, strict=True)))
    return Produced(paths[0], paths[1], paths[2], doc, figures, check_relations(figures, codex.relations))
