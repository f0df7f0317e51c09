"""Judging a citation (引用是否有效): was the instrument in force at the time that the sentence speaks of?

The bare fact comes from the statute book. What a reader would allow for comes from the sentence: a repealed law named
as repealed, a case carried over from an earlier year, a law that is studied before it takes effect, a plan whose
period has ended and that is being summed up.
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from yifa.law.citation_finder import Citation
from yifa.law.statutes import Status, Statute, StatuteBook

Code = Literal[
    "not_in_book", "in_force", "unknown", "amended", "ended_in_year", "repealed", "mentioned_as_repealed", "other_year",
    "carried_over", "plan_over", "plan_summed_up", "not_yet_effective", "upcoming",
]
Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """Outcome for one citation. ``status`` is the state at the time that the sentence speaks of, ``reason`` says why in
    Chinese, ``severity`` is ``None`` when there is nothing to mend. Unpacks as ``status, reason = judge(...)``."""

    status: Status
    reason: str
    code: Code
    severity: Severity | None = None
    suggestion: str = ""

    def __iter__(self) -> Iterator[str]:
        return iter((self.status, self.reason))


_SENTENCE_END = re.compile(r"[。！？!?；;\n]")
_YEAR = re.compile(r"(?<![\d号第])((?:19|20)\d{2})(?=年|[-－—~～至]{1,2}(?:19|20)\d{2}年)|([二一][〇○零九][〇○零一二三四五六七八九]{2})年")
_OF_THE_EDITION = re.compile(  # 2005年颁布的《…》 dates the instrument, not the matter
    r"年?(?:\d{1,2}月(?:\d{1,2}日)?)?(?:起|由|经)?(?:国务院|全国人大|新?修[订正改]|版|颁布|公布|发布|制定|通过|出台|(?:施行|实施|生效)的|的?$)"
)
_CN_DIGIT = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
_TITLES = re.compile(r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|[（(][^（）()]{0,20}(?:修订|修正|修改|版|〔)[^（）()]{0,12}[）)]")
_LIST = re.compile(r"[、，和及与以\s\"”“]|法律法规|等")
_GONE_AFTER = re.compile(r"^[^，。；,;]{0,12}?(?:废止|失效|不再(?:施行|适用|执行|沿用)|停止(?:执行|施行|适用)|被[^，。；]{0,4}(?:取代|替代|代替))")
_GONE_BEFORE = re.compile(
    r"(?:废止|取代|替代|代替|替换|取消)(?:了|的)?(?:原|旧)?(?:的)?$|(?:已经?|业已|早已|现已)?(?:废止|失效)的$|"
    r"(?:^|[^高起])(?:原|旧)(?:有|版)?的?$|修[订正改]前的?$|(?:老|旧)版的?$"
)
_REPLACED = re.compile(r"(?:取代|替代|代替|替换)(?:了|的)?$")
_CARRIED = re.compile(r"结转|受理时|当时(?:的|有效|施行)|行为时|行为发生时|立案时|签订时|以前年度|(?:上年|去年|往年)度?(?:受理|登记|立案|发生|接收)|从旧")
_STUDY = re.compile(
    r"学习|宣传|宣讲|普法|培训|讲座|解读|研讨|学法|讲解|竞赛|测试|考试|出台|颁布|通过|公布|发布|即将|将于|施行前|实施前|准备|"
    r"新修订|新修正|新颁布|新出台|衔接|迎接|征求意见|草案|读本|知识|讲法|送法|课堂|展板|宣教"
)
_BASIS = re.compile(r"(?:依据|依照|按照|根据|适用|执行|违反|遵照|遵循|遵守|依|按|落实|实施|推进|贯彻)[^，。；]{0,8}$")
_STRONG_BASIS = re.compile(r"(?:依据|依照|按照|根据|适用|违反|遵照|依)[^，。；]{0,8}$")
_SUMMED_UP = re.compile(r"收官|总结|验收|终期|评估|期满|圆满|期间|任务完成|已完成|回顾|以来|接续|衔接|承接|延续|历年")
_OUTLOOK = re.compile(r"下一步|下步|打算|计划|工作安排|思路|展望|明年|来年|今后|重点工作|努力方向|谋划")
_HEADING = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]+部分)[^\n]{0,60}$", re.M)


def judge(
    citation: Citation, book: StatuteBook, year: int, day: date | None = None, context_text: str | None = None,
    cutoff: date | None = None,
) -> Judgement:
    """State of the cited instrument in reporting year ``year`` (or on ``day``), allowing for what the sentence says.

    ``context_text`` may be the whole text (the citation's offsets are used) or just the sentence; without it only the
    dates count. ``cutoff`` ends the reporting year early.
    """
    statute = book.get(citation.statute_key) if citation.statute_key else None
    if statute is None:
        return Judgement("unknown", "法规库中没有这一名称", "not_in_book")
    before, after, outlook = _context(citation, context_text)
    fact = book.status_on(statute, day) if day else book.status_in_year(statute, year, cutoff)
    if fact == "unknown":
        return Judgement("unknown", f"法规库中《{statute.key}》的施行日期尚未核实", "unknown")
    if fact == "repealed":
        return _repealed(statute, book, year, citation, before, after)
    if fact == "not_yet_effective":
        return _not_yet(statute, book, day.year if day else year, citation, before, after, outlook)
    if day is None:
        ended = _end_in(statute, year)
        if ended and not _spoken_of_as_gone(before, after) and not _other_year(statute, book, year, before, after):
            tail = _use_instead(statute, book)
            return Judgement(fact, f"《{statute.key}》自{_zh(ended)}起已不再施行，此后的事项不应再引用", "ended_in_year",
                             "warning", tail)
        if fact == "amended":
            return _amended(statute, book, year, citation, cutoff)
    return Judgement("in_force", f"《{statute.key}》当时施行有效", "in_force")


def _repealed(
    statute: Statute, book: StatuteBook, year: int, citation: Citation, before: str, after: str
) -> Judgement:
    if _spoken_of_as_gone(before, after):
        return Judgement("repealed", "文中已说明其失效", "mentioned_as_repealed")
    other = _other_year(statute, book, year, before, after)
    if other is not None:
        return Judgement("in_force", f"所述为{other}年事项，当年《{statute.key}》施行有效", "other_year")
    if _CARRIED.search(before + after):
        return Judgement("in_force", f"所述为此前受理事项，适用当时有效的《{statute.key}》", "carried_over")
    suggestion = _use_instead(statute, book)
    if statute.plan_period and (not statute.ended):
        if _SUMMED_UP.search(before + after):
            return Judgement("repealed", "规划期已满，文中作总结表述", "plan_summed_up")
        severity: Severity = "error" if _BASIS.search(before) else "warning"
        return Judgement("repealed", f"规划期至{statute.plan_period.to.year}年已满，不能再作为{year}年的现行依据",
                         "plan_over", severity, suggestion)
    gone = statute.ended.from_ if statute.ended else None
    since = f"自{_zh(gone)}起" if gone else ""
    severity = "error" if citation.marked or citation.article or _BASIS.search(before) else "warning"
    return Judgement("repealed", f"《{statute.key}》{since}已经废止，{year}年不应再作为依据", "repealed", severity, suggestion)


def _not_yet(
    statute: Statute, book: StatuteBook, year: int, citation: Citation, before: str, after: str, outlook: bool
) -> Judgement:
    first = statute.first_effective
    when = f"自{_zh(first)}起施行" if first else "尚未施行"
    later = _other_year(statute, book, year, before, after)
    if later is not None or (outlook and book.status_in_year(statute, year + 1) in ("in_force", "amended")):
        return Judgement("not_yet_effective", f"《{statute.key}》{when}，文中所述为施行后的安排", "upcoming")
    known = min((d for v in statute.versions for d in (v.adopted, v.promulgated) if d), default=first)
    passed = known is not None and known <= date(year + 1, 3, 31)  # the report is written early next year
    if passed and _STUDY.search(before[-40:] + after[:40]):
        return Judgement("not_yet_effective", f"《{statute.key}》{when}，文中为学习宣传或施行前准备", "upcoming")
    strong = bool(_STRONG_BASIS.search(before) or citation.article) or not passed
    return Judgement("not_yet_effective", f"《{statute.key}》{when}，{year}年尚未生效", "not_yet_effective",
                     "error" if strong else "warning", "改引当时有效的规定，或写明为学习宣传即将施行的法律")


def _amended(
    statute: Statute, book: StatuteBook, year: int, citation: Citation, cutoff: date | None
) -> Judgement:
    changes = book.changes_in(statute, date(year, 1, 1), cutoff or date(year, 12, 31))
    newest = changes[-1]
    reason = f"《{statute.key}》新版本自{_zh(newest.from_)}起施行"
    if citation.article:
        return Judgement("amended", reason + "，条号可能变化", "amended", "warning", "核对所引条款属于哪个版本")
    return Judgement("amended", reason, "amended")


def _context(citation: Citation, context: str | None) -> tuple[str, str, bool]:
    """The sentence before and after the title, and whether the passage speaks of next year's work."""
    if not context:
        return "", "", False
    start, end = citation.title_start, citation.title_end
    if context[citation.start:citation.end] != citation.text:
        at = context.find(citation.text)
        if at < 0:
            return context, "", bool(_OUTLOOK.search(context))
        start, end = at, at + (citation.title_end - citation.title_start)
    left = 0
    for mark in _SENTENCE_END.finditer(context, max(0, start - 300), start):
        left = mark.end()
    left = max(left, start - 300)
    mark_after = _SENTENCE_END.search(context, end)
    right = min(mark_after.start() if mark_after else len(context), end + 200)
    heading = ""
    for found in _HEADING.finditer(context, 0, start):
        heading = found.group()
    before = context[left:start]
    return before, context[end:right], bool(_OUTLOOK.search(heading) or _OUTLOOK.search(before))


def _spoken_of_as_gone(before: str, after: str) -> bool:
    """《甲》已废止, 《甲》《乙》同时废止, 原《甲》, 修订前的《甲》, 以《乙》取代《甲》."""
    if _GONE_BEFORE.search(before) or _REPLACED.search(before):
        return True
    rest = _TITLES.sub("", after)
    previous = None
    while rest != previous:
        previous = rest
        rest = _LIST.sub("", rest, count=1) if _LIST.match(rest) else rest
    return bool(_GONE_AFTER.match(rest))


def _other_year(statute: Statute, book: StatuteBook, year: int, before: str, after: str) -> int | None:
    """A year named in the sentence, other than the reporting year, in which the instrument was in force."""
    for source in (before, after):
        plain = _TITLES.sub("", source)
        for match in _YEAR.finditer(plain):
            named = int(match.group(1)) if match.group(1) else _cn_year(match.group(2))
            if named == year or _OF_THE_EDITION.match(plain, match.end()):
                continue
            if book.status_in_year(statute, named) in ("in_force", "amended"):
                return named
    return None


def _cn_year(text: str) -> int:
    return int("".join(_CN_DIGIT[c] for c in text))


def _end_in(statute: Statute, year: int) -> date | None:
    if statute.ended and statute.ended.formal and statute.ended.from_.year == year and statute.ended.from_.month > 1:
        return statute.ended.from_
    return None


def _use_instead(statute: Statute, book: StatuteBook) -> str:
    names = "、".join(f"《{s.key}》" for s in book.successors(statute))
    return f"改引{names}" if names else "删去，或改引现行有效的规定"


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
