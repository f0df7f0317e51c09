"""Is the data of an act canonical? The last gate before the chain: a value of the wrong form never becomes an event."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import Any

from yifa.procedure.definition import FieldDef
from yifa.records.acts import Problem
from yifa.records.shape import Shape

_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}(:\d{2})?)?)?)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_TEXT = ("text", "longtext", "choice", "organization", "person", "statute", "file", "record")
_INT = ("integer", "count", "money", "decimal")
Checker = Callable[[Any], str | None]


@lru_cache(maxsize=65536)
def valid_moment(text: str) -> bool:
    """Whether a text is an ISO date, possibly partial (2023, 2023-05), or a date with time to the minute."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat((text[:10] + "-01-01")[:10] if len(text) < 7 else (text[:10] + "-01")[:10])
    except ValueError:
        return False
    if len(text) > 10:
        return text[11:13] <= "23" and text[14:16] <= "59" and text[17:19] <= "59"
    return True


def _plain(f: FieldDef) -> Checker:
    """A checker of one value: None, or what is wrong."""
    name = f.name
    if f.type in ("date", "datetime"):
        return lambda v: None if v.__class__ is str and valid_moment(v) else f"{name}应是日期，如 2026-01-05，现为“{v}”。"
    if f.type == "boolean":
        return lambda v: None if v.__class__ is bool else f"{name}应填是或否，现为“{v}”。"
    if f.type in _INT:
        scale = 100 if f.type == "money" else 10**f.decimals if f.type == "decimal" else 1
        low = None if f.at_least is None else f.at_least * scale
        high = None if f.at_most is None else f.at_most * scale

        def number(v: Any) -> str | None:
            if v.__class__ is not int:
                return f"{name}应是整数（金额以分计），现为“{v}”。"
            if low is not None and v < low:
                return f"{name}不能小于 {f.at_least}，现为 {v if scale == 1 else v / scale}。"
            if (high is not None and v > high) or not -(2**63) < v < 2**63:
                return f"{name}太大：{v if scale == 1 else v / scale}。请核对。"
            return None

        return number
    if f.type == "file":
        return lambda v: None if isinstance(v, str) and _DIGEST.fullmatch(v) else f"{name}应是附件，请重新上传。"
    if f.type == "choice":
        options = frozenset(f.of or ())
        shown = "、".join(f.of or ())
        return lambda v: None if v in options else f"{name}没有“{v}”这一项。可选：{shown}。"
    return lambda v: None if v.__class__ is str else f"{name}应是文字，现为“{v}”。"


def checker(f: FieldDef) -> Checker:
    """A checker of a field's value; None and 不详 always pass (what is required is checked elsewhere)."""
    if f.type == "rows":
        columns = {s.key: (s, checker(s)) for s in f.fields}
        return lambda v: _rows(f, columns, v)
    plain = _plain(f)

    def check(v: Any) -> str | None:
        if v is None:
            return None
        if v.__class__ is dict:
            return None if v == {"unknown": True} else f"{f.name}的写法不对。"
        if f.many:
            if v.__class__ is not list:
                return f"{f.name}应是一列值。"
            return next((p for p in map(plain, v) if p), None)
        return plain(v)

    return check


def _rows(f: FieldDef, columns: dict[str, tuple[FieldDef, Checker]], value: Any) -> str | None:
    if value is None or value == {"unknown": True}:
        return None
    if value.__class__ is not list:
        return f"{f.name}应是若干行。"
    for i, row in enumerate(value, 1):
        if row.__class__ is not dict:
            return f"{f.name}第 {i} 行的写法不对。"
        for key, v in row.items():
            if key not in columns:
                return f"{f.name}第 {i} 行没有“{key}”这一列。"
            problem = columns[key][1](v)
            if problem:
                return f"{f.name}第 {i} 行：{problem}"
        for key, (sub, _) in columns.items():
            if sub.required and row.get(key) in (None, "", []):
                return f"{f.name}第 {i} 行：{sub.name}必填。"
    return None


class DataCheck:
    """The checkers of one shape."""

    def __init__(self, shape: Shape):
        self.shape = shape
        single = {key: _plain(f) for key, f in shape.fields.items() if not f.many and f.type != "rows"}
        whole = {key: checker(f) for key, f in shape.fields.items()}
        # Step -> field -> (quick checker of a plain value, checker that also knows empty, 不详 and lists).
        self._steps = {step: {key: (single.get(key, whole[key]), whole[key]) for key in allowed if key in whole}
                       for step, allowed in shape.allowed.items()}  # fmt: skip

    def problems(self, step: str, data: dict[str, Any]) -> list[Problem]:
        """What is wrong with the data of a step; unknown and foreign fields included."""
        checkers = self._steps[step]
        found: list[Problem] = []
        for key, value in data.items():
            pair = checkers.get(key)
            if pair is None:
                name = self.shape.fields[key].name if key in self.shape.fields else key
                found.append(Problem(key, f"“{self.shape.steps[step].name}”没有“{name}”这一栏。请删去或改用正确的环节。"))
            elif (value.__class__ is dict or pair[0](value) is not None) and (problem := pair[1](value)):
                found.append(Problem(key, problem))
        return found
