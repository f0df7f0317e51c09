"""From a sheet's cells to acts: each row's filled steps become dated acts in order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from yifa.exchange.cells import CellProblem, Cells, read_cells
from yifa.exchange.columns import (
    FOREIGN_NUMBER,
    ORDINAL,
    OWN_NUMBER,
    SOURCE_ID,
    SOURCE_SYSTEM,
    STEP_DAY,
    STEP_NAME,
    openers,
    required_fields,
)
from yifa.exchange.sheet import Sheet
from yifa.procedure.definition import Definition, Step
from yifa.procedure.values import Context

_EXAMPLE = ("示例", "例")
_TOTAL = re.compile(r"(本[页月年季期])?(合计|总计|小计|共计|累计)(数)?[:：]?")
_FOOTNOTE = re.compile(r"(填表|填报|制表|审核|复核|负责人|统计|单位负责|注|备注|说明|联系)[^:：]{0,8}[:：]")


@dataclass(slots=True)
class StepData:
    """One filled step of a row."""

    step: str
    on: str
    data: dict[str, Any]


@dataclass(slots=True)
class RowActs:
    """One row read: its steps in order, or its problems. ``own`` is our number, ``foreign`` the clerk's; ``further`` the
    rows of the sheet of further steps that belong to it."""

    sheet: Sheet
    row: int
    steps: list[StepData]
    own: str = ""
    foreign: str = ""
    ordinal: str = ""
    source: dict[str, str] | None = None
    org: str = ""
    problems: list[CellProblem] = field(default_factory=list)
    further: list[int] = field(default_factory=list)

    def problem(self, column: str, value: Any, message: str) -> None:
        self.problems.append(CellProblem(self.row, column, "" if value is None else str(value)[:60], message, self.sheet.name))


@dataclass(slots=True)
class _StepPlan:
    index: int
    step: Step
    milestone: str
    fields: list[str]
    needed: list[str]


class RowReader:
    """Reads the sheets of one definition."""

    def __init__(self, definition: Definition, context: Context):
        self.definition, self.context = definition, context
        self.steps = definition.all_steps
        self.register = definition.kind == "register"
        self.opening = [s.key for s in openers(definition)]
        self.order = {s.key: i for i, s in enumerate(self.steps)}
        self.names = {f.key: f.name for f in definition.fields}
        self.sealed = {f.key for f in definition.fields if f.sealed}
        self.ignored: list[str] = []

    def read(self, sheet: Sheet) -> list[RowActs]:
        """The rows of a sheet, without empty rows, the example row, totals and footnotes. Raises SheetError."""
        cells = read_cells(sheet, self.context)
        self.ignored += cells.ignored
        headings = {c.key: sheet.headings[i] for i, c in sheet.mapping.places.items()}
        plan = self._plan(set(cells.keys))
        fill = self._register if self.register else self._procedure
        found: list[RowActs] = []
        keys, problems, continued, first = cells.keys, cells.problems, sheet.continued, sheet.first_row
        own = cells.meta.get(OWN_NUMBER)
        for n, row_values in enumerate(zip(*cells.values, strict=True)):
            values = {k: v for k, v in zip(keys, row_values, strict=True) if v is not None}
            if not values and n not in problems:
                continue
            row = RowActs(sheet, first + n, [], own=own[n] if own else "")
            fill(row, values, plan, headings)
            if n in problems:
                row.problems = problems[n] + [p for p in row.problems if p.column not in {q.column for q in problems[n]}]
            if row.problems and _no_record(sheet, n):
                continue
            if n in continued:
                row.problems = []
                row.problem("", None, f"与第 {first + n - 1} 行合并了单元格，看起来是同一件。请把一件写在一行里（多人可在同一格分行写），"
                            "或者取消合并、各行填全。")  # fmt: skip
            if row.problems:
                row.steps = []
            found.append(row)
        _take_meta(found, cells, first)
        return [r for r in found if r.foreign not in _EXAMPLE and r.ordinal not in _EXAMPLE]

    def _plan(self, mapped: set[str]) -> list[_StepPlan]:
        return [_StepPlan(i, s, s.milestone, [f.key for f in s.fields if f.key in mapped and f.key != s.milestone],
                          required_fields(self.definition, s))
                for i, s in enumerate(self.steps) if self.register or s.milestone in mapped]  # fmt: skip

    def _register(self, row: RowActs, values: dict[str, Any], plan: list[_StepPlan], headings: dict[str, str]) -> None:
        p = plan[0]
        on = values.pop(p.milestone, None)
        if on is None:
            self._missing(row, p.milestone, p.step, headings)
        for k in p.needed:
            if k not in values and k != p.milestone:
                self._missing(row, k, p.step, headings)
        if not row.problems:
            row.steps = [StepData(p.step.key, on, values)]  # type: ignore[arg-type]

    def _procedure(self, row: RowActs, values: dict[str, Any], plan: list[_StepPlan], headings: dict[str, str]) -> None:
        """Each field goes with the first filled step that takes it; the steps follow each other by their days."""
        taken: set[str] = set()
        found: list[tuple[str, int, StepData]] = []
        days: list[str] = []
        for p in plan:
            on = values.get(p.milestone)
            if on is None:
                continue
            data = {k: values[k] for k in p.fields if k in values and k not in taken}
            taken.update(data)
            taken.add(p.milestone)
            for k in p.needed if p.step.key in self.opening else ():  # of later steps the store asks what is not known yet
                if k not in values:
                    self._missing(row, k, p.step, headings)
            found.append((place(on, days), p.index, StepData(p.step.key, on, data)))
        if not any(s.step in self.opening for _, _, s in found):
            self._missing(row, self._opening_day(headings), self.steps[0], headings)
        if len(taken) < len(values):
            self._without_day(row, values, taken, headings)
        if not row.problems:
            found.sort(key=lambda x: (x[0], x[1]))
            row.steps = [s for _, _, s in found]
            self.opens(row, headings)

    def opens(self, row: RowActs, headings: dict[str, str]) -> None:
        """The first step in time must be one that opens a record; what precedes it is a slip in one of the two dates."""
        first = row.steps[0]
        if first.step in self.opening:
            return
        opening = next(s for s in row.steps if s.step in self.opening)
        names = {s.key: s for s in self.steps}
        heading = headings.get(names[opening.step].milestone, names[opening.step].name)
        row.problem(heading, opening.on, f"{names[opening.step].name}（{opening.on}）晚于{names[first.step].name}"
                    f"（{first.on}）。请核对这两个日期。")  # fmt: skip
        row.steps = []

    def _opening_day(self, headings: dict[str, str]) -> str:
        days = [s.milestone for s in self.steps if s.key in self.opening]
        return next((m for m in days if m in headings), days[0])

    def _missing(self, row: RowActs, key: str, step: Step, headings: dict[str, str]) -> None:
        if row.own and key in self.sealed:  # our own export leaves persons out: the record has them
            return
        name = (headings.get(key) or self.names.get(key) or step.on_name or f"{step.name}日期").rstrip("*＊ ")
        where = "" if key in headings else "（表里没有这一列）"
        how = "只知道年月的写 2026-03。" if key == step.milestone else "确实不知道的填“不详”。"
        row.problem(name, None, f"缺少{name}{where}。请补填；{how}")

    def _without_day(self, row: RowActs, values: dict[str, Any], taken: set[str], headings: dict[str, str]) -> None:
        for k in values.keys() - taken:
            takers = [s for s in self.steps if any(f.key == k for f in s.fields)]
            s = next((s for s in takers if s.milestone in headings), takers[0] if takers else self.steps[0])
            day = headings.get(s.milestone) or s.on_name or f"{s.name}日期"
            row.problem(headings[k], values[k], f"填写了“{headings[k]}”，但没有“{day}”。请补填日期，或删去这一格。")

    # -- further steps ------------------------------------------------------------------------------------------------

    def attach(self, sheet: Sheet, rows: list[RowActs]) -> list[CellProblem]:
        """Add the steps of the sheet 后续办理 to the rows they belong to. Gives the problems of those that belong to none."""
        cells = read_cells(sheet, self.context)
        by_number = {number: r for r in reversed(rows) for number in (r.foreign, r.own) if number}
        steps = {s.name: s for s in self.steps} | {s.key: s for s in self.steps}
        lost: list[CellProblem] = []
        touched: dict[int, tuple[RowActs, list[StepData]]] = {}
        names = cells.meta.get(STEP_NAME, [""] * len(sheet.rows))
        for n, row_values in enumerate(zip(*cells.values, strict=True)):
            values = {k: v for k, v in zip(cells.keys, row_values, strict=True) if v is not None}
            number = next((t for k in (OWN_NUMBER, FOREIGN_NUMBER) if (t := cells.meta.get(k, [""] * (n + 1))[n])), "")
            if (not values and not names[n]) or number in _EXAMPLE:
                continue
            line = RowActs(sheet, sheet.first_row + n, [])
            line.problems = list(cells.problems.get(n, ()))
            on, step = values.pop(STEP_DAY, None), steps.get(names[n])
            if step is None:
                line.problem("环节", names[n], f"没有环节“{names[n]}”。可填：{'、'.join(s.name for s in self.steps)}。")
            elif on is None and not line.problems:
                line.problem("办理日期", None, "缺少办理日期。请补填；只知道年月的写 2026-03。")
            else:
                strange = values.keys() - {f.key for f in step.fields}
                for k in strange:
                    line.problem(self.names[k], values[k], f"“{step.name}”没有“{self.names[k]}”这一栏。请删去这一格，或改用正确的环节。")
            owner = by_number.get(number)
            if owner is None:
                line.problem("系统编号", number, f"没有编号为“{number}”的那一件。请与主表的编号写成一样。")
                lost += line.problems
                continue
            owner.problems += line.problems
            owner.further.append(line.row)
            if step is not None and on is not None:
                touched.setdefault(id(owner), (owner, []))[1].append(StepData(step.key, on, values))
        for row, more in touched.values():
            self._insert(row, more)
        return lost

    def _insert(self, row: RowActs, more: list[StepData]) -> None:
        if row.problems:
            row.steps = []
            return
        main = sorted(row.steps, key=lambda s: self.order[s.step])
        row.steps = in_order([*main, *more])


def place(on: str, days: list[str]) -> str:
    """Where a day stands among those before it: one known in part only (2023-05) comes after what lies within it, as the
    engine folds it. ``days`` grows."""
    found = on if len(on) > 10 or not days else max([on, *(d for d in days if d.startswith(on))])
    days.append(found)
    return found


def in_order(steps: list[StepData]) -> list[StepData]:
    """Steps by their days; those of one day as they stand."""
    days: list[str] = []
    return [s for _, _, s in sorted(((place(s.on, days), n, s) for n, s in enumerate(steps)), key=lambda x: x[:2])]


def _take_meta(found: list[RowActs], cells: Cells, first: int) -> None:
    """Numbers and sources of the rows."""
    for key, name in ((OWN_NUMBER, "own"), (FOREIGN_NUMBER, "foreign"), (ORDINAL, "ordinal"), ("record_org", "org")):
        texts = cells.meta.get(key)
        if texts:
            for r in found:
                setattr(r, name, texts[r.row - first])
    ids, systems = cells.meta.get(SOURCE_ID), cells.meta.get(SOURCE_SYSTEM)
    if ids:
        for r in found:
            if ids[r.row - first]:
                system = systems[r.row - first] if systems else ""
                r.source = {"system": system or "外部系统", "id": ids[r.row - first]}


def _no_record(sheet: Sheet, n: int) -> bool:
    """Whether a row that cannot be read as one is a total, a footnote or the headings printed again."""
    cells = sheet.rows[n]
    filled = [str(c).strip() for c in cells if c not in (None, "")]
    if not filled:
        return True
    first = "".join(filled[0].split())
    if _TOTAL.fullmatch(first) or (len(filled) <= 3 and _FOOTNOTE.match(first)):
        return True
    same = sum(1 for i in sheet.mapping.places if i < len(cells) and str(cells[i]).strip() == sheet.headings[i] != "")
    return same >= 2
