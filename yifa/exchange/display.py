"""Canonical values as cells (the inverse of `procedure.values`): 元 for 分, 是/否, names for codes, rows one a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from yifa.procedure.definition import FieldDef
from yifa.procedure.events import UNKNOWN
from yifa.procedure.values import Cleaner, Context, ValueProblem, cleaner
from yifa.records.acts import BadInput

SEALED = "〔已加密〕"
MOST_CHARACTERS = 32_767
_MOST_DIGITS = 10**15
_SCALE = {"money": 2, "decimal": None, "integer": 0, "count": 0}


def display(f: FieldDef, value: Any, names: Mapping[str, str]) -> Any:
    """A value as people read it; ``names`` gives what stands for an organisation's code or a record's uid."""
    if value is None:
        return None
    if isinstance(value, dict):
        return "不详" if value == UNKNOWN else SEALED
    if f.type == "rows":
        return "\n".join("；".join(_inner(c, r.get(c.key), names) for c in f.fields) for r in value)
    if isinstance(value, list):
        return "、".join(_inner(f, v, names) for v in value)
    if f.type in _SCALE and isinstance(value, int):
        return _number(value, f.decimals if f.type == "decimal" else _SCALE[f.type] or 0)
    if f.type == "boolean":
        return "是" if value else "否"
    if f.type in ("organization", "record"):
        return names.get(value, value)
    if f.type in ("date", "datetime"):
        return _day(value)
    return value


def _number(value: int, decimals: int) -> int | float | str:
    """A number that a spreadsheet keeps exactly (15 digits), else as text."""
    if abs(value) >= _MOST_DIGITS:
        return str(Decimal(value).scaleb(-decimals))
    return value / 10**decimals if decimals else value


def _day(value: str) -> date | str:
    if len(value) == 4:
        return f"{value}年"
    if len(value) > 10:
        return value.replace("T", " ")
    if len(value) < 10 or value < "1900-03-01":  # spreadsheets know no earlier days
        return value
    return date.fromisoformat(value)


def _inner(f: FieldDef, value: Any, names: Mapping[str, str]) -> str:
    """A value within a list or row, as text."""
    shown = display(f, value, names)
    return "" if shown is None else f"{shown:.15g}" if isinstance(shown, float) else str(shown)


def holds_sealed(value: Any) -> bool:
    """Whether a value, or a part of it, is closed."""
    if isinstance(value, dict):
        return "sealed" in value or any(map(holds_sealed, value.values()))
    return isinstance(value, list) and any(map(holds_sealed, value))


class Cell:
    """Writes a field's values so that they read back as they are: a list whose words hold the separators goes as JSON."""

    def __init__(self, f: FieldDef, context: Context, names: Mapping[str, str]):
        self.field, self.names = f, names
        self.clean: Cleaner | None = cleaner(f, context) if f.many or f.type == "rows" else None

    def __call__(self, value: Any) -> Any:
        """The cell. Raises BadInput for what exceeds a cell."""
        f = self.field
        shown = display(f, value, self.names)
        if self.clean is not None and isinstance(value, list) and not holds_sealed(value) and not self._reads_back(shown, value):
            shown = json.dumps([[_inner(c, r.get(c.key), self.names) for c in f.fields] for r in value] if f.type == "rows"
                               else [_inner(f, v, self.names) for v in value], ensure_ascii=False)  # fmt: skip
        if isinstance(shown, str) and len(shown) > MOST_CHARACTERS:
            raise BadInput(f"“{f.name}”有 {len(shown)} 字，超出表格一格的上限（{MOST_CHARACTERS} 字），不能导出到表格。")
        return shown

    def _reads_back(self, shown: Any, value: Any) -> bool:
        assert self.clean is not None
        try:
            return bool(self.clean(shown) == value)
        except ValueProblem:
            return False
