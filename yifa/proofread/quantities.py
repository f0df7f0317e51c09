"""Finds every number with a unit in a text (数量的读取); what is none of a report's figures is left to notfigures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from . import notfigures
from .numbers import (
    ARABIC,
    CHINESE,
    MAGNITUDES,
    PREFIXES,
    Number,
    alternatives,
    chinese,
    plain,
    prefix_before,
    suffix_after,
    tidy,
)
from .text import words
from .units import MEASURE, NORMAL, UNITS, unit_at

_RANGE = r"[ ]?(?:-|—|–|－|~|～|至|到)[ ]?"
_ARABIC = re.compile(rf"({ARABIC})(?:{_RANGE}({ARABIC}))?")
_UNIT_HEADS = "".join(sorted({unit[0] for unit in UNITS if not unit[0].isascii()}))
LONGEST_NUMBER = 24  # characters; a longer run of digits is no number that a report states
_RUN = re.compile(r"\d[\d,，.．]*")
_RATE = re.compile(
    rf"百分之({CHINESE}+(?:点{CHINESE}+)?)(?:{_RANGE}百分之({CHINESE}+(?:点{CHINESE}+)?))?"
)
_NUMERAL = re.compile(rf"{CHINESE}{{1,14}}(?=[余多几来]?[万亿]?[{_UNIT_HEADS}]|分之)")
_SURELY_NONE = frozenset("年月日号时:：/届周岁级楼")
_GAP = re.compile(r"[ \u3000\xa0]*")
_BRACKETED = re.compile(r"[（(]([^（()）\d\s]{1,6})[)）][:：]?[ \u3000\xa0]*$")
_LIST_GO_ON = re.compile(r"[ ]?[、,，和及与][ ]?(?=\d)")
_AT_LEAST = re.compile(r"(至少|不少于)[\u4e00-\u9fff]{1,6}$")
_OCCASIONS = words("次 场 期 场次 轮 堂")


@dataclass(slots=True)
class Quantity:
    """A number with its unit: where it stands (approximation words included) and what it is worth."""

    start: int
    number_start: int
    end: int
    value: Number
    value_max: Number | None
    unit: str
    approx: str | None
    magnitude: int = 1
    decimals: int = 0
    chinese: bool = False
    clause: int = 0


def quantities(text: str) -> Iterator[Quantity]:
    """Every number with a unit in ``text`` that may be a figure, Arabic ones and Chinese ones, in order."""
    found = list(_arabic(text))
    found.extend(_chinese(text))
    found.sort(key=lambda item: item.number_start)
    return iter(found)


def _arabic(text: str) -> Iterator[Quantity]:
    pending: list[tuple[int, int, Number]] = []
    for run in _RUN.finditer(text):
        start = run.start()
        if text[run.end():run.end() + 1] in _SURELY_NONE or run.end() - start > LONGEST_NUMBER:
            continue
        match = _ARABIC.match(text, start)
        if match is None:
            continue
        end = match.end()
        before = text[start - 1] if start else "\n"
        if before in "第〔[［_/\\@#=&.·:+＋" or (before.isascii() and before.isalpha()):
            continue
        first, second = match.group(1), match.group(2)
        if second is None and "." in first and _is_numbered_line(text, start, first, end):
            # "2.3个村" at the start of a line is heading number 2 and the count 3
            start = start + first.index(".") + 1
            first = first[first.index(".") + 1:]
        quantity = _measured(text, start, end, plain(first), plain(second) if second else None)
        if quantity is None:
            unit = _bracketed_unit(text, start)
            if unit is not None and text[end:end + 1] not in ("年", "月", "日", "-", "."):
                quantity = _bracketed(text, start, end, plain(first), unit)
            elif second is None and _LIST_GO_ON.match(text, end):
                pending.append((start, end, plain(first)))
                continue
        if quantity is None:
            pending.clear()
            continue
        if pending:
            if notfigures.distributes(text, pending[0][0]):
                for left, right, value in pending:
                    yield Quantity(left, left, right, tidy(value * quantity.magnitude), None, quantity.unit, None,
                                   quantity.magnitude, clause=quantity.clause)
            pending.clear()
        quantity.decimals = len(first.partition(".")[2])
        if not notfigures.rejects_arabic(text, quantity, first):
            yield quantity


def _is_numbered_line(text: str, start: int, digits: str, end: int) -> bool:
    head, _, tail = digits.partition(".")
    if len(head) > 2 or not tail or tail[0] == "0":
        return False
    line_start = text.rfind("\n", 0, start) + 1
    if text[line_start:start].strip():
        return False
    unit = unit_at(text, end)
    return unit is not None and unit not in ("%", "％", "元", "亩", "公里", "平方米", "万", "吨")


def _measured(text: str, start: int, end: int, low: Number, high: Number | None) -> Quantity | None:
    position = _GAP.match(text, end).end()  # type: ignore[union-attr]
    approx: str | None = None
    magnitude = 1
    if text[position:position + 1] in ("余", "多", "几"):
        approx = "多" if text[position] == "多" else "余"
        position += 1
    char = text[position:position + 1]
    if char in MAGNITUDES and text[position:position + 2] not in ("千米", "千克", "千瓦", "百分"):
        magnitude = MAGNITUDES[char]
        position += 1
        if magnitude == 10_000 and text[position:position + 1] == "亿":
            magnitude, position = 10**12, position + 1
        if approx is None and text[position:position + 1] in ("余", "多", "几"):
            approx = "多" if text[position] == "多" else "余"
            position += 1
    position = _GAP.match(text, position).end()  # type: ignore[union-attr]
    unit = unit_at(text, position)
    if unit is None:
        return None
    stop = position + len(unit)
    return _finish(text, start, stop, low, high, unit, approx, magnitude)


def _finish(text: str, start: int, stop: int, low: Number, high: Number | None, unit: str, approx: str | None,
            magnitude: int) -> Quantity:
    suffix, stop_after = suffix_after(text, stop)
    if suffix is not None:
        approx = approx or suffix
        stop = stop_after
    elif approx is None and unit in MEASURE and text[stop:stop + 1] in ("余", "多"):
        approx = text[stop]
        stop += 1
    prefix, begin = prefix_before(text, start)
    approx = approx or prefix
    if approx is None and unit in _OCCASIONS:
        least = _AT_LEAST.search(text, max(0, start - 9), start)
        approx = PREFIXES[least.group(1)] if least else None
    return Quantity(begin, start, stop, tidy(low * magnitude), None if high is None else tidy(high * magnitude),
                    NORMAL.get(unit, unit), approx, magnitude, clause=notfigures.clause_begin(text, begin))


def _bracketed_unit(text: str, start: int) -> str | None:
    if text[start - 1:start] not in ("）", ")", "：", ":", " ", "\t", "\u3000"):
        return None
    match = _BRACKETED.search(text, max(0, start - 12), start)
    if match is None:
        return None
    unit = match.group(1).removeprefix("单位").lstrip("：:")
    base = unit.lstrip("万亿千百")
    return unit if base in UNITS else None


def _bracketed(text: str, start: int, end: int, value: Number, unit: str) -> Quantity:
    base = unit.lstrip("万亿千百")
    magnitude = 1
    for char in unit[:len(unit) - len(base)]:
        magnitude *= MAGNITUDES[char]
    return Quantity(start, start, end, tidy(value * magnitude), None, NORMAL.get(base, base), None, magnitude,
                    clause=notfigures.clause_begin(text, start))


def _chinese(text: str) -> Iterator[Quantity]:
    for run in _NUMERAL.finditer(text):
        start, end = run.span()
        if text.startswith("分之", end):
            if text[end - 1] == "百":
                quantity = _stated_rate(text, end - 1)
                if quantity is not None:
                    yield quantity
            continue
        if text[start - 1:start] in notfigures.ORDINAL_BEFORE:
            continue
        numeral = run.group()
        found = _counted(text, start, end, numeral)
        if found is not None and not notfigures.rejects_chinese(text, found, numeral):
            yield found


def _stated_rate(text: str, start: int) -> Quantity | None:
    match = _RATE.match(text, start)
    low = chinese(match.group(1)) if match else None
    if match is None or low is None:
        return None
    high = chinese(match.group(2)) if match.group(2) else None
    quantity = _finish(text, start, match.end(), low, high, "%", None, 1)
    quantity.chinese = True
    return None if notfigures.rejects_rate(text, quantity) else quantity


def _counted(text: str, start: int, end: int, numeral: str) -> Quantity | None:
    spoken = alternatives(numeral)
    low: Number | None
    high: Number | None = None
    if spoken is not None:
        low, high = spoken
    elif text[start - 1:start].isdigit():
        return None
    else:
        low = chinese(numeral)
    if low is None:
        return None
    quantity = _measured(text, start, end, low, high)
    if quantity is not None:
        quantity.chinese = True
        if text[start - 1:start] == "上" and numeral in ("百", "千", "万", "亿"):
            quantity.start, quantity.approx = start - 1, quantity.approx or "以上"
    return quantity
