"""A definition as the store sees it (`Shape`): what a step may carry, what is sealed, and its projection tables.

Made once per definition version. Tables: ``p_<definition>``; child tables ``p_<definition>__<x>`` for rows-fields,
many-fields and steps that a record may hold several of (repeatable ones, and those taken for each party).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from yifa.procedure.condition import Test, compile_condition
from yifa.procedure.definition import FieldDef, Step
from yifa.procedure.events import Event, Fold
from yifa.procedure.plan import Plan
from yifa.records import sql

KINDS = {
    "text": "text", "longtext": "text", "choice": "text", "organization": "text", "person": "text", "statute": "text",
    "file": "text", "record": "text", "date": "date", "datetime": "date", "integer": "int", "count": "int",
    "money": "int", "decimal": "int", "boolean": "bool",
}  # fmt: skip
FIXED = (
    ("record", "key"), ("org", "code"), ("org_path", "text"), ("number", "text"), ("status", "text"),
    ("stage", "text"), ("opened_on", "date"), ("late", "bool"), ("restricted", "text"),
)  # fmt: skip
_RUNS = re.compile(r"([a-z0-9]+)")
_TEXTUAL = ("text", "longtext")


def first_day(value: Any) -> str | None:
    """A date column's value: the day of a date or date-time, the first day of a partial date; None for 不详."""
    if value.__class__ is not str or not value:
        return None
    if len(value) == 10:
        return str(value)
    if len(value) == 7:
        return f"{value}-01"
    return f"{value}-01-01" if len(value) == 4 else str(value[:10])


def _text(value: Any) -> Any:
    return value if value.__class__ is str else None


def _int(value: Any) -> Any:
    return value if value.__class__ is int else None


def _bool(value: Any) -> Any:
    return int(value) if value.__class__ is bool else None


CONVERT: dict[str, Callable[[Any], Any]] = {"text": _text, "date": first_day, "int": _int, "bool": _bool}


def words(text: str) -> str:
    """The indexed form of a text: single characters, but runs of letters and digits whole, separated by blanks.

    Punctuation stays in it; both full-text engines pass over it (see `terms`)."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    parts = _RUNS.split(text.lower())
    parts[::2] = map(" ".join, parts[::2])
    return " ".join(parts)


def terms(text: str) -> list[str]:
    """The words of an indexed or searched text without punctuation."""
    return [w for w in words(text).split() if w.isalnum()]


@dataclass(slots=True)
class Table:
    """A projection table: ``columns`` as (name, kind), its statements, and where its values come from."""

    name: str
    columns: list[tuple[str, str]]
    key: tuple[str, ...]
    fields: list[tuple[str, Callable[[Any], Any]]]
    insert: str = ""
    upsert: str = ""
    delete: str = ""
    shorten: str = ""

    def __post_init__(self) -> None:
        names = [c for c, _ in self.columns]
        self.insert = sql.insert(self.name, names)
        self.upsert = sql.upsert(self.name, names, self.key)
        self.delete = f"DELETE FROM {self.name} WHERE record = %s"
        self.shorten = f"{self.delete} AND i >= %s"

    @property
    def names(self) -> list[str]:
        return [c for c, _ in self.columns]


class Shape:
    """What the store needs of one definition version."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.definition = d = plan.definition
        self.key = d.key
        self.register = d.kind == "register"
        self.fields: dict[str, FieldDef] = {f.key: f for f in d.fields}
        self.steps: dict[str, Step] = {s.key: s for s in d.all_steps}
        self.allowed = {k: {f.key for f in s.fields} for k, s in self.steps.items()}
        self.sealed = {f.key for f in d.fields if f.sealed}
        self.sealed_rows = {f.key: {s.key for s in f.fields if s.sealed} for f in d.fields
                            if not f.sealed and any(s.sealed for s in f.fields)}  # fmt: skip
        self.seals = {k: bool(a & (self.sealed | self.sealed_rows.keys())) for k, a in self.allowed.items()}
        self.search = [f.key for f in d.fields if f.type in _TEXTUAL and not f.sealed]
        self.clocked = any(s.starts for s in self.steps.values())
        self.required = {k: self._required(s) for k, s in self.steps.items()}
        self.identity = list(d.identity)
        self.identity_set = set(d.identity)
        self.many_steps = [s for s in self.steps.values() if s.repeats]
        self.data_check: Any = None
        self._make_tables()

    def _required(self, step: Step) -> list[tuple[str, Test | None]]:
        """(field, condition under which it must be there) of a step."""
        found: list[tuple[str, Test | None]] = []
        for sf in step.fields:
            f = self.fields.get(sf.key)
            if f is None:
                continue
            if f.required if sf.required is None else sf.required:
                found.append((f.key, None))
            elif f.required_when is not None and sf.required is None:
                found.append((f.key, compile_condition(f.required_when)))
        return found

    # -- tables -------------------------------------------------------------------------------------------------------

    def _make_tables(self) -> None:
        base = f"p_{self.key}"
        columns = [*FIXED, *((f"n_{s.key}", "int") for s in self.many_steps)]
        facts = self._fact_kinds(self.fields.values(), self.steps.values())
        columns += [(f"f_{k}", kind) for k, kind in facts.items()]
        self.main = Table(base, columns, ("record",), [(k, CONVERT[kind]) for k, kind in facts.items()])
        self.rows_tables: dict[str, Table] = {}
        self.many_tables: dict[str, Table] = {}
        self.step_tables: dict[str, Table] = {}
        head = [("record", "key"), ("org", "code"), ("i", "int")]
        for f in self.fields.values():
            if f.sealed:
                continue
            if f.type == "rows":
                kinds = self._fact_kinds(f.fields, ())
                self.rows_tables[f.key] = self._child(f"{base}__{f.key}", head, kinds)
            elif f.many:
                kind = KINDS[f.type]
                table = Table(f"{base}__{f.key}", [*head, ("value", kind)], ("record", "i"), [("value", CONVERT[kind])])
                self.many_tables[f.key] = table
        for s in self.many_steps:
            own = [self.fields[x.key] for x in s.fields if x.key in self.fields]
            self.step_tables[s.key] = self._child(f"{base}__{s.key}", head, self._fact_kinds(own, (s,)))
        self.lists = {**self.rows_tables, **self.many_tables}
        self.children = [*self.rows_tables.values(), *self.many_tables.values(), *self.step_tables.values()]
        self.tables = [self.main, *self.children]

    @staticmethod
    def _child(name: str, head: list[tuple[str, str]], kinds: dict[str, str]) -> Table:
        columns = [*head, *((f"f_{k}", kind) for k, kind in kinds.items())]
        return Table(name, columns, ("record", "i"), [(k, CONVERT[kind]) for k, kind in kinds.items()])

    @staticmethod
    def _fact_kinds(fields: Any, steps: Any) -> dict[str, str]:
        """Fields and milestones that have a column: not sealed, not rows, not many."""
        kinds = {f.key: KINDS[f.type] for f in fields if not (f.sealed or f.many or f.type == "rows")}
        for s in steps:
            kinds.setdefault(s.milestone, "date")
        return kinds

    # -- rows ---------------------------------------------------------------------------------------------------------

    def main_row(self, head: tuple[Any, ...], fold: Fold) -> tuple[Any, ...]:
        """The row of the main table; ``head`` holds the values of FIXED."""
        facts = fold["facts"]
        get = facts.get
        if self.many_steps:
            steps = fold["steps"]
            head = (*head, *(len(steps.get(s.key, ())) for s in self.many_steps))
        return (*head, *[convert(get(k)) for k, convert in self.main.fields])

    def child_rows(self, key: str, uid: str, org: str, facts: dict[str, Any]) -> list[tuple[Any, ...]]:
        """The rows of a rows- or many-field's table."""
        values = facts.get(key)
        if not isinstance(values, list):
            return []
        if key in self.rows_tables:
            fields = self.rows_tables[key].fields
            return [(uid, org, i, *(c(row.get(k)) for k, c in fields)) for i, row in enumerate(values)]
        convert = self.many_tables[key].fields[0][1]
        return [(uid, org, i, convert(v)) for i, v in enumerate(values)]

    def step_row(self, uid: str, org: str, ev: Event) -> tuple[Table, tuple[Any, ...]] | None:
        """The row of a step that a record may hold several of."""
        table = self.step_tables.get(ev.step)
        if table is None:
            return None
        data = {**ev.data, self.plan.steps[ev.step].milestone: ev.on}
        return table, (uid, org, ev.seq, *(c(data.get(k)) for k, c in table.fields))

    def search_text(self, number: str, foreign: str | None, facts: dict[str, Any]) -> str:
        """What full-text search finds a record by: its numbers and its texts, none of them sealed."""
        parts = [number] if foreign is None else [number, foreign]
        for key in self.search:
            value = facts.get(key)
            if value.__class__ is str:
                parts.append(value)
            elif isinstance(value, list):
                parts += [v for v in value if isinstance(v, str)]
        return words(" ".join(parts))

    def deadline_rows(self, uid: str, org: str, fold: Fold) -> list[tuple[Any, ...]]:
        """The rows of yifa_deadline."""
        return [(uid, c["id"], self.key, org, c["limit"], c["party"], c["start"], c["due"], c.get("met_on"),
                 c.get("days_late"), c["state"], 1 if c.get("prov") else 0)
                for c in fold["clocks"].values()]  # fmt: skip

    def indexed_dates(self) -> list[str]:
        """Date columns of the main table."""
        return [c for c, kind in self.main.columns if kind == "date" and c.startswith("f_")]


def tags(definition: str, path: str) -> str:
    """The tokens that narrow a full-text search to a definition and a subtree of organisations."""
    codes = " ".join(f"o_{c.lower()}" for c in path.split("/") if c)
    return f"d_{definition} {codes}"
