"""The projection tables (查询表) as indicators see them: which table and column holds a field, and of what type.

The layout is the contract with ``records/projection``: ``p_<definition>`` with ``f_<field>`` columns, child tables
``p_<definition>__<name>`` for rows-fields, many-fields, and steps that are repeatable or taken for each party. Sealed
values have no column.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from yifa.procedure.definition import Definition, FieldDef

Kind = Literal["text", "date", "number", "boolean"]
_KINDS: dict[str, Kind] = {
    "date": "date", "datetime": "date", "integer": "number", "count": "number", "money": "number",
    "decimal": "number", "boolean": "boolean",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the kind of its values; ``label`` is the field's name for people."""

    name: str
    kind: Kind
    label: str = ""
    unit: str = ""
    decimals: int = 0


@dataclass(slots=True)
class Table:
    """A projection table: its columns by field key, and for a parent its child tables by name."""

    name: str
    columns: dict[str, Column] = field(default_factory=dict)
    children: dict[str, Table] = field(default_factory=dict)
    sealed: frozenset[str] = frozenset()
    many: frozenset[str] = frozenset()


def _column(f: FieldDef) -> Column:
    decimals = f.decimals if f.type == "decimal" else 2 if f.type == "money" else 0
    return Column(f"f_{f.key}", _KINDS.get(f.type, "text"), f.name, f.unit or "", decimals)


def _plain(fields: list[FieldDef]) -> dict[str, Column]:
    return {f.key: _column(f) for f in fields if f.type != "rows" and not f.many and not f.sealed}


def tables_of(d: Definition) -> Table:
    """The parent table of a definition with its child tables."""
    steps = d.all_steps
    columns = _plain(d.fields)
    for s in steps:
        columns.setdefault(s.milestone, Column(f"f_{s.milestone}", "date", s.on_name or f"{s.name}日期"))
    columns.setdefault("opened_on", Column("opened_on", "date", "登记日期"))
    children: dict[str, Table] = {}
    for f in d.fields:
        name = f"p_{d.key}__{f.key}"
        if f.type == "rows":
            sealed = frozenset(x.key for x in f.fields if x.sealed)
            children[f.key] = Table(name, _plain(f.fields), sealed=sealed)
        elif f.many and not f.sealed:
            children[f.key] = Table(name, {"value": Column("value", _KINDS.get(f.type, "text"), f.name)})
    for s in steps:
        if s.repeats:
            taken = [found for x in s.fields if (found := d.field(x.key)) is not None]
            inner = _plain(taken)
            inner.setdefault(s.milestone, columns[s.milestone])
            children[s.key] = Table(f"p_{d.key}__{s.key}", inner)
    return Table(
        f"p_{d.key}",
        columns,
        children,
        sealed=frozenset(f.key for f in d.fields if f.sealed),
        many=frozenset(f.key for f in d.fields if f.many or f.type == "rows"),
    )
