"""The build of a report: title, organisation, year, tree of headings, the five statutory parts (报告结构)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .model import Part
from .numbers import chinese
from .text import Document

PARTS = (
    ("achievements", "主要举措和成效"),
    ("problems", "存在的不足和原因"),
    ("first_responsible_person", "党政主要负责人履行推进法治建设第一责任人职责情况"),
    ("next_year", "下一年度主要安排"),
    ("other", "其他需要报告的情况"),
)


@dataclass(slots=True)
class Heading:
    """A heading: ``level`` 1 for 一、, 2 for （一）, 3 for 1., 4 for （1）, 0 for one without a number."""

    level: int
    number: int | None
    label: str
    text: str
    start: int
    end: int
    line: int
    style: str = ""


_CN = "一二三四五六七八九十"
_HEAD = re.compile(
    rf"(?:[ \t\u3000\xa0?]|\[bookmark:[^\]]*\]|&nbsp;|<[^>\n]{{1,20}}>)*(?:(第[{_CN}]{{1,3}}部分)[、：:，. \u3000]?|([{_CN}]{{1,3}})[、.．，]|[（(〔]([{_CN}]{{1,3}})[）)〕][、.．]?|"
    r"(\d{1,2})(?:[.．、](?![\d])|[.．](?=20\d\d年))|[（(](\d{1,2})[）)])"
)
_INLINE = re.compile(rf"(?<=[。！？；\s])([{_CN}]{{1,3}})、(?=[\u4e00-\u9fff\d])")
_HEAD_END = re.compile(r"[。；;！？!?]|[:：]|(?<=[^\d年])(?:一是|1\.)")

_NEXT = re.compile(
    r"下一?步|下一?年|明年|下一?阶段|来年|今后|工作(?:计划|打算|安排|思路)|(?:整改|改进|努力)(?:措施|方向|计划|打算)|下半年|展望|"
    r"[工作]*(?:打算|谋划)|未来|年度?(?:主要|重点)?(?:工作)?(?:安排|计划|打算|思路|目标)"
)
_PROBLEM = re.compile(r"(?:问题|不足|困难|短板|差距|薄弱环节|弱项|瓶颈|欠缺|难点)")
_PROBLEM_NOT = re.compile(r"解决|化解|破解|整改落实|问题导向|研究|排查|补齐|聚焦|突出问题|攻坚|回应|补短板|疏导|查摆|短板弱项整改")
_FIRST = re.compile(r"第一责任人|党政主要负责(?:人|同志)|主要负责(?:人|同志)履|党政(?:主要)?(?:领导|一把手).{0,6}履|一把手.{0,4}履|主要领导.{0,4}履")
_OTHER = re.compile(r"其[他它].{0,6}(?:报告|说明|情况|事项|工作)|需要?(?:报告|说明)的(?:其[他它])?(?:情况|事项|问题)|附则$|^附件")
_DONE = re.compile(r"举措|成效|情况|做法|亮点|开展|总结|成绩|回顾|完成|特色|经验|成果|主要工作|工作落实|创新|推进")
_REPORT = re.compile(r"法治(?:政府|乡镇|镇|建设|工作)|依法行政|依法治(?:镇|乡|街|理)")
_REPORT_WORD = re.compile(r"报告|总结|汇报|情况|年报")
_YEAR_TITLE = re.compile(r"(20\d\d)\s*年")
_ORG = re.compile(
    r"((?:[\u4e00-\u9fff]{2,12}(?:省|自治区|特别行政区))?(?:[\u4e00-\u9fff]{2,10}?(?:市|自治州|州|盟|地区))?"
    r"(?:[\u4e00-\u9fff]{1,10}?(?:区|县|市|旗|自治县))?[\u4e00-\u9fff]{1,12}?(?:街道办事处|街道|镇|乡|苏木))(?:人民政府|党委|党工委|党政办|20\d\d|法治|依法|的|关于|认真|坚持|深入|,|，|\n|$|在)"
)
_ORG_NOT = re.compile(r"^(?:我|本|全|各|该|乡|村|城|集|场|中共|以|为|在|将|和|对|由|向|现|是)|[我本全各]镇|[我本全各]乡|乡镇$")


def headings(document: Document, lines: Sequence[tuple[int, int]]) -> list[Heading]:
    """The headings in order: numbered ones by their number, unnumbered short lines only where they name a part."""
    text = document.text
    found: list[Heading] = []
    for number, (start, end) in enumerate(lines, 1):
        if start == end:
            continue
        char = text[start]
        match = _HEAD.match(text, start, end) if char in _HEAD_STARTS else None
        if match is not None and match.end() < end:
            found.append(_numbered(text, match, start, end, number))
        elif end - start <= 36 and text[end - 1] not in "。；，,;":
            words = text[start:end].strip()
            if len(words) >= 4 and _names_part(words):
                found.append(Heading(0, None, "", words, start, end, number, "plain"))
    if sum(1 for item in found if item.level == 1) < 2:
        found = _with_inline(document, found)
    return found


_HEAD_STARTS = frozenset(_CN + "第（(〔 \t\u3000\xa0[?&<0123456789０１２３４５６７８９")


def _numbered(text: str, match: re.Match[str], start: int, end: int, line: int) -> Heading:
    part, first, second, third, fourth = match.groups()
    level, label, style = 1, part[1:-2] if part else "", "第一部分"
    for number, words, shape in ((1, first, "一、"), (2, second, "（一）"), (3, third, "1."), (4, fourth, "（1）")):
        if words is not None:
            level, label, style = number, words, shape
    value = chinese(label) if label[0] in _CN else int(label)
    stop = _HEAD_END.search(text, match.end(), min(end, match.end() + 60))
    head_end = stop.start() if stop else min(end, match.end() + 60)
    while start < head_end and text[start].isspace():
        start += 1
    return Heading(level, int(value) if value is not None else None, label, text[match.end():head_end].strip(),
                   start, head_end, line, style)


def _names_part(words: str) -> bool:
    return bool(_problem(words) or (_NEXT.search(words) and re.search(r"工作|计划|打算|安排|措施", words)) or _FIRST.search(words)
                or (_OTHER.search(words) and len(words) <= 14))


def _problem(words: str) -> bool:
    return _PROBLEM.search(words) is not None and _PROBLEM_NOT.search(words) is None


def _with_inline(document: Document, found: list[Heading]) -> list[Heading]:
    """Headings 一、二、 inside a paragraph, for texts that lost their line breaks."""
    text = document.text
    known = {item.start for item in found}
    inline: list[Heading] = []
    expected = 1
    for match in _INLINE.finditer(text):
        value = chinese(match.group(1))
        if value != expected or match.start() in known:
            if match.start() in known and value == expected:
                expected += 1
            continue
        stop = re.compile(r"[。；\s（(]").search(text, match.end(), match.end() + 50)
        end = stop.start() if stop else match.end() + 30
        inline.append(Heading(1, int(value), match.group(1), text[match.end():end], match.start(), end,
                              document.line_of(match.start()), "一、"))
        expected += 1
    if expected < 3:
        return found
    return sorted(found + inline, key=lambda item: item.start)


def statutory_parts(heads: Sequence[Heading], year: int | None, length: int) -> list[Part]:
    """The five parts that a rule-of-law annual report must have, each with the heading it stands under, if any."""
    chosen: dict[str, Heading] = {}
    tops = [item for item in heads if item.level in (0, 1)]
    for pool in (tops, [item for item in heads if item.level == 2]):
        for item in pool:
            for key in part_keys(item, year):
                if pool is not tops and not _IN_FULL[key].search(item.text):
                    continue
                chosen.setdefault(key, item)
    if "achievements" not in chosen:
        for item in tops:
            if item.level == 1 and not part_keys(item, year):
                chosen["achievements"] = item
                break
    parts = []
    for key, name in PARTS:
        head = chosen.get(key)
        end = None
        if head is not None:
            later = [item.start for item in heads
                     if item.start > head.start and item.level <= max(head.level, 1) and item.level in (0, 1, head.level)]
            end = later[0] if later else length
        parts.append(Part(key, name, head is not None, head.label + _joint(head) + head.text if head else None,
                          head.line if head else None, head.start if head else None, end))
    return parts


# A heading of the second level stands for a statutory part only when it says so outright.
_IN_FULL = {
    "achievements": re.compile(r"(?!)"),
    "problems": re.compile(r"存在|面临|主要问题|问题[和及与]|不足之处|不足[和及与]|困难[和及与]"),
    "first_responsible_person": re.compile(r"(?:第一责任人|主要负责(?:人|同志)).*情况"),
    "next_year": re.compile(r"下一?步|下一?年|明年|来年|下一?阶段|20\d\d年.{0,8}(?:计划|打算|安排|思路)"),
    "other": re.compile(r"其[他它].{0,6}(?:报告|说明)"),
}


def _joint(head: Heading) -> str:
    return "" if not head.label else "、" if head.style == "一、" else "." if head.style == "1." else " "


def part_keys(head: Heading, year: int | None) -> list[str]:
    """Which statutory parts a heading announces; one heading may announce two (存在问题及下一步打算)."""
    words = head.text
    keys = []
    if _problem(words):
        keys.append("problems")
    if _FIRST.search(words):
        keys.append("first_responsible_person")
    if _announces_next(words, year):
        keys.append("next_year")
    if not keys and _OTHER.search(words):
        keys.append("other")
    done = head.level != 0 and _DONE.search(words) and (not keys or re.search(r"做法|成效|举措|工作开展情况", words))
    if done and "next_year" not in keys and "first_responsible_person" not in keys:
        keys.append("achievements")
    return keys


def _announces_next(words: str, year: int | None) -> bool:
    if _NEXT.search(words) and not re.search(r"落实.{0,8}工作计划|年度工作计划落实", words):
        named = _YEAR_TITLE.findall(words)
        past = year is not None and bool(named) and int(named[-1]) <= year
        return not (past and re.search(r"情况|成效|完成|落实|总结|开展", words) and not re.search(r"下一?步|下一?年|打算|今后", words))
    named = _YEAR_TITLE.findall(words)
    return bool(year and named and int(named[-1]) == year + 1 and not re.search(r"情况|总结|成效", words))


def title_of(document: Document, lines: Sequence[tuple[int, int]]) -> tuple[str | None, int, int]:
    """The report's title (one line, or two that belong together) with its place; (None, 0, 0) if there is none."""
    text = document.text
    previous: tuple[int, int] | None = None
    for start, end in lines[:60]:
        words = text[start:end].strip()
        if not words:
            continue
        if len(words) <= 60 and words[-1] not in "。；，;,:：" and _REPORT.search(words) and _REPORT_WORD.search(words) and (
                ">" not in words and words[0] not in "一（(" and not words.startswith(("您", "当前位置", "首页"))):
            if previous is not None and not _YEAR_TITLE.search(words[:0]) and words.startswith(("关于", "20")) and (
                    _ORG.search(text[previous[0]:previous[1]] + "\n")):
                return text[previous[0]:end].strip().replace("\n", ""), previous[0], end
            return words, start, end
        if len(words) > 80:
            break
        previous = (start, end)
    return None, 0, 0


def year_of(text: str, title: str | None, heads: Sequence[Heading] = ()) -> int | None:
    """The reporting year: of the title, unless opening and headings agree on another; without a year in the title, of
    the opening (现将2023年度…), of 20XX年度, else the year the opening names most often."""
    votes = _body_years(text, heads)
    named = _YEAR_TITLE.findall(title) if title else []
    if named:
        stated = {int(item) for item in named}
        if len(votes) == 1 and sum(votes.values()) >= 2 and not stated & votes.keys():
            return next(iter(votes))
        return int(named[0])
    if votes:
        return max(votes, key=lambda item: votes[item])
    opening = text[:1500]
    match = re.search(r"(20\d\d)\s?年度(?!(?:工作|重点)*(?:计划|思路|打算|安排|要点))", opening)
    if match:
        return int(match.group(1))
    counts: dict[str, int] = {}
    for named_year in re.findall(r"(?<![—\-－–(（〔])(20\d\d)年(?!\d{1,2}月|[—\-－–)）])", opening + text[-200:]):
        counts[named_year] = counts.get(named_year, 0) + 1
    if not counts:
        return None
    return int(max(counts, key=lambda key: (counts[key], key)))


_NOW = re.compile(r"现将.{0,30}?(20\d\d)\s*年")
_OPENS = re.compile(r"^[ \t\u3000\xa0]*(20\d\d)\s*年度?(?:以来|来)?[，,]", re.MULTILINE)


def _body_years(text: str, heads: Sequence[Heading]) -> dict[int, int]:
    """Years that the opening and the first-level headings speak of, with their weight; a plan's heading counts for the
    year before."""
    votes: dict[int, int] = {}
    first = next((item.start for item in heads if item.level == 1), len(text))
    opening = text[:min(first, 3000)]
    now = _NOW.search(opening)
    if now:
        votes[int(now.group(1))] = 2
    for match in _OPENS.finditer(opening):
        year = int(match.group(1))
        votes[year] = votes.get(year, 0) + 1
    for item in heads:
        named = _YEAR_TITLE.findall(item.text) if item.level == 1 else []
        if len(named) == 1 and not re.search(r"20\d\d\s*年?(?:以来|至|到|[－—–-])", item.text):
            year = int(named[0]) - (1 if _NEXT.search(item.text) and not _DONE.search(item.text) else 0)
            votes[year] = votes.get(year, 0) + 1
    return votes


def organization_of(text: str, title: str | None) -> str | None:
    """The town, township or subdistrict that reports, as the title, the opening or the signature names it."""
    sources = [title or "", text[-120:], text[:600]]
    for source in sources:
        for match in _ORG.finditer(re.sub(r"20\d\d年度?", "", source)):
            name = match.group(1)
            if not _ORG_NOT.search(name) and len(name) >= 3:
                return name.removesuffix("办事处").replace("人民政府", "")
    return None
