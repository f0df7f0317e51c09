"""任何值导出再导入，仍是原来的值：canonical values, whatever they are, through a spreadsheet and back."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from yifa.exchange.columns import columns_of
from yifa.exchange.display import MOST_CHARACTERS, Cell
from yifa.exchange.export import _Sheet, split_steps
from yifa.exchange.rows import RowReader, StepData, in_order
from yifa.exchange.sheet import read_sheets
from yifa.exchange.workbook import open_workbook
from yifa.procedure.definition import Definition, FieldDef
from yifa.procedure.events import UNKNOWN
from yifa.procedure.values import Context, ValueProblem, cleaner
from yifa.records.acts import BadInput

OPTIONS = ["是", "否、不", "其他；另", "不详细", "同意", "不同意", "/", "[1]"]
FIELDS: list[dict[str, Any]] = [
    {"key": "day", "name": "日期", "type": "date", "required": True, "milestone": True},
    {"key": "text", "name": "文字", "type": "text"}, {"key": "long", "name": "长文", "type": "longtext"},
    {"key": "texts", "name": "几段", "type": "text", "many": True}, {"key": "moment", "name": "时刻", "type": "datetime"},
    {"key": "partial", "name": "大概", "type": "date"}, {"key": "count", "name": "人次", "type": "count", "unit": "人次"},
    {"key": "whole", "name": "整数", "type": "integer"}, {"key": "money", "name": "金额", "type": "money"},
    {"key": "share", "name": "比例", "type": "decimal", "decimals": 4, "at_least": -10**9}, {"key": "flag", "name": "标记", "type": "boolean"},
    {"key": "pick", "name": "选一", "type": "choice", "of": OPTIONS}, {"key": "picks", "name": "选几", "type": "choice", "of": OPTIONS, "many": True},
    {"key": "rows", "name": "明细", "type": "rows", "fields": [
        {"key": "what", "name": "事项", "type": "text", "required": True}, {"key": "n", "name": "数", "type": "count"},
        {"key": "cost", "name": "费用", "type": "money"}, {"key": "on", "name": "日子", "type": "date"}, {"key": "ok", "name": "好", "type": "boolean"}]},
]  # fmt: skip
THING = Definition.model_validate({"key": "thing", "name": "事[物]", "kind": "register", "version": {"from": "2020-01-01"}, "fields": FIELDS})
CONTEXT = Context()
TEXT = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=60) | st.sampled_from(
    ["不详", "/", "—", "=1+1", "+8613900000000", "007", "1e5", "true", "2025-01-01", "[]", '["a"]', "_x000D_", "_x0041_", "a\r\nb", " x ", "示例", "合计", "、", "；", "\n"]
)
DAYS = st.dates(max_value=date(9998, 12, 31)).map(lambda d: d.isoformat())
PARTIAL = DAYS | DAYS.map(lambda d: d[:7]) | DAYS.map(lambda d: d[:4])


def raw(f: FieldDef) -> st.SearchStrategy[Any]:
    """What may be written for a field, before it is cleaned."""
    if f.type == "rows":
        row = st.fixed_dictionaries({}, optional={c.key: raw(c) for c in f.fields})
        return st.lists(row.map(lambda r: {"what": "甲", **r}), min_size=1, max_size=4)
    one: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXT, "longtext": TEXT, "date": PARTIAL, "count": st.integers(0, 10**15), "integer": st.integers(-(10**15), 10**15),
        "money": st.decimals(0, 10**13, places=2).map(str), "decimal": st.decimals(-(10**8), 10**8, places=4).map(str),
        "boolean": st.sampled_from(["是", "否"]), "choice": st.sampled_from(OPTIONS),
        "datetime": st.datetimes().map(lambda d: d.isoformat(timespec="minutes")),
    }  # fmt: skip
    return st.lists(one[f.type], min_size=1, max_size=4) if f.many else one[f.type] | st.just(UNKNOWN)


CLEAN = {f.key: cleaner(f, CONTEXT) for f in THING.fields}


def canonical(f: FieldDef, value: Any) -> Any:
    """The value as the ledger holds it, None where it is none; what cleaning gives is a fixed point of it."""
    try:
        return CLEAN[f.key](value)
    except ValueProblem:
        return None


RECORDS = st.fixed_dictionaries({f.key: raw(f) for f in THING.fields if f.key == "day"},
                                optional={f.key: raw(f) for f in THING.fields if f.key != "day"})  # fmt: skip


def through_a_spreadsheet(d: Definition, rows: list[dict[str, Any]], context: Context = CONTEXT) -> list[Any]:
    """Write the values with the export's own cells, read them with the import's own reader."""
    columns = [c for c in columns_of(d) if not c.meta]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.xlsx"
        with xlsxwriter.Workbook(path, {"constant_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
            out = _Sheet(book, "a", columns)
            for values in rows:
                out.row([Cell(c.field, context, {})(values.get(c.key)) if c.key in values else None for c in columns])
        found = read_sheets("a.xlsx", open_workbook("a.xlsx", path.read_bytes()), columns_of(d), [], [d.all_steps[0].milestone])
        return RowReader(d, context).read(found.sheets[0])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(RECORDS, min_size=1, max_size=5))
def test_values_come_back_as_they_were(records: list[dict[str, Any]]) -> None:
    fields = {f.key: f for f in THING.fields}
    wanted = []
    for r in records:
        values = {k: v for k, x in r.items() if (v := canonical(fields[k], x)) is not None}
        if isinstance(values.get("day"), str):
            wanted.append(values)
    assume(wanted)
    try:
        found = through_a_spreadsheet(THING, wanted)
    except BadInput as e:
        assert str(MOST_CHARACTERS) in str(e)
        return
    assert [r.problems for r in found] == [[] for _ in found]
    assert [{"day": r.steps[0].on, **r.steps[0].data} for r in found] == wanted


@settings(max_examples=200, deadline=None)
@given(RECORDS)
def test_cleaning_what_is_clean_changes_nothing(record: dict[str, Any]) -> None:
    for f in THING.fields:
        once = canonical(f, record.get(f.key))
        if once is not None and f.type not in ("money", "decimal", "rows"):
            assert canonical(f, once) == once


STEPS = {"a": ["x", "y"], "b": ["x", "z"], "c": ["y", "z", "w"], "again": ["x", "w"]}
CASE = Definition.model_validate({
    "key": "case", "name": "案", "kind": "procedure", "version": {"from": "2020-01-01"},
    "fields": [{"key": k, "name": f"栏{k}", "type": "text"} for k in "xyzw"],
    "steps": [{"key": "a", "name": "立", "fields": STEPS["a"]}, {"key": "b", "name": "办", "after": ["a"], "fields": STEPS["b"]},
              {"key": "c", "name": "结", "after": ["a"], "fields": STEPS["c"]},
              {"key": "again", "name": "再办", "after": ["a"], "at_most": None, "fields": STEPS["again"]}],
})  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> list[StepData]:
    """A record's steps: the opening first, then others in any order, with any of their fields, some days the same."""
    keys = ["a", *draw(st.permutations(draw(st.lists(st.sampled_from(["b", "c"]), unique=True)) + ["again"] * draw(st.integers(0, 3))))]
    day, found = 1, []
    for k in keys:
        day += draw(st.integers(0, 2))
        data = {f: f"{f}{draw(st.integers(1, 3))}" for f in STEPS[k] if draw(st.booleans())}
        found.append(StepData(k, f"2025-03-{day:02d}", data))
    return in_order(found)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_a_row_and_its_further_steps_say_the_whole_history(steps: list[StepData]) -> None:
    """What the export puts into the row is read from the row as the same steps, and with the rest in the same order."""
    main, rest = split_steps(CASE, steps)
    values: dict[str, Any] = {}
    for s in main:
        assert values.keys().isdisjoint(s.data)
        values |= {**s.data, f"{s.step}_on": s.on}
    (row,) = through_a_spreadsheet(CASE, [values])
    assert row.problems == []
    order = {"a": 0, "b": 1, "c": 2, "again": 3}
    assert sorted(row.steps, key=lambda s: order[s.step]) == sorted(main, key=lambda s: order[s.step])
    assert in_order([*sorted(row.steps, key=lambda s: order[s.step]), *rest]) == steps
