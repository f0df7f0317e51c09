"""Article numbers that follow a title (第三十条第二款第（一）项、第三十二条至第三十五条)."""
from __future__ import annotations

import re
from typing import NamedTuple

from yifa.law.numerals import parse_cn

_N = r"[一二三四五六七八九十百千零〇两\d０-９]{1,9}"
_ARTICLE = re.compile(
    rf"(?P<di>第)?\s*(?P<n>{_N})\s*(?P<tiao>条)?(?:之(?P<sub>[一二三四五六七八九十]))?"
)
_DETAIL = re.compile(
    rf"\s*(?:第?\s*(?P<para>{_N})\s*款)?(?:\s*第?\s*[（(]?\s*(?P<item>{_N})\s*[）)]?\s*项)?"
)
_JOIN = re.compile(r"\s*(?P<range>至|到|—+|－|-|～|~)\s*|\s*(?:、|，|和|及|与|以及|或者?)\s*")
_LEAD = re.compile(r"\s*(?:之|的|中的?|中关于|规定的?)?\s*(?=第)")


class ArticleRef(NamedTuple):
    """One article (条), with paragraph (款) and item (项) if named; ``to_article`` closes a range of articles."""

    article: int
    paragraph: int | None = None
    item: int | None = None
    to_article: int | None = None


def read_articles(text: str, start: int) -> tuple[tuple[ArticleRef, ...], int]:
    """Articles named right after ``start``, and where they end (``start`` itself when there are none).

    Reads 第十条, 第10条, 第十条第二款第（三）项, 第十条、第十二条, 第十、十二条, 第十至十五条.
    """
    lead = _LEAD.match(text, start)
    if lead is None:
        return (), start
    refs: list[ArticleRef] = []
    pending: list[int] = []  # 第十、十二条: 十 waits for the 条 that closes the group
    range_from: int | None = None
    at = end = lead.end()
    first = True
    while True:
        match = _ARTICLE.match(text, at)
        if match is None or (first and not match.group("di")):
            break
        number = _int(match.group("n"))
        if number is None:
            break
        first = False
        at = match.end()
        if match.group("tiao"):
            paragraph, item, at = _detail(text, at)
            refs += [ArticleRef(n) for n in pending]
            pending.clear()
            if range_from is not None and number > range_from:
                _drop(refs, range_from)
                refs.append(ArticleRef(range_from, to_article=number))
            else:
                refs.append(ArticleRef(number, paragraph, item))
            range_from = None
            end = at
        else:
            pending.append(number)
        join = _JOIN.match(text, at)
        if join is None:
            break
        if join.group("range"):
            range_from = number
            if pending and pending[-1] == number:
                pending.pop()
        after = text[join.end():join.end() + 1]
        if not match.group("tiao") and not after:
            break
        if match.group("tiao") and not re.match(rf"第\s*{_N}|{_N}\s*条", text[join.end():join.end() + 14]):
            break
        at = join.end()
    return (tuple(refs), end) if refs else ((), start)


def _drop(refs: list[ArticleRef], article: int) -> None:
    if refs and refs[-1].article == article and refs[-1].to_article is None:
        refs.pop()


def _detail(text: str, at: int) -> tuple[int | None, int | None, int]:
    match = _DETAIL.match(text, at)
    if match is None or not (match.group("para") or match.group("item")):
        return None, None, at
    paragraph = _int(match.group("para")) if match.group("para") else None
    item = _int(match.group("item")) if match.group("item") else None
    return paragraph, item, match.end()


def _int(text: str) -> int | None:
    value = parse_cn(text)
    return value if isinstance(value, int) and 0 < value < 3000 else None
