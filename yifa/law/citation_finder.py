"""Finding citations of legal instruments (法规引用) in a text.

Two passes: titles in 《》 (or 〈〉), with nested marks inside them; and well-known titles written without marks, found by
looking back from the characters that end a title (法, 条例, 规定 …) into a dictionary, so that the cost does not depend on
the number of instruments in the book. Offsets count code points of the text as given.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from yifa.law.citation_articles import ArticleRef, read_articles
from yifa.law.statute_titles import normalise_title, split_edition
from yifa.law.statutes import Statute, StatuteBook


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation: ``text`` is the stretch from ``start`` to ``end`` (title, edition mark and articles);
    ``title`` the title without its marks; ``marked`` whether it stood in 《》. ``statute_key`` is ``None`` when the
    title is not in the statute book."""

    text: str
    title: str
    statute_key: str | None
    article: int | None
    articles: tuple[int, ...]
    refs: tuple[ArticleRef, ...]
    edition: str | None
    start: int
    end: int
    title_start: int
    title_end: int
    marked: bool


@dataclass(frozen=True, slots=True)
class TitleSpan:
    """A title in 《》: ``start``/``end`` with the marks, ``title`` what stands between them."""

    start: int
    end: int
    title: str


_OPEN, _CLOSE = "《〈", "》〉"
_MARK = re.compile(r"[《》〈〉]|<<|>>")
_MAX_TITLE = 120
_PLAIN = re.compile(rf"《([^《》\n]{{1,{_MAX_TITLE}}})》")
_SHORT_FOR = re.compile(
    r"\s*[（(](?:以下|下文|下|后文)?(?:统|均)?(?:简称|称)(?:为)?[:：]?\s*(?:《(?P<a>[^《》]{1,30})》|[“\"](?P<b>[^”\"]{1,30})[”\"]|(?P<c>[^“”\"《》（）()]{1,30}))[）)]"
)
_EDITION_AFTER = re.compile(r"\s*[（(]((?:[12]\d{3}年?(?:第[一二三四五]次)?(?:修订|修正|修改|版|公布|制定)(?:版|本)?|新?(?:修订|修正)版?))[）)]")

#: Where an unmarked title may end (told by its last character first, which is quick), and what must not follow: 行政处罚法律 and 行政处罚法定程序 name no statute.
_END = re.compile(
    r"(?:[例定则要划见典](?<=条例|规定|细则|规则|准则|纲要|规划|计划|意见|法典|通则|总则)|法(?<![司立执守用普学依合违非]法))"
    r"(?!实施条例|实施办法|实施细则|实施意见|实施方案|（草案|\(草案|草案|释义|司法解释)"
)
_AFTER_LAW = frozenset("律规治定制院学理官庭人医警宝则盲眼力务案网")
_AFTER_CONSTITUTION = re.compile(r"日|宣|意识|精神|法律|权威|文化|公园|广场|主题|教育|知识|修正|晨读|和法|、法律|周|馆|学|原则|观念|规定|讲座|进")
_BEFORE_REGION = frozenset("省市县区州盟旗镇乡")
_BEFORE_SHORT = frozenset(
    "和与及或对按照据依从了的是以向将把新订行习彻实传讲解读施反守在合用为由即如有过到会究悉握后前开展述该中国列等：，。；、:,;.!！?？（()）[]【】"
    "放发好用编印送唱上课选考查看问谈论到进入“”\"'‘’·-—─－ \t\r\n\u3000《〈》〉0123456789"
)
_YEARS_AFTER = re.compile(r"\s*[（(]\s*\d{4}\s*年?\s*[-－—–~～至到一]+\s*\d{4}\s*年?\s*[）)]")
_SUFFIXES = ("法", "条例", "规定", "办法", "细则", "规则", "准则", "法典", "通则", "总则", "纲要", "规划", "计划", "意见")


def find_citations(text: str, book: StatuteBook) -> list[Citation]:
    """All citations in ``text``, in order. Titles in 《》 are all returned, known or not; a title inside another title
    is not a citation of its own. An abbreviation introduced as （以下简称《…》） is followed for the rest of the text."""
    spans = title_spans(text)
    found: list[Citation] = []
    short_for: dict[str, str] = {}
    for span in spans:
        found.append(_marked(text, span, book, short_for))
    masked = _mask(text, spans)
    found += _unmarked(text, masked, book)
    found.sort(key=lambda c: c.start)
    return found


def title_spans(text: str) -> list[TitleSpan]:
    """Outermost titles in 《》 or 〈〉, nested marks included; an opening mark that is never closed within the line
    (or within 120 characters) is passed over."""
    spans: list[TitleSpan] = []
    opened: list[int] = []
    floor = 0
    for match in _MARK.finditer(text):
        at, mark = match.start(), match.group()
        if opened and (at - opened[0] > _MAX_TITLE or "\n\n" in text[opened[0]:at]):
            opened.clear()
        if mark in ("《", "〈", "<<"):
            if mark == "《" and opened and text[opened[0]] == "《" and len(opened) > 3:
                opened.clear()
            opened.append(at)
        elif opened:
            start = opened.pop()
            if not opened and start >= floor:
                width = len(mark)
                inner = text[start + width: at]
                if mark == "》" and text[start] == "〈":
                    width, inner = 1, text[start + 1: at]
                if inner.strip():
                    spans.append(TitleSpan(start, match.end(), inner))
                floor = match.end()
    return _recover_unbalanced(text, spans)


def _recover_unbalanced(text: str, spans: list[TitleSpan]) -> list[TitleSpan]:
    """Titles after an opening mark that was left open: 《甲法和《乙法》 still cites 乙法."""
    covered = [(s.start, s.end) for s in spans]
    extra: list[TitleSpan] = []
    if text.count("《") == sum(s.title.count("《") + (text[s.start] == "《") for s in spans):
        return spans
    for match in _PLAIN.finditer(text):
        if not any(a <= match.start() < b for a, b in covered):
            extra.append(TitleSpan(match.start(), match.end(), match.group(1)))
    return sorted([*spans, *extra], key=lambda s: s.start) if extra else spans


def _marked(text: str, span: TitleSpan, book: StatuteBook, short_for: dict[str, str]) -> Citation:
    title = span.title.strip()
    key = short_for.get(normalise_title(title))
    core, edition = split_edition(title)
    if key is None:
        match = book.resolve(title)
        if match is not None and not _local_prefix(text, span.start):
            key = match.statute.key
    end = span.end
    after = _EDITION_AFTER.match(text, end)
    if after:
        edition, end = after.group(1), after.end()
    short = _SHORT_FOR.match(text, end)
    look_from = end
    if short:
        name = short.group("a") or short.group("b") or short.group("c")
        if key is not None:
            short_for[normalise_title(name)] = key
        look_from = short.end()
    refs, refs_end = read_articles(text, look_from)
    if refs and not short:
        end = refs_end
    numbers = _numbers(refs)
    return Citation(
        text=text[span.start:end], title=title if edition is None else core.strip(), statute_key=key,
        article=numbers[0] if numbers else None, articles=numbers, refs=refs, edition=edition,
        start=span.start, end=end, title_start=span.start, title_end=span.end, marked=True,
    )


def _local_prefix(text: str, start: int) -> bool:
    """广东省《信访条例》: the name of a region right before the mark makes it a local instrument."""
    before = text[max(0, start - 3):start]
    return bool(before) and before[-1] in "省州盟旗" and not before.endswith(("各省", "全省", "本省", "我省", "外省"))


def _numbers(refs: tuple[ArticleRef, ...]) -> tuple[int, ...]:
    seen: dict[int, None] = {}
    for ref in refs:
        for number in range(ref.article, min(ref.to_article or ref.article, ref.article + 200) + 1):
            seen[number] = None
    return tuple(seen)


def _mask(text: str, spans: list[TitleSpan]) -> str:
    """``text`` with every marked title blanked, so that the second pass never looks inside one."""
    if not spans:
        return text
    parts, at = [], 0
    for span in spans:
        parts.append(text[at:span.start])
        parts.append("\x00" * (span.end - span.start))
        at = span.end
    parts.append(text[at:])
    return "".join(parts)


@dataclass(frozen=True)
class _BareIndex:
    """Titles that are recognised without 《》, by length (longest first)."""

    by_title: dict[str, Statute]
    lengths: tuple[int, ...]


_INDEXES: WeakKeyDictionary[StatuteBook, _BareIndex] = WeakKeyDictionary()


def _index(book: StatuteBook) -> _BareIndex:
    found = _INDEXES.get(book)
    if found is None:
        by_title = {title: statute for statute in book for title in bare_titles(statute)}
        found = _BareIndex(by_title, tuple(sorted({len(t) for t in by_title}, reverse=True)))
        _INDEXES[book] = found
    return found


def bare_titles(statute: Statute) -> set[str]:
    """The titles of ``statute`` that count as a citation without 《》: those the entry lists, else the full and the
    short title and longer aliases, if they end like a title and are long enough to be unmistakable."""
    if statute.bare is not None:
        return set(statute.bare)
    titles = {statute.title.removeprefix("中华人民共和国"), statute.key}
    titles |= {alias for alias in statute.aliases if len(alias) >= 4}
    plain = set()
    for title in titles:
        core = _YEARS_AFTER.sub("", title)
        if core != title and statute.kind == "plan":
            title = normalise_title(title)
            plain.add(title)
        elif title.endswith(_SUFFIXES) and (len(title) >= 3 or title == "宪法"):
            plain.add(title)
    return plain


def _unmarked(text: str, masked: str, book: StatuteBook) -> Iterator[Citation]:
    index = _index(book)
    taken = 0
    for anchor in _END.finditer(masked):
        end = anchor.end()
        years = _YEARS_AFTER.match(masked, end)
        hit = None
        if years:
            hit = _look_back(masked, end, taken, index, normalise_title(years.group()))
        found_end = years.end() if years and hit else end
        if hit is None and _may_end(masked, end, masked[end - 2:end]):
            hit = _look_back(masked, end, taken, index, "")
        if hit is None:
            continue
        start, statute = hit
        if masked.startswith("中华人民共和国", start - 7) and start >= 7:
            start -= 7
        title, title_end = text[start:found_end], found_end
        edition = None
        after = _EDITION_AFTER.match(masked, found_end)
        if after:
            edition, found_end = after.group(1), after.end()
        refs, refs_end = read_articles(masked, found_end)
        if refs:
            found_end = refs_end
        numbers = _numbers(refs)
        taken = found_end
        yield Citation(
            text=text[start:found_end], title=title, statute_key=statute.key,
            article=numbers[0] if numbers else None, articles=numbers, refs=refs, edition=edition,
            start=start, end=found_end, title_start=start, title_end=title_end, marked=False,
        )


def _look_back(
    masked: str, end: int, floor: int, index: _BareIndex, tail: str
) -> tuple[int, Statute] | None:
    """Longest known title that ends at ``end`` and is not the end of a longer word."""
    for length in index.lengths:
        start = end - length + len(tail)
        if start < floor or start >= end:
            continue
        statute = index.by_title.get(masked[start:end] + tail)
        if statute is not None:
            return (start, statute) if _may_start(masked, start, end - start) else None
    return None


def _may_start(masked: str, start: int, length: int) -> bool:
    if start == 0:
        return True
    before = masked[start - 1]
    if before in _BEFORE_REGION:
        return False
    if masked.startswith("中华人民共和国", start - 7) and start >= 7:
        return _may_start(masked, start - 7, length + 7)
    return length >= 4 or before in _BEFORE_SHORT or before == "\x00" or masked[start + length - 1] == "典"


def _may_end(masked: str, end: int, ending: str) -> bool:
    following = masked[end:end + 1]
    if ending == "宪法":
        return not _AFTER_CONSTITUTION.match(masked, end) and masked[end - 3:end - 2] not in ("国", "违", "合", "护", "守")
    return not (ending.endswith(("法", "法典")) and following in _AFTER_LAW and following)

