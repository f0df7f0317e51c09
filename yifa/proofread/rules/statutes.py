"""Laws and plans cited: repealed, not yet in force, wrong article, wrong edition, wrong title, plan over (法规引用)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from weakref import WeakKeyDictionary

from yifa.law.citations import Citation, article_problem, edition_problem, find_citations, judge, title_problem
from yifa.law.statutes import Statute, StatuteBook

from ..model import Cited, Finding, Severity
from .base import Context

_LOCAL = re.compile(r"(?!中华人民共和国|城市|城乡|乡[镇村]|村|社区|历史|行政区|市场|民族区域|农村)(?:中共)?[\u4e00-\u9fff]{2,12}?[省市县区州旗镇乡]|关于|[\u4e00-\u9fff]{2,6}街道")
_KINDS = {
    "repealed": "repealed_statute", "ended_in_year": "repealed_statute", "plan_over": "stale_plan",
    "not_yet_effective": "not_yet_effective", "amended": "amended_article",
}


def check(context: Context) -> Iterator[Finding]:
    """Reads every citation into ``context.citations`` and judges it by the year that its sentence speaks of.

    Rules 23 to 27 of the reference: a law cited after its repeal or before it took effect; a title, edition or article
    that does not exist; a plan whose period is over. What the sentence explains (已废止, 结转, 学习宣传) is no fault.
    """
    book, year = context.book, context.year
    if book is None:
        return
    text = context.text
    for citation in find_citations(text, book):
        if context.in_chrome(citation.start):
            continue
        if citation.statute_key is None:
            close = _misprinted(citation, book)
            if close is not None:
                yield _wrong_title(context, citation.title_start, citation.title_end, citation.title, close)
                _keep(context, citation, None, "unknown")
            elif _names_law(citation.title):
                _keep(context, citation, None, "unknown")
            continue
        if year is None:
            _keep(context, citation, citation.statute_key, "unknown")
            continue
        if _plainly_in_force(book, citation.statute_key, year):
            _keep(context, citation, citation.statute_key, "in_force")
            yield from _details(context, citation, year)
            continue
        passage, shift = _passage(context, citation.start, citation.end)
        moved = replace(citation, start=citation.start - shift, end=citation.end - shift,
                        title_start=citation.title_start - shift, title_end=citation.title_end - shift)
        judgement = judge(moved, book, year, context_text=passage)
        _keep(context, citation, citation.statute_key, judgement.status)
        if judgement.severity is not None:
            kind = _KINDS.get(judgement.code, "repealed_statute")
            yield context.finding(kind, judgement.severity, f"{judgement.reason}。{_todo(kind)}", citation.start, citation.end,
                                  judgement.suggestion, judgement.reason)
            if kind == "repealed_statute":
                continue
        yield from _details(context, citation, year)


_STATES: WeakKeyDictionary[StatuteBook, dict[tuple[str, int], bool]] = WeakKeyDictionary()
_TITLES: WeakKeyDictionary[StatuteBook, dict[str, Statute | None]] = WeakKeyDictionary()


def _plainly_in_force(book: StatuteBook, key: str, year: int) -> bool:
    """Whether an instrument was in force all year in one version, so that no sentence around it can matter."""
    states = _STATES.setdefault(book, {})
    known = states.get((key, year))
    if known is None:
        statute = book.get(key)
        known = statute is not None and book.status_in_year(key, year) == "in_force" and not (
            statute.ended and statute.ended.from_.year == year)
        states[key, year] = known
    return known


def _misprinted(citation: Citation, book: StatuteBook) -> Statute | None:
    """The instrument that an unknown title most likely means; local documents are left alone."""
    if _LOCAL.match(citation.title):
        return None
    titles = _TITLES.setdefault(book, {})
    if citation.title not in titles:
        close = title_problem(citation, book)
        if len(titles) > 10_000:
            titles.clear()
        titles[citation.title] = close[0] if close else None
    return titles[citation.title]


def _details(context: Context, citation: Citation, year: int) -> Iterator[Finding]:
    problem = article_problem(citation, context.book, year) if citation.articles else None
    if problem:
        yield context.finding("wrong_article", "error", f"{problem}。请核对条号后更正。", citation.start, citation.end,
                              "按当年有效文本更正条号", problem)
    amended = citation.edition or "修" in context.text[max(0, citation.start - 24):citation.start]
    problem = edition_problem(citation, context.book, context.text) if amended else None
    if problem:
        yield context.finding("wrong_edition", "error", f"{problem}。请更正或删去版本说明。", citation.start, citation.end,
                              "更正修订年份或删去", problem)


def _wrong_title(context: Context, start: int, end: int, title: str, statute: Statute) -> Finding:
    right, full = statute.key, statute.title
    bare = full.removeprefix("中华人民共和国")
    national = title.startswith("中华人民共和国") or (title.endswith(("法", "法典")) and not title.endswith("办法"))
    slip = len(title) == len(bare) >= 8 and sum(one != other for one, other in zip(title, bare, strict=True)) == 1
    severity: Severity = "error" if national or slip else "warning"  # a local rule may bear a name much like it
    return context.finding("wrong_title", severity, f"没有查到《{title}》，疑为《{right}》之误。请更正书名。", start, end,
                           f"改为《{full}》", "引用法规应当使用准确的名称")


def _names_law(title: str) -> bool:
    return title.startswith("中华人民共和国") or title.endswith(("法", "条例", "规定", "办法", "规则", "细则", "纲要", "规划"))


def _todo(kind: str) -> str:
    if kind == "stale_plan":
        return "请改用现行规划，或写明是总结。"
    if kind == "not_yet_effective":
        return "请改引当时有效的规定，或写明是学习宣传新法。"
    if kind == "amended_article":
        return "请核对条号。"
    return "请更正。"


def _keep(context: Context, citation: Citation, key: str | None, status: str) -> None:
    article, start, end = citation.article, citation.start, citation.end
    context.citations.append(Cited(context.text[start:end], key, None if article is None else str(article), status, start, end,
                                   context.document.line_of(start)))


def _passage(context: Context, start: int, end: int) -> tuple[str, int]:
    """The heading above and the sentences around a citation: all that its judgement may rest on, and its shift."""
    text = context.text
    line_start = max(text.rfind("\n", 0, start) + 1, start - 300)
    line_end = text.find("\n", end)
    stop = min(end + 220, len(text) if line_end < 0 else line_end)
    heading = ""
    for item in context.headings:
        if item.start >= line_start:
            break
        if item.level == 1:
            heading = text[item.start:item.end] + "\n"
    return heading + text[line_start:stop], line_start - len(heading)


