"""Numbers of headings and list items: gaps, repeats, mixed styles (标题序号)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model import Finding
from ..numbers import chinese
from ..structure import Heading
from .base import Context

_BASIS = "GB/T 9704 结构层次序数：一、（一）1.（1）"
_LIST = re.compile(r"([一二三四五六七八九十]{1,3})[是要](?=[\u4e00-\u9fff])")
_LIST_BEFORE = frozenset("。；;，,：:！？\n \u3000\t)）]")
_DECIMAL = re.compile(r"^[ \u3000]*(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)[ 、．.](?=[\u4e00-\u9fff])", re.MULTILINE)


def check(context: Context) -> Iterator[Finding]:
    """Rule 32: numbers run 1, 2, 3 … at every level, in the styles 一、（一）1.（1）; 一是 二是 within a paragraph too."""
    yield from _headings(context)
    yield from _lists(context)
    yield from _running(context)
    if "1.1" in context.text or "2.1" in context.text:
        for match in _DECIMAL.finditer(context.text):
            yield context.finding("heading_numbering", "warning", f"序号“{match.group(1)}”不是公文的层次序数。", match.start(1),
                                  match.end(1), "改用 一、（一）1.（1）", _BASIS)
            break


def _headings(context: Context) -> Iterator[Finding]:
    last: dict[int, Heading] = {}
    for head in context.headings:
        if head.level == 0 or head.number is None or context.in_chrome(head.start):
            continue
        previous = last.get(head.level)
        expected = 1 if previous is None else (previous.number or 0) + 1
        if head.number != expected and not (head.level >= 3 and head.number == 1):
            yield _fault(context, head, expected, previous)
        last[head.level] = head
        for deeper in [level for level in last if level > head.level]:
            del last[deeper]


def _fault(context: Context, head: Heading, expected: int, previous: Heading | None) -> Finding:
    shown = context.text[head.start:head.end][:30]
    if previous is None:
        message = f"序号“{head.label}”之前没有前面的序号，这一层应当从“{_like(head, 1)}”开始。"
    elif head.number == previous.number:
        message = f"序号“{head.label}”重复，前面已有“{previous.text[:16]}”。"
    elif head.number is not None and head.number > expected:
        message = f"序号不连续：“{previous.label}”之后应为“{_like(head, expected)}”，却是“{head.label}”。"
    else:
        message = f"序号倒退：“{previous.label}”之后出现“{head.label}”。"
    return context.finding("heading_numbering", "warning", message + "请改正序号或补上遗漏的内容。", head.start,
                           head.start + len(shown), f"改为“{_like(head, expected)}”", _BASIS)


_SECOND = re.compile(r"(?<=[。；;：:\s])[（(]([一二三四五六七八九十]{1,3})[）)](?=[\u4e00-\u9fff])")


def _running(context: Context) -> Iterator[Finding]:
    """（一）（二） within running text, where a page lost its line breaks and no such heading begins a line."""
    if any(head.level == 2 for head in context.headings) or "一" not in context.text:
        return
    bounds = [head.start for head in context.headings if head.level == 1]
    previous, floor = 0, -1
    for match in _SECOND.finditer(context.text):
        value = chinese(match.group(1))
        top = max((start for start in bounds if start <= match.start()), default=-1)
        if value is None:
            continue
        if top != floor or value == 1:
            previous, floor = 0, top
        if previous and value != previous + 1:
            yield context.finding("heading_numbering", "warning", f"“（{_DIGITS[min(previous, 10)]}）”之后是“（{match.group(1)}）”，序号不连续。请改正。",
                                  match.start(), match.end(), f"改为“（{_DIGITS[min(previous + 1, 10)]}）”", _BASIS)
        previous = int(value)


_DIGITS = "零一二三四五六七八九十"


def _like(head: Heading, number: int) -> str:
    if head.label and head.label[0].isdigit():
        return str(number)
    if number <= 10:
        return _DIGITS[number]
    return ("" if number < 20 else _DIGITS[number // 10]) + "十" + ("" if number % 10 == 0 else _DIGITS[number % 10])


def _lists(context: Context) -> Iterator[Finding]:
    """一是 … 二是 … within one heading's text."""
    bounds = [head.start for head in context.headings if head.level in (1, 2)]
    position = 0
    previous = 0
    for match in _LIST.finditer(context.text):
        if match.start() and context.text[match.start() - 1] not in _LIST_BEFORE:
            continue
        value = chinese(match.group(1))
        if value is None:
            continue
        while position < len(bounds) and bounds[position] < match.start():
            position += 1
            previous = 0
        if value == 1:
            previous = 1
            continue
        if previous and value != previous + 1:
            wanted = _DIGITS[previous + 1] if previous < 10 else str(previous + 1)
            if value == previous:
                message = f"“{match.group(1)}是”重复。"
            elif value > previous:
                message = f"“{_DIGITS[min(previous, 10)]}是”之后应为“{wanted}是”，却是“{match.group(1)}是”。"
            else:
                previous = int(value)
                continue
            yield context.finding("heading_numbering", "warning", message + "请改正序号或补上遗漏的内容。", match.start(1),
                                  match.end(), f"改为“{wanted}是”", _BASIS)
        previous = int(value)
