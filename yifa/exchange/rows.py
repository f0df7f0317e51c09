"""From a sheet's rows to acts: each row's cells are cleaned, and filled steps become dated acts in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from yifa.exchange.columns import FOREIGN_NUMBER, SOURCE_ID, SOURCE_SYSTEM, Column
from yifa.exchange.sheet import Sheet
from yifa.procedure.definition import Definition, Step
from yifa.procedure.values import Cleaner, Context, ValueProblem, cleaner

_MONEY_UNITS = {"元": 100, "万元": 1_000_000, "千元": 100_000, "亿元": 10_000_000_000}
_SPARE = ("合计", "总计", "小计")


@dataclass(slots=True, frozen=True)
class CellProblem:
    """One fault: sheet row (from 1), column heading, what is wrong and what to do."""

    row: int
    column: str
    value: str
    message: str

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "value": self.value, "message": self.message}


@dataclass(slots=True)
class StepData:
    """One filled step of a row."""

    step: str
    on: str
    data: dict[str, Any]


@dataclass(slots=True)
class RowActs:
    """One row read: its steps in order, or its problems."""

    row: int
    steps: list[StepData]
    meta: dict[str, str]
    problems: list[CellProblem] = field(default_factory=list)


class RowReader:
    """Compiled once per sheet: the cleaners of its columns and the steps that they fill."""

    def __init__(self, definition: Definition, sheet: Sheet, context: Context):
        self.sheet = sheet
        self.headings = {c.key: sheet.headings[i] for i, c in sheet.mapping.places.items()}
        self.columns: list[tuple[int, str, str, Cleaner]] = []
        self.meta: list[tuple[int, str]] = []
        for i, c in sheet.mapping.places.items():
            if c.meta:
                self.meta.append((i, c.key))
            else:
                self.columns.append((i, c.key, sheet.headings[i], self._cleaner(c, sheet.mapping.units[i], context)))
        self.steps = definition.all_steps
        self.opening = self.steps[0]
        mapped = {key for _, key, _, _ in self.columns}
        self.plan: list[tuple[int, Step, str, list[str], list[str]]] = []
        for n, s in enumerate(self.steps):
            fields = [f.key for f in s.fields if f.key in mapped and f.key != s.milestone]
            needed = [f.key for f in s.fields
                      if (definition.field(f.key).required if f.required is None else f.required)]  # type: ignore[union-attr]
            self.plan.append((n, s, s.milestone, fields, needed))
        self.single = len(self.steps) == 1
        self.names = {f.key: f.name for f in definition.fields}

    @staticmethod
    def _cleaner(c: Column, unit: str, context: Context) -> Cleaner:
        if c.field.type == "money" and unit in _MONEY_UNITS:
            context = Context(context.today, context.organization, context.near_organizations, context.statute,
                              _MONEY_UNITS[unit])  # fmt: skip
        return cleaner(c.field, context)

    def __iter__(self) -> Iterator[RowActs]:
        number = self.sheet.first_row - 1
        for cells in self.sheet.rows:
            number += 1
            row = self.read(number, cells)
            if row is not None:
                yield row

    def read(self, number: int, cells: list[Any]) -> RowActs | None:
        """One row; None for empty rows, the example row and totals."""
        problems: list[CellProblem] = []
        values: dict[str, Any] = {}
        width = len(cells)
        for i, key, heading, clean in self.columns:
            raw = cells[i] if i < width else None
            if raw is None or raw == "":
                continue
            try:
                value = clean(raw)
            except ValueProblem as e:
                problems.append(CellProblem(number, heading, str(raw)[:60], str(e)))
                continue
            if value is not None:
                values[key] = value
        meta = {key: text for i, key in self.meta if i < width and (text := _meta_text(cells[i]))}
        if not values and not problems:
            return None
        if meta.get(FOREIGN_NUMBER) in ("示例", "例") or _is_total(cells):
            return None
        row = RowActs(number, [], meta, problems)
        self._fill_steps(row, values)
        return row

    def _fill_steps(self, row: RowActs, values: dict[str, Any]) -> None:
        if self.single:
            _, s, milestone, _, needed = self.plan[0]
            on = values.pop(milestone, None)
            if not isinstance(on, str):
                self._missing(row, milestone, s)
                return
            if needed and not all(k in values for k in needed):
                for k in needed:
                    if k not in values:
                        self._missing(row, k, s)
            if not row.problems:
                row.steps.append(StepData(s.key, on, values))
            return
        taken: set[str] = set()
        found: list[tuple[str, int, StepData]] = []
        for n, s, milestone, fields, needed in self.plan:
            on = values.get(milestone)
            if not isinstance(on, str):
                continue
            data = {k: values[k] for k in fields if k in values and k not in taken}
            taken.update(data)
            taken.add(milestone)
            for k in needed:
                if k not in values:
                    self._missing(row, k, s)
            found.append((on, n, StepData(s.key, on, data)))
        if not found or not any(x[1] == 0 for x in found):
            self._missing(row, self.opening.milestone, self.opening)
        for k in values:
            if k not in taken:
                s = next((s for _, s, m, fields, _ in self.plan if k in fields), self.opening)
                day = self.headings.get(s.milestone, f"{s.name}日期")
                row.problems.append(CellProblem(row.row, self.headings.get(k, k), _short(values[k]),
                                    f"填写了“{self.headings.get(k, k)}”，但没有“{day}”。请补填日期，或删去这一格。"))  # fmt: skip
        if not row.problems:
            # The opening step goes first on its day: what follows on the same day rests on it.
            row.steps = [x[2] for x in sorted(found, key=lambda x: (x[0], x[1]))]
            if row.steps[0].step != self.opening.key:
                first, opening = row.steps[0], next(x for x in row.steps if x.step == self.opening.key)
                row.problems.append(CellProblem(row.row, self.headings.get(self.opening.milestone, self.opening.name),
                                    opening.on, f"{self.opening.name}日期 {opening.on} 晚于后面环节的日期 {first.on}。请核对两个日期。"))  # fmt: skip
                row.steps = []

    def _missing(self, row: RowActs, key: str, step: Step) -> None:
        heading = self.headings.get(key) or self.names.get(key) or f"{step.name}日期"
        where = "" if key in self.headings else "（表里没有这一列）"
        row.problems.append(CellProblem(row.row, heading, "", f"缺少{heading}{where}。请补填；确实不知道的填“不详”。"))


def _meta_text(raw: Any) -> str:
    if raw is None or raw == "":
        return ""
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw).strip()


def _is_total(cells: list[Any]) -> bool:
    first = next((c for c in cells if c not in (None, "")), "")
    return isinstance(first, str) and first.replace(" ", "").rstrip("：:") in _SPARE


def _short(value: Any) -> str:
    return str(value)[:60]


def source_of(meta: dict[str, str]) -> dict[str, str] | None:
    """The source system and number of a row, if it states them."""
    if SOURCE_ID in meta:
        return {"system": meta.get(SOURCE_SYSTEM, "外部系统"), "id": meta[SOURCE_ID]}
    return None
