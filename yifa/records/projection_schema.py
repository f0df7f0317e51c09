"""Makes and alters the projection tables from the definitions (`codex_load`). A field key keeps its type for ever."""

from __future__ import annotations

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


def date_indexes(codex: Codex) -> dict[str, set[str]]:
    """Definition -> fields by whose date an indicator asks (`on`, `from`)."""
    found: dict[str, set[str]] = {}
    for indicator in codex.indicators.values():
        measure = indicator.measure
        if measure is None:
            continue
        names = [getattr(measure, a, None) for a in ("on", "from_")]
        found.setdefault(measure.of, set()).update(n for n in names if n)
    return found


def index_statements(shape: Shape, dates: Iterable[str]) -> list[str]:
    """Indexes on (org, date) of the main table; names are short enough for PostgreSQL."""
    known = {c for c, kind in shape.main.columns if kind == "date"}
    statements = []
    for date in sorted(dates):
        column = date if date == "opened_on" else f"f_{date}"
        if column in known:
            name = f"i_{shape.key}_{date}"[:LONGEST_NAME]
            statements.append(f"CREATE INDEX IF NOT EXISTS {name} ON {shape.main.name} (org, {column})")
    return statements


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
    dates = date_indexes(codex)
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
                for statement in index_statements(shape, dates.get(shape.key, ())):
                    cursor.execute(statement)
            library.store(cursor, stamp)
    except BaseException:
        library.forget_pins()
        raise
    return library
