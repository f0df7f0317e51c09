"""Builds a report from an outline and figures (编写): a tree that the renderers print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

from yifa.indicators.evaluate import Figure
from yifa.indicators.model import Indicator
from yifa.indicators.periods import to_day
from yifa.reports.compose import Composer, names
from yifa.reports.document import Meta, Paragraph, PartDoc, ReportDoc, Run, SectionDoc, chinese_day, chinese_number
from yifa.reports.outline import Outline, Part, Section, Sentence

TODO = "【待撰写】"
WORDS = ("town", "year", "last_year", "next_year", "cutoff")


class ReportError(ValueError):
    """A report that cannot be built; the message says what is missing and what to do."""


class CodexLike(Protocol):
    """What a report needs of a codex."""

    hash: str
    indicators: dict[str, Indicator]
    outlines: dict[str, Outline]


def outline_of(codex: CodexLike, key: str, year: int) -> Outline:
    """The outline by key, checked against its report years. Raises ReportError naming those that fit."""
    found = codex.outlines.get(key)
    if found is None:
        raise ReportError(f"没有报告提纲“{key}”；现有：{'、'.join(codex.outlines) or '无'}")
    if year < found.from_ or (found.to is not None and year > found.to):
        fits = [o.key for o in codex.outlines.values() if o.from_ <= year and (o.to is None or year <= o.to)]
        until = f"—{found.to}" if found.to else "起"
        raise ReportError(
            f"提纲“{found.name}”适用于 {found.from_}{until}年度；{year} 年度可用：{'、'.join(fits) or '无'}"
        )
    return found


def outline_for(codex: CodexLike, year: int) -> str:
    """The key of the outline for a report year. Raises ReportError where there is none, or more than one."""
    fits = [o.key for o in codex.outlines.values() if o.from_ <= year and (o.to is None or year <= o.to)]
    if not fits:
        listed = "、".join(f"{o.from_}—{o.to} 年度" if o.to else f"{o.from_} 年度起" for o in codex.outlines.values())
        raise ReportError(f"没有适用于 {year} 年度的报告提纲。现有提纲适用于：{listed or '无'}。请核对年度，或在本地规定里加一个提纲。")
    if len(fits) > 1:
        raise ReportError(f"{year} 年度有 {len(fits)} 个适用的报告提纲（{'、'.join(fits)}）。请只留一个。")
    return fits[0]


def sentences_of(outline: Outline) -> list[Sentence]:
    """Every sentence of an outline in order."""
    found = list(outline.preface)
    for p in outline.parts:
        found += p.sentences
        for s in p.sections:
            found += s.sentences
    return found


def figures_needed(outline: Outline) -> list[str]:
    """The keys of all figures that the outline may print, in order: what to evaluate."""
    texts = [t for s in sentences_of(outline) for t in [s.text, *s.clauses, *(f"{{{k}}}" for k in s.if_any)]]
    return list(dict.fromkeys(n for t in texts for n in names(t) if n not in WORDS))


def _paragraphs(composer: Composer, sentences: Iterable[Sentence]) -> list[Paragraph]:
    found: list[Paragraph] = []
    fresh = True
    for s in sentences:
        fresh = fresh or s.paragraph
        runs = composer.sentence(s)
        if runs and fresh:
            found.append(Paragraph(runs))
            fresh = False
        elif runs:
            found[-1].runs += runs
    return found


def _written(texts: Mapping[str, Sequence[str]], key: str) -> list[Paragraph]:
    given = texts.get(key, ())
    lines = given.splitlines() if isinstance(given, str) else given
    return [Paragraph([Run(line.strip())], "written") for line in lines if line.strip()]


def _section(composer: Composer, s: Section, texts: Mapping[str, Sequence[str]]) -> SectionDoc | None:
    paragraphs = _written(texts, s.key) + _paragraphs(composer, s.sentences)
    return SectionDoc(s.key, composer.plain(s.heading), paragraphs) if paragraphs else None


def _part(composer: Composer, p: Part, texts: Mapping[str, Sequence[str]], meta: Meta, draft: bool,
          unwritten: list[str]) -> PartDoc:  # fmt: skip
    part = PartDoc(p.key, composer.plain(p.heading), _paragraphs(composer, p.sentences))
    sections = [s for s in (_section(composer, s, texts) for s in p.sections) if s is not None]
    for n, s in enumerate(sections, 1):
        s.heading = f"（{chinese_number(n)}）{s.heading}"
    part.sections = sections
    written = _written(texts, p.key)
    part.paragraphs += written
    if p.free and not written:
        if p.empty:
            part.paragraphs.append(Paragraph([Run(composer.plain(p.empty))]))
        else:
            unwritten.append(p.heading)
            if draft:
                part.paragraphs.append(Paragraph([Run(f"{TODO}此部分由人撰写。")], "todo"))
                prompts = [composer.plain(x) for x in p.prompts] + list(meta.prompts.get(p.key, ()))
                part.paragraphs += [Paragraph([Run(x)], "prompt") for x in prompts]
    elif not part.paragraphs and not part.sections:
        unwritten.append(p.heading)
        if draft:
            part.paragraphs.append(
                Paragraph([Run(f"{TODO}统计期内没有可以写入的数据，请补录台账或撰写文字。")], "todo")
            )
    return part


def build(
    codex: CodexLike,
    figures: Mapping[str, Figure],
    outline_key: str,
    town: str,
    year: int,
    cutoff: date | str,
    texts: Mapping[str, Sequence[str]] | None = None,
    meta: Meta | None = None,
    draft: bool = True,
) -> ReportDoc:
    """The report of ``town`` for ``year`` with figures from 1 January to ``cutoff`` (统计截止日).

    ``texts``: paragraphs written by people, by part or section key. Without ``draft`` a required part that nobody wrote is
    refused. Raises ReportError."""
    outline = outline_of(codex, outline_key, year)
    last = to_day(cutoff)
    if last.year != year:
        raise ReportError(f"统计截止日 {last} 不在 {year} 年内，请改截止日或年度")
    texts, meta = texts or {}, meta or Meta()
    _check_texts(outline, texts)
    missing = [k for k in figures_needed(outline) if k not in figures]
    if missing:
        raise ReportError(f"缺少 {len(missing)} 个数字（{'、'.join(missing[:5])}…），请先计算提纲用到的全部指标")
    words = {"town": town, "year": str(year), "last_year": str(year - 1), "next_year": str(year + 1),
             "cutoff": chinese_day(last)}  # fmt: skip
    composer = Composer(figures, words)
    unwritten: list[str] = []
    preface = _written(texts, "preface") + _paragraphs(composer, outline.preface)
    parts = [_part(composer, p, texts, meta, draft, unwritten) for p in outline.parts]
    parts = [p for p, o in zip(parts, outline.parts, strict=True) if o.required or p.paragraphs or p.sections]
    for n, p in enumerate(parts, 1):
        p.heading = f"{chinese_number(n)}、{p.heading}"
    if unwritten and not draft:
        raise ReportError(f"还有 {len(unwritten)} 个部分没有写：{'；'.join(composer.plain(w) for w in unwritten)}。"
                          "请用 --texts 文件补写，或不加 --final 先出草稿。")  # fmt: skip
    return ReportDoc(outline.key, outline.name, composer.plain(outline.title), town, year, date(year, 1, 1), last, preface,
                     parts, composer.used, meta, draft, unwritten)  # fmt: skip


def _check_texts(outline: Outline, texts: Mapping[str, Sequence[str]]) -> None:
    known = {"preface", *(p.key for p in outline.parts), *(s.key for p in outline.parts for s in p.sections)}
    unknown = [k for k in texts if k not in known]
    if unknown:
        raise ReportError(f"提纲里没有“{'、'.join(unknown)}”，无处放这段文字；可用的键：{'、'.join(sorted(known))}")
