"""Figures in tables: the unit stands in the heading, in the row's label, or in a column 单位 (表格中的数据)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .model import Figure
from .numbers import ARABIC, MAGNITUDES, plain, tidy
from .quantities import LONGEST_NUMBER
from .subjects import IndicatorIndex
from .text import Document
from .units import NORMAL, UNITS

_NUMBER = re.compile(rf"^{ARABIC}$")
_UNIT = re.compile(r"[（(](?:单位[:：]?)?([万亿]?[^\s（()）:：\d]{1,4})[)）]|[/／]([万亿]?[^\s/／\d]{1,3})$")
_CAPTION = re.compile(r"单位[:：]\s*([万亿]?[^\s，。；、（()）]{1,4})")
_SERIAL = re.compile(r"序号|编号|年份|年度|^年$|日期|时间|电话|号码|排名|名次|邮编|代码|页码|文号|备注")


@dataclass(slots=True)
class Bare:
    """A number in a table for which no unit is stated anywhere."""

    start: int
    end: int
    label: str


@dataclass(slots=True)
class _Cell:
    text: str
    start: int
    end: int


def _cells(text: str, start: int, end: int) -> list[_Cell]:
    """The cells of a row; empty ones count, so that columns stay in line."""
    line = text[start:end]
    cells: list[_Cell] = []
    position = 0
    for piece in re.split(r"[\t|]", line):
        bare = piece.strip()
        offset = start + position + (len(piece) - len(piece.lstrip()))
        cells.append(_Cell(bare, offset, offset + len(bare)))
        position += len(piece) + 1
    return cells


def read_tables(document: Document, lines: Sequence[tuple[int, int]], index: IndicatorIndex,
                ) -> tuple[list[Figure], list[Bare]]:
    """The figures of all tables in the text, and the numbers that have no unit (rule 50)."""
    text = document.text
    if "\t" not in text and "|" not in text:
        return [], []
    figures: list[Figure] = []
    bare: list[Bare] = []
    for block in _blocks(text, lines):
        _read_block(document, block, index, figures, bare)
    return figures, bare


def _blocks(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    block: list[tuple[int, int]] = []
    for start, end in lines:
        line = text[start:end]
        if "\t" in line.strip() or line.count("|") >= 2:
            block.append((start, end))
        else:
            if len(block) >= 2:
                yield block
            block = []
    if len(block) >= 2:
        yield block


def _read_block(document: Document, block: list[tuple[int, int]], index: IndicatorIndex, figures: list[Figure],
                bare: list[Bare]) -> None:
    text = document.text
    rows = [_cells(text, start, end) for start, end in block]
    header, spanning = _header(rows)
    above = text[max(0, block[0][0] - 60):block[0][0]].rstrip("\n")
    caption = _CAPTION.search(above.rpartition("\n")[2])
    unit_column = next((place for place, cell in enumerate(header) if cell.text in ("单位", "计量单位")), None)
    for row in rows:
        for place, cell in enumerate(row):
            if len(cell.text) > LONGEST_NUMBER or not _NUMBER.match(cell.text):
                continue
            top = header[place].text if place < len(header) and row is not header else ""
            side = next((item.text for item in reversed(row[:place]) if item.text and not _NUMBER.match(item.text)), "")
            if _SERIAL.search(top) or (_SERIAL.search(side) and not _UNIT.search(side)) or not (top or side):
                continue
            if (not side and not _UNIT.search(top) and spanning is None) or (re.fullmatch(r"(?:19|20)\d\d", cell.text) and "年" in top + side):
                continue
            unit = _unit_of(top) or _unit_of(side) or (spanning if not side else None)
            if unit is None and unit_column is not None and unit_column < len(row):
                unit = row[unit_column].text
            if unit is None and caption is not None:
                unit = caption.group(1)
            base = (unit or "").lstrip("万亿千百")
            if unit is None or base not in UNITS:
                bare.append(Bare(cell.start, cell.end, side or top))
                continue
            figures.append(_figure(document, index, cell, unit, base, top, side))


def _header(rows: Sequence[Sequence[_Cell]]) -> tuple[Sequence[_Cell], str | None]:
    """The row that names the columns, and the unit of a caption row above it that spans the table (数量（宗）)."""
    spanning: str | None = None
    for row in rows[:3]:
        filled = [cell for cell in row if cell.text]
        if len(filled) > 2 and any(_NUMBER.match(cell.text) for cell in filled):
            return [_Cell("", 0, 0)] * len(row), spanning
        if len(filled) == 1 and len(rows) > 2:
            spanning = _unit_of(filled[0].text)
            continue
        return row, spanning
    return rows[0], None


def _unit_of(label: str) -> str | None:
    match = _UNIT.search(label)
    return (match.group(1) or match.group(2)) if match else None


def _figure(document: Document, index: IndicatorIndex, cell: _Cell, unit: str, base: str, top: str, side: str) -> Figure:
    factor = 1
    for char in unit[:len(unit) - len(base)]:
        factor *= MAGNITUDES[char]
    label = _UNIT.sub("", side) or _UNIT.sub("", top)
    whole = side + top
    normal = NORMAL.get(base, base)
    key = index.resolve(index.scan(whole, 0, len(whole)), 0, (0, len(whole)), len(whole), normal)
    return Figure(
        text=document.text[cell.start:cell.end], value=tidy(plain(cell.text) * factor), value_max=None, unit=normal,
        approx=None, subject=label.strip(), indicator=key, start=cell.start, end=cell.end,
        line=document.line_of(cell.start), number_start=cell.start, number_end=cell.end, clause_start=cell.start,
        magnitude=factor, noun_after=True,
    )
