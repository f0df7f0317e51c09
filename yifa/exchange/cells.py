"""Cleaning a sheet column by column: each distinct cell once, whatever is wrong noted with its row and heading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from yifa.exchange.columns import STEP_DAY, Column
from yifa.exchange.display import SEALED
from yifa.exchange.sheet import Sheet
from yifa.exchange.workbook import SheetError
from yifa.procedure.events import UNKNOWN
from yifa.procedure.measures import heading_factor
from yifa.procedure.values import Cleaner, Context, ValueProblem, cleaner

_NUMERIC = ("count", "integer", "money", "decimal")


@dataclass(slots=True, frozen=True)
class CellProblem:
    """One fault: sheet row (from 1), column heading, what is wrong and what to do."""

    row: int
    column: str
    value: str
    message: str
    sheet: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "value": self.value, "message": self.message}


@dataclass(slots=True)
class Cells:
    """The cleaned cells of a sheet: lists of equal length, one entry for each row below the headings."""

    keys: list[str]
    values: list[list[Any]]
    meta: dict[str, list[str]]
    problems: dict[int, list[CellProblem]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Bad:
    message: str


class _Memo(dict[Any, Any]):
    """raw -> clean value, made on first sight: columns repeat their values."""

    def __init__(self, clean: Callable[[Any], Any]):
        super().__init__()
        self.clean = clean
        self.bad = False

    def __missing__(self, raw: Any) -> Any:
        try:
            value = self.clean(raw)
        except ValueProblem as e:
            value, self.bad = _Bad(str(e)), True
        self[raw] = value
        return value


def _yes_no(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """True equals 1 as a dictionary key; in words they are told apart."""
    if bool in set(map(type, cells)):
        return tuple("是" if c is True else "否" if c is False else c for c in cells)
    return cells


def _cleaner(c: Column, heading: str, unit: str, context: Context) -> Cleaner:
    f = c.field
    if f.type in _NUMERIC:
        expected = f.unit or ("元" if f.type == "money" else "")
        factor = heading_factor(unit, expected)
        if factor is None:
            raise SheetError(f"表头“{heading}”的单位“{unit}”与本栏的“{expected or '（无单位）'}”对不上。请换算后把表头改成"
                             f"“{c.name}{f'（{expected}）' if expected else ''}”。")  # fmt: skip
        return cleaner(f, context, factor)
    clean = cleaner(f, context)
    if f.type == "rows":  # an export that was not opened: what it did not show stays as it is
        return lambda raw: None if isinstance(raw, str) and SEALED in raw else clean(raw)
    return _day(c, clean, context) if c.step is not None or c.key == STEP_DAY else clean


def _day(c: Column, clean: Cleaner, context: Context) -> Cleaner:
    """The day of a step: known at least in part, and not in the future."""
    today = context.today.isoformat() if context.today else ""

    def day(raw: Any) -> Any:
        value = clean(raw)
        if value == UNKNOWN:
            raise ValueProblem(f"{c.name}不能只写“不详”。只知道年月的写 2026-03，只知道年份的写 2026。")
        if value is not None and today and value[:10] > today[: len(value)]:
            raise ValueProblem(f"{c.name} {value} 还没有到（今天是 {today}）。已经发生的事才能登记，请核对日期。")
        return value

    return day


def meta_text(raw: Any) -> str:
    """A number or name as the clerk wrote it; empty marks count as nothing."""
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() else f"{raw:.15g}"
    text = " ".join(str(raw).split())
    return "" if text in ("/", "-", "—", "——") else text


def read_cells(sheet: Sheet, context: Context) -> Cells:
    """Clean all cells of a sheet. Raises SheetError for a heading whose unit cannot be converted."""
    columns = list(zip(*sheet.rows, strict=True)) if sheet.rows else []
    found = Cells([], [], {})
    for i, c in sorted(sheet.mapping.places.items()):
        cells = columns[i] if i < len(columns) else ("",) * len(sheet.rows)
        if c.meta and c.key != STEP_DAY:
            found.meta[c.key] = list(map(_Memo(meta_text).__getitem__, cells))
            continue
        heading = sheet.headings[i]
        memo = _Memo(_cleaner(c, heading, sheet.units.get(i, ""), context))
        values = list(map(memo.__getitem__, _yes_no(cells)))
        if memo.bad:
            if c.field.type == "file":
                found.ignored.append(f"{heading}（附件要另行上传，表里的文字未读）")
            for n, v in enumerate(values):
                if v.__class__ is _Bad:
                    values[n] = None
                    if c.field.type != "file":
                        row = sheet.first_row + n
                        found.problems.setdefault(n, []).append(
                            CellProblem(row, heading, str(cells[n])[:60], v.message, sheet.name))  # fmt: skip
        found.keys.append(c.key)
        found.values.append(values)
    return found
