"""A tiny codex and hand-made projection tables, so that indicators are tested without the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from yifa.indicators.model import Indicator, Relation
from yifa.indicators.tables import Column, Table, tables_of
from yifa.procedure.definition import Definition

CASE = Definition.model_validate({
    "key": "case", "name": "案件", "kind": "procedure", "version": {"from": "2020-01-01"}, "subject": ["title"],
    "fields": [
        {"key": "accepted_on", "name": "受理日期", "type": "date"},
        {"key": "closed_on", "name": "办结日期", "type": "date"},
        {"key": "heard_at", "name": "听证时间", "type": "datetime"},
        {"key": "title", "name": "事由", "type": "text"},
        {"key": "kind", "name": "类别", "type": "choice", "of": ["邻里", "土地", "其他"]},
        {"key": "amount", "name": "金额", "type": "money"},
        {"key": "area", "name": "面积", "type": "decimal", "decimals": 2},
        {"key": "urgent", "name": "加急", "type": "boolean"},
        {"key": "tags", "name": "标签", "type": "choice", "of": ["甲", "乙", "丙"], "many": True},
        {"key": "party", "name": "当事人", "type": "text", "personal": True},
        {"key": "items", "name": "检查项", "type": "rows", "fields": [
            {"key": "found_on", "name": "发现日期", "type": "date"}, {"key": "place", "name": "地点", "type": "text"},
            {"key": "persons", "name": "人数", "type": "count"},
            {"key": "owner", "name": "户主", "type": "text", "personal": True}]},
        {"key": "hours", "name": "工时", "type": "count"},
    ],
    "steps": [
        {"key": "accept", "name": "受理", "on": "accepted_on", "fields": ["title", "kind"]},
        {"key": "visit", "name": "走访", "at_most": None, "fields": ["hours"]},
        {"key": "close", "name": "办结", "on": "closed_on"},
    ],
})  # fmt: skip
MEDIATOR = Definition.model_validate({
    "key": "mediator", "name": "调解员", "kind": "register", "version": {"from": "2020-01-01"},
    "fields": [{"key": "appointed_on", "name": "聘任日期", "type": "date", "milestone": True},
               {"key": "left_on", "name": "离任日期", "type": "date"},
               {"key": "full_time", "name": "专职", "type": "boolean"}],
})  # fmt: skip
SUMMARY = Definition.model_validate({
    "key": "summary_entry", "name": "汇总录入", "kind": "register", "version": {"from": "2020-01-01"},
    "fields": [{"key": "indicator", "name": "指标", "type": "text"},
               {"key": "period_from", "name": "期间起", "type": "date"},
               {"key": "period_to", "name": "期间止", "type": "date", "milestone": True},
               {"key": "value", "name": "数值", "type": "integer"}],
})  # fmt: skip


@dataclass
class TinyCodex:
    """What indicators need of a codex."""

    indicators: dict[str, Indicator]
    relations: list[Relation] = field(default_factory=list)
    definitions: dict[str, Definition] = field(
        default_factory=lambda: {d.key: d for d in (CASE, MEDIATOR, SUMMARY)}
    )
    hash: str = ""

    def __post_init__(self) -> None:
        self.hash = self.hash or str(hash(repr(self.indicators)))


def codex(*entries: dict[str, Any]) -> TinyCodex:
    """A codex of these indicators; name and unit are filled in."""
    found = [Indicator.model_validate({"name": e["key"], "unit": "件", **e}) for e in entries]
    return TinyCodex({i.key: i for i in found})


_TYPES = {
    "sqlite": {"text": "TEXT", "date": "TEXT", "number": "INTEGER", "boolean": "INTEGER"},
    "postgres": {"text": "TEXT", "date": "DATE", "number": "BIGINT", "boolean": "SMALLINT"},
}
_HEAD = "record TEXT PRIMARY KEY, org TEXT, org_path TEXT, number TEXT, status TEXT, stage TEXT, opened_on DATE, late INTEGER, restricted TEXT"


class Ledger:
    """Projection tables in one database; ``add`` writes a record as the store would."""

    def __init__(self, connection: Any, dialect: str):
        self.connection, self.dialect = connection, dialect
        self.mark = "?" if dialect == "sqlite" else "%s"
        for d in (CASE, MEDIATOR, SUMMARY):
            t = tables_of(d)
            self.run(f"DROP TABLE IF EXISTS {t.name}")
            self.run(f"CREATE TABLE {t.name} ({_HEAD}{self._columns(t)})")
            for c in t.children.values():
                self.run(f"DROP TABLE IF EXISTS {c.name}")
                self.run(f"CREATE TABLE {c.name} (record TEXT, org TEXT, i INTEGER{self._columns(c)})")
        self.run("DROP TABLE IF EXISTS yifa_deadline")
        date_type = "TEXT" if dialect == "sqlite" else "DATE"
        self.run(f"CREATE TABLE yifa_deadline (record TEXT, limit_key TEXT, due_on {date_type}, met_on {date_type}, "
                 "days_late INTEGER)")  # fmt: skip
        self.run("DROP TABLE IF EXISTS yifa_event")
        self.run("CREATE TABLE yifa_event (record TEXT, rseq INTEGER, hash TEXT)")
        self.count = 0

    def _columns(self, t: Table) -> str:
        return "".join(f", {c.name} {_TYPES[self.dialect][c.kind]}"
                       for c in t.columns.values()
                       if c.name != "opened_on")

    def run(self, sql: str, values: tuple[Any, ...] = ()) -> None:
        cursor = self.connection.cursor()
        cursor.execute(sql, values)
        cursor.close()

    def _stored(self, value: Any) -> Any:
        return int(value) if isinstance(value, bool) else value

    def _insert(self, table: str, row: dict[str, Any]) -> None:
        names = ", ".join(row)
        marks = ", ".join([self.mark] * len(row))
        self.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(self._stored(v) for v in row.values()))

    def add(self, definition: Definition, facts: dict[str, Any], org: str = "A", restricted: str | None = None,
            deadlines: list[dict[str, Any]] | None = None) -> str:  # fmt: skip
        """One record with its child rows, deadlines and a single event; returns its uid."""
        self.count += 1
        uid = f"r{self.count:06d}"
        t = tables_of(definition)
        row = {"record": uid, "org": org, "org_path": f"/{org}/", "number": f"{org}〔2025〕{self.count}号", "late": 0,
               "restricted": restricted}  # fmt: skip
        row |= {c.name: facts.get(k) for k, c in t.columns.items()}
        self._insert(t.name, row)
        for name, child in t.children.items():
            for i, item in enumerate(facts.get(name) or []):
                values = item if isinstance(item, dict) else {"value": item}
                self._insert(child.name, {"record": uid, "org": org, "i": i,
                                          **{c.name: values.get(k) for k, c in child.columns.items()}})  # fmt: skip
        for d in deadlines or []:
            self._insert("yifa_deadline", {"record": uid, **d})
        self._insert("yifa_event", {"record": uid, "rseq": 1, "hash": f"{self.count:064x}"})
        return uid

    def clear(self) -> None:
        for d in (CASE, MEDIATOR, SUMMARY):
            t = tables_of(d)
            for name in (t.name, *(c.name for c in t.children.values())):
                self.run(f"DELETE FROM {name}")
        self.run("DELETE FROM yifa_deadline")
        self.run("DELETE FROM yifa_event")


def day(text: str) -> date:
    return date.fromisoformat(text)


__all__ = ["CASE", "MEDIATOR", "SUMMARY", "Column", "Ledger", "TinyCodex", "codex", "day"]
