"""Reading a spreadsheet as clerks make them: the right sheets, title rows above, two-row headings, merged cells."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from yifa.exchange.columns import FOREIGN_NUMBER, ORDINAL, Column, Headings, Mapping, unit_of
from yifa.exchange.workbook import SheetError, rows_of

MAX_HEADING_ROW = 15
FURTHER = "后续办理"
"""The sheet of a procedure's file that holds what one row cannot: steps taken again."""
_MONEY_NOTE = re.compile(r"单位\s*:[^)）]*?((?:[千百]?万|千|亿)?元)")
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(slots=True)
class Sheet:
    """The rows below the headings; ``first_row`` is the sheet's row number of the first of them (from 1). ``continued``
    are rows (by index) that a merged number or date makes part of the one above."""

    name: str
    mapping: Mapping
    headings: list[str]
    units: dict[int, str]
    rows: list[list[Any]]
    first_row: int
    continued: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Found:
    """What a workbook holds for a definition: the sheets to be imported, that of further steps, and those left unread."""

    sheets: list[Sheet]
    further: Sheet | None
    unread: list[str]


def _text(value: Any) -> str:
    return "" if value is None or value == "" else " ".join(str(value).split())


def _cell(row: list[Any], i: int) -> str:
    return _text(row[i]) if i < len(row) else ""


def _two_rows(upper: list[Any], lower: list[Any], names: Headings) -> list[str] | None:
    """Headings in two rows: under a heading that spans several columns both count together, else the lower one; where
    the lower is empty the upper. None where the lower row is no row of headings."""
    if any(not isinstance(v, str) for v in lower) or not any(lower):
        return None
    found, last, below = [], "", 0
    for i in range(max(len(upper), len(lower))):
        up, low = _cell(upper, i), _cell(lower, i)
        last = up or (last if low else "")
        joined = f"{last}{low}" if low and last != low else low
        choice = joined if low and names.find(joined) else low or up
        below += bool(low and names.find(choice))
        found.append(choice)
    return found if below else None


def _headings(rows: list[list[Any]], names: Headings) -> tuple[Mapping, list[str], int] | None:
    """(mapping, headings, index of the first row of data) of the likeliest heading row or pair of rows."""
    tries: list[tuple[list[str], int]] = []
    for i, row in enumerate(rows[:MAX_HEADING_ROW]):
        tries.append(([_text(v) for v in row], i + 1))
        if i + 1 < len(rows):
            two = _two_rows(row, rows[i + 1], names)
            if two is not None:
                tries.append((two, i + 2))
    if not tries:
        return None

    def score(m: Mapping) -> float:
        return m.score - 0.05 * min(len(m.unread), 20)

    best = max(tries, key=lambda t: score(names.match(t[0])))
    if score(names.match(best[0])) < 1:  # nothing by name: perhaps by likeness
        best = max(tries, key=lambda t: score(names.match(t[0], alike=True)))
    headings, start = best
    mapping = names.match(headings, alike=True)
    return (mapping, headings, start) if mapping.places else None


def _money_unit(titles: list[list[Any]]) -> str:
    """The unit of money that a line above the headings states (单位：万元)."""
    for row in titles:
        for value in row:
            if isinstance(value, str) and (m := _MONEY_NOTE.search(unicodedata.normalize("NFKC", value))):
                return m[1]
    return ""


def _spread(rows: list[list[Any]], merged: list[Range], first: int, mapping: Mapping) -> set[int]:
    """Write the value of vertically merged cells into each of their rows. Gives the rows that are no rows of their own:
    those whose number, or the first mapped column and most others, are merged with the row above."""
    together: dict[int, set[int]] = {}
    for (top, left), (bottom, right) in merged:
        if bottom <= top or top < first or left != right or left not in mapping.places:
            continue
        for r in range(top + 1, min(bottom + 1, len(rows))):
            if left < len(rows[r]):
                rows[r][left] = rows[top][left]
                together.setdefault(r - first, set()).add(left)
    numbers = {i for i, c in mapping.places.items() if c.key in (FOREIGN_NUMBER, ORDINAL)}
    days = {i for i, c in mapping.places.items() if c.step is not None}
    most = max(2, len(mapping.places) / 2)
    return {r for r, columns in together.items() if columns & numbers or (columns & days and len(columns) >= most)}


def _read(book: CalamineWorkbook, name: str, names: Headings) -> Sheet | None:
    rows, merged = rows_of(book, name)
    found = _headings(rows, names)
    if found is None:
        return None
    mapping, headings, start = found
    continued = _spread(rows, merged, start, mapping) if merged else set()
    money = _money_unit(rows[: max(0, start - 1)])
    units = {i: unit_of(headings[i]) or (money if c.field.type == "money" else "") for i, c in mapping.places.items()}
    return Sheet(name, mapping, headings, units, rows[start:], start + 1, continued)


def read_sheets(file: str, book: CalamineWorkbook, columns: list[Column], further: list[Column],
                opening: list[str], sheet: str | None = None) -> Found:  # fmt: skip
    """The sheets whose headings fit (or the one named): all that have a day on which a record opens, for many clerks
    keep a sheet for each month. Raises SheetError."""
    shown = [m.name for m in book.sheets_metadata
             if m.visible == SheetVisibleEnum.Visible and m.typ == SheetTypeEnum.WorkSheet] or list(book.sheet_names)  # fmt: skip
    if sheet is not None and sheet not in book.sheet_names:
        raise SheetError(f"{file} 里没有工作表“{sheet}”。有：{'、'.join(book.sheet_names)}。")
    names = Headings(columns)
    wanted = [sheet] if sheet else [n for n in shown if n not in (FURTHER, "填写说明")]
    read = {n: s for n in wanted if (s := _read(book, n, names)) is not None}
    best = max((s.mapping.score for s in read.values()), default=0.0)
    if best < 1:
        listed = "、".join(c.name for c in columns if not c.meta)[:120]
        where = f"工作表“{sheet}”" if sheet else file
        raise SheetError(f"{where} 里没有找到表头。表头应有：{listed} 等。可用 yifa template 生成模板。")
    fit = [s for s in read.values() if s.mapping.score >= max(2.0, best / 2) and any(s.mapping.has(k) for k in opening)]
    chosen = fit or [max(read.values(), key=lambda s: s.mapping.score)]
    more = _read(book, FURTHER, Headings(further)) if FURTHER in shown and further else None
    left = [n for n in wanted if n not in {s.name for s in chosen} and n in read and read[n].rows]
    return Found(chosen, more, left)
