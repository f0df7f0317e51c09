"""The statutory parts: missing, or there but not under a heading of their own (法定部分)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Finding
from .base import Context

_BASIS = "《法治政府建设与责任落实督察工作规定》关于年度报告内容的要求"
_SPOKEN = {
    "achievements": re.compile(r"举措|成效|开展|推进"),
    "problems": re.compile(r"(?:存在|面临|仍有|还有).{0,12}(?:问题|不足|困难|短板|差距|薄弱)"),
    "first_responsible_person": re.compile(r"第一责任人|主要负责(?:人|同志)|党政主要领导|一把手|书记|镇长|乡长|主任"),
    "next_year": re.compile(r"下一步|下步|明年|下一年|今后|打算|下阶段"),
}
_HEADINGS = {
    "achievements": "主要举措和成效", "problems": "存在的不足和原因",
    "first_responsible_person": "党政主要负责人履行推进法治建设第一责任人职责情况", "next_year": "下一年度主要安排",
}
_FIRST = re.compile(r"第一责任人|主要负责(?:人|同志)")
_MADE_UP = {
    "problems": re.compile(r"(?:仍|还|依然|尚)(?:然)?存在|存在着?(?:一些|一定|不少|以下|诸多)|不足之处|有待(?:进一步)?(?:提高|加强|提升|改进)"),
    "next_year": re.compile(r"下一步|下步|明年|来年|下一年"),
}
_CAUSES = re.compile(r"原因|由于|因为|导致|致使|造成|缺乏|缺少|不够|不强|不足|没有|不高|欠缺|薄弱|单一|有待")


def check(context: Context) -> Iterator[Finding]:
    """Rule 21: parts 1–4 must each stand under a heading. A part that the text nowhere touches is an error; one that is
    spoken of but has no heading is a warning; part 5 may be left out when there is nothing to report (info)."""
    if not context.is_annual_report():
        return
    there = {part.key for part in context.parts if part.present}
    start, end = context.title_span
    if end <= start:
        start, end = _first_words(context.text)
    for part in context.parts:
        if part.present:
            continue
        if part.key == "other":
            yield context.finding("missing_part", "info", f"没有“{part.name}”一项；没有内容的可写“无”。", start, end,
                                  "文末增加“其他需要报告的情况：无”", _BASIS)
            continue
        heading = _HEADINGS[part.key]
        if _left_out(context, part.key, there):
            yield context.finding("missing_part", "error", f"按法定的几部分写的报告缺少“{part.name}”。请补写。", start, end,
                                  f"增加一级标题“{heading}”并补写内容", _BASIS)
        elif _SPOKEN[part.key].search(context.text):
            yield context.finding("missing_part", "warning", f"“{part.name}”没有单独列为一项，正文只是零散提到。请单列标题写明。",
                                  start, end, f"增加一级标题“{heading}”", _BASIS)
        else:
            yield context.finding("missing_part", "error", f"缺少“{part.name}”部分，正文也没有相关内容。请补写。", start, end,
                                  f"增加一级标题“{heading}”并补写内容", _BASIS)
    yield from _empty(context)


def _left_out(context: Context, key: str, there: set[str]) -> bool:
    """Whether a report that follows the statutory outline leaves out one of its parts: the other three stand under
    headings (and part 5 too where part 3 is meant), and no sentence makes up for it."""
    if len(there & _HEADINGS.keys()) < len(_HEADINGS) - 1 or (key == "first_responsible_person" and "other" not in there):
        return False
    if key == "first_responsible_person":
        return not any(_FIRST.search(head.text) for head in context.headings)
    made_up = _MADE_UP.get(key)
    return made_up is None or made_up.search(context.text) is None


def _empty(context: Context) -> Iterator[Finding]:
    for part in context.parts:
        if part.start is None or part.end is None or part.key == "other":
            continue
        line_end = context.text.find("\n", part.start)
        body = context.text[part.start:part.end]
        rest = context.text[line_end:part.end].strip() if 0 <= line_end < part.end else ""
        if not rest and len(body) < 60:
            yield context.finding("empty_part", "warning", f"“{part.name}”只有标题，没有内容。请补写。", part.start,
                                  min(part.end, part.start + 40), "补写这一部分", _BASIS)
        elif part.key == "problems" and not _CAUSES.search(body):
            yield context.finding("problems_without_causes", "info", "写了问题，没有写原因。请逐项写明原因。", part.start,
                                  min(part.end, part.start + 40), "每个问题后写明原因", _BASIS)


def _first_words(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    end = text.find("\n", start)
    return start, min(len(text) if end < 0 else end, start + 40)
