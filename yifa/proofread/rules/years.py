"""Years and dates: a year left over from another report, dates that do not exist, lateness (年份与日期)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..model import Finding
from .base import Context

_DAY = re.compile(r"月(\d{1,2})日(?:[（(]?(?:星期|周)([一二三四五六日天])[）)]?)?")
_BEFORE_DAY = re.compile(r"(?:(\d{4})年)?(?<!\d)(\d{1,2})$")
_BAD_MONTH = re.compile(r"20\d\d年(\d{1,2})月(?!\d)")
_ISO = re.compile(r"(20\d\d)[\-/.](\d{1,2})[\-/.](\d{1,2})(?![\d/\-.])")
_NOW = re.compile(r"现将.{0,30}?(20\d\d)\s*年度?.{0,40}?(?:报告|汇报|总结)如下")
_YEAR = re.compile(r"(20\d\d) ?年(?!\d{1,2}月|[—\-－–～~至到]|[初前底起末]|以[来后前]|修[订正改]|版|[）)]|同期|[一-十\d]+月)")
_JOINED = ("/", "-", ".")
_NOT_BEFORE_YEAR = frozenset("0123456789号〔[（(—-－–～~至自从")
_COMPARES = re.compile(r"同比|同期|去年|上年|较|相比|与20|比20|以来|自20|历年|连续|曾|规划|纲要|五年|十四五|十三五|方案|意见》|荣获|获评|命名|表彰|授予|起|积案|遗留|结转|截至|截止")
_TITLE = re.compile(r"《[^》\n]*》|“[^”\n]*”|（[^）\n]*）|\([^)\n]*\)")
_PERIOD = re.compile(r"(20\d\d)年?\s*[—\-－–～~]{1,2}\s*(20\d\d)\s*年")
_SIGNED = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日\s*(?:[（(][^）)\n]*[）)])?\s*$")
_NEXT_HEAD = re.compile(r"(20\d\d)\s*年")
_WEEK = "一二三四五六日"


def check(context: Context) -> Iterator[Finding]:
    """Rules 17 to 20 and 27: one reporting year in title, opening and headings; next year's plan names next year; every
    date exists; the report is handed in before 1 March and published before 1 April."""
    yield from _dates(context)
    yield from _periods(context)
    if context.year is not None:
        yield from _title(context, context.year)
        yield from _opening(context, context.year)
        yield from _headings(context, context.year)
        yield from _body(context, context.year)
        yield from _signature(context, context.year)


def _dates(context: Context) -> Iterator[Finding]:
    basis = "日期应当真实存在"
    text = context.text
    for match in _DAY.finditer(text):
        head = _BEFORE_DAY.search(text, max(0, match.start() - 7), match.start())
        if head is None:
            continue
        start = head.start()
        year, month, day = int(head.group(1) or 2024), int(head.group(2)), int(match.group(1))
        try:
            real = date(year, month, day)
        except ValueError:
            yield context.finding("invalid_date", "error", f"没有“{text[start:match.end()]}”这一天。请核对日期。", start, match.end(),
                                  "更正日期", basis)
            continue
        if match.group(2) and head.group(1):
            right = _WEEK[real.weekday()]
            if match.group(2).replace("天", "日") != right:
                yield context.finding("weekday_mismatch", "warning", f"{year}年{month}月{day}日是星期{right}。请核对。",
                                      start, match.end(), f"改为星期{right}", basis)
    for match in _BAD_MONTH.finditer(context.text):
        if not 1 <= int(match.group(1)) <= 12:
            yield context.finding("invalid_date", "error", f"没有“{match.group(1)}月”。请核对日期。", match.start(), match.end(), "更正日期",
                                  basis)
    for match in _ISO.finditer(text):
        if text[match.start() - 1:match.start()] in _JOINED or (match.start() and text[match.start() - 1].isdigit()):
            continue
        try:
            date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
        except ValueError:
            yield context.finding("invalid_date", "error", f"没有“{match.group()}”这一天。请核对日期。", match.start(), match.end(),
                                  "更正日期", basis)


def _periods(context: Context) -> Iterator[Finding]:
    for match in _PERIOD.finditer(context.text):
        if int(match.group(2)) <= int(match.group(1)):
            yield context.finding("invalid_period", "error", f"起止年份“{match.group()}”不对，止年应晚于起年。请核对。", match.start(),
                                  match.end(), "更正起止年份", "规划期起年早于止年")


def _title(context: Context, year: int) -> Iterator[Finding]:
    """The title names another year than opening and headings together."""
    start, end = context.title_span
    named = list(_NEXT_HEAD.finditer(context.text, start, end))
    if named and all(int(match.group(1)) != year for match in named):
        match = named[0]
        yield context.finding("year_mismatch", "error", f"题目写{match.group(1)}年，正文报告的却是{year}年的情况。请统一年份。",
                              match.start(), match.end(), f"改为{year}年", "题目、正文、落款的年份应当一致")


def _opening(context: Context, year: int) -> Iterator[Finding]:
    match = _NOW.search(context.text[:2500])
    if match and int(match.group(1)) != year:
        yield context.finding("year_mismatch", "error", f"题目是{year}年，正文开头却说报告{match.group(1)}年的情况。请统一年份。",
                              match.start(1), match.end(1) + 1, f"改为{year}年", "题目、正文、落款的年份应当一致")


def _headings(context: Context, year: int) -> Iterator[Finding]:
    basis = "题目、正文、标题的年份应当一致，下一年安排写下一年"
    by_start = {part.start: part for part in context.parts if part.start is not None}
    for head in context.headings:
        if head.level != 1 or re.search(r"20\d\d年?(?:以来|至|到|－|-|–)", head.text):
            continue
        named = [int(item) for item in _NEXT_HEAD.findall(head.text) if "—" not in head.text]
        if not named:
            continue
        part = by_start.get(head.start)
        plans = (part is not None and part.key == "next_year") or re.search(r"计划|打算|安排|思路|下一步", head.text) is not None
        place = context.text.find(str(named[-1]), head.start)
        if plans and named[-1] != year + 1 and not (len(named) > 1 and year + 1 in named) and not (
                named[-1] == year and re.search(r"成效|情况|问题", head.text)):
            yield context.finding("year_mismatch", "error", f"{year}年的报告，下一年安排应当写{year + 1}年，标题却写{named[-1]}年。请更正。",
                                  place, place + 5, f"改为{year + 1}年", basis)
        elif not plans and named[0] != year and named[0] != year + 1:
            yield context.finding("year_mismatch", "error", f"{year}年的报告，标题却写{named[0]}年。请更正。", place, place + 5,
                                  f"改为{year}年", basis)


def _body(context: Context, year: int) -> Iterator[Finding]:
    text = context.text
    this = str(year)
    tokens = [match for match in _YEAR.finditer(text) if match.group(1) != this
              and (match.group(1) != str(year + 1) or not context.in_plans(match.start()))
              and (not match.start() or text[match.start() - 1] not in _NOT_BEFORE_YEAR)]
    if not tokens:
        return
    heads = [(head.start, head.end) for head in context.headings if head.level == 1]
    for match in tokens:
        at = match.start()
        if context.in_chrome(at) or any(start <= at <= end for start, end in heads):
            continue
        if context.title_span[0] <= at < context.title_span[1]:
            continue
        begin = max(text.rfind("。", 0, at), text.rfind("\n", 0, at), text.rfind("；", 0, at)) + 1
        stop = min((place for place in (text.find("。", at), text.find("\n", at)) if place >= 0), default=len(text))
        sentence = text[begin:stop]
        named = int(match.group(1))
        if _quoted(text, at):
            continue
        if text[begin:at].strip() == "" and text[match.end():match.end() + 1] in ("，", ",") and _opens(context, begin):
            yield context.finding("year_mismatch", "error", f"本报告是{year}年的，正文开头却写{named}年。请更正。", at, match.end(), f"改为{year}年",
                                  "题目、正文的年份应当一致")
            continue
        if _COMPARES.search(_TITLE.sub("", sentence)):
            continue
        if named == year + 1 and (stop - begin < 16 or at > len(text) - 60 or re.search(r"将|下一步|计划|打算|继续|力争|目标|明年|安排", sentence)):
            continue
        if named < year - 1 and at - begin > 12:
            continue
        yield context.finding("year_mismatch", "warning", f"本报告是{year}年的，这里写{named}年，疑为套用旧稿。请核对。", at, match.end(),
                              f"应为{year}年的，改为{year}年；确为{named}年的事，写明即可", "题目、正文的年份应当一致")


def _opens(context: Context, begin: int) -> bool:
    """Whether a sentence opens the report: it stands before the first numbered heading and begins its paragraph."""
    first = next((head.start for head in context.headings if head.level), len(context.text))
    return begin < first and context.title is not None and (begin == 0 or context.text[begin - 1] == "\n")


def _quoted(text: str, at: int) -> bool:
    begin = max(text.rfind("《", max(0, at - 60), at), text.rfind("“", max(0, at - 30), at))
    if begin < 0:
        return False
    close = "》" if text[begin] == "《" else "”"
    return text.find(close, begin, at) < 0


def _signature(context: Context, year: int) -> Iterator[Finding]:
    text = context.text.rstrip()
    match = _SIGNED.search(text, max(0, len(text) - 60))
    if match is None:
        return
    try:
        signed = date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    except ValueError:
        return
    if signed < date(year, 6, 1) or signed.year > year + 2:
        yield context.finding("year_mismatch", "warning", f"落款日期{match.group().strip()}与报告年度{year}年不相合。请核对。", match.start(),
                              match.start(3) + len(match.group(3)) + 1, "核对落款日期", "年度报告于次年年初报送")
    elif signed >= date(year + 1, 3, 1):
        yield context.finding("late_report", "info", "落款在次年3月1日以后，已过报送上一级党委和政府的期限。", match.start(),
                              match.start(3) + len(match.group(3)) + 1, "以后于3月1日前报送，4月1日前公开",
                              "《法治政府建设与责任落实督察工作规定》：次年3月1日前报送、4月1日前公开")
