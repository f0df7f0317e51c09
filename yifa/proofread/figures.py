"""The figures of a report: numbers read by quantities, with what they count (报告数据的识别)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .model import Figure
from .notfigures import in_name
from .quantities import Quantity, quantities
from .subjects import IndicatorIndex
from .text import Document

_LINK = re.compile(
    r"(?:共计?|累计|合计|总计|总共|一共|达到了?|达成?|为|均|都|已|有|了|是|分别|各|等|总数|数量|人数|次数|约|近|增至|提高到|提升[至到]|上升[至到]|"
    r"下降|增长|上升|同比|保持在?|稳定在|多达|高达|截[至止](?:目前|\d+月(?:\d+日|底|末)?)|：|:|\s|全部|至|计)+$"
)
_LEAD = re.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]+[）)、.．]|[一二三四五六七八九十]是|20\d\d年度?|\d+月份?|今年以?来?|本年度?|全年|截至目前|截止目前|目前|其中|"
    r"自?以来|我镇|我乡|我街道|全镇|全乡|本镇|街道|镇党委政府|共计?|累计|合计|先后|已|还|并|并且|同时|及时|积极|认真|依法|组织|开展了?|举办了?|召开了?|"
    r"进行了?|制作了?|印发了?|发放了?|完成了?(?![率度])|实现了?|建立了?|\s)+"
)
_STOP_AFTER = re.compile(r"[，。；;、,：:！？!?\n（）()\d“”\"]|参加|参与|进行|开展|实现|设立|建立|成立|配备|组建|通过|取得|持有|提供|全部|分别|分配|负责(?!人)|协助|担任|组成|(?<!级)以上|正在|作为|已|均|和|及|与|在|到|被|为")
_NO_NOUN = re.compile(r"[，。；;、,：:！？!?\n\s（()）)】\]”\d]|下降|增长|上升|减少|增加|提高|比|共|并|其中|均|已|以|由|在|对|较|比|同|占|分别|全|累计|和|及|与|或|的[，。]|左右|涉|办结|$")
_NAME_CHAR = r"(?:[^，。；;、,：:\n和及与]|及(?=时))"
_RATES = re.compile(
    rf"((?:{_NAME_CHAR}{{1,24}}[率度](?:以及|[、和及与]))+{_NAME_CHAR}{{1,14}}[率度])"
    r"(均|都|皆|全部|同时|双双|分别)?(?:均|分别)?(?:达到了?|达|为|是|保持在?|实现|稳定在|提升[至到]|提高到|在)*[ \u3000\xa0]*$"
)
_SPLIT = re.compile(r"以及|及(?!时)|[、和与]")
_CUT = re.compile(r"(?:共计?|累计|先后)(?:组织|开展|举办|召开)?了?|等(?:各[类项]|共|多种)?")
_BETWEEN = re.compile(r"[ ]?[、，,和及与][ ]?$")
_SEVERALLY = re.compile(r"([^，。；;：:\n]{2,60}?)(?:分别|依次)[^，。；;\d]{0,6}$")
_PLACE = re.compile(r"(?:行政)?(?:村(?!民|法|级|居法)|社区|乡镇|街道|单位|部门|企业|领域)")
_CENSUS = re.compile(r"(?:全镇|全乡|辖区|现有|目前|全街道|下辖|共有)[^，。；]{0,4}$")


def read_figures(document: Document, index: IndicatorIndex, skip: Sequence[tuple[int, int]],
                 plans: Sequence[tuple[int, int]] = ()) -> list[Figure]:
    """All figures of ``document`` in order of place.

    ``skip``: spans that are no text of the report (page chrome); ``plans``: the next year's part, where numbers are
    targets and only a census (全镇17个村) counts as a figure.
    """
    text = document.text
    found = [item for item in quantities(text) if not in_name(text, item.number_start)]
    if skip:
        found = [item for item in found if not _inside(item.number_start, skip)]
    if plans:
        found = [item for item in found if not _inside(item.number_start, plans) or _CENSUS.search(
            text, max(0, item.start - 10), item.start)]
    figures: list[Figure] = []
    maker = _Maker(document, index)
    names = _distributed(text, found)
    previous_end = 0
    for position, item in enumerate(found):
        clause = item.clause
        local_start = max(clause, previous_end if previous_end <= item.start else clause)
        if item.unit in ("%", "个百分点", "百分点"):
            rates = _shared_rates(text, item)
            if rates is not None:
                for start, end in rates:
                    figures.append(maker.apart(item, rates[0][0], start, end))
                previous_end = item.end
                continue
        piece = names.get(position)
        if piece is not None:
            figures.append(maker.apart(item, item.start, *piece))
        else:
            if local_start > clause or previous_end == local_start:
                mark = text.rfind("、", local_start, item.start)
                local_start = mark + 1 if mark >= 0 else local_start
            figures.append(maker.plain(item, local_start))
        previous_end = item.end
    return figures


def _inside(position: int, spans: Sequence[tuple[int, int]]) -> bool:
    return any(start <= position < end for start, end in spans)


def _shared_rates(text: str, item: Quantity) -> list[tuple[int, int]] | None:
    """The names of several rates that share one value (答复率和答复及时率均达100%), or None."""
    if text[item.start - 1:item.start] in "，。；、":
        return None
    base = max(0, item.start - 70)
    before = text[base:item.start]
    if before.count("率") + before.count("度") < 2:
        return None
    match = _RATES.search(before)
    if match is None or match.group(2) == "分别":
        return None
    return _pieces(text, base + match.start(1), base + match.end(1))


def _pieces(text: str, start: int, end: int) -> list[tuple[int, int]]:
    pieces = []
    position = start
    for match in _SPLIT.finditer(text, start, end):
        pieces.append((position, match.start()))
        position = match.end()
    pieces.append((position, end))
    return pieces


def _distributed(text: str, found: Sequence[Quantity]) -> dict[int, tuple[int, int]]:
    """For lists with 分别 (甲、乙分别为3件、5件): the name of each number, by its place in ``found``."""
    names: dict[int, tuple[int, int]] = {}
    position = 0
    while position < len(found):
        last = position
        while last + 1 < len(found) and _BETWEEN.match(text, found[last].end, found[last + 1].start) and (
                found[last + 1].start - found[last].end <= 3):
            last += 1
        if last > position:
            base = max(0, found[position].start - 70)
            match = _SEVERALLY.search(text[base:found[position].start])
            if match is not None:
                pieces = _pieces(text, base + match.start(1), base + match.end(1))
                size = last - position + 1
                if len(pieces) >= size:
                    for offset, piece in enumerate(pieces[-size:]):
                        names[position + offset] = piece
        position = last + 1
    return names


class _Maker:
    """Makes figures of one document; what the catalogue knows of a sentence is looked up once."""

    def __init__(self, document: Document, index: IndicatorIndex) -> None:
        self.document = document
        self.index = index
        self._scanned = (-1, -1)
        self._terms: list[tuple[int, str]] = []

    def _resolve(self, local: tuple[int, int], after: int, unit: str) -> str | None:
        text = self.document.text
        start = _sentence_start(text, local[0])
        line_start, line_end = self._scanned
        if not line_start <= start <= after <= line_end:
            end = text.find("。", max(after, local[1]))
            end = min(len(text), max(after, local[1]) + 200) if end < 0 else min(end, max(after, local[1]) + 200)
            self._scanned = (start, end)
            self._terms = self.index.scan(text, start, end)
        return self.index.resolve(self._terms, start, local, after, unit)

    def apart(self, item: Quantity, span_start: int, start: int, end: int) -> Figure:
        """A figure whose subject stands apart from its number, at ``start:end``."""
        name = self.document.text[start:end]
        lead = _LEAD.match(name)
        subject = name[lead.end():] if lead and lead.end() < len(name) else name
        key = self._resolve((start, end), end, item.unit)
        return _made(self.document, item, min(span_start, item.start), item.end, subject, key, start)

    def plain(self, item: Quantity, local_start: int) -> Figure:
        """A figure whose subject stands right before or after its number."""
        text = self.document.text
        begin, subject = _subject_before(text, local_start, item.start)
        noun_end = _noun_end(text, item)
        noun = text[item.end:noun_end].strip()
        after = noun_end + 40 if noun else noun_end
        near = item.number_start if noun and _PLACE.match(noun) else local_start  # 法律顾问到14个村: the villages are counted
        key = self._resolve((near, noun_end if noun else item.end), min(after, len(text)), item.unit)
        if noun:
            made = _made(self.document, item, item.start, noun_end, noun, key, local_start)
            made.noun_after = True
            return made
        return _made(self.document, item, begin if subject else item.start, item.end, subject, key, local_start)


def _subject_before(text: str, start: int, end: int) -> tuple[int, str]:
    """The noun that stands before a number, without the verbs and adverbs around it, and where it begins."""
    tail = _LINK.search(text, max(start, end - 14), end)
    bare = text[start:tail.start()] if tail else text[start:end]
    lead = _LEAD.match(bare)
    skipped = lead.end() if lead else 0
    if skipped >= len(bare):
        skipped = 0 if len(bare) <= 12 else len(bare) - 12
    stem = bare[skipped:]
    marker = stem.rfind("的") + 1
    for cut in _CUT.finditer(stem):
        marker = max(marker, cut.end())
    if 0 < marker < len(stem) - 1:
        skipped += marker
        stem = stem[marker:]
    if len(stem) > 20:
        skipped += len(stem) - 20
    begin = start + skipped
    while begin < end and text[begin].isspace():
        begin += 1
    return begin, bare[skipped:].strip()


def _noun_end(text: str, item: Quantity) -> int:
    """Where the noun that follows the measure word ends (27个|干部, 2台|执法仪); the figure's end if there is none."""
    if item.unit in ("%", "个百分点", "百分点", "元") or _NO_NOUN.match(text, item.end):
        return item.end
    stop = _STOP_AFTER.search(text, item.end + 1, item.end + 15)
    end = stop.start() if stop else min(len(text), item.end + 15)
    while end > item.end and text[end - 1].isspace():
        end -= 1
    if text[end:end + 1] in ("（", "("):
        close = min((place for place in (text.find("）", end, end + 8), text.find(")", end, end + 8)) if place > 0), default=-1)
        if close > 0:
            end = close + 1
    return end


def _sentence_start(text: str, position: int, limit: int = 90) -> int:
    floor = max(0, position - limit)
    return max(floor, text.rfind("。", floor, position) + 1, text.rfind("\n", floor, position) + 1)


def _made(document: Document, item: Quantity, start: int, end: int, subject: str, key: str | None, clause: int) -> Figure:
    return Figure(
        text=document.text[start:end], value=item.value, value_max=item.value_max, unit=item.unit, approx=item.approx,
        subject=subject, indicator=key, start=start, end=end, line=document.line_of(item.number_start),
        number_start=item.number_start, number_end=item.end, clause_start=clause, magnitude=item.magnitude,
        decimals=item.decimals,
    )
