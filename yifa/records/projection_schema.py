"""Makes and alters the projection tables from the definitions (`codex_load`). A field key keeps its type for ever."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from yifa.codex import Codex
from yifa.records import sql
from yifa.records.acts import LedgerError
from yifa.records.shape import Shape, Table
from yifa.records.versions import Library

TYPES = {
    "sqlite": {"key": "varchar(32) NOT NULL", "code": "varchar(64) NOT NULL", "text": "text", "date": "text",
               "int": "bigint", "bool": "smallint"},
    "postgresql": {"key": "varchar(32) NOT NULL", "code": "varchar(64) NOT NULL", "text": "text", "date": "date",
                   "int": "bigint", "bool": "smallint"},
}  # fmt: skip
LONGEST_NAME = 63
_MOST_COLUMNS = 30
_SHORT = frozenset(["choice", "organization", "record", "date", "datetime"])


class SchemaConflict(LedgerError):
    """A definition asks for tables or columns that cannot be made; `problems` lists all of them."""

    def __init__(self, problems: list[str]):
        self.problems = problems
        super().__init__("\n".join(problems))


def create_table(vendor: str, table: Table, name: str | None = None) -> str:
    """The CREATE TABLE statement of a projection table, under another name for a shadow table."""
    types = TYPES[vendor]
    columns = ", ".join(f"{c} {types[kind]}" for c, kind in table.columns)
    return f"CREATE TABLE {name or table.name} ({columns}, PRIMARY KEY ({', '.join(table.key)}))"


def figure_columns(codex: Codex) -> dict[str, list[str]]:
    """Definition -> fields that its indicators read, the dates by which they ask (`on`, `from`) first."""
    dates: dict[str, list[str]] = {}
    others: dict[str, list[str]] = {}
    for indicator in codex.indicators.values():
        m = indicator.measure
        if m is None:
            continue
        dates.setdefault(m.of, []).extend(n for a in ("on", "from_", "to") if (n := getattr(m, a, None)))
        if m.rows is None:
            used = [n for n in (m.sum, m.distinct) if n] + sorted(m.where.fields() if m.where else ())
            others.setdefault(m.of, []).extend(used)
    return {key: list(dict.fromkeys([*sorted(set(dates[key])), *sorted(others.get(key, ()))])) for key in dates}


def index_statements(shape: Shape, fields: Iterable[str]) -> list[str]:
    """One index of the main table that answers every indicator of the definition without touching its rows: organisation,
    dates, and what conditions and sums read. Free text stays out: an index entry has a largest size."""
    kinds = dict(shape.main.columns)
    columns = []
    for field in fields:
        column = field if field == "opened_on" else f"f_{field}"
        d = shape.definition.field(field)
        if column in kinds and (kinds[column] != "text" or (d is not None and d.type in _SHORT)):
            columns.append(column)
    if not columns:
        return []
    listed = ", ".join(["org", *columns[:_MOST_COLUMNS]])
    name = f"{index_prefix(shape)}{zlib.crc32(listed.encode()):08x}"
    return [f"CREATE INDEX IF NOT EXISTS {name} ON {shape.main.name} ({listed})"]


def index_prefix(shape: Shape) -> str:
    """How the names of a definition's figure indexes begin; the rest tells which columns they have."""
    return f"i_{shape.key}"[: LONGEST_NAME - 9] + "_"


def drop_stale_indexes(cursor: Any, shape: Shape, statements: list[str]) -> None:
    """Drop figure indexes of an earlier codex, whose indicators read other columns."""
    if cursor.db.vendor == "postgresql":
        rows = sql.all_rows(cursor, "SELECT indexname FROM pg_indexes WHERE tablename = %s", (shape.main.name,))
    else:
        rows = sql.all_rows(cursor, "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = %s", (shape.main.name,))
    for (name,) in rows:
        if name.startswith(index_prefix(shape)) and not any(f" {name} " in s for s in statements):
            cursor.execute(f"DROP INDEX {name}")


def _check_names(shape: Shape) -> list[str]:
    problems = []
    seen: set[str] = set()
    for table in shape.tables:
        if table.name in seen:
            problems.append(f"{shape.key}：字段与环节同名，都要用表 {table.name}。请给其中一个换 key。")
        seen.add(table.name)
        for name in [table.name, *table.names]:
            if len(name) > LONGEST_NAME - 4:
                problems.append(f"{shape.key}：名称 {name} 太长（数据库最多 {LONGEST_NAME - 4} 个字符）。请缩短 key。")
    return problems


def _alter(cursor: Any, shape: Shape, known: dict[tuple[str, str], str], problems: list[str]) -> None:
    types = TYPES[cursor.db.vendor]
    tables = {t for t, _ in known}
    for table in shape.tables:
        new = []
        for column, kind in table.columns:
            old = known.get((table.name, column))
            if old is None:
                new.append((column, kind))
            elif old != kind:
                problems.append(f"{shape.key}：{column.removeprefix('f_')} 原来的类型是 {old}，现在成了 {kind}。字段的类型"
                                "不能改；含义变了的，请用新的 key。")  # fmt: skip
        if problems:
            continue
        if table.name not in tables:
            cursor.execute(create_table(cursor.db.vendor, table))
        else:
            for column, kind in new:
                cursor.execute(f"ALTER TABLE {table.name} ADD COLUMN {column} {types[kind]}")
        sql.write_rows(cursor, sql.insert("yifa_column", ("table_name", "column_name", "kind")),
                       [(table.name, c, k) for c, k in new])  # fmt: skip
        known.update({(table.name, c): k for c, k in new})


def codex_load(connection: Any, codex: Codex, library: Library | None = None,
               now: Callable[[], str] | None = None) -> Library:  # fmt: skip
    """Make the missing tables, columns and indexes of every definition and keep all versions by hash; all or nothing.

    Raises SchemaConflict for a field whose type changed, two tables of one name, or a name too long.
    """
    library = library or Library(codex)
    shapes = [Shape(codex.plan(key)) for key in codex.definitions]
    problems = [p for s in shapes for p in _check_names(s)]
    if problems:
        raise SchemaConflict(problems)
    stamp = now() if now else datetime.now(UTC).isoformat(timespec="seconds")
    read = figure_columns(codex)
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("LOCK TABLE yifa_column IN EXCLUSIVE MODE")
            rows = sql.all_rows(cursor, "SELECT table_name, column_name, kind FROM yifa_column")
            known = {(t, c): k for t, c, k in rows}
            for shape in shapes:
                _alter(cursor, shape, known, problems)
            if problems:
                raise SchemaConflict(problems)
            for shape in shapes:
                statements = index_statements(shape, read.get(shape.key, ()))
                drop_stale_indexes(cursor, shape, statements)
                for statement in statements:
                    cursor.execute(statement)
            library.store(cursor, stamp)
    except BaseException:
        library.forget_pins()
        raise
    return library
