"""The numbers that a word processor puts before paragraphs by itself (自动编号): 一、（一）1. are no part of the text.

Without them the headings of a docx report would look unnumbered. Only what the numbering part states is rebuilt; bullets
and damaged definitions give nothing.
"""

from __future__ import annotations

from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CHINESE = frozenset([
    "chineseCounting", "chineseCountingThousand", "ideographTraditional", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "ideographDigital", "chineseLegalSimplified",
])


def chinese_number(value: int) -> str:
    """1 as 一, 12 as 十二, 20 as 二十 (up to 99; beyond that Arabic)."""
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    head = "" if tens == 0 else "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


class Numbers:
    """Counts the automatic numbers of one document, paragraph after paragraph."""

    def __init__(self, document: Any) -> None:
        self._levels: dict[str, dict[int, tuple[str, str, int]]] = {}  # numId -> level -> format, text, start
        self._list: dict[str, str] = {}  # numId -> abstract list, which several numIds may continue
        self._counts: dict[str, dict[int, int]] = {}
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError, AttributeError):
            return
        abstract = {item.get(_W + "abstractNumId"): item for item in root.iterchildren(_W + "abstractNum")}
        for item in root.iterchildren(_W + "num"):
            linked = item.find(_W + "abstractNumId")
            source = abstract.get(linked.get(_W + "val")) if linked is not None else None
            if source is None:
                continue
            key = str(item.get(_W + "numId"))
            self._list[key] = str(source.get(_W + "abstractNumId"))
            self._levels[key] = {int(level.get(_W + "ilvl") or 0): _level(level) for level in source.iterchildren(_W + "lvl")}

    def label(self, paragraph: Any) -> str:
        """The number that stands before ``paragraph`` on the page, "" if there is none."""
        if not self._levels:
            return ""
        key, depth = _reference(paragraph)
        levels = self._levels.get(key) if key else None
        if not levels or depth not in levels:
            return ""
        counts = self._counts.setdefault(self._list[str(key)], {})
        kind, shape, start = levels[depth]
        counts[depth] = counts.get(depth, start - 1) + 1
        for deeper in [level for level in counts if level > depth]:
            del counts[deeper]
        if kind in ("bullet", "none"):
            return ""
        label = shape
        for level in range(depth + 1):
            own = levels.get(level, ("decimal", "", 1))
            value = counts.get(level, own[2])
            label = label.replace(f"%{level + 1}", chinese_number(value) if own[0] in _CHINESE else str(value))
        return label


def _level(level: Any) -> tuple[str, str, int]:
    def value(name: str, default: str) -> str:
        child = level.find(_W + name)
        return str(child.get(_W + "val") or default) if child is not None else default

    start = value("start", "1")
    return value("numFmt", "decimal"), value("lvlText", ""), int(start) if start.isdigit() else 1


def _reference(paragraph: Any) -> tuple[str | None, int]:
    """numId and level of a paragraph, its own or those of its style."""
    places = [paragraph._p.pPr]
    style = paragraph.style
    while style is not None and len(places) < 8:
        places.append(style.element.find(_W + "pPr"))
        style = style.base_style
    for place in places:
        found = place.find(_W + "numPr") if place is not None else None
        if found is None:
            continue
        number = found.find(_W + "numId")
        if number is None:
            continue
        depth = found.find(_W + "ilvl")
        level = depth.get(_W + "val") if depth is not None else "0"
        key = number.get(_W + "val")
        return (None, 0) if key == "0" else (key, int(level) if str(level).isdigit() else 0)
    return None, 0
