"""Checks of a citation beside its validity: article numbers, edition marks, misprinted titles."""
from __future__ import annotations

import re
from datetime import date

from yifa.law.citation_finder import Citation
from yifa.law.statute_titles import edit_distance, edition_year, normalise_title, split_edition
from yifa.law.statutes import Statute, StatuteBook, StatuteVersion

_CLAIM = re.compile(
    r"(?:((?:19|20)\d{2})年\s*(?:\d{1,2}月)?(?:\d{1,2}日)?\s*)?(?:新|最新|重新)?(修订|修正|修改)(?:后|通过|颁布|公布|出台|施行|实施|版)*的?\s*$"
)
_OTHER_DOCUMENT = re.compile(
    r"^关于|(?:通知|通告|公告|通报|规则|方案|制度|预案|清单|章程|公约|民约|报告|手册|读本|汇编|协议书?|合同|表|书|办法|细则|决定|指引|标准|台账|条令)$"
)
_REGION = re.compile(
    r"(?!城市|城乡|乡[镇村]|村|社区|历史|行政区|市场|民族区域|农村)[^（(]{2,12}?(?:省|市|县|区|自治州|州|旗|镇|乡|街道)")
_LONGEST = 40
_ENDINGS = ("法", "条例", "典", "规定", "纲要", "规划")
_LIKE = 0.7


def article_problem(
    citation: Citation, book: StatuteBook, year: int, day: date | None = None
) -> str | None:
    """Why an article number cannot be right (条号超出该版本): it lies above the highest article of every version in
    force on ``day`` or in ``year``. ``None`` if it fits, or if the book does not know the highest article."""
    statute = book.get(citation.statute_key) if citation.statute_key else None
    if statute is None or not citation.articles:
        return None
    versions = _versions_at(statute, year, day)
    if not versions or any(v.articles is None for v in versions):
        return None
    highest = max(v.articles or 0 for v in versions)
    beyond = [a for a in citation.articles if a > highest]
    if not beyond:
        return None
    named = "、".join(f"第{a}条" for a in beyond[:3])
    version = versions[-1]
    return f"《{statute.key}》（{version.from_.year}年{version.from_.month}月{version.from_.day}日起施行的版本）共{highest}条，没有{named}"


def _versions_at(statute: Statute, year: int, day: date | None) -> list[StatuteVersion]:
    if day is not None:
        return [v for v in statute.versions if v.covers(day)]
    first, last = date(year, 1, 1), date(year, 12, 31)
    start = statute.first_effective
    listed = [v for v in statute.versions if v.from_ <= last and (v.to is None or v.to >= first)]
    if listed and listed[0] is statute.versions[0] and first < listed[0].from_ and start and start < listed[0].from_:
        return []  # an earlier, unlisted version was in force during part of the year
    return listed


def edition_problem(citation: Citation, book: StatuteBook, text: str | None = None) -> str | None:
    """Why an edition mark or a claim of amendment before the title cannot be right: （2022年修订）, 新修订的《人民调解法》.

    Only instruments whose history is complete in the book are judged. ``text`` is the text that the citation's
    offsets refer to; without it only a mark after the title is read.
    """
    statute = book.get(citation.statute_key) if citation.statute_key else None
    if statute is None or not statute.history_complete:
        return None
    years = {d.year for d in statute.enacted} | {v.from_.year for v in statute.versions}
    years |= {v.promulgated.year for v in statute.versions if v.promulgated}
    claim = _CLAIM.search(text, max(0, citation.start - 24), citation.start) if text else None
    mark = citation.edition or (claim.group() if claim else "")
    if not mark:
        return None
    amends = bool(re.search(r"修订|修正|修改", mark))
    if amends and statute.never_amended:
        return f"《{statute.key}》自{statute.enacted[0].year}年制定以来未经修改，没有“{mark.strip()}”的版本"
    named = edition_year(mark)
    if named is not None and named not in years:
        return f"《{statute.key}》没有{named}年的版本（历次：{'、'.join(str(y) for y in sorted({d.year for d in statute.enacted}))}年）"
    return None


def title_problem(citation: Citation, book: StatuteBook) -> tuple[Statute, float] | None:
    """The instrument that a title in 《》 probably means to name, if it looks like a misprint of it (书名误写).

    Titles of local documents, of implementing rules and of documents about a law are no misprints.
    """
    if citation.statute_key is not None or not citation.marked:
        return None
    core = normalise_title(split_edition(citation.title)[0])
    national = citation.title.startswith("中华人民共和国")
    if not (2 if national else 3) <= len(core) <= _LONGEST or (_REGION.match(core) and not national):
        return None
    other = _OTHER_DOCUMENT.search(core) is not None and len(core) < 8
    if other:
        return None
    for statute, score in book.closest(citation.title, limit=2, at_least=_LIKE if len(core) > 3 else 0.66):
        names = [normalise_title(name) for name in (statute.title, statute.key, *statute.aliases)]
        if any(_slip(core, known, national) for known in names):
            return statute, score
        if len(core) < 4 or _OTHER_DOCUMENT.search(core):
            continue
        one_slip = min(edit_distance(core, known, 1) for known in names) == 1
        if any(core in known or known in core for known in names):
            continue
        if one_slip or core.endswith(_ENDINGS):
            return statute, score
    return None


def _slip(core: str, known: str, national: bool) -> bool:
    """Whether ``core`` is ``known`` with one slip of the keyboard: a character replaced, swapped, doubled or lost.

    Short titles are near many others, so up to three characters are judged only behind 中华人民共和国 (or for 民法典), and an
    added character at the head (新安全生产法) is no slip.
    """
    if edit_distance(core, known, 1) != 1:
        return False
    if len(core) == len(known):
        return len(core) >= 4 or national or known == "民法典"
    if len(core) > len(known):
        doubled = any(core[i] == core[i - 1] and core[:i] + core[i + 1:] == known for i in range(1, len(core)))
        return doubled or (len(known) >= 6 and core[1:] != known)
    return len(known) >= 6 or (national and len(known) >= 3)
